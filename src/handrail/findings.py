"""What is wrong with a file, said so that a person can mend it.

Every check in Handrail collects findings and reports them together. A finding never carries
a clinical value: it names the field and the record's id.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Finding:
    """One thing that is wrong, where it is, and what to do about it.

    `code` is stable (H1xx definitions, H2xx subjects, H3xx records, H4xx exchange). `line` counts from 1.
    """

    file: str
    line: int
    code: str
    subject: str
    says: str
    mend: str = ""

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        lines = [f"{self.code} {where}  {self.subject}".rstrip(), f"     {self.says}"]
        if self.mend:
            lines.append(f"     {self.mend}")
        return "\n".join(lines)


class FindingsError(Exception):
    """Something could not be used because of the findings it carries, all of them."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings: tuple[Finding, ...] = tuple(sorted(set(findings)))
        super().__init__("\n".join(str(finding) for finding in self.findings))
