"""What the engine said last, one row for each verdict and each decision; and what waits to be judged anew."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import models
from django.utils import timezone

from handrail.app.accounts.models import Organization

_QUESTIONS = uuid.UUID("6f0f2f0e-7a55-5d0c-9a55-6b6a5e1c2d11")


def question_id(organization: str, definition: str, name: str, subject: str, key: Mapping[str, Any]) -> uuid.UUID:
    """This will give the id of a question: the same whatever the answer, the day and the edition.

    `name` is `clause:<id>` or `decision:<id>`. A clause that keeps its id in a new edition asks the same question.
    """
    told = [organization, definition, name, subject, {part: str(value) for part, value in key.items()}]
    return uuid.uuid5(_QUESTIONS, json.dumps(told, ensure_ascii=True, sort_keys=True, separators=(",", ":")))


class Answer(models.Model):
    """What verdicts and decisions share: by which edition, about what, on which day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False, help_text="See question_id.")
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
    judged_at = models.DateTimeField(default=timezone.now, help_text="The moment of the judging.")
    position = models.PositiveIntegerField(
        default=0,
        help_text="Where it stands among the answers about a person, a session or a program, in the order of the source.",
    )

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


class Waiting(models.Model):
    """Somebody or something that changed since it was judged. See `waiting.py` for how a row comes and goes."""

    class Kind(models.TextChoices):
        """What is judged anew together."""

        PERSON = "person"
        SESSION = "session"
        SESSIONS = "sessions", "all sessions of a program"
        PROGRAM = "program", "a program apart from its sessions"

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    key = models.CharField(max_length=64, help_text="The id of the person, the session or the program.")
    stamp = models.UUIDField(default=uuid.uuid4, help_text="Another one at each change.")
    since = models.DateTimeField(default=timezone.now)
    not_before = models.DateTimeField(default=timezone.now, help_text="The follower leaves it alone until then.")

    class Meta:
        """Nobody waits twice; the longest waiting first."""

        constraints = [models.UniqueConstraint(fields=["organization", "kind", "key"], name="waits_once")]
        indexes = [models.Index(fields=["not_before", "since"], name="waiting_longest")]

    def __str__(self) -> str:
        """What waits."""
        return f"{self.kind} {self.key}"


class JudgedDay(models.Model):
    """The last day of an organization, where it is, for which everybody was put down to be judged."""

    organization = models.OneToOneField(Organization, on_delete=models.CASCADE, primary_key=True, related_name="+")
    day = models.DateField()

    def __str__(self) -> str:
        """Which day."""
        return self.day.isoformat()
