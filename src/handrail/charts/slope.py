"""Before and after, the same people: one line for each outcome, with its bounds where answers are missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, nan
from typing import Any

import altair as alt

from handrail.charts import drawing
from handrail.charts.drawing import BLUE, GREY, INK, counted, short, values
from handrail.charts.picture import Picture

_COLUMNS = ("outcome", "before", "after", "change", "people", "after, least", "after, most")
_WIDE, _HEIGHT = 250, 300
_UNCONTROLLED = (
    "Uncontrolled: people come when they are at their worst, so most are better afterwards whatever is done."
)


@dataclass(frozen=True)
class Pair:
    """A share or mean before and after, of `people` known both times.

    `least` and `most` bound the value afterwards, for whatever the unknown answers are; NaN where there are none.
    """

    label: str
    before: float
    after: float
    people: int
    least: float = nan
    most: float = nan


def slope_picture(
    pairs: Sequence[Pair],
    title: str,
    measure: str = "Share",
    is_share: bool = True,
    when: tuple[str, str] = ("before", "after"),
    note: str = _UNCONTROLLED,
) -> Picture:
    """This will draw each pair as a line from before to after; brackets at the right say its bounds.

    `note` says what it is compared with; without a comparison leave it as it is. Pairs with a side unknown stand in
    the table only.
    """
    rows = [
        (one.label, one.before, one.after, one.after - one.before, one.people, one.least, one.most) for one in pairs
    ]
    seen = [one for one in pairs if isfinite(one.before) and isfinite(one.after)]
    if not seen:
        return drawing.nothing(title, "Nobody is known both before and after.", _COLUMNS, rows)
    shown = "{:.0%}" if is_share else "{:.3g}"
    told = [f"{one.label} {shown.format(one.before)} to {shown.format(one.after)}" for one in seen]
    left = len(pairs) - len(seen)
    says = (
        f"{counted(len(seen), 'outcome', 'outcomes')}, {when[0]} and {when[1]}: {'; '.join(told[:6])}"
        + ("; and more in the table" if len(told) > 6 else "")
        + (f"; {counted(left, 'outcome is', 'outcomes are')} unknown on one side" if left else "")
        + f". {note}"
    )
    bounds = " In brackets: where the value lies, whatever the unknown answers are." if any(map(_bounded, seen)) else ""
    return drawing.drawn(_chart(seen, shown, measure, is_share, when), title, note + bounds, says, _COLUMNS, rows)


def _bounded(one: Pair) -> bool:
    return isfinite(one.least) and isfinite(one.most)


def _range(one: Pair, shown: str) -> str:
    return f" [{shown.format(one.least)} to {shown.format(one.most)}]" if _bounded(one) else ""


def _chart(pairs: list[Pair], shown: str, measure: str, is_share: bool, when: tuple[str, str]) -> Any:
    every = [v for one in pairs for v in (one.before, one.after) if isfinite(v)]
    low, high = (0.0, 1.0) if is_share else (min(0.0, *every), max([*every, 1e-9]))
    gap = (high - low) * 15 / _HEIGHT
    y = alt.Y(
        "y:Q",
        title=measure,
        scale=alt.Scale(domain=[low, high], nice=not is_share),
        axis=alt.Axis(format=drawing.percent(is_share), grid=False, offset=215),
    )
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, 1]))
    ends = [
        {"x": side, "y": v, "one": i} for i, one in enumerate(pairs) for side, v in ((0, one.before), (1, one.after))
    ]
    left = drawing.apart([one.before for one in pairs], gap, low, high)
    right = drawing.apart([one.after for one in pairs], gap, low, high)
    words = [(f"{short(one.label, 26)}  {shown.format(one.before)}", at) for one, at in zip(pairs, left, strict=True)]
    after = [
        (f"{shown.format(one.after)}{_range(one, shown)}  {short(one.label, 26)}", at)
        for one, at in zip(pairs, right, strict=True)
    ]
    base = alt.Chart(values(ends))
    rules = alt.Chart(values([{"x": 0}, {"x": 1}])).mark_rule(color=GREY, strokeWidth=0.7).encode(x=x)
    path = base.mark_line(color=BLUE, strokeWidth=2).encode(x=x, y=y, detail="one:N")
    dots = base.mark_point(filled=True, size=50, color=INK, opacity=1).encode(x=x, y=y)
    texts = [
        drawing.written([{"says": says, "y": at} for says, at in told], on_left).encode(
            x=alt.value(place), y=y, text="says:N"
        )
        for told, on_left, place in ((words, True, 0), (after, False, _WIDE))
    ]
    heads = [{"x": 0, "says": when[0]}, {"x": 1, "says": when[1]}]
    above = alt.Chart(values(heads)).mark_text(fontWeight="bold", dy=-12).encode(x=x, y=alt.value(0), text="says:N")
    return alt.layer(rules, path, dots, *texts, above).properties(width=_WIDE, height=_HEIGHT)
