"""Change over time: an XmR or a p chart, with the points that break a run rule marked by their shape."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np

from handrail.charts import drawing
from handrail.charts.drawing import BLUE, GREY, GROUND, INK, RED, WIDTH, counted, plain, values
from handrail.charts.picture import Picture
from handrail.oversight.over_time import ControlChart

_COLUMNS = ("period", "value", "centre", "lower limit", "upper limit", "rules broken")
_RULES = {
    "outside": ("outside the limits", "diamond", RED, 130),
    "near_limit": ("2 of 3 near a limit", "triangle-up", "#8a5a00", 95),
    "trend": ("7 in one direction", "triangle-right", BLUE, 95),
    "one_side": ("7 on one side", "square", BLUE, 75),
}
_CALM = ("no rule broken", "circle", GROUND, 40)


def xmr_picture(
    chart: ControlChart, periods: Sequence[str], title: str, measure: str = "", is_share: bool = False
) -> Picture:
    """This will draw a control chart (`xmr_chart` or `p_chart`), one point for each of `periods`, in their order.

    A point that breaks several rules has the shape of the first; the table names all. Raises `ValueError` where the
    lengths differ or a period stands twice.
    """
    names = [plain(period) for period in periods]
    if len(names) != len(chart.value) or len(set(names)) < len(names):
        raise ValueError(f"{len(chart.value)} values need as many periods, each named once; here are {len(names)}.")
    broken = [[rule for rule in _RULES if getattr(chart, rule)[i]] for i in range(len(names))]
    rows = [
        (name, chart.value[i], chart.centre[i], chart.lower[i], chart.upper[i], _rules(broken[i]))
        for i, name in enumerate(names)
    ]
    if not np.isfinite(chart.value).any():
        return drawing.nothing(title, "No period has a value.", _COLUMNS, rows)
    points = [
        {"period": name, "y": chart.value[i], "centre": chart.centre[i], "low": chart.lower[i], "high": chart.upper[i]}
        | {"kind": _RULES[broken[i][0]][0] if broken[i] else _CALM[0]}
        for i, name in enumerate(names)
    ]
    hits = sum(1 for one in broken if one)
    left = int((~np.isfinite(chart.value)).sum())
    says = (
        f"Control chart of {counted(len(names), 'period', 'periods')} from {names[0]} to {names[-1]}: "
        + (f"{counted(hits, 'point breaks', 'points break')} a rule" if hits else "no point breaks a rule")
        + (f"; {counted(left, 'period has', 'periods have')} no value" if left else "")
        + ". What stays inside the limits without a rule broken is noise."
    )
    few = " Fewer than 12 periods: the limits are provisional." if len(names) < 12 else ""
    subtitle = f"Line: centre. Dashed: limits. What breaks no rule is noise.{few}"
    return drawing.drawn(_chart(points, names, measure, is_share), title, subtitle, says, _COLUMNS, rows)


def _rules(broken: Sequence[str]) -> str:
    return "; ".join(_RULES[rule][0] for rule in broken) or "none"


def _chart(points: list[dict[str, Any]], names: list[str], measure: str, is_share: bool) -> Any:
    dense = len(points) > 80
    axis = alt.Axis(labelOverlap="greedy", labelAngle=0, labelSeparation=8, grid=False, ticks=not dense)
    x = alt.X("period:N", sort=names, title=None, axis=axis, scale=alt.Scale(type="point", padding=0.6))
    up = alt.Axis(format=drawing.percent(is_share))
    y = alt.Y("y:Q", title=measure or None, axis=up, scale=alt.Scale(zero=False))
    base = alt.Chart(values(points))
    order = alt.Order("n:Q")
    counted_rows = base.transform_window(n="row_number()")
    limits = [
        counted_rows.mark_line(color=INK, strokeWidth=wide, strokeDash=dash, interpolate="step").encode(
            x=x, y=alt.Y(f"{side}:Q", title=measure or None, axis=up, scale=alt.Scale(zero=False)), order=order
        )
        for side, wide, dash in (("centre", 1.1, [1, 0]), ("low", 1.1, [6, 4]), ("high", 1.1, [6, 4]))
    ]
    path = counted_rows.mark_line(color=GREY, strokeWidth=1.3).encode(x=x, y=y, order=order)
    kinds = {name: (shape, fill, area) for name, shape, fill, area in (*_RULES.values(), _CALM)}
    there = {one["kind"] for one in points}
    shape, fill, area = drawing.looks("kind", kinds, [kind for kind in kinds if kind in there])
    dots = base.mark_point(opacity=1, stroke=INK, strokeWidth=0.5 if dense else 1.1, size=22)
    dots = dots.encode(x=x, y=y, shape=shape, fill=fill, **({} if dense else {"size": area}))
    return alt.layer(*limits, path, dots).properties(width=WIDTH, height=280)
