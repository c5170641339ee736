"""A payer's terms and the credentials of its staff: laid down from a day on, held to the ceiling, never edited afterwards."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.app import payer_world as payers
from tests.app.appeal_world import clauses, referred

from handrail.app.accounts.models import Organization
from handrail.app.audit.models import Entry
from handrail.app.authorizations import determining, laid_down
from handrail.app.authorizations.models import Qualification, Terms
from handrail.app.authorizations.terms import terms_of

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


def typed(since: datetime.date, **more: Any) -> dict[str, Any]:
    return {
        "since": since.isoformat(), "denying_credentials": "MD, DO", "standard_days": 7, "expedited_hours": 72, "extension_days": 14, "appeal_extension_days": 14,
        "answer_days": 5, "appeal_days": 60, "appeal_standard_days": 30, "appeal_expedited_hours": 72, "hearing_days": 120,
        "continuation_days": 10, "advance_notice_days": 10, "check_one_in": 10, "second_look": "on", "source": "an invented contract", **more,
    }  # fmt: skip


def text_of(page: Any) -> str:
    return " ".join(page.content.decode().split())


def test_the_number_of_queries_grows_neither_with_payers_nor_with_terms_nor_with_credentials(cast: Any) -> None:
    ours, theirs = cast.client("administrator", "plan"), cast.client("administrator")
    member, today = cast.member("reviewer", "plan"), cast.viewer("administrator", "plan").today

    def count(client: Any) -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get("/terms/").status_code == 200
        return len(found)

    def more(number: int) -> None:
        other = Organization.objects.create(organization_id=f"payer{number}", name=f"Payer {number}", kind="payer")
        for payer in (cast.payer, other):
            Terms.objects.create(payer=payer, since=today - number * DAY, entered_by=member)
        Organization.objects.create(organization_id=f"bare{number}", name=f"Without terms {number}", kind="payer")
        Qualification.objects.create(
            membership=member, organization=cast.payer, credential="MD", since=today - number * DAY
        )

    more(1)
    for client in (ours, theirs):
        count(client)
    before = [count(ours), count(theirs)]
    for number in range(2, 6):
        more(number)
    assert [count(ours), count(theirs)] == before


def test_terms_are_laid_down_and_hold_from_their_day_on(cast: Any) -> None:
    client, today = cast.client("administrator", "plan"), cast.viewer("administrator", "plan").today
    assert "No terms are in force" in text_of(client.get("/terms/"))
    services = ["unit_0", "source_0"]
    page = client.post(
        "/terms/new", typed(today, standard_days=5, **dict(zip(services, ("hour", "the contract"), strict=True)))
    )
    assert (page.status_code, page["Location"]) == (302, "/terms/")
    made = Terms.objects.get()
    assert (made.denying_credentials, made.standard_days, made.second_look, made.asking_pauses) == (
        ["MD", "DO"],
        5,
        True,
        False,
    )
    assert [one["unit"] for one in made.units.values()] == ["hour"]
    assert made.entered_by == cast.member("administrator", "plan")
    shown = text_of(client.get("/terms/"))
    assert "in force" in shown
    assert "an invented contract" in shown
    assert "Administrator Example" in shown
    assert Entry.objects.filter(act="lay down terms").count() == 1
    later = client.post("/terms/new", typed(today + 10 * DAY, standard_days=3))
    assert later.status_code == 302
    assert terms_of("plan", today + 9 * DAY).standard_days == 5
    assert terms_of("plan", today + 10 * DAY).standard_days == 3


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("standard_days", 8, "At most 7"), ("expedited_hours", 73, "At most 72"), ("extension_days", 15, "At most 14"), ("appeal_extension_days", 15, "At most 14"),
        ("appeal_days", 59, "At least 60"), ("appeal_standard_days", 31, "At most 30"), ("hearing_days", 119, "At least 120"),
        ("continuation_days", 9, "At least 10"), ("denying_credentials", " , ", "Name at least one"), ("unit_0", "hour", "Say where the unit is stated"),
    ],
)  # fmt: skip
def test_what_goes_beyond_the_ceiling_is_said_at_its_field_and_nothing_typed_is_lost(
    cast: Any, field: str, value: Any, says: str
) -> None:
    client, today = cast.client("administrator", "plan"), cast.viewer("administrator", "plan").today
    page = client.post("/terms/new", typed(today, contact="Write to us here", **{field: value}))
    shown = text_of(page)
    assert page.status_code == 200
    assert says in shown
    assert "Write to us here" in shown
    assert f'id="id_{field}_error"' in shown or "source_0_error" in shown
    assert not Terms.objects.exists()


def test_all_that_is_wrong_is_said_at_once(cast: Any) -> None:
    client, today = cast.client("administrator", "plan"), cast.viewer("administrator", "plan").today
    shown = text_of(client.post("/terms/new", typed(today - DAY, standard_days=8, appeal_days=1)))
    for says in ("At most 7", "At least 60", "what was in force is not edited"):
        assert says in shown


def test_nobody_edits_what_is_in_force_or_past(cast: Any) -> None:
    payers.terms(cast)
    looking = cast.viewer("administrator", "plan")
    client = cast.client("administrator", "plan")
    for since in (looking.today, looking.today - DAY, payers.LONG_AGO):
        assert "is not edited" in text_of(client.post("/terms/new", typed(since)))
    assert client.post("/terms/new", typed(looking.today + DAY)).status_code == 302
    assert "There are terms from this day on already" in text_of(client.post("/terms/new", typed(looking.today + DAY)))
    assert Terms.objects.count() == 2


def test_other_roles_and_organizations_do_not_lay_down_terms(cast: Any) -> None:
    for role in ("reviewer", "medical_director", "policy_analyst"):
        assert cast.client(role, "plan").get("/terms/new").status_code == 403
    assert cast.client("administrator").get("/terms/new").status_code == 404
    assert cast.client("administrator").post("/terms/credentials/new").status_code == 404
    with pytest.raises(PermissionDenied):
        laid_down.lay_down(payers.nurse(cast), {})


def test_a_providers_administrator_reads_the_payers_terms_and_no_credentials(cast: Any) -> None:
    payers.terms(cast)
    payers.doctor(cast)
    shown = text_of(cast.client("administrator").get("/terms/"))
    assert "Example Health Plan" in shown
    assert "Who may decide" not in shown
    assert "New terms" not in shown


# --- credentials -----------------------------------------------------------------------------------------------------


def test_a_credential_is_entered_used_and_ended(cast: Any, ada: Any) -> None:
    request = referred(cast, payers.judged(cast, ada))
    client, looking = cast.client("administrator", "plan"), cast.viewer("administrator", "plan")
    director = cast.viewer("medical_director", "plan")
    with pytest.raises(PermissionDenied):
        determining.deny(director, request, clauses=clauses(request), reason="No.")
    told = {
        "member": director.membership_id,
        "credential": "MD",
        "field": "addiction medicine",
        "number": "123",
        "state": "NE",
        "since": looking.today.isoformat(),
    }
    assert client.post("/terms/credentials/new", told).status_code == 302
    held = Qualification.objects.get()
    assert "addiction medicine" in text_of(client.get("/terms/"))
    assert determining.deny(director, request, clauses=clauses(request), reason="No.").qualification == held
    client.post(f"/terms/credentials/{held.pk}/end", {"until": (looking.today - DAY).isoformat()})
    held.refresh_from_db()
    assert held.until is None
    client.post(f"/terms/credentials/{held.pk}/end", {"until": looking.today.isoformat()})
    held.refresh_from_db()
    assert held.until == looking.today


def test_nobody_enters_their_own_or_that_of_somebody_elses_staff(cast: Any) -> None:
    client, looking = cast.client("administrator", "plan"), cast.viewer("administrator", "plan")
    since = looking.today.isoformat()
    for member in (looking.membership_id, cast.member("counselor").pk):
        page = client.post("/terms/credentials/new", {"member": member, "credential": "MD", "since": since})
        assert page.status_code == 200
    with pytest.raises(ValidationError):
        laid_down.qualify(looking, cast.member("administrator", "plan"), {"credential": "MD", "since": looking.today})
    wrong = client.post(
        "/terms/credentials/new",
        {
            "member": cast.member("medical_director", "plan").pk,
            "credential": "MD",
            "since": since,
            "until": (looking.today - DAY).isoformat(),
        },
    )
    assert "not before the first" in text_of(wrong)
    assert not Qualification.objects.exists()


def test_another_payer_ends_nothing_here(cast: Any) -> None:
    payers.doctor(cast)
    held = Qualification.objects.get()
    Organization.objects.create(organization_id="plan2", name="Second Plan", kind="payer")
    client = cast.client("administrator", "plan2")
    assert client.post(f"/terms/credentials/{held.pk}/end", {"until": "2030-01-01"}).status_code == 404
    assert "123" not in text_of(client.get("/terms/"))
    held.refresh_from_db()
    assert held.until is None
