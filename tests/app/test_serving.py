"""Running the app as somebody would: `handrail serve`, `backup`, `restore`, `audit verify` and `judge`, in real processes."""

from __future__ import annotations

import http.cookiejar
import itertools
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from handrail.app.running.beside import FIRST_PAUSE, STEADY, Beside

Done = subprocess.CompletedProcess[str]
PASSWORD = "invented people only"  # noqa: S105
PATIENCE = 300


def environment(home: Path, **more: str) -> dict[str, str]:
    ours = ("HANDRAIL_", "DJANGO_", "DATABASE_URL", "PYTEST_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)} | {
        "HANDRAIL_HOME": str(home),
        "COLUMNS": "100",
        **more,
    }


def handrail(home: Path, *arguments: object, **more: str) -> Done:
    command = [sys.executable, "-m", "handrail.cli", *map(str, arguments)]
    return subprocess.run(
        command, env=environment(home, **more), capture_output=True, text=True, check=False, timeout=PATIENCE
    )


@dataclass(frozen=True)
class Served:
    home: Path
    address: str
    process: subprocess.Popen[bytes]
    out: Path

    def get(self, path: str) -> str:
        with urllib.request.urlopen(self.address + path, timeout=60) as answer:  # noqa: S310
            told: bytes = answer.read()
        return told.decode()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port = asked.getsockname()[1]
    home, out = folder / "home", folder / "out"
    command = [sys.executable, "-m", "handrail.cli", "serve", "--demo", "--people", "10", "--port", str(port)]
    with out.open("w") as stream:
        process = subprocess.Popen(command, env=environment(home), stdout=stream, stderr=subprocess.STDOUT)
    made = Served(home, f"http://127.0.0.1:{port}", process, out)
    try:
        until = time.monotonic() + PATIENCE
        while True:
            assert process.poll() is None, out.read_text()
            assert time.monotonic() < until, out.read_text()
            try:
                made.get("/health/ready")
                break
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.3)
        yield made
    finally:
        process.terminate()
        process.wait(timeout=60)


@pytest.fixture(scope="module")
def saved(served: Served) -> Path:
    """A backup, taken while the app runs."""
    file = served.home.parent / "saved.sqlite3"
    done = handrail(served.home, "backup", "--unencrypted", file)
    assert done.returncode == 0, done.stderr
    assert "verified" in done.stdout
    return file


@pytest.fixture
def home(saved: Path, tmp_path: Path) -> Path:
    """A home of its own with the demo's database, and no server."""
    made = tmp_path / "home"
    made.mkdir()
    shutil.copy(saved, made / "handrail.sqlite3")
    return made


