"""Checks of the worked examples beside an edition: that they can be read, and that they show every clause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from handrail.definitions.case_desk import CaseDesk
from handrail.definitions.cases import ANSWERS, VERDICTS, Cases, answer_word, case_files, load_cases
from handrail.definitions.desk import Desk
from handrail.definitions.document import Clause, Decision, Edition
from handrail.definitions.expressions import near
from handrail.definitions.opening import open_yaml
from handrail.definitions.story_checks import check_stories
from handrail.definitions.tree import leaves
from handrail.findings import Finding, FindingsError
from handrail.subjects.catalog import subjects

_SECTIONS = ("clauses", "decisions", "cast", "stories")


def check_cases(desk: Desk) -> None:
    """This will check the files of worked examples, and then that they show every verdict and answer."""
    found = [finding for file in case_files(desk.edition) for finding in case_findings(desk.edition, file)]
    desk.found.extend(found)
    if found:
        return
    try:
        cases = load_cases(desk.edition)
    except FindingsError as error:
        desk.found.extend(error.findings)
        return
    for number, clause in enumerate(desk.edition.clauses):
        if lacking := lacking_verdicts(clause, cases):
            says = f"No worked example shows it {' or '.join(lacking)}."
            desk.note("H111", ["clauses", number], clause.id, says, f"Add one to cases/{clause.about}.yaml.")
    for name, decision in desk.edition.decisions.items():
        if missing := lacking_answers(name, decision, cases):
            says = f"No worked example answers it {' or '.join(missing)}."
            desk.note("H111", ["decisions", name], name, says, f"Add one to cases/{decision.about}.yaml.")


def lacking_verdicts(clause: Clause, cases: Cases) -> tuple[str, ...]:
    """This will say which of the three main verdicts the examples of a clause do not show."""
    wanted = ("met", "not met", *(() if clause.id in cases.never_unknown else ("cannot tell",)))
    return tuple(verdict for verdict in wanted if verdict not in cases.verdicts_of(clause.id))


def lacking_answers(name: str, decision: Decision, cases: Cases) -> tuple[str, ...]:
    """This will say which of the three main answers the examples of a decision do not show."""
    is_always_known = all(leaf.clause in cases.never_unknown for leaf in leaves(decision.tree))
    wanted = ("yes", "no", *(() if is_always_known else ("cannot tell",)))
    return tuple(answer for answer in wanted if answer not in cases.answers_of(name))


def case_findings(edition: Edition, file: Path) -> list[Finding]:
    """This will find everything that is wrong with one file of worked examples, each with its line."""
    try:
        opened = open_yaml(file)
    except FindingsError as error:
        return list(error.findings)
    desk = CaseDesk(edition, file, opened.text)
    told = {} if opened.told is None else desk.mapping([], opened.told)
    desk.known_words([], told, _SECTIONS)
    _facts(desk, "clauses", told.get("clauses"), {clause.id: clause.about for clause in edition.clauses}, VERDICTS)
    _facts(desk, "decisions", told.get("decisions"), {name: d.about for name, d in edition.decisions.items()}, ANSWERS)
    check_stories(desk, told)
    return desk.found


def _facts(desk: CaseDesk, section: str, told: Any, about: Mapping[str, str], words: Sequence[str]) -> None:
    for name, spec in desk.mapping([section], told).items():
        place = [section, name]
        if name not in about:
            kind = section.removesuffix("s")
            desk.note(place, str(name), f"The definition has no such {kind}.", near(str(name), about))
            continue
        subject = subjects().get(about[name])
        if subject is None:
            continue
        for key, items in desk.mapping(place, spec, needed=True).items():
            word = answer_word(key)
            if word == "given":
                given = desk.mapping([*place, key], items, needed=True)
                desk.facts([*place, key], given, subject, with_reading=True)
            if word in ("given", "never unknown"):
                continue
            if word not in words:
                desk.note([*place, key], str(name), f'"{word}" is none of {", ".join(words)}.', near(str(word), words))
                continue
            for number, item in enumerate(desk.sequence([*place, key], items, needed=True)):
                at = [*place, key, number]
                desk.facts(at, desk.mapping(at, item), subject, with_reading=True)
