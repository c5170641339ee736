"""Consents and the rules beside them, what was disclosed under which, and emergencies."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from handrail.app.accounts.models import Membership, Organization
from handrail.app.chart.declared import new_id


class Information(models.TextChoices):
    """Classes of information that a consent may name. Which table is of which class stands in `classes.yaml`."""

    IDENTITY = "identity", "who the person is: name, birth date, numbers"
    TREATMENT = "treatment", "that the person is or was in treatment: where, when, which service"
    DIAGNOSIS = "diagnosis", "diagnoses"
    ASSESSMENT = "assessment", "assessments, ratings, screenings, findings on how the person manages"
    PLAN = "plan", "plans, goals, reviews and signatures"
    ATTENDANCE = "attendance", "sessions and attendance"
    JUDGEMENT = "judgement", "clinical judgements"
    OUTCOME = "outcome", "outcomes, use, incidents and grievances"
    COVERAGE = "coverage", "coverage, claims and authorizations"
    COUNSELING_NOTES = "counseling notes", "counseling notes, kept apart from the rest of the record"


class Consent(models.Model):
    """A person's written consent (section 2.31). It is never edited: it is revoked, and another one is signed."""

    class Kind(models.TextChoices):
        """What it is for. Each of the last two stands alone and is never part of another consent."""

        TPO = "treatment, payment, operations", "treatment, payment and health care operations, one consent for all"
        SPECIFIC = "specific", "one purpose, to named recipients"
        COUNSELING_NOTES = "counseling notes", "counseling notes"
        PROCEEDINGS = "proceedings", "use in a legal proceeding against the person"

    consent_id = models.CharField(primary_key=True, max_length=64, default=new_id, editable=False)
    holder = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("chart.Person", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40, choices=Kind)
    discloser = models.CharField(max_length=200, help_text="Who may disclose: a name or a class.")
    information = models.JSONField(default=list, help_text="Classes of Information.")
    description = models.TextField(blank=True, help_text="The information in words, specific and meaningful.")
    recipients = models.ManyToManyField(Organization, blank=True, related_name="+")
    recipient_class = models.CharField(max_length=300, blank=True, help_text="Recipients named in words, or a class.")
    covers_payers = models.BooleanField(default=False, help_text="The class takes in third-party payers.")
    covers_providers = models.BooleanField(default=False, help_text="The class takes in treating providers.")
    purpose = models.CharField(max_length=300)
    starts_on = models.DateField()
    expires_on = models.DateField(null=True, blank=True, help_text="The last day it covers.")
    expires_with = models.CharField(
        max_length=200, blank=True, help_text="An event or condition that ends it, in words."
    )
    never_expires = models.BooleanField(default=False)
    told_right_to_revoke = models.BooleanField(default=False)
    told_consequences = models.BooleanField(default=False, help_text="What follows from a refusal.")
    told_redisclosure = models.BooleanField(default=False, help_text="That a recipient may disclose further.")
    signed_by = models.CharField(
        max_length=20, choices=[("person", "the person"), ("representative", "a representative")]
    )
    representative = models.CharField(max_length=200, blank=True, help_text="Name, and why this one may sign.")
    signed_on = models.DateField(null=True, blank=True)
    signed_how = models.CharField(
        max_length=20, blank=True, choices=[("paper", "on paper"), ("electronic", "electronically")]
    )
    wording = models.CharField(
        max_length=40, help_text="The dated wording of the form that was signed; see wordings.yaml."
    )
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_how = models.CharField(max_length=200, blank=True)
    revoked_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True, help_text="When the event or condition came to pass.")
    entered_at = models.DateTimeField(auto_now_add=True)
    entered_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        """An end is not before the beginning; what never expires names no end."""

        constraints = [
            models.CheckConstraint(
                condition=Q(expires_on=None) | Q(expires_on__gte=F("starts_on")), name="consent_days_in_order"
            ),
            models.CheckConstraint(
                condition=Q(never_expires=False) | Q(expires_on=None, expires_with=""), name="consent_one_end"
            ),
        ]
        indexes = [models.Index(fields=["holder", "person"], name="consent_of_person")]

    seen_by = ("holder",)

    def __str__(self) -> str:
        """Its id."""
        return f"consent {self.pk}"


