"""What is late, due and repaired, read from verdicts; and the due list of the whole program."""

from __future__ import annotations

import csv
import datetime
import io
import time
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from handrail.app.accounts import access
from handrail.app.audit.models import Entry
from handrail.app.chart import writing
from handrail.app.chart.models import RECORDS, Identity
from handrail.app.paper.cells import harmless
from handrail.app.worklists import due, judging
from handrail.app.worklists.models import Verdict

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def told(cast: Any, **values: Any) -> Verdict:
    """One verdict about Ada, as the engine would have kept it."""
    today = access.today(cast.prairie)
    given = {
        "organization": cast.prairie,
        "person_id": "ada",
        "episode_id": "e1",
        "program_id": "iop",
        "definition": "us-ne/intensive-outpatient-2.1",
        "edition": "undated",
        "seal": "0" * 64,
        "subject": "plan_review",
        "key": {"episode_id": "e1", "review_number": 1},
        "judged_on": today,
        "as_of": today,
        "clause": "review-every-thirty-days",
        "duty": "must",
        "verdict": "pending",
        "says": "An invented sentence.",
    }
    return Verdict(**given | values)


@pytest.fixture
def lists(cast: Any, ada: Any) -> dict[str, Verdict]:
    today = cast.viewer("counselor").today
    made = {
        "late": told(
            cast, stands="late", verdict="not met", due_on=today - 5 * DAY, days_late=5, says="Five days over."
        ),
        "later": told(cast, stands="late", verdict="not met", due_on=today - 9 * DAY, days_late=9, says="Nine over."),
        "today": told(cast, stands="due", due_on=today, says="It ends today."),
        "soon": told(cast, stands="due", due_on=today + 3 * DAY, says="Three days left."),
        "far": told(cast, stands="due", due_on=today + 60 * DAY, says="Sixty days left."),
        "repaired": told(cast, stands="repaired", verdict="not met", days_late=4, says="Held, but late."),
        "week": told(cast, subject="service_week", says="Came for 100 of 540 minutes."),
        "met": told(cast, verdict="met", says="All is well."),
    }
    Verdict.objects.bulk_create(made.values())
    return made


def test_a_review_is_due_on_the_day_the_clause_allows(cast: Any, ada: Any, write: Any) -> None:
    plan = RECORDS["plan"].objects.get(pk="p1")
    judging.judge_person("prairie", "ada", plan.effective_on + 30 * DAY)
    pending = Verdict.objects.get(clause="review-every-thirty-days")
    assert (pending.verdict, pending.stands, pending.due_on) == ("pending", "due", plan.effective_on + 30 * DAY)
    judging.judge_person("prairie", "ada", plan.effective_on + 33 * DAY)
    late = Verdict.objects.get(clause="review-every-thirty-days")
    assert (late.verdict, late.stands, late.due_on, late.days_late) == (
        "not met", "late", plan.effective_on + 30 * DAY, 3,
    )  # fmt: skip


def test_a_review_held_too_late_is_repaired_late(cast: Any, ada: Any, write: Any) -> None:
    plan = RECORDS["plan"].objects.get(pk="p1")
    held = plan.effective_on + 34 * DAY
    write("plan_review", plan_review_id="r1", episode_id="e1", reviewed_on=held, reviewed_by="carl", recorded_on=held)
    judging.judge_person("prairie", "ada", held + 2 * DAY)
    first = Verdict.objects.get(clause="review-every-thirty-days", key__review_number=1)
    assert (first.verdict, first.stands, first.days_late) == ("not met", "repaired", 4)


def test_nothing_is_late_in_an_episode_that_ended(cast: Any, ada: Any, write: Any) -> None:
    plan = RECORDS["plan"].objects.get(pk="p1")
    supervisor, episode = cast.viewer("clinical_supervisor"), RECORDS["episode"].objects.get(pk="e1")
    ended = plan.effective_on + 45 * DAY
    writing.amend(supervisor, episode, {"discharged_on": ended, "discharge_recorded_on": ended})
    judging.judge_person("prairie", "ada", ended + 10 * DAY)
    assert Verdict.objects.get(clause="review-every-thirty-days").verdict == "not met"
    assert not Verdict.objects.filter(stands="late").exists()


def test_a_first_plan_that_is_missing_is_listed_without_a_day(cast: Any, ada: Any, write: Any) -> None:
    supervisor = cast.viewer("clinical_supervisor")
    writing.withdraw(supervisor, RECORDS["plan"].objects.get(pk="p1"), reason="Entered for somebody else.")
    judging.judge_person("prairie", "ada")
    first = Verdict.objects.get(clause="plan-within-two-sessions")
    assert (first.stands, first.due_on) == ("due", None)
    assert first in due.listed(supervisor, "soon")


@pytest.mark.parametrize(
    ("tab", "expected"),
    [
        ("late", ["Nine over.", "Five days over."]),
        ("today", ["It ends today."]),
        ("soon", ["Three days left."]),
        ("week", ["Came for 100 of 540 minutes."]),
        ("repaired", ["Held, but late."]),
    ],
)
def test_each_list_has_its_own_in_order(cast: Any, lists: Any, tab: str, expected: list[str]) -> None:
    assert [one.says for one in due.listed(cast.viewer("counselor"), tab)] == expected


