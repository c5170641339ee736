"""From receipt to determination: what the payer sees and when not, the clock, who may decide what, and what is kept."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.app import payer_world
from tests.app.conftest import Cast
from tests.app.flushing import unseal

from handrail.app.accounts.models import Organization
from handrail.app.audit.models import Entry
from handrail.app.authorizations import clock, determining, lapsing, requests, sharing, verifying
from handrail.app.authorizations.acting import NotNowError
from handrail.app.authorizations.determining import Outcome
from handrail.app.authorizations.models import Authorization, Determination, Request, Step, Submission, Terms
from handrail.app.authorizations.terms import zone_of
from handrail.app.chart.models import RECORDS
from handrail.app.consent.models import Consent

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def stage(cast: Cast, ada: Any) -> Cast:
    payer_world.terms(cast)
    payer_world.consent(cast, ada)
    return cast


@pytest.fixture
def episode(stage: Cast) -> Any:
    return RECORDS["episode"].objects.get(pk="e1")


@pytest.fixture
def request_(stage: Cast, episode: Any) -> Request:
    return payer_world.sent(stage, episode)


def moved(request: Request, by: datetime.timedelta) -> None:
    """This will have everything about a request have happened earlier."""
    for name in ("received_at", "due_at"):
        setattr(request, name, getattr(request, name) - by)
    request.save()


# --- sharing -------------------------------------------------------------------------------------------------------


def test_a_payer_reads_it_and_its_evidence_and_both_are_logged(stage: Cast, request_: Request) -> None:
    nurse = payer_world.nurse(stage)
    held = sharing.request_of(nurse, request_.pk, screen="a test")
    sent, opening = sharing.submissions(nurse, held)
    assert (len(sent), opening.is_open) == (1, True)
    told = Entry.objects.filter(organization_id="plan", person_id="ada", act="read").order_by("number")
    assert list(told.values_list("table", "row_id")) == [("request", request_.pk), ("submission", request_.pk)]


def test_a_revocation_closes_the_evidence_at_once_and_says_so(stage: Cast, request_: Request) -> None:
    Consent.objects.update(revoked_at=timezone.now())
    sent, opening = sharing.submissions(payer_world.nurse(stage), request_)
    assert (sent, opening.is_open) == ([], False)
    assert "No consent" in opening.says
    assert Entry.objects.filter(organization_id="plan", act="refused", table="submission").count() == 1
    assert len(sharing.submissions(stage.viewer("counselor"), request_)[0]) == 1


def test_what_was_withdrawn_is_closed_for_the_payer(stage: Cast, request_: Request) -> None:
    requests.withdraw(stage.viewer("counselor"), request_, "She moved away.")
    held = sharing.request_of(payer_world.nurse(stage), request_.pk, screen="a test")
    sent, opening = sharing.submissions(payer_world.nurse(stage), held)
    assert (sent, opening.is_open) == ([], False)
    assert "withdrawn" in opening.says


def test_another_payer_or_provider_finds_nothing(stage: Cast, request_: Request) -> None:
    Organization.objects.create(organization_id="otherplan", name="Other Plan", kind="payer")
    for looking in (stage.viewer("reviewer", "otherplan"), stage.viewer("counselor", "lakeside")):
        with pytest.raises(Http404):
            sharing.request_of(looking, request_.pk, screen="a test")
        with pytest.raises(PermissionDenied):
            sharing.submissions(looking, request_)


def test_queries_do_not_grow_with_what_was_sent(stage: Cast, request_: Request) -> None:
    nurse, counselor = payer_world.nurse(stage), stage.viewer("counselor")

    def read() -> int:
        with CaptureQueriesContext(connection) as seen:
            sharing.submissions(nurse, sharing.request_of(nurse, request_.pk, screen="a test"))
            list(sharing.requests_of(nurse))
            requests.missing(counselor, request_)
        return len(seen)

    before = read()
    for _ in range(2):
        determining.ask(nurse, request_, "More?")
        requests.answer(counselor, request_, "More.")
    assert read() == before


def test_a_payer_is_never_given_the_chart(stage: Cast, request_: Request) -> None:
    with CaptureQueriesContext(connection) as seen:
        held = sharing.request_of(payer_world.nurse(stage), request_.pk, screen="a test")
        sharing.submissions(payer_world.nurse(stage), held)
    assert not [one["sql"] for one in seen if '"chart_' in one["sql"] and "INSERT" not in one["sql"]]


# --- the clock of a request ----------------------------------------------------------------------------------------


def test_extensions_add_up_to_the_limit(stage: Cast, request_: Request) -> None:
    nurse, zone, first = payer_world.nurse(stage), zone_of(request_), request_.due_at
    determining.extend(nurse, request_, 5, "Records come.", asked_by="provider")
    determining.extend(nurse, request_, 9, "More come.", asked_by="payer")
    assert request_.due_at == clock.later(request_.received_at, 21, zone) > first
    with pytest.raises(ValidationError, match="14 days in all"):
        determining.extend(nurse, request_, 1, "Once more.", asked_by="payer")
    for wrong in ({"days": 0}, {"words": " "}, {"asked_by": "nobody"}):
        with pytest.raises(ValidationError):
            determining.extend(nurse, request_, **{"days": 1, "words": "why", "asked_by": "payer"} | wrong)


def test_two_who_extend_from_the_same_page_do_not_go_beyond_the_limit(stage: Cast, request_: Request) -> None:
    theirs = Request.objects.get(pk=request_.pk)
    determining.extend(payer_world.nurse(stage), request_, 10, "why", asked_by="payer")
    with pytest.raises(ValidationError):
        determining.extend(payer_world.nurse(stage), theirs, 10, "why", asked_by="payer")


def test_a_question_stops_the_clock_only_where_the_terms_say_so(stage: Cast, request_: Request) -> None:
    due = request_.due_at
    asked = determining.ask(payer_world.nurse(stage), request_, "Which day?")
    assert (request_.paused_at, request_.due_at) == (None, due)
    assert asked.due_at == clock.later(asked.asked_at, 5, zone_of(request_))
    requests.answer(stage.viewer("counselor"), request_, "That day.")
    assert request_.due_at == due


def test_a_clock_that_stood_still_goes_on_and_never_beyond_the_ceiling(stage: Cast, request_: Request) -> None:
    Terms.objects.update(asking_pauses=True)
    nurse, zone = payer_world.nurse(stage), zone_of(request_)
    moved(request_, 2 * DAY)
    due = request_.due_at
    determining.ask(nurse, request_, "Which day?")
    assert request_.paused_at is not None
    assert request_.due_at == clock.later(request_.received_at, 21, zone)
    unseal("authorizations_step")
    Step.objects.filter(act="ask").update(at=timezone.now() - DAY)
    determining.refer(nurse, request_, "Nothing came.", clauses=["adult"])
    assert request_.paused_at is None
    assert abs(request_.due_at - due - DAY) < datetime.timedelta(minutes=5)
    stood = request_.due_at
    determining.extend(nurse, request_, 1, "why", asked_by="payer")
    assert request_.due_at >= stood + DAY - datetime.timedelta(hours=1)


def test_what_ran_out_is_a_denial_by_lapse_as_of_that_moment(stage: Cast, request_: Request) -> None:
    now = timezone.now()
    assert list(lapsing.lapsing(now)) == []
    moved(request_, 7 * DAY - datetime.timedelta(hours=5))
    assert list(lapsing.lapsing(now)) == [request_]
    assert lapsing.lapse_all(now) == []
    moved(request_, DAY)
    (made,) = lapsing.lapse_all(now)
    assert (made.outcome, made.at, made.by_id) == (Outcome.LAPSED, request_.due_at, None)
    request_.refresh_from_db()
    assert (request_.status, request_.decided_at) == ("lapsed", request_.due_at)
    assert lapsing.lapse_all(now) == []
    assert verifying.faults() == []


def test_a_paused_clock_runs_out_at_the_ceiling(stage: Cast, request_: Request) -> None:
    Terms.objects.update(asking_pauses=True)
    determining.ask(payer_world.nurse(stage), request_, "Which day?")
    now = timezone.now()
    assert lapsing.lapse_all(now + 20 * DAY) == []
    assert [one.outcome for one in lapsing.lapse_all(now + 22 * DAY)] == [Outcome.LAPSED]


def test_a_fault_with_one_does_not_hold_up_the_others(stage: Cast, episode: Any, request_: Request) -> None:
    broken = payer_world.sent(stage, episode)
    unseal("authorizations_submission")
    Submission.objects.filter(request=broken).delete()
    made = lapsing.lapse_all(timezone.now() + 30 * DAY)
    assert [one.request_id for one in made] == [request_.pk]


# --- determinations ------------------------------------------------------------------------------------------------


def referred(stage: Cast, request: Request) -> Request:
    determining.refer(payer_world.nurse(stage), request, "Please look.", clauses=["adult"])
    return request


def test_the_nurse_approves_all_of_it_and_never_less(stage: Cast, request_: Request) -> None:
    nurse = payer_world.nurse(stage)
    less: list[dict[str, Any]] = [
        {"units": 35},
        {"starts_on": request_.starts_on + DAY},
        {"ends_on": request_.ends_on - DAY},
    ]
    for told in less:
        with pytest.raises(ValidationError, match="less than what was asked"):
            determining.approve(nurse, request_, **told)
    made = determining.approve(nurse, request_, version=request_.version)
    assert (made.outcome, made.by_id, made.units) == ("approved", nurse.membership_id, 36)
    held = Authorization.objects.get()
    assert (held.units, held.starts_on, held.ends_on) == (36, request_.starts_on, request_.ends_on)
    assert held.number.startswith("A-")


def test_a_limit_where_none_was_asked_is_less(stage: Cast, episode: Any) -> None:
    request = payer_world.sent(stage, episode, units=None)
    with pytest.raises(ValidationError, match="less"):
        determining.approve(payer_world.nurse(stage), request, units=10)
    assert determining.approve(payer_world.nurse(stage), request).units is None


def test_a_reduction_rests_on_clauses_a_reason_and_a_credential(stage: Cast, request_: Request) -> None:
    referred(stage, request_)
    doctor = payer_world.doctor(stage)
    told: dict[str, Any] = {
        "units": 12, "starts_on": request_.starts_on, "ends_on": request_.ends_on,
        "clauses": ["adult"], "reason": "The records show less.",
    }  # fmt: skip
    wrong: list[dict[str, Any]] = [
        {"clauses": []}, {"clauses": ["no-such-clause"]}, {"reason": "  "}, {"units": 0}, {"units": 36},
        {"ends_on": request_.starts_on - DAY},
    ]  # fmt: skip
    for one in wrong:
        with pytest.raises(ValidationError):
            determining.approve_in_part(doctor, request_, **told | one)
    with pytest.raises(PermissionDenied):
        determining.approve_in_part(payer_world.nurse(stage), request_, **told)
    made = determining.approve_in_part(doctor, request_, **told)
    assert (made.outcome, made.qualification.credential, made.clauses) == ("approved in part", "MD", ["adult"])
    assert Authorization.objects.get().units == 12
    assert verifying.faults() == []


def test_a_denial_has_no_authorization_and_is_the_only_determination(stage: Cast, request_: Request) -> None:
    referred(stage, request_)
    doctor = payer_world.doctor(stage)
    heard: list[Any] = []

    def hear(sender: Any, made: Determination, looking: Any, **_rest: Any) -> None:
        heard.append((made, looking))

    determining.determined.connect(hear)
    try:
        made = determining.deny(doctor, request_, clauses=["adult"], reason="Not shown.")
    finally:
        determining.determined.disconnect(hear)
    assert heard == [(made, doctor)]
    assert not Authorization.objects.exists()
    for again in (determining.approve, lambda *told: determining.deny(*told, clauses=["adult"], reason="x")):
        with pytest.raises(NotNowError):
            again(doctor, request_)
    assert Determination.objects.count() == 1


def test_nothing_is_approved_automatically_unless_every_clause_is_met_and_it_is_switched_on(
    stage: Cast, request_: Request
) -> None:
    terms = Terms.objects.get()
    sent, now = request_.submissions.get(), timezone.now()
    assert determining.automatic(request_, sent, terms, now) is None
    terms.approves_automatically = True
    assert determining.automatic(request_, sent, terms, now) is None  # it cannot tell
    sent.content["decision"]["answer"] = "yes"
    assert determining.automatic(request_, sent, terms, now) is None
    for one in sent.content["verdicts"]:
        one["verdict"] = "met"
    terms.check_one_in = 1
    made = determining.automatic(request_, sent, terms, now)
    assert made is not None
    assert (made.outcome, made.is_automatic, made.is_sampled, made.by_id) == ("approved", True, True, None)
    assert Authorization.objects.count() == 1


def test_what_is_answered_is_seen_by_the_medical_director_again(stage: Cast, request_: Request) -> None:
    referred(stage, request_)
    doctor = payer_world.doctor(stage)
    determining.take(doctor, request_)
    determining.ask(doctor, request_, "Which day?")
    requests.answer(stage.viewer("counselor"), request_, "That day.")
    assert request_.status == "referred"
    made = determining.deny(doctor, request_, clauses=["adult"], reason="Not shown.")
    assert made.submission.place == 2


# --- what was changed behind the app's back ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("UPDATE authorizations_submission SET seal = 'x'", "stands beside its content"),
        ("UPDATE authorizations_submission SET edition = '1999'", "stands beside its content"),
        ("UPDATE authorizations_submission SET content = '{}'", "was changed"),
        ("UPDATE authorizations_editiontext SET text = 'x'", "The text of us-ne"),
        ("UPDATE authorizations_step SET act = 'take' WHERE act = 'refer'", "Step"),
        ("UPDATE authorizations_step SET words = 'x' WHERE act = 'refer'", "Step"),
        ("DELETE FROM authorizations_step WHERE act = 'refer'", "is gone"),
        ("UPDATE authorizations_determination SET reason = 'another'", "Determination"),
        ("UPDATE authorizations_determination SET outcome = 'approved'", "Determination"),
        ("UPDATE authorizations_request SET status = 'approved'", "does not stand where"),
    ],
)
def test_a_row_edited_behind_the_app_s_back_is_named(stage: Cast, request_: Request, sql: str, says: str) -> None:
    determining.deny(payer_world.doctor(stage), referred(stage, request_), clauses=["adult"], reason="Not shown.")
    assert verifying.faults() == []
    unseal("authorizations_submission", "authorizations_step", "authorizations_editiontext")
    with connection.cursor() as cursor:
        cursor.execute(sql)
    found = verifying.faults()
    assert any(says in one for one in found), found
    assert not any("Ada" in one or "Not shown" in one for one in found)


def test_a_step_that_the_app_did_not_write_is_named(stage: Cast, request_: Request) -> None:
    with transaction.atomic():
        Step.objects.create(
            holder_id="prairie", payer_id="plan", request=request_, place=9, at=timezone.now(), as_provider=False,
            act="take", status_before="received", status_after="received",
        )  # fmt: skip
    (said,) = verifying.faults()
    assert "was not written by the app" in said


def test_the_check_of_an_automatic_approval_is_no_change(stage: Cast, request_: Request) -> None:
    determining.approve(payer_world.nurse(stage), request_)
    Determination.objects.update(checked_at=timezone.now(), check_finding="fine")
    assert verifying.faults() == []
