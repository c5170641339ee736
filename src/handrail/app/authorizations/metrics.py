"""What a payer publishes about prior authorization (CMS-0057-F), counted from its own determinations, steps and appeals.

What each number means stands in `metrics.yaml`. Each names the requests behind it, so that it can be opened, and page,
CSV and JSON are made from the same rows. `published` is what may leave the review team: no count from 1 to 10, none that
could be worked out from the others, and no requests.
"""

from __future__ import annotations

import datetime
import io
import json
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from django.http import Http404
from ruamel.yaml import YAML

from handrail.app.accounts.access import Viewer
from handrail.app.accounts.models import Organization
from handrail.app.audit.log import Act, note
from handrail.app.authorizations.models import Appeal, Determination, Request, Step
from handrail.app.authorizations.terms import terms_of
from handrail.app.paper.cells import Rows
from handrail.oversight.room import Sum
from handrail.oversight.suppression import SMALLEST_SHOWN, suppress

URGENCIES = ("standard", "expedited")
HIDDEN = "suppressed"
COLUMNS = ("urgency", "metric", "title", "count", "of", "percent", "average_hours", "median_hours")
Outcome = Determination.Outcome


@dataclass(frozen=True)
class Metric:
    """One number: how many requests, of how many (None: no share), or how many hours they took.

    `requests` are the ids behind it, none where it is published. `is_shown` is False where it is suppressed.
    """

    urgency: str
    name: str
    count: int
    of: int | None
    requests: tuple[str, ...] = ()
    average: float | None = None
    median: float | None = None
    is_shown: bool = True
    has_share: bool = True

    @property
    def title(self) -> str:
        """What it is called."""
        return str((told()["counts"] | told()["times"])[self.name]["title"])

    @property
    def says(self) -> str:
        """What it counts."""
        return str((told()["counts"] | told()["times"])[self.name]["says"])

    @property
    def is_time(self) -> bool:
        """Whether it is about hours."""
        return self.name in told()["times"]

    @property
    def percent(self) -> float | None:
        """Its share to one place; None where it has none, or shows none."""
        if not self.of or not self.is_shown or not self.has_share:
            return None
        return round(100 * self.count / self.of, 1)

    @property
    def says_count(self) -> str:
        """What may be printed as its count."""
        return str(self.count) if self.is_shown else HIDDEN


@dataclass(frozen=True)
class Report:
    """The metrics of a payer for a span of days, both included."""

    payer: str
    name: str
    since: datetime.date
    until: datetime.date
    services: tuple[str, ...]
    metrics: tuple[Metric, ...]
    is_published: bool = False

    def of(self, urgency: str, name: str) -> Metric:
        """This will give one metric."""
        return next(one for one in self.metrics if (one.urgency, one.name) == (urgency, name))


def metrics(looking: Viewer, since: datetime.date, until: datetime.date) -> Report:
    """This will count a payer's metrics for decisions from a day to a day, both included. For the payer itself."""
    looking.require("read metrics")
    payer = looking.organization
    if payer.kind != Organization.Kind.PAYER:
        raise Http404("Only a payer has these metrics.")
    note(looking, Act("read", "metrics", detail=f"{since} to {until}"))
    zone = ZoneInfo(payer.time_zone)
    first = datetime.datetime.combine(since, datetime.time(), zone)
    after = datetime.datetime.combine(until + datetime.timedelta(days=1), datetime.time(), zone)
    within = {"payer_id": payer.pk, "at__gte": first, "at__lt": after}
    made = list(Determination.objects.filter(**within).select_related("request").order_by("at", "pk"))
    longer = Step.objects.filter(payer_id=payer.pk, act="extend", appeal=None)
    longer = longer.filter(request__determination__at__gte=first, request__determination__at__lt=after)
    extended = set(longer.values_list("request_id", flat=True))
    decided = Appeal.objects.filter(payer_id=payer.pk, decided_at__gte=first, decided_at__lt=after).exclude(
        status__in=[Appeal.Status.FILED, Appeal.Status.WITHDRAWN, "new"]
    )
    appeals = list(decided.select_related("request").order_by("decided_at", "pk"))
    in_span = {"appeal__decided_at__gte": first, "appeal__decided_at__lt": after}
    longer = Step.objects.filter(payer_id=payer.pk, act="extend", **in_span)
    longer_appeals = set(longer.values_list("appeal_id", flat=True))
    back = Step.objects.filter(**within, act="withdraw", appeal=None).select_related("request").order_by("at", "pk")
    found = []
    for urgency in URGENCIES:
        found += _of(
            urgency,
            [one for one in made if one.request.urgency == urgency],
            extended,
            [one for one in appeals if one.request.urgency == urgency],
            longer_appeals,
            [str(one.request_id) for one in back if one.request.urgency == urgency],
        )
    return Report(payer.pk, payer.name, since, until, _services(payer.pk, first, after, until), tuple(found))


