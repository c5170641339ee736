"""Candidates for recovery support: who stands in which list, how many days are left, what is asked, and who may look."""

from __future__ import annotations

import csv
import datetime
import io
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.app.candidates_world import Leave, leaver, programs

from handrail.app.accounts.access import roles
from handrail.app.audit.models import Entry
from handrail.app.chart.models import RECORDS
from handrail.app.screens.candidates.finding import ASK, ASKED, CLOSED, LEAVING, NOT, RUNNING, Candidate, found
from handrail.app.worklists import judging
from handrail.app.worklists.models import Decision

pytestmark = pytest.mark.django_db
AT = "/oversight/candidates/"


@pytest.fixture
def leave(cast: Any, write: Any) -> Leave:
    programs(write)
    return leaver(cast, write, cast.viewer("clinical_supervisor").today)


def people(cast: Any, role: str = "clinical_supervisor", organization: str = "prairie") -> dict[str, Candidate]:
    told = found(cast.viewer(role, organization))
    assert told is not None
    return {one.person_id: one for one in told.people}


def test_each_stands_in_one_list(cast: Any, leave: Leave) -> None:
    leave("ada", 10)
    leave("bea", 12, child=False)
    leave("cy", 40)
    leave("dan", 5, sex="male")
    leave("eve", 61)
    groups = {name: one.group for name, one in people(cast).items()}
    assert groups == {"ada": RUNNING, "bea": ASK, "cy": CLOSED, "dan": NOT}


@pytest.mark.parametrize(
    ("days", "group", "left"),
    [(0, RUNNING, 30), (29, RUNNING, 1), (30, RUNNING, 0), (31, CLOSED, -1), (60, CLOSED, -30), (61, None, None)],
)
def test_the_window_is_open_through_day_30(
    cast: Any, leave: Leave, days: int, group: str | None, left: int | None
) -> None:
    leave("ada", days)
    one = people(cast).get("ada")
    assert (one and one.group, one and one.left) == (group, left)


@pytest.mark.parametrize(("discharged", "group"), [((2024, 1, 31), RUNNING), ((2024, 1, 30), CLOSED)])
def test_a_leap_day_is_a_day(cast: Any, write: Any, discharged: tuple[int, int, int], group: str) -> None:
    """From 31 January to 1 March of a leap year are 30 days."""
    day = datetime.date(2024, 3, 1)
    programs(write)
    leaver(cast, write, day)("ada", (day - datetime.date(*discharged)).days)
    told = found(replace(cast.viewer("clinical_supervisor"), today=day))
    assert told is not None
    assert [one.group for one in told.people] == [group]


def test_what_is_missing_is_a_question_with_the_person_to_ask_and_the_field(cast: Any, leave: Leave) -> None:
    leave("bea", 12, child=False)
    page = cast.client("clinical_supervisor").get(AT, {"list": ASK}).content.decode()
    assert "Has she a child under 18" in page
    assert "Ask: intake worker." in page
    assert 'href="/episodes/bea-1/admission?asks=has_minor_child#id_child-birth_date"' in page
    assert cast.client("clinical_supervisor").get("/episodes/bea-1/admission?asks=has_minor_child").status_code == 200
    assert 'id="id_child-birth_date"' in cast.client("clinical_supervisor").get(
        "/episodes/bea-1/admission?asks=has_minor_child"
    ).content.decode()  # fmt: skip


def test_the_fewest_days_come_first(cast: Any, leave: Leave) -> None:
    for name, days in (("ada", 3), ("bea", 30), ("cy", 20)):
        leave(name, days)
    page = cast.client("program_director").get(AT)
    assert [line.whom for line in page.context["lines"]] == ["Bea Example", "Cy Example", "Ada Example"]
    assert [line.days for line in page.context["lines"]] == ["Last day today", "10 days left", "27 days left"]
    assert [line.look for line in page.context["lines"]] == ["late", "due", "soon"]


def test_who_has_asked_is_shown_with_what_came_of_it(cast: Any, leave: Leave, write: Any) -> None:
    today = cast.viewer("counselor").today
    for name in ("ada", "bea", "cy"):
        leave(name, 10)
    asked = today - datetime.timedelta(days=6)
    write("episode", episode_id="a2", person_id="ada", program_id="irs", requested_on=asked)
    write("episode", episode_id="b2", person_id="bea", program_id="irs", requested_on=asked, admitted_on=asked)
    long_ago = today - datetime.timedelta(days=400)
    write("episode", episode_id="c2", person_id="cy", program_id="irs", requested_on=long_ago, admitted_on=long_ago,
          discharged_on=long_ago + datetime.timedelta(days=50), discharge_reason="completed")  # fmt: skip
    judging.judge_everybody("prairie")
    told = people(cast)
    assert {name: one.group for name, one in told.items()} == {"ada": ASKED, "bea": ASKED, "cy": RUNNING}
    assert isinstance(told["ada"].decided, Decision)
    assert told["ada"].decided.answer == "yes"
    page = cast.client("clinical_supervisor").get(AT, {"list": ASKED})
    assert {line.whom: line.came for line in page.context["lines"]} == {
        "Ada Example": "Not begun yet",
        "Bea Example": "Began",
    }
    assert "/episodes/a2/admission" in page.content.decode()


