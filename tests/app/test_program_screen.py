"""What a program keeps about itself, beside what the engine said of it; and the sample for a review."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from handrail.app.audit.models import Entry
from handrail.app.chart.models import RECORDS
from handrail.app.screens.program.sample import drawn
from handrail.app.worklists import judging
from handrail.app.worklists.models import Verdict

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def judged(cast: Any, ada: Any, write: Any) -> None:
    """Two groups of the week before, and everything judged."""
    today = cast.viewer("counselor").today
    for number in range(2):
        held = today - (7 + number) * DAY
        write(
            "session", session_id=f"s{number}", program_id="iop", type="group", setting="clinic", status="held",
            held_on=held, starts_at=datetime.datetime.combine(held, datetime.time(9)),
            ends_at=datetime.datetime.combine(held, datetime.time(12)), scheduled_count=8, head_count=13,
        )  # fmt: skip
        write("session_staff", session_id=f"s{number}", staff_id="carl")
        write("attendance", session_id=f"s{number}", episode_id="e1", status="attended")
    judging.judge_everybody("prairie")


def test_a_program_shows_its_staff_weeks_and_sessions_with_verdicts(cast: Any, judged: Any) -> None:
    page = cast.client("program_director").get("/program/?program=iop").content.decode()
    for expected in ("Prairie Evenings", "Carl Example", "Licensed alcohol and drug counselor", "trained in recovery"):
        assert expected in page
    assert "13 present; 12 at most" in page
    wrong = Verdict.objects.get(clause="group-not-too-large", verdict="not met", key__session_id="s0")
    assert f"/why/{wrong.pk}" in page
    assert "Group 1" in page or "Group 2" in page


def test_a_program_whose_definition_asks_nothing_of_staff_says_so(cast: Any, judged: Any) -> None:
    page = cast.client("program_director").get("/program/?program=irs").content.decode()
    assert "the definition of this service asks nothing" in page


def test_who_reads_no_charts_sees_no_sessions(cast: Any, judged: Any) -> None:
    page = cast.client("administrator").get("/program/?program=iop")
    assert page.status_code == 200
    assert "Group 1" not in page.content.decode()


def test_another_organization_sees_none_of_it(cast: Any, judged: Any) -> None:
    client = cast.client("program_director", "lakeside")
    assert client.get("/program/?program=iop").status_code == 404
    assert "Carl" not in client.get("/program/").content.decode()


@pytest.mark.parametrize("role", ["reviewer", "policy_analyst"])
def test_a_role_that_reads_no_program_is_refused(cast: Any, judged: Any, role: str) -> None:
    assert cast.client(role).get("/program/").status_code == 403
    assert cast.client(role).get("/program/sample").status_code == 403


def test_who_only_reads_is_offered_nothing_to_add(cast: Any, judged: Any) -> None:
    client = cast.client("counselor")
    assert "Add a credential" not in client.get("/program/").content.decode()
    assert client.get("/program/new/credential").status_code == 403
    assert client.post("/program/new/training", {"staff": "carl"}).status_code == 403


@pytest.mark.parametrize(
    ("table", "typed"),
    [
        ("credential", {"staff": "carl", "kind": "lmhp", "issued_on": "2026-03-02"}),
        ("training", {"staff": "carl", "topic": "recovery_principles", "completed_on": "2026-03-02"}),
        ("facility_license", {"program": "iop", "kind": "Treatment center", "issued_on": "2026-03-02"}),
        (
            "program_closure",
            {"program": "iop", "starts_on": "2026-07-03", "ends_on": "2026-07-04", "reason": "Holiday"},
        ),
        (
            "on_call_shift",
            {"program": "iop", "staff": "carl", "starts_at": "2026-03-02T18:00", "ends_at": "2026-03-03T08:00"},
        ),
    ],
)
def test_the_director_adds(cast: Any, ada: Any, table: str, typed: dict[str, str]) -> None:
    before = RECORDS[table].objects.count()
    client = cast.client("program_director")
    assert client.get(f"/program/new/{table}?program=iop").status_code == 200
    answer = client.post(f"/program/new/{table}", typed)
    assert answer["Location"] == "/program/?program=iop"
    assert RECORDS[table].objects.count() == before + 1
    assert Entry.objects.filter(act="create", table=table).exists()
    assert client.get("/program/?program=iop").status_code == 200


def test_what_was_typed_stays_when_something_is_wrong(cast: Any, ada: Any) -> None:
    typed = {"program": "iop", "starts_on": "2026-07-04", "ends_on": "2026-07-03", "reason": "A long weekend"}
    page = cast.client("program_director").post("/program/new/program_closure", typed).content.decode()
    assert "This cannot be before the start." in page
    assert "A long weekend" in page
    assert "is violated" not in page
    assert not RECORDS["program_closure"].objects.exists()


def test_staff_of_another_organization_cannot_be_named(cast: Any, ada: Any) -> None:
    typed = {"staff": "carl", "topic": "other", "completed_on": "2026-03-02"}
    page = cast.client("program_director", "lakeside").post("/program/new/training", typed)
    assert page.status_code == 200
    assert not RECORDS["training"].objects.exists()


def test_nothing_else_can_be_added_here(cast: Any, ada: Any) -> None:
    assert cast.client("program_director").get("/program/new/person").status_code == 404


def test_the_queries_do_not_grow_with_the_roster(cast: Any, judged: Any, write: Any) -> None:
    client = cast.client("program_director")
    client.get("/program/?program=iop")
    with CaptureQueriesContext(connection) as few:
        client.get("/program/?program=iop")
    for number in range(10):
        write("staff", staff_id=f"more-{number}", name=f"More {number}", program_id="iop")
        write("credential", staff_id=f"more-{number}", kind="pladc", issued_on=DAY_ONE, supervisor_id="carl")
        write("on_call_shift", program_id="iop", staff_id=f"more-{number}", starts_at=AT, ends_at=AT + 8 * HOUR)
    with CaptureQueriesContext(connection) as many:
        client.get("/program/?program=iop")
    assert len(many) == len(few)
    assert len(few) <= 35


DAY_ONE = datetime.date(2026, 1, 5)
AT = datetime.datetime(2026, 1, 5, 18)
HOUR = datetime.timedelta(hours=1)


def test_the_same_seed_draws_the_same_whatever_the_order() -> None:
    ids = [f"s{number}" for number in range(100)]
    assert drawn(ids, 4412, 30) == drawn(list(reversed(ids)), 4412, 30)
    assert drawn(ids, 4412, 30) != drawn(ids, 4413, 30)
    assert drawn(ids, 4412, 10) == drawn(ids, 4412, 30)[:10]
    assert len(set(drawn(ids, 4412, 30))) == 30


def test_a_draw_without_a_seed_gets_one_that_is_shown(cast: Any, judged: Any) -> None:
    client = cast.client("compliance_officer")
    answer = client.get("/program/sample?of=session&size=5&program=iop")
    assert answer.status_code == 302
    assert "seed=" in answer["Location"]
    page = client.get(answer["Location"]).content.decode()
    assert f"Seed {answer['Location'].rpartition('seed=')[2]}" in page
    assert "2 of 2 sessions" in page


def test_a_sample_shows_the_findings_of_each_and_is_logged(cast: Any, judged: Any) -> None:
    page = cast.client("compliance_officer").get("/program/sample?of=session&size=1&seed=7").content.decode()
    assert "1 of 2" in page
    assert "group not too large" in page
    assert Entry.objects.filter(act="sample", detail="1 of 2 by seed 7").exists()
    episodes = cast.client("compliance_officer").get("/program/sample?of=episode&size=1&seed=7").content.decode()
    assert "/packet/e1" in episodes
    assert "Ada" not in episodes


def test_another_organization_draws_from_its_own(cast: Any, judged: Any) -> None:
    page = cast.client("compliance_officer", "lakeside").get("/program/sample?of=session&size=5&seed=7")
    assert "nothing to draw from" in page.content.decode()
