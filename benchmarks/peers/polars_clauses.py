"""The clauses of admission and the answer in polars: three-valued, unknown being null."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import and_, or_
from typing import Any

import polars as pl

Facts = Mapping[str, pl.Expr]


def verdict(
    holds: pl.Expr, *, applies: pl.Expr | None = None, excused: pl.Expr | None = None, settled: pl.Expr | None = None
) -> pl.Expr:
    """This will say in words what a clause comes to."""
    told: list[tuple[pl.Expr, str]] = []
    if applies is not None:
        told += [(~applies, "not applicable"), (applies.is_null(), "cannot tell")]
    told.append((holds, "met"))
    if excused is not None:
        told.append((excused, "excused"))
    if settled is not None:
        told.append((~settled, "pending"))
    told += [(open_.is_null(), "cannot tell") for open_ in (excused, settled) if open_ is not None]
    told.append((~holds, "not met"))
    case: Any = pl
    for when, says in told:
        case = case.when(when).then(pl.lit(says))
    said: pl.Expr = case.otherwise(pl.lit("cannot tell"))
    return said


def every(*truths: pl.Expr) -> pl.Expr:
    """This will be true where all are, false where one is false."""
    return reduce(and_, truths)


def some(*truths: pl.Expr) -> pl.Expr:
    """This will be true where one is, false where all are false."""
    return reduce(or_, truths)


def stands(clause: str) -> pl.Expr:
    """This will say whether a clause lets a decision through: met, excused or not applicable; unknown where it is open."""
    told = pl.col(f"verdict:{clause}")
    return pl.when(told.is_in(["met", "excused", "not applicable"])).then(True).when(told == "not met").then(False)


def answer(root: pl.Expr, is_unsure: pl.Expr | None = None) -> pl.Expr:
    """This will say in words what a decision comes to. Where clauses can be pending, open may mean only early."""
    case = pl.when(root).then(pl.lit("yes")).when(~root).then(pl.lit("no"))
    if is_unsure is not None:
        case = case.when(~is_unsure).then(pl.lit("pending"))
    return case.otherwise(pl.lit("cannot tell"))


def paths(named: Mapping[str, pl.Expr]) -> pl.Expr:
    """This will name the paths that are open, separated by spaces."""
    return pl.concat_str(
        [pl.when(truth).then(pl.lit(name)) for name, truth in named.items()], separator=" ", ignore_nulls=True
    )


def within(rating: str, least: int, most: int) -> pl.Expr:
    """This will ask whether a rating lies between two values."""
    return pl.col(rating).is_between(least, most)
