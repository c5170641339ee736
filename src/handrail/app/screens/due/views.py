"""The due list of a whole program."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from handrail.app.accounts.access import Viewer, viewer
from handrail.app.audit.log import acts_about, note
from handrail.app.chart import reading
from handrail.app.paper.cells import Rows
from handrail.app.worklists import due as lists
from handrail.app.worklists.models import JudgedDay

_A_PAGE = 50
_MOST_EXPORTED = 20_000
_HEADINGS = ("Person", "Person id", "Program", "What", "Clause", "When", "Due on", "Days late", "Has it", "Edition")


@dataclass(frozen=True)
class Asked:
    """What the address asks for: which list, whose, of which program."""

    tab: str
    program: str
    staff: str

    def at(self, tab: str) -> str:
        """This will write the same filters for another list, as the end of an address."""
        told = {"list": tab, "program": self.program, "whose": self.staff}
        return urlencode({name: value for name, value in told.items() if value})


@require_safe
def due(request: HttpRequest) -> HttpResponse:
    """This will list what is late or due, one list at a time, with the number of each."""
    looking = viewer(request, "read chart")
    asked = _asked(request)
    taken = _taken(looking, asked)
    told = lists.counts(looking, program=asked.program, staff=asked.staff)
    found = lists.listed(looking, asked.tab, program=asked.program, staff=asked.staff)
    page = Paginator(found, _A_PAGE).get_page(request.GET.get("page"))
    shown: dict[str, Any] = {
        "asked": asked,
        "query": asked.at(asked.tab),
        "tabs": [(tab, title, told[tab], asked.at(tab)) for tab, title in lists.TABS.items()],
        "title": lists.TABS[asked.tab],
        "page": page,
        "entries": lists.entries(looking, page),
        "programs": reading.rows(looking, "program").order_by("name", "pk"),
        "everybody": reading.rows(looking, "staff").filter(left_on=None).order_by("name", "pk"),
        "judged": _latest(looking),
        "soon_days": lists.SOON_DAYS,
        "take": taken.at(asked.tab) if taken else "",
        "take_name": _name(looking, taken) if taken else "",
        "may_take": looking.may("take due list"),
    }
    return render(request, "due/list.html", shown)


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """This will give one list as CSV. What begins like a formula is quoted; the log tells whose rows left.

    Who may export takes any list; a supervisor or director takes that of one program, their own where they have one.
    """
    looking = viewer(request, "read chart", "take due list")
    asked = _asked(request)
    if _taken(looking, asked) != asked:
        raise PermissionDenied("Your role here takes the list of one program only: your own. Choose it, then save.")
    found = lists.listed(looking, asked.tab, program=asked.program, staff=asked.staff)
    rows = lists.entries(looking, found[:_MOST_EXPORTED])
    note(looking, *acts_about(sorted({row.verdict.person_id for row in rows}), "export", "verdict"))
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="due-{asked.tab}-{looking.today:%Y-%m-%d}.csv"'
    writer = Rows(answer)
    writer.writerow(_HEADINGS)
    writer.writerows(_cells(row) for row in rows)
    return answer


def _cells(row: lists.Entry) -> tuple[object, ...]:
    verdict = row.verdict
    late = row.days_late if (row.days_late or 0) > 0 else None
    named = (row.whom, verdict.person_id, row.program, verdict.says, verdict.clause, row.when)
    return (*named, row.due_on, late, row.has_it, f"{verdict.definition}@{verdict.edition}")


def _asked(request: HttpRequest) -> Asked:
    tab = request.GET.get("list", "late")
    chosen = tab if tab in lists.TABS else "late"
    return Asked(chosen, request.GET.get("program", ""), request.GET.get("whose", ""))


def _taken(looking: Viewer, asked: Asked) -> Asked | None:
    """What somebody may take of what is shown: all of it, that of their own program, or nothing yet."""
    if not looking.may("take due list"):
        return None
    if looking.may("export"):
        return asked
    mine = reading.rows(looking, "staff").filter(pk=looking.staff_id).first() if looking.staff_id else None
    own = mine.program_id if mine and mine.program_id else asked.program
    return replace(asked, program=own) if own and asked.program in ("", own) else None


def _name(looking: Viewer, taken: Asked) -> str:
    """The name of the program whose list is taken; nothing where it is that of every program."""
    program = reading.rows(looking, "program").filter(pk=taken.program).first() if taken.program else None
    return str(program.name or program.pk) if program else ""


def _latest(looking: Viewer) -> Any:
    held = JudgedDay.objects.filter(organization=looking.organization).first()
    return held.day if held else None
