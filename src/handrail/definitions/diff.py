"""Two editions compared in words: what was added, what was removed, what says or asks something else now."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

from handrail.definitions.changes import Change, said, said_of
from handrail.definitions.diff_conditions import condition_changed
from handrail.definitions.diff_decisions import decisions_changed
from handrail.definitions.document import Clause, Edition, Informs, Parameter, Reading, Unresolved
from handrail.definitions.expressions import parameters_in
from handrail.definitions.shown import names_shown

T = TypeVar("T")
_FIELDS = (
    ("says", "It now says"),
    ("duty", "Its duty is now"),
    ("about", "It is now about"),
    ("cite", "It is now cited as"),
)
_SENTENCES = (("shows", "It now shows"), ("if_not", "If not met, it now says"))


def diff(before: Edition, after: Edition) -> list[Change]:
    """This will give every difference between two editions as sentences, in the order of a definition file."""
    renamed = _renamed(before, after)
    return [
        *_head(before, after),
        *_each("parameters", before.parameters, after.parameters, _parameter_told, _parameter(after)),
        *_each("readings", before.readings, after.readings, _reading_told, _reading),
        *_clauses(before, after, renamed),
        *decisions_changed(before.decisions, after.decisions, renamed),
        *_notes("informs", _by_row(before.informs), _by_row(after.informs)),
        *_notes("unresolved", _by_row(before.unresolved), _by_row(after.unresolved)),
    ]


def _head(before: Edition, after: Edition) -> Iterator[Change]:
    pairs = [
        ("definition", "The id is now", before.definition, after.definition),
        ("title", "The title is now", before.title, after.title),
        ("effective", "The first day in force is now", before.name, after.name),
        (
            "effective",
            "It is in force until",
            str(before.effective.until or "further notice"),
            str(after.effective.until or "further notice"),
        ),
        ("source", "The document is now", before.source.document, after.source.document),
        ("source", "The authority is now", before.source.authority, after.source.authority),
    ]
    for section, words, old, new in pairs:
        if old != new:
            yield Change(section, "", "changed", f'{words} "{new}"; before, "{old}".', old, new)
    for section in dict.fromkeys((*before.source.sections, *after.source.sections)):
        old_rows, new_rows = (set(told.source.sections.get(section, ())) for told in (before, after))
        if come := ", ".join(sorted(new_rows - old_rows)):
            yield Change("source", section, "added", f"New rows: {come}.", after=come)
        if gone := ", ".join(sorted(old_rows - new_rows)):
            yield Change("source", section, "removed", f"Rows that are gone: {gone}.", gone)


def _each(
    section: str,
    before: Mapping[str, T],
    after: Mapping[str, T],
    told: Callable[[T], str],
    compare: Callable[[str, T, T], Iterable[str | tuple[str, str, str]]],
) -> Iterator[Change]:
    for name in [*before, *(name for name in after if name not in before)]:
        if name not in after:
            yield Change(section, name, "removed", f"It is gone; before, {told(before[name])}.", told(before[name]))
        elif name not in before:
            yield Change(section, name, "added", f"It is new: {told(after[name])}.", after=told(after[name]))
        else:
            for one in compare(name, before[name], after[name]):
                says, old, new = one if isinstance(one, tuple) else (one, "", "")
                yield Change(section, name, "changed", says, old, new)


def _parameter_told(parameter: Parameter) -> str:
    return said_of(parameter)


def _reading_told(reading: Reading) -> str:
    return f"{reading.question} Chosen: {said(reading.chosen)}"


def _parameter(edition: Edition) -> Callable[[str, Parameter, Parameter], Iterator[str | tuple[str, str, str]]]:
    def compare(name: str, before: Parameter, after: Parameter) -> Iterator[str | tuple[str, str, str]]:
        old, new = said_of(before), said_of(after)
        if old != new:
            yield f"{_list_or_whole(before, after)}{_used_by(edition, name)}", old, new
        if before.cite != after.cite:
            yield f'It is now cited as "{after.cite}"; before, "{before.cite}".', before.cite, after.cite
        if before.reading != after.reading and before.value is not None and after.value is not None:
            yield f"It is now explained by the reading {after.reading or '(none)'}.", before.reading, after.reading

    return compare


def _list_or_whole(before: Parameter, after: Parameter) -> str:
    if isinstance(before.value, tuple) and isinstance(after.value, tuple):
        come = [one for one in after.value if one not in before.value]
        gone = [one for one in before.value if one not in after.value]
        pieces = [f"{', '.join(come)} joined the list"] * bool(come) + [f"{', '.join(gone)} left the list"] * bool(gone)
        return " and ".join(pieces) or "the order of the list changed"
    return f"{said_of(before)} becomes {said_of(after)}"


def _used_by(edition: Edition, name: str) -> str:
    users = [clause.id for clause in edition.clauses if name in _names_in(clause)]
    return f" (used by {', '.join(users)})." if users else "."


def _names_in(clause: Clause) -> set[str]:
    names = set(names_shown(clause.shows or ""))
    for sql in clause.conditions.values():
        try:
            names |= set(parameters_in(sql))
        except ValueError:
            continue
    return names


def _reading(_name: str, before: Reading, after: Reading) -> Iterator[str | tuple[str, str, str]]:
    old, new = said(before.chosen), said(after.chosen)
    if old != new:
        yield f"The answer chosen, {old}, becomes {new}.", old, new
    olds, news = ([said(answer) for answer in told.instead] for told in (before, after))
    if sorted(olds) != sorted(news):
        listed = ", ".join(news) or "nothing"
        yield (
            f"What may be chosen instead is now {listed}; before, {', '.join(olds) or 'nothing'}.",
            ", ".join(olds),
            listed,
        )
    if before.question != after.question:
        yield f'The question is now "{after.question}".', before.question, after.question
    if before.because != after.because:
        yield f'The reason is now "{after.because}".', before.because, after.because


def _renamed(before: Edition, after: Edition) -> dict[str, str]:
    """Clauses that went and came under another id and otherwise ask the same of the same subject."""
    olds = {clause.id: clause for clause in before.clauses}
    news = {clause.id: clause for clause in after.clauses}
    found: dict[str, str] = {}
    for name, clause in olds.items():
        for other, candidate in news.items():
            is_free = name not in news and other not in olds and other not in found.values()
            if is_free and (clause.about, clause.conditions) == (candidate.about, candidate.conditions):
                found[name] = other
                break
    return found


def _clauses(before: Edition, after: Edition, renamed: Mapping[str, str]) -> Iterator[Change]:
    olds = {clause.id: clause for clause in before.clauses}
    news = {clause.id: clause for clause in after.clauses}
    for name, clause in olds.items():
        if name in renamed:
            yield Change("clauses", name, "renamed", f"It is now called {renamed[name]}.", name, renamed[name])
            yield from _clause(clause, news[renamed[name]])
        elif name in news:
            yield from _clause(clause, news[name])
        else:
            yield Change("clauses", name, "removed", f"The clause is gone: {clause.says}", clause.says)
    for name, clause in news.items():
        if name not in olds and name not in renamed.values():
            says = (
                f"A new clause ({clause.duty}, about {clause.about}): {clause.says} It is met where `{clause.holds}`."
            )
            yield Change("clauses", name, "added", says, after=clause.says)


def _clause(before: Clause, after: Clause) -> Iterator[Change]:
    for field, words in _FIELDS:
        old, new = str(getattr(before, field)), str(getattr(after, field))
        if old != new:
            yield Change("clauses", after.id, "changed", f'{words} "{new}"; before, "{old}".', old, new)
    if set(before.rows) != set(after.rows):
        old, new = ", ".join(before.rows) or "none", ", ".join(after.rows) or "none"
        yield Change("clauses", after.id, "changed", f"Its rows of the source are now {new}; before, {old}.", old, new)
    for part in ("applies", "holds", "excused", "settled"):
        sql_before, sql_after = before.conditions.get(part), after.conditions.get(part)
        for says in condition_changed(part, sql_before, sql_after):
            yield Change("clauses", after.id, "changed", says, sql_before or "", sql_after or "")
    for field, words in _SENTENCES:
        old, new = getattr(before, field) or "", getattr(after, field) or ""
        if old != new:
            yield Change("clauses", after.id, "changed", f'{words} "{new or "nothing"}".', old, new)


def _by_row(notes: Iterable[Informs | Unresolved]) -> dict[str, Informs | Unresolved]:
    return {note.row or note.says: note for note in notes}


def _notes(
    section: str, before: Mapping[str, Informs | Unresolved], after: Mapping[str, Informs | Unresolved]
) -> Iterator[Change]:
    for name in [*before, *(name for name in after if name not in before)]:
        label = name if (after.get(name) or before[name]).row else ""
        if name not in after:
            yield Change(section, label, "removed", f"It no longer stands here: {before[name].says}", before[name].says)
        elif name not in before:
            yield Change(section, label, "added", f"It now stands here: {after[name].says}", after=after[name].says)
        elif before[name] != after[name]:
            old, new = before[name].says, after[name].says
            words = f"It now says: {new}" if old != new else "Its citation or its reason changed."
            yield Change(section, label, "changed", words, old, new)
