"""Contacts: skill areas, recovery contacts, the care team, needs and referrals."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext

from handrail.app.audit.models import Entry
from handrail.app.chart import reading
from handrail.app.chart.models import RECORDS
from handrail.app.worklists import judging
from handrail.records.schema import tables

pytestmark = pytest.mark.django_db


@pytest.fixture
def irs(cast: Any, ada: Any, write: Any) -> Any:
    """Ada's episode in the recovery program."""
    day = cast.viewer("counselor").today - datetime.timedelta(days=10)
    write("staff", staff_id="rita", name="Rita Example", program_id="irs")
    return write("episode", episode_id="e2", person_id="ada", program_id="irs", requested_on=day, admitted_on=day,
                 recorded_on=day)  # fmt: skip


def contact(cast: Any, **typed: Any) -> dict[str, Any]:
    """This will fill in the form of a contact."""
    day = cast.viewer("counselor").today - datetime.timedelta(days=1)
    return {"once": str(uuid.uuid4()), "held_on": day.isoformat(), "starts": "14:00", "ends": "14:45",
            "setting": "community", "staff": "rita", "areas": ["communication", "self_advocacy"],
            "practice": "motivational_interviewing", "note": "She called her landlord herself.", **typed}  # fmt: skip


def test_a_contact_is_entered_with_all_that_belongs_to_it(cast: Any, irs: Any) -> None:
    page = cast.client("recovery_worker").post("/episodes/e2/recovery/contact", contact(cast))
    assert page["Location"] == "/episodes/e2/recovery"
    session = RECORDS["session"].objects.get()
    assert (session.type, session.status, session.program_id) == ("recovery_support", "held", "irs")
    assert session.starts_at.time() == datetime.time(14, 0)
    attended = RECORDS["attendance"].objects.get()
    assert (attended.episode_id, attended.status, attended.left_at.time()) == ("e2", "attended", datetime.time(14, 45))
    assert set(RECORDS["session_focus"].objects.values_list("area", flat=True)) == {"communication", "self_advocacy"}
    assert RECORDS["session_staff"].objects.get().staff_id == "rita"
    words = reading.wordings(cast.viewer("counselor"), "attendance", attended.pk)
    assert words[attended.pk, "note"] == "She called her landlord herself."


def test_the_same_form_sent_twice_is_one_contact(cast: Any, irs: Any) -> None:
    client, typed = cast.client("recovery_worker"), contact(cast)
    for _ in range(2):
        assert client.post("/episodes/e2/recovery/contact", typed).status_code == 302
    assert RECORDS["session"].objects.count() == 1


def test_a_contact_is_judged_as_soon_as_it_is_entered(cast: Any, irs: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging._here, "is_waiting", False)
    client = cast.client("recovery_worker")
    client.post("/episodes/e2/recovery/contact", contact(cast))
    page = client.get("/episodes/e2/recovery").content.decode()
    assert "The contact works on at least one skill area." in page
    assert "2 of 9 areas so far" in page
    assert "She called her landlord herself." in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"held_on": "2999-01-01"}, "still to come"),
        ({"held_on": ""}, "This field is required"),
        ({"ends": "13:00"}, "Give a time after the start"),
        ({"areas": ["made up"]}, "not one of the available choices"),
        ({"staff": "nobody"}, "not one of the available choices"),
    ],
)
def test_what_was_typed_stays_when_something_is_wrong(cast: Any, irs: Any, typed: dict[str, Any], said: str) -> None:
    page = cast.client("recovery_worker").post("/episodes/e2/recovery/contact", contact(cast, **typed))
    text = page.content.decode()
    assert page.status_code == 200
    assert said in text
    assert "She called her landlord herself." in text
    assert not RECORDS["session"].objects.exists()


def test_every_area_is_listed_with_its_contacts(cast: Any, irs: Any) -> None:
    client = cast.client("recovery_worker")
    client.post("/episodes/e2/recovery/contact", contact(cast))
    page = client.get("/episodes/e2/recovery")
    told = {area.name: area.count for area in page.context["areas"]}
    assert set(told) == set(tables()["session_focus"].columns["area"].values) - {"other"}
    assert {name for name, count in told.items() if count} == {"communication", "self_advocacy"}


