"""The payer's review desk: the queue by deadline, one case, its acts, and who may not."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.app import payer_world

from handrail.app.accounts.models import Membership
from handrail.app.audit.models import Entry
from handrail.app.authorizations import determining, requests
from handrail.app.authorizations.models import Determination, Request
from handrail.app.consent import consenting

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def episode(cast: Any, ada: Any) -> Any:
    return payer_world.judged(cast, ada)


@pytest.fixture
def case(cast: Any, episode: Any) -> Request:
    """A request of Ada's that the payer has received."""
    return payer_world.sent(cast, episode)


def do(client: Any, case: Request, name: str, **values: Any) -> Any:
    """Posts an act as the page would."""
    case.refresh_from_db()
    prefix = name.replace(" ", "-")
    told = {f"{prefix}-{key}": value for key, value in values.items()}
    told = {"version": case.version, "seen": case.steps.count()} | told
    return client.post(reverse("case_act", args=[case.pk, prefix]), told)


def text(page: Any) -> str:
    return page.content.decode()


def refer(cast: Any, case: Request) -> None:
    determining.refer(payer_world.nurse(cast), case, "Please look.", clauses=["adult"])


def test_the_queue_is_ordered_by_deadline(cast: Any, episode: Any) -> None:
    slow = payer_world.sent(cast, episode)
    fast = payer_world.sent(cast, episode, urgency="expedited", attestation="She may come to harm.")
    page = cast.client("reviewer", "plan").get(reverse("desk"))
    assert page.status_code == 200
    assert [line.request.pk for line in page.context["lines"]] == [fast.pk, slow.pk]
    assert "Ada" not in text(page)
    assert text(cast.client("medical_director", "plan").get(reverse("desk"))).index(fast.number) > 0
    refer(cast, slow)
    page = cast.client("medical_director", "plan").get(reverse("desk"))
    assert [line.request.pk for line in page.context["lines"]] == [slow.pk, fast.pk], "referred first"


def test_filters_stand_in_the_address(cast: Any, case: Request) -> None:
    client = cast.client("reviewer", "plan")
    every = [
        ("", 1),
        ("status=received", 1),
        ("status=referred", 0),
        ("status=paused", 0),
        ("status=check", 0),
        ("status=adverse", 0),
        ("status=all", 1),
        ("status=nonsense", 1),
        ("urgency=standard", 1),
        ("urgency=expedited", 0),
        ("service=us-ne/intensive-outpatient-2.1", 1),
        ("service=other", 0),
        ("provider=prairie", 1),
        ("provider=lakeside", 0),
        ("whose=mine", 0),
        ("whose=nobody", 1),
        ("due=24", 0),
        ("due=168", 1),
        ("due=over", 0),
        ("page=99", 1),
    ]
    found = [(query, len(client.get(f"{reverse('desk')}?{query}").context["lines"])) for query, _ in every]
    assert found == every


def test_what_runs_out_is_said_before_it_does(cast: Any, case: Request) -> None:
    Request.objects.filter(pk=case.pk).update(due_at=timezone.now() + 19.5 * HOUR)
    page = cast.client("reviewer", "plan").get(reverse("desk"))
    assert "Due in 19 h" in text(page)
    assert "What runs out is a denial by lapse of time" in text(page)
    assert "nobody has it" in text(page)


