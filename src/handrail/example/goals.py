"""The goals of a plan: set, met by their day, met late, dropped, or not met."""

from __future__ import annotations

from datetime import date

from handrail.example.days import LAST_DAY, after
from handrail.example.ledger import Ledger, words


def write_goals(
    ledger: Ledger,
    episode_id: str,
    plan_id: str,
    *,
    set_on: date,
    discharged: date | None,
    reason: str | None,
    count: int = 3,
    problems: str = "problems",
    makes_progress: bool = True,
) -> None:
    """This will write the goals of one plan, in the light of how the episode ended or goes on."""
    lacks_problem = ledger.lapses.happens("goal_without_problem")
    for number in range(count):
        target = _target(ledger, set_on, discharged, reason)
        met, dropped = _fate(ledger, set_on, target, discharged or LAST_DAY) if makes_progress else (None, None)
        ledger.add(
            "goal",
            episode_id=episode_id,
            plan_id=plan_id,
            linked_problem=None if lacks_problem and number == 0 else ledger.one_of(words()[problems]),
            set_on=set_on,
            target_on=target,
            met_on=met,
            dropped_on=dropped,
        )


def _target(ledger: Ledger, set_on: date, discharged: date | None, reason: str | None) -> date:
    if discharged is not None and reason == "completed":
        return max(after(discharged, -ledger.between(0, 25)), min(after(set_on, 14), discharged))
    return after(set_on, ledger.between(40, 90))


def _fate(ledger: Ledger, set_on: date, target: date, end: date) -> tuple[date | None, date | None]:
    """Give the days on which a goal is met and dropped, each empty where it is not."""
    if target > end:
        return None, None
    if ledger.lapses.happens("goal_not_met_in_time"):
        late = after(target, ledger.between(3, 20))
        return (late if late <= end and ledger.chance(50) else None), None
    if ledger.lapses.happens("goal_dropped"):
        return None, max(set_on, after(target, -ledger.between(5, 20)))
    return max(set_on, after(target, -ledger.between(0, 12))), None
