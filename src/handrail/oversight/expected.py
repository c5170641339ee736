"""Expected values: what these people's outcomes would have been with an average clinician.

Indirect standardization by a generalized linear model over patients, on facts of the admission only and without the
clinician in the model. Method: Iezzoni, Risk Adjustment for Measuring Health Care Outcomes; calibration and
discrimination as in Steyerberg, Clinical Prediction Models, 2nd ed. 2019, ch. 15.
"""

from __future__ import annotations

import warnings
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np
import statsmodels.api as sm
from numpy.typing import ArrayLike
from scipy import stats
from statsmodels.tools.sm_exceptions import (
    ConvergenceWarning,
    DomainWarning,
    PerfectSeparationWarning,
    SingularMatrixWarning,
)

from handrail.oversight.admission import design
from handrail.oversight.arrays import BoolArray, FloatArray, IntArray, counts, positive, same_length


class Family(Enum):
    """The kind of outcome: yes or no (logistic), or a count (Poisson, log link, with the exposure as offset)."""

    YES_NO = "yes or no"
    COUNT = "count"


@dataclass(frozen=True)
class Calibration:
    """Tenths of the cases by expected value; `cases`, `observed`, `expected` of shape (groups,), the last two sums.

    `slope` is 1 where expected values are as far apart as they should be, below 1 where the model promises too much.
    `c_statistic` is the chance that of two cases the one with the event had the higher expectation (0.5: the model
    knows nothing); None for counts. Both are of expectations for cases that the fit did not see (cross-validated).
    """

    cases: IntArray
    observed: FloatArray
    expected: FloatArray
    slope: float
    c_statistic: float | None


@dataclass(frozen=True)
class Expected:
    """`expected` and `variance` of each case's outcome, shape (cases,), with what is needed to judge the model.

    `own_left_out` names the clinicians whose cases were expected by a fit without them. `names` and `coefficients`
    are those of the fit on all cases.
    """

    outcome: FloatArray
    expected: FloatArray
    variance: FloatArray
    clinician: tuple[str, ...]
    own_left_out: tuple[str, ...]
    names: tuple[str, ...]
    coefficients: FloatArray
    calibration: Calibration

    def by_clinician(self) -> Standardised:
        """This will add up observed, expected and variance for each clinician, in the order of their names."""
        names, place = np.unique(np.array(self.clinician), return_inverse=True)
        sums = [
            np.bincount(place, weights=each).astype(np.float64) for each in (self.outcome, self.expected, self.variance)
        ]
        return Standardised(tuple(names.tolist()), np.bincount(place), sums[0], sums[1], sums[2])


@dataclass(frozen=True)
class Standardised:
    """Sums for each clinician, shape (n,): ready for `ratio_funnel` (with `variance`) and `gamma_poisson`."""

    clinician: tuple[str, ...]
    cases: IntArray
    observed: FloatArray
    expected: FloatArray
    variance: FloatArray


def expected_values(
    outcome: ArrayLike,
    facts: Mapping[str, Sequence[Any]],
    clinician: Sequence[str],
    known_at_admission: Collection[str],
    family: Family = Family.YES_NO,
    exposure: ArrayLike | None = None,
    own_share: float = 0.05,
    folds: int = 5,
) -> Expected:
    """This will expect each case's outcome from the facts of its admission.

    `outcome` has shape (cases,): 0 or 1, or whole counts with an optional `exposure` above 0 (days at risk).
    `facts` maps a name to (cases,) numbers or words; None or NaN is "not documented" and gets its own term, so that no
    case is dropped. Each name must be among `known_at_admission`, which the measure's author declares: what the
    clinician controls (length of stay, visits) must never be adjusted for, for it would excuse itself.

    A clinician with more than `own_share` of the cases would pull the expectation towards her own practice, so hers
    come from a fit without her cases; the sum of all expected then need not equal the sum observed.

    Raises `ValueError` for a fact that is not declared, an outcome that is not of its family or never differs, and
    where a fact settles the outcome by itself so that the model has no finite fit.
    """
    y = counts("outcome", outcome)
    time = np.ones(len(y)) if exposure is None else positive("exposure", exposure)
    who = np.array([str(name) for name in clinician])
    same_length(outcome=y, exposure=time, clinician=who)
    _check(y, facts, known_at_admission, family)
    matrix, names = design(facts, len(y))
    link = np.log(time)
    whole = _fit(y, matrix, link, family)
    expected = _predict(whole, matrix, link, family)
    large = [name for name, n in zip(*np.unique(who, return_counts=True), strict=True) if n > own_share * len(y)]
    for name in large:
        own = who == name
        if own.all():
            raise ValueError("All cases are one clinician's; there are no peers to expect from.")
        expected[own] = _predict(_fit(y[~own], matrix[~own], link[~own], family), matrix[own], link[own], family)
    variance = expected * (1 - expected) if family is Family.YES_NO else expected
    unseen = _unseen(y, matrix, link, family, folds)
    return Expected(
        y,
        expected,
        variance,
        tuple(who.tolist()),
        tuple(str(name) for name in large),
        names,
        whole,
        calibration(y, unseen, family),
    )


