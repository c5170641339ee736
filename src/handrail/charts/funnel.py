"""The funnel plot: each unit by its volume, between limits that widen where the volume is small.

Spiegelhalter, Stat Med 2005;24:1185-1202; the numbers are `handrail.oversight.funnel`'s.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import altair as alt
import numpy as np

from handrail.charts import drawing
from handrail.charts.drawing import INK, WIDTH, counted, short, values
from handrail.charts.picture import Picture
from handrail.oversight.arrays import FloatArray
from handrail.oversight.funnel import REVIEW, WATCH, Funnel
from handrail.oversight.signals import Verdict

_MOST_NAMES = 15
_COLUMNS = ("unit", "size", "value", "95 % lower", "95 % upper", "99.8 % lower", "99.8 % upper")
_PLAIN = tuple(f"{column}, not adjusted" for column in _COLUMNS[3:])
_KINDS = [(level, adjusted) for adjusted in (True, False) for level in (WATCH, REVIEW)]


def funnel_picture(
    funnel: Funnel,
    units: Sequence[str],
    verdicts: Sequence[Verdict],
    title: str,
    measure: str = "Observed / expected",
    size: str = "Expected events",
    is_share: bool = False,
) -> Picture:
    """This will draw a funnel: solid limits allow for the ordinary variation among peers, dashed ones do not.

    `units` and `verdicts` (of `signals`) are in the order of the funnel. Units to review or watch are named; all are
    in the table, with their own limits. The curves are those of a unit of ordinary mix at each volume; where a
    unit's variance was given, its own limits may lie a little beside them, and the verdict follows its own.
    Raises `ValueError` where the lengths differ.
    """
    if not len(units) == len(verdicts) == len(funnel.value):
        raise ValueError(f"{len(funnel.value)} values, {len(units)} names, {len(verdicts)} verdicts: give one each.")
    columns = (*_COLUMNS, *_PLAIN, "target", "verdict")
    seen = np.isfinite(funnel.value) & np.isfinite(funnel.size) & (funnel.size > 0)
    bounds = [funnel.limits(level, adjusted) for level, adjusted in _KINDS] if len(seen) else []
    ends = [end for one in bounds for end in (one.lower, one.upper)]
    rows = [
        (unit, funnel.size[i], funnel.value[i], *(end[i] for end in ends), funnel.target, verdicts[i].value)
        for i, unit in enumerate(units)
    ]
    if not seen.any():
        return drawing.nothing(title, "No unit has a value, so there is nothing to compare.", columns, rows)
    points = [
        {"name": short(unit), "x": funnel.size[i], "y": funnel.value[i], "verdict": verdicts[i].value}
        for i, unit in enumerate(units)
        if seen[i]
    ]
    curves, ceiling = _curves(funnel, seen)
    named = [one for one in points if one["verdict"] in ("review", "watch")]
    named = sorted(named, key=lambda one: (one["verdict"], -abs(one["y"] - funnel.target)))[:_MOST_NAMES]
    spread = funnel.dispersion
    subtitle = (
        f"Solid: limits that allow for ordinary variation among peers. Dashed: limits of chance alone. "
        f"phi {spread.phi:.2f}, tau² {spread.tau2:.3g}, {counted(spread.units, 'unit', 'units')}."
        if spread.tau2 > 0
        else "The peers vary no more than by chance, so the limits need no adjustment."
    )
    chart = _chart(points, curves, named, funnel.target, ceiling, (measure, size, is_share))
    return drawing.drawn(chart, title, subtitle, _says(funnel, verdicts, seen), columns, rows)


def _says(funnel: Funnel, verdicts: Sequence[Verdict], seen: Any) -> str:
    often = {verdict: sum(one is verdict for one in verdicts) for verdict in Verdict}
    left = int((~seen).sum())
    return (
        f"Funnel plot of {counted(len(verdicts), 'unit', 'units')} around {funnel.target:.3g}: "
        + ", ".join(f"{number} {verdict.value}" for verdict, number in often.items() if number)
        + (f"; {counted(left, 'unit has', 'units have')} no value and no point" if left else "")
        + ". A point outside the limits is a statistical signal, not a finding about quality."
    )


def _curves(funnel: Funnel, seen: Any) -> tuple[list[dict[str, Any]], float]:
    """The limits over a fine row of volumes, and how high the picture needs to be."""
    volume = funnel.size[seen]
    mix = float(np.median(funnel.scale.error[seen] * np.sqrt(volume)))
    grid: FloatArray = np.geomspace(volume.min() * 0.8, volume.max() * 1.12, 70)
    smooth = replace(funnel, scale=replace(funnel.scale, error=mix / np.sqrt(grid)))
    rows, heights = [], [float(funnel.value[seen].max()) * 1.05]
    for level, adjusted in _KINDS if funnel.dispersion.tau2 > 0 else _KINDS[:2]:
        limits = smooth.limits(level, adjusted)
        heights.append(float(np.quantile(limits.upper, 0.75)) * 1.1)
        for side, edge in (("lower", limits.lower), ("upper", limits.upper)):
            kind = f"{100 * level:g} %"
            key = {"line": f"{kind} {side} {adjusted}", "adjusted": adjusted, "level": kind}
            rows += [
                key | {"x": x, "y": y, "end": i == len(grid) - 1}
                for i, (x, y) in enumerate(zip(grid, edge, strict=True))
            ]
    return rows, max(heights)


def _chart(
    points: list[dict[str, Any]],
    curves: list[dict[str, Any]],
    named: list[dict[str, Any]],
    target: float,
    ceiling: float,
    told: tuple[str, str, bool],
) -> Any:
    measure, size, is_share = told
    top = min(ceiling, 1.0) if is_share else ceiling
    far = max(one["x"] for one in curves)
    x = alt.X("x:Q", title=size, scale=alt.Scale(domain=[0, far * 1.06], nice=False))
    y = alt.Y("y:Q", title=measure, scale=alt.Scale(domain=[0, top]), axis=alt.Axis(format=drawing.percent(is_share)))
    base = alt.Chart(values(curves))
    drawn_lines = [
        base.transform_filter(f"datum.adjusted == '{adjusted}' && datum.level == '{level}'")
        .mark_line(clip=True, color=INK, strokeDash=dash, strokeWidth=wide)
        .encode(x=x, y=y, detail="line:N")
        for adjusted, level, dash, wide in (
            ("yes", "99.8 %", [1, 0], 1.6),
            ("yes", "95 %", [1, 0], 0.7),
            ("no", "99.8 %", [6, 4], 1.3),
            ("no", "95 %", [2, 3], 1.0),
        )
    ]
    ends = base.transform_filter("datum.end == 'yes' && datum.adjusted == 'yes'")
    written = ends.mark_text(align="left", dx=4, fontSize=drawing.measured(10)).encode(x=x, y=y, text="level:N")
    middle = alt.Chart(values([{"y": target}])).mark_rule(color=INK, strokeWidth=1).encode(y="y:Q")
    shape, fill, area = drawing.marks(one["verdict"] for one in points)
    dots = (
        alt.Chart(values(points))
        .mark_point(stroke=INK, strokeWidth=1.1, opacity=1, clip=True)
        .encode(x=x, y=y, shape=shape, fill=fill, size=area, order=alt.Order("verdict:N"))
    )
    near, right = ([one for one in named if bool(one["x"] >= 0.7 * far) == is_right] for is_right in (False, True))
    names = [
        drawing.written(some, on_left, fontWeight="bold").encode(x=x, y=y, text="name:N")
        for some, on_left in ((near, False), (right, True))
        if some
    ]
    return alt.layer(*drawn_lines, written, middle, dots, *names).properties(width=WIDTH, height=360)
