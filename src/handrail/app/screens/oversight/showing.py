"""What the pages of oversight show. Each starts from a kept run; nothing is computed from records here."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from handrail.app.accounts.access import Viewer
from handrail.app.chart import reading
from handrail.app.overseeing import keeping
from handrail.app.screens.oversight import pictures, shown, starts
from handrail.app.screens.oversight.asked import Asked, asked
from handrail.measures.listing import STATES
from handrail.measures.results import CHANCE, Result

MOST_LISTED = 500
MOST_CLAUSES = 12
MOST_ON_HOME = 40
"""Lines of a list of the first page; the pages of the measures have the rest."""
MOST_CHARTS = 12
"""Charts drawn on one page; the others are one click away."""
A_PAGE = 50
_BY = ("program", "clinician")


def home(request: HttpRequest, looking: Viewer) -> HttpResponse:
    """This will show what changed, what stands out and what is unknown, and every measure."""
    told = asked(request, looking)
    page: dict[str, Any] = {"asked": told}
    if told.kept is not None:
        page |= {
            "standing_out": shown.First.of(shown.standing_out(told), MOST_ON_HOME),
            "changes": shown.First.of(shown.changes(told), MOST_ON_HOME),
            "charts": sum(len(one.over_time) for one in told.kept.run.results),
            "chance": CHANCE,
            "unknown": shown.unknown(told),
            "too_little": shown.First.of(shown.too_little(told), MOST_ON_HOME),
            "not_told": shown.not_told(told),
            "lines": list(shown.measure_lines(told)),
            "compared": len({(by, one.unit) for by, one in told.kept.run.signals}),
            "steps": pictures.steps(told),
            "pairs": pictures.pairs(told),
        }
    return render(request, "oversight/home.html", page)


def measure(request: HttpRequest, looking: Viewer, name: str) -> HttpResponse:
    """This will show one measure: what it says and who chose it, everybody's count, its peers, and change over time."""
    told = asked(request, looking)
    result = told.result(name)
    breaking = [one for one in result.over_time if one.breaks or not one.unit]
    page = {
        "asked": told,
        "result": result,
        "compared": result.measure.compared(told.found.run.thresholds),
        "whole": shown.line(told, result, "", result.whole),
        "comparisons": [_comparison(request, told, result, by) for by in result.comparisons],
        "charts": [(told.name(one.unit), one, pictures.over_time(told, result, one)) for one in breaking[:MOST_CHARTS]],
        "more_charts": [
            (told.name(one.unit), shown.unit_address(told, "program", one.unit)) for one in breaking[MOST_CHARTS:]
        ],
        "quiet": [
            (told.name(one.unit), shown.unit_address(told, "program", one.unit))
            for one in result.over_time
            if one.unit and not one.breaks
        ],
        "stays": pictures.stays(told, result),
        "pairs": [(told.name(unit), one) for unit, one in result.pairs.items()],
        "rates": [(told.name(unit), one) for unit, one in result.rates.items()],
        "run": told.found.run,
    }
    return render(request, "oversight/measure.html", page)


def unit(request: HttpRequest, looking: Viewer, by: str, unit: str) -> HttpResponse:
    """This will show everything that the run says of one program or clinician. Raises `Http404` for nobody."""
    if by not in _BY:
        raise Http404("Measures are shown by program and by clinician.")
    told = asked(request, looking)
    lines, charts = [], []
    for result in told.found.run.results:
        comparison = result.comparisons.get(by)
        lines += [
            shown.line(told, result, by, one) for one in (comparison.units if comparison else ()) if one.unit == unit
        ]
        charts += [
            (result.measure, one, pictures.over_time(told, result, one))
            for one in result.over_time
            if by == "program" and one.unit == unit
        ]
    if not lines:
        raise Http404("The run says nothing of this one.")
    lines.sort(key=lambda one: _order(one.signal))
    page = {"asked": told, "by": by, "unit": unit, "name": told.name(unit), "lines": lines, "charts": charts}
    page["starts"] = starts.starts(told, lines) if looking.may("write review") else []
    return render(request, "oversight/unit.html", page)


def cases(request: HttpRequest, looking: Viewer, name: str) -> HttpResponse:
    """This will list the cases behind a number, and note in the log that somebody did."""
    told = asked(request, looking)
    result = told.result(name)
    state, by, one = (request.GET.get(key, "") for key in ("state", "by", "unit"))
    if state not in ("", *STATES) or by not in ("", *_BY):
        raise Http404("There is no such list.")
    rows = keeping.cases(told.looking, told.found, name, state=state, by=by, unit=one, most=MOST_LISTED)
    people = dict(_names(told, rows["person_id"].to_pylist()))
    lines = [
        {**row, "who": people.get(row["person_id"]) or row["person_id"], "is_open": row["person_id"] in people}
        for row in rows.to_pylist()
    ]
    for row in lines:
        row["program_name"] = told.name(row["program"] or "")
        row["clinician_name"] = told.names.get(row["clinician"] or "", row["clinician"])
        row["counted"] = [
            (key.replace("_", " "), row[key]) for key in result.measure.counts if row.get(key) is not None
        ]
        row["counted"] = [] if result.measure.kind == "share" else row["counted"]
    page = {
        "asked": told,
        "result": result,
        "lines": lines,
        "state": state,
        "by": by,
        "unit": told.name(one) if one else "",
    }
    return render(request, "oversight/cases.html", page | {"is_cut": len(lines) == MOST_LISTED, "most": MOST_LISTED})


def clauses(request: HttpRequest, looking: Viewer) -> HttpResponse:
    """This will show how often clauses were met, by program and month, those least often met first."""
    told = asked(request, looking)
    page = {"asked": told, "picture": pictures.heat(told, MOST_CLAUSES), "most": MOST_CLAUSES}
    return render(request, "oversight/clauses.html", page)


def _names(told: Asked, ids: list[str]) -> list[tuple[str, str]]:
    """The names of people whose chart the viewer may open."""
    if not told.looking.may("read chart"):
        return []
    found = reading.names(told.looking).filter(person_id__in={one for one in ids if one})
    return [(one.person_id, str(one)) for one in found]


def _comparison(request: HttpRequest, told: Asked, result: Result, by: str) -> dict[str, Any]:
    """Everything by program or by clinician: what stands out first, a page at a time."""
    comparison = result.comparisons[by]
    signals = told.found.run.signals_of(result.measure.name, by)
    units = sorted(comparison.units, key=lambda one: _order(signals.get(one.unit)))
    page = Paginator(units, A_PAGE).get_page(request.GET.get("page") if request.GET.get("by") == by else 1)
    return {
        "by": by,
        "told": comparison,
        "lines": [shown.line(told, result, by, one) for one in page],
        "page": page,
        "query": urlencode({"by": by} | ({"run": told.found.pk} if told.query else {})),
        "funnel": pictures.funnel(told, result, by),
        "caterpillar": pictures.caterpillar(told, result, by),
        "signal": next(iter(signals.values()), None),
    }


def _order(signal: Any) -> tuple[int, float]:
    """Review, watch, no signal, cannot tell, nothing compared; the furthest first."""
    order = ("review", "watch", "no signal", "cannot tell")
    return (order.index(signal.verdict.value), -abs(signal.adjusted_z)) if signal else (len(order), 0.0)
