"""The outcomes report of the latest kept run. What it says and hides is `handrail.measures.reporting`'s."""

from __future__ import annotations

import io

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header

from handrail.app.accounts.access import Viewer
from handrail.app.audit.log import Act, note
from handrail.app.overseeing import keeping
from handrail.app.overseeing.keeping import Kept
from handrail.app.paper import pdf as paper
from handrail.app.paper.cells import Rows
from handrail.measures.reporting import UNCONTROLLED, Report, as_rows, report_of

_SMALL = "Counts from 1 to 10 are suppressed. Names nobody. No finding about the quality of anybody's work."


def outcomes_report(request: HttpRequest, looking: Viewer) -> HttpResponse:
    """This will show the report on one page, or say that nothing was run yet."""
    kept = keeping.latest(looking)
    report = _report(kept) if kept else None
    shown = {
        "kept": kept,
        "report": report,
        "definitions": [(one.title, one.definition(report.thresholds)) for one in report.measures] if report else [],
        "uncontrolled": UNCONTROLLED,
    }
    return render(request, "outcomes/report.html", shown)


def csv(looking: Viewer) -> HttpResponse:
    """This will give the report as CSV, a cell of it in each line; the log tells that it left."""
    kept = _found(looking)
    text = io.StringIO()
    Rows(text).writerows(as_rows(_report(kept)))
    return _file(looking, kept, text.getvalue(), "text/csv; charset=utf-8", "csv")


def pdf(looking: Viewer) -> HttpResponse:
    """This will give the report as a tagged PDF; the log tells that it left."""
    kept = _found(looking)
    report = _report(kept)
    told = {
        "title": "Outcomes",
        "organization": looking.organization.name,
        "small": _SMALL,
        "lead": report.words,
        "uncontrolled": UNCONTROLLED,
        "tables": [
            {
                "title": table.title,
                "says": table.says,
                "columns": table.columns,
                "rows": [{"cells": row.cells, "is_uncontrolled": row.is_uncontrolled} for row in table.rows],
            }
            for table in report.tables
        ],
        "definitions": [{"title": one.title, "pairs": one.definition(report.thresholds)} for one in report.measures],
        "not_told": [{"title": title, "lacks": _words(lacks)} for title, lacks in report.not_told],
    }
    return _file(looking, kept, paper.pdf("outcomes", told, at=kept.made_at), "application/pdf", "pdf")


def _found(looking: Viewer) -> Kept:
    kept = keeping.latest(looking)
    if kept is None:
        raise Http404("No measures were run yet.")
    return kept


def _report(kept: Kept) -> Report:
    """The report of a run, which never changes; what to hide takes long to find, so it is kept for the next page."""
    held = kept.held
    if "outcomes report" not in held:
        held["outcomes report"] = report_of(kept.run)
    found: Report = held["outcomes report"]
    return found


def _words(lacks: tuple[str, ...]) -> str:
    return ", ".join(one.replace("_", " ") for one in lacks)


def _file(looking: Viewer, kept: Kept, content: str | bytes, kind: str, ending: str) -> HttpResponse:
    note(looking, Act("export", "outcomes_report", kept.pk, detail=ending))
    answer = HttpResponse(content, content_type=kind)
    span = kept.run.span
    answer["Content-Disposition"] = content_disposition_header(True, f"outcomes-{span.since}-{span.as_of}.{ending}")
    answer["Cache-Control"] = "no-store"
    return answer
