"""Answers written out: JSON, CSV or Parquet, whole or not at all (docs/answers.md describes each)."""

from __future__ import annotations

import csv
import datetime
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from handrail import __version__
from handrail.definitions.document import Value
from handrail.definitions.rulebook import InForce
from handrail.engine.evaluate import Engine, Judged, compiled, readings_of, select
from handrail.engine.evidence import evidence, evidence_tables
from handrail.engine.results import ClauseVerdict, DecisionAnswer, as_json, decisions, plain, verdicts
from handrail.findings import Finding, FindingsError


@dataclass(frozen=True)
class Run:
    """What was run: by which editions, under which readings, as of which day. It heads every output."""

    editions: Sequence[InForce]
    as_of: datetime.date
    readings: Mapping[str, Value]
    engine: str

    def header(self) -> dict[str, Any]:
        """This will give the head of an output as plain data."""
        return {
            "handrail": __version__,
            "engine": self.engine,
            "as_of": self.as_of.isoformat(),
            "readings": plain(dict(self.readings)),
            "definitions": [
                {
                    "definition": told.edition.definition,
                    "edition": told.edition.name,
                    "hash": told.edition.hash,
                    "from": told.since.isoformat() if told.since else None,
                    "until": told.until.isoformat() if told.until else None,
                    "readings": {
                        name: plain(value)
                        for name, value in told.edition.values(
                            readings_of(told.edition, self.editions, self.readings)
                        ).items()
                        if name in told.edition.readings
                    },
                    "unresolved": [{"says": one.says, "cite": one.cite} for one in told.edition.unresolved],
                }
                for told in self.editions
            ],
        }


def write_json(
    stream: IO[str], run: Run, answers: Iterable[tuple[Iterable[ClauseVerdict], Iterable[DecisionAnswer]]]
) -> None:
    """This will write one JSON document: the head, `verdicts`, `decisions`; one answer a line."""
    head = json.dumps(run.header(), ensure_ascii=False)
    decided: list[str] = []
    stream.write(head[:-1] + ',\n"verdicts": [')
    comma = ""
    for some, answered in answers:
        for verdict in some:
            stream.write(f"{comma}\n{_line(verdict)}")
            comma = ","
        decided += [_line(decision) for decision in answered]
    stream.write('\n],\n"decisions": [\n' + ",\n".join(decided) + "\n]}\n")


def _line(answer: ClauseVerdict | DecisionAnswer) -> str:
    return json.dumps(as_json(answer), ensure_ascii=False, separators=(",", ":"))


VERDICT_COLUMNS = (
    "definition", "edition", "subject", "key", "judged_on", "person_id", "episode_id", "program_id",
    "clause", "duty", "verdict", "facts", "missing", "evidence",
)  # fmt: skip
DECISION_COLUMNS = (
    "definition", "edition", "subject", "key", "judged_on", "person_id", "episode_id", "program_id",
    "decision", "answer", "paths", "deciding", "missing",
)  # fmt: skip


def write_csv(folder: Path, answers: Iterable[tuple[Iterable[ClauseVerdict], Iterable[DecisionAnswer]]]) -> None:
    """This will write `verdicts.csv` and `decisions.csv` into a folder that exists."""
    with (
        (folder / "verdicts.csv").open("w", encoding="utf-8", newline="") as one,
        (folder / "decisions.csv").open("w", encoding="utf-8", newline="") as two,
    ):
        clauses, answered = csv.writer(one), csv.writer(two)
        clauses.writerow(VERDICT_COLUMNS)
        answered.writerow(DECISION_COLUMNS)
        for some, decided in answers:
            clauses.writerows(_row(as_json(verdict), VERDICT_COLUMNS) for verdict in some)
            answered.writerows(_row(as_json(decision), DECISION_COLUMNS) for decision in decided)


def _row(told: Mapping[str, Any], columns: Sequence[str]) -> list[str]:
    return [_cell(name, told.get(name)) for name in columns]


def _cell(name: str, value: Any) -> str:
    if value is None:
        return ""
    if name == "key":
        value = "/".join(map(str, value.values()))
    elif name == "facts":
        value = "; ".join(f"{fact}={_fact(told)}" for fact, told in value.items())
    elif name == "missing":
        value = " ".join(gap["fact"] for gap in value)
    elif name == "evidence":
        value = " ".join(
            f"{record['table']}:{record['id']}{'(late)' if record.get('late') else ''}" for record in value
        )
    elif isinstance(value, list):
        value = " ".join(value)
    text = str(value)
    return f"'{text}" if text[:1] in "=+-@\t\r\n" and text else text


def _fact(value: Any) -> str:
    if isinstance(value, dict):
        return "..".join("" if end is None else str(end) for end in (value["least"], value["most"]))
    return (
        {None: "", True: "true", False: "false"}.get(value, str(value))
        if isinstance(value, (bool, type(None)))
        else str(value)
    )


def write_parquet(
    engine: Engine,
    run: Run,
    folder: Path,
    *,
    candidates: bool = False,
    told: Callable[[str, int], None] = lambda _name, _rows: None,
) -> None:
    """This will write one Parquet file for each edition and subject, and `run.json`; no row passes through Python.

    Columns: the key, service, judged_on, person_id, episode_id, program_id (where the subject has them), the facts,
    `verdict:<clause>`, `answer:<decision>`, `paths:<decision>`.
    """
    for in_force in run.editions:
        own = readings_of(in_force.edition, run.editions, run.readings)
        place = folder / in_force.edition.definition / in_force.edition.name
        place.mkdir(parents=True)
        for name in in_force.edition.subjects:
            plan = compiled(in_force, name, readings=own, candidates=candidates)
            engine.show(plan.tables, run.as_of)
            rows = engine.write(select(plan, engine.dialect, run.as_of), place / f"{name}.parquet", apart=plan.is_apart)
            told(name, rows)
    write_run(folder, run)


def write_run(folder: Path, run: Run) -> None:
    """This will write `run.json` into a folder of answers: the head that a JSON answer carries itself."""
    (folder / "run.json").write_text(json.dumps(run.header(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


@contextmanager
def new_folder(out: Path) -> Iterator[Path]:
    """This will give a folder to write into that becomes `out` only when all went well.

    Raises `FindingsError` where `out` exists and is not empty.
    """
    refuse_existing(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        yield scratch
        if out.exists():
            out.rmdir()
        scratch.chmod(0o755)
        scratch.rename(out)
    except BaseException:
        shutil.rmtree(scratch, ignore_errors=True)
        raise


@contextmanager
def new_file(out: Path) -> Iterator[IO[str]]:
    """This will give a file to write into that becomes `out`, replacing it, only when all went well."""
    out.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{out.name}-", dir=out.parent, text=True)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            yield stream
        Path(name).chmod(0o644)
        Path(name).replace(out)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def refuse_existing(out: Path) -> None:
    """This will raise `FindingsError` where a folder to be written exists already and holds something."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        says = "The place to write to is not empty, and nothing is overwritten."
        raise FindingsError([Finding(str(out), 0, "H410", "", says, "Give a new folder, or empty this one first.")])


def judged_answers(
    engine: Engine, judged: Iterable[Judged], run: Run
) -> Iterator[tuple[Iterator[ClauseVerdict], Iterator[DecisionAnswer]]]:
    """This will turn what was judged into answers with their evidence, subject by subject."""
    for one in judged:
        engine.show(evidence_tables(one), run.as_of)
        yield verdicts(one, evidence(engine, one)), decisions(one)
