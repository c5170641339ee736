"""Retention: Kaplan-Meier steps by group, with intervals, and how many were still watched below."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import numpy as np

from handrail.charts import drawing
from handrail.charts.drawing import BLUE, INK, RED, WIDTH, counted, plain, short, values
from handrail.charts.picture import Picture, Value
from handrail.oversight.retention import Retention

_COLUMNS = ("group", "day", "still in treatment", "lower", "upper", "at risk")
_LOOKS = (([1, 0], INK), ([7, 3], BLUE), ([2, 2], RED), ([8, 3, 2, 3], INK), ([4, 2], BLUE), ([1, 3], RED))
_RISK_COLUMNS = 7


def survival_picture(
    groups: Mapping[str, Retention], title: str, p_value: float | None = None, event: str = "leaving treatment"
) -> Picture:
    """This will draw the share still in treatment over days, one line for each of at most 6 groups.

    `p_value` is that of `compare_retention`. Between the days at which retention was estimated the line is level, so
    give many days. Raises `ValueError` for more than 6 groups: their lines could not be told apart.
    """
    if len(groups) > len(_LOOKS):
        raise ValueError(f"{len(groups)} groups cannot be told apart in one picture; draw at most {len(_LOOKS)}.")
    rows: list[tuple[Value, ...]] = [
        (group, float(one.days[i]), float(one.share[i]), float(one.lower[i]), float(one.upper[i]), int(one.at_risk[i]))
        for group, one in groups.items()
        for i in range(len(one.days))
    ]
    if not any(np.isfinite(one.share).any() for one in groups.values()):
        return drawing.nothing(title, "Nobody's stay is known.", _COLUMNS, rows)
    steps = [
        {"group": short(str(row[0])), "day": row[1], "y": row[2], "low": row[3], "high": row[4], "risk": row[5]}
        for row in rows
        if row[2] == row[2]  # beyond the last day watched it is NaN
    ]
    names = list(dict.fromkeys(short(group) for group in groups))
    if len(names) < len(groups):
        raise ValueError("Two groups have names that begin alike; name them apart within 28 letters.")
    said = "; ".join(_says(group, one) for group, one in groups.items())
    test = f" Log-rank test of equal retention, not adjusted: p = {p_value:.2g}." if p_value is not None else ""
    says = f"Share still in treatment by day, {event} as the end. {said}.{test}"
    tested = f" Log-rank p = {p_value:.2g}, not adjusted." if p_value is not None else ""
    subtitle = f"Kaplan-Meier; grey: 95 % intervals. Below: how many were still in treatment and watched.{tested}"
    return drawing.drawn(_chart(steps, names), title, subtitle, says, _COLUMNS, rows)


def _says(group: str, one: Retention) -> str:
    median = "more than half still there" if np.isnan(one.median) else f"half gone by day {one.median:g}"
    return f"{plain(group)}: {counted(one.people, 'person', 'people')}, {median}"


def _chart(steps: list[dict[str, Any]], names: list[str]) -> Any:
    last = max(1.0, *(one["day"] for one in steps))
    x = alt.X("day:Q", title="Days", scale=alt.Scale(domain=[0, last], nice=False))
    y = alt.Y("y:Q", title="Still in treatment", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format=".0%"))
    base = alt.Chart(values(steps))
    band = base.mark_area(interpolate="step-after", opacity=0.13, color=INK).encode(
        x=x, y=alt.Y("low:Q", scale=alt.Scale(domain=[0, 1]), title="Still in treatment"), y2="high:Q", detail="group:N"
    )
    dash = alt.Scale(domain=names, range=[look[0] for look in _LOOKS[: len(names)]])
    ink = alt.Scale(domain=names, range=[look[1] for look in _LOOKS[: len(names)]])
    key = alt.Legend(symbolStrokeWidth=2, symbolSize=500, orient="top")
    path = base.mark_line(interpolate="step-after", strokeWidth=2).encode(
        x=x,
        y=y,
        strokeDash=alt.StrokeDash("group:N", scale=dash, sort=names, legend=key),
        color=alt.Color("group:N", scale=ink, sort=names, legend=key),
    )
    above = alt.layer(band, path).properties(width=WIDTH - 130, height=300)
    counts = [one for one in steps if one["day"] in _places(sorted({one["day"] for one in steps}))]
    line = alt.Axis(domain=False, ticks=False, labelFontWeight="bold", labelPadding=22)
    below = (
        alt.Chart(values(counts))
        .mark_text(fontSize=drawing.measured(11))
        .encode(x=alt.X("day:Q", axis=None, scale=alt.Scale(domain=[0, last], nice=False)))
        .encode(y=alt.Y("group:N", sort=names, title=None, axis=line), text="risk:Q")
        .properties(
            width=WIDTH - 130,
            height=18 * len(names),
            title=alt.TitleParams("At risk", fontSize=drawing.measured(11), offset=4, dx=-4),
        )
    )
    return alt.vconcat(above, below, spacing=8)


def _places(days: list[float]) -> set[float]:
    """Evenly spread days at which the numbers at risk are written."""
    at = np.linspace(0, len(days) - 1, min(_RISK_COLUMNS, len(days))).round().astype(int)
    return {days[i] for i in at}
