"""PostgreSQL itself keeps organizations apart, where a query forgets to: `accounts/walls.py`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.apps.registry import Apps
from django.db import DatabaseError, connection, models, transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import Client, override_settings
from django.urls import include, path
from tests.app.flushing import sealed_afterwards, unsealed_while_flushed  # noqa: F401

from handrail.app import checks
from handrail.app.accounts import walls
from handrail.app.accounts.access import viewer
from handrail.app.accounts.models import Organization, Sent, User
from handrail.app.audit.models import Head
from handrail.app.chart import writing
from handrail.app.chart.models import RECORDS
from handrail.app.worklists import judging
from handrail.app.worklists.models import Decision, Verdict

pytestmark = pytest.mark.django_db
on_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite has no such wall; test_postgresql.py runs this on PostgreSQL"
)

OPEN = {
    Organization: "names of organizations; everybody may know who works with Handrail",
    User: "somebody may work in several organizations, and signs in before anybody looks",
    Head: "one row, where the log of everybody ends",
    Sent: "tokens of forms, read before anybody looks; addresses hold ids only",
}
"""Models that have no wall and no `seen_by` of their own, and why."""


def people(request: HttpRequest) -> HttpResponse:
    viewer(request, "read chart")
    return HttpResponse(",".join(RECORDS["person"].objects.values_list("pk", flat=True)))


def ungated(request: HttpRequest) -> HttpResponse:
    return HttpResponse(",".join(RECORDS["person"].objects.values_list("pk", flat=True)))


def crashing(request: HttpRequest) -> HttpResponse:
    viewer(request, "read chart")
    raise RuntimeError("a fault of the code")


def undone(request: HttpRequest) -> HttpResponse:
    viewer(request, "read chart")
    try:
        with transaction.atomic(), walls.everybody():
            RECORDS["person"].objects.filter(pk="ada").update(sex=None)
            raise KeyError
    except KeyError:
        return people(request)


def in_pieces(request: HttpRequest) -> StreamingHttpResponse:
    viewer(request, "read chart")
    return StreamingHttpResponse(key.encode() for key in RECORDS["person"].objects.values_list("pk", flat=True))


FORGETFUL = (people, ungated, crashing, undone, in_pieces)
urlpatterns = [
    *(path(f"test/{view.__name__}", view) for view in FORGETFUL),
    path("", include("handrail.app.urls")),
]
"""Views that name no organization in their queries."""


@pytest.fixture
def forgetful(cast: Any, ada: Any) -> Iterator[Any]:
    """Asks a forgetful view as somebody of an organization: `forgetful("lakeside", people)`."""

    def ask(organization: str, view: Any) -> str:
        client: Client = cast.client("counselor", organization)
        client.raise_request_exception = False
        with walls.within(walls.NOBODY):
            page = client.get(f"/test/{view.__name__}")
            told = b"".join(page.streaming_content) if page.streaming else page.content
            assert setting() == walls.NOBODY
        return str(told.decode())

    with override_settings(ROOT_URLCONF=__name__):
        yield ask


def setting() -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT current_setting('{walls.SETTING}', true)")
        told: str = cursor.fetchone()[0]
    return told


def held() -> dict[str, int]:
    """How many rows of each walled table are seen, without naming an organization."""
    tables = walls.walled()
    return {
        model._meta.db_table: model.objects.count() for model in apps.get_models() if model._meta.db_table in tables
    }


def test_every_model_has_a_wall_or_a_reason() -> None:
    ours = {model for model in apps.get_models() if model.__module__.startswith("handrail.app.")}
    without = {model for model in ours if model._meta.db_table not in walls.walled()}
    assert {model.__name__ for model in without - set(OPEN) if not hasattr(model, "seen_by")} == set()
    assert set(OPEN) <= without
    assert {"Person", "Change", "Verdict", "Entry", "Cover"} <= {model.__name__ for model in ours - without}


def test_a_model_that_refers_to_several_organizations_says_whose_rows_are() -> None:
    several = [model for model in apps.get_models() if len(walls.columns_of(model)) > 1]
    assert [model for model in several if not hasattr(model, "seen_by")] == []


@on_postgresql
def test_the_tests_run_as_a_role_that_the_walls_hold() -> None:
    assert list(checks.faults_of_the_role(connection)) == []


def superuser() -> Any:
    """A connection to the same server as its superuser."""
    import psycopg  # noqa: PLC0415

    address = os.environ["HANDRAIL_TEST_DATABASE"].replace("//handrail:", "//postgres:")
    before, after = address.split("?")
    return psycopg.connect(f"{before.rpartition('/')[0]}/postgres?{after}", autocommit=True)


@on_postgresql
def test_a_superuser_is_refused() -> None:
    with superuser() as other:
        assert [fault.id for fault in checks.faults_of_the_role(other)] == ["H905"]


@on_postgresql
def test_all_walls_stand_after_migrating() -> None:
    assert walls.raise_walls(connection) == []


@on_postgresql
def test_a_wall_that_was_taken_down_is_raised_again() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP POLICY handrail_walls ON chart_plan")
        cursor.execute("ALTER TABLE chart_goal NO FORCE ROW LEVEL SECURITY")
    assert sorted(walls.raise_walls(connection)) == ["chart_goal", "chart_plan"]
    assert walls.raise_walls(connection) == []


@on_postgresql
def test_a_query_that_names_no_organization_sees_ones_own_rows_only(cast: Any, ada: Any, world: dict[str, Any]) -> None:
    judging.judge_everybody("prairie")
    seen = held()
    assert {table for table, rows in seen.items() if table.startswith("chart_") and not rows} <= {"chart_heading", "chart_wording", "chart_cover"}  # fmt: skip
    assert Verdict.objects.exists()
    assert Decision.objects.exists()
    for who in ("lakeside", "plan", walls.NOBODY, "prairi", "prairie,lakeside"):
        with walls.within(who):
            assert not any(held().values()), who
    with walls.within("prairie"):
        assert held() == {**seen, "audit_entry": held()["audit_entry"]}


@on_postgresql
def test_nothing_is_written_into_another_organizations_rows(cast: Any, ada: Any) -> None:
    person = RECORDS["person"].objects
    with walls.within("lakeside"):
        assert person.filter(pk="ada").update(sex="male") == 0
        assert person.filter(pk="ada").delete()[0] == 0
        with pytest.raises(DatabaseError), transaction.atomic():
            person.create(person_id="eve", holder_id="prairie")
    with walls.within("prairie"), pytest.raises(DatabaseError), transaction.atomic():
        person.filter(pk="ada").update(holder="lakeside")
    assert person.get().sex == "female"


@on_postgresql
def test_an_id_that_another_organization_has_is_taken(cast: Any, ada: Any) -> None:
    with walls.within("lakeside"), pytest.raises(writing.ValidationError, match="taken"):
        writing.create(cast.viewer("counselor", "lakeside"), "person", {"person_id": "ada"})


@on_postgresql
@pytest.mark.parametrize("view", [people, undone, in_pieces], ids=lambda view: view.__name__)
def test_a_view_that_forgets_the_organization_betrays_nothing(forgetful: Any, view: Any) -> None:
    assert forgetful("prairie", view) == "ada"
    assert forgetful("lakeside", view) == ""
    assert forgetful("prairie", view) == "ada"


@on_postgresql
def test_a_view_without_a_gate_sees_nothing_even_after_another_request(forgetful: Any) -> None:
    assert forgetful("prairie", people) == "ada"
    assert forgetful("prairie", ungated) == ""


@on_postgresql
def test_a_request_that_crashes_leaves_nobody_looking(forgetful: Any) -> None:
    forgetful("prairie", crashing)
    assert forgetful("lakeside", ungated) == ""


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_a_new_connection_is_told_who_looks() -> None:
    Organization.objects.create(organization_id="prairie", name="Prairie Example", kind="provider")
    with walls.within("prairie"):
        connection.close()
        assert setting() == "prairie"
    with walls.within(walls.NOBODY):
        connection.close()
        assert setting() == walls.NOBODY


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_a_connection_that_was_lost_is_opened_again_and_told() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (number,) = cursor.fetchone()
    with superuser() as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [number])
    with walls.within("prairie"):
        assert setting() == "prairie"


@on_postgresql
def test_rows_of_two_organizations_are_seen_by_both_and_by_no_third() -> None:
    class Request(models.Model):
        seen_by = ("holder_id", "payer_id")
        holder_id = models.CharField(max_length=40)
        payer_id = models.CharField(max_length=40)

        class Meta:
            apps = Apps()
            app_label = "chart"

    with connection.schema_editor() as editor:
        editor.create_model(Request)
    with connection.cursor() as cursor:
        cursor.execute(walls._statements(Request, walls._test(Request)))
    with walls.within("prairie"):
        Request.objects.create(holder_id="prairie", payer_id="plan")
    counts = {}
    for who in ("prairie", "plan", "lakeside", walls.NOBODY, walls.EVERYBODY):
        with walls.within(who):
            counts[who] = Request.objects.count()
    assert counts == {"prairie": 1, "plan": 1, "lakeside": 0, "": 0, "*": 1}
    with walls.within("lakeside"), pytest.raises(DatabaseError), transaction.atomic():
        Request.objects.create(holder_id="prairie", payer_id="plan")
