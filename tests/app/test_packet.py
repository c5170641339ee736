"""The packet of one episode: everything that was judged, to print and as JSON."""

from __future__ import annotations

import datetime
import hashlib
import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from handrail.app.audit.models import Entry
from handrail.app.worklists import judging
from handrail.app.worklists.models import Decision, Verdict

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def judged(cast: Any, ada: Any) -> None:
    judging.judge_person("prairie", "ada")


def test_the_packet_holds_every_verdict_with_its_clause_and_cite(cast: Any, judged: Any) -> None:
    answer = cast.client("compliance_officer").get("/packet/e1?format=json")
    told = json.loads(answer.content)
    assert len(told["verdicts"]) == Verdict.objects.filter(episode_id="e1").count()
    assert len(told["decisions"]) == Decision.objects.filter(episode_id="e1").count()
    adult = next(one for one in told["verdicts"] if one["clause"] == "adult")
    assert (adult["says"], adult["cite"], adult["verdict"]) == ("She is an adult.", "Title", "met")
    assert adult["facts"] == {"age_years": 36}
    assert [(one["table"], one["id"]) for one in adult["evidence"]] == [("person", "ada")]
    assert adult["seal"] == told["editions"][0]["seal"]


def test_the_seal_covers_the_packet_and_does_not_change(cast: Any, judged: Any) -> None:
    client = cast.client("compliance_officer")
    told = json.loads(client.get("/packet/e1?format=json").content)
    again = json.loads(client.get("/packet/e1?format=json").content)
    seal = told.pop("seal")
    plain = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    assert hashlib.sha256(plain.encode("ascii")).hexdigest() == seal == again["seal"]


def test_the_page_shows_the_same(cast: Any, judged: Any) -> None:
    client = cast.client("compliance_officer")
    told = json.loads(client.get("/packet/e1?format=json").content)
    page = client.get("/packet/e1").content.decode()
    assert "Packet: Ada Example" in page
    assert told["seal"] in page
    assert told["editions"][0]["seal"] in page
    assert "She is an adult." in page
    assert "/records/person/ada" in page
    assert "Cannot tell" in page


def test_what_is_missing_is_asked_with_who_can_answer(cast: Any, judged: Any) -> None:
    page = cast.client("counselor").get("/packet/e1").content.decode()
    assert "Does the plan have a relapse-prevention part? (ask: counselor)" in page


def test_clauses_not_judged_for_the_episode_are_named(cast: Any, judged: Any) -> None:
    told = json.loads(cast.client("counselor").get("/packet/e1?format=json").content)
    apart = {one["clause"]: one["about"] for one in told["not_in_this_packet"]}
    assert apart["trained-in-recovery"] == "staff_member"
    assert "adult" not in apart


def test_her_sessions_are_in_it_and_those_of_others_are_not(cast: Any, ada: Any, write: Any) -> None:
    day = cast.viewer("counselor").today - 7 * DAY
    for name in ("hers", "others"):
        write("session", session_id=name, program_id="iop", type="group", status="held", held_on=day, head_count=13)
    write("attendance", session_id="hers", episode_id="e1", status="attended")
    judging.judge_everybody("prairie")
    told = json.loads(cast.client("counselor").get("/packet/e1?format=json").content)
    assert {one["key"]["session_id"] for one in told["verdicts"] if one["subject"] == "session"} == {"hers"}


def test_an_episode_not_judged_yet_says_so(cast: Any, ada: Any) -> None:
    page = cast.client("counselor").get("/packet/e1")
    assert page.status_code == 200
    assert "Nothing was judged" in page.content.decode()


def test_opening_it_is_logged(cast: Any, judged: Any) -> None:
    cast.client("counselor").get("/packet/e1")
    assert Entry.objects.filter(act="read", table="episode", row_id="e1", detail="packet").count() == 1


def test_another_organization_does_not_find_it(cast: Any, judged: Any) -> None:
    assert cast.client("compliance_officer", "lakeside").get("/packet/e1").status_code == 404


@pytest.mark.parametrize("role", ["reviewer", "policy_analyst", "administrator"])
def test_a_role_without_charts_is_refused(cast: Any, judged: Any, role: str) -> None:
    assert cast.client(role).get("/packet/e1").status_code == 403


def test_the_queries_do_not_grow_with_the_verdicts(cast: Any, judged: Any) -> None:
    client = cast.client("counselor")
    client.get("/packet/e1")
    with CaptureQueriesContext(connection) as few:
        client.get("/packet/e1")
    copies = list(Verdict.objects.filter(episode_id="e1"))
    for one in copies:
        one.pk = None
    Verdict.objects.bulk_create(copies)
    with CaptureQueriesContext(connection) as many:
        client.get("/packet/e1")
    assert len(many) == len(few)
