"""The whole of admission in CQL, run by cql-execution in node: person by person, from records to the answer.

It does everything: the as-of day, the facts, the clauses, the answer and its paths. It leaves out reading Parquet:
each person's records are given to it in memory. Where node or npm is missing, it is passed over.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.members import cache
from benchmarks.peers.cql_people import model, people

HERE = Path(__file__).parent / "cql"
FILES = {"us-ne/intensive-outpatient-2.1": "us-ne.cql", "us-nc/intensive-recovery-support": "us-nc.cql"}

_INSTALL = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")


class NoNodeError(Exception):
    """Node or npm is missing, or its packages cannot be had."""


def install() -> Path:
    """This will install cql-execution and its translator into the cache, once; gives the folder.

    Raises `NoNodeError` where that cannot be.
    """
    npm = shutil.which("npm")
    if shutil.which("node") is None or npm is None:
        raise NoNodeError("node or npm is missing")
    sources = sorted(HERE.iterdir())
    version = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:8]
    place = cache() / f"cql-{version}"
    if not place.is_dir():
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".cql-", dir=place.parent) as scratch:
            copied = shutil.copytree(HERE, Path(scratch) / "cql")
            done = subprocess.run([npm, *_INSTALL], cwd=copied, capture_output=True, text=True, check=False)
            if done.returncode:
                raise NoNodeError(f"npm could not install cql-execution: {_last_line(done.stderr)}")
            copied.rename(place)
    return place


def run(folder: Path, out: Mapping[str, Path], as_of: datetime.date, sample: int) -> tuple[float, int]:
    """This will judge so many people by each definition; gives the seconds and how many persons were judged.

    Compiling and warming up are outside the time. Raises `NoNodeError` where it cannot run.
    """
    place = install()
    seconds, count = 0.0, 0
    with tempfile.TemporaryDirectory() as scratch:
        work = Path(scratch)
        (work / "model.json").write_text(json.dumps(model()), encoding="utf-8")
        (work / "people.ndjson").write_text("\n".join(_lines(folder, sample)) + "\n", encoding="utf-8")
        for definition, file in out.items():
            told = _judge(place, work, definition, as_of)
            seconds, count = seconds + told["seconds"], count + int(told["people"])
            answers = f"read_ndjson('{work}/answers-{FILES[definition]}.ndjson')"
            with duckdb.connect() as database:
                database.execute(f"COPY (FROM {answers}) TO '{file}' (FORMAT parquet)")
    return seconds, count


def _judge(place: Path, work: Path, definition: str, as_of: datetime.date) -> dict[str, Any]:
    command = ["node", str(place / "run.mjs"), str(work), FILES[definition], definition, as_of.isoformat()]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "NODE_ENV": "production"}
    )
    if done.returncode:
        raise RuntimeError(f"cql-execution failed on {FILES[definition]}:\n{done.stderr[-3000:]}")
    told: dict[str, Any] = json.loads(_last_line(done.stdout))
    return told


def _lines(folder: Path, sample: int) -> Iterator[str]:
    return (json.dumps(person, default=str) for person in people(folder, sample))


def _last_line(text: str) -> str:
    return text.strip().splitlines()[-1] if text.strip() else "no reason given"
