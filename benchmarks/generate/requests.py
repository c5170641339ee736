"""What happens when a member asks for a service: episodes, assessments with their ratings, and judgements."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from benchmarks.generate.chunk import Chunk
from benchmarks.generate.columns import TODAY, Days, Mask, days, flags, ids, keys, only_where, pick, recorded
from benchmarks.generate.providers import Numbers, programs_of

_REASONS: dict[str | None, float] = {"completed": 0.45, "dropped_out": 0.3, "transferred": 0.15, "other": 0.1}

_RATINGS = np.array([  # the share of each rating, 0 to 4, in each dimension; what is left over nobody rated
    [0.55, 0.30, 0.07, 0.02, 0.01],
    [0.45, 0.33, 0.12, 0.03, 0.01],
    [0.25, 0.45, 0.18, 0.06, 0.01],
    [0.12, 0.25, 0.35, 0.20, 0.03],
    [0.05, 0.15, 0.38, 0.33, 0.04],
    [0.10, 0.25, 0.35, 0.20, 0.04],
])  # fmt: skip

_JUDGEMENTS = {
    "expects_progress": 0.8,
    "needs_dual_diagnosis_services": 0.12,
    "level_one_insufficient": 0.25,
    "level_one_was_preparation": 0.08,
    "progressing": 0.3,
    "override": 0.05,
}
_OVERRIDDEN: dict[str | None, float] = {
    **{"direct-need": 0.3, "discharged-from-intensive": 0.4, "needs-this-level": 0.15},
    **{"direct-biomedical": 0.1, "objectives-met-above": 0.05},
}


class _Course:
    """Episodes before they are written: whose they are, their number and kind, and their days."""

    def __init__(self, rng: np.random.Generator, chunk: Chunk) -> None:
        some = rng.random(chunk.count)
        groups = [
            (np.flatnonzero(chunk.asked_nebraska), 0),
            (np.flatnonzero(chunk.asked_carolina), 1),
            (np.flatnonzero(some < 0.12), 2),
            (np.flatnonzero(chunk.asked_nebraska & (some > 0.94)), 3),
        ]
        self.owner = np.concatenate([places for places, _ in groups])
        self.number = np.concatenate([np.full(places.size, number) for places, number in groups])
        self.kind = self.number % 3
        self.count = self.owner.size
        earlier = np.where(self.number >= 2, rng.integers(60, 500, self.count), 0)
        self.request: Days = chunk.request[self.owner] - earlier


def make_requests(rng: np.random.Generator, chunk: Chunk) -> dict[str, pa.Table]:
    """This will make the episodes of a stretch of members and what belongs to them, by table."""
    course = _Course(rng, chunk)
    assessments, assessed = _assessments(rng, chunk, course)
    return {
        "episode": _episodes(rng, chunk, course),
        "assessment": assessments,
        "dimension_rating": _ratings(rng, *assessed),
        "judgement": _judgements(rng, chunk, course),
    }


def _episodes(rng: np.random.Generator, chunk: Chunk, course: _Course) -> pa.Table:
    count = course.count
    admitted = course.request + rng.integers(0, 21, count)
    discharged = admitted + rng.integers(14, 160, count)
    waits = rng.random(count) < 0.22
    unasked = ~waits & (rng.random(count) < 0.08)
    stays = waits | (rng.random(count) < 0.45)
    written = np.where(rng.random(count) < 0.05, TODAY + 6, discharged + rng.integers(0, 5, count))
    return pa.table(
        {
            "episode_id": keys("e", chunk.numbers[course.owner], course.number),
            "person_id": chunk.person(course.owner),
            "program_id": ids("p", programs_of(course.kind, rng.random(count), chunk.members), 5),
            "requested_on": days(course.request, unasked),
            "admitted_on": days(admitted, waits),
            "discharged_on": days(discharged, stays),
            "discharge_reason": pick(rng, count, _REASONS),
            "discharge_recorded_on": days(written, stays | (rng.random(count) < 0.3)),
            "objectives_met": flags(rng, count, yes=0.5, unknown=0.2),
            "recorded_on": recorded(rng, course.request),
        }
    )


def _assessments(
    rng: np.random.Generator, chunk: Chunk, course: _Course
) -> tuple[pa.Table, tuple[Numbers, Numbers, Mask, Days]]:
    """The assessments, and of each the person's number, its own, whether it is an addendum, and its day."""
    first = np.flatnonzero((course.kind == 0) & (rng.random(course.count) < 0.88))
    more = first[rng.random(first.size) < 0.2]
    free = np.flatnonzero(~chunk.asked_nebraska & (rng.random(chunk.count) < 0.35))
    made_for = np.concatenate([first, more, np.full(free.size, -1)])
    turn = np.repeat([0, 1, 2], [first.size, more.size, free.size])
    owner = np.concatenate([course.owner[first], course.owner[more], free])
    number = np.where(turn == 2, 9, course.number[made_for] + 4 * turn)
    addendum = (turn == 1) & (rng.random(owner.size) < 0.7)
    later = np.where(turn == 1, rng.integers(0, 9, owner.size), 0)
    day = np.where(turn == 2, chunk.request[owner], course.request[made_for]) + rng.integers(-9, 9, owner.size) + later
    kind = np.select([addendum, turn == 1, turn == 2], [2, 3, 1], np.where(rng.random(owner.size) < 0.25, 1, 0))
    episode = keys("e", chunk.numbers[owner], course.number[made_for])
    table = pa.table(
        {
            "assessment_id": keys("a", chunk.numbers[owner], number),
            "person_id": chunk.person(owner),
            "episode_id": only_where(turn != 2, episode),
            "kind": pa.array(["initial", "prior", "addendum", "reassessment"]).take(pa.array(kind)),
            "completed_on": days(day),
            "asam_edition": pick(rng, owner.size, {"3": 0.88, "4": 0.08, None: 0.04}),
            "recorded_on": recorded(rng, day),
        }
    )
    return table, (chunk.numbers[owner], number, addendum, day)


