"""CSV that no spreadsheet computes: the one way in which the app writes any."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import Any

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def harmless(value: Any) -> Any:
    """This will give a text so that no spreadsheet takes it for a formula; anything else as it is."""
    return f"'{value}" if isinstance(value, str) and value.lstrip(" ").startswith(_FORMULA) else value


class Rows:
    """A writer of CSV. `stream` is anything with `write`; what that gives back is given back."""

    def __init__(self, stream: Any, **dialect: Any) -> None:
        self._writer = csv.writer(stream, **dialect)

    def writerow(self, cells: Iterable[Any]) -> Any:
        """This will write one line, each cell harmless."""
        return self._writer.writerow([harmless(cell) for cell in cells])

    def writerows(self, rows: Iterable[Iterable[Any]]) -> None:
        """This will write several lines."""
        for cells in rows:
            self.writerow(cells)
