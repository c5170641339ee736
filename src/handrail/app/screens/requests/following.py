"""A request that was sent: where it stands, answering what the payer asks, taking it back, what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from handrail.app.accounts.access import Viewer, viewer
from handrail.app.authorizations import clock, requests, units
from handrail.app.authorizations.acting import ChangedMeanwhileError, NotNowError, open_acts
from handrail.app.authorizations.models import Notice, Request
from handrail.app.consent.disclosing import NotCoveredError
from handrail.app.screens.requests.changes import changes
from handrail.app.screens.requests.ending import Ending, endings
from handrail.app.screens.requests.forms import Words
from handrail.app.screens.requests.listing import question_left
from handrail.app.screens.requests.steps import about, opened

ANSWER = (
    "Your answer",
    "The records as they are now go along again, frozen anew. First write down in the chart what was asked for.",
)
SAID = {
    "submit": "sent",
    "discard": "put away",
    "withdraw": "taken back",
    "answer": "answered",
    "take": "taken up by a reviewer",
    "ask": "information asked for",
    "extend": "time for the decision extended",
    "refer": "given to the medical director",
    "approve": "approved",
    "approve in part": "approved in part",
    "deny": "denied",
    "offer conversation": "a conversation offered to the treating clinician",
    "lapse": "time ran out",
    "report units": "units used told to the payer",
    "end authorization": "authorization ended early, as care ended",
    "file": "appeal filed",
    "uphold": "denial upheld",
    "overturn": "denial overturned",
    "overturn in part": "denial overturned in part",
    "ask hearing": "fair hearing asked for",
}
"""What a step of the history is called; one that is not listed is called as in ways.yaml."""
WHY = ("Why it is taken back", "The payer keeps the trace, and can no longer open the evidence.")


@require_POST
def answer(request: HttpRequest, request_id: str) -> HttpResponse:
    """This will answer what the payer asked: words, and the records as they are now."""
    looking = viewer(request, "read chart", "request authorization")
    held = opened(looking, request_id, "request: answer")
    form = Words(*ANSWER, held, request.POST, prefix="answer")
    return _say(request, looking, held, form, "answer")


@require_POST
def withdraw(request: HttpRequest, request_id: str) -> HttpResponse:
    """This will take back a request that is not decided, with the reason."""
    looking = viewer(request, "read chart", "request authorization")
    held = opened(looking, request_id, "request: withdraw")
    form = Words(*WHY, held, request.POST, prefix="withdraw")
    return _say(request, looking, held, form, "withdraw")


def _say(request: HttpRequest, looking: Viewer, held: Request, form: Words, act: str) -> HttpResponse:
    """Do the one or the other; where it cannot be done, show why, with what was typed."""
    if form.is_valid():
        told = {"words": form.cleaned_data["words"], "version": form.cleaned_data["version"]}
        try:
            if act == "answer":
                requests.answer(looking, held, **told)
                messages.success(request, f"Answered. {held.payer} has the records as they are now.")
            else:
                requests.withdraw(looking, held, **told)
                messages.success(request, "Taken back. The payer can no longer open what was sent.")
            return redirect("request_draft", held.pk)
        except ChangedMeanwhileError:
            held.refresh_from_db()
            form.data = form.data.copy()
            form.data[f"{act}-version"] = str(held.version)
            form.add_error(
                None, "Something happened to this request since you opened it: see its history. Yours is below."
            )
        except NotNowError as error:
            form.add_error(None, str(error))
        except NotCoveredError as error:
            form.add_error(None, f"Nothing was sent. {error.says}")
        except LookupError as error:
            form.add_error(None, str(error))
        except ValidationError as error:
            form.add_error(None, error)
    return standing(request, looking, held, **{act: form})


def standing(
    request: HttpRequest,
    looking: Viewer,
    held: Request,
    *,
    answer: Words | None = None,
    withdraw: Words | None = None,
    ending: Ending | None = None,
) -> HttpResponse:
    """This will show a request that was sent, or put away: its clock, what is asked, its history, what became of it."""
    now = timezone.now()
    acts = open_acts(looking, held)
    question = held.questions.filter(answered_at=None).order_by("-asked_at").first()
    sent = held.submissions.order_by("-place").first()
    content: Mapping[str, Any] = sent.content if sent else {}
    determination = getattr(held, "determination", None)
    clauses = _by_clause(content)
    decided_on = _by_clause(determination.submission.content if determination and determination.submission else {})
    is_open = held.status in Request.OPEN
    steps = held.steps.select_related("by__user", "appeal").order_by("place")
    authorized = units.standings(looking, request=held.pk)
    told = about(looking, held, "request_draft") | {
        "left": clock.left(held, now),
        "question": question if is_open else None,
        "question_left": question_left(held, question.due_at if question else None, now),
        "asked_about": [clauses[one] for one in (question.clauses if question else ()) if one in clauses],
        "answer": answer or (Words(*ANSWER, held, prefix="answer") if "answer" in acts else None),
        "withdraw": withdraw or (Words(*WHY, held, prefix="withdraw") if "withdraw" in acts else None),
        "changes": changes(looking, held, sent) if is_open and sent else [],
        "sent": sent,
        "steps": [(SAID.get(step.act, step.act), step) for step in steps],
        "determination": determination,
        "rests_on": [decided_on[one] for one in (determination.clauses if determination else ()) if one in decided_on],
        "notices": _linked(held.notices.filter(status=Notice.Status.SENT).order_by("-sent_at", "pk"), "letter"),
        "appeals": _linked(held.appeals.order_by("-filed_at", "pk"), "appeal" if looking.may("read appeals") else ""),
        "authorizations": authorized,
        "endings": endings(looking, authorized, ending),
        "may_tell": looking.may("request authorization"),
        "is_adverse": held.status in Request.ADVERSE,
        "today": looking.today,
    }
    return render(request, "requests/standing.html", told)


def _by_clause(content: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {one["clause"]: one for one in content.get("verdicts", ())}


def _linked(found: Any, view: str) -> list[tuple[Any, str]]:
    """Rows of other screens with their addresses; none where there is no such screen."""
    return [(one, _at(view, one.pk)) for one in found]


def _at(view: str, pk: str) -> str:
    try:
        return reverse(view, args=[pk]) if view else ""
    except NoReverseMatch:
        return ""
