"""From a signal to a focused review: which cases are flagged, which stand beside them, and the signal word for word."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from handrail.app.overseeing import keeping
from handrail.app.screens.oversight.asked import Asked
from handrail.app.screens.oversight.shown import Line
from handrail.oversight.signals import Direction, Verdict


@dataclass(frozen=True)
class Start:
    """What the form of a new review begins with."""

    line: Line
    title: str
    signal: str
    flagged: str
    unflagged: str
    flagged_count: int
    unflagged_count: int

    @property
    def fields(self) -> list[tuple[str, str]]:
        """The fields of the form, filled."""
        told = {"kind": "signal", "title": self.title, "measure": self.line.measure.name, "unit": self.line.name}
        told |= {"signal": self.signal, "flagged": self.flagged, "unflagged": self.unflagged, "is_blinded": "on"}
        return list((told | {"flagged_wanted": "10", "unflagged_wanted": "10"}).items())


def starts(asked: Asked, lines: Iterable[Line]) -> list[Start]:
    """This will give what a review of each signal to review or watch begins with.

    Flagged are the courses that make the unit lie where it lies: those with the event where it has more, those without
    where it has less. Its other courses stand beside them.
    """
    found = []
    for line in lines:
        signal = line.signal
        if signal is None or signal.verdict not in (Verdict.REVIEW, Verdict.WATCH) or line.measure.kind != "share":
            continue
        states = ("yes", "no") if signal.direction is Direction.OVER else ("no", "yes")
        flagged, others = (_courses(asked, line, state) for state in states)
        others = [one for one in others if one not in set(flagged)]
        words = f"{signal.verdict.value}: {line.value} of {signal.cases:.0f} cases, expected {line.expected} events. "
        words += "; ".join(f"{leg.name} {leg.answer.value} ({leg.says})" for leg in signal.legs)
        title = f"{line.measure.title}, {line.by}"
        found.append(Start(line, title, words, " ".join(flagged), " ".join(others), len(flagged), len(others)))
    return found


def _courses(asked: Asked, line: Line, state: str) -> list[str]:
    """The courses behind the cases of a unit, each once; a case of a month or week says its course before the bar."""
    rows = keeping.cases(asked.looking, asked.found, line.measure.name, state=state, by=line.by, unit=line.unit)
    ids = rows["case_id"].to_pylist()
    is_course = line.measure.facts.name == "episode_outcome"
    return list(dict.fromkeys(one if is_course else one.rpartition("|")[0] for one in ids))
