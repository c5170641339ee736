"""Metrics of prior authorization: every number reconciles to the request, on the page, as CSV and as JSON; small ones stay inside."""

from __future__ import annotations

import csv
import datetime
import io
import json
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from tests.app import payer_world as payers

from handrail.app.accounts.models import Organization
from handrail.app.authorizations import metrics
from handrail.app.authorizations.models import Appeal, Determination, Qualification, Request, Step, Submission
from handrail.oversight.room import reachable

pytestmark = pytest.mark.django_db

SERVICE = "us-ne/intensive-outpatient-2.1"
ZONE = ZoneInfo("America/Chicago")
YEAR = (datetime.date(2026, 1, 1), datetime.date(2026, 12, 31))
NOON = datetime.datetime(2026, 3, 2, 12, tzinfo=ZONE)


class World:
    """Requests in any state, decided when one wants."""

    def __init__(self, cast: Any) -> None:
        self.cast, self.made = cast, 0
        self.doctor = payers.doctor(cast)
        self.credential = Qualification.objects.get()

    def request(self, outcome: str = "", *, hours: float = 24, at: datetime.datetime = NOON, **more: Any) -> Request:
        """This will make a request that was received so many hours before `at`, and decided then."""
        self.made += 1
        at = at.astimezone(datetime.UTC)
        told: dict[str, Any] = {
            "urgency": "standard",
            "attestation": "why",
            "definition": SERVICE,
            "status": outcome or "received",
        }
        steps, automatic = more.pop("steps", ()), more.pop("automatic", False)
        made = Request.objects.create(
            holder=self.cast.prairie, addressed_to=self.cast.payer, payer=self.cast.payer, person_id="ada", episode_id="e1",
            decision="admission", kind="initial", number=f"R-2026-{self.made:06}",
            received_at=at - datetime.timedelta(hours=hours), decided_at=at if outcome else None, **told | more,
        )  # fmt: skip
        Step.objects.bulk_create(
            Step(
                holder=made.holder, payer=made.payer, request=made, place=place + 1, at=at, as_provider=name == "withdraw", act=name,
                status_before="received", status_after="received",
            )
            for place, name in enumerate(steps)
        )  # fmt: skip
        if outcome and outcome != "withdrawn":
            sent = Submission.objects.create(
                holder=made.holder, payer=made.payer, request=made, place=1, at=at, as_of=at.date(), definition=SERVICE, edition="x",
                edition_seal="x", content={}, seal="x", disclosure_id="x",
            )  # fmt: skip
            adverse = outcome in ("denied", "approved in part")
            Determination.objects.create(
                holder=made.holder, payer=made.payer, request=made, submission=sent, outcome=outcome, at=at, is_automatic=automatic,
                by_id=self.doctor.membership_id if adverse else None, qualification=self.credential if adverse else None,
                reason="why" if adverse else "",
            )  # fmt: skip
        return made

    def appeal(self, request: Request, status: str, at: datetime.datetime = NOON) -> Appeal:
        """This will make an appeal that ended so."""
        return Appeal.objects.create(
            number=f"P-{request.number}", holder=request.holder, payer=request.payer, request=request, filed_at=at, filed_by="person",
            status=status, due_at=at, decided_at=at,
        )  # fmt: skip


@pytest.fixture
def world(cast: Any, ada: Any) -> World:
    return World(cast)


def report(world: World) -> metrics.Report:
    return metrics.metrics(world.doctor, *YEAR)


def test_every_request_that_was_decided_is_counted_once_and_withdrawn_ones_apart(world: World) -> None:
    for outcome in ("approved", "approved", "approved in part", "denied", "lapsed", "withdrawn", ""):
        world.request(outcome, steps=("withdraw",) if outcome == "withdrawn" else ())
    found = report(world)
    counts = {one.name: one.count for one in found.metrics if one.urgency == "standard"}
    assert (counts["decided"], counts["approved"], counts["in_part"], counts["denied"], counts["lapsed"]) == (
        5,
        2,
        1,
        2,
        1,
    )
    assert counts["withdrawn"] == 1
    assert counts["approved"] + counts["in_part"] + counts["denied"] == counts["decided"]
    assert found.of("standard", "denied").percent == 40.0
    assert {one.count for one in found.metrics if one.urgency == "expedited"} == {0}
    assert found.of("expedited", "approved").percent is None


