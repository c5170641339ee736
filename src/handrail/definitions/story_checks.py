"""Checks of stories: records in, verdicts out."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from handrail.definitions.case_desk import CaseDesk
from handrail.definitions.cases import ANSWERS, VERDICTS, answer_word
from handrail.definitions.expressions import near
from handrail.definitions.tree import paths
from handrail.records.schema import tables
from handrail.subjects.catalog import Subject, subjects

_WORDS = ("story", "about", "as_of", "records", "without", "expect", "reading", "candidates")
_EXPECTED = ("at", "facts", "verdicts", "decisions")


def check_stories(desk: CaseDesk, told: Mapping[Any, Any]) -> None:
    """This will check the cast and every story of one file."""
    cast = desk.mapping(["cast"], told.get("cast"))
    _records(desk, ["cast"], cast)
    for number, story in enumerate(desk.sequence(["stories"], told.get("stories"))):
        place = ["stories", number]
        _story(desk, place, desk.mapping(place, story), cast)


def _story(desk: CaseDesk, place: Sequence[object], story: Mapping[Any, Any], cast: Mapping[Any, Any]) -> None:
    desk.known_words(place, story, _WORDS)
    name = str(story.get("story", ""))
    for word in ("story", "as_of", "expect"):
        if word not in story:
            desk.note(place, name, f"`{word}` is not there, and it must be.")
    as_of = story.get("as_of", datetime.date.min)
    if not isinstance(as_of, datetime.date) or isinstance(as_of, datetime.datetime):
        desk.note([*place, "as_of"], name, "`as_of` must be a day.", "Write it as 2026-07-01.")
    own = desk.mapping([*place, "records"], story.get("records"))
    _records(desk, [*place, "records"], own)
    for table, ids in desk.mapping([*place, "without"], story.get("without")).items():
        at = [*place, "without", table]
        there = {row.get(f"{table}_id") for row in cast.get(table) or () if isinstance(row, Mapping)}
        for left_out in desk.sequence(at, ids):
            if left_out not in there:
                desk.note(
                    at,
                    name,
                    f'The cast has no {table} "{left_out}" to leave out.',
                    near(str(left_out), map(str, there)),
                )
    if "reading" in story:
        desk.readings([*place, "reading"], story["reading"])
    about = str(story.get("about", desk.file.stem))
    if about not in subjects():
        mend = f"{near(about, subjects())}Name the file after its subject, or give `about:`."
        desk.note(place, name, f'There is no subject "{about}".', mend)
        return
    expect = desk.sequence([*place, "expect"], story.get("expect"), needed="expect" in story)
    for number, expected in enumerate(expect):
        at = [*place, "expect", number]
        _expected(desk, at, desk.mapping(at, expected), subjects()[about])


def _expected(desk: CaseDesk, place: Sequence[object], told: Mapping[Any, Any], about: Subject) -> None:
    desk.known_words(place, told, _EXPECTED)
    at = desk.mapping([*place, "at"], told.get("at"))
    if set(at) != set(about.key):
        says = f'A row of "{about.name}" is found by {", ".join(about.key)}.'
        desk.note([*place, "at"], "at", says, f"Write at: {{{', '.join(f'{part}: ...' for part in about.key)}}}.")
    desk.facts([*place, "facts"], desk.mapping([*place, "facts"], told.get("facts")), about)
    clauses = {clause.id for clause in desk.edition.clauses if clause.about == about.name}
    for clause, verdict in desk.mapping([*place, "verdicts"], told.get("verdicts")).items():
        here = [*place, "verdicts", clause]
        if clause not in clauses:
            desk.note(
                here,
                str(clause),
                f'The definition has no such clause about "{about.name}".',
                near(str(clause), clauses),
            )
        elif verdict not in VERDICTS:
            desk.note(here, str(clause), f'"{verdict}" is none of {", ".join(VERDICTS)}.', near(str(verdict), VERDICTS))
    for name, told_answer in desk.mapping([*place, "decisions"], told.get("decisions")).items():
        _answer(desk, [*place, "decisions", name], name, answer_word(told_answer), about)


def _answer(desk: CaseDesk, place: Sequence[object], name: Any, answer: Any, about: Subject) -> None:
    known = {key: decision for key, decision in desk.edition.decisions.items() if decision.about == about.name}
    if name not in known:
        desk.note(
            place, str(name), f'The definition has no such decision about "{about.name}".', near(str(name), known)
        )
        return
    word, _, path = str(answer).partition(" by ")
    named = [group.path for group in paths(known[name].tree)]
    if word not in ANSWERS:
        desk.note(place, name, f'"{word}" is none of {", ".join(ANSWERS)}.', near(word, ANSWERS))
    elif path and path not in named:
        desk.note(
            place,
            name,
            f'The decision has no path "{path}".',
            f"{near(path, named)}Paths: {', '.join(named) or 'none'}.",
        )


def _records(desk: CaseDesk, place: Sequence[object], told: Mapping[Any, Any]) -> None:
    for name, rows in told.items():
        table = tables().get(name)
        if table is None:
            desk.note([*place, name], str(name), "There is no such table of records.", near(str(name), tables()))
            continue
        for number, row in enumerate(desk.sequence([*place, name], rows)):
            at = [*place, name, number]
            known = desk.mapping(at, row)
            if table.key not in known:
                desk.note(at, name, f"The row has no {table.key}.", "Every row of an example has the key of its table.")
            for key, value in known.items():
                column = table.columns.get(key)
                if column is None:
                    says = f'The table "{name}" has no such column.'
                    desk.note([*at, key], str(key), says, near(str(key), table.columns))
                else:
                    desk.value([*at, key], column, value)
