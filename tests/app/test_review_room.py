"""The screens of focused reviews: the way through one, what blinded reviewers are not shown, and a clinician's own page."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.app import review_world as world
from tests.app.review_world import SAYS, WEEK

from handrail.app.audit.models import Entry
from handrail.app.reviewing import cases, closing
from handrail.app.reviewing.models import FocusedReview, ReviewCase

pytestmark = pytest.mark.django_db
BANNER = "it accuses nobody"
TELLING = (SAYS, 'class="verdict', "Drawn as", "/why/", "is_flagged", "The engine had said")
"""What would tell a blinded reviewer who was flagged."""


@pytest.fixture
def ids(cast: Any, write: Any) -> tuple[list[str], list[str]]:
    return world.people(cast, write)


@pytest.fixture
def review(cast: Any, ids: Any) -> FocusedReview:
    return world.opened(cast, ids)


@pytest.fixture
def lead(cast: Any) -> Client:
    client: Client = cast.client("clinical_supervisor")
    return client


def text(client: Client, path: str, data: Any = None) -> str:
    answer = client.get(path) if data is None else client.post(path, data, follow=True)
    assert answer.status_code == 200, answer
    return str(answer.content.decode())


def filled(cast: Any, **more: Any) -> dict[str, Any]:
    today = cast.viewer("counselor").today.isoformat()
    return {
        "kind": "signal", "title": "Weekly hours", "why": "More than elsewhere.", "clauses": [WEEK.key], "since": today,
        "until": today, "flagged_wanted": "3", "unflagged_wanted": "3", "is_blinded": "on", **more,
    }  # fmt: skip


def test_how_many_cases_there_are_is_shown_before_any_is_drawn(cast: Any, ids: Any, lead: Client) -> None:
    told = text(lead, "/reviews/new", filled(cast, act="preview"))
    assert "<b>4</b> flagged, 3 of them drawn" in told
    assert "<b>6</b> beside them, 3 drawn" in told
    assert not FocusedReview.objects.exists()
    assert "6 cases are drawn" in text(lead, "/reviews/new", filled(cast, act="draw"))
    made = FocusedReview.objects.get()
    assert (made.is_blinded, made.kind, len(made.frame["flagged"])) == (True, "signal", 4)


def test_a_signal_leads_here_with_its_list_and_nothing_about_anybody_in_the_address(cast: Any, ids: Any, lead: Client) -> None:  # fmt: skip
    posted = {"act": "preview", "measure": "weeks_below_nine", "unit": "iop", "signal": "4 of 10", "clauses": [WEEK.key],
              "flagged": "f0 f1", "unflagged": "u0"}  # fmt: skip
    told = text(lead, "/reviews/new", posted)
    assert "<b>2</b> flagged, 2 of them drawn" in told
    assert "<b>1</b> beside them" in told
    assert re.search(r'name="is_blinded"[^>]*checked', told)
    told = text(lead, f"/reviews/new?measure=weeks_below_nine&unit=iop&clause={WEEK.key}&program=iop")
    assert 'value="weeks_below_nine"' in told
    assert re.search(rf'value="{re.escape(WEEK.key)}"[^>]*checked', told)


def test_one_grievance_gives_rise_to_a_review_of_the_case_that_it_is_about(cast: Any, ids: Any, write: Any, lead: Client) -> None:  # fmt: skip
    today = cast.viewer("counselor").today
    write("grievance", grievance_id="g1", program_id="iop", episode_id="f1", received_on=today)
    write("grievance", grievance_id="old", program_id="iop", received_on=today - datetime.timedelta(days=366))
    write("incident", incident_id="i1", program_id="iop", occurred_on=today, severity="severe")
    page = text(lead, "/reviews/new")
    assert re.findall(r'<option value="((?:grievance|incident):[^"]*)"', page) == ["incident:i1", "grievance:g1"]
    chosen = {"kind": "grievance", "points_to": "grievance:g1", "clauses": []}
    told = text(lead, "/reviews/new", filled(cast, act="preview", **chosen))
    assert "<b>1</b> flagged, 1 of them drawn" in told
    assert "<b>9</b> beside them, 3 drawn" in told
    told = text(lead, "/reviews/new", filled(cast, act="draw", **chosen, is_blinded=""))
    made = FocusedReview.objects.get()
    assert (made.points_to_table, made.points_to_id, made.frame["flagged"]) == ("grievance", "g1", ["f1"])
    assert "Grievance of" in told
    for wrong in ("grievance:old", "grievance:nobodys", "person:p-f0"):
        assert "is not one of the available choices" in text(
            lead, "/reviews/new", filled(cast, act="draw", points_to=wrong)
        )
    assert FocusedReview.objects.count() == 1


def test_a_blinded_review_does_not_say_which_grievance_it_is(cast: Any, ids: Any, write: Any, lead: Client) -> None:
    write("grievance", grievance_id="g1", program_id="iop", episode_id="f1", received_on=cast.viewer("counselor").today)
    told = text(lead, "/reviews/new", filled(cast, act="draw", kind="grievance", points_to="grievance:g1"))
    assert "Grievance of" not in told
    made = FocusedReview.objects.get()
    world.look_at_all(cast, made)
    assert "Grievance of" not in text(lead, f"/reviews/{made.pk}/")
    cases.unblind(cast.viewer("clinical_supervisor"), made)
    assert "Grievance of" in text(lead, f"/reviews/{made.pk}/")


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"title": ""}, "Give it a title"),
        ({"clauses": []}, "Choose a clause"),
        ({"flagged": "nobodys"}, "no episodes of yours"),
        ({"flagged": "f0", "clauses": []}, "say which clauses are in question"),
        ({"since": ""}, "which days are looked at"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(cast: Any, ids: Any, lead: Client, more: Any, says: str) -> None:
    assert says in text(lead, "/reviews/new", filled(cast, act="draw", **more))
    assert not FocusedReview.objects.exists()


def test_a_blinded_reviewer_is_told_by_no_page_who_was_flagged(cast: Any, review: FocusedReview, lead: Client) -> None:
    case = review.cases.filter(is_flagged=True).first()
    assert case is not None
    cases.take(cast.viewer("clinical_supervisor"), case)
    for path in (f"/reviews/{review.pk}/", f"/reviews/{review.pk}/cases/{case.pk}/", "/reviews/", "/reviews/parity/file.json", "/reviews/parity/file.csv"):  # fmt: skip
        told = text(lead, path)
        assert [one for one in TELLING if one in told] == [], path
    assert lead.get(f"/reviews/exposure?review={review.pk}").status_code == 302
    for path in ("/reviews/exposure/file.csv", "/reviews/exposure/list"):
        assert lead.get(f"{path}?review={review.pk}").status_code == 404


def test_pages_of_flagged_and_other_cases_are_the_same_but_for_whom_they_are_about(cast: Any, review: FocusedReview, lead: Client) -> None:  # fmt: skip
    pages = set()
    for case in review.cases.all():
        told = text(lead, f"/reviews/{review.pk}/cases/{case.pk}/")
        told = re.sub(r'name="csrfmiddlewaretoken" value="\w+"|data-draft-key="[^"]*"', "", told)
        for own in (case.pk, case.person_id, f"Case {case.place} "):
            told = told.replace(own, "")
        pages.add(told)
    assert len(review.cases.all()) == 6
    assert len(pages) == 1


def test_once_the_key_is_open_what_the_engine_said_stands_beside_with_why(cast: Any, review: FocusedReview, lead: Client) -> None:  # fmt: skip
    world.look_at_all(cast, review)
    told = text(lead, f"/reviews/{review.pk}/")
    assert "Open the key" in told
    text(lead, f"/reviews/{review.pk}/key", {"version": review.version})
    case = review.cases.filter(is_flagged=True).first()
    assert case is not None
    told = text(lead, f"/reviews/{review.pk}/cases/{case.pk}/")
    assert SAYS in told
    assert f"/why/{case.kept[0]['verdict_id']}" in told
    assert "3 confirmed" in text(lead, f"/reviews/{review.pk}/")


def test_a_case_is_taken_read_and_left_with_the_errors_beside(cast: Any, review: FocusedReview, lead: Client) -> None:
    case = review.cases.get(place=1)
    path = f"/reviews/{review.pk}/cases/{case.pk}/"
    assert "Take it" in text(lead, path)
    assert "You have it" in text(lead, f"{path}take", {})
    assert "Say what you saw" in text(lead, f"{path}find", {"clause": WEEK.key, "outcome": "confirmed"})
    assert "1 clauses wait" in text(lead, f"{path}looked", {"words": "All."})
    assert "Kept." in text(lead, f"{path}find", {"clause": WEEK.key, "outcome": "confirmed", "words": "Four hours."})
    assert "Case 1 is looked at" in text(lead, f"{path}looked", {"words": "All."})
    assert "was looked at" in text(lead, f"{path}find", {"clause": WEEK.key, "outcome": "cannot tell", "words": "x"})
    assert "was looked at" in text(lead, f"{path}take", {})
    assert Entry.objects.filter(act="read", table="review_case", person_id=case.person_id).exists()


def test_the_lead_walks_to_the_end(cast: Any, review: FocusedReview, lead: Client) -> None:
    world.look_at_all(cast, review)
    here, today = f"/reviews/{review.pk}/", cast.viewer("counselor").today.isoformat()
    text(lead, f"{here}key", {"version": review.version})
    assert "Asked." in text(lead, f"{here}ask", {"version": review.version + 1, "until": today})
    told = text(lead, f"{here}ask", {"version": review.version, "until": today})
    assert "Somebody acted meanwhile" in told
    world.clinician(cast)
    carl = cast.client("counselor")
    mine = text(carl, "/findings/")
    assert "3 wait for your answer" in mine
    for finding in closing.own_findings(cast.viewer("counselor")):
        assert "kept" in text(carl, f"/findings/{finding.pk}/answer", {"stance": "agrees", "words": "I see it."})
    assert "This field is required" in text(carl, f"/findings/{finding.pk}/answer", {"stance": "agrees", "words": ""})
    text(lead, f"{here}actions", {"what": "Write minutes down", "who": "Carl", "due_on": today})
    action = review.actions.get()
    assert "This field is required" in text(lead, f"{here}actions/{action.pk}", {"words": " "})
    text(lead, f"{here}actions/{action.pk}", {"done_on": today, "words": "Taught."})
    told = text(lead, here)
    assert "Draw a second sample" in told
    review.refresh_from_db()
    assert "first day is" in text(lead, f"{here}retest", {"version": review.version, "since": today, "wanted": "5"})
    text(lead, f"{here}close", {"version": review.version, "words": "Minutes are written down now."})
    review.refresh_from_db()
    assert review.status == "closed"
    told = text(lead, here)
    assert "Minutes are written down now." in told
    assert "<form" not in told.split("<main")[1]
    assert "is closed" in text(lead, f"{here}close", {"version": review.version, "words": "Again."})


def test_a_clinician_sees_findings_of_own_cases_only(cast: Any, review: FocusedReview) -> None:
    lead = cast.viewer("clinical_supervisor")
    world.look_at_all(cast, review)
    cases.unblind(lead, review)
    ReviewCase.objects.filter(place=1).update(clinician="dora")
    cases.ask(lead, review, lead.today)
    carls = set(closing.own_findings(world.clinician(cast)).values_list("pk", flat=True))
    dora = world.clinician(cast, "dora")
    client = cast.client("counselor")
    told = text(client, "/findings/")
    assert [pk for pk in carls if pk in told] == []
    assert {client.post(f"/findings/{pk}/answer", {"stance": "agrees", "words": "x"}).status_code for pk in carls} == {404}  # fmt: skip
    assert dora.staff_id == "dora"


@pytest.mark.parametrize("role", ["policy_analyst", "medical_director"])
def test_a_role_without_charts_sees_numbers_and_no_case(cast: Any, review: FocusedReview, role: str) -> None:
    client = cast.client(role)
    told = text(client, f"/reviews/{review.pk}/")
    assert "Your role sees the numbers" in told
    case = review.cases.first()
    assert case is not None
    assert "Your role sees the numbers" in text(client, f"/reviews/{review.pk}/cases/{case.pk}/")
    assert client.get("/reviews/exposure/list").status_code == 403


def test_sentinels_stand_on_top_and_one_click_opens_a_review(cast: Any, ids: Any, write: Any, lead: Client) -> None:
    write("incident", incident_id="i1", program_id="iop", episode_id="f0", occurred_on=cast.viewer("counselor").today, severity="sentinel")  # fmt: skip
    assert "1 sentinel incident needs a case review" in text(lead, "/reviews/")
    assert "Sentinel incident of" in text(lead, "/reviews/sentinel/i1", {})
    made = FocusedReview.objects.get()
    assert (made.kind, made.cases.count()) == ("sentinel", 1)
    assert made.number in text(lead, "/reviews/")
    assert "none yet" not in text(cast.client("program_director"), "/reviews/")


@pytest.mark.parametrize("path", ["/reviews/", "/reviews/new", "/reviews/exposure", "/reviews/exposure/list", "/reviews/parity", "here", "case"])  # fmt: skip
def test_every_page_says_that_it_is_a_signal_and_accuses_nobody(cast: Any, review: FocusedReview, lead: Client, path: str) -> None:  # fmt: skip
    first = review.cases.first()
    assert first is not None
    address = {"here": f"/reviews/{review.pk}/", "case": f"/reviews/{review.pk}/cases/{first.pk}/"}.get(path, path)
    told = text(lead, address)
    assert BANNER in told
    assert "42 CFR Part 2" in told


def test_reviews_are_listed_with_as_many_questions_whatever_their_number(cast: Any, ids: Any, lead: Client) -> None:
    counted = []
    for _ in range(2):
        world.opened(cast, ids)
        text(lead, "/reviews/")
        with CaptureQueriesContext(connection) as asked:
            text(lead, "/reviews/")
        counted.append(len(asked))
    assert counted[0] == counted[1]


def test_an_export_of_the_organization_holds_reviews_once_their_key_is_open(cast: Any, review: FocusedReview) -> None:
    def exported() -> dict[str, str]:
        answer: Any = cast.client("compliance_officer").post("/export/")
        raw = b"".join(answer.streaming_content) if answer.streaming else answer.content
        with zipfile.ZipFile(io.BytesIO(raw)) as folder:
            return {name: folder.read(name).decode() for name in folder.namelist() if "review" in name}

    assert not [name for name, told in exported().items() if review.pk in told]
    world.look_at_all(cast, review)
    cases.unblind(cast.viewer("clinical_supervisor"), review)
    told = exported()
    assert review.number in told["focused_reviews.csv"]
    assert told["review_findings.csv"].count("\n") == 1 + 6