def test_a_lapse_is_a_denial_and_an_automatic_approval_is_shown_apart(world: World) -> None:
    lapsed, by_rule = world.request("lapsed", hours=168), world.request("approved", hours=0, automatic=True)
    found = report(world)
    assert lapsed.pk in found.of("standard", "denied").requests
    assert found.of("standard", "automatic").requests == (by_rule.pk,)
    assert found.of("standard", "hours").count == 2
    assert found.of("standard", "hours_by_person").count == 0
    assert found.of("standard", "hours").average == 84.0


def test_hours_are_from_receipt_to_decision_also_through_a_change_of_the_clocks(world: World) -> None:
    at = datetime.datetime(2026, 3, 9, 12, tzinfo=ZONE)
    sunday = datetime.datetime(2026, 3, 7, 12, tzinfo=ZONE)
    hours = (at.astimezone(datetime.UTC) - sunday.astimezone(datetime.UTC)) / datetime.timedelta(hours=1)
    assert hours == 47
    for each in (hours, 1, 3):
        world.request("approved", hours=each, at=at, urgency="expedited")
    found = report(world).of("expedited", "hours")
    assert (found.average, found.median, found.count) == (17.0, 3.0, 3)


def test_appeals_and_extensions_count_with_their_own_denominators(world: World) -> None:
    longer = world.request("approved", steps=("extend", "extend"))
    world.request("denied", steps=("extend",))
    for status in ("overturned", "overturned in part", "upheld", "lapsed", "filed", "withdrawn"):
        world.appeal(world.request("denied"), status)
    found = report(world)
    told = {
        name: (found.of("standard", name).count, found.of("standard", name).of)
        for name in ("extended", "extended_approved", "appealed", "overturned", "overturned_in_part", "upheld")
    }
    assert told == {
        "extended": (2, 8),
        "extended_approved": (1, 2),
        "appealed": (4, None),
        "overturned": (1, 4),
        "overturned_in_part": (1, 4),
        "upheld": (2, 4),
    }
    assert found.of("standard", "extended_approved").requests == (longer.pk,)


@pytest.mark.parametrize(
    ("at", "is_in"),
    [
        ((2025, 12, 31, 23, 59), False),
        ((2026, 1, 1, 0, 0), True),
        ((2026, 12, 31, 23, 59), True),
        ((2027, 1, 1, 0, 0), False),
    ],
)
def test_the_year_is_the_payers(world: World, at: tuple[int, ...], is_in: bool) -> None:
    world.request("approved", at=datetime.datetime(*at, tzinfo=ZONE))
    assert report(world).of("standard", "decided").count == int(is_in)


def test_page_csv_and_json_say_the_same_and_reconcile_to_the_request(world: World, cast: Any) -> None:
    for outcome in ("approved", "denied", "lapsed", "approved in part"):
        world.request(outcome)
    client = cast.client("medical_director", "plan")
    query = "?since=2026-01-01&until=2026-12-31"
    rows = list(csv.DictReader(io.StringIO(client.get(f"/metrics/file.csv{query}").content.decode())))
    told = json.loads(client.get(f"/metrics/file.json{query}").content)
    page = client.get(f"/metrics/{query}").content.decode()
    for row, one in zip(rows, told["metrics"], strict=False):
        assert (row["metric"], row["count"]) == (one["metric"], str(one["count"]))
        assert row["requests"].split() == one["requests"]
        assert len(one["requests"]) == one["count"]
        assert len(set(one["requests"])) == len(one["requests"])
        if one["count"]:
            listed = client.get(f"/metrics/{one['urgency']}/{one['metric']}{query}").content.decode()
            assert all(number in listed for number in one["requests"])
            assert f"/metrics/{one['urgency']}/{one['metric']}?" in page
    assert told["services_that_need_prior_authorization"] == [SERVICE]
    statuses = {one.number: one.status for one in Request.objects.all()}
    denied = next(one for one in told["metrics"] if (one["urgency"], one["metric"]) == ("standard", "denied"))
    assert sorted(statuses[number] for number in denied["requests"]) == ["denied", "lapsed"]


