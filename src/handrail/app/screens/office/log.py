"""The log of the organization: who read or wrote what, about whom. Newest first; as a page and as CSV."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from handrail.app.accounts.access import Viewer, viewer
from handrail.app.accounts.models import Membership
from handrail.app.audit.log import Act, faults, note
from handrail.app.audit.models import Entry
from handrail.app.chart import reading
from handrail.app.paper.cells import Rows

_A_PAGE = 100
_MOST_FOUND = 20
_COLUMNS = ("number", "at", "user_id", "who", "act", "table", "row_id", "person_id", "detail", "before", "seal")


class Asked(forms.Form):
    """Which entries are asked for: ids and days only, so that they may stand in the address."""

    member = forms.ChoiceField(label="Done by", required=False)
    person = forms.CharField(label="Id of the person", required=False, max_length=64)
    first = forms.DateField(label="From", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label="To", required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, looking: Viewer, *args: Any, **kwargs: Any) -> None:
        """`looking` is whose organization it is."""
        super().__init__(*args, **kwargs)
        known = [(str(pk), name) for pk, name in _members(looking).items()]
        self.fields["member"].choices = [("", "anybody"), *known]  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
def entries(request: HttpRequest) -> HttpResponse:
    """This will show the log, or (posted) the people of a name whose entries can be asked for. Reading it is logged."""
    looking = viewer(request, "read audit")
    found: list[Any] = []
    if request.method == "POST" and looking.may("read chart"):
        found = _named(looking, request.POST.get("q", ""))
    form = Asked(looking, request.GET)
    page = Paginator(_asked(looking, form), _A_PAGE).get_page(request.GET.get("page"))
    shown = list(page)
    about = form.cleaned_data.get("person", "") if form.is_valid() else ""
    note(looking, Act("read", "log", person_id=about))
    names: dict[str, str] = {}
    if looking.may("read chart"):
        ids = {one.person_id for one in shown if one.person_id}
        names = {one.person_id: str(one) for one in reading.names(looking).filter(person_id__in=ids)}
    members = _members(looking)
    zone = ZoneInfo(looking.organization.time_zone)
    listed = [
        (one, one.at.astimezone(zone), members.get(one.user_id or 0, ""), names.get(one.person_id, "")) for one in shown
    ]
    kept = request.GET.copy()
    kept.pop("page", None)
    told = {"listed": listed, "page": page, "form": form, "kept": kept.urlencode(), "found": found}
    told |= {"posted": request.method == "POST", "can_find": looking.may("read chart")}
    return render(request, "office/log.html", told)


@require_safe
def as_csv(request: HttpRequest) -> StreamingHttpResponse | HttpResponse:
    """This will give the entries asked for as CSV with their seals; that they were taken away is logged."""
    looking = viewer(request, "read audit")
    asked = _asked(looking, Asked(looking, request.GET))
    note(looking, Act("export", "log", detail=f"{asked.count()} entries"))
    answer = StreamingHttpResponse(_lines(looking, asked), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="log-{looking.today}.csv"'
    return answer


@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """This will go through the whole log and say whether anybody changed it."""
    looking = viewer(request, "read audit")
    broken = list(faults())
    note(looking, Act("check", "log", detail=f"{len(broken)} faults"))
    for says in broken[:10]:
        messages.error(request, says)
    if not broken:
        messages.success(request, "The log is whole: every entry follows from the one before it.")
    return redirect("log")


def _asked(looking: Viewer, form: Asked) -> QuerySet[Entry]:
    """The organization's entries that a form asks for; none where the form does not make sense."""
    found = Entry.objects.filter(organization_id=looking.organization.pk).order_by("-number")
    if not form.is_valid():
        return found.none()
    told, zone = form.cleaned_data, ZoneInfo(looking.organization.time_zone)
    if told["member"]:
        found = found.filter(user_id=int(told["member"]))
    if told["person"]:
        found = found.filter(person_id=told["person"])
    if told["first"]:
        found = found.filter(at__gte=datetime.datetime.combine(told["first"], datetime.time(), zone))
    if told["last"]:
        after = told["last"] + datetime.timedelta(days=1)
        found = found.filter(at__lt=datetime.datetime.combine(after, datetime.time(), zone))
    return found


def _members(looking: Viewer) -> dict[int, str]:
    held = Membership.objects.filter(organization=looking.organization).select_related("user")
    return {one.user_id: str(one.user) for one in held.order_by("user__last_name", "user__first_name")}


def _named(looking: Viewer, typed: str) -> list[Any]:
    found = reading.names(looking)
    for word in typed.split():
        found = found.filter(Q(given_name__icontains=word) | Q(family_name__icontains=word) | Q(number=word))
    return list(found.order_by("family_name", "given_name")[:_MOST_FOUND]) if typed.strip() else []


class _Line:
    """What `csv` writes to: it gives each line back, so that the log is never held at once."""

    def write(self, line: str) -> str:
        return line


def _lines(looking: Viewer, asked: QuerySet[Entry]) -> Iterator[str]:
    members, writer = _members(looking), Rows(_Line())
    yield writer.writerow(_COLUMNS)
    for one in asked.iterator(chunk_size=2000):
        told = {"who": members.get(one.user_id or 0, ""), "at": one.at.isoformat()}
        yield writer.writerow([told.get(name, getattr(one, name, "")) for name in _COLUMNS])
