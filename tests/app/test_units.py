"""Units of authorizations: what is used and left, counted from sessions; overlaps, gaps in the records, and what the payer learns."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.app import payer_world as payers
from tests.app.appeal_world import reduced

from handrail.app.accounts.models import Organization
from handrail.app.authorizations import units
from handrail.app.authorizations.models import Authorization, Request
from handrail.app.chart.models import RECORDS
from handrail.app.consent.disclosing import NotCoveredError
from handrail.app.consent.models import Consent, Disclosure
from handrail.app.worklists import judging

pytestmark = pytest.mark.django_db

SERVICE = "us-ne/intensive-outpatient-2.1"
D = datetime.date
FIRST = D(2026, 1, 20)
LATER = D(2026, 6, 1)


@pytest.fixture
def came(write: Any, ada: Any) -> Any:
    """Writes that Ada came to a session: `came(day, 180)`; `None` minutes: her times are not documented."""
    RECORDS["episode"].objects.filter(pk="e1").update(admitted_on=D(2025, 1, 1), requested_on=D(2025, 1, 1))

    def one(day: D, minutes: int | None = 180, *, length: int = 180, pause: int = 0, at: int = 9, **more: Any) -> None:
        start = datetime.datetime.combine(day, datetime.time(at))
        told = {"type": "group", "status": "held", "program_id": "iop"} | {
            k: v for k, v in more.items() if k in ("type", "status", "program_id")
        }
        session = write(
            "session",
            held_on=day,
            starts_at=start,
            ends_at=start + datetime.timedelta(minutes=length),
            break_minutes=pause,
            **told,
        )
        times = {} if minutes is None else {"arrived_at": start, "left_at": start + datetime.timedelta(minutes=minutes)}
        write("attendance", session_id=session.pk, episode_id="e1", status=more.get("came", "attended"), **times)

    return one


def authorized(cast: Any, number: str, starts_on: D, ends_on: D, **more: Any) -> Authorization:
    told = {"units": 36, "unit": "hour", "payer": cast.payer, "definition": SERVICE}
    asked = Request.objects.create(
        holder=cast.prairie, addressed_to=cast.payer, payer=cast.payer, person_id="ada", episode_id="e1", definition=SERVICE,
        decision="admission", kind="initial", status="approved", number=f"R-{number}", received_at=timezone.now(),
    )  # fmt: skip
    return Authorization.objects.create(
        number=number, holder=cast.prairie, request=asked, person_id="ada", episode_id="e1",
        starts_on=starts_on, ends_on=ends_on, made_at=timezone.now(), **told | more,
    )  # fmt: skip


def counted(cast: Any, one: Authorization, as_of: D = LATER) -> units.Used:
    found = units.used(cast.viewer("counselor"), one, as_of)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("unit", "used"), [("hour", Decimal(7)), ("15 minutes", Decimal(28)), ("session", Decimal(3)), ("day", Decimal(2))]
)
def test_each_unit_is_counted_its_own_way(cast: Any, came: Any, unit: str, used: Decimal) -> None:
    one = authorized(cast, "A-1", FIRST, D(2026, 2, 28), unit=unit)
    came(FIRST)
    came(FIRST, 60, length=60, at=13)
    came(D(2026, 2, 28))
    assert (counted(cast, one).least, counted(cast, one).most) == (used, used)


def test_the_first_and_the_last_day_count_and_the_days_beside_them_do_not(cast: Any, came: Any) -> None:
    one = authorized(cast, "A-1", D(2028, 1, 31), D(2028, 2, 29), unit="session")
    for day in (D(2028, 1, 30), D(2028, 1, 31), D(2028, 2, 29), D(2028, 3, 1)):
        came(day)
    assert counted(cast, one, D(2028, 4, 1)).sessions == 2
    assert counted(cast, one, D(2028, 2, 28)).sessions == 1


def test_only_held_sessions_of_the_service_to_which_she_came_count(cast: Any, came: Any) -> None:
    one = authorized(cast, "A-1", FIRST, D(2026, 2, 28))
    came(FIRST, 60, length=60)
    came(FIRST, 60, length=60, status="cancelled")
    came(FIRST, 60, length=60, came="absent")
    came(FIRST, 60, length=60, came="excused")
    came(FIRST, 60, length=60, type="transport")
    came(FIRST, 60, length=60, program_id="irs")
    assert counted(cast, one).least == 1


def test_full_units_of_fifteen_minutes_only(cast: Any, came: Any) -> None:
    one = authorized(cast, "A-1", FIRST, D(2026, 2, 28), unit="15 minutes")
    came(FIRST, 44, length=60)
    assert counted(cast, one).least == 2


def test_time_that_is_not_documented_makes_a_range(cast: Any, came: Any) -> None:
    one = authorized(cast, "A-1", FIRST, D(2026, 2, 28))
    came(FIRST, 180, pause=30)
    came(D(2026, 1, 22), None)
    found = counted(cast, one)
    assert (found.least, found.most) == (Decimal("2.5"), Decimal("5.5"))
    assert not found.is_sure
    left = units.standing(cast.viewer("counselor"), one, D(2026, 2, 1)).left
    assert left is not None
    assert (left.least, left.most, left.says) == (Decimal("30.5"), Decimal("33.5"), "30.5 to 33.5")


def test_without_any_times_nothing_bounds_it(cast: Any, came: Any, write: Any) -> None:
    one = authorized(cast, "A-1", FIRST, D(2026, 2, 28))
    session = write("session", program_id="iop", type="group", status="held", held_on=FIRST)
    write("attendance", session_id=session.pk, episode_id="e1", status="attended")
    assert counted(cast, one).says == "at least 0"


def test_where_two_overlap_the_one_that_ends_first_is_used_first_and_a_session_counts_once(
    cast: Any, came: Any
) -> None:
    long = authorized(cast, "A-1", FIRST, D(2026, 3, 31))
    short = authorized(cast, "A-2", FIRST, D(2026, 1, 31), units=4)
    came(FIRST)
    came(D(2026, 1, 22))
    came(D(2026, 2, 3))
    assert (counted(cast, short).least, counted(cast, long).least) == (Decimal(4), Decimal(5))
    assert [one.pk for one in units.overlaps(long)] == [short.pk]


def test_a_piece_goes_whole_to_the_next_where_nothing_is_left(cast: Any, came: Any) -> None:
    short = authorized(cast, "A-2", FIRST, D(2026, 1, 31), units=1, unit="session")
    long = authorized(cast, "A-1", FIRST, D(2026, 3, 31), unit="session")
    came(FIRST)
    came(D(2026, 1, 22))
    assert (counted(cast, short).least, counted(cast, long).least) == (1, 1)


def test_what_is_too_much_is_shown_and_nothing_is_left(cast: Any, came: Any) -> None:
    one = authorized(cast, "A-1", FIRST, D(2026, 2, 28), units=2)
    came(FIRST)
    found = units.standing(cast.viewer("counselor"), one, FIRST)
    assert found.used is not None and found.used.least == 3
    assert (found.state, found.left.most if found.left else None) == ("used up", 0)


def test_one_that_was_ended_early_ends_then(cast: Any, came: Any) -> None:
    one = authorized(cast, "A-1", FIRST, D(2026, 3, 31), ended_on=D(2026, 1, 31), ended_why="She moved.")
    came(FIRST)
    came(D(2026, 2, 3))
    found = units.standing(cast.viewer("counselor"), one, D(2026, 1, 31))
    assert (found.last, found.days_left, found.state) == (D(2026, 1, 31), 1, "soon")
    assert counted(cast, one).least == 3


def test_where_no_unit_is_stated_only_days_are_counted(cast: Any, came: Any) -> None:
    one = authorized(cast, "A-1", FIRST, D(2026, 2, 28), unit="", units=None)
    came(FIRST)
    found = units.standing(cast.viewer("counselor"), one, D(2026, 2, 15))
    assert (found.used, found.left, found.days_left) == (None, None, 14)


def test_claims_are_shown_beside_and_never_added(cast: Any, came: Any, write: Any) -> None:
    payers.terms(cast, units={SERVICE: {"unit": "hour", "codes": ["H0015"]}})
    one = authorized(cast, "A-1", FIRST, D(2026, 2, 28))
    came(FIRST)
    for at, (code, day, number) in enumerate([("H0015", FIRST, 3), ("H0004", FIRST, 5), ("H0015", D(2026, 3, 1), 7)]):
        write(
            "claim_line",
            claim_line_id=f"c{at}",
            claim_id="c",
            person_id="ada",
            service_code=code,
            units=Decimal(number),
            starts_on=day,
        )
    found = units.standing(cast.viewer("counselor"), one, D(2026, 6, 1))
    assert found.used is not None
    assert (found.used.least, found.billed) == (3, 3)


def test_terms_may_say_which_sessions_use_it_up(cast: Any, came: Any) -> None:
    payers.terms(cast, units={SERVICE: {"unit": "hour", "types": ["individual"]}})
    one = authorized(cast, "A-1", FIRST, D(2026, 2, 28))
    came(FIRST)
    came(D(2026, 1, 22), 60, length=60, type="individual")
    assert counted(cast, one).least == 1


# --- what runs out ---------------------------------------------------------------------------------------------------


def test_what_ends_soon_is_listed_unless_something_goes_on_after_it(cast: Any, ada: Any) -> None:
    looking = cast.viewer("counselor")
    soon = authorized(cast, "A-1", looking.today, looking.today + datetime.timedelta(days=10))
    authorized(
        cast,
        "A-2",
        looking.today,
        looking.today + datetime.timedelta(days=60),
        definition="us-nc/intensive-recovery-support",
    )
    assert [one.authorization.pk for one in units.expiring(looking)] == [soon.pk]
    assert units.expiring(looking, 5) == []
    after = looking.today + datetime.timedelta(days=11)
    authorized(cast, "A-3", after, after + datetime.timedelta(days=30))
    assert units.expiring(looking) == []


def test_the_number_of_queries_does_not_grow_with_the_rows(cast: Any, came: Any) -> None:
    looking = cast.viewer("counselor")
    authorized(cast, "A-1", FIRST, D(2026, 2, 28))
    came(FIRST)
    with CaptureQueriesContext(
        connection,
    ) as before:
        units.standings(looking, person="ada", as_of=FIRST)
    for at in range(2, 8):
        authorized(cast, f"A-{at}", FIRST, D(2026, 2, 20 + at))
        came(FIRST + datetime.timedelta(days=at))
    with CaptureQueriesContext(connection) as after:
        units.standings(looking, person="ada", as_of=FIRST)
    assert len(after) == len(before)


# --- what the payer learns -------------------------------------------------------------------------------------------


def test_the_payer_learns_one_number_under_a_consent_and_only_while_it_stands(cast: Any, came: Any, ada: Any) -> None:
    one, nurse = authorized(cast, "A-1", FIRST, D(2026, 2, 28)), payers.nurse(cast)
    came(FIRST)
    assert units.used(nurse, one) is None
    with pytest.raises(NotCoveredError):
        units.report(cast.viewer("counselor"), one)
    consent = payers.consent(cast, ada)
    units.report(cast.viewer("counselor"), one)
    told = Disclosure.objects.get()
    assert (told.information, told.purpose, told.consent_id) == (["attendance"], "payment", consent.pk)
    came(D(2026, 1, 22))
    shown = units.standing(nurse, one)
    assert shown.used is not None
    assert (shown.used.least, shown.reported_on) == (3, cast.viewer("counselor").today)
    Consent.objects.update(revoked_at=timezone.now())
    assert units.used(nurse, one) is None


def test_only_the_provider_reports_and_only_its_own(cast: Any, came: Any, ada: Any) -> None:
    one = authorized(cast, "A-1", FIRST, D(2026, 2, 28))
    payers.consent(cast, ada)
    for looking in (payers.nurse(cast), cast.viewer("counselor", "lakeside")):
        with pytest.raises(PermissionDenied):
            units.report(looking, one)
    with pytest.raises(PermissionDenied):
        units.report(cast.viewer("group_leader"), one)


def test_another_organization_sees_no_authorization(cast: Any, ada: Any) -> None:
    authorized(cast, "A-1", FIRST, D(2030, 2, 28))
    Organization.objects.create(organization_id="plan2", name="Second Plan", kind="payer")
    assert units.standings(cast.viewer("counselor", "lakeside")) == []
    assert units.standings(cast.viewer("reviewer", "plan2")) == []
    with pytest.raises(PermissionDenied):
        units.standings(cast.viewer("administrator", "plan"))


def test_the_persons_page_says_until_when_and_how_much_is_left(cast: Any, ada: Any) -> None:
    payers.terms(cast, units={SERVICE: {"unit": "hour", "source": "invented"}})
    payers.consent(cast, ada)
    judging.judge_person("prairie", "ada")
    reduced(cast, RECORDS["episode"].objects.get(pk="e1"))
    client = cast.client("counselor")
    page = " ".join(client.get("/people/ada/").content.decode().split())
    assert "12 of 12 hours left" in page
    assert "10 days left" in page
    assert "Authorizations that run out" in client.get("/").content.decode()
