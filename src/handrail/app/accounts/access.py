"""Who is looking, in which organization, and what they may do. Everything not allowed here is refused."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone
from ruamel.yaml import YAML

from handrail.app.accounts import walls
from handrail.app.accounts.models import Membership, Organization

CHOSEN = "membership"
"""The key of the session under which the chosen membership stands."""


@dataclass(frozen=True)
class Role:
    """A role's title and what it may do."""

    name: str
    title: str
    may: frozenset[str]


@cache
def roles() -> Mapping[str, Role]:
    """This will give every role by name."""
    text = files(__package__).joinpath("roles.yaml").read_text(encoding="utf-8")
    return {
        name: Role(name, told["title"], frozenset(told["may"])) for name, told in YAML(typ="safe").load(text).items()
    }


@dataclass(frozen=True)
class Viewer:
    """Somebody at work: one user in one organization, today. Given to everything that reads or writes records."""

    user_id: int
    name: str
    membership_id: int
    organization: Organization
    roles: frozenset[str]
    staff_id: str
    today: datetime.date

    def may(self, act: str) -> bool:
        """This will say whether one of the roles allows an act."""
        known = roles()
        return any(act in known[role].may for role in self.roles if role in known)

    def require(self, act: str) -> None:
        """This will raise `PermissionDenied` where no role allows an act."""
        if not self.may(act):
            raise PermissionDenied(f"Your role here does not allow this: {act}.")


def viewer(request: HttpRequest, *acts: str) -> Viewer:
    """This will give who is looking; the first line of every view. `acts`: what the view is going to do.

    Raises `PermissionDenied` where nobody is signed in, works nowhere today, or may not do one of the acts.
    """
    if not request.user.is_authenticated:
        raise PermissionDenied("Sign in first.")
    found = memberships(request)
    if not found:
        raise PermissionDenied("You have no role in an organization today. Ask its administrator.")
    chosen = next((one for one in found if one.pk == request.session.get(CHOSEN)), found[0])
    told = viewer_of(chosen)
    for act in acts:
        told.require(act)
    walls.look(told.organization.pk)
    return told


def memberships(request: HttpRequest) -> list[Membership]:
    """This will give the memberships in force today of who is signed in, read once a request."""
    held: list[Membership] | None = getattr(request, "_memberships", None)
    if held is None:
        mine = Membership.objects.filter(user_id=request.user.pk).select_related("organization", "user").order_by("pk")
        held = [one for one in mine if one.is_in_force(today(one.organization))]
        request._memberships = held  # type: ignore[attr-defined]
    return held


def viewer_of(membership: Membership) -> Viewer:
    """This will give the viewer that a membership makes; for requests, commands and the demo."""
    return Viewer(
        user_id=membership.user_id,
        name=str(membership.user),
        membership_id=membership.pk,
        organization=membership.organization,
        roles=frozenset(membership.roles),
        staff_id=membership.staff_id,
        today=today(membership.organization),
    )


def today(organization: Organization) -> datetime.date:
    """This will give the day it is where the organization is."""
    return timezone.now().astimezone(ZoneInfo(organization.time_zone)).date()
