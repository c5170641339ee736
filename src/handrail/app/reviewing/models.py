"""A focused review, its cases, what was found, answered and done about it, and every act as a step.

Findings, answers and steps are never changed: the database refuses it. Who changes her mind writes another finding.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from handrail.app.accounts.models import Membership, Organization
from handrail.app.chart.declared import new_id


class Owned(models.Model):
    """Whose a row is: one organization's, which nobody else sees."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")

    class Meta:
        """Only a part of other tables."""

        abstract = True


class FocusedReview(Owned):
    """One review. `frame` is all that the sample was drawn from, so that anybody can draw it again from the seed."""

    class Kind(models.TextChoices):
        """What gave rise to it."""

        MEASURE = "measure", "a measure or a clause"
        SIGNAL = "signal", "a statistical signal"
        INCIDENT = "incident", "an incident"
        GRIEVANCE = "grievance", "a grievance"
        SENTINEL = "sentinel", "a sentinel incident"
        OTHER = "other", "something else"

    class Status(models.TextChoices):
        """Where it stands."""

        OPEN = "open", "open"
        IN_REVIEW = "in review", "in review"
        ANSWERED = "answered", "answered"
        ACTION = "action", "corrective action"
        RETEST = "re-test", "re-test"
        CLOSED = "closed", "closed"

    review_id = models.CharField(primary_key=True, max_length=64, default=new_id, editable=False)
    number = models.CharField(max_length=30, unique=True)
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=Kind)
    words = models.TextField(blank=True, help_text="What gave rise to it, in words.")
    measure = models.CharField(max_length=120, blank=True, help_text="The name of the measure.")
    unit = models.CharField(max_length=120, blank=True, help_text="The program or clinician that the signal is about.")
    signal = models.TextField(blank=True, help_text="What the signal said on the day, word for word.")
    clauses = models.JSONField(default=list, help_text="The clauses in question: definition and clause.")
    points_to_table = models.CharField(max_length=40, blank=True)
    points_to_id = models.CharField(max_length=64, blank=True)
    why = models.TextField(help_text="Why this was chosen. It leaves the team in the parity export: it names nobody.")
    programs = models.JSONField(default=list, help_text="The programs of the cases.")
    since = models.DateField(help_text="The first day looked at.")
    until = models.DateField(help_text="The last day looked at.")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    opened_as = models.JSONField(default=list, help_text="The roles of who opened it, on that day.")
    seed = models.CharField(max_length=64)
    frame = models.JSONField(default=dict, help_text="The ids flagged and unflagged that the sample was drawn from.")
    frame_seal = models.CharField(max_length=64)
    flagged_wanted = models.PositiveIntegerField()
    unflagged_wanted = models.PositiveIntegerField()
    before = models.JSONField(default=dict, help_text="By clause: how many cases failed it on the day, of how many.")
    is_blinded = models.BooleanField(default=True, help_text="Reviewers do not see who was flagged.")
    unblinded_at = models.DateTimeField(null=True)
    answers_asked_at = models.DateTimeField(null=True)
    answers_by = models.DateField(null=True, help_text="The last day for the clinicians' answers.")
    retest_since = models.DateField(null=True, help_text="The first day that the re-test looks at.")
    retest_available = models.PositiveIntegerField(null=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    closing = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        """A sentinel incident has one review; what is closed says with what; the days are in order."""

        constraints = [
            models.UniqueConstraint(
                fields=["organization", "points_to_table", "points_to_id"],
                condition=Q(kind="sentinel"),
                name="one_review_a_sentinel",
            ),
            models.CheckConstraint(
                condition=~Q(status="closed") | (Q(closed_at__isnull=False) & ~Q(closing="")),
                name="closed_review_says_with_what",
            ),
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="review_days_in_order"),
        ]
        indexes = [models.Index(fields=["organization", "status", "opened_at"], name="review_list")]

    def __str__(self) -> str:
        """Its number."""
        return self.number

    @property
    def is_blind_now(self) -> bool:
        """Whether nobody may see yet who was flagged."""
        return self.is_blinded and self.unblinded_at is None


