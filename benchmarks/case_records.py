"""Cutting the records of some people out of a set of records: what an office has at hand for a case or a queue."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from handrail.records.holding import Records

_OWNERS: Mapping[str, tuple[str, ...]] = {
    "attendance": ("episode_id",),
    "session": ("session_id",),
    "session_staff": ("session_id",),
    "session_focus": ("session_id",),
    "dimension_rating": ("assessment_id",),
    "screening": ("assessment_id",),
    "signature": ("plan_id", "plan_review_id"),
    "review_participant": ("plan_review_id",),
    "coordination_contact": ("care_team_member_id",),
}
"""Through which column a row is hers where that is neither her person nor her episode."""

_OF_THE_PROGRAM = frozenset(
    {"program", "facility_license", "program_closure", "staff", "credential", "training", "on_call_shift"}
)


def of_people(records: Records, persons: Collection[str]) -> Records:
    """This will keep what is about these people, and whole what is about the programs."""
    known: dict[str, pa.Array] = {"person_id": pa.array(sorted(persons), pa.string())}
    kept: dict[str, pa.Table] = {}
    order = sorted(records.held, key=lambda name: (name == "session", name.startswith("session_")))
    order.sort(key=lambda name: name not in ("person", "episode"))
    for name in order:
        rows = records.in_memory(name)
        if name not in _OF_THE_PROGRAM:
            rows = rows.filter(_is_theirs(rows, _owners(name, rows), known))
        kept[name] = rows
        known[f"{name}_id"] = rows[f"{name}_id"].combine_chunks()
        if name == "attendance":
            known["session_id"] = pc.unique(rows["session_id"])
    return Records(kept)


def _owners(name: str, rows: pa.Table) -> tuple[str, ...]:
    return _OWNERS.get(name) or (("person_id",) if "person_id" in rows.column_names else ("episode_id",))


def _is_theirs(rows: pa.Table, owners: tuple[str, ...], known: Mapping[str, pa.Array]) -> pa.ChunkedArray:
    keep = pc.is_in(rows[owners[0]], value_set=known[owners[0]])
    for owner in owners[1:]:
        keep = pc.or_(keep, pc.is_in(rows[owner], value_set=known[owner]))
    return keep