def _ratings(rng: np.random.Generator, person: Numbers, number: Numbers, addendum: Mask, day: Days) -> pa.Table:
    """Six ratings an assessment, some not made; an addendum rates one dimension or two."""
    given = rng.random((person.size, 6)) < np.where(addendum, 0.25, 0.96)[:, None]
    which, dimension = np.nonzero(given)
    drawn = rng.random(which.size)
    rating = (drawn[:, None] >= np.cumsum(_RATINGS, axis=1)[dimension]).sum(axis=1)
    unrated = rating > 4
    spoken = rng.random(which.size)
    problem = np.where(spoken > 0.97, rating == 0, rating > 0)
    return pa.table(
        {
            "dimension_rating_id": keys("r", person[which], number[which], dimension),
            "assessment_id": keys("a", person[which], number[which]),
            "dimension": pa.array(dimension + 1),
            "has_problem": pa.array(problem, mask=(spoken < 0.1) | (unrated & (spoken < 0.5))),
            "rating": pa.array(rating.clip(0, 4), mask=unrated),
            "recorded_on": recorded(rng, day[which]),
        }
    )


def _judgements(rng: np.random.Generator, chunk: Chunk, course: _Course) -> pa.Table:
    share = np.where(course.kind == 0, 1.0, np.where(course.kind == 1, 0.35, 0.0))
    made = [np.flatnonzero(rng.random(course.count) < likely * share) for likely in _JUDGEMENTS.values()]
    place = np.concatenate(made)
    kind = np.repeat(np.arange(len(_JUDGEMENTS)), [some.size for some in made])
    again = np.flatnonzero(rng.random(place.size) < 0.08)
    turn = np.repeat([0, 1], [place.size, again.size])
    day = course.request[place] + rng.integers(-3, 15, place.size)
    day = np.concatenate([day, day[again] + rng.integers(0, 12, again.size)])
    place, kind = np.concatenate([place, place[again]]), np.concatenate([kind, kind[again]])
    is_override = kind == list(_JUDGEMENTS).index("override")
    return pa.table(
        {
            "judgement_id": keys("j", chunk.numbers[course.owner[place]], course.number[place], kind, turn),
            "episode_id": keys("e", chunk.numbers[course.owner[place]], course.number[place]),
            "kind": pa.array(list(_JUDGEMENTS)).take(pa.array(kind)),
            "about": only_where(is_override, pick(rng, place.size, _OVERRIDDEN)),
            "answer": pa.array(rng.random(place.size) < 0.82),
            "judged_on": days(day),
            "recorded_on": recorded(rng, day),
        }
    )
