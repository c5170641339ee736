"""Facts made up by hand, and runs over them: a measure sees facts only, so a test need not have records."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from ruamel.yaml import YAML

from handrail.engine.evaluate import Engine
from handrail.measures.facts.catalog import fact_sets
from handrail.measures.measure import Measure, read_measures
from handrail.measures.results import Run
from handrail.measures.running import run_measures
from handrail.measures.sources import Span
from handrail.oversight.signals import Direction
from handrail.oversight.thresholds import Thresholds, packaged_thresholds

SPAN = Span(datetime.date(2026, 1, 1), datetime.date(2026, 12, 31))
DAY = datetime.date(2026, 6, 30)

TYPES = {
    "text": pa.string(), "date": pa.date32(), "integer": pa.int64(), "boolean": pa.bool_(), "decimal": pa.decimal128(18, 4),
}  # fmt: skip


def measure(folder: Path, **told: Any) -> Measure:
    """A measure of its own file: ended courses of more than 90 days, unless something else is told."""
    words = {
        "measure": "made_up", "title": "Made up", "says": "Made up.", "clauses": ["NC-21"], "facts": "episode_outcome",
        "where": "is_ended", "yes": "days_in_service > 90", "better": "lower", "by": ["program", "clinician"],
        "chosen_by": "a test", "why": "To see.", "owner": "a test",
    }  # fmt: skip
    words = {key: value for key, value in (words | told).items() if value is not None}
    folder.mkdir(exist_ok=True)
    with (folder / f"{words['measure']}.yaml").open("w", encoding="utf-8") as stream:
        YAML(typ="safe").dump(words, stream)
    return read_measures(folder)[words["measure"]]


def facts(name: str, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Rows of one fact set; what a row does not tell is NULL."""
    columns = fact_sets()[name].columns.values()
    schema = pa.schema([(column.name, TYPES[column.type]) for column in columns])
    told = [{"case_id": f"c{i:05}", "person_id": f"p{i:05}", "on_date": DAY, **row} for i, row in enumerate(rows)]
    return pa.Table.from_pylist(
        [{column.name: row.get(column.name) for column in columns} for row in told], schema=schema
    )


class Made:
    """A source whose facts are made up: it lays tables out where others would make them."""

    name = "records"

    def __init__(self, **tables: pa.Table) -> None:
        self._tables = tables

    def open(self, engine: Engine, span: Span, room: Path, wanted: Sequence[str]) -> dict[str, Any]:  # noqa: ARG002
        """Nothing is to be made ready."""
        return {}

    def lay(self, engine: Engine, source: Any, span: Span, room: Path, wanted: Sequence[str]) -> dict[str, Path]:  # noqa: ARG002
        """In place of `lay_facts`."""
        files = {}
        for name in wanted:
            files[name] = room / f"{name}.parquet"
            pq.write_table(self._tables.get(name, facts(name, [])), files[name])
            engine.lay(name, [files[name]])
        if "episode_outcome" not in wanted:
            engine.relate("episode_outcome", facts("episode_outcome", []))
        if "clause_verdict" not in wanted:
            engine.relate("clause_verdict", facts("clause_verdict", []))
        return files


def run(
    engine: Engine,
    made: Made,
    *measures: Measure,
    monkeypatch: Any,
    room: Path,
    thresholds: Thresholds | None = None,
    before: Sequence[tuple[str, str, str, Direction]] = (),
) -> Run:
    """A run over made-up facts."""
    monkeypatch.setattr("handrail.measures.running.lay_facts", made.lay)
    room.mkdir(exist_ok=True)
    known = {one.name: one for one in measures}
    return run_measures(engine, made, known, SPAN, thresholds or packaged_thresholds(), room, before=before)
