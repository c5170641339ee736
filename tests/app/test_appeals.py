"""Appeals: filed in time, decided by somebody else, with what follows; every way, allowed and refused."""

from __future__ import annotations

import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from tests.app import payer_world as payers
from tests.app.appeal_world import ago, clauses, denied, filed, notice, other_doctor, reduced, referred

from handrail.app.audit.log import faults
from handrail.app.authorizations import appeals, clock, determining, windows
from handrail.app.authorizations.acting import ChangedMeanwhileError, NotNowError
from handrail.app.authorizations.models import Appeal, Authorization, Determination, Request, Step
from handrail.app.consent.disclosing import NotCoveredError
from handrail.app.consent.models import Consent, Disclosure

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
Status = Appeal.Status


@pytest.fixture
def episode(cast: Any, ada: Any) -> Any:
    return payers.judged(cast, ada)


# --- filing --------------------------------------------------------------------------------------------------------


def test_a_denial_is_appealed_and_has_a_number_and_a_clock(cast: Any, episode: Any) -> None:
    request = denied(cast, episode)
    made = filed(cast, request)
    assert made.status == Status.FILED
    assert made.number.startswith("P-")
    zone = ZoneInfo(cast.payer.time_zone)
    assert made.due_at.astimezone(zone).date() == made.filed_at.astimezone(zone).date() + 30 * DAY
    step = made.steps.get()
    assert (step.act, step.status_before, step.status_after, step.as_provider) == ("file", "new", "filed", True)
    assert Disclosure.objects.filter(request_id=request.pk, description__contains=made.number).exists()
    assert list(faults()) == []


def test_an_expedited_appeal_is_due_in_72_hours_and_says_why(cast: Any, episode: Any) -> None:
    request = denied(cast, episode)
    with pytest.raises(ValidationError) as wrong:
        filed(cast, request, urgency="expedited", words=" ")
    assert "words" in wrong.value.message_dict
    made = filed(cast, request, urgency="expedited")
    assert made.due_at - made.filed_at == datetime.timedelta(hours=72)


@pytest.mark.parametrize(("days", "is_late"), [(60, False), (61, True)])
def test_without_a_notice_the_days_count_from_the_determination(
    cast: Any, episode: Any, days: int, is_late: bool
) -> None:
    request = denied(cast, episode)
    ago(request, days)
    assert windows.window(request) is not None
    if is_late:
        last = windows.said(timezone.now().astimezone(ZoneInfo(cast.payer.time_zone)).date() - DAY)
        with pytest.raises(ValidationError, match=last):
            filed(cast, request)
    else:
        assert filed(cast, request).status == Status.FILED


def test_the_days_count_from_the_day_on_which_the_notice_was_sent(cast: Any, episode: Any) -> None:
    request = denied(cast, episode)
    ago(request, 70)
    notice(request, timezone.now() - 60 * DAY)
    found = windows.window(request)
    assert found is not None
    assert found.has_notice
    assert filed(cast, request).status == Status.FILED


def test_the_last_day_is_the_one_on_the_payers_wall(cast: Any, episode: Any) -> None:
    request = denied(cast, episode)
    zone = ZoneInfo(cast.payer.time_zone)
    notice(request, datetime.datetime(2026, 3, 6, 23, 59, tzinfo=zone))  # 7 March in UTC; the clocks change on the 8th
    found = windows.window(request)
    assert found is not None
    assert (found.since, found.until) == (datetime.date(2026, 3, 6), datetime.date(2026, 5, 5))


@pytest.mark.parametrize(
    ("filed_at", "due_at"),
    [
        ((2026, 2, 20, 9, 30), (2026, 3, 22, 9, 30)),  # the clocks go on on 8 March
        ((2026, 10, 15, 23, 59), (2026, 11, 14, 23, 59)),  # and back on 1 November
        ((2026, 2, 6, 2, 30), (2026, 3, 8, 3, 0)),  # 2:30 is not there on 8 March
    ],
)
def test_thirty_days_keep_the_time_of_day_through_a_change_of_the_clocks(
    cast: Any, filed_at: tuple[int, ...], due_at: tuple[int, ...]
) -> None:
    zone = ZoneInfo(cast.payer.time_zone)
    terms = payers.terms(cast)
    due = clock.appeal_due_at(datetime.datetime(*filed_at, tzinfo=zone), "standard", terms, zone)
    assert due == datetime.datetime(*due_at, tzinfo=zone)


def test_an_approval_and_an_open_request_cannot_be_appealed(cast: Any, episode: Any) -> None:
    request = referred(cast, episode)
    with pytest.raises(ValidationError):
        filed(cast, request)
    determining.approve(payers.doctor(cast), request)
    request.refresh_from_db()
    with pytest.raises(ValidationError):
        filed(cast, request)
    assert Appeal.objects.count() == 0


