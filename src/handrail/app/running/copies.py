"""Copying the database away and back: while the app runs, verified, encrypted, whole or not at all."""

from __future__ import annotations

import datetime
import hashlib
import os
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import DatabaseError, connection

from handrail.app.audit import log
from handrail.app.audit.models import Head
from handrail.app.running import locking, tables
from handrail.app.running.home import hold_home


class RefusedError(Exception):
    """It was not done, nothing was changed, and the sentences say why."""


@dataclass(frozen=True)
class Written:
    """A backup as it was written: the entries of its log, its SHA-256, and whether it is encrypted."""

    entries: int
    sha256: str
    is_locked: bool


def backup(file: Path, *, plain: bool = False) -> Written:
    """This will copy the database into a new file while the app runs: encrypted, unless it is told to be plain.

    In the demo it is plain where no key is named. The copy is verified before it is encrypted.

    Raises:
        RefusedError: where the file exists, there is no key, or the copy does not verify; no file is left then.
    """
    if not _is_postgresql() and not _embedded().is_file():
        raise RefusedError(f"There is no database in {_embedded().parent}. Set HANDRAIL_HOME to the folder of the app.")
    if file.exists():
        raise RefusedError(f"{file} exists and is not overwritten. Give another name.")
    if not file.parent.is_dir():
        raise RefusedError(f"There is no folder {file.parent}.")
    is_locked = locking.has_lock() and not plain
    if not (is_locked or plain or settings.IS_DEMO):
        raise RefusedError(
            f"A backup holds clinical records, so it is encrypted. Set {locking.TO} to the public key that may read it "
            "(`handrail backup-key FILE` makes one), or say --unencrypted."
        )
    passing = Path(settings.HOME) if is_locked else file.parent
    sweep(passing, file.parent)
    with _noted("backup"), _taken(passing) as (copy, number), _passing(file.parent) as locked:
        if is_locked:
            with _key_needed():
                locking.lock(copy, locked)
        whole = locked if is_locked else copy
        _settle(whole)
        digest = _digest(whole)
        try:
            os.link(whole, file)
        except FileExistsError:
            raise RefusedError(f"{file} exists and is not overwritten. Give another name.") from None
        except OSError:  # a file system without links
            whole.rename(file)
        _settle(file.parent)
    return Written(number, digest, is_locked)


def restore(file: Path, *, sha256: str = "") -> tuple[int, str]:
    """This will put a backup in the place of the database; gives how many log entries it holds, and the database before.

    The one before is kept beside it. The app must not run. With `sha256` the file must have just that sum.

    Raises:
        RefusedError: where the file does not verify.
        IsRunningError: where the app runs.
    """
    held = hold_home(alone=True)
    try:
        with _opened(file, sha256) as plain:
            if _is_postgresql():
                return _put_back(file, plain)
            database = _embedded()
            with _copied(plain, database.parent, called=file) as (copy, number):
                with _noted("restore", copy):
                    _settle(copy)
                before = _set_aside(database) if database.exists() else None
                copy.replace(database)
                _settle(database.parent)
            return number, str(before or "")
    finally:
        os.close(held)


def drill(file: Path, *, sha256: str = "") -> tuple[int, float]:
    """This will restore a backup into a passing place and verify it there; gives its log's entries, and the seconds.

    The database of the app is not touched, and the app may run.

    Raises `RefusedError` where the file does not verify.
    """
    started = time.monotonic()
    with _opened(file, sha256) as plain:
        if _is_postgresql():
            number, _before = _put_back(file, plain, only_try=True)
        else:
            with _copied(plain, Path(settings.HOME), called=file) as (_copy, number):
                pass
    return number, time.monotonic() - started


