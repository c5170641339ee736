"""The minutes of a week: a grid of people by days, and one person's week with every session behind it."""

from __future__ import annotations

import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from handrail.app.accounts.access import viewer
from handrail.app.audit.log import Act, note
from handrail.app.chart import reading
from handrail.app.screens.groups.making import own_program
from handrail.app.screens.groups.room import cites
from handrail.app.screens.groups.views import day_of
from handrail.app.screens.weeks.counting import counted
from handrail.app.screens.weeks.week import FILTERS, Row, attended, read_week, verdicts_of
from handrail.subjects.catalog import subject


@require_safe
def weeks(request: HttpRequest) -> HttpResponse:
    """This will show who attended how many minutes that count, day by day, in one week of a program."""
    looking = viewer(request, "read chart")
    day = day_of(request.GET.get("week", ""), looking.today)
    monday = day - datetime.timedelta(days=day.weekday())
    program = request.GET.get("program", own_program(looking))
    group = request.GET.get("show", "all")
    group = group if group in FILTERS else "all"
    week = read_week(looking, program, monday)
    rows = [row for row in week.rows if row.is_in(group)]
    if group in {"at-risk", "below"}:
        rows.sort(key=lambda row: row.furthest)
    if rows:
        note(looking, *(Act("read", "episode", row.episode.pk, row.episode.person_id, "weeks") for row in rows))
    counts = week.counts()
    step = datetime.timedelta(days=7)
    shown: dict[str, Any] = {
        "week": week,
        "rows": rows,
        "days": [monday + datetime.timedelta(days=number) for number in range(7)],
        "monday": monday,
        "before": monday - step,
        "after": monday + step,
        "is_now": monday <= looking.today < monday + step,
        "program": program,
        "programs": reading.rows(looking, "program").order_by("name", "pk"),
        "show": group,
        "filters": [
            (name, title, counts[name], urlencode({"week": monday, "program": program, "show": name}))
            for name, title in FILTERS.items()
        ],
    }
    return render(request, "weeks/grid.html", shown)


@require_safe
def week_of(request: HttpRequest, episode_id: str, monday: str) -> HttpResponse:
    """This will show one person's week: each session, what of it counts, and what the definition says of the week."""
    looking = viewer(request, "read chart")
    first = day_of(monday, datetime.date.min)
    if first.weekday() or first == datetime.date.min:
        raise Http404("There is no such week.")
    episode = reading.episode(looking, episode_id, screen="weeks")
    listed = attended(looking, [episode_id], first)
    minutes = counted(looking, first, {(episode_id, row.pk): [row] for row in listed if row.status == "attended"})
    told = [
        (one, cites().get((one.definition, one.edition, one.clause), ""))
        for one in verdicts_of(looking, [episode_id], first)
    ]
    row = Row(episode, [one for one, _ in told])
    staff: dict[str, list[str]] = {}
    sessions = [one.session_id for one in listed]
    for given in reading.rows(looking, "session_staff").filter(session_id__in=sessions).select_related("staff"):
        staff.setdefault(given.session_id, []).append(given.staff.name or given.staff_id)
    shown = {
        "episode": episode,
        "row": row,
        "told": told,
        "monday": first,
        "says": subject("service_week").facts["attended_minutes"].says,
        "before": first - datetime.timedelta(days=7),
        "after": first + datetime.timedelta(days=7),
        "listed": [(one, minutes.get((episode_id, one.pk)), staff.get(one.session_id, [])) for one in listed],
    }
    return render(request, "weeks/person.html", shown)
