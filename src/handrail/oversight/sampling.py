"""A sample of cases for focused review that anyone can draw again and nobody can steer.

Each case is ordered by a hash of the seed and its id, so the sample depends on neither the order of the input nor the
version of a library, and a case's fate does not change when unrelated cases come or go.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class ReviewSample:
    """`work_list` is in an order that says nothing of who was flagged, to hand to reviewers who are kept blind.

    `flagged` is the key, for whoever opens it after the review. `flagged_available` and `unflagged_available` are the
    numbers that the sample was drawn from.
    """

    seed: str
    work_list: tuple[str, ...]
    flagged: frozenset[str]
    flagged_available: int
    unflagged_available: int


def review_sample(
    flagged: Iterable[str], unflagged: Iterable[str], seed: str, flagged_wanted: int, unflagged_wanted: int
) -> ReviewSample:
    """This will draw so many flagged and so many unflagged cases, by their ids, without replacement.

    Where fewer are available, all are taken. Write the seed down before the draw, in the review's record.
    Raises `ValueError` for an empty seed, a negative number, or a case that is both flagged and not.
    """
    those, others = set(flagged), set(unflagged)
    if not seed or min(flagged_wanted, unflagged_wanted) < 0:
        raise ValueError("A sample needs a seed that is not empty, such as the review's number, and numbers from 0 up.")
    if those & others:
        raise ValueError(
            f"{len(those & others)} cases are both flagged and unflagged; each case must be one or the other."
        )
    chosen = _first(those, seed, flagged_wanted)
    beside = _first(others, seed, unflagged_wanted)
    order = tuple(sorted(chosen + beside, key=lambda case: _place(f"{seed}/order", case)))
    return ReviewSample(seed, order, frozenset(chosen), len(those), len(others))


def _first(cases: set[str], seed: str, wanted: int) -> list[str]:
    return sorted(cases, key=lambda case: _place(seed, case))[:wanted]


def _place(seed: str, case: str) -> str:
    return hashlib.sha256(f"{seed}\n{case}".encode()).hexdigest()
