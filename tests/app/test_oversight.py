"""Oversight in the app: runs are kept within an organization's walls, every number opens its list, and a reading leaves a trace."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.app import oversight_world

from handrail.app.audit.models import Entry
from handrail.app.chart import writing
from handrail.app.chart.models import RECORDS
from handrail.app.overseeing import keeping
from handrail.app.overseeing.models import KeptFacts, KeptRun
from handrail.app.worklists.models import Waiting
from handrail.oversight.signals import Verdict

pytestmark = pytest.mark.django_db

READERS = ["clinical_supervisor", "program_director", "compliance_officer"]


@pytest.fixture
def day(cast: Any) -> datetime.date:
    """Today at Prairie."""
    told: datetime.date = cast.viewer("counselor").today
    return told


@pytest.fixture
def kept(cast: Any, day: datetime.date) -> None:
    """A run of Prairie's in which one clinician of twelve has long stays."""
    oversight_world.kept(day, clinicians=12, people=30)


def test_without_a_run_the_page_says_when_there_will_be_one(cast: Any) -> None:
    page = cast.client("clinical_supervisor").get("/oversight/")
    assert page.status_code == 200
    assert "No measures were run yet" in page.content.decode()
    assert cast.client("clinical_supervisor").get("/oversight/measures/long_stay/").status_code == 404


@pytest.mark.parametrize("role", READERS)
def test_who_stands_out_what_changed_and_what_is_unknown_stand_on_the_first_page(
    cast: Any, kept: None, role: str
) -> None:
    text = cast.client(role).get("/oversight/").content.decode()
    assert "not a finding about quality" in text
    out = text[text.index('id="out"') : text.index('id="changed"')]
    assert re.findall(r"/oversight/by/(\w+)/([\w-]+)/", out) == [("clinician", "zz-staff")]
    changed = text[text.index('id="changed"') : text.index('id="unknown"')]
    assert "Nine hours a week" in changed
    assert "Less (worse)" in changed
    unknown = text[text.index('id="unknown"') : text.index('id="measures"')]
    assert "Incidents" in unknown
    assert "by/program/zz-program" in unknown


def test_a_list_that_is_cut_says_how_many_there_are(cast: Any, kept: None, monkeypatch: pytest.MonkeyPatch) -> None:
    client = cast.client("clinical_supervisor")
    assert "The first" not in client.get("/oversight/").content.decode()
    monkeypatch.setattr("handrail.app.screens.oversight.showing.MOST_ON_HOME", 0)
    text = client.get("/oversight/").content.decode()
    assert text.count("The first 0 of 1.") == 2
    assert re.search(r"<li>and \d+ more</li>", text)


@pytest.mark.parametrize("role", ["counselor", "group_leader", "recovery_worker", "administrator"])
def test_who_may_not_read_oversight_is_refused(cast: Any, kept: None, role: str) -> None:
    for path in ("", "measures/long_stay/", "measures/long_stay/cases", "by/clinician/zz-staff/"):
        assert cast.client(role).get(f"/oversight/{path}").status_code == 403
    with pytest.raises(PermissionDenied):
        keeping.latest(cast.viewer(role))


@pytest.mark.parametrize(("organization", "role"), [("lakeside", "clinical_supervisor"), ("plan", "medical_director")])
def test_a_run_of_somebody_elses_is_as_if_it_were_not(cast: Any, kept: None, organization: str, role: str) -> None:
    pk = KeptRun.objects.get().pk
    client = cast.client(role, organization)
    assert "No measures were run yet" in client.get("/oversight/").content.decode()
    assert client.get(f"/oversight/?run={pk}").status_code == 404
    assert client.get(f"/oversight/measures/long_stay/cases?run={pk}").status_code == 404
    assert keeping.latest(cast.viewer(role, organization)) is None
    with pytest.raises(KeptRun.DoesNotExist):
        keeping.kept(cast.viewer(role, organization), str(pk))


def test_the_page_of_a_measure_shows_every_leg_and_the_numbers_of_each_picture(cast: Any, kept: None) -> None:
    text = cast.client("clinical_supervisor").get("/oversight/measures/long_stay/").content.decode()
    assert text.count("<svg") == text.count("The numbers of this picture") == 2
    assert "Adjusted for age, sex, substance, prior_courses" in text
    assert text.count("Posterior probability: pass") == 1
    assert "by first contact: review" in text
    assert "medical director of the payer" in text.lower()
    assert "style=" not in text


