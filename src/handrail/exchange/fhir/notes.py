"""What the import has to say afterwards: what is wrong with the files, and what had no place in the tables."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import Literal

from handrail.findings import Finding

MOST_FINDINGS = 100
"""So many findings of one kind are told for one file; the rest are counted."""

_MOST_EXAMPLES = 3
_LONGEST = 300

Effect = Literal["left out", "left empty"]


@dataclass(frozen=True, order=True)
class Unmapped:
    """Resources that gave no row ("left out"), or a row with a column that nobody could fill ("left empty").

    `code` is the code that no map has, where a code is the reason; `examples` are the ids of a few such
    resources. There is no clinical value in it beyond the code and the resource type.
    """

    resource_type: str
    effect: Effect
    reason: str
    code: str
    count: int
    examples: tuple[str, ...]


class Notes:
    """Gathers findings and what was not mapped while the files are read."""

    def __init__(self) -> None:
        self._findings: dict[Finding, None] = {}
        self._told: Counter[tuple[str, str]] = Counter()
        self._counts: Counter[tuple[str, Effect, str, str]] = Counter()
        self._examples: dict[tuple[str, Effect, str, str], list[str]] = {}

    def finding(self, finding: Finding) -> None:
        """This will note something that makes the files unusable."""
        finding = replace(finding, subject=_printable(finding.subject), says=_printable(finding.says))
        if finding in self._findings:
            return
        self._told[finding.code, finding.file] += 1
        if self._told[finding.code, finding.file] <= MOST_FINDINGS:
            self._findings[finding] = None

    def left_out(self, resource_type: str, resource_id: str, reason: str, code: str = "") -> None:
        """This will note a resource that gives no row."""
        self._count((resource_type, "left out", reason, code), resource_id)

    def left_empty(self, resource_type: str, resource_id: str, reason: str, code: str = "") -> None:
        """This will note a resource that gives a row with something missing."""
        self._count((resource_type, "left empty", reason, code), resource_id)

    def _count(self, told: tuple[str, Effect, str, str], resource_id: str) -> None:
        resource_type, effect, reason, code = told
        key = (_printable(resource_type), effect, _printable(reason), _printable(code))
        self._counts[key] += 1
        examples = self._examples.setdefault(key, [])
        if len(examples) < _MOST_EXAMPLES:
            examples.append(_printable(resource_id))

    @property
    def findings(self) -> list[Finding]:
        """Everything that is wrong, with a last line for each file and kind that has too many."""
        more = [
            Finding(file, 0, code, "", f"and {told - MOST_FINDINGS:,} more of this kind in this file.")
            for (code, file), told in self._told.items()
            if told > MOST_FINDINGS
        ]
        return [*self._findings, *more]

    @property
    def unmapped(self) -> tuple[Unmapped, ...]:
        """What was not mapped, the most frequent first within each resource type."""
        found = [
            Unmapped(*key, count=count, examples=tuple(self._examples[key])) for key, count in self._counts.items()
        ]
        return tuple(sorted(found, key=lambda item: (item.resource_type, -item.count, item.reason, item.code)))


def _printable(said: str) -> str:
    """What comes from a file goes to a terminal without signs that would move its cursor."""
    if len(said) <= _LONGEST and said.isprintable():
        return said
    return "".join(sign if sign.isprintable() else "?" for sign in said[:_LONGEST])
