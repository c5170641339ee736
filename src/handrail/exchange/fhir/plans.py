"""CarePlan and Goal: the plans of an episode whose service is named, and their goals."""

from __future__ import annotations

from datetime import date

from handrail.exchange.fhir.codes import code_map, codings, label
from handrail.exchange.fhir.context import Context, Episode
from handrail.exchange.fhir.elements import NOTHING, Element, extension, flag, part, parts, text
from handrail.exchange.fhir.reading import Found
from handrail.exchange.fhir.staff import staff_of

_EPISODE = "http://hl7.org/fhir/StructureDefinition/workflow-episodeOfCare"
_IN_EFFECT = ("active", "on-hold", "completed", "revoked")
_NOT_PLANNED = ("cancelled", "stopped", "entered-in-error")
_AGREED = ("planned", "accepted", "active", "on-hold", "completed")

Planned = tuple[date, str, Episode]
"""When a plan took effect, its id, and its episode."""


def add_plans(context: Context) -> None:
    """This will add the plans that belong to an episode, and then the goals that those plans name."""
    plans_of_goal: dict[str, list[Planned]] = {}
    for found in context.kept_of("CarePlan"):
        with context.checking(found):
            _add_plan(context, found, plans_of_goal)
    for found in context.kept_of("Goal"):
        with context.checking(found):
            _add_goal(context, found, plans_of_goal.get(found.key, []))


def _add_plan(context: Context, found: Found, plans_of_goal: dict[str, list[Planned]]) -> None:
    plan, notes = found.resource, context.notes
    episode = _episode(context, found)
    status, intent = text(plan, "status"), text(plan, "intent")
    if not context.person(found):
        return
    categories = parts(plan, "category")
    said = label(categories[-1]) if categories else "nothing"
    if episode is None:
        notes.left_out("CarePlan", found.id, "belongs to no episode of a named service", said)
        return
    if status not in _IN_EFFECT or intent not in ("plan", "order"):
        notes.left_out(
            "CarePlan", found.id, f"is not in effect ({status or 'no status'}, {intent or 'no intent'})", said
        )
        return
    effective_on = context.day(found, part(plan, "period"), "start")
    if effective_on is None:
        notes.left_out("CarePlan", found.id, "has no first day", said)
        return
    author = part(plan, "author")
    is_added = context.rows.add(
        found,
        "plan",
        plan_id=found.id,
        episode_id=episode.episode_id,
        effective_on=effective_on,
        written_by=staff_of(context, found, author, episode, NOTHING) if author else "",
        recorded_on=context.day(found, plan, "created"),
        **_planned(plan),
    )
    for goal in parts(plan, "goal") if is_added else []:
        key = context.directory.resolve(goal, found, "Goal")
        plans_of_goal.setdefault(key, []).append((effective_on, found.id, episode))


def _episode(context: Context, found: Found) -> Episode | None:
    """Find the episode of a plan: named by the workflow extension, by its encounter, or by its care team."""
    plan = found.resource
    named = part(extension(plan, _EPISODE), "valueReference")
    if named:
        return context.episodes.get(context.directory.resolve(named, found, "EpisodeOfCare"))
    teams = [context.directory.resolve(team, found, "CareTeam") for team in parts(plan, "careTeam")]
    by_team = next((context.teams[key] for key in teams if key in context.teams), None)
    return context.episode_of_encounter(found, part(plan, "encounter")) or by_team


def _planned(plan: Element) -> dict[str, bool]:
    """Say which kinds of therapy the plan's activities name; a kind that it does not name stays empty."""
    planned = {}
    for activity in parts(plan, "activity"):
        detail = part(activity, "detail")
        match = code_map("session_types").find(part(detail, "code"))
        is_planned = text(detail, "status") not in _NOT_PLANNED and not flag(detail, "doNotPerform")
        if match and match[1]["planned"] and is_planned:
            planned[match[1]["planned"]] = True
    return planned


def _add_goal(context: Context, found: Found, plans: list[Planned]) -> None:
    goal, notes = found.resource, context.notes
    status = text(goal, "lifecycleStatus")
    set_on = context.day(found, goal, "startDate")
    if not context.person(found):
        return
    if not plans:
        notes.left_out("Goal", found.id, "belongs to no plan of a named service")
    elif status not in _AGREED:
        notes.left_out("Goal", found.id, f"is not agreed, or not any more ({status or 'no status'})")
    elif set_on is None:
        notes.left_out("Goal", found.id, "does not say when it was set")
    else:
        _, plan_id, episode = min(plans, key=lambda plan: plan[:2])
        achieved = {coding.code for coding in codings(part(goal, "achievementStatus"))}
        context.rows.add(
            found,
            "goal",
            goal_id=found.id,
            episode_id=episode.episode_id,
            plan_id=plan_id,
            linked_problem=_problem(context, found),
            set_on=set_on,
            target_on=_target(context, found),
            met_on=context.day(found, goal, "statusDate") if achieved & {"achieved", "sustaining"} else None,
        )


def _target(context: Context, found: Found) -> date | None:
    """Give the day by which the goal is to be met, where it names one day and not several."""
    days = {context.day(found, target, "dueDate") for target in parts(found.resource, "target")}
    if len(days) > 1:
        context.notes.left_empty("Goal", found.id, "has several target days")
        return None
    return next(iter(days), None)


def _problem(context: Context, found: Found) -> str:
    for reference in parts(found.resource, "addresses"):
        sort = context.sorts.get(context.directory.resolve(reference, found, "Condition"))
        if said := text(reference, "display") or (sort.code if sort else ""):
            return said
    return ""
