"""Reviews of a treatment plan: when, under whom, with whom, and what was judged."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from handrail.example.census import Course
from handrail.example.days import after, workday_from, workday_until
from handrail.example.judgements import judge
from handrail.example.ledger import Ledger
from handrail.example.planning import Membership, Plan, team_on, write_next_plan
from handrail.example.programs import Staff
from handrail.example.signing import sign

_GROUND_LAPSES = (
    "continued_without_ground",
    "continued_without_capacity",
    "continued_with_goals_met",
    "continued_without_necessity",
    "continued_for_new_problem",
    "new_problem_not_least_intensive",
    "continued_not_judged",
)


def review(ledger: Ledger, course: Course, plan: Plan, members: list[Membership]) -> None:
    """This will write every review of a plan until treatment ends."""
    for day in _review_days(ledger, course, plan):
        lapse = ledger.lapses.pick("review_by_unlisted", "review_without_update")
        reviewer = course.cohort.counselor(course.chair, day)
        if lapse == "review_by_unlisted" and course.program.peer is not None:
            reviewer = course.program.peer
        review_id = ledger.add(
            "plan_review",
            episode_id=course.episode_id,
            reviewed_on=day,
            reviewed_by=reviewer.staff_id,
            updates_plan=lapse != "review_without_update",
            cooccurring_monitored=_monitors(ledger, course),
        )
        take_part(ledger, review_id, day, family_joins=course.person.family_joins)
        sign(ledger, {"plan_review_id": review_id}, team_on(members, day), day)
        if _judge_stay(ledger, course.episode_id, course.cohort.counselor(course.chair, day), day):
            write_next_plan(ledger, course, day, members)


def take_part(ledger: Ledger, review_id: str, day: date, *, family_joins: bool) -> None:
    """This will write who took part in a review, and who declined to."""
    lapse = ledger.lapses.pick("review_without_individual", "review_declined")
    if lapse != "review_without_individual":
        ledger.add(
            "review_participant", plan_review_id=review_id, role="individual", took_part=lapse != "review_declined"
        )
    ledger.add("review_participant", plan_review_id=review_id, role="staff", took_part=True)
    if family_joins and ledger.chance(60):
        consent = None if ledger.lapses.happens("family_without_consent") else after(day, -ledger.between(0, 20))
        role = ledger.one_of(("family", "family", "support"))
        ledger.add("review_participant", plan_review_id=review_id, role=role, took_part=True, consent_on=consent)


def _review_days(ledger: Ledger, course: Course, plan: Plan) -> Iterator[date]:
    previous = plan.effective
    while after(previous, plan.interval + 1) < course.last_day:
        lapse = ledger.lapses.pick("review_on_day_31_or_later", "review_skipped")
        if lapse == "review_on_day_31_or_later":
            day = workday_from(after(previous, plan.interval + ledger.one_of((1, 1, 2, 3, 4))))
        elif lapse == "review_skipped":
            day = workday_from(after(previous, 2 * plan.interval - ledger.between(0, 3)))
        else:
            day = workday_until(after(previous, plan.interval - ledger.one_of((0, 0, 1, 2, 3, 4))))
        if day > course.last_day:
            return
        yield day
        previous = day


def _monitors(ledger: Ledger, course: Course) -> bool | None:
    if course.person.mental_code is None:
        return None
    return not ledger.lapses.happens("cooccurring_not_monitored")


def _judge_stay(ledger: Ledger, episode_id: str, author: Staff, day: date) -> bool:
    """Write the judgements on which continued stay rests; True where a new problem came up."""
    lapse = ledger.lapses.pick(*_GROUND_LAPSES)
    progresses = lapse in ("continued_with_goals_met", "continued_without_necessity")
    has_new_problem = lapse in ("continued_for_new_problem", "new_problem_not_least_intensive")
    answers = {
        "progressing": progresses or (lapse is None and ledger.chance(90)),
        "goals_unmet": lapse != "continued_with_goals_met",
        "level_necessary": lapse != "continued_without_necessity",
        "has_capacity": lapse != "continued_without_capacity",
        "actively_working": lapse is None or lapse == "continued_without_capacity" or progresses,
        "new_problem": has_new_problem,
    }
    if has_new_problem:
        answers |= {"new_problem_suits_level": True, "least_intensive": lapse == "continued_for_new_problem"}
    if lapse == "continued_not_judged":
        del answers["progressing"]
        del answers["actively_working"]
    judge(ledger, episode_id, author, day, answers)
    return has_new_problem
