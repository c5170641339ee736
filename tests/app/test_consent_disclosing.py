"""Nothing leaves without a basis, every time is in the accounting, and a revocation holds at once."""

from __future__ import annotations

import csv
import datetime
import io
import os
import threading
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from tests.app.consent_world import NOTES, USUAL, consent_to, signed, specific
from tests.app.flushing import sealed_afterwards, unsealed_while_flushed  # noqa: F401

from handrail.app.accounts import walls
from handrail.app.audit.log import faults
from handrail.app.audit.models import Entry
from handrail.app.consent import consenting, emergencies
from handrail.app.consent.accounting import accounting, as_csv, line_of, years_before
from handrail.app.consent.disclosing import NotCoveredError, disclose, hand_to_court, hand_to_person
from handrail.app.consent.models import Agreement, Consent, Disclosure, Emergency

pytestmark = pytest.mark.django_db
ON_POSTGRESQL = os.environ.get("HANDRAIL_TEST_DATABASE", "").startswith("postgres")


def send(cast: Any, person: Any, **asked: Any) -> Disclosure:
    told = {"recipient": cast.payer, "purpose": "payment", "information": ["identity", "plan"], "description": "a paper", **asked}  # fmt: skip
    with transaction.atomic():
        return disclose(cast.viewer("counselor"), person, **told)


def test_without_a_consent_nothing_is_disclosed(cast: Any, ada: Any) -> None:
    with pytest.raises(NotCoveredError) as refused:
        send(cast, ada)
    assert refused.value.uncovered == ("identity", "plan")
    assert not Disclosure.objects.exists()
    assert not Entry.objects.filter(act="disclose").exists()


def test_a_disclosure_carries_the_notice_and_the_consents_scope(cast: Any, ada: Any) -> None:
    consent = consent_to(cast, ada)
    made = send(cast, ada, seal="f" * 64)
    assert (made.basis, made.consent, made.recipient, made.recipient_name) == ("consent", consent, cast.payer, "Example Health Plan")  # fmt: skip
    assert made.scope == consenting.scope(consent)
    assert "health plans and other payers" in made.scope
    assert "until it is revoked" in made.scope
    assert line_of(made, datetime.UTC).notice.startswith("42 CFR part 2 prohibits")  # type: ignore[arg-type]
    assert Entry.objects.get(act="disclose").person_id == "ada"
    assert list(faults()) == []


def test_it_stands_or_falls_with_what_is_sent(cast: Any, ada: Any) -> None:
    consent_to(cast, ada)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        send(cast, ada)
        raise ZeroDivisionError
    assert not Disclosure.objects.exists()


def test_after_a_revocation_nothing_more_is_disclosed(cast: Any, ada: Any) -> None:
    consent = consent_to(cast, ada)
    send(cast, ada)
    held = consenting.revoke(cast.viewer("counselor"), consent, "in writing")
    with pytest.raises(NotCoveredError):
        send(cast, ada)
    assert Disclosure.objects.get().at <= held.revoked_at
    assert Entry.objects.filter(act="revoke consent").count() == 1


def test_a_second_revocation_changes_nothing(cast: Any, ada: Any) -> None:
    consent = consent_to(cast, ada)
    first = consenting.revoke(cast.viewer("counselor"), consent, "in writing")
    again = consenting.revoke(cast.viewer("counselor"), consent, "on the phone")
    assert (again.revoked_at, again.revoked_how) == (first.revoked_at, "in writing")


@pytest.mark.parametrize("role", ["group_leader", "administrator", "program_director"])
def test_a_role_without_the_act_discloses_nothing(cast: Any, ada: Any, role: str) -> None:
    consent_to(cast, ada)
    told = {"recipient": cast.payer, "purpose": "payment", "information": USUAL, "description": "a paper"}
    with pytest.raises(PermissionDenied), transaction.atomic():
        disclose(cast.viewer(role), ada, **told)


def test_who_may_request_authorization_discloses_with_a_request(cast: Any, ada: Any) -> None:
    consent_to(cast, ada)
    told = {"recipient": cast.payer, "purpose": "payment", "information": USUAL, "description": "a request"}
    with transaction.atomic():
        made = disclose(cast.viewer("program_director"), ada, request_id="r1", **told)
    assert made.request_id == "r1"
    with pytest.raises(PermissionDenied), transaction.atomic():
        disclose(cast.viewer("compliance_officer"), ada, request_id="r1", **told)


