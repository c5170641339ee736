"""What another edition, or another reading, would have said about the same records."""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from handrail.definitions.document import Decision, Edition, Value
from handrail.definitions.expressions import parameters_in
from handrail.definitions.rulebook import InForce
from handrail.definitions.tree import leaves
from handrail.engine import gaps
from handrail.engine.compiling import Compiled
from handrail.engine.evaluate import Engine, compiled, readings_of
from handrail.engine.judging import Answer
from handrail.engine.side_by_side import NO_ROW, SideBySide
from handrail.subjects.catalog import subject as find_subject

NOT_ASKED = "not asked"
"""What a clause or decision comes to under an edition that does not have it."""

CHANGED = pa.schema(
    [
        ("kind", pa.string()),
        ("name", pa.string()),
        ("subject", pa.string()),
        ("key", pa.string()),
        ("judged_on", pa.date32()),
        ("person_id", pa.string()),
        ("episode_id", pa.string()),
        ("program_id", pa.string()),
        ("before", pa.string()),
        ("after", pa.string()),
        ("by", pa.string()),
    ]
)
"""The columns of the rows that change: `by` names the clauses that differ and decide, separated by spaces."""


@dataclass(frozen=True)
class Move:
    """How many rows go from one answer to another, and by which clauses (those that differ and decide)."""

    before: str
    after: str
    rows: int
    by: Mapping[str, int]


@dataclass(frozen=True)
class Compared:
    """One decision or clause under both editions. `moves` cover all rows, also those that keep their answer."""

    kind: str
    name: str
    subject: str
    moves: tuple[Move, ...]

    @property
    def rows(self) -> int:
        """How many rows there are under either edition."""
        return sum(move.rows for move in self.moves)

    @property
    def kept(self) -> int:
        """How many rows keep their answer."""
        return sum(move.rows for move in self.moves if move.before == move.after)

    @property
    def changes(self) -> tuple[Move, ...]:
        """The moves in which the answer changes, the largest first."""
        return tuple(sorted((m for m in self.moves if m.before != m.after), key=lambda m: (-m.rows, m.before, m.after)))

    def cannot_tell(self, *, before: bool = False, after: bool = False) -> int:
        """This will count the rows that cannot be told under the editions asked for (under both of them, if both)."""
        open_ = Answer.CANNOT_TELL.value
        return sum(m.rows for m in self.moves if (not before or m.before == open_) and (not after or m.after == open_))


@dataclass(frozen=True)
class Simulated:
    """What changes for one subject: every decision and clause compared, and the rows that change (see `CHANGED`)."""

    subject: str
    compared: tuple[Compared, ...]
    changed: pa.Table


def simulate(
    engine: Engine,
    before: Edition,
    after: Edition,
    *,
    as_of: datetime.date,
    readings: Mapping[str, Value] | None = None,
    readings_after: Mapping[str, Value] | None = None,
    candidates: bool = False,
    limit: int | None = None,
) -> Iterator[Simulated]:
    """This will judge the records that an engine holds by two editions, each over all days, and compare them by key.

    The records are those of the first edition's service. `readings` go to both editions, `readings_after` to the
    second alone. `limit` keeps the first changed rows of each subject; the counts always cover all.
    Raises `UnknownReadingError` where a reading is not there or does not offer the answer.
    """
    both = [InForce(before, None, None), InForce(after, None, None)]
    own_before = readings_of(before, both, readings or {})
    own_after = readings_of(after, both, readings or {}) | readings_of(after, both[1:], readings_after or {})
    same_service = after.model_copy(update={"definition": before.definition})
    for name in dict.fromkeys((*before.subjects, *after.subjects)):
        told = SideBySide(
            find_subject(name),
            _compiled(before, name, own_before, candidates),
            _compiled(same_service, name, own_after, candidates),
        )
        yield _simulated(engine, told, as_of, limit)


def _compiled(edition: Edition, name: str, readings: Mapping[str, Value], candidates: bool) -> Compiled | None:
    """What one edition says about a subject. Readings that cannot matter to it are left out: equal SQL is shared."""
    if name not in edition.subjects:
        return None
    used = set(find_subject(name).parameters)
    for clause in edition.clauses:
        if clause.about == name:
            used |= {parameter for sql in clause.conditions.values() for parameter in parameters_in(sql)}
    used |= {told.reading for parameter, told in edition.parameters.items() if parameter in used and told.value is None}
    own = {reading: value for reading, value in readings.items() if reading in used}
    return compiled(InForce(edition, None, None), name, readings=own, candidates=candidates)


def _simulated(engine: Engine, told: SideBySide, as_of: datetime.date, limit: int | None) -> Simulated:
    moves: dict[str, list[Move]] = defaultdict(list)
    for row in told.counts(engine, as_of):
        move = Move(str(row["before"] or NOT_ASKED), str(row["after"] or NOT_ASKED), int(str(row["rows"])), {})
        moves[str(row["column"])].append(move)
    changed: list[pa.Table] = []
    answers = [
        name for name in told.both if name.startswith("answer:") and any(m.before != m.after for m in moves[name])
    ]
    verdicts = [
        name for name in told.both if name.startswith("verdict:") and any(m.before != m.after for m in moves[name])
    ]
    if answers:
        rows = told.changed(engine, as_of, answers, None)
        for column in answers:
            mine, by = _by_clause(engine, told, column.removeprefix("answer:"), rows)
            moves[column] = [_with_clauses(move, mine, by, column) for move in moves[column]]
            changed.append(_listed(told, mine, column, _joined(by, mine.num_rows)))
    if verdicts:
        rows = told.changed(engine, as_of, verdicts, limit)
        changed += [_listed(told, _differing(rows, column), column, None) for column in verdicts]
    order = dict.fromkeys((*told.columns(told.before), *told.columns(told.after)))
    compared = tuple(
        Compared(
            "decision" if name.startswith("answer:") else "clause",
            name.partition(":")[2],
            told.subject.name,
            tuple(moves[name]),
        )
        for name in order
    )
    whole = pa.concat_tables([CHANGED.empty_table(), *changed])
    return Simulated(told.subject.name, compared, whole if limit is None else whole.slice(0, limit))


