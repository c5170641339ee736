"""Names for people and staff, and words for what they wrote: in turn from the lists, so the same each time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from typing import Any

from handrail.app.accounts.access import Viewer
from handrail.app.chart import writing

Words = Mapping[str, Any]
_NOTES = 60
"""So many of the latest attendances have a note."""
_GROUP_NOTES = 12
"""So many of the latest groups have a note."""
_ONLY_WHERE = {
    "relapse": "has_relapse_prevention",
    "discharge": "has_discharge_plan",
    "supports": "considers_supports",
}
"""Words that stand only where the row says that it has this part."""


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
    """This will write words for every goal, plan and review, and notes for the latest sessions and who came to them."""
    episodes = {one.pk: one for one in made.get("episode", [])}
    told: list[tuple[Any, str, str]] = []

    def tell(several: Sequence[Mapping[str, str]], rows: Sequence[Any]) -> None:
        for place, row in enumerate(rows):
            row.episode = episodes[row.episode_id]
            for part, text in several[place % len(several)].items():
                if getattr(row, _ONLY_WHERE.get(part, "pk")):
                    told.append((row, part, text.format(name=called[row.episode.person_id])))

    for problem, several in words["goals"].items():
        tell(several, [one for one in made.get("goal", []) if (one.linked_problem or "other") == problem])
    tell(words["plans"], made.get("plan", []))
    tell(words["reviews"], made.get("plan_review", []))
    came = [one for one in made.get("attendance", []) if one.status == "attended" and one.arrived_at is not None]
    tell([{"note": text} for text in words["notes"]], sorted(came, key=lambda one: (one.arrived_at, one.pk))[-_NOTES:])
    groups = [one for one in made.get("session", []) if one.type == "group" and one.status == "held"]
    latest = sorted(groups, key=lambda one: (one.held_on, one.pk))[-_GROUP_NOTES:]
    told += [(one, "note", words["sessions"][at % len(words["sessions"])]) for at, one in enumerate(latest)]
    writing.word_all(viewer, told + _signed_here(words, viewer, made.get("signature", [])))


def _signed_here(words: Words, viewer: Viewer, signatures: Iterable[Any]) -> list[tuple[Any, str, str]]:
    """How those signed who are not staff, before whom, and in whose words they did not."""
    told = []
    for one in signatures:
        if one.signer != "staff":
            told += [(one, "way", "here"), (one, "witness", viewer.name)]
            if one.refused:
                told.append((one, "words", words["refused"][len(told) % len(words["refused"])]))
    return told


def _pair(given: Sequence[str], family: Sequence[str], turn: int) -> tuple[str, str]:
    """One pair of a given and a family name; a list of forty gives 480 turns before a pair comes again."""
    return given[turn % len(given)], family[(turn + turn // len(given)) % len(family)]
