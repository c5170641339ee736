"""Encrypted backups, as somebody would make them: real processes, the embedded database and a real PostgreSQL."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from tests.app.test_postgresql import server  # noqa: F401
from tests.app.test_serving import Done, content, environment, handrail

from handrail.app.running import copies

FIRST = ("organization", "Prairie Example", "--id", "prairie", "--administrator", "alma")
PASSPHRASE = "six invented words for tests"  # noqa: S105


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one organization, and a key beside it."""
    home = tmp_path_factory.mktemp("begun") / "home"
    done = handrail(home, *FIRST)
    assert done.returncode == 0, done.stderr
    return home


@pytest.fixture
def home(begun: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(begun, tmp_path / "home"))


@pytest.fixture(scope="module")
def key(begun: Path) -> dict[str, str]:
    """The environment in which a backup is locked and opened."""
    file = begun.parent / "key"
    done = handrail(begun, "backup-key", file)
    assert done.returncode == 0, done.stderr
    assert file.stat().st_mode & 0o077 == 0
    (public,) = re.findall(r"HANDRAIL_BACKUP_TO=(age1\w+)", done.stdout)
    assert "AGE-SECRET-KEY" not in done.stdout + done.stderr
    return {"HANDRAIL_BACKUP_TO": public, "HANDRAIL_BACKUP_KEY": str(file)}


def saved(home: Path, file: Path, **more: str) -> Done:
    done = handrail(home, "backup", file, **more)
    assert done.returncode == 0, done.stderr
    return done


def left_behind(*folders: Path) -> list[Path]:
    return [part for folder in folders for part in folder.glob(".handrail-*")]


def test_a_backup_is_an_age_file_and_restores_to_equal_content(home: Path, key: dict[str, str], tmp_path: Path) -> None:
    file, database = tmp_path / "saved.age", home / "handrail.sqlite3"
    wanted = content(database)
    done = saved(home, file, **key)
    told = file.read_bytes()
    assert told.startswith(b"age-encryption.org/v1\n")
    assert b"SQLite" not in told
    assert b"Prairie" not in told
    assert f"SHA-256 {hashlib.sha256(told).hexdigest()}" in done.stdout
    assert file.stat().st_mode & 0o077 == 0
    with closing(sqlite3.connect(database)) as held, held:
        held.execute("UPDATE accounts_organization SET name = 'Wrong'")
    wrong = content(database)
    done = handrail(home, "restore", file, **key)
    assert done.returncode == 0, done.stderr
    assert content(database) == wanted
    (before,) = home.glob("handrail.sqlite3.before-*")
    assert content(before) == wrong
    assert left_behind(home, tmp_path) == []


def test_without_a_key_nothing_is_written_unless_it_is_said(home: Path, tmp_path: Path) -> None:
    done = handrail(home, "backup", tmp_path / "plain")
    assert done.returncode == 2
    assert "HANDRAIL_BACKUP_TO" in done.stderr
    assert not (tmp_path / "plain").exists()
    done = handrail(home, "backup", "--unencrypted", tmp_path / "plain")
    assert done.returncode == 0
    assert "not encrypted" in done.stdout
    assert content(tmp_path / "plain") == content(home / "handrail.sqlite3")


def test_a_passphrase_does_too_and_a_short_one_does_not(home: Path, tmp_path: Path) -> None:
    done = handrail(home, "backup", tmp_path / "file", HANDRAIL_BACKUP_PASSPHRASE="short")  # noqa: S106
    assert done.returncode == 2
    assert "at least 16" in done.stderr
    saved(home, tmp_path / "file", HANDRAIL_BACKUP_PASSPHRASE=PASSPHRASE)
    assert handrail(home, "restore", tmp_path / "file", HANDRAIL_BACKUP_PASSPHRASE=PASSPHRASE).returncode == 0
    wrong = handrail(home, "restore", tmp_path / "file", HANDRAIL_BACKUP_PASSPHRASE=PASSPHRASE + "x")
    assert wrong.returncode == 2
    assert "cannot be decrypted" in wrong.stderr


