"""The thresholds of the oversight, read from one YAML file in which each has its reason and its owner."""

from __future__ import annotations

from dataclasses import dataclass, fields
from difflib import get_close_matches
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from handrail.findings import Finding, FindingsError

_SAID = ("unit", "owner", "reason")
_BELOW_ONE = {
    "winsorised": (0.0, 0.5),
    "material_ratio_below": (0.0, 1.0),
    "detectable_power": (0.5, 1.0),
}
_SHARES = {"watch_level", "review_level", "largest_q", "posterior_probability", "own_share"}


@dataclass(frozen=True)
class Minimum:
    """What a unit (cases, expected events) and a measure (peers) need at least to be judged."""

    cases: int
    expected: float
    peers: int


@dataclass(frozen=True)
class Thresholds:
    """The values in force; `docs/methods.md` says what each is for. Ratios, probabilities, points in percent."""

    winsorised: float
    watch_level: float
    review_level: float
    minimum_cases: int
    minimum_expected: float
    minimum_peers: int
    better_peers: int
    largest_q: float
    material_ratio_above: float
    material_ratio_below: float
    material_points: float
    posterior_ratio: float
    posterior_points: float
    posterior_probability: float
    detectable_power: float
    widest_detectable_ratio: float
    widest_detectable_points: float
    own_share: float
    reliable_change: float
    high_use_percentile: float
    progress_measurements: int
    progress_days: int
    smallest_cell_shown: int
    cell_width: int

    @property
    def minimum(self) -> Minimum:
        """The least volume for a signal."""
        return Minimum(self.minimum_cases, self.minimum_expected, self.minimum_peers)


@dataclass(frozen=True)
class Reason:
    """Why a threshold is what it is, in which unit, and who may change it."""

    unit: str
    owner: str
    reason: str


def packaged_thresholds() -> Thresholds:
    """This will give the thresholds that come with the package."""
    return load_thresholds()[0]


def load_thresholds(path: Path | None = None) -> tuple[Thresholds, dict[str, Reason]]:
    """This will read the thresholds and their reasons from a file of one's own, or from the package's.

    A file of one's own is a whole copy of the package's with other values, so that each has an owner who stands for
    it. Raises `FindingsError` with everything that is wrong: a missing or unknown name, a value out of range, a
    threshold without unit, owner or reason.
    """
    if path is None:
        with as_file(files("handrail.oversight") / "thresholds.yaml") as packaged:
            return load_thresholds(packaged)
    document = _open(path)
    names = {field.name: field.type for field in fields(Thresholds)}
    findings = [_missing(path, name) for name in names if name not in document]
    for name, entry in document.items():
        line = document.lc.data[name][0] + 1
        if name not in names:
            near = get_close_matches(str(name), names, 1)
            mend = f"Did you mean {near[0]!r}?" if near else f"The names are: {', '.join(names)}."
            findings.append(Finding(str(path), line, "H501", str(name), "there is no such threshold.", mend))
        else:
            findings.extend(Finding(str(path), line, "H502", name, *said) for said in _wrong(name, names[name], entry))
    if findings:
        raise FindingsError(findings)
    values = {
        name: int(document[name]["value"]) if kind == "int" else float(document[name]["value"])
        for name, kind in names.items()
    }
    reasons = {name: Reason(*(str(document[name][key]).strip() for key in _SAID)) for name in names}
    return Thresholds(**values), reasons  # type: ignore[arg-type]  # the kinds were checked above


def _open(path: Path) -> Any:
    try:
        document = YAML().load(path.read_text(encoding="utf-8"))
    except MarkedYAMLError as trouble:
        line = trouble.problem_mark.line + 1 if trouble.problem_mark else 0
        raise FindingsError(
            [Finding(str(path), line, "H500", "thresholds", f"is not YAML: {trouble.problem}.")]
        ) from trouble
    if not hasattr(document, "lc") or not hasattr(document, "items"):
        raise FindingsError([Finding(str(path), 1, "H500", "thresholds", "must be a list of names with their values.")])
    return document


def _missing(path: Path, name: str) -> Finding:
    mend = "Copy its lines from the package's thresholds.yaml."
    return Finding(str(path), 1, "H503", name, "is not there, so no signal could be judged by it.", mend)


def _wrong(name: str, kind: object, entry: Any) -> list[tuple[str, str]]:
    if not hasattr(entry, "get"):
        return [
            ("has no value, unit, owner and reason of its own.", "Write them as the package's thresholds.yaml does.")
        ]
    wrong = [
        (f"has no {key}.", "Name the role that decides it." if key == "owner" else "")
        for key in _SAID
        if not entry.get(key)
    ]
    value = entry.get("value")
    if isinstance(value, bool) or not isinstance(value, int if kind == "int" else (int, float)):
        return [*wrong, (f"must have a {'whole ' if kind == 'int' else ''}number as its value.", "")]
    low, high = (0.0, 1.0) if name in _SHARES else _BELOW_ONE.get(name, (0.0, float("inf")))
    if not (low < value < high or (name == "winsorised" and value == 0)):
        wrong.append((f"must lie between {low:g} and {high:g}.", ""))
    if name in ("material_ratio_above", "posterior_ratio", "widest_detectable_ratio") and value <= 1:
        wrong.append(("is a ratio above the target, so it must exceed 1.", ""))
    return wrong
