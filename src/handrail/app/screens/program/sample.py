"""A sample for a focused review, drawn by a seed: whoever types the same seed draws the same rows."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from handrail.app.accounts.access import Viewer, viewer
from handrail.app.audit.log import Act, note
from handrail.app.chart import reading
from handrail.app.screens.program import printing
from handrail.app.screens.program.judged import day, editions, sealed, verdict_told
from handrail.app.screens.templatetags.handrail import day as shown_day
from handrail.app.worklists.models import Verdict

Verdicts = dict[str, list[Verdict]]
"""What was said of each row drawn, by its id."""

_MOST = 200
_DAY = {"episode": "admitted_on", "session": "held_on"}


class Asked(forms.Form):
    """What is drawn, from which program and days, how many, and by which seed."""

    of = forms.ChoiceField(choices=[("session", "sessions"), ("episode", "episodes")], label="Draw")
    program = forms.ChoiceField(required=False, label="Of the program")
    since = forms.DateField(required=False, label="From", widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(required=False, label="Until", widget=forms.DateInput(attrs={"type": "date"}))
    size = forms.IntegerField(min_value=1, max_value=_MOST, label="How many")
    seed = forms.IntegerField(
        min_value=0, max_value=10**12, required=False, label="Seed", help_text="Leave it empty for a new one."
    )


@require_safe
def sample(request: HttpRequest) -> HttpResponse:
    """This will draw sessions or episodes by a seed, and show what was said of each."""
    looking = viewer(request, "read chart", "read program")
    given = request.GET if request.GET else None
    form = Asked(given, initial={"size": 30})
    programs = reading.rows(looking, "program").order_by("name", "pk").values_list("pk", "name")
    form.fields["program"].choices = [("", "every program"), *((pk, name or pk) for pk, name in programs)]
    shown: dict[str, Any] = {"form": form}
    if form.is_valid():
        told = form.cleaned_data
        if told["seed"] is None:
            again = request.GET.copy()
            again["seed"] = str(secrets.randbelow(10**6))
            return redirect(f"{reverse('sample')}?{urlencode(list(again.items()))}")
        frame = _frame(looking, told)
        ids = drawn(frame, told["seed"], told["size"])
        kept = printing.form_of(request)
        detail = f"{len(ids)} of {len(frame)} by seed {told['seed']}" + (f", as {kept}" if kept else "")
        rows, verdicts = _found(looking, told["of"], ids)
        note(looking, Act("sample", told["of"], detail=detail), *(_reads(rows, kept) if kept else ()))
        if kept:
            return _file(looking, kept, content(looking, told, frame, rows, verdicts), dict(programs))
        again = {name: value for name, value in request.GET.items() if name != "format"}
        shown |= {"asked": told, "frame": len(frame), "lines": _lines(told["of"], rows, verdicts)}
        shown |= {"query": urlencode(again)}
    return render(request, "program/sample.html", shown)


def drawn(ids: list[str], seed: int, size: int) -> list[str]:
    """This will draw ids: those whose hash with the seed is smallest. The order of `ids` does not matter."""
    return sorted(ids, key=lambda one: (hashlib.sha256(f"{seed}:{one}".encode()).hexdigest(), one))[:size]


def _frame(looking: Viewer, told: dict[str, Any]) -> list[str]:
    """Everything that could be drawn: sessions held, or episodes admitted, on the days asked for."""
    table, day = told["of"], _DAY[told["of"]]
    rows = reading.rows(looking, table).filter(**{f"{day}__isnull": False})
    if table == "session":
        rows = rows.filter(status="held")
    if told["program"]:
        rows = rows.filter(program_id=told["program"])
    if told["since"]:
        rows = rows.filter(**{f"{day}__gte": told["since"]})
    if told["until"]:
        rows = rows.filter(**{f"{day}__lte": told["until"]})
    return list(rows.values_list("pk", flat=True))


def content(
    looking: Viewer, told: Mapping[str, Any], frame: list[str], rows: Mapping[str, Any], verdicts: Verdicts
) -> dict[str, Any]:
    """This will put a sample together: how it was drawn, what was judged of each row, and a seal over all of it."""
    table = told["of"]
    every = [one for found in verdicts.values() for one in found]
    plain = "\n".join(sorted(frame))
    return sealed(
        {
            "organization": looking.organization.pk,
            "of": table,
            "program": told["program"],
            "since": day(told["since"]),
            "until": day(told["until"]),
            "seed": told["seed"],
            "size": told["size"],
            "frame": len(frame),
            "frame_seal": hashlib.sha256(plain.encode()).hexdigest(),
            "as_of": max((day(one.as_of) for one in every), default=None),
            "editions": editions(every),
            "rows": [
                {
                    "id": pk,
                    "on": day(getattr(row, _DAY[table])),
                    "program": row.program.name or row.program_id,
                    "verdicts": [verdict_told(one) for one in verdicts.get(pk, [])],
                }
                for pk, row in rows.items()
            ],
        }
    )


def _file(looking: Viewer, kept: str, told: dict[str, Any], programs: Mapping[str, str]) -> HttpResponse:
    if kept == printing.JSON:
        return printing.as_json(told, f"sample-{told['of']}-{told['seed']}")
    program = programs.get(told["program"]) or told["program"] or "Every program"
    days = f"from {shown_day(told['since'])}" if told["since"] else "from the first day"
    days += f" until {shown_day(told['until'])}" if told["until"] else " on"
    return printing.sample(looking, told, f"{program}, {days}; {told['size']} asked for.")


def _reads(rows: Mapping[str, Any], kept: str) -> list[Act]:
    """What of whom leaves with the file; sessions are about nobody alone."""
    return [
        Act("read", "episode", one.pk, one.person_id, f"sample as {kept}")
        for one in rows.values()
        if hasattr(one, "person_id")
    ]


def _found(looking: Viewer, table: str, ids: list[str]) -> tuple[dict[str, Any], Verdicts]:
    """The rows drawn, in their order, and what was said of each."""
    rows = {one.pk: one for one in reading.rows(looking, table).filter(pk__in=ids).select_related("program")}
    verdicts: Verdicts = {}
    for one in _verdicts(looking, table, list(rows.values())):
        verdicts.setdefault(one.key["session_id"] if table == "session" else one.episode_id, []).append(one)
    return {pk: rows[pk] for pk in ids}, verdicts


def _lines(table: str, rows: Mapping[str, Any], verdicts: Verdicts) -> list[dict[str, Any]]:
    return [
        {
            "id": pk,
            "on": getattr(row, _DAY[table]),
            "program": row.program.name or row.program_id,
            "judged": sum(one.verdict != "not applicable" for one in verdicts.get(pk, [])),
            "met": sum(one.verdict == "met" for one in verdicts.get(pk, [])),
            "wrong": [one for one in verdicts.get(pk, []) if one.verdict in ("not met", "cannot tell")],
            "address": _address(table, pk),
        }
        for pk, row in rows.items()
    ]


def _verdicts(looking: Viewer, table: str, rows: list[Any]) -> Any:
    own = Verdict.objects.filter(organization=looking.organization).order_by("judged_on", "position", "pk")
    if table == "episode":
        return own.filter(person_id__in={one.person_id for one in rows}, episode_id__in=[one.pk for one in rows])
    ids = {one.pk for one in rows}
    days = {one.held_on for one in rows}
    found = own.filter(subject="session", program_id__in={one.program_id for one in rows}, judged_on__in=days)
    return [one for one in found if one.key["session_id"] in ids]


def _address(table: str, pk: str) -> str:
    try:
        return reverse("packet" if table == "episode" else "group_room", args=[pk])
    except NoReverseMatch:
        return ""
