"""The packet and the sample as files to keep: PDF with the same content as the page, and JSON."""

from __future__ import annotations

import hashlib
import io
import json
from typing import Any

import pypdf
import pytest

from handrail.app.audit.models import Entry
from handrail.app.chart import writing
from handrail.app.chart.models import Identity
from handrail.app.worklists import judging
from handrail.app.worklists.models import Verdict

pytestmark = pytest.mark.django_db
SAMPLE = "/program/sample?of=episode&size=5&seed=7"


@pytest.fixture
def judged(cast: Any, ada: Any) -> None:
    judging.judge_person("prairie", "ada")


def opened(answer: Any) -> str:
    """This will give the text of an answer's PDF without spaces."""
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Cache-Control"] == "no-store"
    assert answer["Content-Disposition"].startswith('attachment; filename="')
    pages = pypdf.PdfReader(io.BytesIO(answer.content)).pages
    return "".join("".join(page.extract_text() for page in pages).split())


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_the_paper_says_what_the_packet_says(cast: Any, judged: Any) -> None:
    client = cast.client("compliance_officer")
    told = json.loads(client.get("/packet/e1?format=json").content)
    text = opened(client.get("/packet/e1?format=pdf"))
    assert "Packet:AdaExample" in text
    assert told["seal"] in text
    assert all(one["seal"] in text and squeezed(one["document"]) in text for one in told["editions"])
    for one in told["verdicts"]:
        if one["verdict"] != "not applicable":
            assert squeezed(one["says"]) in text
            assert squeezed(f"{one['clause']}; {one['cite']}; {one['duty']}") in text
            assert all(squeezed(gap["question"]) in text for gap in one["missing"])
            assert all(squeezed(held["id"]) in text for held in one["evidence"])
        assert squeezed(one["clause"].replace("-", " ")) in text.replace("-", "")
    assert all(squeezed(one["says"]) in text for one in told["not_in_this_packet"])
    assert "Met" in text
    assert "Cannottell" in text


def test_the_paper_is_the_same_whenever_it_is_made(cast: Any, judged: Any) -> None:
    client = cast.client("compliance_officer")
    assert client.get("/packet/e1?format=pdf").content == client.get("/packet/e1?format=pdf").content


def test_a_name_that_looks_like_typst_is_printed_as_typed(cast: Any, judged: Any) -> None:
    named = Identity.objects.get(person_id="ada")
    named.given_name, named.family_name = "#panic() $a$ 😀", "*<b>* \\@c"
    named.save()
    text = opened(cast.client("counselor").get("/packet/e1?format=pdf"))
    assert squeezed("Packet: #panic() $a$ [U+1F600] *<b>* \\@c") in text


def test_an_episode_not_judged_yet_has_a_paper_that_says_so(cast: Any, ada: Any) -> None:
    text = opened(cast.client("counselor").get("/packet/e1?format=pdf"))
    assert "Nothingwasjudgedaboutthisepisodeyet." in text


def test_taking_the_packet_away_is_logged_with_its_form(cast: Any, judged: Any) -> None:
    for form in ("pdf", "json"):
        cast.client("counselor").get(f"/packet/e1?format={form}")
        found = Entry.objects.filter(act="read", table="episode", row_id="e1", detail=f"packet as {form.upper()}")
        assert [one.person_id for one in found] == ["ada"]


def test_a_form_that_is_not_known_gives_the_page(cast: Any, judged: Any) -> None:
    answer = cast.client("counselor").get("/packet/e1?format=docx")
    assert b"The same as PDF" in answer.content


@pytest.mark.parametrize("form", ["pdf", "json"])
def test_another_organization_does_not_get_it(cast: Any, judged: Any, form: str) -> None:
    client = cast.client("compliance_officer", "lakeside")
    assert client.get(f"/packet/e1?format={form}").status_code == 404
    told = json.loads(client.get(f"{SAMPLE}&format=json").content)
    assert (told["frame"], told["rows"]) == (0, [])
    assert "e1" not in opened(client.get(f"{SAMPLE}&format=pdf")).replace("seed7", "").replace(told["seal"], "")[:80]


