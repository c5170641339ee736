"""Invented payers' extracts by the million lines, in the columns that `handrail import claims` reads.

Two years of office visits, crises, emergencies, detox, intensive outpatient courses and recovery support, billed by 300
providers through 5,000 clinicians. A few clinicians are planted: what stands out there is true and of known size.
The same seed and size give the same rows. To write one: `python -m benchmarks.generate.claims 10000000 DIR`.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from benchmarks.generate.columns import Days, days, ids, pick

START = date(2024, 7, 1)
MONTHS_24 = 730
CLINICIANS = 5_000
PROVIDERS = 300
PLANTED = {"long_intensive": 1.6, "short_intensive": 0.5, "many_crises": 3.0}
"""What stands out, and by how much: the length of intensive courses, or crises added to each of them."""

_FIRST = (START - date(1970, 1, 1)).days
_PEOPLE_A_CHUNK = 60_000
_LINES_A_PERSON = 10
_IN_CARE = 0.18
_ROWS_OF_EACH_KIND = 20
Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Service:
    """How one service is billed: its codes, courses a person in care and out of it, lines a course, days between."""

    code: str | None
    modifier: str | None
    revenue: str | None
    place: str
    in_care: float
    outside: float
    lines: tuple[int, int]
    days: tuple[int, ...]
    week: int
    units: tuple[int, int]
    dollars: float
    diagnosis: str = "F1120"


SERVICES = {
    "iop": Service("H0015", None, None, "57", 0.50, 0, (12, 48), (0, 2, 4), 7, (1, 1), 148.5),
    "irs": Service("T1012", "HF", None, "12", 0.40, 0, (8, 60), (1, 3), 7, (2, 8), 14.25),
    "crisis": Service("H2011", None, None, "15", 0.35, 0.004, (1, 1), (0,), 1, (2, 12), 38.0),
    "ed": Service("99284", None, "0450", "23", 0.60, 0.25, (1, 1), (0,), 1, (1, 1), 412.0, "R079"),
    "detox": Service("H0010", None, "0116", "55", 0.30, 0, (3, 6), (0,), 1, (1, 1), 390.0),
    "residential": Service("H0018", None, "1002", "55", 0.10, 0, (10, 28), (0,), 1, (1, 1), 265.0),
    "outpatient": Service("90834", None, None, "11", 0.90, 0.05, (4, 16), (5,), 7, (1, 1), 96.0, "F329"),
    "group": Service("H0005", "HQ", None, "57", 0.30, 0, (4, 16), (2,), 7, (1, 4), 31.0),
    "otp": Service("G2067", None, None, "58", 0.20, 0, (4, 40), (0,), 7, (1, 1), 215.0),
    "primary_care": Service("99213", None, None, "11", 1.8, 2.4, (1, 1), (0,), 1, (1, 1), 88.0, "I10"),
    "inpatient": Service(None, None, "0120", "21", 0.12, 0.05, (1, 1), (0,), 1, (2, 9), 1_450.0, "J189"),
    "test": Service("80305", None, None, "81", 1.5, 0.1, (1, 1), (0,), 1, (1, 1), 12.6),
}
_ALL = tuple(SERVICES.values())
_IOP, _CRISIS, _INPATIENT = (list(SERVICES).index(name) for name in ("iop", "crisis", "inpatient"))


def write_extract(out: Path, lines: int, *, seed: int = 1) -> dict[str, list[str]]:
    """This will write an extract of so many claim lines into `out`, and give the NPIs that are planted, by kind."""
    people = max(lines // _LINES_A_PERSON, 1)
    planted = plant(seed)
    (out / "medical_claim").mkdir(parents=True)
    episodes, written = [], 0
    for number, first in enumerate(range(0, people, _PEOPLE_A_CHUNK)):
        rng = np.random.default_rng([seed, number])
        courses = _courses(rng, np.arange(first, min(first + _PEOPLE_A_CHUNK, people)), planted)
        table = _claims(rng, courses).slice(0, lines - written)
        pq.write_table(table, out / "medical_claim" / f"part-{number:04}.parquet", compression="zstd")
        written += table.num_rows
        last = table["person_id"][-1]
        episodes.append(_episodes(rng, courses).filter(pc.field("person_id") < last))
        if written == lines:
            break
    pq.write_table(pa.concat_tables(episodes), out / "episode.parquet")
    pq.write_table(_eligibility(np.random.default_rng([seed, 1 << 20]), people), out / "eligibility.parquet")
    pq.write_table(_clinicians(np.random.default_rng([seed, 1 << 21])), out / "clinician.parquet")
    return {kind: _npi(np.flatnonzero(planted == at)).to_pylist() for at, kind in enumerate(PLANTED)}


def plant(seed: int) -> Numbers:
    """This will say of each clinician what is planted: the place of its kind in PLANTED, or -1."""
    kinds = np.full(CLINICIANS, -1)
    chosen = np.random.default_rng([seed, 1 << 22]).choice(CLINICIANS, len(PLANTED) * _ROWS_OF_EACH_KIND, replace=False)
    kinds[chosen] = np.repeat(np.arange(len(PLANTED)), _ROWS_OF_EACH_KIND)
    return kinds


@dataclass(frozen=True)
class _Courses:
    """Courses of services before they are billed, one place of each array a course; those of a person together."""

    person: Numbers
    service: Numbers
    start: Days
    lines: Numbers
    clinician: Numbers


def _courses(rng: np.random.Generator, people: Numbers, planted: Numbers) -> _Courses:
    in_care = rng.random(people.size) < _IN_CARE
    provider = rng.integers(0, PROVIDERS, people.size)
    person, service = [], []
    for at, one in enumerate(_ALL):
        many = rng.poisson(np.where(in_care, one.in_care, one.outside))
        person.append(np.repeat(np.arange(people.size), many))
        service.append(np.full(many.sum(), at))
    owner, kind = np.concatenate(person), np.concatenate(service)
    order = np.argsort(owner, kind="stable")
    owner, kind = owner[order], kind[order]
    own = CLINICIANS // PROVIDERS + (provider < CLINICIANS % PROVIDERS)
    clinician = provider[owner] + PROVIDERS * (rng.random(owner.size) * own[owner]).astype(np.int64)
    least, most = np.array([one.lines for one in _ALL]).T
    lines = rng.integers(least[kind], most[kind] + 1)
    what = np.where(kind == _IOP, planted[clinician], -1)
    factors = np.array([*PLANTED.values(), 1.0])
    stretched = np.where((what == 0) | (what == 1), factors[what], 1.0)
    lines = np.maximum(1, np.round(lines * stretched)).astype(np.int64)
    start = _FIRST + rng.integers(0, MONTHS_24 - 230, owner.size)
    more = np.repeat(np.flatnonzero(what == 2), int(PLANTED["many_crises"]))
    together = np.argsort(np.concatenate([owner, owner[more]]), kind="stable")
    return _Courses(
        person=people[np.concatenate([owner, owner[more]])[together]],
        service=np.concatenate([kind, np.full(more.size, _CRISIS)])[together],
        start=np.concatenate([start, start[more] + rng.integers(0, 60, more.size)])[together],
        lines=np.concatenate([lines, np.ones(more.size, np.int64)])[together],
        clinician=np.concatenate([clinician, clinician[more]])[together],
    )


def _claims(rng: np.random.Generator, courses: _Courses) -> pa.Table:
    at = np.repeat(np.arange(courses.person.size), courses.lines)
    nth = np.arange(at.size) - np.repeat(np.cumsum(courses.lines) - courses.lines, courses.lines)
    kind = courses.service[at]
    day = courses.start[at] + _offset(kind, nth)
    least, most = np.array([one.units for one in _ALL]).T
    units = rng.integers(least[kind], most[kind] + 1)
    cents = np.round(np.array([one.dollars for one in _ALL])[kind] * units * 100).astype(np.int64)
    stays = kind == _INPATIENT
    last = np.where(stays, day + units, day)
    clinician = courses.clinician[at]
    number = courses.person[at] * 1_000 + _within(courses.person)[at]
    return pa.table(
        {
            "claim_id": ids("c", number * 100 + nth // 5, 13),
            "claim_line_number": pa.array(nth % 5 + 1),
            "data_source": _repeated("example", at.size),
            "claim_type": _coded([("institutional" if one.code is None else "professional") for one in _ALL], kind),
            "person_id": ids("m", courses.person[at]),
            "claim_start_date": days(day),
            "claim_end_date": days(last),
            "claim_line_start_date": days(day),
            "claim_line_end_date": days(last),
            "admission_date": days(day, ~stays),
            "discharge_date": days(last, ~stays),
            "place_of_service_code": _coded([one.place for one in _ALL], kind),
            "revenue_center_code": _coded([one.revenue for one in _ALL], kind),
            "service_unit_quantity": pa.array(units),
            "hcpcs_code": _coded([one.code for one in _ALL], kind),
            "hcpcs_modifier_1": _coded([one.modifier for one in _ALL], kind),
            "rendering_npi": pa.DictionaryArray.from_arrays(
                pa.array(clinician, pa.int32()), _npi(np.arange(CLINICIANS))
            ),
            "billing_npi": pa.DictionaryArray.from_arrays(pa.array(clinician % PROVIDERS, pa.int32()), _billing()),
            "diagnosis_code_type": _repeated("icd-10-cm", at.size),
            "diagnosis_code_1": _coded([one.diagnosis for one in _ALL], kind),
            "paid_amount": _dollars(cents * 8 // 10),
            "allowed_amount": _dollars(cents),
        }
    )


def _offset(kind: Numbers, nth: Numbers) -> Days:
    """The day of the n-th line of a course: so many days a week, or one after the other."""
    widest = max(len(one.days) for one in _ALL)
    places = np.array([[*one.days, *([0] * (widest - len(one.days)))] for one in _ALL])
    often, week = np.array([len(one.days) for one in _ALL]), np.array([one.week for one in _ALL])
    return nth // often[kind] * week[kind] + places[kind, nth % often[kind]]


def _within(person: Numbers) -> Numbers:
    """The number of each course among those of its person, which stand together."""
    first = np.flatnonzero(np.r_[True, person[1:] != person[:-1]])
    return np.arange(person.size) - np.repeat(first, np.diff(np.r_[first, person.size]))


def _episodes(rng: np.random.Generator, courses: _Courses) -> pa.Table:
    """An episode for each intensive outpatient course, as a payer learns of it."""
    some = np.flatnonzero(courses.service == _IOP)
    last = courses.lines[some] - 1
    end = courses.start[some] + _offset(courses.service[some], last)
    weights: dict[str | None, float] = {"completed": 0.45, "dropped_out": 0.3, "transferred": 0.15, None: 0.1}
    return pa.table(
        {
            "episode_id": ids("e", courses.person[some] * 1_000 + _within(courses.person)[some], 12),
            "person_id": ids("m", courses.person[some]),
            "level_of_care": _repeated("2.1", some.size),
            "program": _billing().take(pa.array(courses.clinician[some] % PROVIDERS)),
            "admission_date": days(courses.start[some]),
            "discharge_date": days(end),
            "discharge_reason": pick(rng, some.size, weights),
        }
    )


def _eligibility(rng: np.random.Generator, people: int) -> pa.Table:
    """Two years for most; two stretches with a gap for one in ten."""
    gap = np.flatnonzero(rng.random(people) < 0.1)
    person = np.concatenate([np.arange(people), gap])
    start = np.full(person.size, _FIRST)
    end = np.full(person.size, _FIRST + MONTHS_24)
    end[gap] = _FIRST + rng.integers(100, 400, gap.size)
    start[people:] = end[gap] + rng.integers(20, 90, gap.size)
    born = (_FIRST - rng.integers(19 * 365, 70 * 365, people))[person]
    genders: dict[str | None, float] = {"female": 0.52, "male": 0.46, "unknown": 0.02}
    return pa.table(
        {
            "person_id": ids("m", person),
            "member_id": ids("card", person),
            "enrollment_start_date": days(start),
            "enrollment_end_date": days(end),
            "payer": _repeated("Example Health", person.size),
            "plan": _repeated("Example Plan", person.size),
            "data_source": _repeated("example", person.size),
            "payer_type": _repeated("medicaid", person.size),
            "gender": pick(rng, people, genders).take(pa.array(person)),
            "birth_date": days(born),
        }
    )


def _clinicians(rng: np.random.Generator) -> pa.Table:
    weights: dict[str | None, float] = {"ladc": 0.4, "lmhp": 0.3, "psychologist": 0.05, "aprn": 0.1, "peer": 0.15}
    number = np.arange(CLINICIANS)
    program = _billing().take(pa.array(number % PROVIDERS))
    return pa.table({"npi": _npi(number), "credential": pick(rng, CLINICIANS, weights), "program": program})


def _npi(number: Numbers) -> pa.Array:
    return pa.array(1_000_000_000 + number).cast(pa.string())


def _billing() -> pa.Array:
    return pa.array(1_900_000_000 + np.arange(PROVIDERS)).cast(pa.string())


def _coded(values: list[str | None], which: Numbers) -> pa.Array:
    return pa.array(values, pa.string()).dictionary_encode().take(pa.array(which))


def _repeated(value: str, count: int) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(count, np.int8)), pa.array([value]))


def _dollars(cents: Numbers) -> pa.Array:
    """Whole cents as a decimal of two places, made from its bytes: a cast from integers would not divide."""
    wide = np.zeros((cents.size, 2), np.int64)
    wide[:, 0] = cents
    return pa.Array.from_buffers(pa.decimal128(18, 2), cents.size, [None, pa.py_buffer(wide.tobytes())])


def _told() -> Iterator[str]:
    begun = time.perf_counter()
    lines, out = int(sys.argv[1]), Path(sys.argv[2])
    for kind, npis in write_extract(out, lines).items():
        yield f"planted {kind}: {' '.join(npis)}"
    yield f"{lines:,} lines in {time.perf_counter() - begun:.1f} s"


if __name__ == "__main__":
    print("\n".join(_told()))
