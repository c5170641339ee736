"""Who the members are: persons, their children, what was asked about, and how each manages activities of life."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from benchmarks.generate.chunk import Chunk
from benchmarks.generate.columns import TODAY, days, flags, keys, lately, pick, recorded, repeated

_TOPICS = {"children": 0.75, "diagnoses": 0.8, "stays": 0.75, "impairments": 0.65, "providers": 0.3, "coverage": 0.2}

_ACTIVITIES = {
    "employment_education": 0.4,
    "finances": 0.35,
    "public_supports": 0.3,
    "abstinence_skills": 0.45,
    "coping_skills": 0.4,
    "other": 0.1,
}


def make_persons(rng: np.random.Generator, chunk: Chunk) -> pa.Table:
    """This will make one person a member; of some nobody recorded birth or sex, some died, before or after the day."""
    count = chunk.count
    unseen = rng.random(count) < 0.003
    return pa.table(
        {
            "person_id": chunk.person(np.arange(count)),
            "birth_date": days(chunk.born, rng.random(count) < 0.02),
            "sex": pick(rng, count, {"female": 0.56, "male": 0.39, None: 0.04, "another": 0.01}),
            "died_on": days(lately(rng, count, 200, ahead=0.2), rng.random(count) > 0.02),
            "recorded_on": days(np.where(unseen, TODAY + 5, chunk.request - 30), ~unseen & (rng.random(count) < 0.5)),
        }
    )


def make_children(rng: np.random.Generator, chunk: Chunk) -> pa.Table:
    """This will make the children; some are grown, some not yet born, of some the birth date is unknown."""
    owner, number = repeated(rng, chunk.count, [0.4, 0.25, 0.2, 0.1, 0.05])
    born = chunk.born[owner] + ((16 + 20 * rng.random(owner.size)) * 365.25).astype(np.int64)
    return pa.table(
        {
            "child_id": keys("k", chunk.numbers[owner], number),
            "person_id": chunk.person(owner),
            "birth_date": days(np.minimum(born, TODAY + 60), rng.random(owner.size) < 0.06),
            "lives_with_person": flags(rng, owner.size, yes=0.6, unknown=0.2),
            "custody": pick(rng, owner.size, {"full": 0.3, "shared": 0.2, "none": 0.1, "reunifying": 0.05, None: 0.35}),
            "recorded_on": recorded(rng, np.minimum(chunk.request[owner], TODAY - 10)),
        }
    )


def make_inquiries(rng: np.random.Generator, chunk: Chunk) -> pa.Table:
    """This will say what was asked about, mostly around the request, sometimes twice."""
    asked = [np.flatnonzero(rng.random(chunk.count) < share) for share in _TOPICS.values()]
    owner = np.concatenate(asked)
    topic = np.repeat(np.arange(len(_TOPICS)), [places.size for places in asked])
    day = chunk.request[owner] + rng.integers(-40, 8, owner.size)
    return pa.table(
        {
            "inquiry_id": keys("i", chunk.numbers[owner], topic),
            "person_id": chunk.person(owner),
            "topic": pa.array(list(_TOPICS)).take(pa.array(topic)),
            "asked_on": days(day),
            "recorded_on": recorded(rng, day),
        }
    )


def make_impairments(rng: np.random.Generator, chunk: Chunk) -> pa.Table:
    """This will make the findings, a tenth of them with a later one, some of both on one day."""
    found = [np.flatnonzero(rng.random(chunk.count) < share) for share in _ACTIVITIES.values()]
    owner = np.concatenate(found)
    activity = np.repeat(np.arange(len(_ACTIVITIES)), [places.size for places in found])
    day = chunk.request[owner] + rng.integers(-60, 12, owner.size)
    again = np.flatnonzero(rng.random(owner.size) < 0.1)
    turn = np.repeat([0, 1], [owner.size, again.size])
    day = np.concatenate([day, day[again] + rng.integers(0, 30, again.size)])
    owner, activity = np.concatenate([owner, owner[again]]), np.concatenate([activity, activity[again]])
    return pa.table(
        {
            "functional_impairment_id": keys("f", chunk.numbers[owner], activity, turn),
            "person_id": chunk.person(owner),
            "activity": pa.array(list(_ACTIVITIES)).take(pa.array(activity)),
            "limits_activity": flags(rng, owner.size, yes=0.6, unknown=0.1),
            "substance_related": flags(rng, owner.size, yes=0.7, unknown=0.15),
            "observed_on": days(day),
            "recorded_on": recorded(rng, day),
        }
    )
