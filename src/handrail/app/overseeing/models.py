"""A kept run of measures, and the facts that it counted, so that every number opens its list."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone

from handrail.app.accounts.models import Organization


class KeptRun(models.Model):
    """One run of all measures. `result` is what `handrail.measures.kept` writes; it never changes."""

    class Source(models.TextChoices):
        """Where the facts came from."""

        RECORDS = "records", "own records"
        CLAIMS = "claims", "claims"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    source = models.CharField(max_length=10, choices=Source)
    since = models.DateField()
    as_of = models.DateField()
    made_at = models.DateTimeField(default=timezone.now)
    result = models.JSONField()

    class Meta:
        """The latest first."""

        ordering = ("-made_at",)
        indexes = [models.Index(fields=["organization", "source", "-made_at"], name="kept_run_latest")]

    def __str__(self) -> str:
        """Its source and its days."""
        return f"{self.get_source_display()}, {self.since} to {self.as_of}"


class KeptFacts(models.Model):
    """The rows of one fact set of a run, as Parquet."""

    seen_with = ("run_id", "overseeing.KeptRun")

    run = models.ForeignKey(KeptRun, on_delete=models.CASCADE, related_name="facts")
    name = models.CharField(max_length=40)
    rows = models.PositiveIntegerField()
    parquet = models.BinaryField()

    class Meta:
        """Each fact set once."""

        constraints = [models.UniqueConstraint(fields=["run", "name"], name="facts_once")]

    def __str__(self) -> str:
        """Its name."""
        return self.name
