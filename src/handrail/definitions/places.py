"""Where in a YAML file a thing stands; asked only when there is something to say about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ruamel.yaml import YAML


def line_of(text: str, place: Sequence[int | str]) -> int:
    """This will give the line (from 1) of the innermost part of `place` that the file has; 0 where none."""
    at: Any = YAML(typ="rt").load(text)
    line = 1
    for part in place:
        try:
            line = at.lc.item(part)[0] + 1 if isinstance(part, int) else at.lc.key(part)[0] + 1
            at = at[part]
        except (KeyError, IndexError, TypeError, AttributeError):
            break
    return line
