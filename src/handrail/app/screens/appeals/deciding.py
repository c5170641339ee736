"""Taking, extending and deciding an appeal, and the fair hearing after it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from handrail.app.accounts.access import Viewer, viewer
from handrail.app.authorizations import appeals as doing
from handrail.app.authorizations import extending
from handrail.app.authorizations.acting import ChangedMeanwhileError, NotNowError
from handrail.app.authorizations.models import Appeal
from handrail.app.chart.forms import put_errors
from handrail.app.screens.appeals.forms import Deciding, Extending, Heard, Hearing
from handrail.app.screens.appeals.views import shown


@require_POST
def take(request: HttpRequest, appeal_id: str) -> HttpResponse:
    """This will put an appeal on one's own desk."""
    looking = viewer(request, "decide appeals", "read appeals")
    held = doing.appeal_of(looking, appeal_id, screen="take appeal")
    try:
        doing.take(looking, held)
    except NotNowError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "You have it.")
    return redirect("appeal", held.pk)


@require_POST
def extend(request: HttpRequest, appeal_id: str) -> HttpResponse:
    """This will give an appeal more time, within what the terms allow."""
    looking = viewer(request, "decide appeals", "read appeals")
    held = doing.appeal_of(looking, appeal_id, screen="extend appeal")
    says = "Extended. The letter about it is begun: it goes out within two days."
    return _done(request, looking, held, Extending(request.POST, held), "extend", says,
                 lambda told: extending.extend(looking, held, told.pop("days"), told.pop("words"), **told))  # fmt: skip


@require_POST
def decide(request: HttpRequest, appeal_id: str) -> HttpResponse:
    """This will decide an appeal; what is overturned is authorized at once."""
    looking = viewer(request, "decide appeals", "read appeals")
    held = doing.appeal_of(looking, appeal_id, screen="decide appeal")
    form = Deciding(request.POST, held)
    return _done(request, looking, held, form, "decide", "Decided. The person is told by letter.",
                 lambda told: doing.decide(looking, held, told.pop("outcome"), **told))  # fmt: skip


@require_POST
def hearing(request: HttpRequest, appeal_id: str) -> HttpResponse:
    """This will write down that a fair hearing was asked for."""
    looking = viewer(request, "file appeals", "read appeals")
    held = doing.appeal_of(looking, appeal_id, screen="ask hearing")
    return _done(request, looking, held, Hearing(request.POST), "hearing", "Written down.",
                 lambda told: doing.ask_hearing(looking, held, **told))  # fmt: skip


@require_POST
def heard(request: HttpRequest, appeal_id: str) -> HttpResponse:
    """This will write down how a fair hearing ended."""
    looking = viewer(request, "decide appeals", "read appeals")
    held = doing.appeal_of(looking, appeal_id, screen="hearing result")
    return _done(request, looking, held, Heard(request.POST), "heard", "Written down.",
                 lambda told: doing.enter_hearing(looking, held, **told))  # fmt: skip


def _done(
    request: HttpRequest,
    looking: Viewer,
    held: Appeal,
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
            return redirect("appeal", held.pk)
        else:
            messages.success(request, says)
            return redirect("appeal", held.pk)
    return render(request, "appeals/appeal.html", shown(looking, held, **{name: form}))
