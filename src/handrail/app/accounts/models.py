"""Organizations, the people who sign in, and who works where in which roles."""

from __future__ import annotations

import datetime

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q


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
