"""The first page after signing in."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from handrail.app.accounts.access import roles, viewer
from handrail.app.accounts.models import Organization
from handrail.app.screens.my_day import today
from handrail.app.screens.pages import pages_for
from handrail.app.screens.requests.waiting import authorizing
from handrail.app.worklists import due

_LINES = 12


@require_safe
def my_day(request: HttpRequest) -> HttpResponse:
    """This will show what waits today; to whoever reads no charts, what there is to open."""
    looking = viewer(request)
    known = roles()
    shown = {"titles": [known[role].title for role in sorted(looking.roles) if role in known], "today": looking.today}
    is_payer = looking.organization.kind == Organization.Kind.PAYER
    if is_payer and looking.may("read requests") and not looking.may("read chart"):
        return redirect("desk")
    if not looking.may("read chart"):
        return render(request, "my_day/without_charts.html", shown | {"pages": pages_for(looking, request.path)})
    mine = today.whose(looking)
    counts = due.counts(looking, staff=mine)
    waiting = [*due.listed(looking, "late", staff=mine)[:_LINES], *due.listed(looking, "today", staff=mine)[:_LINES]]
    soon = due.listed(looking, "soon", staff=mine)[: max(0, _LINES - len(waiting))]
    shown |= {
        "is_mine": bool(mine),
        "is_linked": bool(looking.staff_id),
        "counts": counts,
        "query": urlencode({"whose": mine}) if mine else "",
        "groups": today.groups(looking),
        "entries": due.entries(looking, [*waiting, *soon][:_LINES]),
        "unsigned": today.unsigned(looking),
        "at_risk": today.at_risk(looking, mine),
        "authorizing": authorizing(looking, timezone.now()),
    }
    return render(request, "my_day/day.html", shown)