def test_the_units_of_a_measure_stand_on_pages_each_once(
    cast: Any, kept: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handrail.app.screens.oversight.showing.A_PAGE", 5)
    client = cast.client("clinical_supervisor")
    looking = cast.viewer("clinical_supervisor")
    units = {one.unit for one in keeping.latest(looking).run.result("long_stay").comparisons["clinician"].units}
    found: list[str] = []
    for page in range(1, len(units) // 5 + 2):
        text = client.get(f"/oversight/measures/long_stay/?by=clinician&page={page}").content.decode()
        table = text[text.index('id="every-clinician"') :]
        some = re.findall(
            r'<th scope="row"><a href="/oversight/by/clinician/([\w-]+)/', table[: table.index("</table>")]
        )
        assert 0 < len(some) <= 5
        found += some
    assert found[0] == "zz-staff"
    assert len(found) == len(set(found))
    assert set(found) == units - {"not attributed"}


def test_a_run_is_read_once_and_its_pictures_are_drawn_once(
    cast: Any, kept: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = cast.client("clinical_supervisor")
    first = client.get("/oversight/measures/long_stay/").content.decode()
    monkeypatch.setattr("handrail.measures.drawing.funnel", None)
    with CaptureQueriesContext(connection) as asked:
        again = client.get("/oversight/measures/long_stay/").content.decode()
    assert again.count("<svg") == first.count("<svg") == 2
    assert not [one for one in asked if '"overseeing_keptrun"."result"' in one["sql"]]
    assert len(asked) < 20


@pytest.mark.parametrize("measure", oversight_world.MEASURES)
@pytest.mark.parametrize("state", ["", "yes", "no", "counted", "unknown", "excluded"])
def test_each_number_opens_a_list_as_long_as_it_says(cast: Any, kept: None, measure: str, state: str) -> None:
    looking = cast.viewer("clinical_supervisor")
    found = keeping.latest(looking)
    assert found is not None
    whole = found.run.result(measure).whole
    share = found.run.result(measure).measure.kind == "share"
    told = {
        "": whole.cases, "yes": whole.events if share else 0, "no": whole.counted - whole.events if share else 0,
        "counted": 0 if share else whole.counted, "unknown": whole.unknown, "excluded": whole.excluded,
    }  # fmt: skip
    assert keeping.cases(looking, found, measure, state=state).num_rows == told[state]


def test_a_list_names_people_only_to_those_who_may_read_the_chart_and_leaves_a_trace(
    cast: Any, kept: None, ada: Any
) -> None:
    facts = KeptFacts.objects.get(name="episode_outcome")
    before = Entry.objects.filter(table="oversight_case").count()
    page = cast.client("clinical_supervisor").get(
        "/oversight/measures/long_stay/cases?state=yes&by=clinician&unit=zz-staff"
    )
    assert page.status_code == 200
    assert Entry.objects.filter(table="oversight_case").count() == before + 1
    assert facts.rows == 360
    assert "24 cases" in page.content.decode()


@pytest.mark.parametrize(
    "query", ["state=sideways", "by=moon", "run=nothing", "run=00000000-0000-0000-0000-000000000000"]
)
def test_a_list_that_there_is_not_is_not_found(cast: Any, kept: None, query: str) -> None:
    assert cast.client("clinical_supervisor").get(f"/oversight/measures/long_stay/cases?{query}").status_code == 404


@pytest.mark.parametrize(
    "path", ["by/moon/zz-staff/", "by/clinician/nobody/", "measures/measure_world/", "measures/made_up/cases"]
)
def test_a_page_about_nothing_is_not_found(cast: Any, kept: None, path: str) -> None:
    assert cast.client("clinical_supervisor").get(f"/oversight/{path}").status_code == 404


def test_the_page_of_a_clinician_has_every_measure_the_worst_first(cast: Any, kept: None) -> None:
    text = cast.client("clinical_supervisor").get("/oversight/by/clinician/zz-staff/").content.decode()
    assert text.index("Long stays") < text.index("Incidents")
    assert "Review" in text


def test_a_run_without_verdicts_says_so_where_clauses_would_stand(cast: Any, kept: None) -> None:
    assert (
        "No clause was judged in this run"
        in cast.client("clinical_supervisor").get("/oversight/clauses/").content.decode()
    )


def test_a_signal_leads_to_the_form_of_a_review_with_its_cases(cast: Any, kept: None) -> None:
    client = cast.client("clinical_supervisor")
    page = client.get("/oversight/by/clinician/zz-staff/")
    (start,) = page.context["starts"]
    assert (start.flagged_count, start.unflagged_count) == (24, 6)
    form = client.post("/reviews/new", dict(start.fields) | {"act": "preview"}).content.decode()
    assert "zz-course-zz-staff-0" in form
    assert "posterior probability pass" in form
    assert (
        "Prepare a focused review"
        not in cast.client("program_director").get("/oversight/by/clinician/zz-staff/").content.decode()
    )


def test_the_number_of_queries_does_not_grow_with_the_facts(cast: Any, day: datetime.date) -> None:
    counts = []
    for clinicians, people in ((2, 3), (12, 30)):
        oversight_world.kept(day, clinicians=clinicians, people=people)
        client = cast.client("clinical_supervisor")
        client.get("/oversight/")
        with CaptureQueriesContext(
            connection,
        ) as taken:
            client.get("/oversight/")
        counts.append(len(taken))
    assert counts[0] == counts[1]


def test_only_the_last_runs_are_kept(cast: Any, day: datetime.date) -> None:
    for _ in range(keeping.KEPT + 2):
        oversight_world.kept(day)
    assert KeptRun.objects.count() == keeping.KEPT
    assert KeptFacts.objects.count() == 3 * keeping.KEPT


def test_measures_run_over_the_chart_and_see_what_stands_in_it(
    cast: Any, ada: Any, write: Any, day: datetime.date
) -> None:
    started = day - datetime.timedelta(days=100)
    episode = RECORDS["episode"].objects.get(pk="e1")
    told = {"requested_on": started, "admitted_on": started, "discharged_on": day, "discharge_reason": "completed"}
    writing.amend(cast.viewer("counselor"), episode, told)
    keeping.measure_records("prairie", day)
    found = keeping.latest(cast.viewer("clinical_supervisor"))
    assert found is not None
    whole = found.run.result("long_stay").whole
    assert (whole.cases, whole.events) == (1, 1)
    rows = keeping.cases(cast.viewer("clinical_supervisor"), found, "long_stay", state="yes").to_pylist()
    assert [row["person_id"] for row in rows] == ["ada"]
    page = cast.client("clinical_supervisor").get("/oversight/clauses/")
    clauses = {one.clause for one in found.run.clause_months}
    assert page.status_code == 200
    assert clauses
    assert not clauses & {"adult", "progressing"}


def test_the_watch_runs_once_a_day_when_nothing_waits(cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[tuple[str, datetime.date]] = []
    monkeypatch.setattr(keeping, "measure_records", lambda organization, day: done.append((organization, day)))
    monkeypatch.setattr(keeping, "_watched", {})
    waiting = Waiting.objects.create(organization=cast.prairie, kind=Waiting.Kind.PERSON, key="somebody")
    keeping.keep_watch()
    assert done == []
    waiting.delete()
    keeping.keep_watch()
    keeping.keep_watch()
    assert [organization for organization, _ in done] == ["lakeside", "prairie"]


def test_what_fails_is_told_without_a_word_of_anybody_and_the_others_go_on(
    cast: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    done = []

    def run(organization: str, day: datetime.date) -> None:
        done.append(organization)
        raise ValueError("Ada has long stays")

    monkeypatch.setattr(keeping, "measure_records", run)
    monkeypatch.setattr(keeping, "_watched", {})
    keeping.keep_watch()
    assert done == ["lakeside", "prairie"]
    assert "ValueError" in caplog.text
    assert "Ada" not in caplog.text


def test_a_signal_that_was_there_a_year_before_persists(cast: Any, kept: None, day: datetime.date) -> None:
    KeptRun.objects.update(as_of=day - datetime.timedelta(days=400))
    span = keeping.Span(day - keeping.LOOKS_BACK, day)
    known = keeping._before("prairie", "records", span)
    assert [(by, name, unit) for by, name, unit, _ in known] == [("clinician", "long_stay", "zz-staff")]
    found = keeping.latest(cast.viewer("clinical_supervisor"))
    assert found is not None
    assert found.run.standing_out()[0][1].verdict in (Verdict.REVIEW, Verdict.WATCH)
