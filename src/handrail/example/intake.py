"""Intake to intensive outpatient treatment: assessments, screenings, where people come from, first judgements."""

from __future__ import annotations

from datetime import date

from handrail.example.census import Course
from handrail.example.days import FIRST_DAY, LAST_DAY, after
from handrail.example.diagnoses import diagnose
from handrail.example.judgements import judge
from handrail.example.ledger import Ledger, words
from handrail.example.people import ask
from handrail.example.programs import ADDICTION_ONLY, Staff
from handrail.example.ratings import rate
from handrail.example.referrals import arrange_needs, refer_for_mental_health

_PRIOR_FLAWS = {
    "prior_without_discharge_plan": "gives_discharge_plan",
    "prior_without_diagnosis": "gives_diagnosis",
    "prior_not_attested": "found_relevant",
}


def take_in(ledger: Ledger, course: Course) -> None:
    """This will write everything that is found out about a person before treatment, and what follows from it."""
    author = course.cohort.counselor(course.chair, course.assessed)
    ask(ledger, course.person, course.assessed, ["stays", "needs", "providers", "substance_use"], author.staff_id)
    origin = ledger.lapses.pick("stepped_down", "stepped_up")
    if origin == "stepped_down":
        _step_down(ledger, course)
    if origin == "stepped_up":
        _step_up(ledger, course, author)
    diagnose(ledger, course.person, course.assessed, author, course.program)
    _judge_capacity(ledger, course, author)
    if not ledger.lapses.happens("assessment_missing"):
        _assess(ledger, course, author)
    arrange_needs(ledger, course)


def _assess(ledger: Ledger, course: Course, author: Staff) -> None:
    if ledger.lapses.happens("prior_assessment"):
        _take_over_prior(ledger, course, author)
        return
    lapse = ledger.lapses.pick("assessment_after_first_session", "assessor_unlisted", "assessor_not_documented")
    completed, assessor = course.assessed, author
    if lapse == "assessment_after_first_session":
        completed = after(course.admitted, ledger.between(3, 9))
        if completed > LAST_DAY:
            ledger.lapses.give_back(lapse)
            completed = course.assessed
    if lapse == "assessor_unlisted" and course.program.peer is not None:
        assessor = course.program.peer
    is_known = lapse != "assessor_not_documented"
    suspects = is_known and assessor is author and _suspects(ledger, course, author)
    assessment_id = ledger.add(
        "assessment",
        person_id=course.person.person_id,
        episode_id=course.episode_id,
        kind="initial",
        completed_on=completed,
        assessor_id=assessor.staff_id if is_known else None,
        gives_diagnosis=True,
        gives_level=True,
        gives_discharge_plan=True,
        level_recommended="2.1",
        suspects_mental_condition=suspects,
    )
    rate(ledger, course, assessment_id, author)
    _screen(ledger, course, assessment_id, completed, suspects)
    _hold_interview(ledger, course, assessor, completed)
    if suspects:
        refer_for_mental_health(ledger, course, completed)


def _suspects(ledger: Ledger, course: Course, author: Staff) -> bool:
    """Say whether an addiction counselor suspects a mental condition; sometimes there is none."""
    return author.credential in ADDICTION_ONLY and (course.person.mental_code is not None or ledger.chance(30))


def _take_over_prior(ledger: Ledger, course: Course, author: Staff) -> None:
    flaw = ledger.lapses.pick(*_PRIOR_FLAWS)
    contents: dict[str, object] = dict.fromkeys(("gives_diagnosis", "gives_level", "gives_discharge_plan"), True)
    contents["found_relevant"] = True
    if flaw is not None:
        contents[_PRIOR_FLAWS[flaw]] = None if flaw == "prior_not_attested" else False
    is_attested = flaw != "prior_not_attested"
    completed = after(course.assessed, -ledger.between(20, 420))
    assessment_id = ledger.add(
        "assessment",
        person_id=course.person.person_id,
        episode_id=course.episode_id,
        kind="prior",
        completed_on=completed,
        assessor_credential=ledger.one_of(("lmhp", "limhp", "lmhp" if course.person.mental_code else "ladc")),
        relevance_attested_by=course.program.director.staff_id if is_attested else None,
        level_recommended="2.1",
        recorded_on=course.assessed,
        **contents,
    )
    rate(ledger, course, assessment_id, author)
    _screen(ledger, course, assessment_id, completed, suspects=False)
    if flaw is not None:
        _add_what_is_missing(ledger, course, author)


