"""Files of an EHR are looked at first, then written whole or not at all; again without harm, and never over a signature."""

from __future__ import annotations

import datetime
import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.app.ehr_world import (
    IOP,
    PAGE,
    bring_in,
    bundle,
    clinic,
    counts,
    diagnosis,
    episode,
    everything,
    lines,
    look,
    patient,
    plan,
    send,
    visit,
)

from handrail.app.audit.log import faults
from handrail.app.audit.models import Entry
from handrail.app.chart import writing
from handrail.app.chart.models import RECORDS, Change, Heading, Identity
from handrail.app.screens.transfer.merging import row_id
from handrail.app.worklists import judging
from handrail.app.worklists.models import Verdict

pytestmark = pytest.mark.django_db
SYNTHEA = Path(__file__).resolve().parents[3] / "shared" / "data" / "synthea"


def here(cast: Any, table: str, told: str, organization: str = "prairie") -> Any:
    """This will give the row that an import made of a resource."""
    return RECORDS[table].objects.get(pk=row_id(cast.viewer("counselor", organization), table, told))


def is_untouched(before: tuple[int, int]) -> bool:
    return (Change.objects.count(), Identity.objects.count()) == before


def stand() -> tuple[int, int]:
    return Change.objects.count(), Identity.objects.count()


# --- looking ------------------------------------------------------------------------------------------------------


