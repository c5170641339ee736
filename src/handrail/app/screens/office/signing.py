"""Who signed in, signed out, was refused, or changed their second factor, written into the log: the account's id, never what was typed."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed
from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest

from handrail.app.accounts.access import Viewer, today, viewer_of
from handrail.app.accounts.models import Membership, User
from handrail.app.audit.log import Act, note


def connect() -> None:
    """This will listen to Django's and axes' own signals; twice is as good as once."""
    user_logged_in.connect(_signed_in, dispatch_uid="log sign-ins")
    user_logged_out.connect(_signed_out, dispatch_uid="log sign-outs")
    user_login_failed.connect(_refused, dispatch_uid="log refused sign-ins")
    user_locked_out.connect(_locked_out, dispatch_uid="log lock-outs")
    authenticator_added.connect(_factor_added, dispatch_uid="log factors added")
    authenticator_removed.connect(_factor_removed, dispatch_uid="log factors removed")


def _signed_in(sender: object, user: User, **_told: Any) -> None:
    _tell(user, "sign in")


def _signed_out(sender: object, user: User | None, request: HttpRequest | None = None, **_told: Any) -> None:
    if user is not None:
        _tell(user, "sign out", getattr(request, "ended_because", ""))


def _refused(sender: object, credentials: dict[str, Any], **_told: Any) -> None:
    _tell(_named(credentials.get("username")), "sign-in refused")


def _locked_out(sender: object, username: str | None = None, **_told: Any) -> None:
    _tell(_named(username), "locked out")


def _factor_added(sender: object, user: User, authenticator: Authenticator, **_told: Any) -> None:
    _tell(user, "second factor added", str(authenticator.type))


def _factor_removed(sender: object, user: User, authenticator: Authenticator, **_told: Any) -> None:
    _tell(user, "second factor removed", str(authenticator.type))


def _named(username: object) -> User | None:
    return User.objects.filter(username=str(username)[:150]).first() if username else None


def _tell(user: User | None, act: str, detail: str = "") -> None:
    """Where an account works in several organizations, each of them can read it in its own log."""
    told = Act(act, "user", str(user.pk) if user else "", detail=detail)
    for viewer in _at_work(user) or [None]:
        note(viewer, told)


def _at_work(user: User | None) -> list[Viewer]:
    if user is None:
        return []
    held = Membership.objects.filter(user=user).select_related("organization", "user")
    return [viewer_of(one) for one in held if one.is_in_force(today(one.organization))]
