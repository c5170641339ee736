"""Organizations, the people who sign in, and who works where in which roles."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q


def is_factor_needed_at_first() -> bool:
    """This will say whether a new organization asks everybody for a second factor: always, except in the demo."""
    return not settings.IS_DEMO


class Organization(models.Model):
    """A provider, a payer or a state agency. Records belong to exactly one, and no other sees them without a rule."""

    class Kind(models.TextChoices):
        """What an organization does here."""

        PROVIDER = "provider"
        PAYER = "payer"
        STATE = "state"

    organization_id = models.SlugField(primary_key=True, max_length=40)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=Kind)
    time_zone = models.CharField(max_length=50, default="America/Chicago")
    needs_second_factor = models.BooleanField(
        default=is_factor_needed_at_first, help_text="Everybody who works here has a code from an app or a passkey."
    )

    def __str__(self) -> str:
        """Its name."""
        return self.name


class User(AbstractUser):
    """Somebody who can sign in. What they may do stands in their memberships, never here."""

    one_time_until = models.DateTimeField(
        null=True, blank=True, help_text="Until when a password made by an administrator works; empty for one's own."
    )

    def __str__(self) -> str:
        """The full name, or the sign-in name."""
        return self.get_full_name() or self.username


class Membership(models.Model):
    """One user in one organization, with the roles held there from a first to a last day."""

    seen_by = ()  # read before it is known who looks: it says so

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="memberships")
    roles = models.JSONField(default=list)
    staff_id = models.CharField(max_length=64, blank=True)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        """A user works in an organization once; the last day is not before the first."""

        constraints = [
            models.UniqueConstraint(fields=["user", "organization"], name="one_membership_each"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="membership_days_in_order"),
        ]

    def __str__(self) -> str:
        """Who works where."""
        return f"{self.user} at {self.organization}"

    def is_in_force(self, on: datetime.date) -> bool:
        """This will say whether it holds on a day, first and last day included."""
        return self.since <= on and (self.until is None or on <= self.until)


class Invitation(models.Model):
    """A place for somebody who may have an account already. Only who holds the code learns of it, and only by using it."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="invitations")
    seal = models.CharField(max_length=64, unique=True, help_text="The SHA-256 of the code; the code is kept nowhere.")
    meant_for = models.CharField(max_length=200)
    roles = models.JSONField(default=list)
    staff_id = models.CharField(max_length=64, blank=True)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    open_until = models.DateTimeField()

    def __str__(self) -> str:
        """Whom it is meant for, as the administrator called them."""
        return self.meant_for


class Sent(models.Model):
    """One form sent from one page, so that sending it twice does it once. `answer` is where the first led to."""

    key = models.CharField(primary_key=True, max_length=64)
    at = models.DateTimeField()
    answer = models.CharField(max_length=500, blank=True)

    def __str__(self) -> str:
        """Its key."""
        return self.key
