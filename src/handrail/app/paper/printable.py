"""Turning what is told into plain values that can be printed: text, whole numbers, lists and mappings of them."""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise

_LARGEST = 2**53
_NO_TEXT = frozenset({"Cc", "Cs", "Co", "Cn"})
_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that turn the direction of what follows, by which text can be made to look like other text."""


class Printable:
    """Makes values printable. `unprintable`: characters without a sign in the fonts; `replaced` counts them all."""

    def __init__(self, unprintable: frozenset[str] = frozenset()) -> None:
        self._unprintable = unprintable
        self.replaced = 0

    def plain(self, value: Any, path: str = "told") -> Any:
        """This will give a value as JSON can say it. Raises `TypeError` with the place, never the value."""
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, str | Promise):
            return self.text(str(value))
        if isinstance(value, int):
            return value if abs(value) <= _LARGEST else str(value)
        if isinstance(value, datetime.date | datetime.time):
            return value.isoformat()
        if isinstance(value, float | Decimal):
            return str(value)
        if isinstance(value, Mapping):
            return {self.text(str(name)): self.plain(told, f"{path}.{name}") for name, told in value.items()}
        if isinstance(value, list | tuple):
            return [self.plain(told, f"{path}[{place}]") for place, told in enumerate(value)]
        raise TypeError(f"{path} is a {type(value).__name__}")

    def text(self, text: str) -> str:
        """This will give a text with a number like [U+1F600] for each character that cannot be printed."""
        told = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    ")
        return "".join(self._shown(sign) for sign in told)

    def _shown(self, sign: str) -> str:
        if sign == "\n":
            return sign
        if sign in self._unprintable or sign in _TURNS or unicodedata.category(sign) in _NO_TEXT:
            self.replaced += 1
            return f"[U+{ord(sign):04X}]"
        return sign