def _add_what_is_missing(ledger: Ledger, course: Course, author: Staff) -> None:
    lapse = ledger.lapses.pick("addendum_missing", "addendum_after_first_session")
    if lapse == "addendum_missing":
        return
    completed = course.assessed if lapse is None else after(course.admitted, ledger.between(2, 9))
    if completed > LAST_DAY:
        return
    ledger.add(
        "assessment",
        person_id=course.person.person_id,
        episode_id=course.episode_id,
        kind="addendum",
        completed_on=completed,
        assessor_id=author.staff_id,
        found_relevant=True,
        relevance_attested_by=author.staff_id,
        gives_diagnosis=True,
        gives_level=True,
        gives_discharge_plan=True,
        level_recommended="2.1",
    )


def _screen(ledger: Ledger, course: Course, assessment_id: str, day: date, suspects: bool) -> None:
    if course.person.is_medicaid and ledger.lapses.happens("screening_missing"):
        return
    kinds = ["cooccurring", *ledger.some_of(("medical", "trauma", "other"), ledger.between(0, 2))]
    for kind in kinds:
        ledger.add(
            "screening",
            assessment_id=assessment_id,
            kind=kind,
            tool=words()["screening_tool"],
            positive=kind == "cooccurring" and (suspects or course.person.mental_code is not None),
            screened_on=day,
        )


def _hold_interview(ledger: Ledger, course: Course, assessor: Staff, day: date) -> None:
    """Write the hour of the assessment itself, which is no treatment."""
    if not FIRST_DAY <= day <= LAST_DAY:
        return
    session_id = ledger.add(
        "session",
        program_id=course.program.program_id,
        type="assessment",
        setting="clinic",
        status="held",
        held_on=day,
        scheduled_count=1,
        head_count=1,
    )
    ledger.add("session_staff", session_id=session_id, staff_id=assessor.staff_id)
    ledger.add("attendance", session_id=session_id, episode_id=course.episode_id, status="attended")


def _step_down(ledger: Ledger, course: Course) -> None:
    ends = after(course.assessed, -ledger.between(0, 9))
    is_met = not ledger.lapses.happens("stepped_down_with_objectives_unmet")
    level, facility = ledger.one_of(words()["step_down_levels"]), words()["outside_facility"]
    _come_from(ledger, course, level, ends=ends, length=28, is_met=is_met, facility=facility)


def _step_up(ledger: Ledger, course: Course, author: Staff) -> None:
    ends = after(course.assessed, -ledger.between(0, 6))
    _come_from(ledger, course, "1", ends=ends, length=70, is_met=False, facility=words()["outside_clinic"])
    if ledger.lapses.happens("stepped_up_without_reason"):
        return
    kind = "level_one_insufficient" if ledger.chance(65) else "level_one_was_preparation"
    judge(ledger, course.episode_id, author, course.assessed, {kind: True})


def _come_from(
    ledger: Ledger, course: Course, level: str, *, ends: date, length: int, is_met: bool, facility: str
) -> None:
    ledger.add(
        "outside_stay",
        person_id=course.person.person_id,
        level=level,
        focus="substance_use",
        facility=facility,
        admitted_on=after(ends, -ledger.between(length // 2, length)),
        discharged_on=ends,
        discharge_reason="moved on",
        objectives_met=is_met,
        recorded_on=course.assessed,
    )


def _judge_capacity(ledger: Ledger, course: Course, author: Staff) -> None:
    answers = {"needs_dual_diagnosis_services": course.person.mental_code is not None and course.program.is_enhanced}
    lapse = ledger.lapses.pick("capacity_not_expected", "capacity_not_judged")
    if lapse != "capacity_not_judged":
        answers["expects_progress"] = lapse != "capacity_not_expected"
    judge(ledger, course.episode_id, author, course.assessed, answers)
