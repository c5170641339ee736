"""Two shares side by side, each with its exact interval; for a clause before and after something was done about it."""

from __future__ import annotations

from dataclasses import dataclass

import scipy

from handrail.oversight.arrays import share


@dataclass(frozen=True)
class Share:
    """A share with its interval, all from 0 to 1."""

    value: float
    lower: float
    upper: float


@dataclass(frozen=True)
class TwoShares:
    """A share before and after, each with its interval, and Fisher's exact two-sided probability of such a difference."""

    before: float
    before_lower: float
    before_upper: float
    after: float
    after_lower: float
    after_upper: float
    p_value: float


def exact_share(events: int, cases: int, level: float = 0.95) -> Share:
    """This will give a share with the exact interval of Clopper and Pearson (Biometrika 1934;26:404-413).

    Raises `ValueError` unless 0 <= events <= cases and there is a case.
    """
    if not 0 <= events <= cases or cases == 0:
        raise ValueError(f"{events} events of {cases} cases: there must be a case, and no more events than cases.")
    tail = (1 - share("level", level)) / 2
    lower = float(scipy.stats.beta.ppf(tail, events, cases - events + 1)) if events else 0.0
    upper = float(scipy.stats.beta.isf(tail, events + 1, cases - events)) if events < cases else 1.0
    return Share(events / cases, lower, upper)


def compare_shares(
    events_before: int, cases_before: int, events_after: int, cases_after: int, level: float = 0.95
) -> TwoShares:
    """This will lay two shares of different cases side by side. Raises `ValueError` as `exact_share` does.

    What was chosen because it stood out comes nearer to the rest by itself (regression to the mean), so a lower share
    afterwards is no proof that the action did it.
    """
    one, other = exact_share(events_before, cases_before, level), exact_share(events_after, cases_after, level)
    table = [[events_before, cases_before - events_before], [events_after, cases_after - events_after]]
    p = float(scipy.stats.fisher_exact(table).pvalue)
    return TwoShares(one.value, one.lower, one.upper, other.value, other.lower, other.upper, p)
