"""One change between two editions, and values said in words."""

from __future__ import annotations

from dataclasses import dataclass

from handrail.definitions.document import Parameter, Value


@dataclass(frozen=True)
class Change:
    """One thing that differs: where it stands (`section`, `name`), a sentence, and the text before and after.

    `kind` is `added`, `removed`, `changed` or `renamed`.
    """

    section: str
    name: str
    kind: str
    says: str
    before: str = ""
    after: str = ""


def said(value: Value | None, unit: str = "") -> str:
    """This will say a value with its unit: `540 minutes`, `true`, `office, clinic`."""
    if value is None:
        return "no value of its own"
    if isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, tuple):
        text = ", ".join(value) or "nothing"
    else:
        text = str(value)
    return f"{text} {unit}".strip()


def said_of(parameter: Parameter) -> str:
    """This will say what a parameter is set to, or which reading sets it."""
    if parameter.value is None:
        return f"what the reading {parameter.reading} says"
    return said(parameter.value, parameter.unit)
