"""What the lead of a review does: opening the key, asking for answers, agreeing actions, measuring again, closing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from handrail.app.accounts.access import Viewer, viewer
from handrail.app.authorizations.acting import ChangedMeanwhileError, NotNowError
from handrail.app.chart.forms import put_errors
from handrail.app.reviewing import cases, closing, recording
from handrail.app.reviewing.models import FocusedReview
from handrail.app.screens.reviews.forms import ActionForm, Asking, Closing, EndAction, Retest, Versioned
from handrail.app.screens.reviews.views import shown


@require_POST
def key(request: HttpRequest, focused_id: str) -> HttpResponse:
    """This will open the key: who was flagged, and what the engine had said."""
    looking = viewer(request, "read oversight", "write review")
    held = recording.review_of(looking, focused_id)
    form = Versioned(request.POST)
    return _done(request, looking, held, form, "key", "The key is open.",
                 lambda told: cases.unblind(looking, held, **told))  # fmt: skip


@require_POST
def ask(request: HttpRequest, focused_id: str) -> HttpResponse:
    """This will ask the clinicians for their answers, by a day."""
    looking = viewer(request, "read oversight", "write review")
    held = recording.review_of(looking, focused_id)
    return _done(request, looking, held, Asking(request.POST), "ask", "Asked. Clinicians see it under My findings.",
                 lambda told: cases.ask(looking, held, told.pop("until"), **told))  # fmt: skip


@require_POST
def action(request: HttpRequest, focused_id: str) -> HttpResponse:
    """This will write down what is going to be done."""
    looking = viewer(request, "read oversight", "write review")
    held = recording.review_of(looking, focused_id)
    return _done(request, looking, held, ActionForm(request.POST), "action", "Written down.",
                 lambda told: closing.add_action(looking, held, **told))  # fmt: skip


@require_POST
def end_action(request: HttpRequest, focused_id: str, action_id: str) -> HttpResponse:
    """This will say that an action was done, or is left."""
    looking = viewer(request, "read oversight", "write review")
    held = recording.review_of(looking, focused_id)
    found = held.actions.filter(pk=action_id).first()
    if found is None:
        raise Http404("There is no such action.")
    form = EndAction(request.POST, f"end{found.pk}")
    return _done(request, looking, held, form, f"end_{found.pk}", "Written down.",
                 lambda told: closing.end_action(looking, found, **told))  # fmt: skip


@require_POST
def retest(request: HttpRequest, focused_id: str) -> HttpResponse:
    """This will draw the second sample."""
    looking = viewer(request, "read oversight", "write review")
    held = recording.review_of(looking, focused_id)
    return _done(request, looking, held, Retest(request.POST), "retest", "The second sample is drawn.",
                 lambda told: closing.retest(looking, held, **told))  # fmt: skip


@require_POST
def close(request: HttpRequest, focused_id: str) -> HttpResponse:
    """This will close a review."""
    looking = viewer(request, "read oversight", "write review")
    held = recording.review_of(looking, focused_id)
    return _done(request, looking, held, Closing(request.POST), "close", "Closed.",
                 lambda told: closing.close(looking, held, **told))  # fmt: skip


def _done(
    request: HttpRequest,
    looking: Viewer,
    held: FocusedReview,
    form: forms.Form,
    name: str,
    says: str,
    write: Callable[[dict[str, Any]], object],
) -> HttpResponse:
    """Write what was typed, or show it again with what is wrong; nothing typed is lost where somebody was faster."""
    if form.is_valid():
        try:
            write(dict(form.cleaned_data))
        except ValidationError as error:
            put_errors(form, error)
        except ChangedMeanwhileError:
            held.refresh_from_db()
            form.add_error(None, "Somebody acted meanwhile. What they did stands below; what you typed is kept here.")
            form.data = form.data.copy()  # type: ignore[attr-defined]
            form.data["version"] = str(held.version)
        except NotNowError as error:
            messages.error(request, str(error))
            return redirect("review_room", held.pk)
        else:
            messages.success(request, says)
            return redirect("review_room", held.pk)
    held.refresh_from_db()
    return render(request, "reviews/review.html", shown(looking, held, **{name: form}))
