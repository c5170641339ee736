"""Which minutes count on a day, asked of the engine: no rule of counting stands here.

The engine counts a week. To learn what one day or one attendance adds, it is asked about a week in which there was
nothing else: each part becomes an episode of its own, with only its attendances, and all of them are judged at once.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from handrail.app.accounts.access import Viewer
from handrail.app.chart import reading
from handrail.app.chart.arrow import as_arrow
from handrail.app.worklists import judging
from handrail.engine.evaluate import compiled
from handrail.records.holding import Records

Part = tuple[str, str]
"""An episode, and the name of one part of its week."""
_SUBJECT = "service_week"
_OF_THE_PROGRAM = ("program", "credential", "staff", "program_closure")


@dataclass(frozen=True)
class Minutes:
    """What a part of a week comes to: at least, and at most where something is not documented (None: no limit)."""

    least: int
    most: int | None

    @property
    def is_sure(self) -> bool:
        """Whether it is documented in full."""
        return self.least == self.most


def counted(looking: Viewer, monday: datetime.date, parts: Mapping[Part, Sequence[Any]]) -> dict[Part, Minutes]:
    """This will say how many minutes count of each part of a week. `parts` maps to attendances, with their episodes.

    A service whose definition asks nothing of weeks gives no answer.
    """
    attendances = [row for some in parts.values() for row in some]
    if not attendances:
        return {}
    episodes = {row.episode_id: row.episode for row in attendances}
    names = {part: f"{number}" for number, part in enumerate(parts)}
    sessions = sorted({row.session_id for row in attendances})
    held = {
        "session": as_arrow("session", reading.rows(looking, "session").filter(pk__in=sessions)),
        "session_staff": as_arrow("session_staff", reading.rows(looking, "session_staff").filter(session_id__in=sessions)),
        "episode": _only_this_week(
            _copies("episode", looking, list(episodes), [(names[part], part[0]) for part in parts]), monday
        ),
        "attendance": _copies(
            "attendance", looking, [row.pk for row in attendances],
            [(names[part], row.pk) for part, some in parts.items() for row in some],
        ),
        **{table: as_arrow(table, reading.rows(looking, table)) for table in _OF_THE_PROGRAM},
    }  # fmt: skip
    answers = _ask(looking.today, monday, Records(held))
    return {part: answers[name] for part, name in names.items() if name in answers}


def _copies(table: str, looking: Viewer, ids: Sequence[str], wanted: Iterable[tuple[str, str]]) -> pa.Table:
    """Rows of a table once for each part, under the part's name as their episode."""
    rows = as_arrow(table, reading.rows(looking, table).filter(pk__in=ids))
    key = f"{table}_id"
    place = {row_id: at for at, row_id in enumerate(rows[key].to_pylist())}
    found = [(name, row_id) for name, row_id in wanted if row_id in place]
    copies = rows.take(pa.array([place[row_id] for _, row_id in found], pa.int64()))
    new = {key: [f"{name}-{row_id}" for name, row_id in found]} | {"episode_id": [name for name, _ in found]}
    for column, values in new.items():
        at = copies.schema.get_field_index(column)
        copies = copies.set_column(at, copies.schema.field(at), pa.array(values, copies.schema.field(at).type))
    return copies


def _only_this_week(episodes: pa.Table, monday: datetime.date) -> pa.Table:
    """The same episodes as if they had lasted this week alone: the engine lists every week of each, and one is asked for."""
    sunday = monday + datetime.timedelta(days=6)
    begun = pc.max_element_wise(episodes["admitted_on"], pa.scalar(monday), skip_nulls=False)
    ended = pc.min_element_wise(episodes["discharged_on"], pa.scalar(sunday))
    for name, days in (("admitted_on", begun), ("discharged_on", ended)):
        at = episodes.schema.get_field_index(name)
        episodes = episodes.set_column(at, episodes.schema.field(at), days)
    return episodes


def _ask(day: datetime.date, monday: datetime.date, records: Records) -> dict[str, Minutes]:
    desk = judging.desk()
    desk.hold(records)
    found = {}
    for in_force in judging.editions():
        if _SUBJECT not in in_force.edition.subjects:
            continue
        told = compiled(in_force, _SUBJECT, every_fact=True)
        desk.show(told.tables, day)
        rows = desk.query(told.text(desk.dialect, day))
        rows = rows.filter(pc.equal(rows["week_start"], pa.scalar(monday, rows["week_start"].type)))
        columns = ("episode_id", "attended_minutes_least", "attended_minutes_most")
        for name, least, most in zip(*(rows[column].to_pylist() for column in columns), strict=True):
            found[name] = Minutes(least, most)
    return found