def published(report: Report) -> Report:
    """This will give what may be shown to anybody: small counts hidden, with others from which they could be worked out.

    Hours are shown only where eleven or more decisions stand behind them and their number is shown.
    """
    cells, sums, place = _table(report)
    shown = suppress(np.array(cells), sums).shown if cells else []
    found = []
    for one in report.metrics:
        if one.is_time:
            is_kept = one.name == "hours" and one.count >= SMALLEST_SHOWN and bool(shown[place[one.urgency, "decided"]])
            hours = (one.average, one.median) if is_kept else (None, None)
            found.append(Metric(one.urgency, one.name, one.count if is_kept else 0, None, (), *hours, is_kept, is_kept))
            continue
        of = told()["counts"][one.name].get("of")
        is_shown = bool(shown[place[one.urgency, one.name]])
        has_share = is_shown and (of is None or bool(shown[place[one.urgency, of]]))
        found.append(
            Metric(
                one.urgency,
                one.name,
                one.count if is_shown else 0,
                one.of if has_share else None,
                is_shown=is_shown,
                has_share=has_share,
            )
        )
    return Report(
        report.payer, report.name, report.since, report.until, report.services, tuple(found), is_published=True
    )


def as_csv(report: Report) -> str:
    """This will give a report as CSV in which no cell is taken for a formula; requests by number unless it is published."""
    numbers = {} if report.is_published else _numbers(report)
    out = io.StringIO()
    lines = Rows(out)
    lines.writerow([*COLUMNS, *([] if report.is_published else ["requests"])])
    for one in report.metrics:
        row = _row(one)
        cells = [row[name] for name in COLUMNS]
        if not report.is_published:
            cells.append(" ".join(numbers[pk] for pk in one.requests))
        lines.writerow(["" if cell is None else cell for cell in cells])
    for service in report.services:
        lines.writerow(["", "service", service])
    return out.getvalue()


def as_json(report: Report) -> str:
    """This will give a report as JSON; requests by number unless it is published."""
    numbers = {} if report.is_published else _numbers(report)
    rows: list[dict[str, Any]] = []
    for one in report.metrics:
        row = _row(one) | {"says": one.says}
        if not report.is_published:
            row["requests"] = [numbers[pk] for pk in one.requests]
        rows.append(row)
    whole = {
        "payer": report.name,
        "since": report.since.isoformat(),
        "until": report.until.isoformat(),
        "counted_by": "day of the decision",
        "services_that_need_prior_authorization": list(report.services),
        "metrics": rows,
    }
    return json.dumps(whole, indent=1, ensure_ascii=False)


def behind(looking: Viewer, report: Report, urgency: str, name: str) -> list[Request]:
    """This will give the requests behind a number, the latest decided first."""
    ids = next((one.requests for one in report.metrics if (one.urgency, one.name) == (urgency, name)), None)
    if ids is None:
        raise Http404("There is no such number.")
    held = Request.objects.filter(payer_id=looking.organization.pk, pk__in=ids).select_related(
        "holder", "determination"
    )
    return list(held.order_by("-decided_at", "pk"))


@cache
def told() -> Mapping[str, Any]:
    """This will give what the numbers are called, what they count, and what they are shares of."""
    said: Mapping[str, Any] = YAML(typ="safe").load(
        files(__package__).joinpath("metrics.yaml").read_text(encoding="utf-8")
    )
    return said