@pytest.mark.parametrize("role", ["reviewer", "policy_analyst", "administrator"])
def test_a_role_without_charts_gets_neither(cast: Any, judged: Any, role: str) -> None:
    assert cast.client(role).get("/packet/e1?format=pdf").status_code == 403
    assert cast.client(role).get(f"{SAMPLE}&format=pdf").status_code == 403


def test_the_paper_of_a_sample_tells_how_it_was_drawn_and_what_was_found(cast: Any, judged: Any) -> None:
    client = cast.client("compliance_officer")
    told = json.loads(client.get(f"{SAMPLE}&format=json").content)
    text = opened(client.get(f"{SAMPLE}&format=pdf"))
    assert "1of1episodes,drawnbyseed7." in text
    assert "Everyprogram,fromthefirstdayon;5askedfor." in text
    assert told["seal"] in text
    assert told["frame_seal"] == hashlib.sha256(b"e1").hexdigest()
    assert told["frame_seal"] in text
    assert "1.e1," in text
    findings = [one for one in told["rows"][0]["verdicts"] if one["verdict"] in ("not met", "cannot tell")]
    assert findings
    for one in findings:
        assert squeezed(one["says"]) in text
        assert all(squeezed(held["id"]) in text for held in one["evidence"])
    assert all(one["clause"].replace("-", "") in text.replace("-", "") for one in told["rows"][0]["verdicts"])


def test_the_seal_of_a_sample_covers_it(cast: Any, judged: Any) -> None:
    told = json.loads(cast.client("compliance_officer").get(f"{SAMPLE}&format=json").content)
    seal = told.pop("seal")
    plain = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    assert hashlib.sha256(plain.encode("ascii")).hexdigest() == seal
    assert len(told["rows"][0]["verdicts"]) == Verdict.objects.filter(episode_id="e1").count()


def test_a_sample_of_sessions_is_told_in_full(cast: Any, ada: Any, write: Any) -> None:
    day = cast.viewer("counselor").today
    write("session", session_id="full", program_id="iop", type="group", status="held", held_on=day, head_count=13)
    judging.judge_everybody("prairie")
    client = cast.client("compliance_officer")
    told = json.loads(client.get("/program/sample?of=session&size=5&seed=7&format=json").content)
    text = opened(client.get("/program/sample?of=session&size=5&seed=7&format=pdf"))
    said = [one for one in told["rows"][0]["verdicts"] if one["verdict"] != "not applicable"]
    assert said
    assert all(squeezed(one["says"]) in text for one in said)


def test_taking_a_sample_away_is_logged_for_each_person_in_it(cast: Any, judged: Any) -> None:
    cast.client("compliance_officer").get(f"{SAMPLE}&format=pdf")
    assert Entry.objects.filter(act="sample", detail="1 of 1 by seed 7, as PDF").exists()
    assert Entry.objects.filter(act="read", row_id="e1", person_id="ada", detail="sample as PDF").count() == 1


def test_the_page_of_a_sample_leads_to_its_files(cast: Any, judged: Any) -> None:
    page = cast.client("compliance_officer").get(SAMPLE).content.decode()
    assert "?of=episode&amp;size=5&amp;seed=7&amp;format=pdf" in page


def test_the_queries_do_not_grow_with_what_is_drawn(
    cast: Any, judged: Any, write: Any, django_assert_max_num_queries: Any
) -> None:
    start = cast.viewer("counselor").today
    for place in range(5):
        person = write("person", person_id=f"p{place}", sex="female")
        writing.name(cast.viewer("counselor"), person, given_name="B", family_name="Example", number=f"9{place}")
        write("episode", episode_id=f"x{place}", person_id=f"p{place}", program_id="iop", admitted_on=start)
    client = cast.client("compliance_officer")
    with django_assert_max_num_queries(20):
        client.get(f"{SAMPLE}&format=pdf")