def test_looking_writes_nothing_and_says_what_would_be_written(
    cast: Any, ada: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = stand()
    client = cast.client("counselor")
    first = look(client, lines(*everything()))
    assert [(code, count, chosen) for _name, code, count, chosen in first.context["types"]] == [(IOP, 1, "")]
    assert counts(first) == {"person": {"new": 1}, "diagnosis": {"new": 1}, "outside_stay": {"new": 1}}
    page = send(client, first, "check")
    assert counts(page) == {
        "staff": {"same": 1},
        **{name: {"new": 1} for name in ("person", "diagnosis", "episode", "plan", "goal", "session", "session_staff", "attendance")},
    }  # fmt: skip
    assert is_untouched(before)
    assert list(tmp_path.iterdir()) == []
    assert not Entry.objects.filter(act="import").exists()


def test_what_could_not_be_mapped_is_told(cast: Any, ada: Any) -> None:
    strange = [{"resourceType": "Claim", "id": name} for name in ("x", "y")]
    page = look(cast.client("counselor"), lines(patient(), *strange))
    (claims,) = [one for one in page.context["unmapped"] if one["resource"] == "Claim"]
    assert (claims["count"], claims["effect"]) == (2, "left out")
    assert "no table takes this type of resource" in page.content.decode()


def test_the_program_of_a_type_is_remembered_and_only_ones_own_counts(cast: Any, ada: Any) -> None:
    client = cast.client("counselor")
    page = send(client, look(client, lines(*everything())), "check", program="somebody else's")
    assert [chosen for *_rest, chosen in page.context["types"]] == [""]
    send(client, page, "check", program="iop")
    assert Heading.objects.get(kind="fhir").heading == "iop"
    assert [chosen for *_rest, chosen in look(client, lines(*everything())).context["types"]] == ["iop"]


# --- writing ------------------------------------------------------------------------------------------------------


def test_what_was_looked_at_is_written_once_with_names(cast: Any, ada: Any) -> None:
    assert bring_in(cast.client("counselor"), *everything()).status_code == 302
    bea = here(cast, "person", "bea")
    assert (bea.birth_date, bea.sex, len(bea.pk) <= 64) == (datetime.date(1990, 2, 28), "female", True)
    assert (str(bea.identity), bea.identity.number) == ("Bea Brook", "MR-bea")
    held = here(cast, "episode", "ep")
    assert (held.person_id, held.program_id, held.admitted_on) == (bea.pk, "iop", datetime.date(2026, 1, 5))
    assert here(cast, "goal", "g").plan_id == here(cast, "plan", "plan").pk
    assert RECORDS["session_staff"].objects.get().staff_id == "carl"
    assert RECORDS["attendance"].objects.get().left_at == datetime.datetime(2026, 1, 9, 12)
    assert RECORDS["program"].objects.filter(holder="prairie").count() == 2
    assert Entry.objects.get(act="import").detail == "8 rows"
    assert list(faults()) == []


def test_whoever_comes_in_is_judged_afterwards(cast: Any) -> None:
    """Without the fixtures that put judging off."""
    told = {"program_id": "iop", "name": "Evenings", "service": "us-ne/intensive-outpatient-2.1"}
    writing.create(cast.viewer("administrator"), "program", told)
    client = cast.client("counselor")
    assert bring_in(client, *everything()).status_code == 302
    bea = here(cast, "person", "bea")
    first = set(Verdict.objects.filter(person_id=bea.pk).values_list("clause", "verdict"))
    assert first
    assert client.get(f"/people/{bea.pk}/").status_code == 200
    bring_in(client, *[one for one in everything(end="2026-03-01") if one["id"] != "c1"], diagnosis(code="F32.0"))
    assert set(Verdict.objects.filter(person_id=bea.pk).values_list("clause", "verdict")) != first


def test_a_bundle_and_lines_are_read_together(cast: Any, ada: Any) -> None:
    page = look(
        cast.client("counselor"), bundle(patient(), patient("cora")), lines(diagnosis(), diagnosis("c2", who="cora"))
    )
    assert counts(page) == {"person": {"new": 2}, "diagnosis": {"new": 2}}


def test_the_same_files_again_add_nothing(cast: Any, ada: Any) -> None:
    client = cast.client("counselor")
    bring_in(client, *everything())
    before = stand()
    page = look(client, lines(*everything()))
    assert {state for told in counts(page).values() for state in told} == {"same"}
    send(client, page)
    assert is_untouched(before)


def test_two_organizations_bring_the_same_files_in_and_never_meet(cast: Any, ada: Any) -> None:
    writing.create(cast.viewer("administrator", "lakeside"), "program",
                   {"program_id": "lake", "name": "Lake", "service": "us-ne/intensive-outpatient-2.1"})  # fmt: skip
    bring_in(cast.client("counselor"), *everything())
    assert bring_in(cast.client("counselor", "lakeside"), *everything(), program="lake").status_code == 302
    assert here(cast, "episode", "ep", "lakeside").program_id == "lake"
    assert here(cast, "episode", "ep").program_id == "iop"
    assert Identity.objects.filter(number="MR-bea").count() == 2


def test_what_one_carried_another_cannot_send(cast: Any, ada: Any) -> None:
    page, before = look(cast.client("counselor"), lines(*everything())), stand()
    for other in (cast.client("counselor", "lakeside"), cast.client("clinical_supervisor")):
        assert "no longer at hand" in send(other, page).content.decode()
    assert is_untouched(before)


def test_nothing_is_written_but_what_was_looked_at(cast: Any, ada: Any) -> None:
    client, before = cast.client("counselor"), stand()
    page = look(client, lines(*everything()))
    sent = {"carried": page.context["carried"], "looked": page.context["looked"], "act": "write"}
    other = client.post(PAGE, {**sent, "type-0": "iop"})
    assert "Look once more" in other.content.decode()
    assert counts(other)["episode"] == {"new": 1}
    assert "Look once more" in look(client, lines(*everything()), act="write").content.decode()
    assert is_untouched(before)
    assert client.post(PAGE, {**sent, "type-0": "iop", "looked": other.context["looked"]}).status_code == 302
    late = client.post(PAGE, {**sent, "type-0": "iop", "looked": other.context["looked"]})
    assert "Look once more" in late.content.decode()


# --- changes ------------------------------------------------------------------------------------------------------


def test_a_changed_birth_date_and_a_discharge_are_changed_with_history(cast: Any, ada: Any) -> None:
    client = cast.client("counselor")
    bring_in(client, *everything())
    after = [*clinic(), patient(birthDate="1990-03-01"), episode(end="2026-03-01"), diagnosis(), *plan(), visit()]
    page = look(client, lines(*after))
    assert counts(page)["person"] == counts(page)["episode"] == {"changed": 1}
    send(client, page)
    bea, held = here(cast, "person", "bea"), here(cast, "episode", "ep")
    assert (bea.birth_date, held.discharged_on) == (datetime.date(1990, 3, 1), datetime.date(2026, 3, 1))
    told = Change.objects.get(table="person", row_id=bea.pk, kind="amended")
    assert (told.reason, told.before["birth_date"], told.after["birth_date"]) == ("import", "1990-02-28", "1990-03-01")


def test_a_discharge_that_the_ehr_takes_back_is_taken_back(cast: Any, ada: Any) -> None:
    client = cast.client("counselor")
    bring_in(client, *everything(end="2026-03-01"))
    assert here(cast, "episode", "ep").discharged_on is not None
    bring_in(client, *everything())
    assert here(cast, "episode", "ep").discharged_on is None


def test_what_somebody_corrected_here_is_not_undone(cast: Any, ada: Any) -> None:
    client, looking = cast.client("counselor"), cast.viewer("counselor")
    bring_in(client, *everything())
    with judging.wait():
        writing.amend(looking, here(cast, "person", "bea"), {"birth_date": datetime.date(1991, 1, 1)})
    page = look(client, lines(*everything()))
    assert counts(page)["person"] == {"amended": 1}
    send(client, page)
    assert here(cast, "person", "bea").birth_date == datetime.date(1991, 1, 1)


def test_what_is_empty_in_the_files_leaves_what_was_entered_here(cast: Any, ada: Any) -> None:
    client = cast.client("counselor")
    bring_in(client, *everything())
    with judging.wait():
        writing.amend(cast.viewer("counselor"), here(cast, "plan", "plan"), {"planned_minutes_per_week": 540})
    assert counts(look(client, lines(*everything())))["plan"] == {"same": 1}


@pytest.mark.parametrize("role", ["counselor", "clinical_supervisor"])
def test_what_is_signed_stays_and_is_told(cast: Any, ada: Any, role: str) -> None:
    client = cast.client(role)
    bring_in(client, *everything())
    care_plan, goal = plan()
    with judging.wait():
        writing.lock(cast.viewer("counselor"), here(cast, "plan", "plan"))
    more = {**goal, "id": "g2"}
    moved = {
        **care_plan,
        "period": {"start": "2026-01-12"},
        "goal": [{"reference": "Goal/g"}, {"reference": "Goal/g2"}],
    }
    page = look(client, lines(*clinic(), patient(), episode(), moved, goal, more))
    assert counts(page)["plan"] == {"locked": 1}
    assert counts(page)["goal"] == {"same": 1, "locked": 1}
    assert "signed, stays as it is" in page.content.decode()
    send(client, page)
    assert here(cast, "plan", "plan").effective_on == datetime.date(2026, 1, 8)
    assert RECORDS["goal"].objects.count() == 1


def test_a_goal_met_after_the_signing_comes_in(cast: Any, ada: Any) -> None:
    client = cast.client("counselor")
    bring_in(client, *everything())
    with judging.wait():
        for name, told in (("plan", "plan"), ("goal", "g")):
            writing.lock(cast.viewer("counselor"), here(cast, name, told))
    care_plan, goal = plan()
    met = {**goal, "lifecycleStatus": "completed", "statusDate": "2026-02-01",
           "achievementStatus": {"coding": [{"code": "achieved"}]}}  # fmt: skip
    bring_in(client, *clinic(), patient(), episode(), care_plan, met)
    assert here(cast, "goal", "g").met_on == datetime.date(2026, 2, 1)


def test_what_was_taken_back_here_stays_so_with_what_hangs_on_it(cast: Any, ada: Any) -> None:
    client = cast.client("counselor")
    bring_in(client, patient(), episode(), diagnosis(), *clinic())
    with judging.wait():
        writing.withdraw(cast.viewer("counselor"), here(cast, "episode", "ep"), reason="Not ours.")
    page = look(client, lines(*everything()))
    assert counts(page)["episode"] == {"withdrawn": 1}
    assert counts(page)["plan"] == {"left": 1}
    assert send(client, page).status_code == 302
    assert not RECORDS["plan"].objects.exclude(pk="p1").exists()


# --- who is who ---------------------------------------------------------------------------------------------------


@pytest.fixture
def twin(cast: Any, ada: Any, write: Any) -> Any:
    """Somebody here with Bea's name and birth date."""
    person = write("person", person_id="twin", birth_date=datetime.date(1990, 2, 28))
    writing.name(cast.viewer("counselor"), person, given_name="bea", family_name="BROOK")
    return person


def test_whoever_looks_like_somebody_here_is_left_out_until_somebody_decides(cast: Any, twin: Any) -> None:
    client = cast.client("counselor")
    page = look(client, lines(*everything()))
    (one,) = page.context["plan"].alike
    assert ([other.person_id for other in one.others], one.goes) == (["twin"], False)
    assert counts(page)["person"] == counts(page)["diagnosis"] == {"left": 1}
    send(client, page)
    assert not RECORDS["person"].objects.exclude(pk__in=["ada", "twin"]).exists()
    send(client, page, go=one.person_id)
    assert here(cast, "person", "bea").identity.family_name == "Brook"
    assert look(client, lines(*everything())).context["plan"].alike == []


def test_the_same_number_is_told_and_is_not_given_twice(cast: Any, ada: Any, write: Any) -> None:
    person = write("person", person_id="other")
    writing.name(cast.viewer("counselor"), person, given_name="Other", family_name="Name", number="MR-bea")
    client = cast.client("counselor")
    page = look(client, lines(patient()))
    send(client, page, go=[one.person_id for one in page.context["plan"].alike])
    assert here(cast, "person", "bea").identity.number == ""


def test_the_id_of_somebody_else_is_no_change_of_a_person(cast: Any, ada: Any) -> None:
    client = cast.client("counselor")
    bring_in(client, patient())
    before = stand()
    page = look(client, lines(patient(name=[{"family": "Quite", "given": ["Another"]}], birthDate="1950-01-01")))
    assert page.context["plan"].another == ["bea"]
    assert "another EHR" in send(client, page).content.decode()
    assert is_untouched(before)


def test_staff_who_are_not_here_are_told_and_entered_by_whoever_may(cast: Any, ada: Any) -> None:
    strange = [*clinic("Lee Unknown"), *everything()[3:]]
    client = cast.client("counselor")
    page = send(client, look(client, lines(*strange)), "check")
    assert page.context["strangers"] == ["Lee Unknown"]
    assert counts(page)["session_staff"] == {"left": 1}
    send(client, page)
    assert RECORDS["staff"].objects.count() == 1
    member = cast.member("counselor")
    member.roles = ["counselor", "program_director"]
    member.save()
    bring_in(client, *strange)
    (lee,) = RECORDS["staff"].objects.exclude(pk="carl")
    assert (lee.name, lee.program_id) == ("Lee Unknown", "iop")
    assert RECORDS["session_staff"].objects.get().staff_id == lee.pk


def test_somebody_without_a_name_is_told(cast: Any, ada: Any) -> None:
    client = cast.client("counselor")
    page = look(client, lines(patient(name=[]), patient("cora", name=[{"family": "Solo"}])))
    assert page.context["plan"].nameless == 1
    send(client, page)
    assert here(cast, "person", "cora").identity.family_name == "Solo"
    assert not Identity.objects.filter(person=here(cast, "person", "bea")).exists()


# --- what is wrong ------------------------------------------------------------------------------------------------

WRONG = {
    "broken": (b'{"resourceType": "Patient", ', "is not JSON"),
    "no FHIR": (b'{"a": 1}', "it has no resourceType"),
    "a list": (b"[1, 2]", "it has no resourceType"),
    "wrong shape": (json.dumps({"resourceType": "Patient", "id": "x", "birthDate": 5}).encode(), "is not FHIR R4"),
    "nobody": (b'{"resourceType": "Claim", "id": "x"}', "holds no Patient"),
    "dangling": (lines(patient(), diagnosis(who="nobody")), "who is in none of the files"),
    "CSV": (b"number,name\n1,Bea\n", "is no JSON"),
    "XML": (b"<Bundle/>", "is XML"),
    "packed": (b"\x1f\x8b\x08\x00\x00", "no text in UTF-8"),
    "empty": (b"", "is no JSON"),
    "deep": (b"[" * 100_000, "nested too deeply"),
    "too large": (b"{" + b" " * 4_000_000, "larger than 4 MB"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_read_is_told_in_a_sentence_and_nothing_is_written(cast: Any, ada: Any, name: str) -> None:
    before = stand()
    raw, says = WRONG[name]
    page = look(cast.client("counselor"), raw, act="write")
    told = page.content.decode()
    assert (page.status_code, says in told) == (200, True), told
    assert tempfile.gettempdir() + "/" not in told
    assert is_untouched(before)


def test_every_finding_is_told_at_once_with_its_file_and_line(cast: Any, ada: Any) -> None:
    wrong = b'{"resourceType": "Patient", "id": "x", "birthDate": 5}'
    page = look(cast.client("counselor"), lines(patient()) + b"\n{broken\n", wrong)
    told = [(one.file, one.line, one.code) for one in page.context["findings"]]
    assert told == [("file 1 (a file 0.json)", 2, "H404"), ("file 2 (a file 1.json)", 0, "H405")]
    assert all(one.mend for one in page.context["findings"])


def test_without_files_or_with_too_many_a_sentence_says_so(cast: Any, ada: Any) -> None:
    client = cast.client("counselor")
    assert "Choose the files" in client.post(PAGE, {}).content.decode()
    assert "more than 50 files" in look(client, *[lines(patient())] * 51).content.decode()
    assert "no longer at hand" in client.post(PAGE, {"carried": "forged", "act": "write"}).content.decode()


def test_what_the_chart_cannot_keep_is_left_out_and_told(cast: Any, ada: Any) -> None:
    care_plan, goal = plan()
    early = {**goal, "lifecycleStatus": "completed", "statusDate": "2026-01-01",
             "achievementStatus": {"coding": [{"code": "achieved"}]}}  # fmt: skip
    client = cast.client("counselor")
    page = send(client, look(client, lines(*clinic(), patient(), episode(), care_plan, early)), "check")
    assert counts(page).get("goal", {}) == {"left": 1}, counts(page)
    assert "cannot be before set on" in page.content.decode()
    assert send(client, page).status_code == 302


def test_a_name_of_a_file_does_nothing(cast: Any, ada: Any) -> None:
    named = SimpleUploadedFile("x<script>alert(1)</script>.json", b"{broken")
    told = cast.client("counselor").post(PAGE, {"files": [named]}).content.decode()
    assert "<script>alert" not in told


@pytest.mark.parametrize("role", ["program_director", "compliance_officer", "reviewer", "administrator"])
def test_a_role_that_may_not_write_charts_imports_nothing(cast: Any, ada: Any, role: str) -> None:
    assert cast.client(role).get(PAGE).status_code == 403
    assert look(cast.client(role), lines(patient())).status_code == 403


# --- many ---------------------------------------------------------------------------------------------------------


def many(count: int) -> list[dict[str, Any]]:
    people = [patient(f"p{place}") for place in range(count)]
    episodes = [episode(f"e{place}", f"p{place}") for place in range(count)]
    return [*people, *episodes, *(diagnosis(f"c{place}", who=f"p{place}") for place in range(count))]


def queries(doing: Any) -> int:
    with CaptureQueriesContext(connection) as told, judging.wait():
        doing()
    return len(told)


def test_the_queries_do_not_grow_with_the_rows(cast: Any, ada: Any) -> None:
    client, lake = cast.client("counselor"), cast.client("counselor", "lakeside")
    writing.create(cast.viewer("administrator", "lakeside"), "program", {"program_id": "lake", "service": "x/y"})
    told = {}
    for who, program, count in ((lake, "lake", 3), (client, "iop", 60)):
        page = send(who, look(who, lines(*many(3))), "check", program)
        looks = queries(lambda who=who, count=count: look(who, lines(*many(count))))
        page = look(who, lines(*many(count)))
        writes = queries(lambda who=who, page=page, program=program: send(who, page, program=program))
        again = queries(lambda who=who, count=count: look(who, lines(*many(count))))
        told[count] = (looks, writes, again)
    assert RECORDS["person"].objects.filter(holder="prairie").count() == 61
    assert all(large <= small + 2 for small, large in zip(told[3], told[60], strict=True)), told


@pytest.mark.skipif(not SYNTHEA.is_dir(), reason="needs ../shared/data/synthea beside the checkout")
def test_histories_that_nobody_here_wrote_come_in(cast: Any, ada: Any) -> None:
    files = sorted(SYNTHEA.glob("*.json"), key=lambda path: path.stat().st_size)[:3]
    client = cast.client("counselor")
    page = look(client, *(path.read_bytes() for path in files))
    assert counts(page)["person"] == {"new": 3}
    assert send(client, page).status_code == 302
    people = RECORDS["person"].objects.filter(pk__startswith="fhir-")
    assert [bool(one.identity.family_name and one.identity.number) for one in people] == [True] * 3
    again = look(client, *(path.read_bytes() for path in files))
    assert {state for told in counts(again).values() for state in told} == {"same"}
