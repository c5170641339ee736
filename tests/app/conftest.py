"""The cast of the app's tests: two providers and a payer, one person for each role, and an invented clinic's records."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from tests.app.chart_world import first_value

from handrail.app.accounts import walls
from handrail.app.accounts.access import Viewer, roles, viewer_of
from handrail.app.accounts.models import Membership, Organization, User
from handrail.app.chart import writing
from handrail.app.worklists import judging
from handrail.records.schema import in_order_of_reference, tables

SINCE = datetime.date(2020, 1, 1)


@pytest.fixture(scope="session", autouse=True)
def outside_the_walls() -> Iterator[None]:
    """Tests look at what became of every organization's rows; each request of theirs stays within the walls."""
    with walls.everybody():
        yield


@dataclass(frozen=True)
class Cast:
    """Who is there. `viewer(role)` and `client(role)` are of Prairie Example, unless another organization is named."""

    prairie: Organization
    lakeside: Organization
    payer: Organization

    def member(self, role: str, organization: str = "prairie") -> Membership:
        """This will give the member of an organization with just one role; the user's name is `<organization>-<role>`."""
        user, is_new = User.objects.get_or_create(
            username=f"{organization}-{role}",
            defaults={"first_name": role.replace("_", " ").title(), "last_name": "Example"},
        )
        if is_new:
            user.set_password("an invented password")
            user.save()
        held, _ = Membership.objects.get_or_create(
            user=user, organization_id=organization, defaults={"roles": [role], "since": SINCE}
        )
        return held

    def viewer(self, role: str, organization: str = "prairie") -> Viewer:
        """This will give somebody at work in a role."""
        return viewer_of(self.member(role, organization))

    def client(self, role: str, organization: str = "prairie") -> Client:
        """This will give a browser in which somebody is signed in."""
        client = Client()
        client.force_login(self.member(role, organization).user, backend="django.contrib.auth.backends.ModelBackend")
        return client


@pytest.fixture
def cast(db: None) -> Cast:
    assert roles()
    made = [
        Organization.objects.create(organization_id=name, name=title, kind=kind)
        for name, title, kind in (
            ("prairie", "Prairie Example", "provider"),
            ("lakeside", "Lakeside Example", "provider"),
            ("plan", "Example Health Plan", "payer"),
        )
    ]
    return Cast(*made)


Write = Callable[..., Any]


@pytest.fixture
def write(cast: Cast) -> Iterator[Write]:
    """Writes rows as Prairie's staff would: `write("person", person_id="ada", birth_date=...)`. Nobody is judged yet."""
    clinical, office = cast.viewer("clinical_supervisor"), cast.viewer("administrator")

    def one(table: str, **values: Any) -> Any:
        by = office if table in writing.OF_THE_PROGRAM else clinical
        return writing.create(by, table, values)

    with judging.wait():
        yield one


@pytest.fixture
def ada(cast: Cast, write: Write) -> Any:
    """Ada Example, 36, admitted to Prairie's intensive outpatient program a month ago, with a plan and a counselor."""
    today = cast.viewer("counselor").today
    write(
        "program",
        program_id="iop",
        name="Prairie Evenings",
        service="us-ne/intensive-outpatient-2.1",
        level="2.1",
        focus="substance_use",
        is_residential=False,
        dual_diagnosis_enhanced=False,
    )
    write(
        "program",
        program_id="irs",
        name="Prairie Recovery",
        service="us-nc/intensive-recovery-support",
        focus="substance_use",
        is_residential=False,
    )
    write("staff", staff_id="carl", name="Carl Example", program_id="iop")
    write("credential", credential_id="cred", staff_id="carl", kind="ladc", issued_on=SINCE)
    person = write("person", person_id="ada", birth_date=datetime.date(today.year - 36, 1, 15), sex="female")
    writing.name(cast.viewer("counselor"), person, given_name="Ada", family_name="Example", number="0001")
    start = today - datetime.timedelta(days=30)
    write(
        "episode",
        episode_id="e1",
        person_id="ada",
        program_id="iop",
        requested_on=start - datetime.timedelta(days=3),
        admitted_on=start,
        recorded_on=start,
    )
    write("plan", plan_id="p1", episode_id="e1", effective_on=start, written_by="carl", recorded_on=start)
    return person


@pytest.fixture
def world(cast: Any, write: Any) -> dict[str, Any]:
    """One row of every table, every column filled; its id is `a-<table>`."""
    return {
        name: write(name, **{c.name: first_value(tables()[name], c) for c in tables()[name].columns.values()})
        for name in in_order_of_reference()
    }
