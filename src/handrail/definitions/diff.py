"""Two editions compared in words: what was added, what was removed, what says or asks something else now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from handrail.definitions.changes import Change
from handrail.definitions.diff_clauses import clauses_changed, renamed_clauses
from handrail.definitions.diff_decisions import decisions_changed
from handrail.definitions.diff_values import parameters_changed, readings_changed
from handrail.definitions.document import Edition, Informs, Unresolved


def diff(before: Edition, after: Edition) -> list[Change]:
    """This will give every difference between two editions as sentences, in the order of a definition file."""
    renamed = renamed_clauses(before, after)
    return [
        *_head(before, after),
        *parameters_changed(before, after),
        *readings_changed(before, after),
        *clauses_changed(before, after, renamed),
        *decisions_changed(before.decisions, after.decisions, renamed),
        *_notes("informs", _by_row(before.informs), _by_row(after.informs)),
        *_notes("unresolved", _by_row(before.unresolved), _by_row(after.unresolved)),
    ]


def _head(before: Edition, after: Edition) -> Iterator[Change]:
    never = "further notice"
    untils = [str(told.effective.until or never) for told in (before, after)]
    pairs = [
        ("definition", "The id is now", before.definition, after.definition),
        ("title", "The title is now", before.title, after.title),
        ("effective", "The first day in force is now", before.name, after.name),
        ("effective", "It is in force until", *untils),
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
