"""The courses behind the payer's extract: who is in which program with whom, from when to when, and what comes of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from random import Random

from handrail.example.days import LAST_DAY, after, monday_of

FIRST_DAY = monday_of(after(LAST_DAY, -14 * 61 // 2))
"""The Monday on which the first of the courses begins, fourteen months before the last day."""

OPEN_PROGRAMS = 15
CLINICIANS_A_PROGRAM = (3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2)
"""Twenty-eight, by program. The last is new in the last program and has hardly had anybody yet."""

DRIFTING, LONG, NEW = 0, 7, 27
"""The program whose weeks become thinner, the clinician whose courses are long, and the one with few courses."""

COURSES, COURSES_LONG, COURSES_NEW = 31, 90, 6
LONG_SHARE, LONG_RATIO = 0.2, 2.2
"""One course of five lasts longer than 90 days, and so many times as many of the clinician with the long ones."""

SHORT_SHARE = 0.12
WHOLE_WEEKS = 0.86
DRIFTED_TO = 0.3
DRIFT_DAYS = 13 * 7
"""Of six weeks about five have three days; in the drifting program ever fewer over the last three months."""

STAFF = tuple(
    tuple(range(sum(CLINICIANS_A_PROGRAM[:program]), sum(CLINICIANS_A_PROGRAM[: program + 1])))
    for program in range(OPEN_PROGRAMS)
)
"""The clinicians of each program."""

PATTERNS = ((0, 2, 4), (1, 3, 5), (0, 1, 3), (1, 2, 4))
SUBSTANCES = {"F10.20": 36, "F11.20": 26, "F15.20": 20, "F12.20": 11, "F14.20": 5, "F13.20": 2}
REFERRERS = {"self": 30, "court": 25, "hospital": 20, "primary care": 15, "family": 10}


@dataclass(frozen=True)
class Person:
    """One invented member of the plan."""

    person_id: str
    gender: str
    born_on: date
    diagnosis: str


@dataclass(frozen=True)
class Treatment:
    """One course of intensive outpatient treatment; `ends_on` may lie after the last day of the extract."""

    person: Person
    program: int
    clinician: int
    starts_on: date
    ends_on: date
    is_short: bool
    pattern: tuple[int, ...]

    @property
    def has_ended(self) -> bool:
        """Whether its last day is among those of the extract."""
        return self.ends_on <= LAST_DAY


class Quota:
    """A yes for a share of the calls, spread evenly: for what is planted, which is to be of the size it has by name."""

    def __init__(self, random: Random) -> None:
        self.total = random.random()

    def says(self, share: float) -> bool:
        """This will be true for this share of the calls, in the long run and in every stretch."""
        before = int(self.total)
        self.total += share
        return int(self.total) > before


def treatments(random: Random) -> list[Treatment]:
    """This will make every course, in the order in which they begin."""
    numbers = count(1)
    made = [
        course
        for program, clinicians in enumerate(STAFF)
        for clinician in clinicians
        for course in _of_clinician(random, clinician, program, numbers)
    ]
    return sorted(made, key=lambda course: (course.starts_on, course.person.person_id))


def _of_clinician(random: Random, clinician: int, program: int, numbers: Iterator[int]) -> Iterator[Treatment]:
    """Courses that begin evenly over the months. How many last long is chance, but with the clinician who is planted."""
    many = {LONG: COURSES_LONG, NEW: COURSES_NEW}.get(clinician, COURSES)
    first = after(LAST_DAY, -120) if clinician == NEW else FIRST_DAY
    last = LAST_DAY
    share = LONG_SHARE * (LONG_RATIO if clinician == LONG else random.uniform(0.8, 1.2))
    quota = Quota(random)
    for number in range(many):
        room = (last - first).days - 14
        day = after(first, round(room * (number + random.random()) / many))
        pattern = random.choice(PATTERNS)
        is_long = quota.says(share) if clinician == LONG else random.random() < share
        is_short = not is_long and random.random() < SHORT_SHARE / (1 - share)
        weeks = random.randint(14, 19) if is_long else random.randint(1, 3) if is_short else random.randint(6, 12)
        start = after(monday_of(day), pattern[0])
        end = after(monday_of(start), 7 * weeks - 7 + pattern[-1])
        yield Treatment(_person(random, next(numbers), start), program, clinician, start, end, is_short, pattern)


def _person(random: Random, number: int, day: date) -> Person:
    gender = "female" if random.random() < 0.46 else "male"
    born = after(day, -round(365.25 * random.triangular(19, 64, 34)))
    return Person(f"member-{number:04d}", gender, born, weighed(random, SUBSTANCES))


def weighed(random: Random, weights: dict[str, int]) -> str:
    """This will choose one of the words by their weights."""
    return random.choices(list(weights), list(weights.values()))[0]


def days_served(random: Random, courses: Sequence[Treatment]) -> dict[str, list[date]]:
    """This will give the days on which each person was served: three a week, or fewer in a share of the weeks."""
    served: dict[str, list[date]] = {course.person.person_id: [] for course in courses}
    monday = monday_of(FIRST_DAY)
    while monday <= LAST_DAY:
        for course in courses:
            week = [after(monday, day) for day in course.pattern]
            here = [day for day in week if course.starts_on <= day <= min(course.ends_on, LAST_DAY)]
            if len(here) == 3 and random.random() >= _whole(course.program, monday):
                missed = 2 if random.random() < 0.2 else 1
                # The first and the last day of a course stay, since they say when it began and ended.
                may = [day for day in here if day not in (course.starts_on, course.ends_on)]
                here = sorted(set(here) - set(random.sample(may, min(missed, len(may)))))
            served[course.person.person_id] += here
        monday = after(monday, 7)
    return served


def _whole(program: int, monday: date) -> float:
    """The share of the weeks with three days, in one week of one program."""
    since = (monday - after(LAST_DAY, -DRIFT_DAYS)).days
    if program != DRIFTING or since <= 0:
        return WHOLE_WEEKS
    return WHOLE_WEEKS + (DRIFTED_TO - WHOLE_WEEKS) * min(1.0, since / (DRIFT_DAYS - 14))
