"""The list behind a number: the cases of a measure in one state, asked of the facts that the run kept."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
from sqlglot import exp

from handrail.engine.evaluate import Engine
from handrail.measures.cases import EXCLUDED, NO, UNKNOWN, YES, cases
from handrail.measures.measure import Measure
from handrail.measures.sources import parts

STATES = (YES, NO, "counted", UNKNOWN, EXCLUDED)
_MOST = 10_000


def lay_kept(engine: Engine, folder: Path) -> None:
    """This will lay out the facts that a run kept in a folder, under their names."""
    for file in sorted(folder.glob("*.parquet")):
        engine.lay(file.stem, parts(file))


def listed(
    engine: Engine, measure: Measure, *, state: str = "", by: str = "", unit: str = "", most: int = _MOST
) -> pa.Table:
    """This will list a measure's cases, in the order of their days, at most `most` of them.

    `state` is one of `STATES`, or empty for all; `unit` is a program's or clinician's id, "not attributed" for none.
    Columns: as `cases.cases` gives. The facts of the measure must be laid out in the engine.
    """
    asked = exp.select("*").from_(cases(measure).subquery("one_case"))
    if state:
        asked = asked.where(exp.column("state").eq(exp.Literal.string(state)))
    if by:
        column = exp.column(by)
        is_nobody = unit == "not attributed"
        asked = asked.where(column.is_(exp.null()) if is_nobody else column.eq(exp.Literal.string(unit)))
    asked = asked.order_by("on_date", "case_id").limit(most)
    return engine.query(asked.sql(dialect=engine.dialect))
