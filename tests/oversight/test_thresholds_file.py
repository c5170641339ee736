from __future__ import annotations

import inspect
from dataclasses import fields
from importlib.resources import files
from pathlib import Path

import pytest

from handrail.findings import FindingsError
from handrail.oversight import expected, funnel, reliable, suppression
from handrail.oversight.thresholds import Thresholds, load_thresholds, packaged_thresholds

PACKAGED = (files("handrail.oversight") / "thresholds.yaml").read_text(encoding="utf-8")


def written(folder: Path, text: str) -> Path:
    path = folder / "thresholds.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_threshold_has_a_value_a_reason_and_an_owner() -> None:
    thresholds, reasons = load_thresholds()
    assert set(reasons) == {field.name for field in fields(Thresholds)}
    assert all(said.unit and said.owner and said.reason for said in reasons.values())
    assert thresholds == packaged_thresholds()


def test_what_functions_take_when_told_nothing_is_what_the_file_says() -> None:
    rule = packaged_thresholds()

    def default(function: object, name: str) -> object:
        return inspect.signature(function).parameters[name].default  # type: ignore[arg-type]

    assert (rule.watch_level, rule.review_level) == (funnel.WATCH, funnel.REVIEW)
    assert default(funnel.ratio_funnel, "tails") == rule.winsorised
    assert default(funnel.Funnel.smallest_detectable, "power") == rule.detectable_power
    assert default(expected.expected_values, "own_share") == rule.own_share
    assert rule.reliable_change == reliable.RELIABLE
    assert (reliable.ProgressRule().measurements, reliable.ProgressRule().days) == (
        rule.progress_measurements,
        rule.progress_days,
    )
    assert (rule.smallest_cell_shown, rule.cell_width) == (suppression.SMALLEST_SHOWN, suppression.WIDTH)


def test_a_file_of_ones_own_is_read(tmp_path: Path) -> None:
    own = written(tmp_path, PACKAGED.replace("value: 1.25", "value: 1.5"))
    assert load_thresholds(own)[0].material_ratio_above == 1.5


def test_everything_that_is_wrong_is_said_at_once_with_its_line(tmp_path: Path) -> None:
    text = PACKAGED.replace("minimum_cases:", "minimum_case:").replace("value: 0.998", "value: 1.2")
    text = text.replace("value: 11\n", "value: many\n").replace("owner: statistician of the payer", "owner:", 1)
    with pytest.raises(FindingsError) as raised:
        load_thresholds(written(tmp_path, text))
    found = {(finding.code, finding.subject) for finding in raised.value.findings}
    assert found == {
        ("H501", "minimum_case"),
        ("H503", "minimum_cases"),
        ("H502", "review_level"),
        ("H502", "smallest_cell_shown"),
        ("H502", "winsorised"),
    }
    said = str(raised.value)
    assert "Did you mean 'minimum_cases'?" in said
    line = text.splitlines().index("minimum_case:") + 1
    assert f"thresholds.yaml:{line}" in said


@pytest.mark.parametrize("text", ["- a\n", "", "a: [\n", "winsorised: 0.1\n"])
def test_a_file_that_is_no_list_of_thresholds_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(FindingsError):
        load_thresholds(written(tmp_path, text))