def test_no_cell_is_taken_for_a_formula(world: World) -> None:
    world.request("approved", definition="=HYPERLINK(1)")
    assert "\n,service,'=HYPERLINK(1)" in metrics.as_csv(report(world)).replace("\r", "")


def test_small_counts_do_not_leave_nor_can_be_worked_out(world: World) -> None:
    for outcome, many in (("approved", 40), ("denied", 14), ("lapsed", 3), ("approved in part", 12)):
        for _ in range(many):
            world.request(outcome)
    for at, one in enumerate(Request.objects.filter(status="denied")[:13]):
        world.appeal(one, "overturned" if at < 2 else "upheld")
    whole = report(world)
    out = metrics.published(whole)
    shown = {(one.urgency, one.name): one for one in out.metrics}
    for one in whole.metrics:
        told = shown[one.urgency, one.name]
        assert told.requests == ()
        if not one.is_time and 1 <= one.count <= 10:
            assert (told.is_shown, told.count, told.percent) == (False, 0, None)
    cells, sums, place = metrics._table(whole)
    public = {place[key] for key, told in shown.items() if key in place and told.is_shown}
    known = [at in public or cells[at] == 0 for at in range(len(cells))]  # zeros are never hidden
    low, high = reachable(np.array(cells), known, sums)
    for key, told in shown.items():
        if key in place and not told.is_shown:
            assert high[place[key]] - low[place[key]] >= 10
    assert not shown["standard", "overturned"].is_shown
    assert not shown["standard", "lapsed"].is_shown


def test_a_percentage_is_never_shown_without_both_of_its_counts(world: World) -> None:
    for outcome, many in (("approved", 30), ("denied", 4)):
        for _ in range(many):
            world.request(outcome)
    out = metrics.published(report(world))
    for one in out.metrics:
        if one.percent is not None:
            assert one.is_shown and one.has_share
    for text in (metrics.as_csv(out), metrics.as_json(out)):
        assert "R-2026" not in text
        assert "suppressed" in text


def test_hours_of_a_few_are_not_published(world: World) -> None:
    for _ in range(10):
        world.request("approved")
    assert metrics.published(report(world)).of("standard", "hours").average is None
    for _ in range(5):
        world.request("approved")
    assert metrics.published(report(world)).of("standard", "hours").average == 24.0


def test_nothing_decided_is_a_report_of_zeros(world: World, cast: Any) -> None:
    assert {one.count for one in metrics.published(report(world)).metrics} == {0}
    for address in (
        "/metrics/",
        "/metrics/?for=publication",
        "/metrics/?since=2026-02-30&until=x",
        "/metrics/?since=2026-02-02&until=2026-01-01",
    ):
        assert cast.client("administrator", "plan").get(address).status_code == 200


def test_another_payer_counts_its_own_and_a_provider_none(world: World, cast: Any) -> None:
    world.request("approved")
    Organization.objects.create(organization_id="plan2", name="Second Plan", kind="payer")
    assert metrics.metrics(cast.viewer("medical_director", "plan2"), *YEAR).of("standard", "decided").count == 0
    with pytest.raises(Http404):
        metrics.metrics(cast.viewer("administrator"), *YEAR)
    assert cast.client("reviewer", "plan").get("/metrics/").status_code == 403
    assert cast.client("administrator").get("/metrics/").status_code == 404


def test_the_number_of_queries_does_not_grow_with_the_requests(world: World) -> None:
    world.request("approved", steps=("extend",))
    with CaptureQueriesContext(connection) as before:
        report(world)
    for outcome in ("approved", "denied", "lapsed"):
        world.appeal(world.request(outcome, steps=("extend",)), "upheld")
    with CaptureQueriesContext(connection) as after:
        report(world)
    assert len(after) == len(before)
