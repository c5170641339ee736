"""The sessions of a day or a week: when, what, who gives it, and how many came."""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from handrail.app.accounts.access import viewer
from handrail.app.chart import reading
from handrail.app.screens.groups.making import own_program


@dataclass(frozen=True)
class Listed:
    """One session of the list."""

    session: Any
    staff: tuple[str, ...]
    came: int
    of: int | None
    reason: str


@require_safe
def groups(request: HttpRequest) -> HttpResponse:
    """This will list the sessions of a day or a week, of one program or of all."""
    looking = viewer(request, "read chart")
    day = day_of(request.GET.get("day", ""), looking.today)
    is_week = request.GET.get("span", "day") == "week"
    program = request.GET.get("program", own_program(looking))
    first = day - datetime.timedelta(days=day.weekday()) if is_week else day
    last = first + datetime.timedelta(days=6) if is_week else first
    found = reading.rows(looking, "session").filter(held_on__range=(first, last)).select_related("program")
    if program:
        found = found.filter(program_id=program)
    sessions = list(found.order_by("held_on", "starts_at", "pk"))
    ids = [one.pk for one in sessions]
    staff: dict[str, list[str]] = {}
    for given in (
        reading.rows(looking, "session_staff").filter(session_id__in=ids).select_related("staff").order_by("pk")
    ):
        staff.setdefault(given.session_id, []).append(given.staff.name or given.staff_id)
    marked = reading.rows(looking, "attendance").filter(session_id__in=ids)
    states = Counter(marked.values_list("session_id", "status"))
    on_roll = Counter(session_id for session_id, _status in states.elements())
    words = reading.wordings(looking, "session", *ids)
    days: dict[datetime.date, list[Listed]] = {}
    for one in sessions:
        came, of = states[one.pk, "attended"], on_roll[one.pk] or one.scheduled_count
        told = Listed(one, tuple(staff.get(one.pk, ())), came, of, words.get((one.pk, "reason"), ""))
        days.setdefault(one.held_on, []).append(told)
    step = datetime.timedelta(days=7 if is_week else 1)
    shown = {
        "days": days,
        "day": day,
        "first": first,
        "last": last,
        "is_week": is_week,
        "program": program,
        "programs": reading.rows(looking, "program").order_by("name", "pk"),
        "before": day - step,
        "after": day + step,
    }
    return render(request, "groups/list.html", shown)


def day_of(text: str, otherwise: datetime.date) -> datetime.date:
    """This will read a day of an address, or give another where it is none."""
    try:
        told = datetime.date.fromisoformat(text)
    except ValueError:
        return otherwise
    return told if 1900 < told.year < 2200 else otherwise