def test_another_organization_can_neither_disclose_nor_revoke(cast: Any, ada: Any) -> None:
    consent = consent_to(cast, ada)
    other = cast.viewer("counselor", "lakeside")
    for refused in (
        lambda: disclose(other, ada, recipient=cast.payer, purpose="payment", information=USUAL, description="x"),
        lambda: hand_to_person(other, ada, information=USUAL, description="x"),
        lambda: consenting.revoke(other, consent, "in writing"),
        lambda: consenting.sign(other, consent, {}),
        lambda: consenting.take(other, ada, signed(other.today)),
        lambda: emergencies.close(cast.viewer("compliance_officer", "lakeside"), "x", "looked at"),
    ):
        with pytest.raises(PermissionDenied), transaction.atomic():
            refused()
    assert Consent.objects.get().revoked_at is None


@pytest.mark.parametrize(
    "without",
    [
        {"told_right_to_revoke": False}, {"told_redisclosure": False}, {"signed_how": ""}, {"information": []},
        {"covers_payers": False, "covers_providers": False}, {"never_expires": False}, {"information": [*USUAL, NOTES]},
    ],
)  # fmt: skip
def test_a_deficient_consent_is_not_kept_as_signed(cast: Any, ada: Any, without: Any) -> None:
    with pytest.raises(ValidationError):
        consent_to(cast, ada, **without)
    assert not Consent.objects.exists()


def test_a_consent_is_not_signed_tomorrow(cast: Any, ada: Any) -> None:
    tomorrow = cast.viewer("counselor").today + datetime.timedelta(days=1)
    with pytest.raises(ValidationError, match="still to come"):
        consent_to(cast, ada, signed_on=tomorrow)


def test_an_unsigned_one_covers_nothing_until_the_signature_is_entered(cast: Any, ada: Any) -> None:
    looking = cast.viewer("counselor")
    made = consenting.take(looking, ada, signed(looking.today, signed_on=None, signed_how=""))
    with pytest.raises(NotCoveredError):
        send(cast, ada)
    with pytest.raises(ValidationError):
        consenting.sign(looking, made, {"signed_by": "person", "signed_how": "", "signed_on": looking.today})
    consenting.sign(looking, made, {"signed_by": "person", "signed_how": "paper", "signed_on": looking.today})
    send(cast, ada)


def test_the_database_refuses_to_change_the_accounting(cast: Any, ada: Any) -> None:
    consent_to(cast, ada)
    made = send(cast, ada)
    for change in (
        lambda: Disclosure.objects.filter(pk=made.pk).update(purpose="another"),
        lambda: Disclosure.objects.filter(pk=made.pk).delete(),
    ):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            change()


def test_the_database_refuses_to_edit_a_consent(cast: Any, ada: Any) -> None:
    held = Consent.objects.filter(pk=consent_to(cast, ada).pk)
    later = timezone.now()
    for change in ({"information": []}, {"expires_on": None}, {"never_expires": False}, {"signed_on": None}):
        with pytest.raises(DatabaseError, match="never edited"), transaction.atomic():
            held.update(**change)
    assert held.update(ended_at=later, revoked_at=later) == 1
    for undo in ({"revoked_at": None}, {"ended_at": None}):
        with pytest.raises(DatabaseError, match="never edited"), transaction.atomic():
            held.update(**undo)


def test_a_disclosure_on_a_basis_names_it(cast: Any, ada: Any) -> None:
    told = {"holder": cast.prairie, "person": ada, "at": timezone.now(), "recipient_name": "x", "purpose": "x", "description": "x", "notice": "x"}  # fmt: skip
    for basis in ("consent", "agreement"):
        with pytest.raises(DatabaseError), transaction.atomic():
            Disclosure.objects.create(basis=basis, **told)


def test_an_agreement_covers_until_it_is_ended(cast: Any, ada: Any) -> None:
    officer = cast.viewer("compliance_officer")
    yesterday = officer.today - datetime.timedelta(days=1)
    made = consenting.agree(officer, {
        "kind": Agreement.Kind.AUDIT, "partner": cast.payer, "services": "quality review", "information": ["identity"],
        "acknowledges_part_2": True, "signed_on": yesterday,
    })  # fmt: skip
    with transaction.atomic():
        line = disclose(officer, ada, recipient=cast.payer, purpose="audit", information=["identity"], description="x")
    assert (line.basis, line.agreement, line.consent) == ("agreement", made, None)
    assert "quality review" in line.scope
    consenting.end_agreement(officer, made.pk, yesterday)
    with pytest.raises(NotCoveredError), transaction.atomic():
        disclose(officer, ada, recipient=cast.payer, purpose="audit", information=["identity"], description="x")


