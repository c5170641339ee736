"""Proving again who one is before something binding: a signature, a factor, somebody else's account.

A password, a code or a passkey counts for a quarter of an hour (`ACCOUNT_REAUTHENTICATION_TIMEOUT`). After that it is
asked for again by the sign-in library, and what was typed waits in the session until it is sent or signed out.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from typing import Any

from allauth.account.signals import authentication_step_completed
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.http import urlencode

_AT = "proved_at"
_KEPT = "typed_before_proof"
_MOST_KEPT = 3
MARK = "typed_before_proof"
"""The field by which a form says which typing it carries on with."""


@dataclass(frozen=True)
class Typed:
    """A form that waits: where it belongs, and its fields in order."""

    path: str
    fields: tuple[tuple[str, str], ...]


def connect() -> None:
    """This will hear when somebody signs in or proves again who they are."""
    user_logged_in.connect(_signed_in, dispatch_uid="proved by signing in")
    authentication_step_completed.connect(_proved, dispatch_uid="proved again")


def is_fresh(request: HttpRequest) -> bool:
    """This will say whether who is signed in proved it within the last quarter of an hour."""
    age = time.time() - float(request.session.get(_AT, 0))
    return 0 <= age < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def prove(request: HttpRequest) -> None:
    """This will go on where the last proof is fresh; otherwise keep what was typed, and ask for a proof first.

    Call it before anything is written. Raises `ImmediateHttpResponse`, which the sign-in library's middleware answers.
    """
    kept = dict(request.session.get(_KEPT, {}))
    if is_fresh(request):
        if kept.pop(request.POST.get(MARK, ""), None) is not None:
            request.session[_KEPT] = kept
        return
    mark = secrets.token_urlsafe(9)
    sent = request.POST.copy()
    for name in ("csrfmiddlewaretoken", MARK):
        sent.pop(name, None)
    kept[mark] = {"path": request.get_full_path(), "sent": sent.urlencode()}
    request.session[_KEPT] = dict(list(kept.items())[-_MOST_KEPT:])
    back = f"{reverse('go_on')}?{urlencode({MARK: mark})}"
    raise ImmediateHttpResponse(
        HttpResponseRedirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': back})}")
    )


def typed(request: HttpRequest, mark: str) -> Typed | None:
    """This will give what waits under a mark; None where nothing does."""
    kept = request.session.get(_KEPT, {}).get(mark)
    if kept is None:
        return None
    sent = QueryDict(kept["sent"])
    return Typed(kept["path"], tuple((name, value) for name in sent for value in sent.getlist(name)))


def _signed_in(sender: object, request: HttpRequest | None = None, **_told: Any) -> None:
    if request is not None:
        request.session[_AT] = time.time()


def _proved(sender: object, request: HttpRequest, *, reauthenticated: bool = False, **_told: Any) -> None:
    if reauthenticated:
        request.session[_AT] = time.time()
