"""How intensive outpatient treatment ended: what was judged and measured at discharge."""

from __future__ import annotations

from handrail.example.census import Course
from handrail.example.days import after
from handrail.example.judgements import judge
from handrail.example.ledger import Ledger
from handrail.example.ratings import write_ratings


def end(ledger: Ledger, course: Course) -> None:
    """This will write what was judged when treatment ended, if it has ended."""
    if course.discharged is None:
        return
    author = course.cohort.counselor(course.chair, course.discharged)
    if course.reason != "completed":
        if ledger.chance(50):
            answers = {"condition_stabilized": False, "relapse_potential_stabilized": False}
            judge(ledger, course.episode_id, author, course.discharged, answers)
        return
    lapse = ledger.lapses.pick("discharged_unstable", "discharge_not_judged")
    if lapse != "discharge_not_judged":
        is_stable = lapse is None
        answers = {
            "condition_stabilized": is_stable or ledger.chance(50),
            "relapse_potential_stabilized": is_stable,
            "impairment_limited": is_stable or ledger.chance(30),
            "goals_unmet": False,
        }
        judge(ledger, course.episode_id, author, course.discharged, answers)
    if ledger.chance(70):
        _assess_again(ledger, course, author.staff_id)


def _assess_again(ledger: Ledger, course: Course, assessor_id: str) -> None:
    assessment_id = ledger.add(
        "assessment",
        person_id=course.person.person_id,
        episode_id=course.episode_id,
        kind="reassessment",
        completed_on=after(course.last_day, -ledger.between(0, 5)),
        assessor_id=assessor_id,
        gives_diagnosis=True,
        gives_level=True,
        gives_discharge_plan=True,
        level_recommended="1",
        asam_edition="3",
    )
    write_ratings(ledger, assessment_id, {number: ledger.one_of((0, 0, 1)) for number in range(1, 7)})