def calibration(
    outcome: ArrayLike, expected: ArrayLike, family: Family = Family.YES_NO, groups: int = 10
) -> Calibration:
    """This will compare outcomes with expectations, both of shape (cases,), in groups of rising expectation.

    Raises `ValueError` where an expectation is not above 0 (and, for yes or no, below 1).
    """
    y, mean = counts("outcome", outcome), positive("expected", expected)
    same_length(outcome=y, expected=mean)
    if family is Family.YES_NO and np.any(mean >= 1):
        raise ValueError("An expectation of a yes-or-no outcome is 1 or more.")
    parts = [part for part in np.array_split(np.argsort(mean, kind="stable"), groups) if part.size]
    line = np.log(mean / (1 - mean)) if family is Family.YES_NO else np.log(mean)
    slope = float("nan")
    if np.ptp(line) > 1e-9:
        slope = float(_fit(y, np.column_stack([np.ones(len(y)), line]), np.zeros(len(y)), family)[1])
    return Calibration(
        np.array([part.size for part in parts]),
        np.array([y[part].sum() for part in parts]),
        np.array([mean[part].sum() for part in parts]),
        slope,
        _c_statistic(y > 0, mean) if family is Family.YES_NO else None,
    )


def _check(y: FloatArray, facts: Mapping[str, Sequence[Any]], known: Collection[str], family: Family) -> None:
    undeclared = sorted(set(facts) - set(known))
    if undeclared:
        raise ValueError(
            f"{', '.join(undeclared)}: not declared as known at admission. Adjust only for what the clinician could "
            "not change; if it was known at admission, say so in the measure."
        )
    if family is Family.YES_NO and y.max(initial=0) > 1:
        raise ValueError("A yes-or-no outcome is 0 or 1; for counts choose Family.COUNT.")
    if y.size == 0 or np.ptp(y) == 0:
        raise ValueError("The outcome is the same for every case, so nothing can be expected from the facts.")


def _fit(y: FloatArray, matrix: FloatArray, link: FloatArray, family: Family) -> FloatArray:
    """The coefficients, through the pseudo-inverse, which bears a column that another already says."""
    kind = sm.families.Binomial() if family is Family.YES_NO else sm.families.Poisson()
    offset = None if family is Family.YES_NO else link
    with warnings.catch_warnings():
        warnings.simplefilter("error", PerfectSeparationWarning)
        warnings.simplefilter("error", ConvergenceWarning)
        warnings.simplefilter("ignore", DomainWarning)
        warnings.simplefilter("ignore", SingularMatrixWarning)  # the pseudo-inverse bears it
        try:
            return np.asarray(
                sm.GLM(y, matrix, family=kind, offset=offset).fit(maxiter=100, wls_method="pinv").params,
                dtype=np.float64,
            )
        except (PerfectSeparationWarning, ConvergenceWarning) as trouble:
            raise ValueError(
                "The model has no finite fit: some fact settles the outcome by itself, or a category has too few "
                "cases. Join rare categories, or leave that fact out."
            ) from trouble


def _predict(coefficients: FloatArray, matrix: FloatArray, link: FloatArray, family: Family) -> FloatArray:
    line = matrix @ coefficients
    if family is Family.YES_NO:
        return np.asarray(np.clip(1 / (1 + np.exp(-line)), 1e-9, 1 - 1e-9))
    return np.asarray(np.exp(line + link))


def _unseen(y: FloatArray, matrix: FloatArray, link: FloatArray, family: Family, folds: int) -> FloatArray:
    """Expectations for each case from fits without its fold; the folds are the same on every run."""
    fold = np.random.default_rng(0).permutation(len(y)) % folds
    expected = np.empty(len(y))
    for part in range(folds):
        own: BoolArray = fold == part
        if own.any():
            expected[own] = _predict(_fit(y[~own], matrix[~own], link[~own], family), matrix[own], link[own], family)
    return expected


def _c_statistic(event: BoolArray, mean: FloatArray) -> float:
    rank, n = stats.rankdata(mean), int(event.sum())
    return float((rank[event].sum() - n * (n + 1) / 2) / (n * (len(mean) - n)))
