"""Where facts come from: records judged by the definitions, or a payer's extract; both give the same fact sets."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pyarrow as pa
import sqlglot
from sqlglot import exp

from handrail.definitions.document import Clause
from handrail.definitions.rulebook import InForce
from handrail.definitions.tree import leaves
from handrail.engine.compiling import tables_in
from handrail.engine.conditions import fill, literal
from handrail.engine.evaluate import Engine, compiled
from handrail.exchange.claims.input import inputs
from handrail.exchange.claims.writing import OVERSIGHT, SIDE_TABLES
from handrail.measures.facts.catalog import FactSet, fact_parameters, fact_sets
from handrail.records.holding import Records

_ROW = ("person_id", "episode_id", "program_id", "service", "judged_on")


@dataclass(frozen=True)
class Span:
    """The time looked at: courses that had not ended before `since`, as of `as_of`; both days are in it."""

    since: datetime.date
    as_of: datetime.date


class Source(Protocol):
    """Something that facts can be made from."""

    @property
    def name(self) -> str:
        """`records` or `claims`."""

    def open(self, engine: Engine, span: Span, room: Path, wanted: Sequence[str]) -> Mapping[str, exp.Query]:
        """This will make everything ready that the SQL of the facts `wanted` reads.

        `room` takes what must be written on the way. Gives the relations that exist only as SELECTs, by name.
        """


@dataclass(frozen=True)
class RecordsSource:
    """A folder of records, or the app's: judged by the editions in force, so that no rule is written twice."""

    records: Records
    editions: Sequence[InForce]
    name: str = "records"

    def open(self, engine: Engine, span: Span, room: Path, wanted: Sequence[str]) -> Mapping[str, exp.Query]:
        """This will judge what the facts need, each subject once for each edition, and keep it as files in `room`."""
        engine.hold(self.records)
        judged: dict[str, list[exp.Query]] = {"subject_episode_outcome": [], "subject_service_week": []}
        clauses: list[exp.Query] = []
        for number, in_force in enumerate(self.editions):
            decisions = in_force.edition.decisions.values()
            paths = {leaf.clause for decision in decisions for leaf in leaves(decision.tree)}
            for subject in in_force.edition.subjects:
                relation = f"subject_{subject}"
                if relation not in judged and "clause_verdict" not in wanted:
                    continue
                told = compiled(in_force, subject, every_fact=relation in judged)
                engine.show(told.tables, span.as_of)
                file = room / f"{relation}-{number}.parquet"
                engine.write(told.text(engine.dialect, span.as_of), file, apart=told.is_apart)
                engine.lay(f"{relation}_{number}", parts(file))
                if relation in judged:
                    facts = [column for fact in told.subject.facts.values() for column in fact.columns]
                    columns = dict.fromkeys((*told.context, *facts))
                    judged[relation].append(_select(*columns).from_(f"{relation}_{number}"))
                if "clause_verdict" in wanted:
                    clauses += [
                        _verdicts(f"{relation}_{number}", told.context, told.subject.key, clause, clause.id in paths)
                        for clause in told.clauses
                    ]
        relations = {name: _union(selects) for name, selects in judged.items() if selects}
        return relations | ({"judged_clause": _union(clauses)} if clauses else {})


