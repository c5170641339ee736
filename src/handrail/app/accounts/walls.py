"""The second wall between organizations: PostgreSQL itself shows a row only to those whose it is.

The first wall is the code: every query names its organization. This one holds where a query forgets to. SQLite has no
such thing, and there this file does nothing.

**Which tables.** Every model with a reference to `Organization` (its column is named by itself), unless it says
otherwise: `seen_by = ("holder", "payer")` names the fields of which one must be the organization that looks;
`seen_by = ()` says that the table is nobody's and open; `seen_with = ("signature_id", "chart.Signature")` says that a
row is seen with another one. What joins rows of a walled table to several others is seen with those rows.
`is_open_to_add = True` lets anybody add a row (the log, before anybody is known). `migrate` raises the walls by
itself, so a new model needs no migration for it.

**Who looks.** The connection knows by its setting `handrail.organization`. Nobody looks until it is said: `viewer()`
says it for a request and the middleware `Walls` takes it back; commands and judging say `within(organization)`, or
`everybody()` where the work is about all of them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.apps import apps
from django.db import DatabaseError, connections, models
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

SETTING = "handrail.organization"
EVERYBODY = "*"
NOBODY = ""
_POLICY = "handrail_walls"
_WHO = f"(SELECT NULLIF(current_setting('{SETTING}', true), ''))"
_here = threading.local()
P = ParamSpec("P")
R = TypeVar("R")


def looking() -> str:
    """This will say who looks in this thread: an organization's id, `EVERYBODY` or `NOBODY`."""
    who: str = getattr(_here, "who", NOBODY)
    return who


def look(organization_id: str) -> None:
    """This will say who looks from now on in this thread; for `viewer()` and the start of a process."""
    _here.who = organization_id
    _tell(connections["default"])


@contextmanager
def within(organization_id: str) -> Iterator[None]:
    """This will have one organization look until the block ends."""
    before = looking()
    look(organization_id)
    try:
        yield
    finally:
        look(before)


def everybody() -> Any:
    """This will lift the walls until the block ends, for work that is about all organizations."""
    return within(EVERYBODY)


def of_organization(function: Callable[P, R]) -> Callable[P, R]:
    """This will have the organization look whose id is a function's first argument, while the function runs."""

    @wraps(function)
    def inside(*args: P.args, **kwargs: P.kwargs) -> R:
        with within(str(args[0] if args else kwargs["organization_id"])):
            return function(*args, **kwargs)

    return inside


class Walls:
    """Lets nobody look at the beginning of a request, and again at its end, whatever became of it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """This will answer within the walls; what is sent piece by piece stays in them to the last piece."""
        with within(NOBODY):
            answer = self._get_response(request)
            if isinstance(answer, StreamingHttpResponse) and not answer.is_async:
                answer.streaming_content = _inside(looking(), iter(answer.streaming_content))
        return answer


def _inside(who: str, pieces: Iterator[bytes]) -> Iterator[bytes]:
    while True:
        with within(who):
            try:
                piece = next(pieces)
            except StopIteration:
                return
        yield piece


def _tell(connection: Any) -> None:
    """Tell the database who looks. In a failed transaction nothing can be told: its end restores what was before.

    A connection that cannot be told is closed, so that it never goes on with what it was told last.
    """
    if connection.vendor != "postgresql" or connection.connection is None or connection.connection.closed:
        return
    if connection.connection.info.transaction_status.name == "INERROR":
        return
    try:
        with connection.wrap_database_errors:
            connection.connection.execute("SELECT set_config(%s, %s, false)", [SETTING, looking()])
    except DatabaseError:
        connection.close()


def _connected(sender: object, connection: Any, **_rest: Any) -> None:
    if connection.alias == "default":
        _tell(connection)


def columns_of(model: type[models.Model]) -> tuple[str, ...]:
    """This will name the columns of which one must be the organization that looks; none where a table is open."""
    own = apps.get_model("accounts", "Organization")
    fields = getattr(model, "seen_by", None)
    if fields is None:
        fields = [field.name for field in model._meta.local_fields if field.related_model is own]
    return tuple(model._meta.get_field(name).column for name in fields)  # type: ignore[union-attr]


def walled() -> dict[str, str]:
    """This will give the statements that raise the wall of each table that has one."""
    ours = [model for model in apps.get_models() if model.__module__.startswith("handrail.app.")]
    found = {model._meta.db_table: _statements(model, _test(model)) for model in ours if _test(model)}
    for model in ours:
        for joined in model._meta.local_many_to_many:
            through = joined.remote_field.through
            if through._meta.auto_created and model._meta.db_table in found:
                found[through._meta.db_table] = _statements(
                    through, _seen_with(through, joined.m2m_column_name(), model)
                )
    return found


def _test(model: type[models.Model]) -> str:
    """What must hold of a row for it to be seen; empty where the table is open."""
    if other := getattr(model, "seen_with", None):
        return _seen_with(model, other[0], apps.get_model(other[1]))
    columns = columns_of(model)
    return " OR ".join([*(f'"{name}" = {_WHO}' for name in columns), f"{_WHO} = '{EVERYBODY}'"]) if columns else ""


def _seen_with(model: type[models.Model], column: str, other: type[models.Model]) -> str:
    key = f'"{other._meta.db_table}"."{other._meta.pk.column}"'
    return f'EXISTS (SELECT FROM "{other._meta.db_table}" WHERE {key} = "{model._meta.db_table}"."{column}")'


def _statements(model: type[models.Model], test: str) -> str:
    table = f'"{model._meta.db_table}"'
    added = "true" if getattr(model, "is_open_to_add", False) else test
    return (
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY; "
        f"DROP POLICY IF EXISTS {_POLICY} ON {table}; "
        f"CREATE POLICY {_POLICY} ON {table} USING ({test}) WITH CHECK ({added})"
    )


def raise_walls(connection: Any) -> list[str]:
    """This will raise the walls that are missing or not as declared, and name their tables."""
    if connection.vendor != "postgresql":
        return []
    wanted = walled()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.relname, t.relrowsecurity AND t.relforcerowsecurity, obj_description(p.oid, 'pg_policy') "
            "FROM pg_class t JOIN pg_policy p ON p.polrelid = t.oid "
            "WHERE p.polname = %s AND t.relnamespace = current_schema()::regnamespace",
            [_POLICY],
        )
        standing = {table: said for table, is_forced, said in cursor.fetchall() if is_forced}
        there = set(connection.introspection.table_names(cursor))
        made = [table for table, said in wanted.items() if table in there and standing.get(table) != said]
        for table in made:
            cursor.execute(wanted[table])
            said = wanted[table].replace("'", "''")
            cursor.execute(f"COMMENT ON POLICY {_POLICY} ON \"{table}\" IS '{said}'")
    return made


def connect() -> None:
    """This will tell new connections who looks, and have `migrate` raise the walls."""
    connection_created.connect(_connected, dispatch_uid="tell who looks")
    post_migrate.connect(_migrated, dispatch_uid="raise the walls")


def _migrated(sender: Any, using: str, **_rest: Any) -> None:
    if sender.label == "accounts":  # once; all tables of all apps are there by then
        raise_walls(connections[using])