def test_who_is_likely_to_be_discharged_stands_apart(cast: Any, leave: Leave) -> None:
    """An open course alone is no sign; the latest kept answer on continued stay is."""
    for name in ("ada", "bea", "cy"):
        leave(name, None)
    today = cast.viewer("counselor").today
    for name, answers in (("ada", ["yes", "no"]), ("bea", ["no", "yes"])):
        for place, answer in enumerate(answers):
            day = today - datetime.timedelta(days=10 - place)
            Decision.objects.create(
                organization_id="prairie", person_id=name, episode_id=f"{name}-1", program_id="iop", definition="x",
                edition="x", seal="x", subject="continued_stay", key={"review_id": str(place)}, judged_on=day, as_of=day,
                decision="continued-stay", answer=answer,
            )  # fmt: skip
    assert {name: one.group for name, one in people(cast).items()} == {"ada": LEAVING}
    page = cast.client("clinical_supervisor").get(AT, {"list": LEAVING})
    assert [line.days for line in page.context["lines"]] == ["30 days from the discharge"]


def test_a_stay_elsewhere_counts_and_one_of_an_unknown_level_is_asked_about(
    cast: Any, leave: Leave, write: Any
) -> None:
    today = cast.viewer("counselor").today
    for name, level in (("ada", "3.5"), ("bea", None), ("cy", "1")):
        leave(name, 200)
        write("outside_stay", outside_stay_id=f"{name}-s", person_id=name, level=level, focus="substance_use",
              facility="Example House", admitted_on=today - datetime.timedelta(days=40),
              discharged_on=today - datetime.timedelta(days=7))  # fmt: skip
    told = people(cast)
    assert {name: one.group for name, one in told.items()} == {"ada": RUNNING, "bea": ASK}
    assert told["ada"].stay is not None
    assert (told["ada"].stay.where, told["ada"].left) == ("Elsewhere: Example House", 23)
    page = cast.client("clinical_supervisor").get(AT, {"list": ASK})
    assert [line.days for line in page.context["lines"]] == ["At most 23 days left; the day is not known"]


def test_who_died_is_no_candidate(cast: Any, leave: Leave) -> None:
    leave("ada", 5)
    RECORDS["person"].objects.filter(pk="ada").update(died_on=cast.viewer("counselor").today)
    assert people(cast) == {}


def test_one_program_at_a_time(cast: Any, leave: Leave) -> None:
    leave("ada", 5)
    leave("bea", 6, program="days")
    leave("cy", 41, program="days")
    page = cast.client("compliance_officer").get(AT, {"program": "days"})
    assert [line.whom for line in page.context["lines"]] == ["Bea Example"]
    assert {group: count for group, _, count, _ in page.context["tabs"] if count} == {RUNNING: 1, CLOSED: 1}
    assert page.context["lost"] == 1


def test_why_shows_every_clause(cast: Any, leave: Leave) -> None:
    leave("bea", 12, child=False)
    page = cast.client("clinical_supervisor").get(f"{AT}bea")
    text = page.content.decode()
    assert "She has a child under 18." in text
    assert "12 days since the discharge; 30 are allowed" in text
    assert [row["told"].clause for row in page.context["clauses"] if row["decides"]] == ["minor-child"]
    told = Entry.objects.get(act="read", detail="candidate")
    assert told.person_id == "bea"


def test_a_list_is_saved_as_csv_and_the_log_says_whose(cast: Any, leave: Leave) -> None:
    leave("ada", 5)
    leave("bea", 12, child=False)
    answer = cast.client("compliance_officer").get(f"{AT}file.csv", {"list": ASK})
    assert answer["Cache-Control"] == "no-store"
    (row,) = csv.DictReader(io.StringIO(answer.content.decode()))
    assert (row["Person"], row["Days left"], row["May be eligible"]) == ("Bea Example", "18", "cannot tell")
    assert row["What to ask"].startswith("Has she a child under 18")
    assert [told.person_id for told in Entry.objects.filter(act="export")] == ["bea"]


@pytest.mark.parametrize("role", sorted(roles()))
def test_who_may_look(cast: Any, leave: Leave, role: str) -> None:
    leave("ada", 5)
    may = role in ("clinical_supervisor", "program_director", "compliance_officer")
    for address in (AT, f"{AT}file.csv", f"{AT}ada"):
        assert cast.client(role).get(address).status_code == (200 if may else 403)


def test_another_organization_sees_nobody(cast: Any, leave: Leave) -> None:
    leave("ada", 5)
    client = cast.client("clinical_supervisor", "lakeside")
    page = client.get(AT).content.decode()
    assert "Ada" not in page
    assert "Nobody left an intensive program in the last 60 days" in page
    assert client.get(f"{AT}ada").status_code == 404
    assert "Ada" not in client.get(f"{AT}file.csv").content.decode()


def test_the_queries_do_not_grow_with_the_people(cast: Any, leave: Leave) -> None:
    client, counted = cast.client("clinical_supervisor"), []
    for start in (0, 1, 30):
        for number in range(start, max(1, 2 * start)):
            leave(f"p{number:02}", number % 30)
        client.get(AT)
        with CaptureQueriesContext(connection) as told:
            client.get(AT)
        counted.append(len(told))
    assert len(set(counted[1:])) == 1, counted
    assert counted[-1] <= 40
