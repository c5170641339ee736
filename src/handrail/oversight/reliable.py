"""Reliable change of one person's score, and the two joint rules that pick people whose care deserves a look.

Jacobson and Truax, J Consult Clin Psychol 1991;59:12-19. The rules are for persons; a clinician is compared only
through `signals`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from handrail.oversight.arrays import FloatArray, same_length

RELIABLE = 1.96


class Answer(Enum):
    """The three answers that a rule gives. Unknown never becomes no."""

    YES = "yes"
    NO = "no"
    CANNOT_TELL = "cannot tell"


class Change(Enum):
    """What a reliable change index comes to."""

    BETTER = "reliably better"
    SAME = "no reliable change"
    WORSE = "reliably worse"
    CANNOT_TELL = "cannot tell"


def reliable_change_index(before: ArrayLike, after: ArrayLike, sd: float, reliability: float) -> FloatArray:
    """This will give (after - before) / (sd sqrt(2 (1 - reliability))) for each person, shape (n,).

    `sd` is that of the scores before treatment, in the unit of the scores, and `reliability` (0 to below 1) the
    instrument's, both from its manual. A missing score is NaN and gives NaN. Positive is a rise of the score, whatever
    that means for the person. Raises `ValueError` for an sd not above 0, a reliability outside [0, 1), or lengths
    that differ.
    """
    if sd <= 0 or not 0 <= reliability < 1:
        raise ValueError(
            "The sd must be above 0 and the reliability from 0 to below 1; look in the instrument's manual."
        )
    first, last = (np.atleast_1d(np.asarray(score, dtype=np.float64)) for score in (before, after))
    same_length(before=first, after=last)
    return np.asarray((last - first) / (sd * np.sqrt(2 * (1 - reliability))))


def kind_of_change(index: ArrayLike, high_is_bad: bool = True) -> NDArray[np.object_]:
    """This will classify each index, shape (n,), at +-1.96 into `Change`; NaN is `CANNOT_TELL`."""
    rise = np.atleast_1d(np.asarray(index, dtype=np.float64)) * (-1 if high_is_bad else 1)
    kinds = np.full(rise.shape, Change.SAME, dtype=object)
    kinds[rise > RELIABLE] = Change.BETTER
    kinds[rise < -RELIABLE] = Change.WORSE
    kinds[np.isnan(rise)] = Change.CANNOT_TELL
    return kinds


def declined_despite_high_use(use: float | None, peers_90th: float | None, change: Change) -> Answer:
    """This will say whether a person used at least the peers' 90th percentile of care *and* got reliably worse.

    The percentile is of her level of care. A no to either half settles it, whatever is unknown of the other.
    """
    is_high = None if use is None or peers_90th is None else use >= peers_90th
    is_worse = None if change is Change.CANNOT_TELL else change is Change.WORSE
    if is_high is False or is_worse is False:
        return Answer.NO
    return Answer.YES if is_high and is_worse else Answer.CANNOT_TELL


@dataclass(frozen=True)
class ProgressRule:
    """How much measuring it takes before "no progress" may be said."""

    measurements: int = 3
    days: int = 60


_PROGRESS = ProgressRule()


def made_no_progress(
    days: Sequence[date],
    scores: Sequence[float | None],
    sd: float,
    reliability: float,
    cut_off: float,
    high_is_bad: bool = True,
    rule: ProgressRule = _PROGRESS,
) -> Answer:
    """This will say whether one person's scores, in order of `days`, show no progress.

    Yes: 3 or more measurements over 60 or more days, no reliable change from first to last, and the last still on the
    clinical side of `cut_off` (at or beyond it). Too few measurements: cannot tell. Raises `ValueError` where days and scores differ
    in number or days are not in order.
    """
    if len(days) != len(scores) or list(days) != sorted(days):
        raise ValueError("Give one score for each day, the earliest day first.")
    known = [(day, score) for day, score in zip(days, scores, strict=True) if score is not None]
    if len(known) < rule.measurements or (known[-1][0] - known[0][0]).days < rule.days:
        return Answer.CANNOT_TELL
    first, last = known[0][1], known[-1][1]
    is_clinical = last >= cut_off if high_is_bad else last <= cut_off
    change = kind_of_change(reliable_change_index(first, last, sd, reliability), high_is_bad)[0]
    return Answer.YES if is_clinical and change is Change.SAME else Answer.NO