def test_the_queue_asks_as_often_for_ten_requests_as_for_one(cast: Any, episode: Any, case: Request) -> None:
    client = cast.client("reviewer", "plan")
    client.get(reverse("desk"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("desk"))
    for number in range(9):
        case.refresh_from_db()
        case.pk, case.number = f"copy{number}", f"R-2026-9{number:05}"
        case.save(force_insert=True)
    with CaptureQueriesContext(connection) as many:
        page = client.get(reverse("desk"))
    assert len(page.context["lines"]) == 10
    assert len(many) == len(few) <= 22


def test_who_reviews_lands_on_the_desk(cast: Any) -> None:
    client = cast.client("reviewer", "plan")
    assert client.get("/")["Location"] == reverse("desk")
    assert client.get(reverse("first_page"))["Location"] == reverse("desk")


def test_others_see_no_case(cast: Any, case: Request) -> None:
    address = reverse("case", args=[case.pk])
    assert cast.client("counselor").get(address).status_code == 403
    assert cast.client("reviewer").get(address).status_code in (403, 404)
    assert cast.client("reviewer", "lakeside").get(address).status_code in (403, 404)
    assert cast.client("administrator", "plan").get(address).status_code == 403
    unsent = payer_world.draft(cast, case.episode)
    assert cast.client("reviewer", "plan").get(reverse("case", args=[unsent.pk])).status_code == 404


def test_a_case_shows_clauses_beside_their_evidence(cast: Any, case: Request) -> None:
    client = cast.client("reviewer", "plan")
    page = client.get(reverse("case", args=[case.pk]))
    assert page.status_code == 200
    assert "Ada Example" in text(page)
    assert "She is diagnosed with a substance use or substance-induced disorder." in text(page)
    assert "Standard: decided within 7 calendar days of receipt. A question does not stop the clock." in text(page)
    adult = client.get(reverse("case", args=[case.pk]) + "?clause=adult")
    assert adult.context["behind"].clause["clause"] == "adult"
    assert [one.title for one in adult.context["behind"].records] == ["person"]
    assert Entry.objects.filter(act="read", table="request", row_id=case.pk).exists()
    assert client.get(reverse("case_sent", args=[case.pk, 1])).status_code == 200
    assert client.get(reverse("case_sent", args=[case.pk, 2])).status_code == 404


def test_a_colleague_who_looks_at_it_too_is_named(cast: Any, case: Request) -> None:
    address = reverse("case", args=[case.pk])
    assert cast.client("reviewer", "plan").get(address).context["here"] == []
    assert cast.client("medical_director", "plan").get(address).context["here"] == ["Reviewer Example"]


def test_take_from_the_queue_and_from_a_case(cast: Any, case: Request) -> None:
    client = cast.client("reviewer", "plan")
    answer = do(client, case, "take")
    assert answer["Location"] == reverse("case", args=[case.pk])
    case.refresh_from_db()
    assert case.assigned_to == cast.member("reviewer", "plan")
    take = reverse("case_act", args=[case.pk, "take"])
    answer = cast.client("medical_director", "plan").post(take, {"version": case.version, "from": "queue"})
    assert answer["Location"] == reverse("desk")


def test_a_question_begins_with_what_is_missing(cast: Any, case: Request) -> None:
    client = cast.client("reviewer", "plan")
    page = client.get(reverse("case", args=[case.pk]))
    form = next(one.form for one in page.context["acts"] if one.name == "ask")
    assert "Is a substance use disorder diagnosed? Who can say: diagnosing clinician." in form["words"].value()
    assert "substance-diagnosis" in form["clauses"].value()
    assert "adult" not in form["clauses"].value()
    assert "An answer will be due" in text(page)
    assert do(client, case, "ask", words="Send the assessment.", clauses=["substance-diagnosis"]).status_code == 302
    case.refresh_from_db()
    assert case.status == "asked"
    asked = case.questions.get()
    assert (asked.words, asked.clauses) == ("Send the assessment.", ["substance-diagnosis"])
    assert "Send the assessment." in text(client.get(reverse("case", args=[case.pk])))


def test_the_answer_is_compared_with_what_was_first_sent(cast: Any, ada: Any, write: Any, case: Request) -> None:
    client = cast.client("reviewer", "plan")
    do(client, case, "ask", words="Was she diagnosed?", clauses=["substance-diagnosis"])
    write("diagnosis", diagnosis_id="dx", person_id="ada", code="F10.20", category="substance_use", diagnosed_on=case.episode.requested_on)  # fmt: skip
    case.refresh_from_db()
    requests.answer(cast.viewer("counselor"), case, "She was.")
    page = client.get(reverse("case", args=[case.pk]))
    changes = page.context["changes"]
    assert "substance-diagnosis" in [one.clause for one in changes.clauses]
    assert ("added", "diagnosis") in [(what, one.title) for what, one in changes.records]
    assert "What changed since it was first sent" in text(page)


def test_an_extension_names_who_asked(cast: Any, case: Request) -> None:
    client, before = cast.client("reviewer", "plan"), case.due_at
    refused = do(client, case, "extend", days="99", words="She asked.", asked_by="person")
    assert refused.status_code == 422
    assert "She asked." in text(refused)
    assert do(client, case, "extend", days="3", words="She asked.", asked_by="person").status_code == 302
    case.refresh_from_db()
    assert before is not None
    assert case.due_at is not None
    assert case.due_at > before
    assert "extended by 3 days" in text(client.get(reverse("case", args=[case.pk])))


def test_approving_is_filled_in_as_it_was_asked(cast: Any, case: Request) -> None:
    client = cast.client("reviewer", "plan")
    page = client.get(reverse("case", args=[case.pk]))
    form = next(one.form for one in page.context["acts"] if one.name == "approve")
    assert (form["units"].value(), form["starts_on"].value()) == (36, case.starts_on)
    told = {"units": 20, "starts_on": case.starts_on, "ends_on": case.ends_on, "reason": "A note of mine."}
    less = do(client, case, "approve", **told)
    assert less.status_code == 422
    assert "This is less than what was asked" in text(less)
    assert "A note of mine." in text(less)
    assert do(client, case, "approve", **told | {"units": 36}).status_code == 302
    page = client.get(reverse("case", args=[case.pk]))
    assert page.context["outcome"]["authorizations"][0].authorization.units == 36
    assert page.context["acts"] == []


def test_a_reviewer_finds_no_button_to_deny_and_why(cast: Any, case: Request) -> None:
    client = cast.client("reviewer", "plan")
    page = client.get(reverse("case", args=[case.pk]))
    assert "deny" not in [one.name for one in page.context["acts"]]
    assert "Refer what you cannot approve" in text(page)
    refer(cast, case)
    refused = do(client, case, "deny", reason="No.", clauses=["substance-diagnosis"])
    assert refused.status_code == 403
    assert "No." in text(refused)
    assert not Determination.objects.exists()


def test_a_director_who_screened_is_told_so(cast: Any, case: Request) -> None:
    payer_world.doctor(cast)
    client = cast.client("medical_director", "plan")
    assert "once a colleague who screened it has referred it" in text(client.get(reverse("case", args=[case.pk])))
    do(client, case, "refer", words="Mine.", clauses=["adult"])
    page = client.get(reverse("case", args=[case.pk]))
    assert "You have screened this case." in text(page)


def test_a_director_without_a_credential_is_told_so(cast: Any, case: Request) -> None:
    refer(cast, case)
    page = cast.client("medical_director", "plan").get(reverse("case", args=[case.pk]))
    assert "MD, DO" in text(page)


def test_a_denial_begins_with_the_sentences_and_keeps_what_was_typed(cast: Any, case: Request) -> None:
    payer_world.doctor(cast)
    refer(cast, case)
    client = cast.client("medical_director", "plan")
    page = client.get(reverse("case", args=[case.pk]))
    form = next(one.form for one in page.context["acts"] if one.name == "deny")
    assert "Cannot be told: She is diagnosed with a substance use" in form["reason"].value()
    refused = do(client, case, "deny", reason="A reason of mine.", clauses=[])
    assert refused.status_code == 422
    assert "Choose the clauses on which it rests." in text(refused)
    assert "A reason of mine." in text(refused)
    assert do(client, case, "deny", reason="No diagnosis.", clauses=["substance-diagnosis"]).status_code == 302
    made = Determination.objects.get()
    assert (made.outcome, made.clauses, made.by) == (
        "denied", ["substance-diagnosis"], cast.member("medical_director", "plan"),
    )  # fmt: skip
    page = client.get(reverse("case", args=[case.pk]))
    assert "It rests on:" in text(page)
    letters = page.context["outcome"]["notices"]
    assert [address for _, address in letters] == [reverse("letter", args=[case.notices.get().pk])]
    assert client.get(letters[0][1]).status_code == 200
    assert "MD" in text(page)


def test_less_than_asked_is_approved_in_part(cast: Any, case: Request) -> None:
    payer_world.doctor(cast)
    refer(cast, case)
    client = cast.client("medical_director", "plan")
    told = {"units": 20, "starts_on": case.starts_on, "ends_on": case.ends_on}
    answer = do(client, case, "approve in part", **told, reason="Less.", clauses=["substance-diagnosis"])
    assert answer.status_code == 302
    case.refresh_from_db()
    assert case.status == "approved in part"


def test_who_was_slower_is_told_what_happened_and_loses_nothing(cast: Any, case: Request) -> None:
    client = cast.client("reviewer", "plan")
    shown = {"version": case.version, "seen": case.steps.count()}
    do(cast.client("medical_director", "plan"), case, "take")
    again = client.post(reverse("case_act", args=[case.pk, "ask"]), shown | {"ask-words": "My own words."})
    assert again.status_code == 409
    assert "Somebody worked on this case while you were reading" in text(again)
    assert "Taken on a desk by Medical Director Example" in text(again)
    form = next(one.form for one in again.context["acts"] if one.name == "ask")
    assert form["words"].value() == "My own words."
    case.refresh_from_db()
    determining.approve(payer_world.nurse(cast), case)
    late = client.post(reverse("case_act", args=[case.pk, "ask"]), shown | {"ask-words": "My own words."})
    assert late.status_code == 409
    assert "Somebody decided while you were reading" in text(late)
    assert "Approved by Reviewer Example" in text(late)
    assert "My own words." in text(late)


def test_a_withdrawn_request_says_so_to_who_was_reading(cast: Any, case: Request) -> None:
    shown = {"version": case.version, "seen": case.steps.count()}
    requests.withdraw(cast.viewer("counselor"), case, "She moved away.")
    late = cast.client("reviewer", "plan").post(reverse("case_act", args=[case.pk, "take"]), shown)
    assert late.status_code == 409
    assert "It was withdrawn while you were reading" in text(late)
    assert "Ada Example" not in text(late)
    assert "She moved away" not in text(late)


def test_a_revoked_consent_closes_the_evidence_with_a_sentence(cast: Any, case: Request) -> None:
    held = consenting.consents_of(cast.viewer("counselor")).get()
    consenting.revoke(cast.viewer("counselor"), held, "in writing")
    client = cast.client("reviewer", "plan")
    page = client.get(reverse("case", args=[case.pk]))
    assert page.status_code == 200
    assert "The evidence is closed" in text(page)
    assert "Ada Example" not in text(page)
    assert "nothing can be decided against the person" in text(page)
    assert "refer" not in [one.name for one in page.context["acts"]]
    sent = client.get(reverse("case_sent", args=[case.pk, 1]))
    assert sent.status_code == 200
    assert "Ada Example" not in text(sent)


def test_the_time_that_ran_out_leaves_nothing_to_decide(cast: Any, case: Request) -> None:
    Request.objects.filter(pk=case.pk).update(due_at=timezone.now() - HOUR)
    page = cast.client("reviewer", "plan").get(reverse("case", args=[case.pk]))
    assert page.context["acts"] == []
    assert "The time for a decision ran out" in text(page)


def test_a_conversation_is_offered_and_written_down_once(cast: Any, case: Request) -> None:
    client = cast.client("reviewer", "plan")
    assert do(client, case, "offer conversation").status_code == 302
    offered = case.conversations.get()
    address = reverse("case_conversation", args=[case.pk, offered.pk])
    name = f"conversation-{offered.pk}"
    told = {f"{name}-result": "changed", f"{name}-summary": "She explained.", f"{name}-with_whom": ""}
    refused = client.post(address, told)
    assert refused.status_code == 422
    assert "She explained." in text(refused)
    assert "Say with whom." in text(refused)
    whole = told | {f"{name}-with_whom": "Dr. Invented", f"{name}-held_at": "2026-01-05T10:00"}
    assert client.post(address, whole).status_code == 302
    assert client.post(address, whole).status_code == 409
    offered.refresh_from_db()
    assert (offered.result, offered.with_whom) == ("changed", "Dr. Invented")
    assert "Dr. Invented" in text(client.get(reverse("case", args=[case.pk])))
    assert cast.client("counselor").post(address, whole).status_code == 403


def test_a_drawn_automatic_approval_is_checked_once(cast: Any, case: Request) -> None:
    determining.approve(payer_world.nurse(cast), case)
    Determination.objects.filter(request=case).update(is_automatic=True, is_sampled=True, by=None)
    client = cast.client("reviewer", "plan")
    assert "automatic approvals to check" in text(client.get(reverse("desk")))
    assert len(client.get(f"{reverse('desk')}?status=check").context["lines"]) == 1
    address = reverse("case_check", args=[case.pk])
    assert client.post(address, {"act": "finding", "check-finding": ""}).status_code == 422
    assert client.post(address, {"act": "finding", "check-finding": "A date is wrong."}).status_code == 302
    assert client.post(address, {"act": "confirm", "check-finding": "Typed"}).status_code == 409
    made = Determination.objects.get()
    assert (made.check_finding, made.checked_by) == ("A date is wrong.", cast.member("reviewer", "plan"))
    assert "A date is wrong." in text(client.get(reverse("case", args=[case.pk])))


def test_a_case_asks_as_often_after_many_steps_as_after_few(cast: Any, case: Request) -> None:
    client = cast.client("reviewer", "plan")
    address = reverse("case", args=[case.pk])
    do(client, case, "take")
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for _ in range(4):
        do(cast.client("medical_director", "plan"), case, "take")
        do(client, case, "take")
        do(client, case, "offer conversation")
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) <= len(few) + 1, "one more to say who else is looking"
    assert len(many) <= 60


def test_an_act_that_is_none_is_not_found(cast: Any, case: Request) -> None:
    client = cast.client("reviewer", "plan")
    assert client.post(reverse("case_act", args=[case.pk, "lapse"])).status_code == 404
    assert client.post(reverse("case_act", args=[case.pk, "submit"])).status_code == 404
    assert client.get(reverse("case_act", args=[case.pk, "take"])).status_code == 405
    assert Membership.objects.filter(organization="plan").count() == 1
