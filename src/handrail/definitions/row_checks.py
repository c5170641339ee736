"""The crosswalk: every row of the source is covered, and nothing names a row that the source does not have."""

from __future__ import annotations

from collections import Counter

from handrail.definitions.desk import Desk
from handrail.definitions.expressions import near


def check_rows(desk: Desk) -> None:
    """This will check the rows under `source: sections:` against those that clauses and notes name."""
    edition = desk.edition
    listed = {row: section for section, rows in edition.source.sections.items() for row in rows}
    times = Counter(row for rows in edition.source.sections.values() for row in rows)
    for row in (row for row, count in times.items() if count > 1):
        desk.note("H103", ["source", "sections", listed[row]], row, "The row is listed twice.", "List each row once.")
    named: list[tuple[str, str, list[int | str]]] = [
        (row, f'The clause "{clause.id}"', ["clauses", number, "rows"])
        for number, clause in enumerate(edition.clauses)
        for row in clause.rows
    ]
    named += [(told.row, "An entry of `informs`", ["informs", i, "row"]) for i, told in enumerate(edition.informs)]
    named += [
        (told.row, "An entry of `unresolved`", ["unresolved", i, "row"])
        for i, told in enumerate(edition.unresolved)
        if told.row
    ]
    for row, by, place in named:
        if row not in listed:
            mend = f"{near(row, listed)}Rows are listed under `source: sections:`."
            desk.note("H116", place, row, f"{by} names this row, and no section of the source lists it.", mend)
    for row in sorted(set(listed) - {row for row, _, _ in named}):
        says = "No clause, `informs` or `unresolved` covers this row of the source."
        desk.note(
            "H116", ["source", "sections", listed[row]], row, says, "Name it under `rows:` of the clause that says it."
        )