def _of(
    urgency: str,
    made: Sequence[Any],
    extended: set[Any],
    appeals: Sequence[Any],
    longer_appeals: set[Any],
    withdrawn: Sequence[str],
) -> list[Metric]:
    def those(*outcomes: str) -> list[str]:
        return [str(one.request_id) for one in made if one.outcome in outcomes]

    def ended(*statuses: str) -> list[str]:
        return [str(one.request_id) for one in appeals if one.status in statuses]

    approved = those(Outcome.APPROVED)
    groups: dict[str, list[str]] = {
        "decided": [str(one.request_id) for one in made],
        "approved": approved,
        "in_part": those(Outcome.PARTLY),
        "denied": those(Outcome.DENIED, Outcome.LAPSED),
        "lapsed": those(Outcome.LAPSED),
        "automatic": [str(one.request_id) for one in made if one.is_automatic],
        "extended": [str(one.request_id) for one in made if one.request_id in extended],
        "extended_approved": [pk for pk in approved if pk in extended],
        "appealed": [str(one.request_id) for one in appeals],
        "overturned": ended(Appeal.Status.OVERTURNED),
        "overturned_in_part": ended(Appeal.Status.PARTLY),
        "upheld": ended(Appeal.Status.UPHELD, Appeal.Status.LAPSED),
        "appeals_extended": [str(one.request_id) for one in appeals if one.pk in longer_appeals],
        "withdrawn": list(withdrawn),
    }
    found = []
    for name, one in told()["counts"].items():
        of = len(groups[one["of"]]) if "of" in one else None
        found.append(Metric(urgency, name, len(groups[name]), of, tuple(groups[name])))
    by_person = [one for one in made if not one.is_automatic and one.outcome != Outcome.LAPSED]
    for name, some in (("hours", list(made)), ("hours_by_person", by_person)):
        hours = [(one.at - one.request.received_at) / datetime.timedelta(hours=1) for one in some]
        found.append(
            Metric(
                urgency,
                name,
                len(some),
                None,
                tuple(str(one.request_id) for one in some),
                round(statistics.fmean(hours), 1) if hours else None,
                round(statistics.median(hours), 1) if hours else None,
            )
        )
    return found


def _services(payer: str, first: datetime.datetime, after: datetime.datetime, until: datetime.date) -> tuple[str, ...]:
    """The services that need prior authorization: those that the terms list, and those for which requests came."""
    asked = Request.objects.filter(payer_id=payer, received_at__gte=first, received_at__lt=after)
    return tuple(
        sorted({*terms_of(payer, until).units, *asked.order_by().values_list("definition", flat=True).distinct()})
    )


def _table(report: Report) -> tuple[list[int], list[Sum], dict[tuple[str, str], int]]:
    """The counts as cells and sums. What is a share of something has a rest, which is a cell as well, so that nothing
    can be worked out from it: what is not published but could be is held to the same rule."""
    cells: list[int] = []
    place: dict[tuple[str, str], int] = {}
    sums: list[Sum] = []

    def cell(urgency: str, name: str, count: int) -> int:
        place[urgency, name] = len(cells)
        cells.append(count)
        return place[urgency, name]

    for urgency in URGENCIES:
        for name in told()["counts"]:
            cell(urgency, name, report.of(urgency, name).count)
        for total, parts in (
            ("decided", ("approved", "in_part", "denied")),
            ("denied", ("lapsed", "+denied_by_person")),
            ("approved", ("automatic", "+approved_by_person")),
            ("decided", ("extended", "+not_extended")),
            ("extended", ("extended_approved", "+extended_not_approved")),
            ("approved", ("extended_approved", "+approved_not_extended")),
            ("appealed", ("overturned", "overturned_in_part", "upheld")),
            ("appealed", ("appeals_extended", "+appeals_not_extended")),
        ):
            known = sum(cells[place[urgency, part]] for part in parts if not part.startswith("+"))
            for part in parts:
                if part.startswith("+"):
                    cell(urgency, part, cells[place[urgency, total]] - known)
            sums.append(Sum(place[urgency, total], tuple(place[urgency, part] for part in parts)))
    return cells, sums, place


def _row(one: Metric) -> dict[str, Any]:
    count: int | str = one.count if one.is_shown else HIDDEN
    return {
        "urgency": one.urgency,
        "metric": one.name,
        "title": one.title,
        "count": count,
        "of": one.of if one.has_share else HIDDEN,
        "percent": one.percent,
        "average_hours": one.average,
        "median_hours": one.median,
    }


def _numbers(report: Report) -> dict[str, str]:
    ids: Iterable[str] = {pk for one in report.metrics for pk in one.requests}
    return {str(pk): number for pk, number in Request.objects.filter(pk__in=list(ids)).values_list("pk", "number")}
