"""Files come in whole or not at all, twice without harm; and everything about a person goes out."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile

from handrail.app.audit.log import faults
from handrail.app.audit.models import Entry
from handrail.app.chart import reading, writing
from handrail.app.chart.exporting import export
from handrail.app.chart.models import RECORDS, Change, Heading, Identity
from handrail.app.paper.cells import harmless
from handrail.app.screens.transfer.sheets import UnreadableError, decoded, guessed, kinds, sheet
from handrail.app.worklists import judging
from handrail.records.schema import tables

pytestmark = pytest.mark.django_db

PEOPLE = """Client ID,First name,Last name,DOB,Gender,Program,Admit date
1001,Bea,Example,2/28/1990,F,Prairie Evenings,2026-03-02
1002,Cora,"Example, Jr.",1985-07-01,female,iop,3/3/2026
"""
SESSIONS = """Session ID,Service,Type,Date,Start,End,Location
S1,iop,Group,2026-03-04,9:00,12:00,Office
S2,iop,group,2026-03-05,11:00 PM,1:00 AM,telehealth
"""
ATTENDANCE = """Session,Client ID,Status,In,Out
S1,1001,Attended,9:05,12:00
S1,1002,absent,,
S2,1001,yes,23:00,0:30
"""


def look(client: Any, text: str | bytes, kind: str = "people", **more: str) -> Any:
    """This will choose a file and look at it."""
    raw = text if isinstance(text, bytes) else text.encode()
    return client.post("/import/", {"kind": kind, "file": SimpleUploadedFile("a file.csv", raw), **more})


def write_it(client: Any, page: Any) -> Any:
    """This will send the page that looked at a file, as it stands."""
    told = {f"column-{name}": head for name, _about, head in page.context["columns"]}
    sent = {"kind": page.context["kind"], "text": page.context["text"], "act": "write", **told}
    return client.post("/import/", sent)


def bring_in(client: Any, text: str, kind: str = "people") -> Any:
    """This will look at a file, and write it."""
    page = look(client, text, kind)
    assert page.context["faults"] == [], page.context["faults"]
    return write_it(client, page)


def told_of(page: Any) -> list[tuple[int, str]]:
    """This will give the lines and columns in which something is wrong."""
    return [(one.line, one.column) for one in page.context["faults"]]


# --- in -----------------------------------------------------------------------------------------------------------


def test_looking_writes_nothing(cast: Any, ada: Any) -> None:
    before = Change.objects.count()
    page = look(cast.client("counselor"), PEOPLE)
    assert page.status_code == 200
    assert page.context["plan"].counts == [("person", 2), ("episode", 2)]
    assert Change.objects.count() == before


def test_people_come_in_with_names_and_episodes(cast: Any, ada: Any) -> None:
    assert bring_in(cast.client("counselor"), PEOPLE).status_code == 302
    bea = Identity.objects.get(number="1001")
    assert (bea.person_id, str(bea)) == ("prairie:1001", "Bea Example")
    person = RECORDS["person"].objects.get(pk="prairie:1001")
    assert (person.birth_date.isoformat(), person.sex) == ("1990-02-28", "female")
    episode = RECORDS["episode"].objects.get(person_id="prairie:1001")
    assert (episode.pk, episode.program_id, episode.admitted_on.isoformat()) == ("prairie:1001", "iop", "2026-03-02")
    assert Identity.objects.get(number="1002").family_name == "Example, Jr."
    assert Entry.objects.get(act="import").detail == "4 rows"
    assert list(faults()) == []


def test_sessions_and_attendance_come_in(cast: Any, ada: Any) -> None:
    client = cast.client("counselor")
    for text, kind in ((PEOPLE, "people"), (SESSIONS, "sessions"), (ATTENDANCE, "attendance")):
        assert bring_in(client, text, kind).status_code == 302
    late = RECORDS["session"].objects.get(pk="prairie:S2")
    assert (late.status, late.type, late.setting) == ("held", "group", "telehealth")
    assert (late.starts_at.isoformat(), late.ends_at.isoformat()) == ("2026-03-05T23:00:00", "2026-03-06T01:00:00")
    came = RECORDS["attendance"].objects.get(pk="prairie:S2:1001")
    assert (came.status, came.left_at.isoformat()) == ("attended", "2026-03-06T00:30:00")
    assert RECORDS["attendance"].objects.get(pk="prairie:S1:1002").arrived_at is None


def test_the_same_files_again_add_nothing(cast: Any, ada: Any) -> None:
    client = cast.client("counselor")
    files = ((PEOPLE, "people", 2), (SESSIONS, "sessions", 2), (ATTENDANCE, "attendance", 3))
    for text, kind, _count in files:
        bring_in(client, text, kind)
    before = (Change.objects.count(), Identity.objects.count())
    for text, kind, count in files:
        page = look(client, text, kind)
        assert (page.context["plan"].counts, page.context["plan"].old) == ([], count)
        write_it(client, page)
    assert (Change.objects.count(), Identity.objects.count()) == before


def test_somebody_who_was_entered_by_hand_is_not_entered_twice(cast: Any, ada: Any) -> None:
    page = bring_in(cast.client("counselor"), PEOPLE.replace("1001,Bea", "0001,Ada"))
    assert page.status_code == 302, page.content.decode()
    assert Identity.objects.filter(given_name="Ada").count() == 1
    assert RECORDS["episode"].objects.get(pk="prairie:0001").person_id == "ada"


def test_two_clinics_may_have_the_same_numbers(cast: Any, ada: Any) -> None:
    writing.create(cast.viewer("administrator", "lakeside"), "program",
                   {"program_id": "lake", "name": "Prairie Evenings", "service": "us-ne/intensive-outpatient-2.1"})  # fmt: skip
    text = PEOPLE.replace("iop", "Prairie Evenings")
    assert bring_in(cast.client("counselor"), text).status_code == 302
    assert bring_in(cast.client("counselor", "lakeside"), text).status_code == 302
    assert RECORDS["episode"].objects.get(pk="lakeside:1001").program_id == "lake"
    assert Identity.objects.filter(number="1001").count() == 2


def test_everything_that_is_wrong_is_told_at_once_and_nothing_is_written(cast: Any, ada: Any) -> None:
    wrong = (
        "number,given name,family name,birth date,sex,program,requested on,admitted on\n"
        "1001,Bea,Example,30 February,unknown,iop,2026-03-02,2026-03-03\n"
        ",Cora,Example,1985-07-01,female,Somewhere,2026-03-02,\n"
        "10/03,Dora,Example,1985-07-01,female,iop,2026-03-02,2026-03-01\n"
        "1004,Edda,Example,1985-07-01,female,iop,2026-03-02,2026-03-01\n"
        "1005,Fay,Example,1985-07-01,female,iop,,\n"
        "1006,Gia,Example,1685-07-01,female,iop,2026-03-02,,extra\n"
        "1007,Hal,Example,1685-07-01,female,iop,2026-03-02,\n"
    )
    client = cast.client("counselor")
    page = look(client, wrong)
    assert told_of(page) == [
        (2, "birth_date"), (2, "sex"), (3, "number"), (3, "program"), (4, "number"), (5, "admitted_on"),
        (6, "requested_on"), (7, ""), (8, "birth_date"),
    ]  # fmt: skip
    assert all(one.says and one.mend for one in page.context["faults"])
    assert "9 things need mending" in page.content.decode()
    write_it(client, page)
    assert not Identity.objects.exclude(given_name="Ada").exists()


def test_a_fault_names_the_line_and_no_value(cast: Any, ada: Any) -> None:
    page = look(cast.client("counselor"), PEOPLE.replace("2/28/1990", "the secret day"))
    assert told_of(page) == [(2, "birth_date")]
    assert not any("secret" in f"{one.says} {one.mend}" for one in page.context["faults"])


def test_a_number_that_stands_for_two_different_people_is_told(cast: Any, ada: Any) -> None:
    page = look(cast.client("counselor"), PEOPLE.replace("1002", "1001"))
    assert (3, "number") in told_of(page)


def test_attendance_of_nobody_known_is_told(cast: Any, ada: Any) -> None:
    client = cast.client("counselor")
    assert told_of(look(client, ATTENDANCE, "attendance")) == [(line, "session_number") for line in (2, 3, 4)]
    bring_in(client, SESSIONS, "sessions")
    assert told_of(look(client, ATTENDANCE, "attendance")) == [(line, "number") for line in (2, 3, 4)]


def test_headings_are_chosen_once_and_remembered(cast: Any, ada: Any) -> None:
    client = cast.client("counselor")
    text = PEOPLE.replace("Client ID", "Our own number").replace("Admit date", "Came")
    page = look(client, text)
    assert told_of(page) == [(1, "number")]
    told = {f"column-{name}": head for name, _about, head in page.context["columns"]}
    told |= {"column-number": "Our own number", "column-admitted_on": "Came"}
    page = client.post("/import/", {"kind": "people", "text": page.context["text"], "act": "check", **told})
    assert page.context["faults"] == []
    assert Heading.objects.get(organization="prairie", column="number").heading == "Our own number"
    assert bring_in(client, text).status_code == 302
    assert told_of(look(cast.client("counselor", "lakeside"), text))[0] == (1, "number")


def test_what_is_brought_in_is_judged_at_once(cast: Any, ada: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from handrail.app.worklists.models import Verdict  # noqa: PLC0415

    monkeypatch.setattr(judging._here, "is_waiting", False)
    bring_in(cast.client("counselor"), PEOPLE)
    assert (
        Verdict.objects.filter(person_id="prairie:1001", clause="adult").exists()
        or Verdict.objects.filter(person_id="prairie:1001").exists()
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize(("separator", "ending"), [(",", "\n"), (";", "\r\n"), ("\t", "\r\n")])
def test_files_of_other_programs_are_read(encoding: str, separator: str, ending: str) -> None:
    text = ending.join(
        separator.join(cells) for cells in (("Client ID", "First name"), ("1", "Zoë"), ("", ""), ("2", "René"))
    )
    told = sheet(decoded(text.encode(encoding)))
    assert told.heads == ("Client ID", "First name")
    assert told.lines == ((2, ("1", "Zoë")), (4, ("2", "René")))


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"PK\x03\x04 a workbook", "Save it as CSV"),
        (b"number,name\n1,\x00\x01", "This is no text"),
        (b"", "The file is empty"),
        (b"number,name\n", "no lines below"),
        (b"number,number\n1,2\n", "same heading"),
        (b'number,name\n1,"open\n', "quotation mark"),
        (b"number,name\n" + b"1,2\n" * 5001, "more than 5000 lines"),
        (b"number,name\n1," + b"x" * 1_000_000, "larger than 1 MB"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_why(cast: Any, ada: Any, raw: bytes, said: str) -> None:
    page = look(cast.client("counselor"), raw)
    assert page.status_code == 200
    assert said in page.content.decode()


def test_a_kind_that_is_not_there_is_not_found(cast: Any, ada: Any) -> None:
    assert look(cast.client("counselor"), PEOPLE, "anything").status_code == 404


def test_a_formula_does_no_harm(cast: Any, ada: Any) -> None:
    formula = '=HYPERLINK("http://example.org")'
    cell = formula.replace('"', '""')
    client = cast.client("counselor")
    bring_in(client, PEOPLE.replace("Bea", f'"{cell}"').replace("Cora", "<b>Cora</b>"))
    assert Identity.objects.get(number="1001").given_name == formula
    assert "<b>Cora" not in client.get("/people/").content.decode()
    assert harmless(formula) == f"'{formula}"
    told = sheet(f'number,name\n1,"{harmless(cell)}"\n')
    assert told.lines == ((2, ("1", formula)),)


@pytest.mark.parametrize("role", ["program_director", "compliance_officer", "reviewer", "administrator"])
def test_a_role_that_may_not_write_charts_imports_nothing(cast: Any, ada: Any, role: str) -> None:
    assert cast.client(role).get("/import/").status_code == 403
    assert look(cast.client(role), PEOPLE).status_code == 403


def test_every_column_of_a_file_is_one_of_the_chart() -> None:
    for told in kinds().values():
        for name, about in told["columns"].items():
            assert "of" not in about or name in tables()[about["of"]].columns


def test_headings_are_guessed_however_they_are_written() -> None:
    found = guessed("people", ("CLIENT_ID", "First-Name", "last name", "D.O.B."), {})
    assert (found["number"], found["given_name"], found["birth_date"]) == ("CLIENT_ID", "First-Name", "D.O.B.")
    assert found["sex"] == ""


# --- out ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def bea(cast: Any, ada: Any, write: Any) -> Any:
    """Somebody else at Prairie, who was in the same session as Ada."""
    held = write("session", session_id="s1", program_id="iop", type="group", status="held", held_on="2026-03-02")
    person = write("person", person_id="bea")
    writing.name(cast.viewer("counselor"), person, given_name="Bea", family_name="Other")
    write("episode", episode_id="b1", person_id="bea", program_id="iop", requested_on="2026-03-01")
    for episode in ("e1", "b1"):
        write("attendance", attendance_id=f"a-{episode}", session_id="s1", episode_id=episode, status="attended")
    writing.word(cast.viewer("counselor"), RECORDS["attendance"].objects.get(pk="a-e1"), "note", "=SUM(A1) is a joke")
    wrong = write("use_event", use_event_id="wrong", person_id="ada", occurred_on="2026-03-02")
    writing.withdraw(cast.viewer("counselor"), wrong, reason="Another person's.")
    return held


def opened(raw: bytes) -> dict[str, Any]:
    """This will read an export: rows by file, and the history."""
    with zipfile.ZipFile(io.BytesIO(raw)) as folder:
        assert folder.testzip() is None
        return {
            name: list(csv.DictReader(io.StringIO(folder.read(name).decode(), newline="")))
            if name.endswith(".csv")
            else folder.read(name).decode()
            for name in folder.namelist()
        }


def test_everything_of_a_person_goes_out_and_nothing_of_another(cast: Any, bea: Any) -> None:
    client = cast.client("compliance_officer")
    assert "Export" in client.get("/people/ada/export").content.decode()
    page = client.post("/people/ada/export", {"why": "stays"})
    assert "attachment" in page["Content-Disposition"]
    assert "ada" not in page["Content-Disposition"].lower()
    raw = b"".join(page.streaming_content)
    told = opened(raw)
    assert told["person.csv"][0]["person_id"] == "ada"
    assert told["person.csv"][0]["sex"] == "female"
    assert [row["attendance_id"] for row in told["attendance.csv"]] == ["a-e1"]
    assert [row["session_id"] for row in told["session.csv"]] == ["s1"]
    assert told["names.csv"][0]["given_name"] == "Ada"
    assert told["words.csv"][0]["text"] == "'=SUM(A1) is a joke"
    assert "use_event.csv" not in told
    history = json.loads(told["history.json"])
    assert {("use_event", "withdrawn"), ("person", "created"), ("wording", "created")} <= {
        (one["table"], one["kind"]) for one in history
    }
    everything = json.dumps(told)
    assert "Bea" not in everything
    assert '"b1"' not in everything


def test_an_export_has_the_declared_columns(cast: Any, bea: Any) -> None:
    out = io.BytesIO()
    export(cast.viewer("compliance_officer"), out)
    told = opened(out.getvalue())
    for name, table in tables().items():
        if f"{name}.csv" in told:
            assert list(told[f"{name}.csv"][0]) == list(table.columns)
            assert len(told[f"{name}.csv"]) == RECORDS[name].objects.filter(is_withdrawn=False).count()


def test_an_export_is_logged(cast: Any, bea: Any) -> None:
    cast.client("compliance_officer").post("/people/ada/export", {"why": "stays"})
    told = Entry.objects.get(act="export")
    assert (told.table, told.row_id, told.person_id) == ("person", "ada", "ada")
    assert told.detail.endswith(" rows")


def test_the_whole_organization_goes_out(cast: Any, bea: Any) -> None:
    out = io.BytesIO()
    count = export(cast.viewer("compliance_officer"), out)
    told = opened(out.getvalue())
    assert {row["person_id"] for row in told["person.csv"]} == {"ada", "bea"}
    assert sum(len(told[f"{name}.csv"]) for name in tables() if f"{name}.csv" in told) == count
    assert len(json.loads(told["history.json"])) == Change.objects.count()
    assert Entry.objects.get(act="export").table == "organization"


def test_another_organizations_export_is_empty_of_it(cast: Any, bea: Any) -> None:
    assert cast.client("compliance_officer", "lakeside").post("/people/ada/export").status_code == 404
    out = io.BytesIO()
    assert export(cast.viewer("compliance_officer", "lakeside"), out) == 0
    assert set(opened(out.getvalue())) == {"about.txt", "history.json"}


@pytest.mark.parametrize("role", ["counselor", "clinical_supervisor", "program_director", "administrator"])
def test_a_role_that_may_not_export_gets_nothing(cast: Any, bea: Any, role: str) -> None:
    assert cast.client(role).get("/people/ada/export").status_code == 403
    assert cast.client(role).post("/people/ada/export").status_code == 403
    with pytest.raises(PermissionDenied):
        export(cast.viewer(role), io.BytesIO())
    assert not Entry.objects.filter(act="export").exists()


def test_an_unreadable_text_says_how_to_mend_it() -> None:
    with pytest.raises(UnreadableError, match="Save it as CSV"):
        decoded(b"\xd0\xcf\x11\xe0")


def test_reading_still_shows_what_was_exported(cast: Any, bea: Any) -> None:
    export(cast.viewer("compliance_officer"), io.BytesIO(), person_id="ada")
    assert reading.rows(cast.viewer("counselor"), "person").filter(pk="ada").exists()
