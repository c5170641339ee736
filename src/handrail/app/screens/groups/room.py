"""The group room: roll call, one note for all, a short note for each, signing, and amending what is signed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from handrail.app.accounts.access import Viewer, viewer
from handrail.app.accounts.proof import prove
from handrail.app.audit.log import Act, note
from handrail.app.chart import reading, writing
from handrail.app.chart.models import Change
from handrail.app.screens.groups.roll import Roll, Row
from handrail.app.worklists import judging
from handrail.app.worklists.models import Verdict

_NO_REASON = "This is signed. Say why it is amended."


@require_http_methods(["GET", "HEAD", "POST"])
def group_room(request: HttpRequest, session_id: str) -> HttpResponse:
    """This will show a session's roll and notes, keep what was typed, and sign it."""
    looking = viewer(request, "read chart")
    everybody = "everybody" in request.GET
    wrong: list[str] = []
    if request.method == "POST":
        looking.require("write chart")
        if request.POST.get("act") == "sign":
            prove(request)
        with judging.wait(), transaction.atomic():
            session = _session(looking, session_id, for_update=True)
            roll = Roll(looking, session, everybody=everybody)
            roll.take(request.POST)
            act = request.POST.get("act", "save")
            reason = request.POST.get("reason", "").strip()
            if act == "mark":
                roll.mark_everybody()
            else:
                wrong = _refused(looking, session, reason)
                is_kept = not wrong and not roll.has_errors
                if is_kept:
                    _keep(looking, roll, reason, sign=act == "sign" or session.locked_at is not None)
        if act != "mark" and is_kept:
            _judge(looking, roll)
            _say(request, roll, act)
            return redirect("group_room", session_id)
    else:
        session = _session(looking, session_id)
        roll = Roll(looking, session, everybody=everybody)
        about = [Act("read", "session", session.pk, row.episode.person_id, "group_room") for row in roll.rows]
        note(looking, *(about or [Act("read", "session", session.pk, "", "group_room")]))
    return render(request, "groups/room.html", _shown(looking, roll) | {"wrong": wrong, "everybody": everybody})


def _session(looking: Viewer, session_id: str, *, for_update: bool = False) -> Any:
    rows = reading.rows(looking, "session").filter(pk=session_id)
    found = (rows.select_for_update(of=("self",)) if for_update else rows).select_related("program").first()
    if found is None:
        raise Http404("There is no such record.")
    return found


def _refused(looking: Viewer, session: Any, reason: str) -> list[str]:
    """Why nothing can be kept now."""
    if session.locked_at is not None:
        looking.require("amend locked")
        return [] if reason else [_NO_REASON]
    if session.status == "cancelled":
        return ["This session is cancelled. Nothing was kept."]
    if session.held_on > looking.today:
        return ["This session is yet to come. Its roll is called on the day."]
    return []


def _keep(looking: Viewer, roll: Roll, reason: str, *, sign: bool) -> None:
    session = roll.session
    changed = [row for row in roll.rows if row.is_changed and row.typed.state]
    new = [row for row in changed if row.attendance is None]
    ids = {"session_id": session.pk}
    made = writing.create_all(
        looking, "attendance", [ids | {"episode_id": row.id} | roll.values(row) for row in new]
    ) if new else []  # fmt: skip
    for row, attendance in zip(new, made, strict=True):
        row.attendance = attendance
    for row in changed:
        if row not in new:
            row.attendance = writing.amend(looking, row.attendance, roll.values(row), reason=reason)
        _word(looking, row, reason)
    if roll.typed_note != roll.note:
        writing.word(looking, session, "note", roll.typed_note, reason=reason)
    counts = {"status": "held", "head_count": roll.head_count}
    if session.scheduled_count is None:
        counts["scheduled_count"] = len(roll.rows)
    if any(getattr(session, name) != value for name, value in counts.items()):
        session = writing.amend(looking, session, counts, reason=reason)
    if sign:
        for row in roll.rows:
            if row.attendance is not None and row.attendance.locked_at is None:
                writing.lock(looking, row.attendance)
        if session.locked_at is None:
            writing.lock(looking, session)


def _word(looking: Viewer, row: Row, reason: str) -> None:
    for part in ("note", "goal"):
        if getattr(row.typed, part) != getattr(row.kept, part):
            writing.word(looking, row.attendance, part, getattr(row.typed, part), reason=reason)


def _judge(looking: Viewer, roll: Roll) -> None:
    """Judge everybody of the session anew, all at once: its head count matters to each."""
    if not judging.is_waiting():
        judging.judge_people(looking.organization.pk, roll.persons)
        judging.judge_sessions(looking.organization.pk, [roll.session.pk])


def _say(request: HttpRequest, roll: Roll, act: str) -> None:
    done = "Signed. From now on changes need a reason." if act == "sign" else "Kept."
    messages.success(request, f"{done} {roll.head_count} present.")
    if roll.kept_of_others:
        count = f"{roll.kept_of_others} {'entry' if roll.kept_of_others == 1 else 'entries'}"
        messages.warning(request, f"Somebody else changed {count} meanwhile. You had left them alone, so theirs stand.")


def _shown(looking: Viewer, roll: Roll) -> dict[str, Any]:
    session = roll.session
    given = reading.rows(looking, "session_staff").filter(session_id=session.pk).select_related("staff")
    told = Verdict.objects.filter(organization=looking.organization, subject="session", program_id=session.program_id)
    said = (
        told.filter(judged_on=session.held_on, key__session_id=session.pk)
        .exclude(verdict="not applicable")
        .order_by("position", "pk")
    )
    signed = Change.objects.filter(
        organization=looking.organization, table="session", row_id=session.pk, kind=Change.Kind.LOCKED
    )
    is_signed = session.locked_at is not None
    is_open = session.status == "held" and session.held_on <= looking.today and looking.may("write chart")
    return {
        "roll": roll,
        "session": session,
        "staff": [one.staff for one in given.order_by("staff__name", "pk")],
        "verdicts": [(one, cites().get((one.definition, one.edition, one.clause), "")) for one in said],
        "is_signed": is_signed,
        "signed_by": signed.select_related("by__user").order_by("at").first() if is_signed else None,
        "may_write": is_open and (not is_signed or looking.may("amend locked")),
        "may_change": looking.may("write chart") and (not is_signed or looking.may("amend locked")),
        "is_to_come": session.held_on > looking.today,
        "drafted": f"group-{session.pk}",
    }


def cites() -> dict[tuple[str, str, str], str]:
    """This will give where each clause stands in its source, by definition, edition and clause."""
    return {
        (told.edition.definition, told.edition.name, clause.id): clause.cite or ""
        for told in judging.editions()
        for clause in told.edition.clauses
    }
