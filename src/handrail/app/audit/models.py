"""The log's entries, each with the seal of the one before, and the head that says where the chain ends."""

from __future__ import annotations

from django.db import models


class Entry(models.Model):
    """One act. `seal` is the SHA-256 of the entry's content and the seal before it."""

    seen_by = ("organization_id",)
    is_open_to_add = True

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    organization_id = models.CharField(max_length=40, blank=True)
    user_id = models.BigIntegerField(null=True)
    membership_id = models.BigIntegerField(null=True)
    act = models.CharField(max_length=30)
    table = models.CharField(max_length=40, blank=True)
    row_id = models.CharField(max_length=64, blank=True)
    person_id = models.CharField(max_length=64, blank=True)
    detail = models.CharField(max_length=200, blank=True)
    before = models.CharField(max_length=64)
    seal = models.CharField(max_length=64)

    class Meta:
        """Read by organization and person; never changed (the database refuses it)."""

        indexes = [
            models.Index(fields=["organization_id", "-number"], name="audit_organization"),
            models.Index(fields=["person_id", "-number"], name="audit_person"),
        ]

    def __str__(self) -> str:
        """Its number and act."""
        return f"{self.number} {self.act}"


class Head(models.Model):
    """Where the chain ends: one row, locked while an entry is added."""

    number = models.BigIntegerField()
    seal = models.CharField(max_length=64)

    def __str__(self) -> str:
        """The number of the last entry."""
        return str(self.number)