class Agreement(models.Model):
    """A rule beside consent: a qualified service organization (2.11), or audit and evaluation (2.53)."""

    class Kind(models.TextChoices):
        """Which rule."""

        QUALIFIED_SERVICE = "qualified service", "qualified service organization (2.11, 2.12(c)(4))"
        AUDIT = "audit and evaluation", "audit and evaluation (2.53)"

    agreement_id = models.CharField(primary_key=True, max_length=64, default=new_id, editable=False)
    holder = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    partner = models.ForeignKey(Organization, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    partner_name = models.CharField(max_length=200, blank=True, help_text="Where the partner does not work here.")
    kind = models.CharField(max_length=30, choices=Kind)
    services = models.CharField(max_length=300, help_text="What the partner does for the holder, or audits.")
    information = models.JSONField(default=list)
    acknowledges_part_2 = models.BooleanField(default=False, help_text="The partner has said in writing to be bound.")
    signed_on = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        """An end is not before the signing."""

        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("signed_on")), name="agreement_days_in_order"
            )
        ]

    seen_by = ("holder",)

    def __str__(self) -> str:
        """Its id."""
        return f"agreement {self.pk}"


class Disclosure(models.Model):
    """One disclosure, for the accounting (2.25). Rows are never changed."""

    class Basis(models.TextChoices):
        """What allowed it."""

        CONSENT = "consent"
        AGREEMENT = "agreement"
        EMERGENCY = "emergency"
        PERSON = "the person's own request"
        COURT = "court order"

    disclosure_id = models.CharField(primary_key=True, max_length=64, default=new_id, editable=False)
    holder = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("chart.Person", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    recipient = models.ForeignKey(Organization, on_delete=models.PROTECT, null=True, related_name="+")
    recipient_name = models.CharField(max_length=200)
    purpose = models.CharField(max_length=300)
    information = models.JSONField(default=list)
    description = models.CharField(max_length=300, help_text="What it was, by kind and number; no clinical value.")
    basis = models.CharField(max_length=30, choices=Basis)
    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, null=True, related_name="+")
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, null=True, related_name="+")
    scope = models.TextField(blank=True, help_text="The explanation of the consent's scope that went along (2.32).")
    notice = models.CharField(max_length=40, help_text="The dated notice that went along (2.32); see notices.yaml.")
    request_id = models.CharField(max_length=64, blank=True, help_text="The authorization request it was sent with.")
    seal = models.CharField(max_length=64, blank=True, help_text="SHA-256 of what was sent.")

    class Meta:
        """Listed by person; the basis is there."""

        indexes = [models.Index(fields=["holder", "person", "-at"], name="disclosure_of_person")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(basis="consent") | Q(consent__isnull=False), name="disclosure_names_its_consent"
            ),
            models.CheckConstraint(
                condition=~Q(basis="agreement") | Q(agreement__isnull=False), name="disclosure_names_its_agreement"
            ),
        ]

    seen_by = ("holder",)

    def __str__(self) -> str:
        """Its id."""
        return f"disclosure {self.pk}"


class Emergency(models.Model):
    """An emergency disclosure to medical personnel (2.51), with its five fields, announced to the privacy officer."""

    disclosure = models.OneToOneField(Disclosure, on_delete=models.PROTECT, primary_key=True, related_name="emergency")
    holder = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    recipient_name = models.CharField(max_length=200)
    affiliation = models.CharField(max_length=200)
    discloser_name = models.CharField(max_length=200)
    at = models.DateTimeField()
    nature = models.TextField(help_text="The emergency, in words.")
    seen_at = models.DateTimeField(null=True, help_text="When the privacy officer looked at it.")
    seen_by_member = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    finding = models.CharField(max_length=500, blank=True)

    seen_by = ("holder",)

    def __str__(self) -> str:
        """Its id."""
        return f"emergency {self.pk}"
