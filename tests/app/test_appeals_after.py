"""What goes on during an appeal and after it: benefits, the time that runs out, the hearing before the state."""

from __future__ import annotations

import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from tests.app import payer_world as payers
from tests.app.appeal_world import ago, denied, filed, notice, other_doctor

from handrail.app.authorizations import appeals, windows
from handrail.app.authorizations.acting import NotNowError
from handrail.app.authorizations.models import Appeal, Authorization, Notice, Request, Terms
from handrail.app.consent.models import Consent

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
Status = Appeal.Status


@pytest.fixture
def episode(cast: Any, ada: Any) -> Any:
    return payers.judged(cast, ada)


# --- benefits that go on ---------------------------------------------------------------------------------------------


def test_benefits_go_on_only_where_something_was_authorized_before(cast: Any, episode: Any) -> None:
    request = denied(cast, episode)
    with pytest.raises(ValidationError) as wrong:
        filed(cast, request, asks_continuation=True)
    assert "asks_continuation" in wrong.value.message_dict


def before_it(cast: Any, episode: Any, last: datetime.date) -> Authorization:
    old = payers.sent(cast, episode, starts_on=last - 29 * DAY, ends_on=last)
    return Authorization.objects.create(
        number="A-1", holder=cast.prairie, payer=cast.payer, request=old, person_id="ada", episode=episode,
        definition=old.definition, units=36, unit="hour", starts_on=last - 29 * DAY, ends_on=last, made_at=timezone.now(),
    )  # fmt: skip


def test_they_must_be_asked_for_by_the_later_of_ten_days_and_the_day_it_takes_effect(cast: Any, episode: Any) -> None:
    request = denied(cast, episode)
    before_it(cast, episode, request.starts_on)
    today = timezone.now().astimezone(ZoneInfo(cast.payer.time_zone)).date()
    assert windows.continuation(request).until == today + 10 * DAY
    Request.objects.filter(pk=request.pk).update(starts_on=today + 20 * DAY, ends_on=today + 40 * DAY)
    Authorization.objects.update(ends_on=today + 19 * DAY)
    request.refresh_from_db()
    assert windows.continuation(request).until == today + 20 * DAY
    made = filed(cast, request, asks_continuation=True)
    assert made.continues_until == made.due_at.astimezone(ZoneInfo(cast.payer.time_zone)).date()


@pytest.mark.parametrize(
    ("continuation", "advance", "last", "until"),
    [
        (10, 10, 1, 10),
        (10, 20, 1, 20),
        (15, 10, 1, 15),
        (15, 20, 1, 20),
        (10, 20, 19, 20),
        (10, 20, 20, 21),
        (30, 20, 24, 30),
    ],
)
def test_they_follow_the_payers_days_of_continuation_and_of_advance_notice(
    cast: Any, episode: Any, continuation: int, advance: int, last: int, until: int
) -> None:
    request = denied(cast, episode)
    today = timezone.now().astimezone(ZoneInfo(cast.payer.time_zone)).date()
    Request.objects.filter(pk=request.pk).update(starts_on=today + DAY, ends_on=today + 40 * DAY)
    request.refresh_from_db()
    before_it(cast, episode, today + last * DAY)
    Terms.objects.update(continuation_days=continuation, advance_notice_days=advance)
    assert windows.continuation(request).until == today + until * DAY


def test_terms_that_come_into_force_later_do_not_move_the_days_of_a_letter_sent_before(cast: Any, episode: Any) -> None:
    request = denied(cast, episode)
    today = timezone.now().astimezone(ZoneInfo(cast.payer.time_zone)).date()
    before_it(cast, episode, request.starts_on)
    Terms.objects.create(payer=cast.payer, since=today + DAY, advance_notice_days=30, continuation_days=30)
    assert windows.continuation(request).until == today + 10 * DAY


def test_too_late_they_do_not_go_on_but_the_appeal_is_taken(cast: Any, episode: Any) -> None:
    request = denied(cast, episode)
    ago(request, 30)
    Request.objects.filter(pk=request.pk).update(starts_on=request.starts_on - 14 * DAY)
    request.refresh_from_db()
    before_it(cast, episode, request.starts_on - DAY)
    with pytest.raises(ValidationError, match="had to be asked for by"):
        filed(cast, request, asks_continuation=True)
    assert filed(cast, request).continues_until is None


def test_the_days_that_a_letter_gave_bind(cast: Any, episode: Any) -> None:
    request = denied(cast, episode)
    today = timezone.now().astimezone(ZoneInfo(cast.payer.time_zone)).date()
    told = {
        "on": today,
        "appeal_until": today + 3 * DAY,
        "hearing_until": today,
        "effective": None,
        "continuation_until": today + 2 * DAY,
    }
    sent = notice(request, timezone.now())
    written = {name: day.isoformat() if day else None for name, day in told.items()}
    sent.pk, sent.content = "told", {"letter": {"rights": written}}
    sent.sent_at = timezone.now() + datetime.timedelta(seconds=1)
    Notice.objects.bulk_create([sent])
    found = windows.window(request)
    assert found is not None
    assert found.until == today + 3 * DAY
    assert windows.continuation(request).until == today + 2 * DAY


