"""Worked examples beside a definition: facts or records in, the expected verdict out."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from handrail.definitions.document import Edition, Value
from handrail.definitions.opening import open_yaml
from handrail.findings import Finding, FindingsError

VERDICTS = ("met", "not met", "cannot tell", "pending", "not applicable", "excused")
ANSWERS = ("yes", "no", "cannot tell", "pending")
UNKNOWN = "unknown"


@dataclass(frozen=True)
class FactCase:
    """Facts that are given, and what one clause (or decision) must come to with them. Facts not named are unknown."""

    file: str
    about: str
    of: str
    is_decision: bool
    expected: str
    facts: Mapping[str, Any]
    readings: Mapping[str, Value]

    def __str__(self) -> str:
        return f"{self.of}: {self.expected} with {', '.join(f'{name}={value}' for name, value in self.facts.items())}"


@dataclass(frozen=True)
class Expected:
    """What one row of a subject must come to in a story."""

    at: Mapping[str, Any]
    facts: Mapping[str, Any]
    verdicts: Mapping[str, str]
    decisions: Mapping[str, str]


@dataclass(frozen=True)
class Story:
    """Records that are given, a day, and what rows of one subject must come to: through the whole engine."""

    file: str
    about: str
    says: str
    as_of: datetime.date
    records: Mapping[str, tuple[Mapping[str, Any], ...]]
    expected: tuple[Expected, ...]
    readings: Mapping[str, Value]
    candidates: bool

    def __str__(self) -> str:
        return f"{self.about}: {self.says}"


@dataclass(frozen=True)
class Cases:
    """All worked examples of one edition. `never_unknown` are clauses whose facts are never missing."""

    facts: tuple[FactCase, ...]
    stories: tuple[Story, ...]
    never_unknown: frozenset[str]

    def verdicts_of(self, clause: str) -> Counter[str]:
        """This will count the examples that show each verdict of a clause."""
        shown = Counter(case.expected for case in self.facts if case.of == clause and not case.is_decision)
        expected = (e for story in self.stories for e in story.expected)
        return shown + Counter(e.verdicts[clause] for e in expected if clause in e.verdicts)

    def answers_of(self, decision: str) -> Counter[str]:
        """This will count the examples that show each answer of a decision, by whatever path."""
        shown = Counter(case.expected for case in self.facts if case.of == decision and case.is_decision)
        told = (e.decisions[decision] for story in self.stories for e in story.expected if decision in e.decisions)
        return shown + Counter(answer.partition(" by ")[0] for answer in told)


def case_files(edition: Edition) -> tuple[Path, ...]:
    """This will find the files of examples: `cases/<edition>/`, else `cases/`, and `cases.yaml`, beside the edition."""
    beside = Path(edition.file).parent
    own = beside / "cases" / edition.name
    folder = own if own.is_dir() else beside / "cases"
    single = beside / "cases.yaml"
    return tuple(sorted(folder.glob("*.yaml"))) + ((single,) if single.is_file() else ())


def load_cases(edition: Edition) -> Cases:
    """This will read the examples of an edition. Raises `FindingsError` where a file does not have their shape."""
    facts: list[FactCase] = []
    stories: list[Story] = []
    never: set[str] = set()
    for file in case_files(edition):
        told = open_yaml(file).told or {}
        try:
            facts += _fact_cases(edition, file, told)
            stories += _stories(file, told)
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            says = f"The examples cannot be read: {type(error).__name__} {error}."
            mend = f"`handrail check {edition.definition}` says where."
            raise FindingsError([Finding(str(file), 0, "H124", "", says, mend)]) from error
        never |= {clause for clause, spec in (told.get("clauses") or {}).items() if spec.get("never unknown")}
    return Cases(tuple(facts), tuple(stories), frozenset(never))


def answer_word(word: Any) -> Any:
    """This will give back the word that some YAML readers take for a truth value: a bare `yes` or `no`."""
    return {True: "yes", False: "no"}.get(word, word) if isinstance(word, bool) else word


def _fact_cases(edition: Edition, file: Path, told: Mapping[str, Any]) -> Iterator[FactCase]:
    about = {clause.id: clause.about for clause in edition.clauses}
    for section, words in (("clauses", VERDICTS), ("decisions", ANSWERS)):
        for name, spec in (told.get(section) or {}).items():
            is_decision = section == "decisions"
            subject = edition.decisions[name].about if is_decision else about[name]
            for key, items in spec.items():
                word = answer_word(key)
                if word in ("given", "never unknown"):
                    continue
                if word not in words:
                    raise ValueError(f"{name}: {word!r} is none of {', '.join(words)}")
                for item in items:
                    given = {**spec.get("given", {}), **(item or {})}
                    readings = given.pop("reading", {})
                    yield FactCase(str(file), subject, name, is_decision, word, given, readings)


def _stories(file: Path, told: Mapping[str, Any]) -> Iterator[Story]:
    cast = told.get("cast") or {}
    for spec in told.get("stories") or ():
        yield Story(
            file=str(file),
            about=spec.get("about", file.stem),
            says=spec["story"],
            as_of=spec["as_of"],
            records=_records(cast, spec.get("records") or {}, spec.get("without") or {}),
            expected=tuple(
                Expected(
                    e["at"],
                    e.get("facts") or {},
                    e.get("verdicts") or {},
                    {name: answer_word(word) for name, word in (e.get("decisions") or {}).items()},
                )
                for e in spec["expect"]
            ),
            readings=spec.get("reading") or {},
            candidates=bool(spec.get("candidates")),
        )


def _records(
    cast: Mapping[str, Any], own: Mapping[str, Any], without: Mapping[str, Any]
) -> dict[str, tuple[Mapping[str, Any], ...]]:
    """The cast's rows, changed and added to by the story's own rows of the same key."""
    merged: dict[str, tuple[Mapping[str, Any], ...]] = {}
    for table in dict.fromkeys((*cast, *own)):
        key = f"{table}_id"
        rows = {row[key]: dict(row) for row in cast.get(table) or ()}
        for row in own.get(table) or ():
            rows[row[key]] = rows.get(row[key], {}) | row
        merged[table] = tuple(row for name, row in rows.items() if name not in (without.get(table) or ()))
    return merged
