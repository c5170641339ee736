"""An invented payer's extract, in the columns that `handrail import claims` reads: the same for the same seed.

Sixteen providers and nine hundred people over fourteen months, with the year before, in which they had little care.
Three things in it are true, and stand in no rule and no measure: see `planted`. Everybody else varies a little, by
chance. Numbers of providers begin with 9, which no real one does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from random import Random
from typing import Any

import pyarrow as pa

from handrail.example.days import LAST_DAY, after
from handrail.example.payer_courses import (
    DRIFTING,
    FIRST_DAY,
    LONG,
    NEW,
    OPEN_PROGRAMS,
    REFERRERS,
    STAFF,
    Treatment,
    days_served,
    treatments,
    weighed,
)

SUPPORT = OPEN_PROGRAMS
"""The provider of recovery support comes after those of intensive outpatient treatment."""

WORKERS = 4
TOOL = "Example functioning scale"
_PLAN = {"payer": "Example Health", "plan": "Example Plan", "data_source": "example"}
_KINDS = {
    "iop": ("H0015", "57", 148.5),
    "support": ("T1012", "12", 57.0),
    "detox": ("H0010", "55", 390.0),
    "office": ("99213", "11", 88.0),
    "talk": ("90834", "11", 96.0),
    "emergency": ("99284", "23", 412.0),
    "crisis": ("H2011", "15", 152.0),
}
"""Procedure code, place of service and dollars of each service."""

_REASONS = {"completed": 68, "dropped_out": 18, "transferred": 10, "terminated": 4}
_REASONS_SHORT = {"dropped_out": 85, "incarcerated": 10, "transferred": 5}
_LICENCES = ("ladc", "ladc", "lmhp", "plmhp")

Row = dict[str, Any]


@dataclass(frozen=True)
class Planted:
    """What is true in the extract, for tests and docs: the numbers of those whom the statistics should find, or not.

    `drifting_program`: its weeks with nine hours become fewer over the last three months. `long_stays`: this
    clinician's courses last longer than 90 days 2.2 times as often, and nothing is better for it. `too_few`: this
    clinician has had six courses, about which nothing can be told.
    """

    drifting_program: str
    long_stays: str
    too_few: str


def planted() -> Planted:
    """This will name what is planted."""
    return Planted(_provider(DRIFTING), _clinician(LONG), _clinician(NEW))


def extract(seed: int = 1) -> Mapping[str, pa.Table]:
    """This will make the tables of the extract, by name."""
    return _Extract(seed).tables()


class _Extract:
    """The rows as they are written."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.rows: dict[str, list[Row]] = {}
        self.numbers = count(1)

    def tables(self) -> dict[str, pa.Table]:
        courses = treatments(self.random)
        served = days_served(self.random, courses)
        for course in courses:
            self._course(course, served[course.person.person_id])
            self._around(course)
        for program, clinicians in enumerate((*STAFF, range(NEW + 1, NEW + 1 + WORKERS))):
            for number in clinicians:
                credential = "peer" if program == SUPPORT else self.random.choice(_LICENCES)
                self._add("clinician", npi=_clinician(number), credential=credential, program=_provider(program))
        self._troubles(courses)
        return {name: pa.Table.from_pylist(rows) for name, rows in self.rows.items()}

    def _add(self, table: str, **row: Any) -> None:
        self.rows.setdefault(table, []).append(row)

    def _line(self, course: Treatment, what: str, day: date, provider: int, clinician: str | None, dx: str) -> None:
        code, place, dollars = _KINDS[what]
        self._add(
            "medical_claim",
            claim_id=f"claim-{next(self.numbers):06d}",
            claim_line_number=1,
            claim_type="professional",
            person_id=course.person.person_id,
            claim_start_date=day,
            claim_end_date=day,
            place_of_service_code=place,
            service_unit_quantity=4.0 if what in ("support", "crisis") else 1.0,
            hcpcs_code=code,
            hcpcs_modifier_1="HF" if what == "support" else None,
            rendering_npi=clinician,
            billing_npi=_provider(provider),
            diagnosis_code_type="icd-10-cm",
            diagnosis_code_1=dx,
            paid_amount=round(dollars * 0.8, 2),
            allowed_amount=dollars,
            **_PLAN,
        )

    def _course(self, course: Treatment, days: Sequence[date]) -> None:
        """Enrolment, the billed days, and what the payer was told of the episode."""
        who = course.person
        begins = after(FIRST_DAY, -730)
        if self.random.random() < 0.08:
            begins = after(course.starts_on, -self.random.randint(100, 300))
        ends = after(course.ends_on, self.random.randint(5, 80)) if self.random.random() < 0.06 else None
        self._add(
            "eligibility", person_id=who.person_id, member_id=who.person_id.replace("member", "card"),
            enrollment_start_date=begins, enrollment_end_date=ends if ends is None or ends < LAST_DAY else None,
            payer_type="medicaid", gender=who.gender, birth_date=who.born_on, **_PLAN,
        )  # fmt: skip
        for day in days:
            # Now and then a colleague steps in, or the claim names nobody.
            chance = self.random.random()
            clinician = None if chance < 0.01 else STAFF[course.program][0] if chance < 0.04 else course.clinician
            given = None if clinician is None else _clinician(clinician)
            self._line(course, "iop", day, course.program, given, who.diagnosis)
        reason = weighed(self.random, _REASONS_SHORT if course.is_short else _REASONS)
        self._add(
            "episode", episode_id=who.person_id.replace("member", "episode"), person_id=who.person_id,
            level_of_care="2.1", program=_provider(course.program), admission_date=course.starts_on,
            discharge_date=course.ends_on if course.has_ended else None,
            discharge_reason=reason if course.has_ended else None, referral_source=weighed(self.random, REFERRERS),
        )  # fmt: skip

    def _around(self, course: Treatment) -> None:
        """What else is billed and measured; alike with every clinician, also with the one whose courses are long."""
        enrolled = self.rows["eligibility"][-1]
        start, end = course.starts_on, course.ends_on

        def bill(what: str, day: date, provider: int, clinician: str | None, dx: str) -> None:
            last = min(LAST_DAY, enrolled["enrollment_end_date"] or LAST_DAY)
            if enrolled["enrollment_start_date"] <= day <= last:
                self._line(course, what, day, provider, clinician, dx)

        def stay(first: date) -> None:
            for night in range(self.random.randint(3, 5)):
                bill("detox", after(first, night), 30, None, course.person.diagnosis)

        if self.random.random() < 0.3:
            stay(after(start, -self.random.randint(8, 70)))
        if self.random.random() < 0.12:
            stay(after(end, self.random.randint(4, 75)))
        if self.random.random() < 0.4:
            first, worker = after(end, self.random.randint(2, 24)), NEW + 1 + self.random.randrange(WORKERS)
            for week in range(self.random.randint(8, 20)):
                bill("support", after(first, 7 * week), SUPPORT, _clinician(worker), course.person.diagnosis)
        if self.random.random() < 0.15:
            first = after(start, -self.random.randint(120, 330))
            for week in range(self.random.randint(3, 8)):
                bill("talk", after(first, 7 * week), 31, "9200000001", course.person.diagnosis)
        for what, most, provider, dx in (
            ("office", 3, 32, "I10"),
            ("emergency", 2, 33, "R07.9"),
            ("crisis", 1, 34, "F43.0"),
        ):
            for _ in range(self.random.randint(0, most)):
                if self.random.random() < 0.6:
                    bill(what, after(start, self.random.randint(-350, 200)), provider, None, dx)
        before = round(self.random.gauss(45, 9))
        self._score(course, start, before)
        if course.has_ended and self.random.random() < 0.85:
            self._score(course, after(end, -self.random.randint(0, 6)), before + round(self.random.gauss(9, 8)))

    def _score(self, course: Treatment, day: date, score: int) -> None:
        self._add(
            "assessment", assessment_id=f"assessment-{len(self.rows.get('assessment', ())) + 1:05d}",
            person_id=course.person.person_id, episode_id=course.person.person_id.replace("member", "episode"),
            assessed_on=max(day, course.starts_on), tool=TOOL, score=float(min(100, max(0, score))),
        )  # fmt: skip

    def _troubles(self, courses: Sequence[Treatment]) -> None:
        """Incidents and grievances, rare and of anybody."""
        for number in range(48):
            course = self.random.choice(courses)
            severity = weighed(self.random, {"minor": 50, "moderate": 35, "severe": 14, "sentinel": 1})
            self._add(
                "incident", incident_id=f"incident-{number + 1:03d}", person_id=course.person.person_id,
                program=_provider(course.program), occurred_on=self._within(course), severity=severity,
            )  # fmt: skip
        for number in range(40):
            course = self.random.choice(courses)
            self._add(
                "grievance", grievance_id=f"grievance-{number + 1:03d}", person_id=course.person.person_id,
                program=_provider(course.program), received_on=self._within(course), upheld=self.random.random() < 0.4,
            )  # fmt: skip

    def _within(self, course: Treatment) -> date:
        """A day in the course, or in the ten weeks after, when she may be in recovery support."""
        last = min(after(course.ends_on, 70), LAST_DAY)
        return after(course.starts_on, self.random.randint(0, (last - course.starts_on).days))


def _provider(number: int) -> str:
    return str(9_100_000_001 + number)


def _clinician(number: int) -> str:
    return str(9_000_000_001 + number)