def sweep(*folders: Path) -> None:
    """This will remove what a process left behind that was killed while it made a backup."""
    for part in {part for folder in folders for part in folder.glob(".handrail-*-*.part*")}:
        maker = part.name.split("-")[1]
        if maker.isdecimal() and not _is_alive(int(maker)):
            part.unlink(missing_ok=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _is_postgresql() -> bool:
    return bool(settings.DATABASES["default"]["ENGINE"].endswith("postgresql"))


def _embedded() -> Path:
    return Path(settings.DATABASES["default"]["NAME"])


@contextmanager
def _key_needed() -> Iterator[None]:
    try:
        yield
    except locking.KeyMissingError as error:
        raise RefusedError(str(error)) from None


@contextmanager
def _passing(folder: Path) -> Iterator[Path]:
    """A file under a passing name that tells who makes it; gone at the end unless it was moved."""
    opened, name = tempfile.mkstemp(prefix=f".handrail-{os.getpid()}-", suffix=".part", dir=folder)
    os.close(opened)
    made = Path(name)
    try:
        yield made
    finally:
        for left in (made, *(made.with_name(f"{made.name}-{part}") for part in ("wal", "shm", "journal"))):
            left.unlink(missing_ok=True)


@contextmanager
def _taken(folder: Path) -> Iterator[tuple[Path, int]]:
    """A verified copy of the app's database under a passing name."""
    if not _is_postgresql():
        with _copied(_embedded(), folder) as made:
            yield made
        return
    with _passing(folder) as copy:
        try:
            number = tables.take(copy)
        except (tables.UnsoundError, DatabaseError, Head.DoesNotExist) as error:
            raise RefusedError(f"The database does not verify.\n{error}") from None
        yield copy, number


@contextmanager
def _opened(file: Path, sha256: str) -> Iterator[Path]:
    """The file without its lock, in the app's folder while it is needed."""
    if not file.is_file():
        raise RefusedError(f"There is no file {file}.")
    if sha256 and _digest(file) != sha256.strip().lower():
        raise RefusedError(f"{file} is not the file that was written: its SHA-256 is another.")
    if not locking.is_locked(file):
        yield file
        return
    sweep(Path(settings.HOME))
    with _passing(Path(settings.HOME)) as plain:
        with _key_needed():
            locking.unlock(file, plain)
        yield plain


def _put_back(file: Path, plain: Path, *, only_try: bool = False) -> tuple[int, str]:
    try:
        return tables.put_back(plain, only_try=only_try)
    except tables.UnsoundError as error:
        raise RefusedError(f"{file} does not verify.\n{error}") from None
    except DatabaseError as error:
        raise RefusedError(
            f"The database does not take {file} ({type(error).__name__}). Its role must own the database, so that it "
            "may make a schema."
        ) from None


def _digest(file: Path) -> str:
    with file.open("rb") as held:
        return hashlib.file_digest(held, "sha256").hexdigest()


@contextmanager
def _copied(source: Path, folder: Path, called: Path | None = None) -> Iterator[tuple[Path, int]]:
    """A verified copy under a passing name, and the number of entries in its log; gone at the end unless it was moved."""
    name = called or source
    with _passing(folder) as copy:
        try:
            with closing(_read(source)) as taken, closing(sqlite3.connect(copy)) as made:
                taken.backup(made)
        except sqlite3.DatabaseError as error:
            raise RefusedError(f"{name} is no database that can be read: {error}.") from None
        number = _verified(copy, name)
        _settle(copy)
        yield copy, number


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
def _noted(act: str, database: Path | None = None) -> Iterator[None]:
    """The act stands in the log of a database before it goes on: the app's own, or another file."""
    try:
        with _looking_at(database) if database else nullcontext():
            log.note(None, log.Act(act))
    except (DatabaseError, Head.DoesNotExist):
        raise RefusedError(f"The log of {database or 'the database'} cannot be written.") from None
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


def _is_database(file: Path) -> bool:
    with file.open("rb") as held:
        return held.read(15) == b"SQLite format 3"


def _settle(place: Path) -> None:
    """Have a database stand in one file, and a file or folder stand on the disk."""
    if place.is_file() and _is_database(place):
        with closing(sqlite3.connect(place)) as held:
            held.execute("PRAGMA journal_mode=DELETE")
    opened = os.open(place, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