@pytest.mark.parametrize(
    "wrong", [{"acknowledges_part_2": False}, {"information": ["identity", NOTES]}, {"partner": None}]
)
def test_an_agreement_that_lacks_something_is_not_kept(cast: Any, ada: Any, wrong: Any) -> None:
    officer = cast.viewer("compliance_officer")
    told = {"kind": Agreement.Kind.AUDIT, "partner": cast.payer, "services": "x", "information": ["identity"], "acknowledges_part_2": True, "signed_on": officer.today}  # fmt: skip
    with pytest.raises(ValidationError):
        consenting.agree(officer, {**told, **wrong})
    assert not Agreement.objects.exists()


def test_only_who_oversees_privacy_follows_a_courts_order(cast: Any, ada: Any) -> None:
    told = {"court": "County Court", "order": "CI 26-1", "information": ["identity"], "description": "the order's papers"}  # fmt: skip
    with pytest.raises(PermissionDenied), transaction.atomic():
        hand_to_court(cast.viewer("clinical_supervisor"), ada, **told)
    with transaction.atomic():
        made = hand_to_court(cast.viewer("compliance_officer"), ada, **told)
    assert (made.basis, made.consent, made.recipient_name) == ("court order", None, "County Court")


# --- the accounting ------------------------------------------------------------------------------------------------


def test_the_accounting_takes_in_its_first_and_last_day_where_the_holder_is(cast: Any, ada: Any) -> None:
    looking = cast.viewer("counselor")
    chicago = datetime.timezone(datetime.timedelta(hours=-6))
    for hour, day in ((0, 2), (23, 2), (23, 1), (0, 3)):
        Disclosure.objects.create(
            holder=cast.prairie, person=ada, recipient_name="x", purpose=f"{day} {hour}", description="x",
            basis="the person's own request", notice="x", at=datetime.datetime(2026, 1, day, hour, 30, tzinfo=chicago),
        )  # fmt: skip
    day = datetime.date(2026, 1, 2)
    assert [one.purpose for one in accounting(looking, ada, day, day)] == ["2 23", "2 0"]
    assert f"{accounting(looking, ada, day, day)[0].at:%Y-%m-%d %H:%M}" == "2026-01-02 23:30"


def test_the_accounting_goes_back_three_years(cast: Any, ada: Any) -> None:
    assert years_before(datetime.date(2028, 2, 29)) == datetime.date(2025, 2, 28)
    today = cast.viewer("counselor").today
    for days, purpose in ((0, "in"), (3 * 366 + 2, "out")):
        Disclosure.objects.create(
            holder=cast.prairie, person=ada, recipient_name="x", purpose=purpose, description="x", notice="x",
            basis="the person's own request", at=timezone.now() - datetime.timedelta(days=days),
        )  # fmt: skip
    assert [one.purpose for one in accounting(cast.viewer("counselor"), ada)] == ["in"]
    assert len(accounting(cast.viewer("counselor"), ada, datetime.date(2020, 1, 1), today)) == 2


def test_another_organization_sees_no_line_of_it(cast: Any, ada: Any) -> None:
    consent_to(cast, ada)
    send(cast, ada)
    assert accounting(cast.viewer("counselor", "lakeside"), ada) == []


def test_no_cell_of_the_csv_is_a_formula(cast: Any, ada: Any) -> None:
    consent_to(cast, ada, **specific(cast.viewer("counselor"), purpose="=1+1", recipient_class="@somebody"))
    send(cast, ada, recipient=None, recipient_name="@somebody", purpose="=1+1", description="+a paper")
    rows = list(csv.reader(io.StringIO(as_csv(accounting(cast.viewer("counselor"), ada)))))
    assert len(rows) == 2
    assert not any(cell[:1] in "=+-@\t\r" for row in rows for cell in row if cell)
    assert "'=1+1" in rows[1]


# --- emergencies ---------------------------------------------------------------------------------------------------

FIVE = {"recipient_name": "Dr. Example", "affiliation": "Example Hospital", "discloser_name": "Carl Example", "nature": "Found without breath."}  # fmt: skip


def break_glass(cast: Any, person: Any, role: str = "group_leader", **changed: Any) -> Emergency:
    told = {**FIVE, "at": timezone.now(), "information": ["identity", "diagnosis"], **changed}
    return emergencies.break_glass(cast.viewer(role), person, **told)


