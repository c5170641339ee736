"""The tables of the chart. Those of `handrail.records` are made from their declarations; the rest stands here in full."""

from __future__ import annotations

from typing import Any

from django.db import models

from handrail.app.accounts.models import Membership, Organization
from handrail.app.chart.declared import Recorded, model_of, new_id
from handrail.records.schema import tables

RECORDS: dict[str, type[Any]] = {name: model_of(table, __name__) for name, table in tables().items()}
"""The model of each declared table, by the table's name."""

globals().update({model.__name__: model for model in RECORDS.values()})  # Django finds and pickles models by name


class Identity(Recorded):
    """What a person is called, apart from the record that is judged: no definition asks for a name."""

    person = models.OneToOneField("chart.Person", on_delete=models.PROTECT, primary_key=True, related_name="identity")
    given_name = models.CharField(max_length=100)
    family_name = models.CharField(max_length=100)
    called = models.CharField(max_length=100, blank=True, help_text="What she wants to be called.")
    number = models.CharField(max_length=40, blank=True, help_text="The number under which the clinic knows her.")

    class Meta:
        """A clinic's number names one person."""

        constraints = [
            models.UniqueConstraint(
                fields=["holder", "number"], condition=~models.Q(number=""), name="one_person_a_number"
            )
        ]

    def __str__(self) -> str:
        """The name as it is spoken."""
        return f"{self.called or self.given_name} {self.family_name}"


class Wording(Recorded):
    """The words of a plan, goal, review, session or attendance: what people wrote, which no definition counts."""

    wording_id = models.CharField(primary_key=True, max_length=64, default=new_id, editable=False)
    table = models.CharField(max_length=40)
    row_id = models.CharField(max_length=64)
    part = models.CharField(max_length=40, help_text="Which words: problem, own_words, objective, note, reason …")
    person_id = models.CharField(max_length=64, blank=True)
    text = models.TextField(blank=True)

    class Meta:
        """One text for each part of a row."""

        constraints = [models.UniqueConstraint(fields=["table", "row_id", "part"], name="one_wording_a_part")]


class Change(models.Model):
    """One change of one row: who, when, what before and after, and why. Rows of this table are never changed."""

    class Kind(models.TextChoices):
        """What happened to the row."""

        CREATED = "created"
        AMENDED = "amended"
        LOCKED = "locked"
        WITHDRAWN = "withdrawn"

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    table = models.CharField(max_length=40)
    row_id = models.CharField(max_length=64)
    version = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=500, blank=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        """One change makes one version."""

        constraints = [
            models.UniqueConstraint(fields=["table", "row_id", "version", "kind"], name="one_change_a_version")
        ]

    def __str__(self) -> str:
        """Which row, which version."""
        return f"{self.table} {self.row_id} version {self.version}"


class Cover(models.Model):
    """What a signature covers: the seal of the content on the day it was signed."""

    seen_with = ("signature_id", "chart.Signature")

    signature_id = models.CharField(primary_key=True, max_length=64)
    seal = models.CharField(max_length=64)

    def __str__(self) -> str:
        """Which signature."""
        return self.signature_id


class Heading(models.Model):
    """Under which heading an organization's own files hold one column; remembered from the last import of that kind."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20, help_text="What the file is: people, sessions or attendance.")
    column = models.CharField(max_length=40)
    heading = models.CharField(max_length=200)

    class Meta:
        """A column stands under one heading."""

        constraints = [models.UniqueConstraint(fields=["organization", "kind", "column"], name="one_heading_a_column")]

    def __str__(self) -> str:
        """Which column of which kind of file."""
        return f"{self.kind}: {self.column}"