@pytest.mark.parametrize(
    ("what", "typed", "table"),
    [
        ("provider", {"role": "medical_home", "name": "Example Family Practice", "known_on": "2026-03-02"}, "care_team_member"),
        ("need", {"kind": "housing", "identified_on": "2026-03-02"}, "need"),
        ("referral", {"purpose": "housing", "referred_on": "2026-03-02", "receiver": "Example Homes"}, "referral"),
        ("inquiry", {"topic": "providers", "asked_on": "2026-03-02"}, "inquiry"),
    ],
)  # fmt: skip
def test_an_entry_is_kept_and_shown(cast: Any, irs: Any, what: str, typed: dict[str, str], table: str) -> None:
    client = cast.client("recovery_worker")
    assert client.get(f"/episodes/e2/recovery/new/{what}").status_code == 200
    assert client.post(f"/episodes/e2/recovery/new/{what}", typed).status_code == 302
    row = RECORDS[table].objects.get()
    assert getattr(row, "episode_id", "e2") == "e2"
    assert getattr(row, "person_id", "ada") == "ada"
    page = client.get("/episodes/e2/recovery")
    assert page.status_code == 200
    if what != "inquiry":
        assert f"/records/{table}/{row.pk}" in page.content.decode()


def test_a_contact_with_a_provider_offers_those_of_the_episode(cast: Any, irs: Any, write: Any) -> None:
    write("care_team_member", care_team_member_id="c1", episode_id="e2", role="prescriber", name="Example Clinic",
          known_on=irs.admitted_on)  # fmt: skip
    write("care_team_member", care_team_member_id="c2", episode_id="e1", role="prescriber", name="Other Clinic",
          known_on=irs.admitted_on)  # fmt: skip
    client = cast.client("recovery_worker")
    page = client.get("/episodes/e2/recovery/new/coordination").content.decode()
    assert "Example Clinic" in page
    assert "Other Clinic" not in page
    typed = {"care_team_member": "c1", "contacted_on": "2026-03-02", "by_staff": "rita"}
    assert client.post("/episodes/e2/recovery/new/coordination", typed).status_code == 302
    assert RECORDS["coordination_contact"].objects.get().by_staff_id == "rita"
    assert "Rita Example" in client.get("/episodes/e2/recovery").content.decode()


def test_an_entry_that_is_wrong_keeps_what_was_typed(cast: Any, irs: Any) -> None:
    page = cast.client("recovery_worker").post(
        "/episodes/e2/recovery/new/referral", {"purpose": "housing", "referred_on": "soon", "receiver": "Example Homes"}
    )
    assert "Enter a valid date" in page.content.decode()
    assert 'value="Example Homes"' in page.content.decode()
    assert not RECORDS["referral"].objects.exists()


def test_a_form_that_is_not_there_is_not_found(cast: Any, irs: Any) -> None:
    assert cast.client("recovery_worker").get("/episodes/e2/recovery/new/anything").status_code == 404


@pytest.mark.parametrize("address", ["recovery", "recovery/contact", "recovery/new/need", "outcomes"])
def test_another_organization_finds_nothing(cast: Any, irs: Any, address: str) -> None:
    client = cast.client("clinical_supervisor", "lakeside")
    assert client.get(f"/episodes/e2/{address}").status_code == 404


@pytest.mark.parametrize(("role", "may_read"), [("program_director", True), ("reviewer", False)])
def test_a_role_that_may_not_write_enters_nothing(cast: Any, irs: Any, role: str, may_read: bool) -> None:
    client = cast.client(role)
    assert client.get("/episodes/e2/recovery").status_code == (200 if may_read else 403)
    for address in ("recovery/contact", "recovery/new/need"):
        assert client.get(f"/episodes/e2/{address}").status_code == 403
        assert client.post(f"/episodes/e2/{address}", contact(cast)).status_code == 403
    assert not RECORDS["session"].objects.exists()


def test_opening_it_is_logged(cast: Any, irs: Any) -> None:
    cast.client("recovery_worker").get("/episodes/e2/recovery")
    told = Entry.objects.get(act="read")
    assert (told.person_id, told.row_id, told.detail) == ("ada", "e2", "recovery")


def test_the_queries_do_not_grow_with_the_contacts(cast: Any, irs: Any) -> None:
    from django.db import connection  # noqa: PLC0415

    client, counted = cast.client("recovery_worker"), []
    for more in (1, 6):
        for _ in range(more):
            client.post("/episodes/e2/recovery/contact", contact(cast))
        judging.judge_person("prairie", "ada")
        with CaptureQueriesContext(
            connection,
        ) as told:
            assert client.get("/episodes/e2/recovery").status_code == 200
        counted.append(len(told))
    assert counted[1] <= counted[0] + 1
