"""The clauses of two editions compared in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from handrail.definitions.changes import Change
from handrail.definitions.diff_conditions import condition_changed
from handrail.definitions.document import Clause, Edition

_FIELDS = (
    ("says", "It now says"),
    ("duty", "Its duty is now"),
    ("about", "It is now about"),
    ("cite", "It is now cited as"),
)
_SENTENCES = (("shows", "It now shows"), ("if_not", "If not met, it now says"))


def renamed_clauses(before: Edition, after: Edition) -> dict[str, str]:
    """This will give the new id of each clause that went and came back under another id, asking the same."""
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


def clauses_changed(before: Edition, after: Edition, renamed: Mapping[str, str]) -> Iterator[Change]:
    """This will say which clauses came, went, were renamed, or say or ask something else."""
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
