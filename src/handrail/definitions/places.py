"""Where in a YAML file a thing stands; asked only when there is something to say about it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError


def line_of(text: str, place: Sequence[object]) -> int:
    """This will give the line (from 1) of the innermost part of `place` that the file has."""
    at: Any = _tree(text)
    line = 1
    for part in place:
        try:
            find = at.lc.item if hasattr(at, "append") else at.lc.key
            line = find(part)[0] + 1
            at = at[part]
        except (KeyError, IndexError, TypeError, AttributeError):
            break
    return line


@lru_cache(maxsize=16)
def _tree(text: str) -> Any:
    try:
        return YAML(typ="rt").load(text)
    except (YAMLError, ValueError):
        return None
