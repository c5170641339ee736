"""The parameters and readings of two editions compared in words."""

from __future__ import annotations

from collections.abc import Iterator

from handrail.definitions.changes import Change, said, said_of
from handrail.definitions.document import Edition, Parameter, Reading
from handrail.definitions.expressions import parameters_in
from handrail.definitions.shown import names_shown
from handrail.subjects.catalog import subjects


def parameters_changed(before: Edition, after: Edition) -> Iterator[Change]:
    """This will say which parameters came, went or changed, and which clauses and subjects use them."""
    for name in dict.fromkeys((*before.parameters, *after.parameters)):
        old, new = before.parameters.get(name), after.parameters.get(name)
        if new is None and old is not None:
            yield Change("parameters", name, "removed", f"It is gone; before, {said_of(old)}.", said_of(old))
        elif old is None and new is not None:
            says = f"It is new: {said_of(new)}{_used_by(after, name)}"
            yield Change("parameters", name, "added", says, after=said_of(new))
        elif old is not None and new is not None:
            yield from _parameter(after, name, old, new)


def readings_changed(before: Edition, after: Edition) -> Iterator[Change]:
    """This will say which readings came or went, and which were answered or explained otherwise."""
    for name in dict.fromkeys((*before.readings, *after.readings)):
        old, new = before.readings.get(name), after.readings.get(name)
        if new is None and old is not None:
            says = f"It is gone; before, {said(old.chosen)} was chosen: {old.question}"
            yield Change("readings", name, "removed", says, said(old.chosen))
        elif old is None and new is not None:
            says = f"It is new, and {said(new.chosen)} is chosen: {new.question}"
            yield Change("readings", name, "added", says, after=said(new.chosen))
        elif old is not None and new is not None:
            yield from _reading(name, old, new)


def _parameter(edition: Edition, name: str, before: Parameter, after: Parameter) -> Iterator[Change]:
    old, new = said_of(before), said_of(after)
    if old != new:
        says = f"{_list_or_whole(before, after)}{_used_by(edition, name)}"
        yield Change("parameters", name, "changed", says, old, new)
    if before.cite != after.cite:
        says = f'It is now cited as "{after.cite}"; before, "{before.cite}".'
        yield Change("parameters", name, "changed", says, before.cite, after.cite)
    if before.reading != after.reading and before.value is not None and after.value is not None:
        says = f"It is now explained by the reading {after.reading or '(none)'}."
        yield Change("parameters", name, "changed", says, before.reading, after.reading)


def _list_or_whole(before: Parameter, after: Parameter) -> str:
    if isinstance(before.value, tuple) and isinstance(after.value, tuple):
        come = ", ".join(one for one in after.value if one not in before.value)
        gone = ", ".join(one for one in before.value if one not in after.value)
        pieces = [f"{come} joined the list"] if come else []
        pieces += [f"{gone} left the list"] if gone else []
        return " and ".join(pieces) or "the order of the list changed"
    return f"{said_of(before)} becomes {said_of(after)}"


def _used_by(edition: Edition, name: str) -> str:
    """The clauses that name a parameter, or else the subjects that take it in place of their own."""
    users = [clause.id for clause in edition.clauses if name in names_shown(clause.shows or "")]
    for clause in edition.clauses:
        for sql in clause.conditions.values():
            try:
                users += [clause.id] if name in parameters_in(sql) else []
            except ValueError:
                continue
    known = subjects()
    about = [subject for subject in edition.subjects if subject in known and name in known[subject].parameters]
    ordered = [clause.id for clause in edition.clauses if clause.id in users]
    told = ", ".join([*ordered, *(f"the subject {subject}" for subject in about)])
    return f" (used by {told})." if told else "."


def _reading(name: str, before: Reading, after: Reading) -> Iterator[Change]:
    old, new = said(before.chosen), said(after.chosen)
    if old != new:
        yield Change("readings", name, "changed", f"The answer chosen, {old}, becomes {new}.", old, new)
    olds, news = (", ".join(said(answer) for answer in told.instead) or "nothing" for told in (before, after))
    if olds != news:
        says = f"What may be chosen instead is now {news}; before, {olds}."
        yield Change("readings", name, "changed", says, olds, news)
    for words, old, new in (
        ("The question is now", before.question, after.question),
        ("The reason is now", before.because, after.because),
    ):
        if old != new:
            yield Change("readings", name, "changed", f'{words} "{new}"', old, new)