def test_there_is_one_appeal_a_request_unless_it_was_withdrawn(cast: Any, episode: Any) -> None:
    request = denied(cast, episode)
    first = filed(cast, request)
    with pytest.raises(ValidationError):
        filed(cast, request)
    appeals.withdraw(cast.viewer("counselor"), first, "She changed her mind.")
    second = filed(cast, request)
    assert (first.status, second.status) == (Status.WITHDRAWN, Status.FILED)
    assert Appeal.objects.count() == 2


def test_the_provider_appeals_only_with_a_consent_that_stands(cast: Any, episode: Any, ada: Any) -> None:
    request = denied(cast, episode)
    for consent_id in ("", "nothing"):
        with pytest.raises(ValidationError) as wrong:
            filed(cast, request, filed_by="provider", consent_id=consent_id)
        assert "consent_id" in wrong.value.message_dict
    over = payers.consent(cast, ada, revoked_at=timezone.now())
    with pytest.raises(ValidationError):
        filed(cast, request, filed_by="provider", consent_id=over.pk)
    stands = Consent.objects.get(person=ada, revoked_at=None)
    assert filed(cast, request, filed_by="provider", consent_id=stands.pk).consent_id == stands.pk


def test_nothing_goes_to_the_payer_without_a_cover_and_then_nothing_is_filed(cast: Any, episode: Any) -> None:
    request = denied(cast, episode)
    Consent.objects.update(revoked_at=timezone.now())
    before = Step.objects.count()
    with pytest.raises(NotCoveredError):
        filed(cast, request)
    assert (Appeal.objects.count(), Step.objects.count()) == (0, before)


def test_the_records_go_along_anew_where_that_is_wanted(cast: Any, episode: Any) -> None:
    request = denied(cast, episode)
    made = filed(cast, request, with_records=True)
    assert made.submission == request.submissions.order_by("-place").first()
    assert request.submissions.count() == 2


def test_the_payer_enters_what_reached_it_by_mail_with_the_day_of_receipt(cast: Any, episode: Any) -> None:
    request = denied(cast, episode)
    ago(request, 10)
    clerk, then = payers.nurse(cast), timezone.now() - 3 * DAY
    with pytest.raises(ValidationError):
        appeals.file(clerk, request, filed_by="provider", filed_at=then)
    with pytest.raises(ValidationError) as wrong:
        appeals.file(clerk, request, filed_by="person", filed_at=timezone.now() + DAY)
    assert "filed_at" in wrong.value.message_dict
    told = Disclosure.objects.count()
    made = appeals.file(clerk, request, filed_by="person", filed_at=then)
    assert made.filed_at == then
    assert Disclosure.objects.count() == told
    with pytest.raises(PermissionDenied):
        appeals.withdraw(cast.viewer("counselor"), made, "Not ours.")


@pytest.mark.parametrize("role", ["group_leader", "recovery_worker", "compliance_officer", "administrator"])
def test_roles_without_the_act_do_not_file(cast: Any, episode: Any, role: str) -> None:
    request = denied(cast, episode)
    with pytest.raises(PermissionDenied):
        appeals.file(cast.viewer(role), request, filed_by="person")


def test_another_provider_neither_files_nor_sees(cast: Any, episode: Any) -> None:
    request = denied(cast, episode)
    with pytest.raises(PermissionDenied):
        appeals.file(cast.viewer("counselor", "lakeside"), request, filed_by="person")
    filed(cast, request)
    assert not appeals.appeals_of(cast.viewer("counselor", "lakeside")).exists()
    assert appeals.appeals_of(payers.nurse(cast)).count() == 1


# --- deciding --------------------------------------------------------------------------------------------------------


def test_who_decided_or_screened_neither_takes_nor_decides_the_appeal(cast: Any, episode: Any) -> None:
    appeal = filed(cast, denied(cast, episode))
    with pytest.raises(PermissionDenied):
        appeals.take(payers.doctor(cast), appeal)
    for outcome in appeals.OUTCOMES:
        with pytest.raises(PermissionDenied):
            appeals.decide(payers.doctor(cast), appeal, outcome, reason="So it is.", why_overturned="other", units=1)
    appeal.refresh_from_db()
    assert (appeal.status, appeal.assigned_to, appeal.version) == (Status.FILED, None, 2)


def test_a_director_who_only_took_the_case_has_no_say_in_the_appeal(cast: Any, episode: Any) -> None:
    request, other = referred(cast, episode), other_doctor(cast)
    determining.take(other, request)
    determining.deny(payers.doctor(cast), request, clauses=clauses(request), reason="No.")
    request.refresh_from_db()
    appeal = filed(cast, request)
    with pytest.raises(PermissionDenied, match="had a part"):
        appeals.decide(other, appeal, "overturn", reason="She needs it.", why_overturned="other")