@dataclass(frozen=True)
class ClaimsSource:
    """A folder that `handrail import claims` wrote: service lines, enrolment and side tables, checked by that."""

    folder: Path
    name: str = "claims"

    def open(self, engine: Engine, span: Span, room: Path, wanted: Sequence[str]) -> Mapping[str, exp.Query]:  # noqa: ARG002
        """This will lay the tables of the extract out under their names. Side tables that are not there are empty."""
        files = {name: self.folder / f"{name}.parquet" for name in ("person", "coverage")}
        engine.hold(Records({name: (file,) for name, file in files.items() if file.exists()}))
        engine.lay("service_line", [self.folder / OVERSIGHT / "service_line.parquet"])
        for table in SIDE_TABLES:
            file = self.folder / OVERSIGHT / f"{table}.parquet"
            if file.exists():
                engine.lay(f"payer_{table}", [file])
            else:
                columns = inputs()[table].table.columns.values()
                engine.relate(
                    f"payer_{table}", pa.schema([(one.name, one.arrow_type) for one in columns]).empty_table()
                )
        return {}

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders that an engine must be allowed to read."""
        return (self.folder, self.folder / OVERSIGHT)


def is_extract(folder: Path) -> bool:
    """This will say whether a folder is what `handrail import claims` or `import x12` wrote."""
    return (folder / OVERSIGHT / "service_line.parquet").is_file()


def lay_facts(engine: Engine, source: Source, span: Span, room: Path, wanted: Sequence[str]) -> dict[str, Path]:
    """This will make the fact sets that are wanted and those they are made from, each a Parquet file under its name.

    Gives the files, also laid out in the engine under the names of the fact sets. `room` is an empty folder.
    """
    needed = [name for name in fact_sets() if name in wanted or name == "episode_outcome"]
    needed = [name for name in needed if fact_sets()[name].is_known(source.name)]
    work = room / "work"
    work.mkdir()
    relations = source.open(engine, span, work, needed)
    engine.relate("calendar_month", _months(span))
    files = {}
    for name in needed:
        tree = _filled(fact_sets()[name], source, span, relations)
        engine.show(tables_in(tree), span.as_of)
        file = room / f"{name}.parquet"
        engine.write(tree.sql(dialect=engine.dialect, comments=False), file)
        engine.lay(name, parts(file))
        files[name] = file
    shutil.rmtree(work)
    return files


def parts(file: Path) -> list[Path]:
    """This will name the Parquet files behind a path: itself, or those in it where an engine wrote a folder."""
    return sorted(file.glob("*.parquet")) if file.is_dir() else [file]


def _filled(facts: FactSet, source: Source, span: Span, relations: Mapping[str, exp.Query]) -> exp.Query:
    """The SELECT of one fact set with its numbers and days, and relations that exist only as SELECTs, put in."""
    tree = sqlglot.parse_one(facts.sql(source.name), read="duckdb")
    day = {name: exp.cast(exp.Literal.string(getattr(span, name).isoformat()), "date") for name in ("as_of", "since")}
    fill(tree, {name: literal(told.value) for name, told in fact_parameters().items()} | day)
    for table in list(tree.find_all(exp.Table)):
        if table.name in relations:
            table.replace(relations[table.name].copy().subquery(table.alias_or_name))
    if not isinstance(tree, exp.Query):
        raise TypeError(f"the facts {facts.name} are no SELECT")
    return tree


def _verdicts(
    relation: str, context: Sequence[str], key: Mapping[str, str], clause: Clause, is_path: bool
) -> exp.Query:
    """One clause's verdicts as rows; what the subject does not say is empty."""
    texts = [exp.cast(exp.column(name), "text") for name in key]
    row_key: exp.Expression = texts[0]
    for text in texts[1:]:
        row_key = exp.DPipe(this=exp.DPipe(this=row_key, expression=exp.Literal.string("|")), expression=text)
    shown = [exp.column(name) if name in context else exp.alias_(exp.cast(exp.null(), "text"), name) for name in _ROW]
    return exp.select(
        exp.alias_(exp.Literal.string(clause.id), "clause"),
        exp.alias_(exp.Literal.string(clause.says), "title"),
        exp.alias_(exp.convert(is_path), "is_path"),
        exp.alias_(row_key, "row_key"),
        *shown,
        exp.alias_(exp.column(f"verdict:{clause.id}", quoted=True), "verdict"),
    ).from_(relation)


def _select(*columns: str) -> exp.Select:
    return exp.select(*(exp.column(name) for name in columns))


def _union(selects: Sequence[exp.Query]) -> exp.Query:
    whole = selects[0]
    for one in selects[1:]:
        whole = exp.union(whole, one, distinct=False)
    return whole


def _months(span: Span) -> pa.Table:
    """Every calendar month that the span touches: its first and its last day."""
    first, months = span.since.replace(day=1), []
    while first <= span.as_of:
        later = (first.replace(day=28) + datetime.timedelta(days=4)).replace(day=1)
        months.append({"month": first, "last_day": later - datetime.timedelta(days=1)})
        first = later
    return pa.Table.from_pylist(months, schema=pa.schema([("month", pa.date32()), ("last_day", pa.date32())]))
