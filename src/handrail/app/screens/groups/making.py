"""Making sessions: a group, a row of groups, a session with one person; and changing or cancelling one."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from handrail.app.accounts.access import Viewer, viewer
from handrail.app.chart import reading, writing
from handrail.app.chart.forms import put_errors
from handrail.app.chart.writing import ChangedMeanwhileError
from handrail.app.screens.groups import forms
from handrail.app.screens.groups.roll import in_program
from handrail.app.worklists import judging


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """This will make a group, or a row of groups for weeks ahead."""
    looking = viewer(request, "write chart")
    asked = {"type": "group", "held_on": looking.today, "program": own_program(looking), "staff": _self(looking)}
    form = forms.Group(looking, request.POST if request.method == "POST" else None, initial=asked)
    if request.method == "POST" and form.is_valid():
        days, closed = _open_days(looking, form.cleaned_data["program"], form.days())
        if not days:
            form.add_error("held_on", "The program has announced that it is closed then.")
        elif _kept(form, lambda: _make_groups(looking, form, days)):
            said = f"{len(days)} sessions made." if len(days) > 1 else "Made."
            messages.success(request, said + (f" {closed} closed days left out." if closed else ""))
            if len(days) == 1:
                return redirect("group_room", _id(form, days[0]))
            return redirect(f"{reverse('groups')}?day={days[0]}&span=week")
    return render(request, "groups/new.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest) -> HttpResponse:
    """This will make a session with one person, held or planned."""
    looking = viewer(request, "write chart")
    asked = {
        "type": request.GET.get("type", "individual"),
        "episode": request.GET.get("episode"),
        "held_on": looking.today,
        "staff": _self(looking),
    }
    form = forms.Contact(looking, request.POST if request.method == "POST" else None, initial=asked)
    if request.method == "POST" and form.is_valid() and _kept(form, lambda: _make_contact(looking, form)):
        messages.success(request, "Entered.")
        return redirect("group_room", _id(form, form.cleaned_data["held_on"]))
    return render(request, "groups/contact.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def details(request: HttpRequest, session_id: str) -> HttpResponse:
    """This will change the type, times, place or staff of a session."""
    looking = viewer(request, "write chart")
    session = reading.one(looking, "session", session_id)
    given = {row.staff_id: row for row in reading.rows(looking, "session_staff").filter(session_id=session_id)}
    same = ("type", "held_on", "setting", "setting_note", "practice", "break_minutes")
    asked = {name: getattr(session, name) for name in same} | {"staff": list(given)}
    asked |= {"starts": _clock(session.starts_at), "ends": _clock(session.ends_at)}
    types = forms.choices("session", "type")
    form = forms.Session(looking, request.POST if request.method == "POST" else None, initial=asked, types=types)
    reason = request.POST.get("reason", "").strip()
    write = lambda: _change(request, looking, session, form, given, reason)  # noqa: E731
    if request.method == "POST" and form.is_valid() and _kept(form, write):
        _judge(looking, session_id)
        messages.success(request, "Changed.")
        return redirect("group_room", session_id)
    shown = {
        "form": form,
        "session": session,
        "reason": reason,
        "version": request.POST.get("version", session.version),
    }
    return render(request, "groups/details.html", shown)


@require_http_methods(["POST"])
def cancel(request: HttpRequest, session_id: str) -> HttpResponse:
    """This will cancel a session, and keep the reason in words."""
    looking = viewer(request, "write chart")
    session = reading.one(looking, "session", session_id)
    reason = request.POST.get("reason", "").strip()
    came = reading.rows(looking, "attendance").filter(session_id=session_id, status="attended").exists()
    if came:
        messages.error(request, "Somebody is on its roll as having come. A session that was held is not cancelled.")
    elif not reason:
        messages.error(request, "Say why it is cancelled. Nothing was changed.")
    else:
        with judging.wait(), transaction.atomic():
            writing.amend(looking, session, {"status": "cancelled"}, reason=reason)
            writing.word(looking, session, "reason", reason, reason=reason)
        _judge(looking, session_id)
        messages.success(request, "Cancelled. The reason is kept.")
    return redirect("group_room", session_id)


def own_program(looking: Viewer) -> str:
    """This will give the program in which the viewer is on the staff, or the only one there is."""
    own = reading.rows(looking, "staff").filter(pk=looking.staff_id).values_list("program_id", flat=True).first()
    if own:
        return str(own)
    every = list(reading.rows(looking, "program").values_list("pk", flat=True)[:2])
    return str(every[0]) if len(every) == 1 else ""


def _self(looking: Viewer) -> list[str]:
    return [looking.staff_id] if looking.staff_id else []


def _make_groups(looking: Viewer, form: forms.Group, days: Sequence[datetime.date]) -> None:
    program, count = form.cleaned_data["program"], form.cleaned_data["scheduled_count"]
    if reading.rows(looking, "session").filter(pk=_id(form, days[0])).exists():
        return
    made = [
        {
            **form.values(day),
            "session_id": _id(form, day),
            "program_id": program.pk,
            "status": "held",
            "scheduled_count": in_program(looking, program.pk, day).count() if count is None else count,
        }
        for day in days
    ]
    with transaction.atomic():
        writing.create_all(looking, "session", made)
        _give(looking, form, [row["session_id"] for row in made])
    _judge(looking, *(row["session_id"] for row in made if row["held_on"] <= looking.today))


def _make_contact(looking: Viewer, form: forms.Contact) -> None:
    told = form.cleaned_data
    session_id = _id(form, told["held_on"])
    if reading.rows(looking, "session").filter(pk=session_id).exists():
        return
    state, values = told["state"], form.values()
    came = state == "attended"
    row = {
        **values,
        "session_id": session_id,
        "program_id": told["episode"].program_id,
        "status": "held",
        "scheduled_count": 1,
    }
    attended = {
        "session_id": session_id,
        "episode_id": told["episode"].pk,
        "status": state,
        "excused_reason": told["excused_reason"] if state == "excused" else None,
        **({"arrived_at": values["starts_at"], "left_at": values["ends_at"]} if came else {}),
    }
    with judging.wait(), transaction.atomic():
        session = writing.create(looking, "session", row | ({"head_count": int(came)} if state else {}))
        _give(looking, form, [session_id])
        areas = [{"session_id": session_id, "area": area} for area in told["areas"]]
        writing.create_all(looking, "session_focus", areas)
        writing.word(looking, session, "planned for", told["episode"].pk)
        if told["note"].strip():
            writing.word(looking, session, "note", told["note"].strip())
        if state:
            writing.create(looking, "attendance", attended)
    _judge(looking, session_id, people=[told["episode"].person_id])


def _change(
    request: HttpRequest, looking: Viewer, session: Any, form: forms.Session, given: dict[str, Any], reason: str
) -> None:
    chosen = {one.pk for one in form.cleaned_data["staff"]}
    version = request.POST.get("version", "")
    with judging.wait(), transaction.atomic():
        writing.amend(
            looking, session, form.values(), reason=reason, version=int(version) if version.isdigit() else None
        )
        if session.locked_at is not None and chosen != set(given):
            looking.require("amend locked")
        _give(looking, form, [session.pk], leave=set(given))
        for staff_id in set(given) - chosen:
            writing.withdraw(looking, given[staff_id], reason=reason or "Did not give this session.")


def _give(looking: Viewer, form: forms.Session, session_ids: Sequence[str], leave: set[str] = frozenset()) -> None:  # type: ignore[assignment]
    staff = [one.pk for one in form.cleaned_data["staff"] if one.pk not in leave]
    given = [{"session_id": session_id, "staff_id": one} for session_id in session_ids for one in staff]
    if given:
        writing.create_all(looking, "session_staff", given)


def _kept(form: Any, write: Any) -> bool:
    """Write, or put what is refused at its field."""
    try:
        write()
    except ValidationError as error:
        put_errors(form, error, {"starts_at": "starts", "ends_at": "ends"})
        return False
    except ChangedMeanwhileError:
        form.add_error(None, "Somebody else changed this since you opened it. Yours is below; open it anew to compare.")
        return False
    return True


def _open_days(looking: Viewer, program: Any, days: list[datetime.date]) -> tuple[list[datetime.date], int]:
    """The days on which the program has not announced that it is closed, and how many were left out."""
    closures = list(reading.rows(looking, "program_closure").filter(program_id=program.pk, ends_on__gte=days[0]))
    kept = [day for day in days if not any(one.starts_on <= day <= one.ends_on for one in closures)]
    return kept, len(days) - len(kept)


def _id(form: Any, day: datetime.date) -> str:
    """The session's id, the same however often the same form is sent."""
    return uuid.uuid5(form.cleaned_data["token"], day.isoformat()).hex


def _clock(at: datetime.datetime | None) -> datetime.time | None:
    return None if at is None else at.time()


def _judge(looking: Viewer, *session_ids: str, people: Sequence[str] = ()) -> None:
    """Judge the sessions, and everybody on their rolls."""
    if judging.is_waiting():
        return
    rolls = reading.rows(looking, "attendance").filter(session_id__in=session_ids)
    known = {*people, *rolls.values_list("episode__person_id", flat=True)}
    judging.judge_people(looking.organization.pk, sorted(known))
    judging.judge_sessions(looking.organization.pk, session_ids)
