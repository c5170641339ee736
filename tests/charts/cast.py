"""Invented numbers for the pictures, and each picture of them by name."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from handrail import charts
from handrail.charts import Cell, Flow, Pair, Picture
from handrail.oversight.funnel import ratio_funnel
from handrail.oversight.over_time import p_chart
from handrail.oversight.rare import Interval
from handrail.oversight.retention import compare_retention, retention
from handrail.oversight.signals import Verdict

HOSTILE = 'R&D <b onload="x">\x00 \'house\' of a very long name indeed, "annex" & more'
VERDICTS = [Verdict.REVIEW, Verdict.WATCH, Verdict.NO_SIGNAL, Verdict.CANNOT_TELL]


def funnel(units: int = 12, name: str = "C") -> Picture:
    chance = np.random.default_rng(1)
    expected = chance.uniform(4, 80, units)
    observed = chance.poisson(expected * chance.gamma(6, 1 / 6, units))
    names = [f"{name} {i}" for i in range(units)]
    return charts.funnel_picture(
        ratio_funnel(observed, expected), names, [VERDICTS[i % 4] for i in range(units)], f"Long stays {name}"
    )


def caterpillar(units: int = 12, name: str = "C") -> Picture:
    mean = np.random.default_rng(2).gamma(9, 1 / 9, units)
    names = [f"{name} {i}" for i in range(units)]
    verdicts = [VERDICTS[i % 4] for i in range(units)]
    return charts.caterpillar_picture(
        names, mean, Interval(mean * 0.8, mean * 1.3), verdicts, f"Long stays {name}", raw=mean * 1.1
    )


def xmr(periods: int = 14, name: str = "2026-") -> Picture:
    events = np.random.default_rng(3).binomial(50, 0.3, periods)
    events[-1] = 45
    names = [f"{name}{i}" for i in range(periods)]
    return charts.xmr_picture(p_chart(events, [50] * periods), names, f"Left early {name}", "Left early", is_share=True)


def survival(people: int = 60, name: str = "arm") -> Picture:
    chance = np.random.default_rng(4)
    stays = {f"{i} {name}": np.minimum(chance.exponential(80 + 60 * i, people).round(), 168) for i in range(3)}
    given = {group: (stay, (stay < 168).tolist()) for group, stay in stays.items()}
    drawn = {group: retention(*one, days=range(0, 169, 7)) for group, one in given.items()}
    return charts.survival_picture(drawn, f"Retention {name}", compare_retention(given))


def slope(pairs: int = 4, name: str = "Goal") -> Picture:
    told = [Pair(f"{name} {i}", 0.3 + 0.001 * i, 0.5, 40, 0.4, 0.7) for i in range(pairs)]
    return charts.slope_picture(told, f"Outcomes {name}")


def flow(people: int = 40, name: str = "IOP") -> Picture:
    steps = [[name], ["done", "left"], ["irs", "none"]]
    flows = [Flow(name, "done", 4 * people), Flow(name, "left", 2 * people), Flow("done", "irs", 3 * people)]
    flows += [Flow("done", "none", people), Flow("left", "irs", people), Flow("left", "none", people)]
    return charts.flow_picture(steps, flows, f"Step down {name}")


def heat(months: int = 5, name: str = "NE-04") -> Picture:
    cells = [
        Cell(f"{name} {clause}", program, f"2026-{month:02}", 10 * clause + month, month, clause)
        for clause in (1, 2, 3)
        for program in ("Prairie", "River")
        for month in range(months)
    ]
    return charts.heat_picture(cells, f"Clauses {name}")


PICTURES: dict[str, Callable[..., Picture]] = {
    one.__name__: one for one in (funnel, caterpillar, xmr, survival, slope, flow, heat)
}
