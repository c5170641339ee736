"""Requests and what was sent with them. Two organizations share these rows: the provider (`holder`) and the payer.

A draft has no payer yet, so it is invisible to the payer by construction: `addressed_to` says whom it is meant for, and
`payer` is filled at receipt, together with the number by which both speak of the request.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from handrail.app.accounts.models import Membership, Organization
from handrail.app.chart.declared import new_id


class Shared(models.Model):
    """Whose a row is: the provider's, and the payer's once it was sent."""

    holder = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    payer = models.ForeignKey(Organization, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        """Only a part of other tables."""

        abstract = True

    seen_by = ("holder", "payer")


class Request(Shared):
    """A request for authorization. `status` moves only as `ways.yaml` says, through `acting.act`."""

    class Kind(models.TextChoices):
        """What is asked for."""

        INITIAL = "initial"
        CONTINUED_STAY = "continued stay", "Continued stay"
        RECOVERY_ENTRY = "recovery support", "entry into recovery support"
        EXTENSION = "extension"
        RETROSPECTIVE = "retrospective"

    class Urgency(models.TextChoices):
        """How fast the person needs an answer. Expedited needs an attestation."""

        STANDARD = "standard"
        EXPEDITED = "expedited"

    class Status(models.TextChoices):
        """Where it stands."""

        DRAFT = "draft"
        RECEIVED = "received"
        ASKED = "asked", "information asked for"
        REFERRED = "referred", "with the medical director"
        APPROVED = "approved"
        PARTLY = "approved in part", "approved in part"
        DENIED = "denied"
        LAPSED = "lapsed", "denied by lapse of time"
        WITHDRAWN = "withdrawn"
        DISCARDED = "discarded"

    OPEN = (Status.RECEIVED, Status.ASKED, Status.REFERRED)
    ADVERSE = (Status.PARTLY, Status.DENIED, Status.LAPSED)

    request_id = models.CharField(primary_key=True, max_length=64, default=new_id, editable=False)
    number = models.CharField(max_length=30, blank=True, help_text="Given at receipt; a draft has none.")
    addressed_to = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("chart.Person", on_delete=models.PROTECT, related_name="+")
    episode = models.ForeignKey("chart.Episode", on_delete=models.PROTECT, related_name="+")
    definition = models.CharField(max_length=120, help_text="The service, by its definition.")
    decision = models.CharField(
        max_length=80, help_text="Which decision of the definition is asked: admission, continued_stay."
    )
    kind = models.CharField(max_length=20, choices=Kind)
    urgency = models.CharField(max_length=10, choices=Urgency, default=Urgency.STANDARD)
    attestation = models.TextField(blank=True, help_text="Why waiting could seriously harm life, health or recovery.")
    attested_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    attested_at = models.DateTimeField(null=True, blank=True)
    units = models.PositiveIntegerField(null=True, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True, help_text="The last day asked for.")
    narrative = models.TextField(blank=True)
    status = models.CharField(max_length=20, choices=Status, default=Status.DRAFT)
    version = models.PositiveIntegerField(default=1)
    received_at = models.DateTimeField(
        null=True, blank=True, help_text="When the payer had it. The clock starts here and nowhere else."
    )
    due_at = models.DateTimeField(null=True, blank=True, help_text="When the clock runs out; kept by clock.py.")
    paused_at = models.DateTimeField(null=True, blank=True, help_text="Since when the clock stands still.")
    decided_at = models.DateTimeField(null=True, blank=True)
    assigned_to = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    follows = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The request that this one goes on from: extension, continued stay, step-down.",
    )
    entered_at = models.DateTimeField(auto_now_add=True)
    entered_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        """What is received has a payer, a moment and a number of its own; the days are in order."""

        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["draft", "discarded"])
                | (Q(payer__isnull=False) & Q(received_at__isnull=False) & ~Q(number="")),
                name="request_received_has_a_moment",
            ),
            models.CheckConstraint(condition=~Q(status="draft") | Q(payer=None), name="draft_is_nobody_elses"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gte=F("starts_on")),
                name="request_days_in_order",
            ),
            models.CheckConstraint(
                condition=~Q(urgency="expedited") | Q(status__in=["draft", "discarded"]) | ~Q(attestation=""),
                name="expedited_is_attested",
            ),
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="one_request_a_number"),
        ]
        indexes = [
            models.Index(fields=["payer", "status", "due_at"], name="request_queue"),
            models.Index(fields=["holder", "status", "due_at"], name="request_of_holder"),
            models.Index(fields=["holder", "person"], name="request_of_person"),
        ]

    def __str__(self) -> str:
        """Its number, or that it is a draft."""
        return self.number or "draft"


class Submission(Shared):
    """What was sent with a request, frozen: who she is, the facts, verdicts and records as they were, and their seal.

    A new one comes with every answer to a request for information. Rows are never changed.
    """

    submission_id = models.CharField(primary_key=True, max_length=64, default=new_id, editable=False)
    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="submissions")
    place = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    as_of = models.DateField()
    definition = models.CharField(max_length=120)
    edition = models.CharField(max_length=40)
    edition_seal = models.CharField(max_length=64)
    readings = models.JSONField(default=dict)
    content = models.JSONField(
        help_text="See freezing.py: identity, decisions, verdicts with facts, records released, words."
    )
    seal = models.CharField(max_length=64, help_text="SHA-256 of the content.")
    information = models.JSONField(default=list, help_text="The classes of information it holds.")
    disclosure_id = models.CharField(max_length=64, help_text="Its line in the accounting of disclosures.")

    class Meta:
        """In order."""

        constraints = [models.UniqueConstraint(fields=["request", "place"], name="one_submission_a_place")]

    def __str__(self) -> str:
        """Which."""
        return f"submission {self.place} of {self.request_id}"


class Step(Shared):
    """One act on a request or an appeal: the history, and what the metrics are counted from. Rows are never changed."""

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="steps")
    appeal = models.ForeignKey("Appeal", on_delete=models.PROTECT, null=True, related_name="steps")
    place = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(
        Membership,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="Nobody where the clock or the rules acted.",
    )
    as_provider = models.BooleanField()
    act = models.CharField(max_length=30)
    status_before = models.CharField(max_length=20)
    status_after = models.CharField(max_length=20)
    due_at = models.DateTimeField(null=True, help_text="When the clock ran out by then.")
    words = models.TextField(blank=True, help_text="What was said, to the other side: a question, an answer, a reason.")
    detail = models.JSONField(default=dict, help_text="Clauses asked about, days of extension, and the like.")

    class Meta:
        """In order."""

        constraints = [models.UniqueConstraint(fields=["request", "place"], name="one_step_a_place")]

    def __str__(self) -> str:
        """Which."""
        return f"{self.act} of {self.request_id}"


class Question(Shared):
    """A request for information: what is asked, by when, and the submission that answered it."""

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="questions")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    clauses = models.JSONField(default=list)
    words = models.TextField()
    due_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.ForeignKey(Submission, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        """Which."""
        return f"question about {self.request_id}"