def _by_clause(
    engine: Engine, told: SideBySide, decision: str, rows: pa.Table
) -> tuple[pa.Table, Mapping[str, pa.ChunkedArray]]:
    """The rows that change their answer to one decision, and for each clause whether it differs and decides there."""
    mine = _differing(rows, f"answer:{decision}")
    masks: dict[str, pa.ChunkedArray] = {}
    for side, judged in (("a", told.before), ("b", told.after)):
        if judged is None:
            continue
        deciding = _deciding(engine, judged.decisions[decision], decision, side, mine)
        for clause in dict.fromkeys(leaf.clause for leaf in leaves(judged.decisions[decision].tree)):
            decides = pc.match_substring_regex(deciding, rf"(^| ){re.escape(clause)}( |$)")
            here = pc.and_(decides, _differs(mine, f"verdict:{clause}"))
            masks[clause] = pc.or_(masks[clause], here) if clause in masks else here
    return mine, masks


def _deciding(engine: Engine, decision: Decision, name: str, side: str, rows: pa.Table) -> pa.ChunkedArray:
    """The clauses on which one side's answer rests, row by row; empty where that side has no row."""
    clauses = list(dict.fromkeys(leaf.clause for leaf in leaves(decision.tree)))
    verdicts = pa.table({f"verdict:{clause}": rows[f"{side}:verdict:{clause}"] for clause in clauses})
    engine.relate("decided_row", verdicts.append_column("row_number", pa.array(range(rows.num_rows), pa.int64())))
    found = engine.query(gaps.gaps({}, {name: decision}, "decided_row").sql(dialect=engine.dialect)).sort_by(
        "row_number"
    )
    told = found[f"deciding:{name}"].cast(pa.string())
    return pc.if_else(pc.equal(rows[f"{side}:answer:{name}"], NO_ROW), "", told)


def _with_clauses(move: Move, rows: pa.Table, by: Mapping[str, pa.ChunkedArray], column: str) -> Move:
    if move.before == move.after:
        return move
    here = pc.and_(pc.equal(rows[f"a:{column}"], move.before), pc.equal(rows[f"b:{column}"], move.after))
    counted = {clause: pc.sum(pc.and_(here, mask)).as_py() or 0 for clause, mask in by.items()}
    named = sorted(((clause, rows) for clause, rows in counted.items() if rows), key=lambda pair: (-pair[1], pair[0]))
    return Move(move.before, move.after, move.rows, dict(named))


def _differing(rows: pa.Table, column: str) -> pa.Table:
    return rows.filter(_differs(rows, column))


def _differs(rows: pa.Table, column: str) -> pa.ChunkedArray:
    """Where both sides differ; a clause that only one side asks for differs everywhere."""
    if f"a:{column}" not in rows.column_names or f"b:{column}" not in rows.column_names:
        return pa.chunked_array([pa.repeat(True, rows.num_rows)])
    return pc.not_equal(rows[f"a:{column}"], rows[f"b:{column}"])


def _joined(masks: Mapping[str, pa.ChunkedArray], rows: int) -> pa.Array:
    if not masks or not rows:
        return pa.repeat("", rows)
    nothing = pa.scalar(None, pa.string())
    names = [pc.if_else(mask, clause, nothing) for clause, mask in masks.items()]
    # The empty text stands last because Arrow leaves out, rather than gives as empty, a row in which all are null.
    return pc.utf8_rtrim_whitespace(pc.binary_join_element_wise(*names, "", " ", null_handling="skip"))


def _listed(told: SideBySide, rows: pa.Table, column: str, by: pa.Array | None) -> pa.Table:
    """The rows that change, in the columns of `CHANGED`."""
    prefix, _, name = column.partition(":")
    parts = [pc.binary_join_element_wise(f"{part}=", rows[part].cast(pa.string()), "") for part in told.key]
    columns: dict[str, Sequence[object] | pa.Array] = {
        "kind": pa.repeat("decision" if prefix == "answer" else "clause", rows.num_rows),
        "name": pa.repeat(name, rows.num_rows),
        "subject": pa.repeat(told.subject.name, rows.num_rows),
        "key": pc.binary_join_element_wise(*parts, " ") if len(parts) > 1 else parts[0],
        "before": rows[f"a:{column}"],
        "after": rows[f"b:{column}"],
        "by": by if by is not None else pa.repeat("", rows.num_rows),
    }
    for told_column in ("judged_on", "person_id", "episode_id", "program_id"):
        kind = CHANGED.field(told_column).type
        is_there = told_column in rows.column_names
        columns[told_column] = rows[told_column].cast(kind) if is_there else pa.nulls(rows.num_rows, kind)
    return pa.table([columns[field.name] for field in CHANGED], schema=CHANGED)
