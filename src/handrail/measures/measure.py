"""What a measure is, and reading measures from YAML files with everything that is wrong said at once.

A measure is fixed before the run and printed with its result: who counts (`where`), who is left out and why
(`excluded`), what is counted, which way is better, who the peers are, how many cases it needs, whose case it is, what
is adjusted for, and who chose it and why.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import sqlglot
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from sqlglot import exp
from sqlglot.errors import SqlglotError

from handrail.findings import Finding, FindingsError
from handrail.measures.facts.catalog import FactSet, fact_sets
from handrail.oversight.thresholds import Thresholds

KINDS: Mapping[str, tuple[str, ...]] = {
    "share": ("yes",),
    "rate": ("events", "per"),
    "pair": ("before", "after"),
    "rates": ("events_before", "time_before", "events_after", "time_after"),
    "stay": ("days", "ended"),
}
"""What is counted, and the expressions that say so: a yes or no; events in a time; a yes or no before and after;
events in a time before and after; a length of stay."""

_TOLD = ("measure", "title", "says", "clauses", "facts", "better", "by", "chosen_by", "why", "owner")
_MAY = (
    "service",
    "where",
    "excluded",
    "adjusted_for",
    "attributed",
    "peers",
    "minimum",
    "per_says",
    "per_size",
    "notes",
)
_BETTER = ("lower", "higher", "neither")
_BY = ("program", "clinician")
_MINIMUM = ("cases", "expected", "peers")
ATTRIBUTED: Mapping[str, str] = {"most_contacts": "clinician", "first_contact": "first_clinician"}
"""Whose case it is, and the column of the facts that says so; where a clinician stands out, the other is tried too."""

_WHOSE = {"most_contacts": "whoever gave most contacts", "first_contact": "whoever gave the first contact"}


@dataclass(frozen=True, eq=False)
class Measure:
    """One measure. `counts` holds SQL over the columns of its facts; NULL is unknown and never no.

    `excluded` maps a reason to a condition. `adjusted_for` names facts of the admission. `per_says` is the unit of a
    rate's time, for example "client-months", of which each is `per_size` of what the expression gives (30 days).
    `peers` names the facts that peers have in common; `minimum` overrides the least of cases, expected events or peers.
    """

    name: str
    title: str
    says: str
    clauses: tuple[str, ...]
    facts: FactSet
    kind: str
    counts: Mapping[str, str]
    better: str
    by: tuple[str, ...]
    chosen_by: str
    why: str
    owner: str
    service: str = ""
    where: str = "TRUE"
    excluded: Mapping[str, str] = ()  # type: ignore[assignment]  # always a dict once read
    adjusted_for: tuple[str, ...] = ()
    attributed: str = "most_contacts"
    peers: tuple[str, ...] = ("service",)
    minimum: Mapping[str, float] = ()  # type: ignore[assignment]  # always a dict once read
    per_says: str = ""
    per_size: int = 1
    notes: tuple[str, ...] = ()
    told: Mapping[str, Any] = ()  # type: ignore[assignment]  # always a dict once read

    @cached_property
    def hash(self) -> str:
        """What identifies this wording of the measure."""
        return hashlib.sha256(json.dumps(self.told, sort_keys=True, default=str).encode()).hexdigest()

    @cached_property
    def columns(self) -> frozenset[str]:
        """The columns of its facts that it reads."""
        texts = [self.where, *self.excluded.values(), *self.counts.values()]
        read = {column.name for text in texts for column in _parsed(text).find_all(exp.Column)}
        return frozenset({*read, *self.adjusted_for, *self.peers})

    @property
    def apart_by(self) -> tuple[str, ...]:
        """The facts by which its units are to be told apart: those of `peers` that are not the same for all."""
        return tuple(name for name in self.peers if not (name == "service" and self.service))

    @property
    def attributed_otherwise(self) -> str:
        """The other rule of attribution."""
        return next(rule for rule in ATTRIBUTED if rule != self.attributed)

    def held_to(self, thresholds: Thresholds) -> Thresholds:
        """This will give the thresholds with the minimum of this measure in the place of the general one."""
        kinds = {"cases": int, "expected": float, "peers": int}
        return replace(thresholds, **{f"minimum_{name}": kinds[name](least) for name, least in self.minimum.items()})

    def compared(self, thresholds: Thresholds) -> tuple[tuple[str, str], ...]:
        """This will say in pairs of words whose a case is, who the peers are and how much a signal needs."""
        whose = (("Whose case", _WHOSE[self.attributed]),) if "clinician" in self.by else ()
        if self.kind not in ("share", "rate"):
            return whose
        least = self.held_to(thresholds).minimum
        own = [f"service ({self.service})"] if self.service else []
        same = ", ".join([*own, *(name.replace("_", " ") for name in self.apart_by)])
        needs = f"{least.cases} cases, {least.expected:g} expected events, {least.peers} peers"
        return (*whose, ("Peers", f"the same {same}" if same else "everybody"), ("A signal needs at least", needs))

    def definition(self, thresholds: Thresholds) -> tuple[tuple[str, str], ...]:
        """This will give what fixes the measure, in pairs of words: what it says, who chose it and why, how it is counted."""
        left_out = "; ".join(f"{reason}: {text}" for reason, text in self.excluded.items())
        told = (
            ("Says", self.says),
            ("Clauses", ", ".join(self.clauses)),
            ("Chosen by", self.chosen_by),
            ("Why", self.why),
            ("Answers for it", self.owner),
            ("Counts", self.where if self.where != "TRUE" else "every course"),
            ("Left out", left_out or "nobody"),
            ("Measured", "; ".join(f"{name}: {text}" for name, text in self.counts.items())),
            ("Better", self.better),
            *self.compared(thresholds),
            ("Notes", " ".join(self.notes)),
            ("Seal", self.hash),
        )
        return tuple((what, value) for what, value in told if value)

    def lacks(self, source: str) -> tuple[str, ...]:
        """This will name the columns that a source does not have; none means that the source can tell this measure."""
        known = set(self.facts.columns_of(source))
        return tuple(sorted(self.columns - known))


@cache
def packaged_measures() -> Mapping[str, Measure]:
    """This will give the measures that come with the package, by name."""
    with as_file(files("handrail.measures") / "library") as folder:
        return read_measures(folder)


def read_measures(folder: Path) -> Mapping[str, Measure]:
    """This will read every measure of a folder. Raises `FindingsError` with everything that is wrong in any of them."""
    found, findings = {}, []
    for path in sorted(folder.glob("*.yaml")):
        try:
            told = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
        except MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 0
            findings.append(Finding(path.name, line, "H601", path.stem, f"This is no YAML: {error.problem}."))
            continue
        wrong = list(_wrong(told, path.stem))
        findings += [Finding(path.name, 0, "H602", path.stem, says) for says in wrong]
        if not wrong:
            found[path.stem] = measure_from(told)
    if findings:
        raise FindingsError(findings)
    if not found:
        raise FindingsError([Finding(str(folder.name), 0, "H603", "", "This folder holds no measure.")])
    return found


def measure_from(told: Mapping[str, Any]) -> Measure:
    """This will make a measure of what its file says, once that has been checked."""
    kind = _kinds(told)[0]
    return Measure(
        name=told["measure"],
        title=told["title"],
        says=told["says"],
        clauses=tuple(told["clauses"]),
        facts=fact_sets()[told["facts"]],
        kind=kind,
        counts={name: str(told[name]) for name in KINDS[kind]},
        better=told["better"],
        by=tuple(told["by"]),
        chosen_by=told["chosen_by"],
        why=told["why"],
        owner=told["owner"],
        service=told.get("service", ""),
        where=str(told.get("where", "TRUE")),
        excluded=dict(told.get("excluded", {})),
        adjusted_for=tuple(told.get("adjusted_for", ())),
        attributed=told.get("attributed", "most_contacts"),
        peers=tuple(told.get("peers", ("service",))),
        minimum=dict(told.get("minimum", {})),
        per_says=told.get("per_says", ""),
        per_size=int(told.get("per_size", 1)),
        notes=tuple(told.get("notes", ())),
        told=dict(told),
    )


def _kinds(told: Mapping[str, Any]) -> list[str]:
    """The kinds whose every expression is there."""
    return [kind for kind, names in KINDS.items() if all(name in told for name in names)]


def _wrong(told: Any, stem: str) -> Iterable[str]:
    if not isinstance(told, dict):
        yield "A measure is a list of names with their values."
        return
    if missing := [name for name in _TOLD if name not in told]:
        yield f"It does not say {', '.join(missing)}."
        return
    known = {*_TOLD, *_MAY, *(name for names in KINDS.values() for name in names)}
    if unknown := sorted(set(told) - known):
        yield f"No measure has {', '.join(unknown)}. Known: {', '.join(sorted(known))}."
    if told["measure"] != stem:
        yield f"The file is named {stem} and the measure {told['measure']}; give both one name."
    kinds = _kinds(told)
    if len(kinds) != 1:
        offered = "; ".join(f"{kind}: {', '.join(names)}" for kind, names in KINDS.items())
        yield f"It must say what is counted, in one way of these: {offered}."
    if told["better"] not in _BETTER:
        yield f"Which way is better is one of {', '.join(_BETTER)}."
    if not set(told["by"]) <= set(_BY):
        yield f"It may be shown by {' and '.join(_BY)}."
    if str(told.get("attributed", "most_contacts")) not in ATTRIBUTED:
        yield f"A case is attributed by one of {', '.join(ATTRIBUTED)}."
    yield from _wrong_minimum(told.get("minimum", {}))
    if str(told["facts"]) not in fact_sets():
        yield f"There are no facts {told['facts']}. Known: {', '.join(fact_sets())}."
        return
    yield from _wrong_columns(told, fact_sets()[told["facts"]], kinds)


def _wrong_minimum(told: Any) -> Iterable[str]:
    if not isinstance(told, dict) or set(told) - set(_MINIMUM):
        yield f"minimum gives a number for any of {', '.join(_MINIMUM)}."
        return
    for name, least in told.items():
        is_whole = isinstance(least, int) or name == "expected"
        if isinstance(least, bool) or not isinstance(least, (int, float)) or least <= 0 or not is_whole:
            yield f"minimum {name} must be a {'' if name == 'expected' else 'whole '}number above 0."


def _wrong_columns(told: Mapping[str, Any], facts: FactSet, kinds: list[str]) -> Iterable[str]:
    counted = [name for kind in kinds for name in KINDS[kind]]
    texts = {name: str(told[name]) for name in ("where", *counted) if name in told}
    texts |= {f"excluded {reason}": str(text) for reason, text in (told.get("excluded") or {}).items()}
    for name, text in texts.items():
        try:
            tree = _parsed(text)
        except SqlglotError:
            yield f"{name} is no SQL condition: {text}"
            continue
        if tree.find(exp.Query, exp.Command, exp.DDL, exp.DML) is not None:
            yield f"{name} may read the columns of its facts only, and no table."
        if unknown := sorted({column.name for column in tree.find_all(exp.Column)} - set(facts.columns)):
            yield f"{name} reads {', '.join(unknown)}, which {facts.name} does not have."
    for name in told.get("adjusted_for", ()):
        if name not in facts.columns:
            yield f"adjusted_for names {name}, which {facts.name} does not have."
        elif not facts.columns[name].at_admission:
            yield f"adjusted_for names {name}, which is not known at admission: adjusting for it would excuse it."
    peers = told.get("peers", ["service"])
    if not isinstance(peers, list) or not all(isinstance(name, str) for name in peers):
        yield "peers is a list of facts; [] compares everybody with everybody."
        return
    for name in peers:
        if name not in facts.columns:
            yield f"peers names {name}, which {facts.name} does not have."
        elif name != "service" and not facts.columns[name].at_admission:
            yield f"peers names {name}, which is not known at admission: what came later does not make peers."


@cache
def _parsed(text: str) -> exp.Expression:
    return sqlglot.parse_one(text, read="duckdb")
