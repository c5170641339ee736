"""Making and changing accounts and memberships; each change stands in the log."""

from __future__ import annotations

import datetime
import secrets
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from handrail.app.accounts.access import Viewer, today
from handrail.app.accounts.models import Membership, Organization, User
from handrail.app.audit.log import Act, note

ONE_TIME_DAYS = 7
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"


def invite(looking: Viewer, called: dict[str, Any], working: dict[str, Any]) -> tuple[Membership, str]:
    """This will make an account with its membership, and give the one-time password: it is kept nowhere else."""
    looking.require("manage staff")
    with transaction.atomic():
        user = User(**called)
        password = _give_password(user)
        made = Membership.objects.create(user=user, organization=looking.organization, **working)
        note(looking, Act("invite", "membership", str(made.pk), detail=_roles(made)))
    return made, password


def begin(organization: Organization, called: dict[str, Any]) -> tuple[Membership, str]:
    """This will make an organization with its first administrator, and give the one-time password.

    Raises `ValidationError` where something is missing or taken. For whoever runs the server: no screen comes here.
    """
    with transaction.atomic():
        organization.full_clean()
        organization.save(force_insert=True)
        user = User(**called)
        user.full_clean(exclude=["password"])
        password = _give_password(user)
        made = Membership.objects.create(
            user=user, organization=organization, roles=["administrator"], since=today(organization)
        )
        note(None, Act("begin", "organization", organization.pk, detail=_roles(made)))
    return made, password


def change(looking: Viewer, held: Membership, working: dict[str, Any]) -> Membership:
    """This will change roles, days and the staff record. Nobody changes their own."""
    looking.require("manage staff")
    _not_oneself(looking, held)
    with transaction.atomic():
        kept = Membership.objects.select_for_update().get(pk=held.pk, organization=looking.organization)
        changed = sorted(name for name, value in working.items() if getattr(kept, name) != value)
        if not changed:
            return kept
        for name in changed:
            setattr(kept, name, working[name])
        kept.save(update_fields=changed)
        others = ", ".join(name for name in changed if name != "roles")
        detail = "; ".join(part for part in (others, _roles(kept) if "roles" in changed else "") if part)
        note(looking, Act("amend", "membership", str(kept.pk), detail=detail))
    return kept


def renew(looking: Viewer, held: Membership) -> str:
    """This will give somebody a new one-time password, and end all their sessions.

    Refused for an account that also works elsewhere: whoever sets its password could sign in there.
    """
    looking.require("manage staff")
    _not_oneself(looking, held)
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=held.user_id)
        if user.memberships.exclude(organization=looking.organization).exists():
            raise PermissionDenied("This account also works in another organization. Ask whoever runs Handrail.")
        password = _give_password(user)
        note(looking, Act("new password", "membership", str(held.pk)))
    return password


def _give_password(user: User) -> str:
    password = "-".join("".join(secrets.choice(_SIGNS) for _ in range(5)) for _ in range(4))
    user.set_password(password)
    user.one_time_until = timezone.now() + datetime.timedelta(days=ONE_TIME_DAYS)
    user.save()
    return password


def _not_oneself(looking: Viewer, held: Membership) -> None:
    if held.user_id == looking.user_id:
        raise PermissionDenied("Nobody changes their own roles or password here. Ask another administrator.")


def _roles(held: Membership) -> str:
    return "roles: " + ", ".join(sorted(held.roles))
