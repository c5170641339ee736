"""A flow that is hidden is nowhere: not in the table, not in the words, not as a ribbon, a gap or a height."""

from __future__ import annotations

import re

import pytest

from handrail import charts
from handrail.charts import Flow, Picture
from handrail.charts.flow import HIDDEN

STEPS = [["IOP"], ["done", "left"], ["irs", "other", "none"]]


def flows(small: int = 7, beside: int = 23) -> list[Flow]:
    second = [("done", "irs", 71), ("done", "other", 47), ("done", "none", 37)]
    second += [("left", "irs", small), ("left", "other", beside), ("left", "none", 67)]
    told = [Flow(*one) for one in second]
    return [Flow("IOP", place, sum(f.people for f in told if f.source == place)) for place in ("done", "left")] + told


def drawn(given: list[Flow], **more: int) -> Picture:
    return charts.flow_picture(STEPS, given, "Step down", **more)


def counts(picture: Picture) -> dict[tuple[str, str], object]:
    return {(str(row[0]), str(row[1])): row[2] for row in picture.rows}


def test_a_small_flow_is_in_neither_the_picture_nor_the_table():
    picture = drawn(flows())
    assert counts(picture)["left", "irs"] == HIDDEN
    assert not re.search(r">7<|\b7\b", picture.description + "".join(re.findall(r"<text[^>]*>[^<]*", picture.svg)))
    shown = [row for row in picture.rows if row[2] != HIDDEN and row[1] != "all"]
    ribbons = re.findall(r'<path d="M[^"]*C', picture.svg)
    assert len(ribbons) == len(shown) < len(flows())
    assert "suppressed" in picture.svg


def test_a_small_flow_cannot_be_subtracted_back():
    picture = drawn(flows())
    told = counts(picture)
    for place in ("left", "irs"):
        lines = [people for (source, target), people in told.items() if place in (source, target) and target != "all"]
        assert told[place, "all"] == HIDDEN or lines.count(HIDDEN) >= 2


def test_nothing_drawn_tells_apart_two_hidden_counts():
    given = [drawn([Flow("IOP", "done", 150), Flow("IOP", "left", small)]) for small in (2, 9)]
    assert given[0].svg == given[1].svg
    assert given[0] == given[1]


def test_who_went_no_further_is_a_flow_that_hides_too():
    given = [Flow("IOP", "done", 100), Flow("done", "irs", 60), Flow("done", "none", 37)]
    told = counts(drawn(given))
    assert told["done", "(no further)"] == HIDDEN
    assert list(told.values()).count(HIDDEN) >= 2


def test_the_review_team_sees_every_number():
    told = counts(drawn(flows(), smallest_shown=1, room=1))
    assert HIDDEN not in told.values()
    assert told["left", "irs"] == 7
    assert told["left", "all"] == 97
    assert told["irs", "all"] == 78


def test_large_flows_are_all_drawn_and_their_widths_are_in_proportion():
    picture = drawn(flows(small=29))
    assert HIDDEN not in counts(picture).values()
    ends = re.findall(r'<path d="M[\d.]+,([\d.]+)C.*?([\d.]+)Z"', picture.svg)
    assert len(ends) == 8
    high = [float(b) - float(a) for a, b in ends]
    assert high[0] / high[1] == pytest.approx(155 / 119, rel=0.01)


@pytest.mark.parametrize(
    "wrong",
    [[Flow("IOP", "irs", 20)], [Flow("IOP", "done", -1)], [Flow("IOP", "done", 20)] * 2, [Flow("IOP", "gone", 20)]],
)
def test_a_flow_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(ValueError, match="The flow from"):
        drawn(wrong)


def test_names_and_numbers_do_not_lie_on_each_other():
    steps = [
        ["treatment ended"],
        ["may be eligible for it", "not eligible"],
        ["support was asked for", "never"],
        ["began", "not"],
    ]
    told = [("treatment ended", "may be eligible for it", 1500), ("treatment ended", "not eligible", 900)]
    told += [("may be eligible for it", "support was asked for", 700), ("may be eligible for it", "never", 800)]
    told += [("support was asked for", "began", 600), ("support was asked for", "not", 100), ("never", "not", 800)]
    picture = charts.flow_picture(steps, [Flow(*one) for one in told], "Step down")
    found = re.findall(
        r'<text x="([\d.]+)" y="([\d.]+)" text-anchor="(\w+)"[^>]*font-weight="(\w+)"[^>]*>([^<]*)', picture.svg
    )
    boxes = []
    for x, y, anchor, weight, said in found[1:]:  # the first is the title
        wide = len(said) * (7.6 if weight == "bold" else 6.8)
        left = float(x) - (wide if anchor == "end" else 0)
        boxes.append((left, left + wide, float(y) - 9, float(y) + 2, said))
    assert len(boxes) >= 15
    for i, one in enumerate(boxes):
        for other in boxes[i + 1 :]:
            is_apart = one[1] <= other[0] or other[1] <= one[0] or one[3] <= other[2] or other[3] <= one[2]
            assert is_apart, (one[4], other[4])
    width = float(re.search(r'<svg[^>]* width="([\d.]+)"', picture.svg)[1])
    assert min(box[0] for box in boxes) >= -20
    assert max(box[1] for box in boxes) + 20 <= width
