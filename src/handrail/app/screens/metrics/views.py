"""The metrics of a payer for a span of days, to look at, to take along, and to publish."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from handrail.app.accounts.access import Viewer, viewer
from handrail.app.authorizations import metrics as counting
from handrail.app.authorizations.metrics import Metric, Report
from handrail.app.chart.forms import day_input


class Span(forms.Form):
    """From when to when."""

    since = forms.DateField(label="Decided from", widget=day_input())
    until = forms.DateField(label="to", widget=day_input())

    def clean(self) -> None:
        """This will refuse an end before the beginning."""
        given = super().clean() or {}
        if given.get("since") and given.get("until") and given["until"] < given["since"]:
            self.add_error("until", "The last day is not before the first.")


@dataclass(frozen=True)
class Asked:
    """What the address asks for: the days, and whether for publication."""

    form: Span
    since: datetime.date
    until: datetime.date
    is_published: bool

    @property
    def query(self) -> str:
        """It as part of an address."""
        told = {"since": f"{self.since}", "until": f"{self.until}"}
        return urlencode(told | ({"for": "publication"} if self.is_published else {}))


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """This will show a payer's metrics, each with what it counts and the way to the requests behind it."""
    looking = viewer(request, "read metrics")
    asked = _asked(request, looking)
    report = _report(looking, asked)
    told = {
        "report": report,
        "asked": asked,
        "form": asked.form,
        "groups": [(urgency, _counts(report, urgency), _times(report, urgency)) for urgency in counting.URGENCIES],
        "days": urlencode({"since": f"{asked.since}", "until": f"{asked.until}"}),
    }
    return render(request, "metrics/metrics.html", told)


@require_safe
def csv(request: HttpRequest) -> HttpResponse:
    """This will give the metrics as CSV; for publication without small counts and without requests."""
    looking = viewer(request, "read metrics")
    asked = _asked(request, looking)
    return _file(counting.as_csv(_report(looking, asked)), "text/csv; charset=utf-8", asked, "csv")


@require_safe
def json(request: HttpRequest) -> HttpResponse:
    """This will give the metrics as JSON; for publication without small counts and without requests."""
    looking = viewer(request, "read metrics")
    asked = _asked(request, looking)
    return _file(counting.as_json(_report(looking, asked)), "application/json", asked, "json")


@require_safe
def behind(request: HttpRequest, urgency: str, name: str) -> HttpResponse:
    """This will list the requests behind one number."""
    looking = viewer(request, "read metrics")
    asked = _asked(request, looking)
    report = counting.metrics(looking, asked.since, asked.until)
    found = counting.behind(looking, report, urgency, name)
    zone = ZoneInfo(looking.organization.time_zone)
    lines = [(one, *(at.astimezone(zone).replace(tzinfo=None) if at else None for at in (one.received_at, one.decided_at))) for one in found]  # fmt: skip
    told = {
        "metric": report.of(urgency, name),
        "urgency": urgency,
        "lines": lines,
        "asked": asked,
        "may_open": looking.may("read requests"),
    }
    return render(request, "metrics/behind.html", told)


def _asked(request: HttpRequest, looking: Viewer) -> Asked:
    """The span in the address; without one, this year so far, or for publication the year before."""
    year = looking.today.year - 1
    usual = {"since": datetime.date(year + 1, 1, 1), "until": looking.today}
    if request.GET.get("for") == "publication":
        usual = {"since": datetime.date(year, 1, 1), "until": datetime.date(year, 12, 31)}
    form = Span(request.GET if "since" in request.GET else None, initial=usual)
    given = form.cleaned_data if form.is_bound and form.is_valid() else usual
    return Asked(form, given["since"], given["until"], request.GET.get("for") == "publication")


def _report(looking: Viewer, asked: Asked) -> Report:
    report = counting.metrics(looking, asked.since, asked.until)
    return counting.published(report) if asked.is_published else report


def _counts(report: Report, urgency: str) -> list[Metric]:
    return [one for one in report.metrics if one.urgency == urgency and not one.is_time]


def _times(report: Report, urgency: str) -> list[Metric]:
    return [one for one in report.metrics if one.urgency == urgency and one.is_time]


def _file(text: str, kind: str, asked: Asked, ending: str) -> HttpResponse:
    answer = HttpResponse(text, content_type=kind)
    what = "published" if asked.is_published else "metrics"
    name = f"{what}-{asked.since}-{asked.until}.{ending}"
    answer["Content-Disposition"] = content_disposition_header(True, name)
    answer["Cache-Control"] = "no-store"
    return answer
