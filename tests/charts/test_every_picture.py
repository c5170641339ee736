"""What holds of every picture: words, a table, safe and valid SVG, the same bytes for the same numbers."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from xml.etree import ElementTree

import numpy as np
import pytest
from tests.charts.cast import HOSTILE, PICTURES

from handrail import charts
from handrail.charts import Picture
from handrail.charts.safe import safe_svg
from handrail.oversight.funnel import Funnel, ratio_funnel
from handrail.oversight.over_time import ControlChart
from handrail.oversight.rare import Interval
from handrail.oversight.retention import Retention
from handrail.oversight.signals import Verdict

SPACE = "{http://www.w3.org/2000/svg}"
SHAPES = {"svg", "g", "path", "rect", "line", "text", "tspan", "circle", "defs", "clipPath", "title", "desc"}
AT = re.compile(r"style|class|href|on\w+|aria-(?!labelledby)")
LIMITS = {"funnel": 500, "caterpillar": 500, "xmr": 500, "survival": 500, "slope": 30, "flow": 500, "heat": 24}


def checked(picture: Picture) -> ElementTree.Element:
    """The SVG's root, after everything that a page needs of it was looked at."""
    root = ElementTree.fromstring(picture.svg)  # noqa: S314  our own drawing
    assert {part.tag.removeprefix(SPACE) for part in root.iter()} <= SHAPES
    assert not [name for part in root.iter() for name in part.attrib if AT.fullmatch(name)]
    assert root.get("role") == "img"
    words = {part.get("id"): part.text for part in root if part.tag in (f"{SPACE}title", f"{SPACE}desc")}
    assert [words[name] for name in root.attrib["aria-labelledby"].split()] == [picture.title, picture.description]
    assert "nan" not in picture.svg.lower().replace("unani", "").split("<desc")[0]
    assert "NaN" not in picture.svg
    assert "Infinity" not in picture.svg
    assert all(len(row) == len(picture.columns) for row in picture.rows)
    assert all(value is None or type(value) in (str, int, float) for row in picture.rows for value in row)
    return root


def ground(root: ElementTree.Element) -> str | None:
    first = next(root.iter(f"{SPACE}rect"))
    return first.get("fill") if first.get("width") == root.get("width") else None


@pytest.mark.parametrize("name", PICTURES)
def test_it_is_safe_to_stand_in_a_page_and_says_itself_in_words(name):
    picture = PICTURES[name]()
    root = checked(picture)
    assert ground(root) == "#ffffff"
    assert len(picture.description) > 40
    assert picture.rows


@pytest.mark.parametrize("name", PICTURES)
def test_the_same_numbers_give_the_same_bytes(name):
    first = PICTURES[name]()
    PICTURES["funnel"](7)
    assert PICTURES[name]() == first


def test_the_bytes_are_the_same_in_another_process():
    code = "from tests.charts.cast import PICTURES; import hashlib; print(*(hashlib.sha256(one().svg.encode()).hexdigest() for one in PICTURES.values()))"
    runs = {
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1


@pytest.mark.parametrize("name", PICTURES)
def test_hostile_names_are_words_and_nothing_else(name):
    picture = PICTURES[name](name=HOSTILE)
    root = checked(picture)
    told = " ".join(part.text or "" for part in root.iter())
    assert "R&D <b" in told
    assert 'R&D <b onload="x"> \'house\' of a very long name indeed, "annex" & more' in str(picture.rows).replace(
        "\\'", "'"
    )


@pytest.mark.parametrize("name", PICTURES)
def test_a_great_many_are_drawn(name):
    checked(PICTURES[name](LIMITS[name]))


@pytest.mark.parametrize("name", [name for name in PICTURES if name != "xmr"])
def test_one_is_enough(name):
    checked(PICTURES[name](1))


def test_two_pictures_on_a_page_share_no_name():
    both = [ElementTree.fromstring(PICTURES["funnel"](units).svg) for units in (8, 9)]  # noqa: S314  our own
    ids = [part.get("id") for root in both for part in root.iter() if part.get("id")]
    assert len(ids) == len(set(ids)) >= 6
    for root in both:
        used = set(re.findall(r"url\(#([^)]+)\)", ElementTree.tostring(root, encoding="unicode")))
        assert used
        assert used <= {part.get("id") for part in root.iter()}


def no_units() -> Funnel:
    one = ratio_funnel([3.0], [2.0])
    none = np.array([])
    return Funnel(none, none, 1.0, one.scale, one.dispersion, none, none)


NAN, NONE = np.array([np.nan]), np.array([], dtype=float)
EMPTY = {
    "funnel": lambda: charts.funnel_picture(no_units(), [], [], "Empty"),
    "caterpillar": lambda: charts.caterpillar_picture([], [], Interval(NONE, NONE), [], "Empty"),
    "caterpillar of unknown": lambda: charts.caterpillar_picture(
        ["C"], NAN, Interval(NAN, NAN), [Verdict.CANNOT_TELL], "Empty"
    ),
    "xmr": lambda: charts.xmr_picture(ControlChart(*[NONE] * 4, *[NONE.astype(bool)] * 4), [], "Empty"),
    "survival": lambda: charts.survival_picture({}, "Empty"),
    "survival of unknown": lambda: charts.survival_picture(
        {"a": Retention(np.array([9.0]), NAN, NAN, NAN, np.array([0]), np.nan, 3, 3)}, "Empty"
    ),
    "slope": lambda: charts.slope_picture([charts.Pair("a", np.nan, 0.5, 3)], "Empty"),
    "flow": lambda: charts.flow_picture([["a"], ["b"]], [charts.Flow("a", "b", 0)], "Empty"),
    "heat": lambda: charts.heat_picture([], "Empty"),
}


@pytest.mark.parametrize("name", EMPTY)
def test_without_data_it_says_so(name):
    picture = EMPTY[name]()
    root = checked(picture)
    assert picture.description in " ".join(part.text or "" for part in root.iter(f"{SPACE}text"))


def test_what_is_no_shape_is_refused():
    with pytest.raises(ValueError, match="foreignObject"):
        safe_svg('<svg xmlns="http://www.w3.org/2000/svg"><foreignObject/></svg>', "a", "b")


def test_the_table_prints_a_dash_for_what_is_unknown():
    assert Picture("", "", "", ("a",), ((None, 0.123456, 12345.6, 1200, "x"),)).texts() == (
        ("–", "0.1235", "12,346", "1,200", "x"),
    )


def test_a_name_that_is_not_there_is_told():
    with pytest.raises(AttributeError, match="funnel_picture"):
        charts.pie_picture  # noqa: B018
