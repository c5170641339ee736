"""More time for an appeal: who may take it, how much, what the person is told, and what follows for clock, lapse and metrics."""

from __future__ import annotations

import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone
from tests.app import payer_world as payers
from tests.app.appeal_world import denied, filed, other_doctor, reduced

from handrail.app.accounts.access import viewer_of
from handrail.app.accounts.models import Membership
from handrail.app.audit.log import faults
from handrail.app.authorizations import appeals, clock, extending, metrics
from handrail.app.authorizations.acting import ChangedMeanwhileError, NotNowError
from handrail.app.authorizations.models import Appeal, Authorization, Notice, Terms
from handrail.app.authorizations.notices import making
from handrail.app.authorizations.verifying import faults as changed

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
NEEDED = "The notes of the last two weeks."
WHY = "They may show that you still need this care."
CALLED = "Called at 10:15, left a message."


@pytest.fixture
def episode(cast: Any, ada: Any) -> Any:
    return payers.judged(cast, ada)


@pytest.fixture
def appeal(cast: Any, episode: Any) -> Appeal:
    return filed(cast, denied(cast, episode))


def longer(cast: Any, appeal: Appeal, days: int = 5, **more: Any) -> Any:
    told: dict[str, Any] = {"asked_by": "payer", "needs": NEEDED, "told": CALLED}
    return extending.extend(other_doctor(cast), appeal, days, more.pop("words", WHY), **told | more)


# --- the clock -------------------------------------------------------------------------------------------------------


def test_the_payer_extends_for_what_is_needed_and_the_step_says_so(cast: Any, appeal: Appeal) -> None:
    before = appeal.due_at
    step = longer(cast, appeal)
    appeal.refresh_from_db()
    zone = ZoneInfo(cast.payer.time_zone)
    assert appeal.due_at.astimezone(zone).date() == before.astimezone(zone).date() + 5 * DAY
    assert (appeal.status, step.status_before, step.status_after, step.due_at) == (
        "filed", "filed", "filed", appeal.due_at,
    )  # fmt: skip
    assert step.words == f"{NEEDED}\n\n{WHY}"
    assert step.detail == {"days": 5, "asked_by": "payer", "told": CALLED}
    assert extending.days_left(appeal) == 9
    assert (list(faults()), changed()) == ([], [])


def test_the_person_asks_without_any_more_than_why(cast: Any, appeal: Appeal) -> None:
    step = longer(cast, appeal, asked_by="person", needs="", told="", words="She waits for a letter of her doctor.")
    assert (step.words, step.detail["asked_by"]) == ("She waits for a letter of her doctor.", "person")


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"needs": " "}, "needs"),
        ({"told": ""}, "told"),
        ({"words": ""}, "words"),
        ({"asked_by": "provider"}, "asked_by"),
        ({"days": 0}, "days"),
        ({"days": 15}, "days"),
    ],
)
def test_what_is_not_said_or_too_much_is_refused_at_its_field(
    cast: Any, appeal: Appeal, more: dict[str, Any], field: str
) -> None:
    before = appeal.due_at
    with pytest.raises(ValidationError) as wrong:
        longer(cast, appeal, **more)
    assert set(wrong.value.message_dict) == {field}
    appeal.refresh_from_db()
    assert (appeal.due_at, appeal.steps.count()) == (before, 1)


def test_all_extensions_together_stay_within_the_terms(cast: Any, appeal: Appeal) -> None:
    longer(cast, appeal, 10)
    longer(cast, appeal, 4)
    with pytest.raises(ValidationError, match="14 days in all"):
        longer(cast, appeal, 1)
    assert extending.days_left(appeal) == 0


def test_terms_may_allow_less_and_never_more_than_the_ceiling(cast: Any, appeal: Appeal) -> None:
    Terms.objects.update(appeal_extension_days=3)
    with pytest.raises(ValidationError, match="3 days in all"):
        longer(cast, appeal, 4)
    Terms.objects.update(appeal_extension_days=30)
    with pytest.raises(ValidationError, match="14 days in all"):
        longer(cast, appeal, 15)


