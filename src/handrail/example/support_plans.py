"""Recovery plans: written in the first two weeks, reviewed every ten weeks or so."""

from __future__ import annotations

from handrail.example.days import after, workday_from
from handrail.example.goals import write_goals
from handrail.example.judgements import judge
from handrail.example.ledger import Ledger, setting
from handrail.example.recovery import Support
from handrail.example.reviews import take_part
from handrail.example.signing import sign


def plan_support(ledger: Ledger, support: Support, *, makes_progress: bool) -> None:
    """This will write the plan of one recovery episode, its goals, signatures, reviews and judgements."""
    team = [support.worker, support.program.director]
    for staff in team:
        ledger.add(
            "team_member",
            episode_id=support.episode_id,
            staff_id=staff.staff_id,
            starts_on=support.admitted,
            ends_on=support.discharged,
        )
    effective = min(workday_from(after(support.admitted, ledger.between(1, 12))), support.last_day)
    plan_id = ledger.add(
        "plan",
        episode_id=support.episode_id,
        effective_on=effective,
        written_by=support.worker.staff_id,
        has_discharge_plan=True,
        has_relapse_prevention=True,
        considers_supports=True,
        planned_minutes_per_week=setting()["planned_minutes_per_week"],
    )
    write_goals(
        ledger,
        support.episode_id,
        plan_id,
        set_on=effective,
        discharged=support.discharged,
        reason=support.reason,
        count=2,
        problems="recovery_problems",
        makes_progress=makes_progress,
    )
    sign(ledger, {"plan_id": plan_id}, team, effective)
    day = workday_from(after(effective, ledger.between(25, 40)))
    while day <= support.last_day:
        review_id = ledger.add(
            "plan_review",
            episode_id=support.episode_id,
            reviewed_on=day,
            reviewed_by=support.program.director.staff_id,
            updates_plan=True,
        )
        take_part(ledger, review_id, day, family_joins=False)
        sign(ledger, {"plan_review_id": review_id}, team, day)
        progress = makes_progress and ledger.chance(88)
        judge(ledger, support.episode_id, support.worker, day, {"progressing": progress, "goals_unmet": True})
        day = workday_from(after(day, ledger.between(60, 80)))