@pytest.mark.parametrize("damage", ["another key", "no key", "one byte changed", "cut short", "another sum"])
def test_what_cannot_be_trusted_is_refused_and_the_database_stays(
    home: Path, key: dict[str, str], tmp_path: Path, damage: str
) -> None:
    file, more, asked = tmp_path / "saved.age", dict(key), []
    saved(home, file, **key)
    told = file.read_bytes()
    if damage == "another key":
        handrail(home, "backup-key", tmp_path / "other")
        more["HANDRAIL_BACKUP_KEY"] = str(tmp_path / "other")
    elif damage == "no key":
        del more["HANDRAIL_BACKUP_KEY"]
    elif damage == "one byte changed":
        file.write_bytes(told[:-5000] + bytes([told[-5000] ^ 1]) + told[-4999:])
    elif damage == "cut short":
        file.write_bytes(told[: len(told) // 2])
    else:
        asked = ["--sha256", "0" * 64]
    before = content(home / "handrail.sqlite3")
    done = handrail(home, "drill" if damage == "cut short" else "restore", *asked, file, **more)
    assert done.returncode == 2, done.stdout
    assert "Traceback" not in done.stderr
    assert content(home / "handrail.sqlite3") == before
    assert left_behind(home, tmp_path) + list(home.glob("*.before-*")) == []


def test_a_drill_says_how_long_it_took_and_changes_nothing(home: Path, key: dict[str, str], tmp_path: Path) -> None:
    done = saved(home, tmp_path / "saved.age", **key)
    (digest,) = re.findall(r"SHA-256 (\w+)", done.stdout)
    before = (home / "handrail.sqlite3").read_bytes()
    done = handrail(home, "drill", "--sha256", digest, tmp_path / "saved.age", **key)
    assert done.returncode == 0, done.stderr
    assert re.search(r"can be restored: \d+ entries in its log, none changed\. It took \d+\.\d seconds\.", done.stdout)
    assert (home / "handrail.sqlite3").read_bytes() == before
    assert left_behind(home, tmp_path) + list(home.glob("*.before-*")) == []


def test_a_changed_log_in_an_encrypted_backup_is_found(home: Path, key: dict[str, str], tmp_path: Path) -> None:
    with closing(sqlite3.connect(home / "handrail.sqlite3")) as held, held:
        held.execute("DROP TRIGGER audit_entry_no_update")
        held.execute("UPDATE audit_entry SET act = 'nothing' WHERE number = 1")
    done = handrail(home, "backup", tmp_path / "saved.age", **key)
    assert done.returncode == 2
    assert "Entry 1 was changed." in done.stderr
    assert not (tmp_path / "saved.age").exists()


def test_a_backup_that_is_killed_leaves_no_half_file(home: Path, key: dict[str, str], tmp_path: Path) -> None:
    with closing(sqlite3.connect(home / "handrail.sqlite3")) as held, held:
        held.execute("CREATE TABLE ballast AS SELECT randomblob(50000000) AS it")
    target = tmp_path / "out"
    target.mkdir()
    command = [sys.executable, "-m", "handrail.cli", "backup", str(target / "saved.age")]
    killed = 0
    for pause in (0.0, 0.1):
        process = subprocess.Popen(command, env=environment(home, **key), stdout=subprocess.DEVNULL)
        until = time.monotonic() + 120
        while process.poll() is None and not left_behind(home, target):
            assert time.monotonic() < until
            time.sleep(0.005)
        time.sleep(pause)
        process.send_signal(signal.SIGKILL)
        killed += process.wait(timeout=60) == -signal.SIGKILL
        if (target / "saved.age").exists():
            assert handrail(home, "drill", target / "saved.age", **key).returncode == 0
            (target / "saved.age").unlink()
    assert killed
    saved(home, target / "saved.age", **key)
    assert [file.name for file in target.iterdir()] == ["saved.age"]
    assert left_behind(home) == []


def test_only_what_a_dead_process_left_is_swept(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True, check=True
    )
    dead, alive = tmp_path / f".handrail-{int(done.stdout)}-x.part", tmp_path / f".handrail-{os.getpid()}-x.part"
    for file in (dead, alive):
        file.write_text("")
    copies.sweep(tmp_path)
    assert list(tmp_path.iterdir()) == [alive]


@pytest.fixture(scope="module")
def address(server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:  # noqa: F811
    """A database of its own on a real server, with one organization, reached as a plain role that owns it."""
    with psycopg.connect(server, autocommit=True) as held:
        held.execute("CREATE DATABASE backups")
    made = re.sub(r"/postgres\?", "/backups?", server)
    done = handrail(tmp_path_factory.mktemp("home"), *FIRST, DATABASE_URL=made)
    assert done.returncode == 0, done.stderr
    yield made


def rows(address: str, *questions: str) -> list[list[tuple[object, ...]]]:
    with psycopg.connect(address, autocommit=True) as held:
        held.execute("SELECT set_config('handrail.organization', '*', false)")
        return [list(held.execute(question).fetchall()) for question in questions]  # type: ignore[arg-type]


WHAT = (
    "SELECT organization_id, name FROM accounts_organization ORDER BY 1",
    "SELECT username, password FROM accounts_user ORDER BY 1",
    "SELECT tablename, policyname FROM pg_policies WHERE schemaname = current_schema() ORDER BY 1, 2",
    "SELECT tgname, tgenabled FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid "
    "WHERE NOT tgisinternal AND relnamespace = current_schema()::regnamespace ORDER BY 1",
    "SELECT relname, relforcerowsecurity FROM pg_class WHERE relrowsecurity "
    "AND relnamespace = current_schema()::regnamespace ORDER BY 1",
    "SELECT conname FROM pg_constraint WHERE connamespace = current_schema()::regnamespace ORDER BY 1",
)


def test_postgresql_is_backed_up_tried_and_restored_by_the_apps_own_role(
    address: str, key: dict[str, str], tmp_path: Path
) -> None:
    home, file, more = tmp_path / "home", tmp_path / "saved.age", {**key, "DATABASE_URL": address}
    wanted = rows(address, *WHAT)
    done = saved(home, file, **more)
    assert b"Prairie" not in file.read_bytes()
    (number,) = re.findall(r"(\d+) entries", done.stdout)
    rows(address, "UPDATE accounts_organization SET name = 'Wrong' RETURNING name")
    tried = handrail(home, "drill", file, **more)
    assert tried.returncode == 0, tried.stderr
    assert f"{number} entries" in tried.stdout
    assert rows(address, WHAT[0]) == [[("prairie", "Wrong")]]
    done = handrail(home, "restore", file, **more)
    assert done.returncode == 0, done.stderr
    assert rows(address, *WHAT) == wanted
    (before,) = re.findall(r"kept as (before_\w+)\.", done.stdout)
    assert rows(address, f"SELECT name FROM {before}.accounts_organization") == [[("Wrong",)]]
    assert handrail(home, "audit", "verify", **more).returncode == 0
    again = handrail(home, "organization", "Lake", "--id", "lake", "--administrator", "bea", **more)
    assert again.returncode == 0, again.stderr
    assert left_behind(home, tmp_path) == []


def test_a_restored_log_is_still_sealed(address: str) -> None:
    with psycopg.connect(address, autocommit=True) as held, pytest.raises(psycopg.Error, match="never changed"):
        held.execute("TRUNCATE audit_entry")


def test_a_damaged_file_changes_nothing_on_postgresql(address: str, tmp_path: Path) -> None:
    home, file, more = tmp_path / "home", tmp_path / "plain", {"DATABASE_URL": address}
    done = handrail(home, "backup", "--unencrypted", file, **more)
    assert done.returncode == 0, done.stderr
    told, schemas = file.read_bytes(), "SELECT nspname FROM pg_namespace ORDER BY 1"
    wanted = rows(address, *WHAT, schemas)
    for damaged in (told[: len(told) // 2], b"not a backup", told[:500] + bytes([told[500] ^ 1]) + told[501:]):
        file.write_bytes(damaged)
        done = handrail(home, "restore", file, **more)
        assert done.returncode == 2, done.stdout
        assert "Traceback" not in done.stderr
    assert rows(address, *WHAT, schemas) == wanted