class ReviewCase(Owned):
    """One case of the work list: an episode, or in a payer's organization the id of a case among its claims."""

    class Round(models.IntegerChoices):
        """The first sample, or the one after the action."""

        FIRST = 1, "first"
        RETEST = 2, "re-test"

    case_id = models.CharField(primary_key=True, max_length=64, default=new_id, editable=False)
    review = models.ForeignKey(FocusedReview, on_delete=models.PROTECT, related_name="cases")
    round = models.PositiveSmallIntegerField(choices=Round, default=Round.FIRST)
    place = models.PositiveIntegerField(help_text="Its place in the work list, which says nothing of who was flagged.")
    reference = models.CharField(max_length=200, help_text="The id that was given for the case.")
    person_id = models.CharField(max_length=64, blank=True)
    episode_id = models.CharField(max_length=64, blank=True)
    clinician = models.CharField(max_length=64, blank=True, help_text="Who gave most of it, as on the day of the draw.")
    is_flagged = models.BooleanField(null=True, help_text="Hidden while reviewers are blinded; none in a re-test.")
    kept = models.JSONField(default=list, help_text="By clause: what the engine had said on the day of the draw.")
    reviewer = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    looked_at = models.DateTimeField(null=True)
    words = models.TextField(blank=True)

    class Meta:
        """Each case once in a round; who looked is written down."""

        constraints = [
            models.UniqueConstraint(fields=["review", "round", "reference"], name="case_once_a_round"),
            models.CheckConstraint(
                condition=Q(looked_at=None) | Q(reviewer__isnull=False), name="looked_at_by_somebody"
            ),
        ]
        indexes = [models.Index(fields=["organization", "clinician"], name="case_of_clinician")]

    def __str__(self) -> str:
        """Its place."""
        return f"case {self.place}"


class Finding(Owned):
    """What a reviewer says of one clause in one case, beside what the engine had said. The last one of a clause counts."""

    class Outcome(models.TextChoices):
        """Whether it is so that the clause is not met here."""

        CONFIRMED = "confirmed", "Confirmed: it is not met"
        NOT_CONFIRMED = "not confirmed", "Not confirmed: it is met, or does not apply"
        CANNOT_TELL = "cannot tell", "Cannot tell"

    finding_id = models.CharField(primary_key=True, max_length=64, default=new_id, editable=False)
    case = models.ForeignKey(ReviewCase, on_delete=models.PROTECT, related_name="findings")
    place = models.PositiveIntegerField()
    definition = models.CharField(max_length=120)
    edition = models.CharField(max_length=40)
    seal = models.CharField(max_length=64, help_text="The hash of the edition's content.")
    clause = models.CharField(max_length=80)
    engine = models.CharField(max_length=20, help_text="What the engine had said on the day of the draw.")
    says = models.TextField(help_text="The clause with the numbers in it, as on that day.")
    judged_on = models.DateField()
    evidence = models.CharField(max_length=64, help_text="The id of the verdict kept, under which stands why.")
    outcome = models.CharField(max_length=15, choices=Outcome)
    words = models.TextField(blank=True)
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        """Numbered within a case; what is confirmed or cannot be told says why."""

        constraints = [
            models.UniqueConstraint(fields=["case", "place"], name="finding_place"),
            models.CheckConstraint(
                condition=Q(outcome="not confirmed") | ~Q(words=""), name="finding_says_what_was_seen"
            ),
        ]

    def __str__(self) -> str:
        """The clause and what was found."""
        return f"{self.clause}: {self.outcome}"


class Answer(Owned):
    """What the clinician says to a finding that was confirmed."""

    class Stance(models.TextChoices):
        """How the clinician sees it."""

        AGREES = "agrees", "I agree"
        EXPLAINS = "explains", "I agree, and this is how it came about"
        DISAGREES = "disagrees", "I do not agree"

    answer_id = models.CharField(primary_key=True, max_length=64, default=new_id, editable=False)
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="answers")
    stance = models.CharField(max_length=10, choices=Stance)
    words = models.TextField()
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        """How it is seen."""
        return self.stance


class CorrectiveAction(Owned):
    """What is done about what was found, by whom and until when; done, or left with a reason."""

    action_id = models.CharField(primary_key=True, max_length=64, default=new_id, editable=False)
    review = models.ForeignKey(FocusedReview, on_delete=models.PROTECT, related_name="actions")
    what = models.CharField(max_length=500)
    who = models.CharField(max_length=200)
    due_on = models.DateField()
    done_on = models.DateField(null=True)
    is_left = models.BooleanField(default=False, help_text="It is not going to be done; the words say why.")
    words = models.TextField(blank=True)

    class Meta:
        """What is done or left says how or why; not both."""

        constraints = [
            models.CheckConstraint(condition=Q(done_on=None) | Q(is_left=False), name="action_done_or_left"),
            models.CheckConstraint(
                condition=(Q(done_on=None) & Q(is_left=False)) | ~Q(words=""), name="action_ended_says_how"
            ),
        ]

    def __str__(self) -> str:
        """What."""
        return self.what

    @property
    def is_over(self) -> bool:
        """Whether it is done, or left with a reason."""
        return self.done_on is not None or self.is_left


class ReviewStep(Owned):
    """One act in a review, in order; never changed, and its seal stands in the log."""

    review = models.ForeignKey(FocusedReview, on_delete=models.PROTECT, related_name="steps")
    place = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    act = models.CharField(max_length=30)
    status_before = models.CharField(max_length=10)
    status_after = models.CharField(max_length=10)
    words = models.TextField(blank=True)
    detail = models.JSONField(default=dict)

    class Meta:
        """Numbered within a review."""

        constraints = [models.UniqueConstraint(fields=["review", "place"], name="review_step_place")]

    def __str__(self) -> str:
        """Its place and act."""
        return f"{self.place} {self.act}"
