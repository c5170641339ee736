"""A picture: what is drawn, said in words for who does not see it, with every number in a table beside it."""

from __future__ import annotations

from dataclasses import dataclass

Value = str | int | float | None
"""What a cell of the table may hold; None where nothing is known."""


@dataclass(frozen=True)
class Picture:
    """An SVG and the same in words and numbers.

    `svg` is one element without script, style, font or link, so it may stand inline under a policy that allows none
    of them, or behind an address as `<img>`. It has a light ground of its own, so it reads in dark mode and in print.
    `description` is also its `<desc>`. `rows` hold every number drawn, unrounded; print them with `texts`.
    """

    title: str
    svg: str
    description: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]

    def texts(self) -> tuple[tuple[str, ...], ...]:
        """This will give the rows as they may be printed: four digits, and a dash where nothing is known."""
        return tuple(tuple(_text(value) for value in row) for row in self.rows)


def _text(value: Value) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:,.4g}" if abs(value) < 10_000 else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int) else value
