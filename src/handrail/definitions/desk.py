"""The edition being checked and what was found so far."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from handrail.definitions.document import Edition, Value
from handrail.definitions.places import line_of
from handrail.findings import Finding

ID = re.compile(r"[a-z0-9]+([-.][a-z0-9]+)*")
"""How clauses, decisions and paths are named."""

NAME = re.compile(r"[a-z][a-z0-9_]*")
"""How parameters and readings are named."""


@dataclass(frozen=True)
class Desk:
    """One edition, the text of its file (for line numbers) and its findings."""

    edition: Edition
    text: str
    found: list[Finding] = field(default_factory=list)

    def note(self, code: str, place: Sequence[object], subject: str, says: str, mend: str = "") -> None:
        """This will put down one finding at a place of the file, for example `["clauses", 3, "holds"]`."""
        self.found.append(Finding(self.edition.file, line_of(self.text, place), code, subject, says, mend.strip()))

    def values(self) -> dict[str, Value | None]:
        """This will give the value of every parameter and reading; None where it cannot be worked out."""
        values: dict[str, Value | None] = {name: reading.chosen for name, reading in self.edition.readings.items()}
        for name, parameter in self.edition.parameters.items():
            values[name] = parameter.value if parameter.value is not None else values.get(parameter.reading)
        return values

    def section_of(self, name: str) -> str:
        """This will say where a parameter or reading stands: under `parameters` or under `readings`."""
        return "parameters" if name in self.edition.parameters else "readings"
