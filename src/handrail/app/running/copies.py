"""Copying the embedded database away and back: while the app runs, checked, whole or not at all."""

from __future__ import annotations

import datetime
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import DatabaseError, connection

from handrail.app.audit import log
from handrail.app.audit.models import Head
from handrail.app.running.home import hold_home


class RefusedError(Exception):
    """It was not done, nothing was changed, and the sentences say why."""


def backup(file: Path) -> int:
    """This will copy the database into a new file while the app runs, and give how many log entries it holds.

    Raises:
        RefusedError: where the file exists, or the copy does not verify; no file is left then.
    """
    database = _embedded()
    if not database.is_file():
        raise RefusedError(f"There is no database in {database.parent}. Set HANDRAIL_HOME to the folder of the app.")
    if file.exists():
        raise RefusedError(f"{file} exists and is not overwritten. Give another name.")
    if not file.parent.is_dir():
        raise RefusedError(f"There is no folder {file.parent}.")
    with _noted("backup", database), _copied(database, file.parent) as (copy, number):
        try:
            os.link(copy, file)
        except FileExistsError:
            raise RefusedError(f"{file} exists and is not overwritten. Give another name.") from None
        except OSError:  # a file system without links
            copy.rename(file)
        _settle(file.parent)
    return number


def restore(file: Path) -> tuple[int, Path | None]:
    """This will put a backup in the place of the database; gives how many log entries it holds, and the database before.

    The one before is kept beside it. The app must not run.

    Raises:
        RefusedError: where the file does not verify.
        IsRunningError: where the app runs.
    """
    database = _embedded()
    if not file.is_file():
        raise RefusedError(f"There is no file {file}.")
    held = hold_home(alone=True)
    try:
        with _copied(file, database.parent) as (copy, number):
            with _noted("restore", copy):
                _settle(copy)
            before = _set_aside(database) if database.exists() else None
            copy.replace(database)
            _settle(database.parent)
    finally:
        os.close(held)
    return number, before


def _embedded() -> Path:
    told = settings.DATABASES["default"]
    if not told["ENGINE"].endswith("sqlite3"):
        raise RefusedError(
            "These commands are for the embedded database. For PostgreSQL use pg_dump and pg_restore; "
            "handrail audit verify checks the log afterwards."
        )
    return Path(told["NAME"])


@contextmanager
def _copied(source: Path, folder: Path) -> Iterator[tuple[Path, int]]:
    """A verified copy under a passing name, and the number of entries in its log; gone at the end unless it was moved."""
    opened, name = tempfile.mkstemp(prefix=".handrail-", suffix=".part", dir=folder)
    os.close(opened)
    copy = Path(name)
    try:
        try:
            with closing(_read(source)) as taken, closing(sqlite3.connect(copy)) as made:
                taken.backup(made)
        except sqlite3.DatabaseError as error:
            raise RefusedError(f"{source} is no database that can be read: {error}.") from None
        number = _verified(copy, source)
        _settle(copy)
        yield copy, number
    finally:
        for left in (copy, *(copy.with_name(f"{copy.name}-{part}") for part in ("wal", "shm", "journal"))):
            left.unlink(missing_ok=True)


def _verified(copy: Path, source: Path) -> int:
    """Raises `RefusedError` with everything that is wrong."""
    with closing(_read(copy)) as held:
        wrong = [
            f"The file is damaged: {told}." for (told,) in held.execute("PRAGMA integrity_check(20)") if told != "ok"
        ]
        wrong += [
            f"A row of {table} refers to a row of {parent} that is not there."
            for table, _row, parent, _key in held.execute("PRAGMA foreign_key_check").fetchmany(20)
        ]
    if not wrong:
        try:
            with _looking_at(copy):
                wrong += log.faults()
                number = Head.objects.get().number
        except (DatabaseError, Head.DoesNotExist):
            wrong.append("It holds no log, so it is no database of Handrail.")
    if wrong:
        raise RefusedError("\n".join([f"{source} does not verify.", *wrong]))
    return number


@contextmanager
def _noted(act: str, database: Path) -> Iterator[None]:
    """The act stands in the log of a database before it goes on."""
    try:
        with _looking_at(database):
            log.note(None, log.Act(act))
    except (DatabaseError, Head.DoesNotExist):
        raise RefusedError(f"The log of {database} cannot be written.") from None
    yield


@contextmanager
def _looking_at(file: Path) -> Iterator[None]:
    """Have Django look at another file of the same kind for a while."""
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = str(file)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


def _set_aside(database: Path) -> Path:
    """Keep the database under another name beside it, with what has not yet been written into it."""
    stamp = datetime.datetime.now(tz=datetime.UTC).strftime("%Y%m%d-%H%M%S-%f")
    before = database.with_name(f"{database.name}.before-{stamp}")
    try:
        with closing(sqlite3.connect(database)) as held:
            held.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.DatabaseError:  # damaged, perhaps the reason for restoring: kept as it is
        pass
    for part in ("-wal", "-shm"):
        beside = database.with_name(database.name + part)
        if beside.exists():
            beside.rename(before.with_name(before.name + part))
    try:
        os.link(database, before)
    except OSError:  # a file system without links
        database.rename(before)
    return before


def _read(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(file.absolute()))}?mode=ro", uri=True)


def _settle(place: Path) -> None:
    """Have a database stand in one file, and a file or folder stand on the disk."""
    if place.is_file():
        with closing(sqlite3.connect(place)) as held:
            held.execute("PRAGMA journal_mode=DELETE")
    opened = os.open(place, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
