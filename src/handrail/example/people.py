"""The people: when they were born, who covers them, whether they have children, and what is asked of everybody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from handrail.example.days import after, years_before
from handrail.example.ledger import Ledger, words


@dataclass(frozen=True)
class Person:
    """One invented person, as the example knows them; what is written down may be less."""

    person_id: str
    is_woman: bool
    is_medicaid: bool
    substance: Mapping[str, str]
    mental_code: str | None
    children: tuple[date, ...]
    steadiness: int
    family_joins: bool

    def has_minor_child(self, day: date) -> bool:
        """True where a child is under eighteen on that day."""
        return any(birth > years_before(day, 18) for birth in self.children)


def meet(
    ledger: Ledger,
    first_day: date,
    *,
    is_woman: bool,
    has_mental: bool,
    age: int | None = None,
    children: tuple[date, ...] | None = None,
) -> Person:
    """This will write a person as first met on a day, with coverage and children; `children` None leaves it open."""
    young = int(ledger.random.triangular(19, 63, 32)) if age is None else age
    born: date | None = years_before(first_day, young, ledger.between(8, 340))
    if age is None and children is None and ledger.lapses.happens("birth_date_not_recorded"):
        born = None
    person_id = f"P-{len(ledger.rows['person']) + 1:04}"
    sex: str | None = "female" if is_woman else "male"
    if age is None and ledger.lapses.happens("sex_not_recorded"):
        sex = None
    ledger.add("person", person_id=person_id, birth_date=born, sex=sex)
    if children is None:
        children = _children(ledger, first_day, born or years_before(first_day, young), is_woman)
    person = Person(
        person_id=person_id,
        is_woman=is_woman,
        is_medicaid=ledger.chance(62),
        substance=ledger.one_of(words()["substance_diagnoses"]),
        mental_code=ledger.one_of(words()["mental_codes"]) if has_mental else None,
        children=children,
        steadiness=ledger.one_of((99, 99, 99, 98, 98, 96, 92)),
        family_joins=ledger.chance(60),
    )
    _cover(ledger, person, first_day)
    return person


def ask(ledger: Ledger, person: Person, day: date, topics: Iterable[str], asked_by: str | None) -> None:
    """This will write that somebody asked about these topics."""
    for topic in topics:
        ledger.add("inquiry", person_id=person.person_id, topic=topic, asked_on=day, asked_by=asked_by)


def write_children(ledger: Ledger, person: Person, day: date, *, knows_birth_dates: bool = True) -> None:
    """This will write the children that were asked about."""
    for birth in person.children:
        ledger.add(
            "child",
            person_id=person.person_id,
            birth_date=birth if knows_birth_dates else None,
            lives_with_person=ledger.chance(70),
            custody=ledger.one_of(("full", "shared", "reunifying", "none")),
            recorded_on=day,
        )


def a_child(ledger: Ledger, day: date, parent_age: int) -> date:
    """This will give the birth date of a minor child."""
    return years_before(day, ledger.between(0, max(0, min(16, parent_age - 18))), ledger.between(20, 320))


def _children(ledger: Ledger, day: date, born: date, is_woman: bool) -> tuple[date, ...]:
    age = (day - born).days // 365
    if age < 20 or not ledger.chance(70 if is_woman else 35):
        return ()
    return tuple(a_child(ledger, day, age) for _ in range(ledger.between(1, 3)))


def _cover(ledger: Ledger, person: Person, day: date) -> None:
    if ledger.lapses.happens("coverage_not_documented"):
        return
    kind = "medicaid" if person.is_medicaid else ledger.one_of(("commercial", "state", "self"))
    ledger.add(
        "coverage",
        person_id=person.person_id,
        payer=words()["payers"][kind],
        payer_type=kind,
        starts_on=after(day, -ledger.between(60, 700)),
        recorded_on=day,
    )
    ask(ledger, person, day, ["coverage"], None)
