"""The step-down flow: who went where after which level of care, as ribbons; small flows are hidden for good.

A hidden flow is in nothing that leaves this file: no ribbon, no gap in its place, no height that adds up to it. Which
cells must hide with it, `handrail.oversight.suppression` works out from every sum that a reader could write down.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from handrail.charts import drawing
from handrail.charts.drawing import GREY, GROUND, INK, counted, short
from handrail.charts.picture import Picture, Value
from handrail.oversight.room import Sum
from handrail.oversight.suppression import SMALLEST_SHOWN, suppress
from handrail.oversight.suppression import WIDTH as ROOM

HIDDEN = "suppressed"
_COLUMNS = ("from", "to", "people")
_FILLS = ("#c9d6e4", "#dccfae", "#d3d7db", "#c5d8c6", "#e2cdd2")
_HIGH, _BAR, _GAP, _SIDE = 300, 14, 30, 185
_LONGEST = 22
_WIDE, _LETTER = 390, 7.6
"""How far the last column stands from the first at least, and how wide a bold letter may be in the widest usual font."""


@dataclass(frozen=True)
class Flow:
    """So many people who went from one place to another."""

    source: str
    target: str
    people: int


@dataclass(frozen=True)
class _Node:
    """Where a place is drawn; `people` is None where hidden."""

    x: float
    y: float
    high: float
    people: int | None


def flow_picture(
    steps: Sequence[Sequence[str]],
    flows: Sequence[Flow],
    title: str,
    smallest_shown: int = SMALLEST_SHOWN,
    room: int = ROOM,
) -> Picture:
    """This will draw flows between places; `steps` are the columns from left to right, each a list of places.

    A flow runs from one column to the next. Counts below `smallest_shown` are hidden, with as many others as it takes
    that nobody can work them out; 1 hides none, which is for the review team only. Zeros are shown. Whoever arrives
    and goes nowhere, or leaves a place and came from nowhere, is counted as a flow of its own in the table.
    Raises `ValueError` for a place that stands twice or in no column, a flow that does not run to the next column or
    stands twice, or a count that is negative.
    """
    _check(steps, flows)
    every = [*flows, *_rest(steps, flows)]
    shown, totals = _suppressed(steps, every, smallest_shown, room)
    rows: list[tuple[Value, ...]] = [
        (one.source or "(elsewhere)", one.target or "(no further)", one.people if is_shown else HIDDEN)
        for one, is_shown in zip(every, shown, strict=True)
    ]
    rows += [(place, "all", HIDDEN if people is None else people) for place, people in totals.items()]
    if not any(one.people for one in flows):
        return drawing.nothing(title, "Nobody went from one place to another.", _COLUMNS, rows)
    ribbons = [one for one, is_shown in zip(flows, shown, strict=False) if is_shown and one.people]
    hidden = sum(not is_shown for is_shown in shown)
    said = "; ".join(f"{one.source} to {one.target}, {one.people:,}" for one in sorted(ribbons, key=_largest)[:3])
    says = f"Flow of people over {counted(len(steps), 'step', 'steps')}. Largest shown: {said or 'none'}." + (
        f" {counted(hidden, 'flow is', 'flows are')} suppressed, because counts below {smallest_shown} are not "
        "shown nor can be worked out."
        if hidden
        else ""
    )
    note = (
        f"{counted(hidden, 'flow', 'flows')} suppressed (small counts, and those that would give them away)."
        if hidden
        else ""
    )
    return drawing.picture(_svg(steps, ribbons, totals, title, note, smallest_shown), title, says, _COLUMNS, rows)


def _largest(one: Flow) -> tuple[int, str, str]:
    return -one.people, one.source, one.target


def _check(steps: Sequence[Sequence[str]], flows: Sequence[Flow]) -> None:
    column = {place: at for at, step in enumerate(steps) for place in step}
    if len(column) < sum(len(step) for step in steps):
        raise ValueError("A place stands twice; name each once, such as 'recovery support, second time'.")
    seen = set()
    for one in flows:
        if column.get(one.target, -9) - column.get(one.source, -9) != 1:
            raise ValueError(f"The flow from {one.source!r} to {one.target!r} does not run to the next column.")
        if one.people < 0 or (one.source, one.target) in seen:
            raise ValueError(f"The flow from {one.source!r} to {one.target!r} is negative or stands twice.")
        seen.add((one.source, one.target))


def _sums(place: str, flows: Sequence[Flow]) -> tuple[int, int]:
    return sum(f.people for f in flows if f.target == place), sum(f.people for f in flows if f.source == place)


def _rest(steps: Sequence[Sequence[str]], flows: Sequence[Flow]) -> list[Flow]:
    """Who came to a place between and went nowhere, or went and came from nowhere: a reader could subtract them."""
    rest = []
    for place in (place for step in steps[1:-1] for place in step):
        came, went = _sums(place, flows)
        rest += [Flow(place, "", came - went)] if came > went else []
        rest += [Flow("", place, went - came)] if went > came else []
    return rest


def _suppressed(
    steps: Sequence[Sequence[str]], flows: Sequence[Flow], smallest: int, room: int
) -> tuple[list[bool], dict[str, int | None]]:
    """Which flows may be shown, and the people of each place, None where hidden."""
    places = [place for step in steps for place in step]
    totals = [max(_sums(place, flows)) for place in places]
    sums = []
    for at, place in enumerate(places, len(flows)):
        for parts in (
            tuple(i for i, one in enumerate(flows) if one.target == place),
            tuple(i for i, one in enumerate(flows) if one.source == place),
        ):
            sums += [Sum(at, parts)] if parts else []
    found = suppress([*(one.people for one in flows), *totals], sums, room, smallest)
    shown = [bool(one) for one in found.shown]
    kept = shown[len(flows) :]
    return shown[: len(flows)], {
        place: people if is_shown else None for place, people, is_shown in zip(places, totals, kept, strict=True)
    }


def _nodes(
    steps: Sequence[Sequence[str]], ribbons: Sequence[Flow], totals: dict[str, int | None], smallest: int
) -> tuple[dict[str, _Node], float]:
    """Where each place stands, and the height of one person: both from what is shown alone."""

    def size(place: str) -> float:
        people = totals[place]
        return float(people) if people is not None else float(max(*_sums(place, ribbons), smallest))

    most = max(len(step) for step in steps)
    scale = (_HIGH - _GAP * (most - 1)) / max(1.0, *(sum(size(place) for place in step) for step in steps))
    nodes = {}
    apart = _apart(steps, totals)
    for at, step in enumerate(steps):
        x, y = _SIDE + at * apart, 0.0
        for place in step:
            nodes[place] = _Node(x, y, max(1.5, size(place) * scale), totals[place])
            y += size(place) * scale + _GAP
    return nodes, scale


def _apart(steps: Sequence[Sequence[str]], totals: dict[str, int | None]) -> float:
    """How far from each other the columns stand: the names of those between fit beside each other."""
    between = [f"{short(place, _LONGEST)} {_said(totals[place])}" for step in steps[1:-1] for place in step]
    return max([_WIDE / max(1, len(steps) - 1), *(_LETTER * len(label) + 12 for label in between)])


def _said(people: int | None) -> str:
    return HIDDEN if people is None else f"{people:,}"


def _svg(
    steps: Sequence[Sequence[str]],
    ribbons: Sequence[Flow],
    totals: dict[str, int | None],
    title: str,
    note: str,
    smallest: int,
) -> str:
    nodes, scale = _nodes(steps, ribbons, totals, smallest)
    out, heads = dict.fromkeys(nodes, 0.0), dict.fromkeys(nodes, 0.0)
    place_of = {place: i for i, place in enumerate(nodes)}
    shapes, words = [], []
    for one in sorted(ribbons, key=lambda f: (place_of[f.source], place_of[f.target])):
        a, b, wide = nodes[one.source], nodes[one.target], one.people * scale
        top, end = a.y + out[one.source], b.y + heads[one.target]
        out[one.source] += wide
        heads[one.target] += wide
        left, right = a.x + _BAR, b.x
        bend = (left + right) / 2
        path = (
            f"M{left:.1f},{top:.1f}C{bend:.1f},{top:.1f} {bend:.1f},{end:.1f} {right:.1f},{end:.1f}"
            f"V{end + wide:.1f}C{bend:.1f},{end + wide:.1f} {bend:.1f},{top + wide:.1f} {left:.1f},{top + wide:.1f}Z"
        )
        fill = _FILLS[place_of[one.target] % len(_FILLS)]
        shapes.append(f'<path d="{path}" fill="{fill}" stroke="{GREY}" stroke-width="0.6"/>')
        words.append(_text(left + 8, top + wide / 2 + 4, f"{one.people:,}", "start") if wide >= 11 else "")
    last = len(steps) - 1
    for at, step in enumerate(steps):
        for place in step:
            shapes.append(_bar(nodes[place]))
            words.append(_above(place, nodes[place]) if 0 < at < last else _beside(place, nodes[place], at > 0))
    heading = drawing.lines(title, 80)
    top_space = 22 + 18 * len(heading) + (16 if note else 0)
    texts = [_text(14, 24 + 18 * i, line, "start", 14, "bold") for i, line in enumerate(heading)]
    texts += [_text(14, 24 + 18 * len(heading), note, "start")] if note else []
    top_space += 14 if last > 1 else 0
    deep = top_space + max(node.y + node.high for node in nodes.values()) + 26
    wide = max(node.x for node in nodes.values()) + _SIDE + 40
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide:.0f}" height="{deep:.0f}" viewBox="0 0 {wide:.0f} {deep:.0f}">'
        f'<rect width="{wide:.0f}" height="{deep:.0f}" fill="{GROUND}"/>{"".join(texts)}'
        f'<g transform="translate(20,{top_space + 10})">{"".join(shapes)}{"".join(words)}</g></svg>'
    )


def _bar(node: _Node) -> str:
    look = f'fill="{INK}"' if node.people is not None else f'fill="{GROUND}" stroke="{INK}" stroke-dasharray="3,2"'
    return f'<rect x="{node.x:.1f}" y="{node.y:.1f}" width="{_BAR}" height="{node.high:.1f}" {look}/>'


def _beside(place: str, node: _Node, on_right: bool) -> str:
    """The name of a place in the first or last column, outside of the ribbons."""
    x, anchor = (node.x + _BAR + 7, "start") if on_right else (node.x - 7, "end")
    middle = node.y + node.high / 2
    return _text(x, middle - 1, short(place, _LONGEST), anchor, 11, "bold") + _text(
        x, middle + 12, _said(node.people), anchor
    )


def _above(place: str, node: _Node) -> str:
    """The name of a place between, above its bar: beside it, it would lie on the numbers of the ribbons."""
    return _text(node.x, node.y - 5, f"{short(place, _LONGEST)} {_said(node.people)}", "start", 11, "bold")


def _text(x: float, y: float, said: str, anchor: str, size: int = 11, weight: str = "normal") -> str:
    look = f'text-anchor="{anchor}" font-family="sans-serif" font-size="{size}px" font-weight="{weight}" fill="{INK}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {look}>{escape(said)}</text>'