def test_the_counts_are_those_of_the_lists(cast: Any, lists: Any) -> None:
    assert due.counts(cast.viewer("counselor")) == {"late": 2, "today": 1, "soon": 1, "week": 1, "repaired": 1}


def test_a_line_says_whom_when_who_has_it_and_why(cast: Any, lists: Any, write: Any) -> None:
    today = cast.viewer("counselor").today
    write("team_member", episode_id="e1", staff_id="carl", starts_on=today - 30 * DAY)
    page = cast.client("counselor").get("/due/").content.decode()
    for expected in ("Ada Example", "Five days over.", "Overdue 5 days", "Carl Example"):
        assert expected in page
    assert f"/why/{lists['late'].pk}" in page
    assert "It ends today." not in page


def test_the_filters_stand_in_the_address(cast: Any, lists: Any, write: Any) -> None:
    client = cast.client("counselor")
    assert "Nothing on this list" in client.get("/due/?list=late&whose=carl").content.decode()
    assert "Nothing on this list" in client.get("/due/?list=late&program=irs").content.decode()
    write("team_member", episode_id="e1", staff_id="carl", starts_on=cast.viewer("counselor").today)
    assert "Five days over." in client.get("/due/?list=late&whose=carl&program=iop").content.decode()
    assert "Held, but late." in client.get("/due/?list=repaired").content.decode()


def test_another_organization_sees_none_of_it(cast: Any, lists: Any) -> None:
    page = cast.client("counselor", "lakeside").get("/due/").content.decode()
    assert "Ada" not in page
    assert "Five days over." not in page


@pytest.mark.parametrize("role", ["reviewer", "policy_analyst", "administrator"])
def test_a_role_without_charts_is_refused(cast: Any, lists: Any, role: str) -> None:
    client = cast.client(role)
    assert client.get("/due/").status_code == 403
    assert client.get("/due/export").status_code == 403


def test_only_who_may_export_gets_the_csv(cast: Any, lists: Any) -> None:
    assert cast.client("counselor").get("/due/export").status_code == 403
    answer = cast.client("compliance_officer").get("/due/export?list=late")
    rows = list(csv.reader(io.StringIO(answer.content.decode())))
    assert answer["Content-Type"].startswith("text/csv")
    assert [row[3] for row in rows[1:]] == ["Nine over.", "Five days over."]
    assert Entry.objects.filter(act="export", person_id="ada").count() == 1


def test_no_cell_of_the_csv_is_a_formula(cast: Any, lists: Any) -> None:
    Identity.objects.filter(person_id="ada").update(called='=HYPERLINK("http://example.invalid")')
    text = cast.client("compliance_officer").get("/due/export").content.decode()
    assert "'=HYPERLINK" in text


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@x", "\t=1", "\r=1", "  =1"])
def test_what_begins_like_a_formula_is_quoted(cell: str) -> None:
    assert harmless(cell).startswith("'")


def test_two_thousand_episodes_list_in_a_handful_of_queries(cast: Any, ada: Any) -> None:
    viewer = cast.viewer("counselor")
    crowd(cast, viewer)
    client = cast.client("counselor")
    client.get("/due/")
    with CaptureQueriesContext(
        connection,
    ) as few:
        begun = time.perf_counter()
        page = client.get("/due/?list=late&page=3")
        took = time.perf_counter() - begun
    assert page.status_code == 200
    assert "Overdue" in page.content.decode()
    assert len(few) <= 15
    assert took < 2


def test_the_queries_do_not_grow_with_the_rows(cast: Any, lists: Any) -> None:
    client = cast.client("counselor")
    client.get("/due/")
    with CaptureQueriesContext(connection) as few:
        client.get("/due/")
    crowd(cast, cast.viewer("counselor"), people=200)
    with CaptureQueriesContext(connection) as many:
        client.get("/due/")
    assert len(many) == len(few)


def crowd(cast: Any, viewer: Any, people: int = 2000) -> None:
    """Many open episodes, each with four verdicts: one is late, one due soon, one of this week."""
    holder, today = cast.prairie, viewer.today
    ids = [f"many-{number:04d}" for number in range(people)]
    person, episode, team = RECORDS["person"], RECORDS["episode"], RECORDS["team_member"]
    person.objects.bulk_create([person(person_id=one, holder=holder) for one in ids], batch_size=500)
    named = [Identity(person_id=one, holder=holder, given_name="Some", family_name=one) for one in ids]
    Identity.objects.bulk_create(named, batch_size=500)
    opened = [
        episode(episode_id=f"e-{one}", person_id=one, program_id="iop", holder=holder, admitted_on=today) for one in ids
    ]
    episode.objects.bulk_create(opened, batch_size=500)
    teams = [team(episode_id=f"e-{one}", staff_id="carl", starts_on=today, holder=holder) for one in ids]
    team.objects.bulk_create(teams, batch_size=500)
    made = []
    for number, one in enumerate(ids):
        own = {"person_id": one, "episode_id": f"e-{one}"}
        late = today - (number % 90 + 1) * DAY
        made.append(told(cast, **own, stands="late", verdict="not met", due_on=late, days_late=number % 90 + 1))
        made.append(told(cast, **own, stands="due", due_on=today + (number % 20) * DAY))
        made.append(told(cast, **own, subject="service_week"))
        made.append(told(cast, **own, verdict="met"))
    Verdict.objects.bulk_create(made, batch_size=1000)
