"""A PostgreSQL database copied into one file and back, through the app's own role and without other tools.

The file is a ZIP: each table as `COPY` gives it, all of one moment, and a list of them with their SHA-256. It is put
back beside what is there, in a schema of its own and in one transaction: made by the migrations, filled, verified, and
only then the two schemas change their names. Whatever fails leaves everything as it was.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection, transaction
from psycopg import sql

from handrail.app.accounts.walls import everybody, raise_walls
from handrail.app.audit import log
from handrail.app.audit.models import Head

_LIST = "tables.json"
_KIND = "handrail postgresql 1"
_PIECE = 1 << 20


class UnsoundError(Exception):
    """It is no backup of this app, or not as it was written; one sentence for each thing that is wrong."""


class _OnlyTriedError(Exception):
    """Takes back what was put back for a drill."""


def take(target: Path) -> int:
    """This will write every table as it is at one moment, the app running or not; gives the log's number of entries."""
    told: dict[str, Any] = {"kind": _KIND, "tables": {}}
    with everybody(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        wrong = list(log.faults())
        if wrong:
            raise UnsoundError("\n".join(wrong))
        number = Head.objects.get().number
        told["migrations"] = _migrations(cursor)
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as kept:
            for table in _tables(cursor):
                told["tables"][table] = _write(cursor, kept, table)
            kept.writestr(_LIST, json.dumps(told, indent=1))
    return number


def put_back(source: Path, *, only_try: bool = False) -> tuple[int, str]:
    """This will put a file in the place of the database; gives its log's number of entries and where the one before is.

    With `only_try` everything is done and verified, and taken back.

    Raises `UnsoundError`; nothing was changed then.
    """
    before, number = "", 0
    try:
        with everybody(), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT current_schema()")
            (live,) = cursor.fetchone()
            stamp = f"{datetime.datetime.now(tz=datetime.UTC):%Y%m%d_%H%M%S_%f}"
            before, made = f"before_{stamp}", f"restored_{stamp}"
            cursor.execute(sql.SQL("CREATE SCHEMA {0}; SET LOCAL search_path TO {0}").format(sql.Identifier(made)))
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            call_command("migrate", verbosity=0, interactive=False)
            _fill(cursor, source)
            wrong = list(log.faults())
            if wrong:
                raise UnsoundError("\n".join(wrong))
            number = Head.objects.get().number
            log.note(None, log.Act("restore"))
            if only_try:
                raise _OnlyTriedError
            rename = sql.SQL("ALTER SCHEMA {} RENAME TO {}")
            cursor.execute(rename.format(sql.Identifier(live), sql.Identifier(before)))
            cursor.execute(rename.format(sql.Identifier(made), sql.Identifier(live)))
    except _OnlyTriedError:
        before = ""
    finally:
        ContentType.objects.clear_cache()
        connection.close()
    return number, before


def _fill(cursor: Any, source: Path) -> None:
    """Fill the tables of the present schema, as its owner: walls and seals stand again at the end."""
    try:
        with zipfile.ZipFile(source) as kept:
            told = json.loads(kept.read(_LIST))
            if told["kind"] != _KIND:
                raise UnsoundError("It is of another kind.")
            _is_of_this_version(cursor, told)
            every = [sql.Identifier(table) for table in told["tables"]]
            for one in every:
                for change in ("DISABLE TRIGGER USER", "NO FORCE ROW LEVEL SECURITY"):
                    cursor.execute(sql.SQL("ALTER TABLE {} {}").format(one, sql.SQL(change)))
            cursor.execute(sql.SQL("TRUNCATE {}").format(sql.SQL(", ").join(every)))
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            for table, about in told["tables"].items():
                _read(cursor, kept, table, about)
    except (zipfile.BadZipFile, KeyError, ValueError, EOFError):
        raise UnsoundError("It is no backup of Handrail, or damaged.") from None
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for one in every:
        cursor.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(one))
    raise_walls(connection)
    _count_on(cursor, told["tables"])


def _is_of_this_version(cursor: Any, told: dict[str, Any]) -> None:
    if told["migrations"] != _migrations(cursor) or set(told["tables"]) != set(_tables(cursor)):
        raise UnsoundError(
            "It was made by another version of Handrail. Restore it with that version, then start the new one."
        )


def _write(cursor: Any, kept: zipfile.ZipFile, table: str) -> dict[str, Any]:
    columns, digest = _columns(cursor, table), hashlib.sha256()
    statement = sql.SQL("COPY {} ({}) TO STDOUT").format(_name(table), sql.SQL(", ").join(map(sql.Identifier, columns)))
    with kept.open(f"{table}.copy", "w", force_zip64=True) as out, cursor.copy(statement) as pieces:
        for piece in pieces:
            digest.update(piece)
            out.write(piece)
    return {"columns": columns, "sha256": digest.hexdigest()}


def _read(cursor: Any, kept: zipfile.ZipFile, table: str, about: dict[str, Any]) -> None:
    columns, digest = sql.SQL(", ").join(map(sql.Identifier, about["columns"])), hashlib.sha256()
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(_name(table), columns)
    with kept.open(f"{table}.copy") as held, cursor.copy(statement) as into:
        for piece in _pieces(held):
            digest.update(piece)
            into.write(piece)
    if digest.hexdigest() != about["sha256"]:
        raise UnsoundError(f"The table {table} is not as it was written.")


def _pieces(held: Any) -> Iterator[bytes]:
    while piece := held.read(_PIECE):
        yield piece


def _count_on(cursor: Any, tables: dict[str, Any]) -> None:
    """New rows are numbered after those that were put back."""
    for table, about in tables.items():
        for column in about["columns"]:
            cursor.execute("SELECT pg_get_serial_sequence(quote_ident(%s), %s)", [table, column])
            (sequence,) = cursor.fetchone()
            if sequence:
                cursor.execute(
                    sql.SQL("SELECT setval(%s, COALESCE(MAX({0}), 1), MAX({0}) IS NOT NULL) FROM {1}").format(
                        sql.Identifier(column), _name(table)
                    ),
                    [sequence],
                )


def _tables(cursor: Any) -> list[str]:
    return sorted(connection.introspection.table_names(cursor))


def _columns(cursor: Any, table: str) -> list[str]:
    cursor.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = %s "
        "AND is_generated = 'NEVER' ORDER BY ordinal_position",
        [table],
    )
    return [name for (name,) in cursor.fetchall()]


def _migrations(cursor: Any) -> list[list[str]]:
    cursor.execute("SELECT app, name FROM django_migrations ORDER BY app, name")
    return [list(row) for row in cursor.fetchall()]


def _name(table: str) -> sql.Identifier:
    return sql.Identifier(table)
