"""What became of a request: the determination, the authorization, notices and appeals."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from handrail.app.accounts.models import Membership
from handrail.app.authorizations.models.asking import Request, Shared, Submission
from handrail.app.authorizations.models.terms import Qualification
from handrail.app.chart.declared import new_id


class Determination(Shared):
    """What was determined, by whom and why. Nothing adverse is without a named, qualified person, but what time denied."""

    class Outcome(models.TextChoices):
        """How it ended."""

        APPROVED = "approved"
        PARTLY = "approved in part", "approved in part"
        DENIED = "denied"
        LAPSED = "lapsed", "denied by lapse of time"

    determination_id = models.CharField(primary_key=True, max_length=64, default=new_id, editable=False)
    request = models.OneToOneField(Request, on_delete=models.PROTECT, related_name="determination")
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=20, choices=Outcome)
    at = models.DateTimeField()
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    qualification = models.ForeignKey(Qualification, on_delete=models.PROTECT, null=True, related_name="+")
    is_automatic = models.BooleanField(default=False)
    units = models.PositiveIntegerField(null=True)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    clauses = models.JSONField(default=list, help_text="The clauses it rests on, as chosen by who decided.")
    reason = models.TextField(blank=True, help_text="The specific reason, in words for the person.")
    is_sampled = models.BooleanField(default=False, help_text="An automatic approval drawn to be checked.")
    checked_at = models.DateTimeField(null=True, blank=True)
    checked_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    check_finding = models.CharField(max_length=500, blank=True)

    class Meta:
        """A denial or a reduction has a person with a qualification, clauses and a reason; only approval is automatic."""

        constraints = [
            models.CheckConstraint(
                condition=~Q(outcome__in=["denied", "approved in part"])
                | (Q(by__isnull=False) & Q(qualification__isnull=False) & ~Q(reason="")),
                name="adverse_is_a_qualified_persons",
            ),
            models.CheckConstraint(
                condition=Q(is_automatic=False) | Q(outcome="approved"), name="only_approval_is_automatic"
            ),
        ]

    def __str__(self) -> str:
        """Which."""
        return f"determination of {self.request_id}"


class PeerToPeer(Shared):
    """A conversation between who decides and who treats: offered, held or not."""

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="conversations")
    offered_at = models.DateTimeField()
    offered_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    held_at = models.DateTimeField(null=True, blank=True)
    with_whom = models.CharField(max_length=200, blank=True)
    summary = models.TextField(blank=True)
    result = models.CharField(
        max_length=40, blank=True, help_text="unchanged, more information, changed, declined, not reached"
    )

    def __str__(self) -> str:
        """Which."""
        return f"conversation about {self.request_id}"


class Authorization(Shared):
    """Units and days that a payer has authorized. How many are used is counted from sessions, never kept here."""

    authorization_id = models.CharField(primary_key=True, max_length=64, default=new_id, editable=False)
    number = models.CharField(max_length=30, unique=True)
    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="authorizations")
    person = models.ForeignKey("chart.Person", on_delete=models.PROTECT, related_name="+")
    episode = models.ForeignKey("chart.Episode", on_delete=models.PROTECT, related_name="+")
    definition = models.CharField(max_length=120)
    units = models.PositiveIntegerField(null=True, help_text="None: days only, no unit is stated.")
    unit = models.CharField(max_length=20, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(help_text="The last day.")
    ended_on = models.DateField(null=True, blank=True, help_text="The last day where it was cut short.")
    ended_why = models.CharField(max_length=300, blank=True)
    follows = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        """The days are in order; what ends early says why."""

        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="authorization_days_in_order"),
            models.CheckConstraint(
                condition=Q(ended_on=None) | (Q(ended_on__lte=F("ends_on")) & ~Q(ended_why="")),
                name="authorization_ended_early_says_why",
            ),
        ]
        indexes = [models.Index(fields=["holder", "episode", "starts_on"], name="authorization_of_episode")]

    def __str__(self) -> str:
        """Its number."""
        return self.number


class Appeal(Shared):
    """An appeal of an adverse determination, decided by somebody who had no part in it."""

    class Status(models.TextChoices):
        """Where it stands."""

        FILED = "filed"
        UPHELD = "upheld"
        OVERTURNED = "overturned"
        PARTLY = "overturned in part", "overturned in part"
        WITHDRAWN = "withdrawn"
        LAPSED = "lapsed", "not decided in time"

    appeal_id = models.CharField(primary_key=True, max_length=64, default=new_id, editable=False)
    number = models.CharField(max_length=30, unique=True)
    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="appeals")
    urgency = models.CharField(max_length=10, choices=Request.Urgency, default=Request.Urgency.STANDARD)
    filed_at = models.DateTimeField()
    filed_by = models.CharField(
        max_length=20,
        choices=[
            ("person", "the person"),
            ("representative", "a representative"),
            ("provider", "the provider, with the person's consent"),
        ],
    )
    words = models.TextField(blank=True, help_text="Why the determination is thought to be wrong.")
    consent_id = models.CharField(max_length=64, blank=True, help_text="The person's consent where the provider files.")
    asks_continuation = models.BooleanField(default=False, help_text="Benefits are asked to go on meanwhile.")
    continues_until = models.DateField(null=True, blank=True)
    submission = models.ForeignKey(
        Submission, on_delete=models.PROTECT, null=True, related_name="+", help_text="What came with it."
    )
    status = models.CharField(max_length=20, choices=Status, default=Status.FILED)
    due_at = models.DateTimeField()
    assigned_to = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    qualification = models.ForeignKey(Qualification, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True)
    why_overturned = models.CharField(
        max_length=40,
        blank=True,
        help_text="new information, clause misread, evidence overlooked, time limit missed, other",
    )
    units = models.PositiveIntegerField(null=True)
    ends_on = models.DateField(null=True)
    hearing_asked_on = models.DateField(null=True, blank=True)
    hearing_result = models.CharField(max_length=40, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        """One open appeal a request."""

        constraints = [models.UniqueConstraint(fields=["request"], condition=Q(status="filed"), name="one_open_appeal")]
        indexes = [models.Index(fields=["payer", "status", "due_at"], name="appeal_queue")]

    def __str__(self) -> str:
        """Its number."""
        return self.number


class Notice(Shared):
    """A letter to the person: made from the verdicts, read again, sent, and kept as it was sent."""

    class Kind(models.TextChoices):
        """What it tells."""

        APPROVAL = "approval"
        ADVERSE = "adverse", "denial or reduction"
        LAPSE = "lapse", "denial by lapse of time"
        EXTENSION = "extension", "extension of the time limit"
        APPEAL = "appeal", "resolution of an appeal"

    class Status(models.TextChoices):
        """Where it stands."""

        DRAFT = "draft"
        LOOKED_AT = "looked at", "read by a second person"
        SENT = "sent"

    notice_id = models.CharField(primary_key=True, max_length=64, default=new_id, editable=False)
    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="notices")
    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, null=True, related_name="notices")
    kind = models.CharField(max_length=10, choices=Kind)
    language = models.CharField(max_length=2, default="en")
    content = models.JSONField(
        help_text="Paragraphs, clauses with citations, what was missing, rights with their dates."
    )
    wording = models.CharField(max_length=40, help_text="The dated wording of the letter's fixed parts.")
    grade = models.DecimalField(max_digits=4, decimal_places=1, null=True, help_text="Reading level by school year.")
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    looked_at_at = models.DateTimeField(null=True)
    looked_at_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField(null=True)
    sent_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    sent_how = models.CharField(max_length=40, blank=True, help_text="mail, portal, by hand")
    seal = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the PDF as sent.")
    pdf = models.BinaryField(null=True, editable=False, help_text="The letter as sent.")
    notify_by = models.DateTimeField(null=True, blank=True, help_text="By when the law wants it given.")
    corrects = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="The sent one it corrects."
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        """Who looks at it again is somebody else."""

        constraints = [
            models.CheckConstraint(
                condition=Q(looked_at_by=None) | Q(made_by=None) | ~Q(looked_at_by=F("made_by")),
                name="second_look_is_anothers",
            ),
            models.CheckConstraint(
                condition=~Q(status="sent") | (Q(sent_at__isnull=False) & Q(pdf__isnull=False) & ~Q(seal="")),
                name="sent_notice_is_kept",
            ),
        ]
        indexes = [models.Index(fields=["payer", "status", "notify_by"], name="notice_queue")]

    def __str__(self) -> str:
        """Which."""
        return f"{self.kind} notice of {self.request_id}"
