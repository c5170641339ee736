"""The clauses of admission and the answer in pandas: three-valued by the type `boolean`, unknown being NA."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import and_, or_

import numpy as np
import pandas as pd


def is_yes(truth: pd.Series) -> pd.Series:
    """This will say where something is so."""
    return truth.fillna(value=False).astype(bool)


def is_no(truth: pd.Series) -> pd.Series:
    """This will say where something is not so."""
    return ~truth.fillna(value=True).astype(bool)


def known(yes: pd.Series, no: pd.Series) -> pd.Series:
    """This will be true where `yes` is, else false where `no` is, else unknown."""
    told = pd.Series(pd.NA, index=yes.index, dtype="boolean")
    told[is_yes(no)] = False
    told[is_yes(yes)] = True
    return told


def verdict(
    holds: pd.Series,
    *,
    applies: pd.Series | None = None,
    excused: pd.Series | None = None,
    settled: pd.Series | None = None,
) -> pd.Series:
    """This will say in words what a clause comes to."""
    told: list[tuple[pd.Series, str]] = []
    if applies is not None:
        told += [(is_no(applies), "not applicable"), (applies.isna(), "cannot tell")]
    told.append((is_yes(holds), "met"))
    if excused is not None:
        told.append((is_yes(excused), "excused"))
    if settled is not None:
        told.append((is_no(settled), "pending"))
    told += [(open_.isna(), "cannot tell") for open_ in (excused, settled) if open_ is not None]
    told.append((is_no(holds), "not met"))
    return _words(holds.index, told)


def every(*truths: pd.Series) -> pd.Series:
    """This will be true where all are, false where one is false."""
    return reduce(and_, truths)


def some(*truths: pd.Series) -> pd.Series:
    """This will be true where one is, false where all are false."""
    return reduce(or_, truths)


def stands(told: pd.Series) -> pd.Series:
    """This will say whether a clause lets a decision through: met, excused or not applicable; unknown where it is open."""
    return known(told.isin(["met", "excused", "not applicable"]), told == "not met")


def answer(root: pd.Series, is_unsure: pd.Series | None = None) -> pd.Series:
    """This will say in words what a decision comes to. Where clauses can be pending, open may mean only early."""
    told = [(is_yes(root), "yes"), (is_no(root), "no")]
    if is_unsure is not None:
        told.append((is_no(is_unsure), "pending"))
    return _words(root.index, told)


def paths(named: Mapping[str, pd.Series]) -> pd.Series:
    """This will name the paths that are open, separated by spaces."""
    told = reduce(
        lambda left, right: left + right, (np.where(is_yes(truth), f"{name} ", "") for name, truth in named.items())
    )
    return pd.Series(told, index=next(iter(named.values())).index).str.rstrip()


def _words(index: pd.Index, told: list[tuple[pd.Series, str]]) -> pd.Series:
    words = np.array([*(says for _, says in told), "cannot tell"], dtype=object)
    place = np.select([when.to_numpy(bool) for when, _ in told], range(len(told)), len(told))
    return pd.Series(words[place], index)