def content(database: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, apart from the log, to which each backup and restore is added."""
    with closing(sqlite3.connect(database)) as held:
        names = [name for (name,) in held.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        return {name: sorted(held.execute(f"SELECT * FROM {name}"), key=repr) for name in names if "audit" not in name}


def change(database: Path, *statements: str) -> None:
    with closing(sqlite3.connect(database)) as held, held:
        for statement in statements:
            held.execute(statement)


def test_the_demo_is_ready_and_shows_the_sign_in_page(served: Served) -> None:
    assert served.get("/health/ready") == "ready\n"
    assert "<h1>Sign in</h1>" in served.get("/")


def test_the_card_says_who_signs_in_and_where(served: Served) -> None:
    told = served.out.read_text()
    for name in ("Counselor", "recovery-worker", "Lakeside Example", "medical-director", PASSWORD, served.address):
        assert name in told


def test_somebody_of_the_card_signs_in_and_sees_the_people(served: Served) -> None:
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    page = browser.open(f"{served.address}/accounts/login/?next=/people/", timeout=60).read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token
    typed = {"csrfmiddlewaretoken": token[1], "login": "counselor", "password": PASSWORD, "next": "/people/"}
    sent = urllib.parse.urlencode(typed).encode()
    page = browser.open(f"{served.address}/accounts/login/", data=sent, timeout=60).read().decode()
    assert "<h1>People</h1>" in page
    assert "Clara Example" in page


def test_the_home_is_closed_to_other_users_of_the_machine(served: Served) -> None:
    for file in (served.home, *served.home.iterdir()):
        assert file.stat().st_mode & 0o077 == 0, file


def test_the_log_of_a_running_app_verifies(served: Served) -> None:
    done = handrail(served.home, "audit", "verify")
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(r"\d+ entries, none changed\.", done.stdout.strip())


def test_nothing_is_restored_under_a_running_app(served: Served, saved: Path) -> None:
    before = content(served.home / "handrail.sqlite3")
    done = handrail(served.home, "restore", saved)
    assert done.returncode == 2
    assert "Stop it" in done.stderr
    assert content(served.home / "handrail.sqlite3") == before


def test_a_port_that_is_taken_is_said(served: Served, tmp_path: Path) -> None:
    port = served.address.rsplit(":", 1)[1]
    done = handrail(tmp_path / "home", "serve", "--demo", "--port", port)
    assert done.returncode == 2
    assert port in done.stderr


def test_a_backup_is_one_file_that_only_its_owner_reads(saved: Path) -> None:
    assert saved.stat().st_mode & 0o077 == 0
    assert [file.name for file in saved.parent.iterdir() if "saved" in file.name or "part" in file.name] == [saved.name]
    with closing(sqlite3.connect(f"file:{saved}?mode=ro&immutable=1", uri=True)) as held:
        assert held.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_backup_overwrites_nothing(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "mine.sqlite3"
    file.write_text("something else")
    done = handrail(home, "backup", "--unencrypted", file)
    assert done.returncode == 2
    assert "not overwritten" in done.stderr
    assert file.read_text() == "something else"


def test_the_backup_of_a_changed_database_restores_to_equal_content(home: Path, tmp_path: Path) -> None:
    database, file = home / "handrail.sqlite3", tmp_path / "later.sqlite3"
    change(database, "UPDATE chart_identity SET called = 'Changed' WHERE number = '0001'")
    wanted = content(database)
    assert handrail(home, "backup", "--unencrypted", file).returncode == 0
    change(database, "DELETE FROM chart_wording", "UPDATE chart_identity SET called = 'Wrong'")
    wrong = content(database)
    done = handrail(home, "restore", file)
    assert done.returncode == 0, done.stderr
    assert content(database) == wanted
    (before,) = home.glob("handrail.sqlite3.before-*")
    assert str(before) in done.stdout
    assert content(before) == wrong
    assert handrail(home, "audit", "verify").returncode == 0


def test_a_tampered_backup_is_refused_and_the_database_stays(home: Path, saved: Path, tmp_path: Path) -> None:
    file = tmp_path / "tampered.sqlite3"
    shutil.copy(saved, file)
    change(file, "DROP TRIGGER audit_entry_no_update", "UPDATE audit_entry SET person_id = 'x' WHERE number = 7")
    before = content(home / "handrail.sqlite3")
    done = handrail(home, "restore", file)
    assert done.returncode == 2
    assert "Entry 7 was changed." in done.stderr
    assert content(home / "handrail.sqlite3") == before
    assert not list(home.glob("*.before-*")) + list(home.glob(".handrail-*"))


@pytest.mark.parametrize("damage", ["no database at all", "cut short", "another program's"])
def test_a_file_that_is_no_sound_database_of_ours_is_refused(
    home: Path, saved: Path, tmp_path: Path, damage: str
) -> None:
    file = tmp_path / "file"
    if damage == "no database at all":
        file.write_text("not a database " * 1000)
    elif damage == "cut short":
        file.write_bytes(saved.read_bytes()[: saved.stat().st_size // 2])
    else:
        change(file, "CREATE TABLE t (a)")
    before = content(home / "handrail.sqlite3")
    done = handrail(home, "restore", file)
    assert done.returncode == 2, done.stdout
    assert "Traceback" not in done.stderr
    assert content(home / "handrail.sqlite3") == before


def test_a_changed_log_is_told_with_exit_code_1(home: Path, tmp_path: Path) -> None:
    database = home / "handrail.sqlite3"
    change(database, "DROP TRIGGER audit_entry_no_delete", "DELETE FROM audit_entry WHERE number = 5")
    done = handrail(home, "audit", "verify")
    assert done.returncode == 1
    assert "Entries 5 to 5 are missing." in done.stderr
    done = handrail(home, "backup", "--unencrypted", tmp_path / "file")
    assert done.returncode == 2
    assert not (tmp_path / "file").exists()


def test_judging_at_night_says_a_line_for_each_organization(home: Path) -> None:
    done = handrail(home, "judge")
    assert done.returncode == 0, done.stderr
    assert re.findall(r"^(\w+): (\d+) answers", done.stdout, re.MULTILINE)[0][0] == "lakeside"
    assert len(done.stdout.splitlines()) == 3


def counted(database: Path, question: str) -> int:
    with closing(sqlite3.connect(database, timeout=30)) as held:
        (number,) = held.execute(question).fetchone()
    return int(number)


UNJUDGED = """
    SELECT COUNT(*) FROM chart_person WHERE
        NOT EXISTS (SELECT 1 FROM worklists_verdict WHERE worklists_verdict.person_id = chart_person.person_id)
        AND NOT EXISTS (SELECT 1 FROM worklists_waiting WHERE kind = 'person' AND key = chart_person.person_id)
"""
PUT_DOWN = """
    INSERT INTO worklists_waiting (organization_id, kind, key, stamp, since, not_before)
    SELECT holder_id, 'person', person_id, LOWER(HEX(RANDOMBLOB(16))), '2026-01-01', '2026-01-01' FROM chart_person
"""


def test_a_follower_that_is_killed_loses_nobody(home: Path, tmp_path: Path) -> None:
    database = home / "handrail.sqlite3"
    wanted = counted(database, "SELECT COUNT(*) FROM worklists_verdict WHERE person_id <> ''")
    assert wanted
    change(database, PUT_DOWN, "DELETE FROM worklists_verdict WHERE person_id <> ''")
    everybody = counted(database, "SELECT COUNT(*) FROM worklists_waiting")
    command = [sys.executable, "-m", "handrail.cli", "judge", "--follow"]
    for wait_for in ("one portion", "the end"):
        follower = subprocess.Popen(command, env=environment(home))
        until = time.monotonic() + PATIENCE
        while counted(database, "SELECT COUNT(*) FROM worklists_waiting") > (
            everybody - 1 if wait_for == "one portion" else 0
        ):
            assert follower.poll() is None
            assert time.monotonic() < until
            time.sleep(0.02)
        follower.kill()
        follower.wait(timeout=60)
        assert counted(database, UNJUDGED) == 0
    assert counted(database, "SELECT COUNT(*) FROM worklists_verdict WHERE person_id <> ''") == wanted


as_linux = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="looks at processes as Linux shows them")


def followers_of(server: int) -> set[int]:
    children = Path(f"/proc/{server}/task/{server}/children").read_text().split()
    told = {int(child): Path(f"/proc/{child}/cmdline") for child in children}
    return {child for child, file in told.items() if file.exists() and "--follow" in file.read_text()}


@contextmanager
def serving(home: Path, out: Path) -> Iterator[subprocess.Popen[bytes]]:
    """This will serve the demo's database of a home until the block ends; then the server is killed."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port = asked.getsockname()[1]
    command = [sys.executable, "-m", "handrail.cli", "serve", "--demo", "--port", str(port)]
    with out.open("w") as stream:
        server = subprocess.Popen(command, env=environment(home), stdout=stream, stderr=subprocess.STDOUT)
    try:
        yield server
    finally:
        server.kill()
        server.wait(timeout=60)


def follower_of(server: subprocess.Popen[bytes], *, other_than: int = 0) -> int:
    until = time.monotonic() + PATIENCE
    while not (found := followers_of(server.pid) - {other_than}):
        assert server.poll() is None
        assert time.monotonic() < until, "no follower was started"
        time.sleep(0.2)
    (follower,) = found
    return follower


@as_linux
def test_the_follower_ends_with_a_server_that_is_killed(home: Path, tmp_path: Path) -> None:
    with serving(home, tmp_path / "out") as server:
        follower = follower_of(server)
        time.sleep(1)
    until = time.monotonic() + PATIENCE
    while Path(f"/proc/{follower}/cmdline").exists():
        assert time.monotonic() < until, "the follower lives on"
        time.sleep(0.2)


@as_linux
def test_a_follower_that_is_killed_is_started_again_and_judges_on(home: Path, tmp_path: Path) -> None:
    database, out = home / "handrail.sqlite3", tmp_path / "out"
    with serving(home, out) as server:
        first = follower_of(server)
        os.kill(first, signal.SIGKILL)
        second = follower_of(server, other_than=first)
        assert second != first
        change(database, PUT_DOWN.replace("INSERT", "INSERT OR IGNORE"))
        until = time.monotonic() + PATIENCE
        while counted(database, "SELECT COUNT(*) FROM worklists_waiting"):
            assert server.poll() is None
            assert time.monotonic() < until, "nobody judges what waits"
            time.sleep(0.2)
        assert followers_of(server.pid) == {second}
    assert out.read_text().count("The process that judges beside the server ended") == 1


def test_a_child_that_cannot_live_is_tried_after_pauses_that_double(caplog: pytest.LogCaptureFixture) -> None:
    now = 0.0
    child = Beside([sys.executable, "-c", ""], clock=lambda: now)
    starts, began = [], child._child.pid
    for second in range(1, 1300):
        child._child.wait(timeout=60)
        now = float(second)
        child.look()
        if child._child.pid != began:
            starts.append(second)
            began = child._child.pid
    child.end()
    pauses = [later - earlier for earlier, later in itertools.pairwise(starts)]
    assert pauses[:9] == [3, 5, 9, 17, 33, 65, 129, 257, 301]
    assert set(pauses[9:]) <= {301}
    assert len(caplog.records) == len(starts) + 1


def test_a_child_that_lived_long_is_started_again_at_once() -> None:
    now = 0.0
    child = Beside([sys.executable, "-c", "import sys; sys.stdin.read()"], clock=lambda: now)
    for began in (0.0, 1000.0, 2000.0):
        now, before = began + STEADY, child._child.pid
        child._child.kill()
        child._child.wait(timeout=60)
        child.look()
        now += FIRST_PAUSE
        child.look()
        assert child._child.pid != before
    child.end()
    assert child._child.returncode is not None


def test_a_database_with_the_demo_is_not_served_for_work(home: Path) -> None:
    done = handrail(home, "serve", HANDRAIL_HOSTS="handrail.example.org")
    assert done.returncode == 2
    assert "everybody knows its password" in done.stderr


def test_serving_without_a_host_is_refused_with_the_hint(tmp_path: Path) -> None:
    done = handrail(tmp_path / "home", "serve")
    assert done.returncode == 2
    assert "H904" in done.stderr
    assert "HANDRAIL_HOSTS=handrail.example.org" in done.stderr


def test_everything_that_is_unsafe_is_said_at_once(tmp_path: Path) -> None:
    done = handrail(tmp_path / "home", "serve", HANDRAIL_DEBUG="1", HANDRAIL_SECRET_KEY="short")  # noqa: S106
    assert done.returncode == 2
    assert all(code in done.stderr for code in ("H902", "H903", "H904"))


def test_a_database_url_that_is_not_understood_is_said_in_a_sentence(tmp_path: Path) -> None:
    done = handrail(tmp_path / "home", "serve", DATABASE_URL="mysql://somewhere/else")
    assert done.returncode == 2
    assert "DATABASE_URL must begin with postgres://" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", [["audit", "verify"], ["judge"], ["backup", "--unencrypted", "file"]])
def test_a_home_without_a_database_is_said(tmp_path: Path, command: list[str]) -> None:
    done = handrail(tmp_path / "home", *command)
    assert done.returncode == 2
    assert "There is no" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_the_extra_one_sentence_says_what_to_install(tmp_path: Path) -> None:
    program = "import sys; sys.modules['django'] = None; from handrail.cli.main import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", program, "serve"], env=environment(tmp_path), capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.strip() == 'The app is not installed. Install it with: pip install "handrail[app]"'


def test_the_help_does_not_load_the_app() -> None:
    program = "import sys, handrail.cli.main; print([name for name in ('django', 'gunicorn') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
