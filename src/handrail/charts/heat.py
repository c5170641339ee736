"""Clauses by program and month: the share met in each cell, with how many were judged; unknown stands apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from handrail.charts import drawing
from handrail.charts.drawing import GREY, GROUND, INK, counted, plain, short, values
from handrail.charts.picture import Picture

_COLUMNS = ("clause", "program", "month", "met", "not met", "unknown", "share met", "few")
_WIDE, _HIGH = 62, 38


@dataclass(frozen=True)
class Cell:
    """How often one clause was met, not met and unknown in one program and month."""

    clause: str
    program: str
    month: str
    met: int
    not_met: int
    unknown: int = 0

    @property
    def share(self) -> float | None:
        """The share met among what could be judged; None where nothing could."""
        judged = self.met + self.not_met
        return self.met / judged if judged else None


def heat_picture(cells: Sequence[Cell], title: str, smallest: int = 20) -> Picture:
    """This will draw one row for each clause and program, one column a month; darker is more often met.

    Each cell says the share, below it how many were judged, and how many are unknown ("?"). Cells of fewer than
    `smallest` judged have a dashed frame and a star. Rows and columns stand in the order in which they first come;
    months in the order of their names. Raises `ValueError` where a cell stands twice or a count is below 0.
    """
    places = [(plain(one.clause), plain(one.program), plain(one.month)) for one in cells]
    if len(set(places)) < len(places) or any(min(one.met, one.not_met, one.unknown) < 0 for one in cells):
        raise ValueError("Each clause, program and month may stand once, with counts from 0 up.")
    few = [one.met + one.not_met < smallest for one in cells]
    rows = [
        (one.clause, one.program, one.month, one.met, one.not_met, one.unknown, one.share, is_few)
        for one, is_few in zip(cells, few, strict=True)
    ]
    if not cells:
        return drawing.nothing(title, "Nothing was judged.", _COLUMNS)
    labels = {row: f"{short(row[0], 24)} · {short(row[1], 22)}" for row in dict.fromkeys(one[:2] for one in places)}
    names = _told_apart(labels)
    boxes = [
        _box(one, names[place[:2]], place[2], is_few) for one, place, is_few in zip(cells, places, few, strict=True)
    ]
    months = sorted({place[2] for place in places})
    unknown, judged = sum(one.unknown for one in cells), sum(one.met + one.not_met for one in cells)
    lowest = min((one for one in cells if one.share is not None), key=lambda one: one.share or 0.0, default=None)
    least = f" Lowest: {lowest.clause}, {lowest.program}, {lowest.month}, {lowest.share:.0%}." if lowest else ""
    says = (
        f"Share met for {counted(len(names), 'clause and program', 'clauses and programs')} in "
        f"{counted(len(months), 'month', 'months')}: {judged:,} judged, {unknown:,} unknown and in no share.{least}"
    )
    subtitle = f"Share met, and of how many judged. ? unknown, in no share. * and dashed: fewer than {smallest} judged."
    return drawing.drawn(_chart(boxes, list(names.values()), months), title, subtitle, says, _COLUMNS, rows)


def _told_apart(labels: dict[tuple[str, str], str]) -> dict[tuple[str, str], str]:
    """Names cut to the same letters get a number, so that their rows do not fall together."""
    seen: dict[str, int] = {}
    told = {}
    for row, label in labels.items():
        seen[label] = seen.get(label, 0) + 1
        told[row] = label if seen[label] == 1 else f"{label} ({seen[label]})"
    return told


def _box(one: Cell, row: str, month: str, is_few: bool) -> dict[str, Any]:
    share, star = one.share, "*" if is_few else ""
    said = "–" if share is None else f"{share:.0%}{star}"
    below = (f"of {one.met + one.not_met:,}" if share is not None else "") + (
        f" · ? {one.unknown:,}" if one.unknown else ""
    )
    return {
        "row": row,
        "month": month,
        "share": share,
        "says": said,
        "below": below.removeprefix(" · "),
        "few": is_few,
    }


def _chart(boxes: list[dict[str, Any]], names: list[str], months: list[str]) -> Any:
    top = alt.Axis(orient="top", labelAngle=0, domain=False, ticks=False, labelLimit=_WIDE)
    side = alt.Axis(domain=False, ticks=False, labelLimit=330)
    x = alt.X("month:N", sort=months, title=None, axis=top)
    y = alt.Y("row:N", sort=names, title=None, axis=side)
    base = alt.Chart(values(boxes))
    shade = alt.Color(
        "share:Q", legend=None, scale=alt.Scale(domain=[0, 1], range=["#f6f8fb", "#6f9fcf"], interpolate="rgb")
    )
    known, unknown = base.transform_filter("isValid(datum.share)"), base.transform_filter("!isValid(datum.share)")
    few = known.transform_filter("datum.few == 'yes'")
    layers = [
        known.mark_rect(stroke=GROUND, strokeWidth=2).encode(x=x, y=y, color=shade),
        unknown.mark_rect(stroke=GREY, strokeWidth=1, fill=GROUND).encode(x=x, y=y),
        few.mark_rect(stroke=INK, strokeWidth=1.4, strokeDash=[4, 3], fillOpacity=0, fill=GROUND).encode(x=x, y=y),
        base.mark_text(dy=-6, fontWeight="bold", fontSize=drawing.measured(12)).encode(x=x, y=y, text="says:N"),
        base.mark_text(dy=9, fontSize=drawing.measured(10)).encode(x=x, y=y, text="below:N"),
    ]
    return alt.layer(*layers).properties(width=_WIDE * len(months), height=_HIGH * len(names))
