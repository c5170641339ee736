"""Names for people and staff, and words for what they wrote: in turn from the lists, so the same each time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from typing import Any

from handrail.app.accounts.access import Viewer
from handrail.app.chart import writing

Words = Mapping[str, Any]
_NOTES = 60
"""So many of the latest sessions attended have a note."""


def name_people(words: Words, viewer: Viewer, people: Sequence[Any], *, start: int) -> dict[str, str]:
    """This will name everybody, and give what each is called by id. Another `start` gives other names."""
    turns = {sex: count(start) for sex in words["people"]}
    named, called = [], {}
    for place, person in enumerate(sorted(people, key=lambda one: one.pk)):
        sex = person.sex or "another"
        given, family = _pair(words["people"][sex], words["families"], next(turns[sex]))
        short = words["called"][place % len(words["called"])] if place % 12 == 5 else ""
        named.append(
            (
                person,
                {"given_name": given, "family_name": family, "called": short, "number": f"{start + place + 1:04d}"},
            )
        )
        called[person.pk] = short or given
    writing.name_all(viewer, named)
    return called


def name_staff(words: Words, staff: Iterable[dict[str, Any]], taken: Mapping[str, str]) -> None:
    """This will give all staff names, and those who sign in the name under which they do."""
    turn = count()
    for row in staff:
        row["name"] = taken.get(row["staff_id"]) or " ".join(_pair(words["staff"], words["families"], next(turn)))


def put_into_words(words: Words, viewer: Viewer, made: Mapping[str, Sequence[Any]], called: Mapping[str, str]) -> None:
    """This will write words for every goal and plan, for reviews, and for the latest sessions attended."""
    episodes = {one.pk: one for one in made.get("episode", [])}
    told: list[tuple[Any, str, str]] = []

    def tell(part: str, texts: Sequence[str], rows: Sequence[Any]) -> None:
        for place, row in enumerate(rows):
            row.episode = episodes[row.episode_id]
            told.append((row, part, texts[place % len(texts)].format(name=called[row.episode.person_id])))

    for problem, several in words["goals"].items():
        goals = [one for one in made.get("goal", []) if (one.linked_problem or "other") == problem]
        for part in several[0]:
            tell(part, [one[part] for one in several], goals)
    tell("own_words", words["plans"], made.get("plan", []))
    tell("note", words["reviews"], made.get("plan_review", []))
    came = [one for one in made.get("attendance", []) if one.status == "attended" and one.arrived_at is not None]
    tell("note", words["notes"], sorted(came, key=lambda one: (one.arrived_at, one.pk))[-_NOTES:])
    writing.word_all(viewer, told)


def _pair(given: Sequence[str], family: Sequence[str], turn: int) -> tuple[str, str]:
    """One pair of all pairs, each once before any comes again as long as the lists have no common divisor to speak of."""
    return given[turn % len(given)], family[(turn + turn // len(given)) % len(family)]