def test_an_expedited_appeal_is_extended_by_days_from_its_72_hours(cast: Any, episode: Any) -> None:
    made = filed(cast, denied(cast, episode), urgency="expedited")
    before = made.due_at
    longer(cast, made, 2)
    made.refresh_from_db()
    assert made.due_at == clock.later(before, 2, ZoneInfo(cast.payer.time_zone))


@pytest.mark.parametrize(
    ("moment", "days", "due"),
    [
        ("2026-02-06 23:59", 0, "2026-03-08 23:59"),
        ("2026-02-06 23:59", 14, "2026-03-22 23:59"),
        ("2026-09-30 01:30", 2, "2026-11-01 01:30"),
        ("2028-01-20 12:00", 10, "2028-02-29 12:00"),
        ("2026-12-01 08:00", 1, "2027-01-01 08:00"),
    ],
)
def test_more_days_keep_the_time_of_day_of_the_payers_wall(cast: Any, moment: str, days: int, due: str) -> None:
    zone = ZoneInfo("America/Chicago")
    at = datetime.datetime.fromisoformat(moment).replace(tzinfo=zone)
    found = clock.appeal_due_at(at, "standard", Terms(), zone, extended_days=days)
    assert found.astimezone(zone).strftime("%Y-%m-%d %H:%M") == due


def test_what_ran_out_is_not_extended_and_lapses_on_the_later_day_only(cast: Any, appeal: Appeal) -> None:
    first = appeal.due_at
    longer(cast, appeal)
    appeal.refresh_from_db()
    assert appeals.lapse(appeal, first + datetime.timedelta(hours=1)) is False
    assert appeals.lapse(appeal, appeal.due_at) is True
    assert appeal.decided_at == appeal.due_at
    with pytest.raises(NotNowError):
        longer(cast, appeal)


def test_an_appeal_whose_time_ran_out_and_is_not_written_down_yet_is_not_extended(cast: Any, appeal: Appeal) -> None:
    Appeal.objects.update(due_at=timezone.now() - datetime.timedelta(minutes=1))
    appeal.refresh_from_db()
    with pytest.raises(NotNowError, match="ran out"):
        longer(cast, appeal)


def test_benefits_that_go_on_do_so_until_the_new_day(cast: Any, episode: Any) -> None:
    request = reduced(cast, episode)
    today = cast.viewer("counselor").today
    before = Authorization.objects.get()
    Authorization.objects.create(
        number="A-1999-000001", holder=request.holder, payer=request.payer, request=payers.sent(cast, episode),
        person_id="ada", episode_id="e1", definition=before.definition, starts_on=today - 20 * DAY,
        ends_on=today + 20 * DAY, made_at=timezone.now(),
    )  # fmt: skip
    made = filed(cast, request, asks_continuation=True)
    longer(cast, made, 7)
    made.refresh_from_db()
    assert made.continues_until == made.due_at.astimezone(ZoneInfo(cast.payer.time_zone)).date()


# --- who -------------------------------------------------------------------------------------------------------------


def test_who_had_a_part_in_the_denial_takes_no_time_for_its_appeal(cast: Any, appeal: Appeal) -> None:
    with pytest.raises(PermissionDenied, match="had a part"):
        extending.extend(payers.doctor(cast), appeal, 3, WHY, asked_by="payer", needs=NEEDED, told=CALLED)


@pytest.mark.parametrize(
    ("role", "organization"), [("reviewer", "plan"), ("counselor", "prairie"), ("administrator", "plan")]
)
def test_others_do_not_extend(cast: Any, appeal: Appeal, role: str, organization: str) -> None:
    with pytest.raises(PermissionDenied):
        extending.extend(cast.viewer(role, organization), appeal, 3, WHY, asked_by="person")


