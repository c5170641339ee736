"""What a payer has laid down: time limits, switches, who may decide; and what is kept for all."""

from __future__ import annotations

from django.db import models

from handrail.app.accounts.models import Membership, Organization


class Terms(models.Model):
    """A payer's time limits and switches from a day on. The federal ceiling (`ceiling.yaml`) bounds every one of them."""

    payer = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    since = models.DateField()
    standard_days = models.PositiveSmallIntegerField(default=7, help_text="Calendar days for a standard decision.")
    expedited_hours = models.PositiveSmallIntegerField(default=72, help_text="Hours for an expedited decision.")
    extension_days = models.PositiveSmallIntegerField(default=14, help_text="Most days by which both may be extended.")
    answer_days = models.PositiveSmallIntegerField(default=5, help_text="Days to answer a request for information.")
    asking_pauses = models.BooleanField(default=False, help_text="A request for information stops the clock.")
    appeal_days = models.PositiveSmallIntegerField(
        default=60, help_text="Calendar days from the notice to file an appeal."
    )
    appeal_standard_days = models.PositiveSmallIntegerField(default=30)
    appeal_expedited_hours = models.PositiveSmallIntegerField(default=72)
    appeal_extension_days = models.PositiveSmallIntegerField(
        default=14, help_text="Most days by which an appeal may be extended."
    )
    hearing_days = models.PositiveSmallIntegerField(
        default=120, help_text="Days from the appeal's resolution to ask for a fair hearing."
    )
    continuation_days = models.PositiveSmallIntegerField(
        default=10, help_text="Days within which benefits go on if asked for."
    )
    advance_notice_days = models.PositiveSmallIntegerField(
        default=10, help_text="Days between notice and a reduction or end."
    )
    approves_automatically = models.BooleanField(default=False, help_text="Approve where every clause asked is met.")
    check_one_in = models.PositiveSmallIntegerField(
        default=10, help_text="Of automatic approvals one in so many is checked by a person."
    )
    second_look = models.BooleanField(
        default=True, help_text="An adverse notice is read by a second person before it goes out."
    )
    denying_credentials = models.JSONField(
        default=list, help_text="Credentials of which one is needed to deny or reduce, for example MD, DO."
    )
    units = models.JSONField(
        default=dict,
        help_text="By service: {unit: hour | day | session | 15 minutes, source}; a unit that nobody states is not there.",
    )
    contact = models.TextField(
        blank=True, help_text="Where a person writes and calls: address, telephone, hours. Stands in every letter."
    )
    hearing_contact = models.TextField(
        blank=True, help_text="The state's office for fair hearings: address, telephone."
    )
    source = models.CharField(max_length=300, blank=True, help_text="Where these terms stand.")
    entered_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    entered_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """One set of terms a day."""

        constraints = [models.UniqueConstraint(fields=["payer", "since"], name="one_terms_a_day")]

    seen_by = ()
    """Providers read a payer's terms too: they are published."""

    def __str__(self) -> str:
        """Whose, since when."""
        return f"terms of {self.payer_id} since {self.since}"


class Qualification(models.Model):
    """A credential by which somebody at a payer may decide: looked up on the day of the decision."""

    seen_by = ()
    """Whoever reads a determination reads by which credential it was made."""

    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="qualifications")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    credential = models.CharField(max_length=20)
    field = models.CharField(max_length=100, blank=True, help_text="Specialty: addiction medicine, psychiatry …")
    number = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=2, blank=True)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        """Which."""
        return f"{self.credential} of {self.membership_id}"


class EditionText(models.Model):
    """The text of an edition as it was when somebody was judged by it, by the hash of its content."""

    seal = models.CharField(primary_key=True, max_length=64)
    definition = models.CharField(max_length=120)
    edition = models.CharField(max_length=40)
    text = models.TextField()

    seen_by = ()

    def __str__(self) -> str:
        """Which."""
        return f"{self.definition} {self.edition}"


class Series(models.Model):
    """The last number given in a series: requests (R), authorizations (A) and appeals (P) of a year."""

    name = models.CharField(primary_key=True, max_length=10)
    last = models.PositiveIntegerField(default=0)

    seen_by = ()
    """Only a counter."""

    def __str__(self) -> str:
        """Which."""
        return self.name
