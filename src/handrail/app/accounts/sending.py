"""A form is sent once: a second click, or the same request twice, leads where the first led and writes nothing.

What tells one sending from another is the token that every page carries in its forms anyway: Django masks it anew for
each page, so the same token with the same fields is the same form. It needs no script, and no form has to know of it.
"""

from __future__ import annotations

import datetime
import hashlib
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from handrail.app.accounts.models import Sent

_PATIENCE = 10.0
"""Seconds to wait for the twin of a request that is still being worked on."""
_GIVEN_UP = datetime.timedelta(minutes=1)
"""After this a sending without an answer was broken off, and may be sent again."""


class SentOnce:
    """Remembers where a form that was kept led to, and leads its twin there too. What was refused is forgotten."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """This will remember a form that was kept, and forget one that was not."""
        try:
            response = self._get_response(request)
        except BaseException:
            _settle(request, "")
            raise
        is_kept = response.status_code in (302, 303) and not response["Location"].startswith(_entrance())
        _settle(request, response["Location"] if is_kept else "")
        return response

    def process_view(self, request: HttpRequest, *_told: Any) -> HttpResponse | None:
        """This will answer in place of the view where the same form was sent before."""
        key = _key(request)
        if key is None:
            return None
        until = time.monotonic() + _PATIENCE
        while True:
            told, is_first = Sent.objects.get_or_create(key=key, defaults={"at": timezone.now()})
            if is_first:
                request.sent_key = key  # type: ignore[attr-defined]
                return None
            if told.answer:
                return HttpResponseRedirect(told.answer)
            if told.at < timezone.now() - _GIVEN_UP:
                Sent.objects.filter(key=key, answer="", at=told.at).delete()
            elif time.monotonic() > until:
                return render(request, "account/still_saving.html", status=409)
            else:
                time.sleep(0.05)


def connect() -> None:
    """This will forget, whenever somebody signs in, what was sent and typed in sessions that are over."""
    user_logged_in.connect(_forget, dispatch_uid="forget what was sent")


def _key(request: HttpRequest) -> str | None:
    """What makes a sending this one; None where sending it twice does no harm."""
    if request.method != "POST" or not request.user.is_authenticated:
        return None
    token = request.POST.get("csrfmiddlewaretoken", "")
    if not token or request.path.startswith(_entrance()) or request.path == reverse("still_here"):
        return None
    files = [(name, one.name, one.size) for name, one in request.FILES.items()]
    told = (request.user.pk, request.get_full_path(), request.POST.urlencode(), files)
    return hashlib.sha256(repr(told).encode()).hexdigest()


def _settle(request: HttpRequest, answer: str) -> None:
    key = getattr(request, "sent_key", None)
    if key is None:
        return
    if answer and len(answer) <= Sent._meta.get_field("answer").max_length:
        Sent.objects.filter(key=key).update(answer=answer)
    else:
        Sent.objects.filter(key=key).delete()


def _entrance() -> str:
    return "/accounts/"


def _forget(sender: object, **_told: Any) -> None:
    Sent.objects.filter(at__lt=timezone.now() - datetime.timedelta(hours=settings.LONGEST_HOURS)).delete()
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
