"""The sentence under `shows`: a text with names of facts and parameters in braces."""

from __future__ import annotations

import re

_NAME = re.compile(r"\{([^{}]*)\}")
_PAIRED = re.compile(r"(?:[^{}]|\{[^{}]*\})*")


def names_shown(sentence: str) -> tuple[str, ...]:
    """This will give the names that a sentence shows, each once, in order."""
    return tuple(dict.fromkeys(_NAME.findall(sentence)))


def has_paired_braces(sentence: str) -> bool:
    """This will say whether every brace of a sentence has its partner, with nothing nested."""
    return _PAIRED.fullmatch(sentence) is not None
