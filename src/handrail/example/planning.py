"""Plans of intensive outpatient treatment: when they are written, what stands in them, and who is on the team."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from handrail.example.census import Course
from handrail.example.days import LAST_DAY
from handrail.example.diary import Diary
from handrail.example.goals import write_goals
from handrail.example.judgements import judge
from handrail.example.ledger import Ledger
from handrail.example.programs import Staff
from handrail.example.signing import sign

_SECTION_LAPSES = (
    "plan_without_discharge_section",
    "plan_without_relapse_prevention",
    "plan_without_supports",
    "plan_supports_not_documented",
    "plan_without_education",
)


@dataclass(frozen=True)
class Membership:
    """One member of staff on a team, from one day to another."""

    staff: Staff
    starts: date
    ends: date | None


@dataclass(frozen=True)
class Plan:
    """A written plan, as the reviews need it."""

    plan_id: str
    effective: date
    interval: int


def gather_team(ledger: Ledger, course: Course) -> list[Membership]:
    """This will write who is on the team of one person, and give them."""
    seat = course.cohort.seats[course.chair % 2]
    members = [Membership(course.program.director, course.admitted, course.discharged)]
    if course.person.mental_code is not None and course.program.prescriber is not None:
        members.append(Membership(course.program.prescriber, course.admitted, course.discharged))
    for staff in seat:
        starts = max(course.admitted, staff.hired_on)
        ends = course.discharged if staff.left_on is None else min(staff.left_on, course.last_day)
        if starts <= (ends or LAST_DAY):
            members.append(Membership(staff, starts, ends))
    for member in members:
        ledger.add(
            "team_member",
            episode_id=course.episode_id,
            staff_id=member.staff.staff_id,
            starts_on=member.starts,
            ends_on=member.ends,
        )
    return members


def team_on(members: list[Membership], day: date) -> list[Staff]:
    """This will give those who are on the team on a day."""
    return [one.staff for one in members if one.starts <= day <= (one.ends or LAST_DAY)]


def write_plan(ledger: Ledger, course: Course, diary: Diary, members: list[Membership]) -> Plan | None:
    """This will write the first plan of a course of treatment with its goals and signatures, unless it lacks one."""
    days = diary.days(course.episode_id)
    lapse = ledger.lapses.pick("plan_missing", "plan_after_third_session")
    if lapse == "plan_missing" or not days:
        return None
    effective = ledger.one_of(days[:2])
    if lapse == "plan_after_third_session":
        if len(days) < 3:
            ledger.lapses.give_back(lapse)
        else:
            effective = ledger.one_of(days[2:6])
    author = course.cohort.counselor(course.chair, effective)
    plan = _write(ledger, course, effective, author)
    write_goals(
        ledger,
        course.episode_id,
        plan.plan_id,
        set_on=effective,
        discharged=course.discharged,
        reason=course.reason,
    )
    sign(ledger, {"plan_id": plan.plan_id}, team_on(members, effective), effective)
    judge(ledger, course.episode_id, author, effective, {"plan_individualized": True})
    return plan


def write_next_plan(ledger: Ledger, course: Course, day: date, members: list[Membership]) -> None:
    """This will write the version of a plan that a new problem asks for."""
    plan = _write(ledger, course, day, course.cohort.counselor(course.chair, day))
    write_goals(
        ledger,
        course.episode_id,
        plan.plan_id,
        set_on=day,
        discharged=course.discharged,
        reason=course.reason,
        count=1,
    )
    sign(ledger, {"plan_id": plan.plan_id}, team_on(members, day), day)


def _write(ledger: Ledger, course: Course, effective: date, author: Staff) -> Plan:
    lapse = ledger.lapses.pick(*_SECTION_LAPSES)
    supports = {"plan_without_supports": False, "plan_supports_not_documented": None}.get(lapse or "", True)
    is_often = ledger.lapses.happens("plan_reviewed_more_often")
    plan_id = ledger.add(
        "plan",
        episode_id=course.episode_id,
        effective_on=effective,
        written_by=author.staff_id,
        has_discharge_plan=lapse != "plan_without_discharge_section",
        has_relapse_prevention=lapse != "plan_without_relapse_prevention",
        considers_supports=supports,
        plans_individual=True,
        plans_family=course.person.family_joins,
        plans_group=True,
        plans_education=lapse != "plan_without_education",
        plans_motivation=True,
        review_every_days=14 if is_often else None,
        planned_minutes_per_week=180 * len(course.cohort.days) + 60,
    )
    return Plan(plan_id, effective, 14 if is_often else 30)