def test_an_emergency_has_five_fields_and_a_line_in_the_accounting(cast: Any, ada: Any) -> None:
    made = break_glass(cast, ada)
    assert (made.disclosure.basis, made.disclosure.recipient_name) == ("emergency", "Dr. Example")
    assert {name: getattr(made, name) for name in FIVE} == FIVE
    assert emergencies.waiting(cast.viewer("compliance_officer")) == 1
    assert emergencies.waiting(cast.viewer("counselor")) == 0
    assert emergencies.waiting(cast.viewer("compliance_officer", "lakeside")) == 0


@pytest.mark.parametrize("field", [*FIVE, "at"])
def test_an_emergency_without_one_of_its_fields_is_refused(cast: Any, ada: Any, field: str) -> None:
    missing = timezone.now() + datetime.timedelta(days=1) if field == "at" else " "
    with pytest.raises(ValidationError) as refused:
        break_glass(cast, ada, **{field: missing})
    assert list(refused.value.message_dict) == [field]
    assert not Disclosure.objects.exists()


def test_the_privacy_officer_closes_it_with_a_finding(cast: Any, ada: Any) -> None:
    made = break_glass(cast, ada)
    officer = cast.viewer("compliance_officer")
    with pytest.raises(ValidationError):
        emergencies.close(officer, made.pk, " ")
    with pytest.raises(PermissionDenied):
        emergencies.close(cast.viewer("clinical_supervisor"), made.pk, "Fine.")
    emergencies.close(officer, made.pk, "Fine.")
    assert emergencies.waiting(officer) == 0
    assert Emergency.objects.get().finding == "Fine."


def test_nobody_closes_their_own(cast: Any, ada: Any) -> None:
    both = cast.member("compliance_officer")
    both.roles = ["compliance_officer", "group_leader"]
    both.save()
    made = break_glass(cast, ada, role="compliance_officer")
    with pytest.raises(PermissionDenied):
        emergencies.close(cast.viewer("compliance_officer"), made.pk, "Fine.")


# --- two at once ---------------------------------------------------------------------------------------------------


def in_a_thread(act: Any) -> threading.Thread:
    def run() -> None:
        try:
            with walls.everybody():
                act()
        finally:
            connection.close()

    made = threading.Thread(target=run)
    made.start()
    return made


if ON_POSTGRESQL:

    @pytest.mark.django_db(transaction=True)
    def test_a_revocation_waits_for_a_disclosure_that_is_being_written(cast: Any, ada: Any) -> None:
        consent = consent_to(cast, ada)
        counselor = cast.viewer("counselor")
        with transaction.atomic():
            made = send(cast, ada)
            other = in_a_thread(lambda: consenting.revoke(counselor, consent, "in writing"))
            other.join(1)
            assert other.is_alive()
        other.join(20)
        assert not other.is_alive()
        held = Consent.objects.get()
        assert held.revoked_at is not None
        assert made.at < held.revoked_at

    @pytest.mark.django_db(transaction=True)
    def test_a_disclosure_waits_for_a_revocation_and_is_refused(cast: Any, ada: Any) -> None:
        consent = consent_to(cast, ada)
        refused: list[bool] = []

        def export() -> None:
            try:
                send(cast, ada)
            except NotCoveredError:
                refused.append(True)

        with transaction.atomic():
            consenting.revoke(cast.viewer("counselor"), consent, "in writing")
            other = in_a_thread(export)
            other.join(1)
            assert other.is_alive()
        other.join(20)
        assert refused == [True]
        assert not Disclosure.objects.exists()

    @pytest.mark.django_db(transaction=True)
    def test_of_many_at_once_none_is_disclosed_after_the_revocation(cast: Any, ada: Any) -> None:
        consent = consent_to(cast, ada)
        counselor = cast.viewer("counselor")
        start = threading.Barrier(7)
        others: list[str] = []

        def export() -> None:
            start.wait()
            try:
                send(cast, ada)
            except NotCoveredError:
                others.append("refused")

        def revoke() -> None:
            start.wait()
            consenting.revoke(counselor, consent, "in writing")

        threads = [in_a_thread(act) for act in (export, export, export, revoke, export, export, export)]
        for one in threads:
            one.join(30)
        held = Consent.objects.get()
        assert held.revoked_at is not None
        assert Disclosure.objects.count() + len(others) == 6
        assert not Disclosure.objects.filter(at__gt=held.revoked_at).exists()
        assert list(faults()) == []