def test_of_two_who_act_the_second_is_told(cast: Any, appeal: Appeal) -> None:
    seen = appeal.version
    appeals.take(other_doctor(cast), appeal)
    with pytest.raises(ChangedMeanwhileError):
        longer(cast, appeal, version=seen)


# --- what the person is told -----------------------------------------------------------------------------------------


def test_the_letter_begins_by_itself_and_goes_out_within_two_days(cast: Any, appeal: Appeal) -> None:
    step = longer(cast, appeal)
    letter = Notice.objects.get(kind=Notice.Kind.EXTENSION)
    assert (letter.appeal_id, letter.notify_by) == (appeal.pk, clock.later(step.at, 2, ZoneInfo(cast.payer.time_zone)))
    said = str(making.letter_of(letter, other_doctor(cast).today))
    for part in (
        "Your appeal: we need more time",
        NEEDED,
        WHY,
        "grievance",
        "5 more days",
        appeal.number,
        "fair hearing",
    ):
        assert part in said
    assert "could then appeal" not in said
    assert CALLED not in said
    assert making.reading(letter).grade <= 8


@pytest.mark.parametrize(("language", "says"), [("en", "You asked for more time."), ("es", "Usted pidió más tiempo.")])
def test_where_the_person_asked_the_letter_says_so(cast: Any, appeal: Appeal, language: str, says: str) -> None:
    longer(cast, appeal, asked_by="person", needs="", told="")
    made = making.make(other_doctor(cast), appeal.request, Notice.Kind.EXTENSION, language, appeal=appeal)
    assert says in str(making.letter_of(made, other_doctor(cast).today))


# --- the page --------------------------------------------------------------------------------------------------------


def text(page: Any) -> str:
    return " ".join(page.content.decode().split())


def test_the_page_offers_it_and_shows_what_came_of_it_to_both_sides(cast: Any, appeal: Appeal, client: Any) -> None:
    looking = other_doctor(cast)
    client.force_login(
        Membership.objects.get(pk=looking.membership_id).user,
        backend="django.contrib.auth.backends.ModelBackend",
    )
    page, address = reverse("appeal", args=[appeal.pk]), reverse("extend_appeal", args=[appeal.pk])
    assert "At most 14 more days." in text(client.get(page))
    typed = {"version": appeal.version, "days": "5", "asked_by": "payer", "needs": "", "words": WHY, "told": CALLED}
    refused = client.post(address, typed)
    assert refused.status_code == 200
    assert "Say which information is still needed" in text(refused)
    assert WHY in text(refused)
    shown = text(client.post(address, typed | {"needs": NEEDED}, follow=True))
    assert "extended by 5 days" in shown
    assert "At most 9 more days." in shown
    assert "Time to decide extended by 5 days, asked for by the payer" in shown
    assert "Letters:" in shown
    own = text(cast.client("counselor").get(page))
    assert "Time to decide extended by 5 days, asked for by the payer" in own
    assert address not in own
    assert "extended by 5 days" in text(cast.client("counselor").get(page))
    nurse = text(cast.client("reviewer", "plan").get(page))
    assert address not in nurse


def test_the_metrics_count_it(cast: Any, appeal: Appeal) -> None:
    longer(cast, appeal)
    appeal.refresh_from_db()
    appeals.lapse(appeal, appeal.due_at)
    analyst = viewer_of(cast.member("policy_analyst", "plan"))
    until = appeal.due_at.date() + 2 * DAY
    found = metrics.metrics(analyst, until - 60 * DAY, until).of("standard", "appeals_extended")
    assert (found.count, found.of, found.requests) == (1, 1, (appeal.request_id,))


def test_the_extension_of_an_appeal_is_none_of_its_request(cast: Any, appeal: Appeal) -> None:
    longer(cast, appeal)
    assert clock.extended(appeal.request.steps.all()) == 0
    assert clock.extended(appeal.request.steps.all(), appeal.pk) == 5
