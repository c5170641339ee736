"""Signing in: nobody makes an account here for themselves; an administrator does. No mail is sent."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.signals import password_changed, password_set
from allauth.core import context
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from handrail.app.accounts import proof
from handrail.app.accounts.models import User


@login_not_required
def closed(request: HttpRequest) -> HttpResponse:
    """This will answer for an address that is not open here."""
    raise Http404("There is no such page.")


class Adapter(DefaultAccountAdapter):
    """Closes sign-up, and sends no mail: passwords are given by the administrator."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up here."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """To the first page that the roles open."""
        return reverse("first_page")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """To the first page that the roles open."""
        return reverse("first_page")

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """A one-time password works for some days only."""
        if user.one_time_until is not None and user.one_time_until < timezone.now():
            return render(request, "account/expired.html", status=403)
        return super().pre_login(request, user, **kwargs)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not within a quarter of an hour after signing in, so that a first factor is set up without a second password."""
        return not proof.is_fresh(context.request)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """No mail leaves this machine."""

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """No mail leaves this machine."""


def locked_out(
    request: HttpRequest, _response: HttpResponse | None = None, _credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """This will say in plain words that too many passwords were wrong, with status 429 and without who it was."""
    told = {"failures": settings.AXES_FAILURE_LIMIT, "minutes": round(settings.AXES_COOLOFF_TIME * 60)}
    return render(request, "account/locked_out.html", told, status=429)


def connect() -> None:
    """This will hear when somebody chooses a password of their own: then it is no longer a one-time password."""
    for signal in (password_changed, password_set):
        signal.connect(_chosen, dispatch_uid="one-time password is over")


def _chosen(sender: object, user: User, **_told: Any) -> None:
    User.objects.filter(pk=user.pk).update(one_time_until=None)
