"""Making and changing accounts and memberships; each change stands in the log."""

from __future__ import annotations

import datetime
import hashlib
import secrets
from collections.abc import Mapping
from typing import Any

from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from handrail.app.accounts import walls
from handrail.app.accounts.access import Viewer, today, viewer_of
from handrail.app.accounts.models import Invitation, Membership, Organization, User
from handrail.app.accounts.sessions import FACTORS
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


def ask_in(looking: Viewer, meant_for: str, working: dict[str, Any]) -> str:
    """This will give a code with which somebody who has an account takes a place here; it is kept nowhere else.

    Nothing is asked about the account, so nobody learns here whether there is one.
    """
    looking.require("manage staff")
    code = _code()
    with transaction.atomic():
        made = Invitation.objects.create(
            organization=looking.organization,
            seal=_seal(code),
            meant_for=meant_for,
            open_until=timezone.now() + datetime.timedelta(days=ONE_TIME_DAYS),
            **working,
        )
        note(looking, Act("invite", "invitation", str(made.pk), detail=_roles(made)))
    return code


def join(user: User, code: str) -> Membership | None:
    """This will take the place that a code is for, with the account's own name and password; None where it is for none.

    Raises `PermissionDenied` where the account has a place there already.
    """
    with walls.everybody(), transaction.atomic():
        found = Invitation.objects.select_for_update().filter(seal=_seal(code), open_until__gt=timezone.now()).first()
        if found is None:
            return None
        if Membership.objects.filter(user=user, organization_id=found.organization_id).exists():
            raise PermissionDenied("You have a place there already. Ask its administrator to change its days.")
        taken = Membership.objects.filter(organization_id=found.organization_id, staff_id=found.staff_id)
        made = Membership.objects.create(
            user=user,
            organization_id=found.organization_id,
            roles=found.roles,
            staff_id="" if taken.exists() else found.staff_id,
            since=found.since,
            until=found.until,
        )
        note(viewer_of(made), Act("join", "membership", str(made.pk), detail=_roles(made)))
        found.delete()
    return made


def take_back(looking: Viewer, invitation_id: int) -> None:
    """This will take back an invitation that nobody has used."""
    looking.require("manage staff")
    with transaction.atomic():
        gone, _ = Invitation.objects.filter(organization=looking.organization, pk=invitation_id).delete()
        if gone:
            note(looking, Act("take back", "invitation", str(invitation_id)))


def ask_for_factor(looking: Viewer, *, is_needed: bool) -> None:
    """This will say whether everybody who works here needs a second factor; it holds from their next click on."""
    looking.require("manage staff")
    with transaction.atomic():
        kept = Organization.objects.select_for_update().get(pk=looking.organization.pk)
        if kept.needs_second_factor == is_needed:
            return
        kept.needs_second_factor = is_needed
        kept.save(update_fields=["needs_second_factor"])
        told = f"second factor {'needed' if is_needed else 'not needed'}"
        note(looking, Act("amend", "organization", kept.pk, detail=told))


def factors(user_ids: list[int]) -> Mapping[int, list[str]]:
    """This will give the second factors that accounts have, in words; one query."""
    words = {Authenticator.Type.TOTP: "code from an app", Authenticator.Type.WEBAUTHN: "passkey"}
    told: dict[int, list[str]] = {}
    held = Authenticator.objects.filter(user_id__in=user_ids, type__in=FACTORS).order_by("type").distinct()
    for user_id, kind in held.values_list("user_id", "type"):
        told.setdefault(user_id, []).append(words[kind])
    return told


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
    return _renew(looking, held, is_factor_lost=False)


def reset(looking: Viewer, held: Membership) -> str:
    """This will take away somebody's codes and passkeys, and give a new one-time password with which to set up others.

    Both at once: whoever knows only the old password would otherwise set up a factor of their own. Refused as `renew`.
    """
    return _renew(looking, held, is_factor_lost=True)


def _renew(looking: Viewer, held: Membership, *, is_factor_lost: bool) -> str:
    looking.require("manage staff")
    _not_oneself(looking, held)
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=held.user_id)
        if user.memberships.exclude(organization=looking.organization).exists():
            raise PermissionDenied("This account also works in another organization. Ask whoever runs Handrail.")
        password = _give_password(user)
        if is_factor_lost:
            Authenticator.objects.filter(user=user).delete()
        note(looking, Act("reset second factor" if is_factor_lost else "new password", "membership", str(held.pk)))
    return password


def _give_password(user: User) -> str:
    password = _code()
    user.set_password(password)
    user.one_time_until = timezone.now() + datetime.timedelta(days=ONE_TIME_DAYS)
    user.save()
    return password


def _code() -> str:
    return "-".join("".join(secrets.choice(_SIGNS) for _ in range(5)) for _ in range(4))


def _seal(code: str) -> str:
    return hashlib.sha256("".join(code.split()).lower().encode()).hexdigest()


def _not_oneself(looking: Viewer, held: Membership) -> None:
    if held.user_id == looking.user_id:
        raise PermissionDenied("Nobody changes their own roles or password here. Ask another administrator.")


def _roles(held: Membership | Invitation) -> str:
    return "roles: " + ", ".join(sorted(held.roles))