@pytest.mark.parametrize("outcome", ["uphold", "overturn in part"])
def test_what_stays_adverse_needs_a_credential_in_force(cast: Any, episode: Any, outcome: str) -> None:
    appeal = filed(cast, denied(cast, episode))
    with pytest.raises(PermissionDenied, match="credentials"):
        appeals.decide(
            other_doctor(cast, is_qualified=False), appeal, outcome, reason="Enough.", why_overturned="other", units=12,
            ends_on=appeal.request.ends_on,
        )  # fmt: skip


def test_an_overturned_denial_is_authorized_whole(cast: Any, episode: Any) -> None:
    request = denied(cast, episode)
    appeal, olga = filed(cast, request), other_doctor(cast)
    appeals.take(olga, appeal)
    appeals.decide(olga, appeal, "overturn", reason="The plan is there.", why_overturned="evidence overlooked")
    held = Authorization.objects.get(request=request)
    assert (held.units, held.starts_on, held.ends_on) == (request.units, request.starts_on, request.ends_on)
    assert (appeal.status, appeal.decided_by_id, appeal.why_overturned) == (
        "overturned",
        olga.membership_id,
        "evidence overlooked",
    )
    assert Request.objects.get(pk=request.pk).status == Request.Status.DENIED
    assert appeal.steps.get(act="overturn").detail["authorization"] == held.number
    assert list(faults()) == []


def test_an_overturned_reduction_widens_what_is_authorized_and_keeps_its_number(cast: Any, episode: Any) -> None:
    request = reduced(cast, episode)
    before = Authorization.objects.get()
    appeal = filed(cast, request)
    appeals.decide(other_doctor(cast), appeal, "overturn in part", reason="More.", why_overturned="new information", units=20,
                   ends_on=before.ends_on)  # fmt: skip
    held = Authorization.objects.get()
    assert (held.number, held.units, held.ends_on) == (before.number, 20, before.ends_on)
    assert appeal.steps.get(act="overturn in part").detail["before"]["units"] == 12
    assert Determination.objects.get().units == 12


@pytest.mark.parametrize(
    ("units", "days", "field"),
    [(11, 10, "units"), (40, 20, "units"), (20, 5, "ends_on"), (20, 40, "ends_on"), (12, 10, "ends_on"), (36, 30, "ends_on"), (None, 20, "units"), (20, None, "ends_on")],
)  # fmt: skip
def test_a_part_lies_between_what_was_authorized_and_what_was_asked(
    cast: Any, episode: Any, units: int | None, days: int | None, field: str
) -> None:
    request = reduced(cast, episode)
    appeal = filed(cast, request)
    ends_on = request.starts_on + (days - 1) * DAY if days else None
    with pytest.raises(ValidationError) as wrong:
        appeals.decide(
            other_doctor(cast),
            appeal,
            "overturn in part",
            reason="More.",
            why_overturned="other",
            units=units,
            ends_on=ends_on,
        )
    assert field in wrong.value.message_dict
    assert Authorization.objects.get().units == 12


def test_an_upheld_appeal_changes_nothing_and_needs_a_reason(cast: Any, episode: Any) -> None:
    appeal = filed(cast, reduced(cast, episode))
    with pytest.raises(ValidationError):
        appeals.decide(other_doctor(cast), appeal, "uphold", reason=" ")
    appeals.decide(other_doctor(cast), appeal, "uphold", reason="The records are the same.")
    assert appeal.status == Status.UPHELD
    assert appeal.qualification is not None
    assert Authorization.objects.get().units == 12
    with pytest.raises(NotNowError):
        appeals.decide(other_doctor(cast), appeal, "overturn", reason="After all.", why_overturned="other")


def test_an_overturn_says_why(cast: Any, episode: Any) -> None:
    appeal = filed(cast, denied(cast, episode))
    with pytest.raises(ValidationError) as wrong:
        appeals.decide(other_doctor(cast), appeal, "overturn", reason="Yes.", why_overturned="because")
    assert "why_overturned" in wrong.value.message_dict


def test_of_two_deciders_the_second_is_told(cast: Any, episode: Any) -> None:
    appeal = filed(cast, denied(cast, episode))
    shown = appeal.version
    first, second = Appeal.objects.get(), Appeal.objects.get()
    appeals.decide(other_doctor(cast), first, "overturn", reason="Yes.", why_overturned="other", version=shown)
    with pytest.raises(ChangedMeanwhileError):
        appeals.decide(other_doctor(cast, "plan-third"), second, "uphold", reason="No.", version=shown)
    assert Appeal.objects.get().status == Status.OVERTURNED
    assert Authorization.objects.count() == 1


def test_a_nurse_and_a_provider_do_not_decide(cast: Any, episode: Any) -> None:
    appeal = filed(cast, denied(cast, episode))
    for looking in (payers.nurse(cast), cast.viewer("clinical_supervisor"), cast.viewer("administrator", "plan")):
        with pytest.raises(PermissionDenied):
            appeals.decide(looking, appeal, "overturn", reason="Yes.", why_overturned="other")
        with pytest.raises(PermissionDenied):
            appeals.take(looking, appeal)
