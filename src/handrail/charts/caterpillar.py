"""The caterpillar: what to believe about each unit after shrinkage, with its interval, in order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
from numpy.typing import ArrayLike

from handrail.charts import drawing
from handrail.charts.drawing import GREY, INK, WIDTH, counted, short, values
from handrail.charts.picture import Picture
from handrail.oversight.rare import Interval
from handrail.oversight.signals import Verdict

_MOST_NAMED = 60
_MOST_DRAWN = 450
"""Of more units than a page has lines for, only those at both ends are drawn, as many as can be named."""
_COLUMNS = ("place", "unit", "estimate", "lower", "upper", "not shrunken", "verdict")
_UNSTABLE = "Places are unstable: where the intervals of two units overlap, their order may be chance."


def caterpillar_picture(
    units: Sequence[str],
    estimate: ArrayLike,
    interval: Interval,
    verdicts: Sequence[Verdict],
    title: str,
    measure: str = "Observed / expected, shrunken",
    reference: float | None = 1.0,
    raw: ArrayLike | None = None,
    is_share: bool = False,
) -> Picture:
    """This will draw the units' estimates (`mean` and `interval` of a belief) from the lowest to the highest.

    `raw` are the values before shrinkage, drawn as short strokes; `reference` is a line to compare with. Units
    without an estimate stand in the table only. More than 60 units are drawn without names but for those to review
    or watch; of more than 450 only the 30 lowest and the 30 highest are drawn. Raises `ValueError` where the lengths
    differ.
    """
    mean, low, high = (np.asarray(each, dtype=float) for each in (estimate, interval.lower, interval.upper))
    crude = np.full(len(mean), np.nan) if raw is None else np.asarray(raw, dtype=float)
    if len({len(units), len(verdicts), len(mean), len(low), len(high), len(crude)}) > 1:
        raise ValueError("Units, estimates, intervals, raw values and verdicts must have one entry for each unit.")
    seen = np.isfinite(mean) & np.isfinite(low) & np.isfinite(high)
    order = sorted(range(len(units)), key=lambda i: (not seen[i], mean[i] if seen[i] else 0.0, units[i]))
    rows = [
        (place if seen[i] else None, units[i], mean[i], low[i], high[i], crude[i], verdicts[i].value)
        for place, i in enumerate(order, 1)
    ]
    drawn = [i for i in order if seen[i]]
    if not drawn:
        return drawing.nothing(title, "No unit has an estimate: too few units or events.", _COLUMNS, rows)
    points = [
        {"place": n, "name": short(units[i]), "y": mean[i], "low": low[i], "high": high[i], "raw": crude[i]}
        | {"verdict": verdicts[i].value}
        for n, i in enumerate(_ends(drawn), 1)
    ]
    left = len(units) - len(drawn)
    says = (
        f"Shrunken estimates of {counted(len(drawn), 'unit', 'units')} with 95 % intervals, from {mean[drawn[0]]:.3g} "
        f"to {mean[drawn[-1]]:.3g}. {_UNSTABLE}"
        + (f" {counted(left, 'unit has', 'units have')} no estimate and no line." if left else "")
    )
    of_all = f"The {_MOST_NAMED // 2} lowest and the {_MOST_NAMED // 2} highest of {len(drawn):,}. "
    subtitle = (
        (of_all if len(points) < len(drawn) else "")
        + _UNSTABLE
        + (" Short strokes: before shrinkage." if np.isfinite(crude).any() else "")
    )
    return drawing.drawn(_chart(points, reference, measure, is_share), title, subtitle, says, _COLUMNS, rows)


def _ends(drawn: list[int]) -> list[int]:
    """All of them, or those at both ends where there are too many."""
    half = _MOST_NAMED // 2
    return drawn if len(drawn) <= _MOST_DRAWN else drawn[:half] + drawn[-half:]


def _chart(points: list[dict[str, Any]], reference: float | None, measure: str, is_share: bool) -> Any:
    few = len(points) <= _MOST_NAMED
    step = 17 if few else max(2.0, 900 / len(points))
    span = [0.5, len(points) + 0.5]
    y = alt.Y("place:Q", axis=None, scale=alt.Scale(domain=span, nice=False))
    axis = alt.Axis(format=drawing.percent(is_share))
    base = alt.Chart(values(points))
    layers = [
        base.mark_rule(color=INK, strokeWidth=1.4 if few else 0.7).encode(
            y=y, x=alt.X("low:Q", title=measure, axis=axis, scale=alt.Scale(zero=False)), x2="high:Q"
        )
    ]
    if reference is not None:
        line = alt.Chart(values([{"y": reference}])).mark_rule(color=GREY, strokeDash=[5, 4])
        layers.insert(0, line.encode(x="y:Q"))
    if any(one["raw"] is not None and np.isfinite(one["raw"]) for one in points):
        strokes = base.transform_filter("isValid(datum.raw)")
        layers.append(strokes.mark_tick(color=GREY, thickness=1.5, height=9 if few else 3).encode(y=y, x="raw:Q"))
    shape, fill, _ = drawing.marks(one["verdict"] for one in points)
    dots = base.mark_point(opacity=1, stroke=INK, strokeWidth=1.1 if few else 0.4, size=55 if few else 12)
    layers.append(dots.encode(y=y, x="y:Q", shape=shape, fill=fill))
    named = [one for one in points if few or one["verdict"] in ("review", "watch")]
    places = drawing.apart([float(one["place"]) for one in named], 13 / step, *span)
    words = [{"name": one["name"], "place": place} for one, place in zip(named, places, strict=True)]
    layers.append(alt.Chart(values(words)).mark_text(align="right").encode(y=y, x=alt.value(-6), text="name:N"))
    return alt.layer(*layers).properties(width=WIDTH - 160, height=max(40, step * len(points)))
