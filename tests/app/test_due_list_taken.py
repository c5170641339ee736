"""Taking the due list along as a file: who may, of which program, and that the log tells."""

from __future__ import annotations

from typing import Any

import pytest
from tests.app.test_due import lists  # noqa: F401

from handrail.app.accounts.models import Membership
from handrail.app.audit.models import Entry
from handrail.app.worklists import judging

pytestmark = pytest.mark.django_db


@pytest.fixture
def judged(ada: Any) -> None:
    judging.judge_person("prairie", "ada")


def at_work(cast: Any, role: str, staff_id: str = "") -> Any:
    Membership.objects.filter(pk=cast.member(role).pk).update(staff_id=staff_id)
    return cast.client(role)


@pytest.mark.parametrize("role", ["clinical_supervisor", "program_director"])
def test_a_leader_takes_the_list_of_their_own_program_and_the_log_tells(
    cast: Any,
    lists: Any,  # noqa: F811
    role: str,
) -> None:
    client = at_work(cast, role, "carl")
    page = client.get("/due/?list=late").content.decode()
    assert "/due/export?list=late&amp;program=iop" in page
    assert "Save as CSV: Prairie Evenings" in page
    answer = client.get("/due/export?list=late&program=iop")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/csv")
    assert "Nine over." in answer.content.decode()
    assert Entry.objects.filter(act="export", person_id="ada", user_id=cast.member(role).user_id).count() == 1


@pytest.mark.parametrize("query", ["", "?program=irs", "?list=late"])
def test_a_leader_takes_no_other_programs_list(cast: Any, judged: None, query: str) -> None:
    client = at_work(cast, "clinical_supervisor", "carl")
    assert client.get(f"/due/export{query}").status_code == 403
    assert not Entry.objects.filter(act="export").exists()


def test_on_another_programs_list_there_is_nothing_to_take(cast: Any, judged: None) -> None:
    page = at_work(cast, "clinical_supervisor", "carl").get("/due/?program=irs").content.decode()
    assert "/due/export" not in page
    assert "You can save the list of your own program" in page


def test_a_leader_who_is_not_on_the_staff_list_takes_one_program_at_a_time(cast: Any, judged: None) -> None:
    client = at_work(cast, "program_director")
    assert "/due/export" not in client.get("/due/").content.decode()
    assert client.get("/due/export").status_code == 403
    assert client.get("/due/export?program=iop").status_code == 200


def test_the_compliance_officer_takes_every_list(cast: Any, judged: None) -> None:
    client = at_work(cast, "compliance_officer")
    assert "Save as CSV</a>" in client.get("/due/").content.decode()
    assert client.get("/due/export").status_code == 200


@pytest.mark.parametrize("role", ["counselor", "group_leader", "recovery_worker", "administrator"])
def test_everybody_else_is_refused(cast: Any, judged: None, role: str) -> None:
    assert at_work(cast, role, "carl").get("/due/export?program=iop").status_code == 403


def test_another_organization_takes_nothing_of_it(cast: Any, judged: None) -> None:
    client = cast.client("clinical_supervisor", "lakeside")
    assert "Ada" not in client.get("/due/export?program=iop").content.decode()
