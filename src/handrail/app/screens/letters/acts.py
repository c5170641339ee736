"""What is done with a letter: each act is posted; where it is refused the page comes back and says why."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from handrail.app.accounts.access import Viewer, viewer
from handrail.app.authorizations import notices
from handrail.app.authorizations.acting import ChangedMeanwhileError, NotNowError
from handrail.app.screens.letters.forms import Sending, Writing
from handrail.app.screens.letters.views import measured, opened, said, shown, version_of

_MEANWHILE = "Somebody else changed this letter while you were reading. Read it again first."


@require_POST
def reading(request: HttpRequest, notice_id: str) -> HttpResponse:
    """This will measure a letter with what is typed just now, and keep nothing."""
    looking = viewer(request, "read requests", "screen requests")
    held = opened(looking, notice_id, "reading level")
    if not held.may_write:
        raise PermissionDenied("This letter cannot be written into now.")
    form = Writing(held.notice, request.POST)
    return render(request, "letters/reading.html", measured(held.notice, form.values))


@require_POST
def look(request: HttpRequest, notice_id: str) -> HttpResponse:
    """This will write down that somebody else read a letter again and found it fit to go out."""
    looking = viewer(request, "read requests", "screen requests")
    version = version_of(request)
    return _done(request, looking, notice_id, "Read again. It can be sent.", lambda one: notices.look_again(looking, one, version=version))  # fmt: skip


@require_POST
def send(request: HttpRequest, notice_id: str) -> HttpResponse:
    """This will date a letter, print and seal it, and write down how it was sent."""
    looking = viewer(request, "read requests", "screen requests")
    form = Sending(request.POST)
    if not form.is_valid():
        held = opened(looking, notice_id, "letter")
        return shown(request, looking, held, sending=form, alert="Say how it is sent.", status=422)
    how, version = form.cleaned_data["how"], version_of(request)
    says = f"Sent {notices.HOW[how]}. From now on it is kept as it is; print the PDF below."
    return _done(request, looking, notice_id, says, lambda one: notices.send(looking, one, how, version=version))


@require_POST
def language(request: HttpRequest, notice_id: str, language: str) -> HttpResponse:
    """This will make the same letter in the other language."""
    looking = viewer(request, "read requests", "screen requests")
    says = "Made. Write the reason and what each rule means in this language."
    return _done(request, looking, notice_id, says, lambda one: notices.in_language(looking, one, language))


@require_POST
def correct(request: HttpRequest, notice_id: str) -> HttpResponse:
    """This will begin a letter in the place of one that was sent."""
    looking = viewer(request, "read requests", "screen requests")
    says = "This letter takes the place of the one that was sent, and says so."
    return _done(request, looking, notice_id, says, lambda one: notices.correct(looking, one))


def _done(
    request: HttpRequest, looking: Viewer, notice_id: str, says: str, doing: Callable[[Any], Any]
) -> HttpResponse:  # fmt: skip
    held = opened(looking, notice_id, "letter")
    try:
        made = doing(held.notice)
    except ChangedMeanwhileError:
        alert, status = _MEANWHILE, 409
    except PermissionDenied as error:
        alert, status = str(error), 403
    except NotNowError as error:
        alert, status = str(error), 409
    except ValidationError as error:
        alert, status = said(error), 422
    else:
        messages.success(request, says)
        return redirect("letter", made.pk)
    return shown(request, looking, opened(looking, notice_id, "letter"), alert=alert, status=status)