def test_what_was_authorized_long_before_does_not_go_on(cast: Any, episode: Any) -> None:
    request = denied(cast, episode)
    before_it(cast, episode, request.starts_on - 5 * DAY)
    assert windows.continuation(request).until is None


def test_a_provider_does_not_ask_that_benefits_go_on(cast: Any, episode: Any) -> None:
    request = denied(cast, episode)
    before_it(cast, episode, request.starts_on)
    stands = Consent.objects.get()
    with pytest.raises(ValidationError, match="Only the person or a representative"):
        filed(cast, request, filed_by="provider", consent_id=stands.pk, asks_continuation=True)


# --- time, and the hearing -------------------------------------------------------------------------------------------


def test_what_is_not_decided_in_time_lapses_and_may_go_to_a_hearing(cast: Any, episode: Any) -> None:
    appeal = filed(cast, denied(cast, episode))
    assert appeals.lapse_all(timezone.now()) == []
    late = appeal.due_at + datetime.timedelta(seconds=1)
    assert [one.pk for one in appeals.lapse_all(late)] == [appeal.pk]
    appeal.refresh_from_db()
    assert (appeal.status, appeal.decided_at) == (Status.LAPSED, appeal.due_at)
    assert appeals.lapse_all(late) == []
    until = windows.hearing_until(appeal)
    assert until == appeal.due_at.astimezone(ZoneInfo(cast.payer.time_zone)).date() + 120 * DAY


def test_after_its_time_an_appeal_is_not_decided_any_more(cast: Any, episode: Any) -> None:
    appeal = filed(cast, denied(cast, episode))
    Appeal.objects.update(due_at=timezone.now() - datetime.timedelta(minutes=1))
    with pytest.raises(NotNowError, match="fair hearing"):
        appeals.decide(other_doctor(cast), appeal, "overturn", reason="Yes.", why_overturned="other")


def test_a_hearing_is_asked_for_in_time_and_its_result_is_carried_out(cast: Any, episode: Any) -> None:
    request = denied(cast, episode)
    appeal, olga, counselor = filed(cast, request), other_doctor(cast), cast.viewer("counselor")
    with pytest.raises(NotNowError):
        appeals.ask_hearing(counselor, appeal, counselor.today)
    appeals.decide(olga, appeal, "uphold", reason="The records are the same.")
    with pytest.raises(NotNowError):
        appeals.enter_hearing(olga, appeal, "overturned", "")
    with pytest.raises(ValidationError):
        appeals.ask_hearing(counselor, appeal, counselor.today + DAY)
    appeals.ask_hearing(counselor, appeal, counselor.today)
    with pytest.raises(NotNowError):
        appeals.ask_hearing(counselor, appeal, counselor.today)
    with pytest.raises(PermissionDenied):
        appeals.enter_hearing(counselor, appeal, "overturned", "")
    appeals.enter_hearing(olga, appeal, "overturned", "The state decided for her.")
    assert Authorization.objects.get(request=request).units == request.units
    assert Appeal.objects.get().status == Status.UPHELD
    with pytest.raises(NotNowError):
        appeals.enter_hearing(olga, appeal, "upheld", "")


def test_a_hearing_asked_for_too_late_is_refused_with_the_day(cast: Any, episode: Any) -> None:
    request = denied(cast, episode)
    appeal, counselor = filed(cast, request), cast.viewer("counselor")
    appeals.decide(other_doctor(cast), appeal, "uphold", reason="The records are the same.")
    notice(request, timezone.now() - 121 * DAY, appeal)
    with pytest.raises(ValidationError, match="last day to ask"):
        appeals.ask_hearing(counselor, appeal, counselor.today)


def test_after_an_adverse_decision_benefits_go_on_for_the_days_to_ask_for_a_hearing(cast: Any, episode: Any) -> None:
    request = denied(cast, episode)
    before_it(cast, episode, request.starts_on)
    appeal = filed(cast, request, asks_continuation=True)
    appeals.decide(other_doctor(cast), appeal, "uphold", reason="The records are the same.")
    today = timezone.now().astimezone(ZoneInfo(cast.payer.time_zone)).date()
    assert appeal.continues_until == today + 10 * DAY
    assert windows.goes_on_until(appeal) == today + 10 * DAY


def test_once_the_resolution_is_sent_the_days_to_keep_benefits_count_from_its_letter(cast: Any, episode: Any) -> None:
    request = denied(cast, episode)
    before_it(cast, episode, request.starts_on)
    Terms.objects.update(continuation_days=12)
    appeal = filed(cast, request, asks_continuation=True)
    appeals.decide(other_doctor(cast), appeal, "uphold", reason="The records are the same.")
    sent_at = timezone.now() + 3 * DAY
    notice(request, sent_at, appeal)
    assert windows.goes_on_until(appeal) == sent_at.astimezone(ZoneInfo(cast.payer.time_zone)).date() + 12 * DAY
