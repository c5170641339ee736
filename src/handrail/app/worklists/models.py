"""What the engine said last, one row for each verdict and each decision. Made anew, never edited."""

from __future__ import annotations

from django.db import models

from handrail.app.accounts.models import Organization


class Answer(models.Model):
    """What verdicts and decisions share: by which edition, about what, on which day."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    person_id = models.CharField(max_length=64, blank=True)
    episode_id = models.CharField(max_length=64, blank=True)
    program_id = models.CharField(max_length=64, blank=True)
    definition = models.CharField(max_length=120)
    edition = models.CharField(max_length=40)
    seal = models.CharField(max_length=64, help_text="The hash of the edition's content.")
    subject = models.CharField(max_length=40)
    key = models.JSONField()
    judged_on = models.DateField()
    as_of = models.DateField()

    class Meta:
        """Only a part of other tables."""

        abstract = True


class Verdict(Answer):
    """What one clause came to for one row of its subject."""

    clause = models.CharField(max_length=80)
    duty = models.CharField(max_length=10)
    verdict = models.CharField(max_length=20)
    says = models.TextField(help_text="The clause with the numbers in it.")
    missing = models.JSONField(default=list)
    facts = models.JSONField(default=dict)
    evidence = models.JSONField(default=list)
    stands = models.CharField(max_length=10, blank=True, help_text="late, repaired (done late) or due; else empty.")
    due_on = models.DateField(null=True, help_text="The last day in time, while it is open and days are counted.")
    days_late = models.IntegerField(null=True)

    class Meta:
        """Listed by organization and verdict, by what is to do, by subject, and by person."""

        indexes = [
            models.Index(fields=["organization", "verdict", "judged_on"], name="verdict_list"),
            models.Index(fields=["organization", "stands", "due_on"], name="verdict_due"),
            models.Index(fields=["organization", "subject", "program_id", "judged_on"], name="verdict_subject"),
            models.Index(fields=["organization", "person_id"], name="verdict_person"),
        ]

    def __str__(self) -> str:
        """The clause and its verdict."""
        return f"{self.clause}: {self.verdict}"


class Decision(Answer):
    """What a decision came to, by which paths, and what it rests on."""

    decision = models.CharField(max_length=80)
    answer = models.CharField(max_length=20)
    paths = models.JSONField(default=list)
    deciding = models.JSONField(default=list)
    missing = models.JSONField(default=list)

    class Meta:
        """Listed by organization and answer, and by person."""

        indexes = [
            models.Index(fields=["organization", "decision", "answer"], name="decision_list"),
            models.Index(fields=["organization", "person_id"], name="decision_person"),
        ]

    def __str__(self) -> str:
        """The decision and its answer."""
        return f"{self.decision}: {self.answer}"
