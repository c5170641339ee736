"""How every picture is drawn: one look, from a Vega-Lite chart to an SVG that is safe to stand inside a page.

Ink on a light ground; what matters differs in shape, stroke and words, and only then in color. Altair writes the
chart, vl-convert draws it in this process.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from textwrap import wrap
from typing import Any

import altair as alt
import numpy as np
import vl_convert

from handrail.charts.picture import Picture, Value
from handrail.charts.safe import safe_svg

INK, GREY, FAINT, GROUND = "#1b1f24", "#5b6470", "#dfe3e8", "#ffffff"
BLUE, RED, BAND = "#0b4f8a", "#a3260f", "#c9d6e4"
WIDTH = 640
MARKS = {
    "review": ("diamond", RED, 150),
    "watch": ("triangle-up", "#8a5a00", 110),
    "no signal": ("circle", GROUND, 45),
    "cannot tell": ("cross", GROUND, 60),
}
"""A verdict's shape, fill and size; the outline is always ink."""

_LINE = 88
_WIDER = 1.2


def measured(size: float) -> float:
    """This will give the size at which text is measured: larger than it is drawn.

    The fonts of whoever looks are not known; the widest usual ones take a fifth more than those measured here.
    """
    return round(_WIDER * size, 2)


_CONFIG: dict[str, Any] = {
    "background": GROUND,
    "padding": 14,
    "font": "sans-serif",
    "axis": {
        "labelColor": INK,
        "titleColor": INK,
        "domainColor": GREY,
        "tickColor": GREY,
        "gridColor": FAINT,
        "labelFontSize": measured(11),
        "titleFontSize": measured(12),
        "titleFontWeight": "normal",
        "titlePadding": 8,
        "labelLimit": 310,
    },
    "legend": {"labelColor": INK, "labelFontSize": measured(11), "orient": "bottom", "title": None, "labelLimit": 310},
    "title": {
        "anchor": "start",
        "frame": "bounds",
        "color": INK,
        "fontSize": measured(14),
        "subtitleColor": INK,
        "subtitleFontSize": measured(11),
        "subtitlePadding": 5,
        "offset": 14,
    },
    "text": {"fontSize": measured(11), "color": INK},
    "view": {"stroke": None},
}


def drawn(
    chart: Any, title: str, subtitle: str, description: str, columns: Sequence[str], rows: Sequence[Sequence[Value]]
) -> Picture:
    """This will draw an Altair chart and put the picture together."""
    told = alt.TitleParams(text=lines(title, 80), subtitle=lines(subtitle, _LINE))
    spec = chart.properties(title=told).to_dict()
    spec["config"] = _CONFIG
    return picture(_sized(vl_convert.vegalite_to_svg(spec)), title, description, columns, rows)


def _sized(svg: str) -> str:
    """The drawing with its text at the size at which it is to be read."""
    return re.sub(r'font-size="([\d.]+)px"', lambda found: f'font-size="{float(found[1]) / _WIDER:.3g}px"', svg)


def picture(svg: str, title: str, description: str, columns: Sequence[str], rows: Sequence[Sequence[Value]]) -> Picture:
    """This will make an SVG safe and put the picture together."""
    name, told = plain(title), plain(description)
    table = tuple(tuple(_value(value) for value in row) for row in rows)
    return Picture(name, safe_svg(svg, name, told), told, tuple(columns), table)


def nothing(title: str, why: str, columns: Sequence[str], rows: Sequence[Sequence[Value]] = ()) -> Picture:
    """This will give the picture of nothing: its title and one sentence why."""
    said = (
        alt.Chart(values([{"says": why}]))
        .mark_text(align="left", fontSize=measured(12))
        .encode(x=alt.value(0), text="says:N")
    )
    return drawn(said.properties(width=WIDTH, height=40), title, "", why, columns, rows)


def values(rows: Sequence[Mapping[str, Any]]) -> alt.InlineData:
    """This will give rows as a chart's data; numbers are finite or None."""
    return alt.InlineData(values=[{key: _value(value) for key, value in row.items()} for row in rows])


def written(words: Sequence[Mapping[str, Any]], on_left: bool, **look: Any) -> Any:
    """This will give text marks that end a little left of their place, or begin a little right of it."""
    return alt.Chart(values(words)).mark_text(align="right" if on_left else "left", dx=-10 if on_left else 10, **look)


def plain(text: str) -> str:
    """This will give a text without what an SVG cannot hold (control characters), on one line."""
    return re.sub(r"[\x00-\x20\x7f-\x9f\ud800-\udfff\ufffe\uffff]+", " ", str(text)).strip()


def short(text: str, most: int = 28) -> str:
    """This will cut a name that is too long for the picture; the table has all of it."""
    one = plain(text)
    return one if len(one) <= most else one[: most - 1].rstrip() + "…"


def lines(text: str, width: int) -> list[str]:
    """This will break a text into lines; no text gives none."""
    return wrap(plain(text), width)


def counted(number: int, one: str, many: str) -> str:
    """This will write a number with its noun."""
    return f"{number:,} {one if number == 1 else many}"


def marks(verdicts: Iterable[str]) -> tuple[alt.Shape, alt.Fill, alt.Size]:
    """This will give the look of points by their verdict, with a key to those that are there."""
    there = set(verdicts)
    return looks("verdict", MARKS, [kind for kind in MARKS if kind in there])


def looks(
    field: str, kinds: Mapping[str, tuple[str, str, float]], there: Sequence[str]
) -> tuple[alt.Shape, alt.Fill, alt.Size]:
    """This will give shape, fill and size by kind (each a shape, a color, an area), with a key to those `there`."""
    scales = [alt.Scale(domain=list(kinds), range=[look[at] for look in kinds.values()]) for at in range(3)]
    key = alt.Legend(values=list(there), columnPadding=26)
    name = f"{field}:N"
    shape, fill, area = scales
    return (
        alt.Shape(name, scale=shape, legend=key),
        alt.Fill(name, scale=fill, legend=key),
        alt.Size(name, scale=area, legend=key),
    )


def apart(at: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """This will give where to write beside these values so that no two words overlap, while there is room.

    Pushed up from the bottom, then back down where the last went over the top.
    """
    order = sorted(range(len(at)), key=lambda i: at[i])
    place = list(at)
    for before, i in zip([None, *order], order, strict=False):
        place[i] = max(place[i], low if before is None else place[before] + gap)
    if order and place[order[-1]] > high:
        for after, i in zip([None, *reversed(order)], reversed(order), strict=False):
            place[i] = min(place[i], high if after is None else place[after] - gap)
    return place


def percent(is_share: bool) -> str:
    """This will give the format of an axis: percent for shares, else plain numbers."""
    return ".0%" if is_share else "~g"


def _value(value: Any) -> Value:
    """A plain value: numpy's become Python's, NaN and infinity None."""
    if isinstance(value, (bool, np.bool_)):
        return "yes" if value else "no"
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return float(value) if np.isfinite(value) else None
    return None if value is None else plain(value)
