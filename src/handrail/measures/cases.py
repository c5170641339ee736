"""The cases of a measure as SQL: who counts, who is left out and why, what is unknown, and what was counted.

Every case stands in one state, so that numerator, denominator, excluded and unknown always add up to the cases.
"""

from __future__ import annotations

from functools import cache

import sqlglot
from sqlglot import exp

from handrail.measures.measure import ATTRIBUTED, KINDS, Measure

YES, NO, UNKNOWN, EXCLUDED = "yes", "no", "unknown", "excluded"
COUNTED = "counted"
"""The state of a case of a rate, a pair or a stay, which is no yes or no."""
_WHOSE = ("case_id", "person_id", "service", "program", "clinician", "other_clinician", "on_date")


@cache
def cases(measure: Measure) -> exp.Select:
    """This will write the SELECT of a measure's cases over the relation of its facts.

    Columns: case_id, person_id, service, program, clinician (as the measure attributes), other_clinician (by the
    other rule), on_date, state, reason (why excluded or unknown), then what is counted: `yes`; `events`, `exposure`;
    `before`, `after`; `events_before`, `time_before`, `events_after`, `time_after`; or `days`, `ended`; then the facts
    of the admission that it adjusts for and that make peers. A case that is not of the measure (`where` is no) has no
    row.
    """
    counts = {name: _parsed(text) for name, text in measure.counts.items()}
    told = exp.select(
        *(exp.alias_(exp.column(_columns_of(measure).get(name, name)), name) for name in _WHOSE),
        *(
            exp.alias_(exp.paren(tree.copy()), f"is_{name}" if name == "yes" else f"told_{name}")
            for name, tree in counts.items()
        ),
        exp.alias_(exp.paren(_parsed(measure.where).copy()), "is_of_it"),
        exp.alias_(_reason(measure), "why_excluded"),
        *(exp.column(name) for name in _of_the_admission(measure)),
    ).from_(measure.facts.name)
    if measure.service:
        told = told.where(exp.column("service").eq(exp.Literal.string(measure.service)))
    columns = [exp.column(f"is_{name}" if name == "yes" else f"told_{name}") for name in KINDS[measure.kind]]
    state = exp.Case().when("why_excluded IS NOT NULL", exp.Literal.string(EXCLUDED))
    state = state.when("is_of_it IS NULL", exp.Literal.string(UNKNOWN))
    reason = exp.Case().when("why_excluded IS NOT NULL", exp.column("why_excluded"))
    reason = reason.when("is_of_it IS NULL", exp.Literal.string("whether it counts is not documented"))
    for column in columns:
        state = state.when(column.copy().is_(exp.null()), exp.Literal.string(UNKNOWN))
        reason = reason.when(column.copy().is_(exp.null()), exp.Literal.string("what is counted is not documented"))
    if measure.kind == "share":
        state = state.when("is_yes", exp.Literal.string(YES)).else_(exp.Literal.string(NO))
    else:
        state = state.else_(exp.Literal.string(COUNTED))
    shown = [exp.alias_(column, column.name.removeprefix("told_").replace("is_yes", "yes")) for column in columns]
    if measure.kind == "rate":
        shown[1] = exp.alias_(columns[1], "exposure")
    return (
        exp.select(
            *(exp.column(name) for name in _WHOSE),
            exp.alias_(state, "state"),
            exp.alias_(reason, "reason"),
            *shown,
            *(exp.column(name) for name in _of_the_admission(measure)),
        )
        .from_(told.subquery("told"))
        .where("COALESCE(is_of_it, TRUE)")
    )


def tallies(measure: Measure, by: str, period: str = "", *, apart: bool = False) -> exp.Select:
    """This will count a measure's cases for each unit of `by` ("" for all together), and each month or week of `period`.

    `apart` counts each group of peers apart. Columns: unit, what peers have in common and period (only where asked),
    cases (every state), counted (yes or no, or counted), events, exposure, excluded, unknown. For a share, events are
    those with yes; for other kinds than a rate they are 0.
    """
    events = {
        "share": "COUNT(CASE WHEN state = 'yes' THEN 1 END)",
        "rate": "COALESCE(SUM(CASE WHEN state = 'counted' THEN events END), 0)",
    }.get(measure.kind, "0")
    exposure = "COALESCE(SUM(CASE WHEN state = 'counted' THEN exposure END), 0)" if measure.kind == "rate" else "0"
    groups = {
        "unit": by,
        **{name: name for name in (measure.apart_by if apart else ())},
        "period": f"CAST(DATE_TRUNC('{period}', on_date) AS DATE)" if period else "",
    }
    keys = {name: text for name, text in groups.items() if text}
    counted = {
        "cases": "CAST(COUNT(*) AS BIGINT)",
        "counted": "CAST(COUNT(CASE WHEN state IN ('yes', 'no', 'counted') THEN 1 END) AS BIGINT)",
        "events": f"CAST({events} AS DOUBLE)",
        "exposure": f"CAST({exposure} AS DOUBLE)",
        "excluded": "CAST(COUNT(CASE WHEN state = 'excluded' THEN 1 END) AS BIGINT)",
        "unknown": "CAST(COUNT(CASE WHEN state = 'unknown' THEN 1 END) AS BIGINT)",
    }
    told = exp.select(*(exp.alias_(_parsed(text), name) for name, text in (keys | counted).items()))
    told = told.from_(cases(measure).subquery("one_case"))
    return told.group_by(*(_parsed(text) for text in keys.values())) if keys else told


def _columns_of(measure: Measure) -> dict[str, str]:
    return {"clinician": ATTRIBUTED[measure.attributed], "other_clinician": ATTRIBUTED[measure.attributed_otherwise]}


def _of_the_admission(measure: Measure) -> list[str]:
    return [name for name in dict.fromkeys((*measure.adjusted_for, *measure.apart_by)) if name not in _WHOSE]


def _reason(measure: Measure) -> exp.Expression:
    """The first reason to leave a case out that holds; an unknown condition leaves nobody out."""
    if not measure.excluded:
        return exp.cast(exp.null(), "text")
    case = exp.Case()
    for reason, text in measure.excluded.items():
        case = case.when(exp.paren(_parsed(text)), exp.Literal.string(reason))
    return case


@cache
def _read(text: str) -> exp.Expression:
    return sqlglot.parse_one(text, read="duckdb")


def _parsed(text: str) -> exp.Expression:
    return _read(text).copy()
