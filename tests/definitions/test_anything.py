"""Whatever stands in a file, it is read or refused with findings: nothing that anybody types ends in a crash."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from handrail.definitions.case_checks import case_findings
from handrail.definitions.cases import load_cases
from handrail.definitions.checking import check
from handrail.definitions.diff import diff
from handrail.definitions.document import Edition
from handrail.definitions.html_page import as_html
from handrail.definitions.pages import as_text
from handrail.definitions.rulebook import load
from handrail.findings import FindingsError

_HERE = Path(__file__).parent / "rulebook" / "example" / "evening-groups"
_VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.floats(allow_nan=True, allow_infinity=True),
    st.dates(),
    st.sampled_from(["", "unknown", "session", "group-size", "met", "head_count >= :fewest_in_group", "{x}", "a b"]),
    st.lists(st.sampled_from(["a", 1, None]), max_size=2),
    st.dictionaries(st.sampled_from(["a", "given", "all", "value"]), st.sampled_from(["b", 2, None]), max_size=2),
)
_SETTINGS = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def places(told: Any) -> Iterator[tuple[Any, ...]]:
    """Every place of a nested value, from the top down."""
    pairs = told.items() if isinstance(told, dict) else enumerate(told) if isinstance(told, list) else ()
    for key, inner in pairs:
        yield (key,)
        for place in places(inner):
            yield (key, *place)


@st.composite
def changed(draw: st.DrawFn, file: Path) -> Any:
    """A file's content in which one place holds something else, or is gone, or has another name."""
    told = copy.deepcopy(YAML(typ="safe").load(file))
    *way, last = draw(st.sampled_from(list(places(told))))
    at = told
    for part in way:
        at = at[part]
    what = draw(st.sampled_from(["other", "gone", "renamed"]))
    if what == "other" or (what == "renamed" and isinstance(at, list)):
        at[last] = draw(_VALUES)
    elif what == "gone":
        del at[last]
    else:
        at[draw(st.sampled_from(["x", "given", "reading", "met", "session", 7]))] = at.pop(last)
    return told


def write(told: Any, file: Path) -> Path:
    with file.open("w", encoding="utf-8") as stream:
        YAML(typ="safe").dump(told, stream)
    return file


@pytest.fixture(scope="module")
def whole() -> Edition:
    return load(_HERE / "2026-01-01.yaml")


@_SETTINGS
@given(told=changed(_HERE / "2026-01-01.yaml"))
def test_a_changed_definition_is_checked_shown_and_compared_or_refused(
    told: Any, whole: Edition, tmp_path: Path
) -> None:
    file = write(told, tmp_path / "2026-01-01.yaml")
    try:
        edition = load(file)
    except FindingsError as error:
        assert all(finding.code in ("H101", "H102", "H110") and finding.line for finding in error.findings)
        return
    check(edition)
    as_text(edition)
    as_html(edition)
    assert diff(whole, edition) is not None
    assert diff(edition, whole) is not None


@_SETTINGS
@given(told=changed(_HERE / "cases" / "session.yaml"))
def test_changed_examples_are_read_or_refused_with_their_line(told: Any, whole: Edition, tmp_path: Path) -> None:
    beside = tmp_path / "cases"
    beside.mkdir(exist_ok=True)
    file = write(told, beside / "session.yaml")
    found = case_findings(whole, file)
    assert all(finding.code == "H124" and finding.line for finding in found)
    if not found:
        load_cases(whole.model_copy(update={"file": str(tmp_path / "2026-01-01.yaml")}))
