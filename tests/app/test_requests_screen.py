"""The provider's requests on the screen: begun, drafted in four steps, sent, answered, taken back; and who may not."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.app import payer_world as world

from handrail.app.accounts.access import roles
from handrail.app.authorizations import determining, requests
from handrail.app.authorizations.models import Request, Submission
from handrail.app.chart.models import RECORDS
from handrail.app.consent.models import Consent
from handrail.app.worklists import judging

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
Status = Request.Status


@pytest.fixture
def episode(cast: Any, ada: Any) -> Any:
    """Ada's episode, judged, with a consent that covers the payer, whose terms stand."""
    world.terms(cast)
    world.consent(cast, ada)
    judging.judge_person("prairie", "ada")
    return RECORDS["episode"].objects.get(pk="e1")


@pytest.fixture
def carl(cast: Any) -> Client:
    return cast.client("counselor")


def text(page: Any) -> str:
    """What a page says, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode())).replace("&#x27;", "'")


def typed(held: Request, **more: Any) -> dict[str, Any]:
    """What the form of step 1 sends for a draft as it is, but for `more`."""
    told: dict[str, Any] = {
        "kind": held.kind,
        "addressed_to": held.addressed_to_id,
        "starts_on": held.starts_on or "",
        "ends_on": held.ends_on or "",
        "units": held.units or "",
        "urgency": held.urgency,
        "attestation": held.attestation,
        "narrative": held.narrative,
        "version": held.version,
    }
    return told | more


def queries(client: Client, path: str) -> int:
    """How many queries a page takes."""
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(path).status_code == 200
    return len(seen)


def test_a_request_begins_at_the_episode_with_the_kinds_that_fit(carl: Client, episode: Any) -> None:
    page = carl.get("/episodes/e1/authorization")
    said = text(page)
    assert "Continued stay: the person goes on" in said
    assert "Entry into recovery support" not in said
    assert "Extension" not in said
    answer = carl.post("/episodes/e1/authorization", {"kind": "initial", "addressed_to": "plan"})
    made = Request.objects.get()
    assert answer["Location"] == f"/requests/{made.pk}/"
    assert (made.status, made.payer, made.number) == ("draft", None, "")
    assert made.starts_on == episode.admitted_on


def test_a_second_draft_is_not_begun_unawares(carl: Client, cast: Any, episode: Any) -> None:
    world.draft(cast, episode)
    assert "There is a draft already" in text(carl.get("/episodes/e1/authorization"))


def test_every_page_about_an_episode_leads_to_authorization(carl: Client, episode: Any) -> None:
    for path in ("/people/ada/", "/episodes/e1/admission", "/episodes/e1/continued-stay"):
        assert 'href="/episodes/e1/authorization"' in carl.get(path).content.decode()


def test_a_draft_never_looks_like_a_number(carl: Client, cast: Any, episode: Any) -> None:
    held = world.draft(cast, episode)
    for path in ("/requests/?list=drafts", f"/requests/{held.pk}/", f"/requests/{held.pk}/send"):
        said = text(carl.get(path))
        assert "raft" in said
        assert not re.search(r"\b[RA]-\d{4}-\d+", said)


def test_what_is_typed_into_a_draft_is_kept(carl: Client, cast: Any, episode: Any) -> None:
    held = world.draft(cast, episode)
    answer = carl.post(f"/requests/{held.pk}/", typed(held, narrative="She comes each day.", units=24, next="rules"))
    assert answer["Location"] == f"/requests/{held.pk}/rules"
    held.refresh_from_db()
    assert (held.narrative, held.units, held.version) == ("She comes each day.", 24, 2)


def test_an_error_keeps_what_was_typed_and_stands_at_its_field(carl: Client, cast: Any, episode: Any) -> None:
    held = world.draft(cast, episode)
    early = held.starts_on - DAY
    page = carl.post(f"/requests/{held.pk}/", typed(held, ends_on=early, narrative="Long words of mine."))
    assert page.status_code == 200
    assert page.context["form"].errors["ends_on"] == ["The last day is before the first."]
    assert "Long words of mine." in page.content.decode()
    held.refresh_from_db()
    assert held.narrative == ""


def test_what_a_colleague_changed_meanwhile_is_shown_and_nothing_is_lost(carl: Client, cast: Any, episode: Any) -> None:
    held = world.draft(cast, episode)
    shown = typed(held, narrative="Mine.")
    requests.change(cast.viewer("clinical_supervisor"), held, {"narrative": "Theirs.", "units": 12}, version=1)
    page = carl.post(f"/requests/{held.pk}/", shown)
    said = text(page)
    assert "A colleague changed this draft meanwhile" in said
    assert "Theirs." in said
    assert [label for label, _, _ in page.context["clashes"]] == ["Units", "In your own words"]
    held.refresh_from_db()
    assert held.narrative == "Theirs."
    again = typed(held, narrative="Mine.", version=re.search(r'name="version" value="(\d+)"', page.content.decode())[1])
    assert carl.post(f"/requests/{held.pk}/", again).status_code == 302
    held.refresh_from_db()
    assert held.narrative == "Mine."


def test_only_who_may_attest_writes_why_it_cannot_wait(cast: Any, episode: Any) -> None:
    held = world.draft(cast, episode)
    director = cast.client("program_director")
    director.post(f"/requests/{held.pk}/", typed(held, urgency="expedited", attestation="Now."))
    held.refresh_from_db()
    assert (held.urgency, held.attestation) == ("expedited", "")
    assert "a clinician attests why" in text(director.get(f"/requests/{held.pk}/send"))
    cast.client("counselor").post(f"/requests/{held.pk}/", typed(held, attestation="He may relapse within days."))
    held.refresh_from_db()
    assert held.attested_by == cast.member("counselor")
    assert "a clinician attests why" not in text(director.get(f"/requests/{held.pk}/send"))


def test_the_rules_are_shown_clause_by_clause_with_the_way_to_what_is_missing(
    carl: Client, cast: Any, episode: Any
) -> None:
    held = world.draft(cast, episode)
    page = carl.get(f"/requests/{held.pk}/rules")
    said = text(page)
    assert "Cannot tell" in said
    assert "What would settle it" in said
    assert 'href="/episodes/e1/assessment?asks=' in page.content.decode()


def test_the_preview_is_what_is_sent(carl: Client, cast: Any, episode: Any) -> None:
    held = world.draft(cast, episode)
    before = carl.get(f"/requests/{held.pk}/along").context["content"]
    carl.post(f"/requests/{held.pk}/send", {"version": held.version})
    sent = Submission.objects.get()
    assert sent.content == before
    after = carl.get(f"/requests/{held.pk}/along")
    assert after.context["chosen"] == sent
    assert sent.seal in after.content.decode()
    assert "Ada Example" in text(after)


def test_what_stops_it_stands_apart_from_what_the_payer_will_ask(carl: Client, cast: Any, episode: Any) -> None:
    held = world.draft(cast, episode, ends_on=None)
    page = carl.get(f"/requests/{held.pk}/send")
    assert [one.says for one in page.context["stops"]] == ["The last day asked for."]
    assert page.context["asks"]
    assert "Send to Example Health Plan" not in text(page)
    refused = carl.post(f"/requests/{held.pk}/send", {"version": held.version})
    assert refused.status_code == 409
    held.refresh_from_db()
    assert held.status == Status.DRAFT


def test_without_a_consent_nothing_goes_and_the_page_says_so(carl: Client, cast: Any, episode: Any) -> None:
    held = world.draft(cast, episode)
    Consent.objects.all().delete()
    page = carl.get(f"/requests/{held.pk}/send")
    assert "No consent and no rule covers today" in text(page)
    assert 'href="/people/ada/consents"' in page.content.decode()
    assert "not covered" in text(carl.get(f"/requests/{held.pk}/along"))
    assert carl.post(f"/requests/{held.pk}/send", {"version": held.version}).status_code == 409
    assert not Submission.objects.exists()


def test_sending_gives_the_number_and_starts_the_clock(carl: Client, cast: Any, episode: Any) -> None:
    held = world.draft(cast, episode)
    page = carl.post(f"/requests/{held.pk}/send", {"version": held.version}, follow=True)
    held.refresh_from_db()
    said = text(page)
    assert f"Sent. Example Health Plan has it as {held.number}." in said
    assert "Decision: due in" in said
    assert carl.get(f"/requests/{held.pk}/rules").status_code == 302


def test_a_draft_that_was_changed_is_not_sent_from_an_old_page(carl: Client, cast: Any, episode: Any) -> None:
    held = world.draft(cast, episode)
    requests.change(cast.viewer("clinical_supervisor"), held, {"units": 12})
    page = carl.post(f"/requests/{held.pk}/send", {"version": 1})
    assert page.status_code == 409
    assert "A colleague changed the draft" in text(page)
    assert not Submission.objects.exists()


def test_a_draft_can_be_put_away(carl: Client, cast: Any, episode: Any) -> None:
    held = world.draft(cast, episode)
    carl.post(f"/requests/{held.pk}/discard", {"version": held.version})
    held.refresh_from_db()
    assert held.status == Status.DISCARDED
    assert "put away" in text(carl.get("/requests/?list=decided"))
    assert carl.get(f"/requests/{held.pk}/").status_code == 200


def test_a_question_comes_first_with_its_day_and_is_answered(carl: Client, cast: Any, episode: Any) -> None:
    other = world.sent(cast, episode)
    held = world.sent(cast, episode)
    determining.ask(world.nurse(cast), held, "Who made the diagnosis?", clauses=["substance-diagnosis"])
    lines = carl.get("/requests/?list=sent").context["lines"]
    assert [one.held.pk for one in lines] == [held.pk, other.pk]
    assert lines[0].question_left.says == "Answer in 4 days"
    assert "asks about Ada Example" in text(carl.get("/"))
    page = carl.get(f"/requests/{held.pk}/")
    assert "Who made the diagnosis?" in text(page)
    held.refresh_from_db()
    empty = carl.post(f"/requests/{held.pk}/answer", {"answer-words": "", "answer-version": held.version})
    assert empty.status_code == 200
    assert empty.context["answer"].errors["words"]
    done = carl.post(
        f"/requests/{held.pk}/answer", {"answer-words": "Dr. Example did.", "answer-version": held.version}
    )
    assert done.status_code == 302
    held.refresh_from_db()
    assert (held.status, held.submissions.count()) == (Status.RECEIVED, 2)
    assert "With answer 1" in text(carl.get(f"/requests/{held.pk}/along"))
    assert carl.get(f"/requests/{held.pk}/along?sent=1").context["chosen"].place == 1
    assert carl.get(f"/requests/{held.pk}/along?sent=7").status_code == 404


def test_an_answer_to_what_was_decided_meanwhile_keeps_its_words(carl: Client, cast: Any, episode: Any) -> None:
    held = world.sent(cast, episode)
    determining.ask(world.nurse(cast), held, "Who?")
    held.refresh_from_db()
    shown = held.version
    determining.approve(world.nurse(cast), held)
    page = carl.post(f"/requests/{held.pk}/answer", {"answer-words": "My long answer.", "answer-version": shown})
    assert page.status_code == 200
    assert "My long answer." in page.content.decode()


def test_withdrawing_needs_a_reason(carl: Client, cast: Any, episode: Any) -> None:
    held = world.sent(cast, episode)
    path = f"/requests/{held.pk}/withdraw"
    assert carl.post(path, {"withdraw-words": " ", "withdraw-version": held.version}).status_code == 200
    carl.post(path, {"withdraw-words": "She moved away.", "withdraw-version": held.version})
    held.refresh_from_db()
    assert held.status == Status.WITHDRAWN
    assert "She moved away." in text(carl.get(f"/requests/{held.pk}/"))


def test_records_that_changed_since_are_shown_with_what_changed(
    carl: Client, cast: Any, episode: Any, write: Any
) -> None:
    held = world.sent(cast, episode)
    assert "The records changed since you sent" not in text(carl.get(f"/requests/{held.pk}/"))
    today = cast.viewer("counselor").today
    write(
        "diagnosis",
        person_id="ada", code="F10.20", code_system="icd10cm", category="substance_use",
        diagnosed_on=today - 40 * DAY, recorded_on=today - 40 * DAY,
    )  # fmt: skip
    judging.judge_person("prairie", "ada")
    page = carl.get(f"/requests/{held.pk}/")
    assert "The records changed since you sent" in text(page)
    assert any(then.value == "not documented" for one in page.context["changes"] for then, _ in one.facts)


def test_a_review_that_was_held_since_shows_as_a_newer_answer(
    carl: Client, cast: Any, episode: Any, write: Any
) -> None:
    held = world.sent(cast, episode, Request.Kind.CONTINUED_STAY)
    write("plan_review", plan_review_id="r1", episode_id="e1", reviewed_on=cast.viewer("counselor").today)
    judging.judge_person("prairie", "ada")
    page = carl.get(f"/requests/{held.pk}/")
    assert "The question was judged again" in text(page)


def test_a_draft_that_two_wrote_alike_is_no_clash(carl: Client, cast: Any, episode: Any) -> None:
    held = world.draft(cast, episode)
    shown = typed(held, units=12)
    requests.change(cast.viewer("clinical_supervisor"), held, {"units": 12})
    assert carl.post(f"/requests/{held.pk}/", shown).status_code == 302


def test_a_determination_is_shown_with_its_reason_and_what_it_rests_on(carl: Client, cast: Any, episode: Any) -> None:
    held = world.sent(cast, episode)
    determining.refer(world.nurse(cast), held, "Please look.", clauses=["substance-diagnosis"])
    determining.deny(world.doctor(cast), held, clauses=["substance-diagnosis"], reason="No diagnosis is documented.")
    said = text(carl.get(f"/requests/{held.pk}/"))
    assert "What was determined: denied" in said
    assert "No diagnosis is documented." in said
    assert "MD" in said
    other = world.sent(cast, episode)
    determining.approve(world.nurse(cast), other)
    said = text(carl.get(f"/requests/{other.pk}/"))
    assert other.authorizations.get().number in said
    assert other.authorizations.get().number in text(carl.get("/episodes/e1/authorization"))


@pytest.mark.parametrize("part", ["", "rules", "along", "send"])
def test_another_organization_and_the_payer_see_no_draft(cast: Any, episode: Any, part: str) -> None:
    held = world.draft(cast, episode)
    assert cast.client("counselor", "lakeside").get(f"/requests/{held.pk}/{part}").status_code == 404
    assert cast.client("reviewer", "plan").get(f"/requests/{held.pk}/{part}").status_code == 403
    assert cast.client("administrator").get(f"/requests/{held.pk}/{part}").status_code == 403


def test_a_payer_with_every_role_sees_nothing_on_the_provider_side(cast: Any, episode: Any) -> None:
    held = world.sent(cast, episode)
    member = cast.member("reviewer", "plan")
    member.roles = list(roles())
    member.save()
    payer = cast.client("reviewer", "plan")
    for part in ("", "rules", "along", "send"):
        assert payer.get(f"/requests/{held.pk}/{part}").status_code == 404
    assert held.number not in text(payer.get("/requests/?list=sent"))


def test_a_role_that_only_reads_may_look_and_not_write(cast: Any, episode: Any) -> None:
    held = world.draft(cast, episode)
    leader = cast.client("group_leader")
    assert leader.get(f"/requests/{held.pk}/").status_code == 200
    assert "Keep and go on" not in text(leader.get(f"/requests/{held.pk}/"))
    assert leader.post(f"/requests/{held.pk}/", typed(held)).status_code == 403
    for part in ("send", "discard", "answer", "withdraw"):
        assert leader.post(f"/requests/{held.pk}/{part}", {"version": 1}).status_code == 403
    assert leader.post("/episodes/e1/authorization", {"kind": "initial", "addressed_to": "plan"}).status_code == 403
    assert "Requests" not in [page["title"] for page in leader.get("/people/").context["viewer_pages"]]


def test_no_name_and_no_value_stands_in_an_address(carl: Client, cast: Any, episode: Any) -> None:
    held = world.draft(cast, episode, narrative="Secretword")
    for part in ("", "rules", "along", "send"):
        content = carl.get(f"/requests/{held.pk}/{part}").content.decode()
        for link in re.findall(r'(?:href|action)="([^"]*)"', content):
            assert "Secretword" not in link and "Example" not in link
        assert " style=" not in content and "<script>" not in content


def test_the_list_takes_as_many_queries_for_many_as_for_few(carl: Client, cast: Any, episode: Any) -> None:
    for _ in range(2):
        world.draft(cast, episode)
        held = world.sent(cast, episode)
        determining.ask(world.nurse(cast), held, "Who?")
    paths = ("/requests/?list=drafts", "/requests/?list=sent", "/episodes/e1/authorization", "/")
    few = [queries(carl, path) for path in paths]
    for _ in range(4):
        world.draft(cast, episode)
        held = world.sent(cast, episode)
        determining.ask(world.nurse(cast), held, "Who?")
    assert [queries(carl, path) for path in paths] == few
