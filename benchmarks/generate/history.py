"""What members bring with them: diagnoses, and stays elsewhere."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.generate.chunk import Chunk
from benchmarks.generate.columns import TODAY, days, flags, ids, keys, lately, only_where, pick, recorded, repeated
from benchmarks.generate.providers import staff_count

_CATEGORIES: dict[str | None, float] = {
    "substance_use": 0.55,
    "substance_induced": 0.08,
    "tobacco": 0.1,
    "mental": 0.22,
    "other": 0.05,
}
_CODES = {
    "substance_use": "F11.20", "substance_induced": "F10.24", "tobacco": "F17.210", "mental": "F33.1", "other": "E11.9",
}  # fmt: skip
_MANUALS: dict[str | None, float] = {
    "DSM-5-TR": 0.58,
    "DSM 5 TR": 0.04,
    "dsm-5": 0.04,
    "DSM-5": 0.2,
    "DSM-IV": 0.03,
    "ICD-10": 0.01,
    None: 0.1,
}
_OUTSIDE: dict[str | None, float] = {
    "physician": 0.25,
    "ladc": 0.2,
    "lmhp": 0.15,
    "psychiatrist": 0.1,
    "registered_nurse": 0.08,
    None: 0.22,
}
_LEVELS: dict[str | None, float] = {
    "1": 0.18, "1-WM": 0.03, "1-OTP": 0.04, "2.1": 0.15, "2.5": 0.07, "3.1": 0.08, "3.5": 0.14, "3.7": 0.06,
    "3.7-WM": 0.06, "4": 0.03, "4-WM": 0.03, "emergency": 0.03, "sober_living": 0.05, None: 0.05,
}  # fmt: skip
_FOCUS: dict[str | None, float] = {"substance_use": 0.8, "mental": 0.07, "medical": 0.04, "other": 0.02, None: 0.07}


def make_diagnoses(rng: np.random.Generator, chunk: Chunk) -> pa.Table:
    """This will make the diagnoses: by staff or by somebody else, some resolved, some by an old manual."""
    owner, number = repeated(rng, chunk.count, [0.13, 0.45, 0.3, 0.12])
    count = owner.size
    day = np.where(
        rng.random(count) < 0.6, chunk.request[owner] + rng.integers(-60, 20, count), lately(rng, count, 5_500)
    )
    resolved = day + 30 + (rng.random(count) * (TODAY + 60 - day).clip(1)).astype(np.int64)
    by_staff = rng.random(count) < 0.55
    category = pick(rng, count, _CATEGORIES)
    return pa.table(
        {
            "diagnosis_id": keys("d", chunk.numbers[owner], number),
            "person_id": chunk.person(owner),
            "code": pa.array(list(_CODES.values())).take(pc.index_in(category, pa.array(list(_CODES)))),
            "code_system": pa.repeat("icd10cm", count),
            "category": category,
            "manual": pick(rng, count, _MANUALS),
            "diagnosed_on": days(day),
            "diagnosed_by": ids("s", rng.integers(0, staff_count(chunk.members), count), 6, unknown=~by_staff),
            "diagnoser_credential": only_where(~by_staff, pick(rng, count, _OUTSIDE)),
            "resolved_on": days(resolved, rng.random(count) > 0.12),
            "recorded_on": recorded(rng, day),
        }
    )


def make_stays(rng: np.random.Generator, chunk: Chunk) -> pa.Table:
    """This will make stays elsewhere; those of women who ask for recovery support ended around the request."""
    owner, number = repeated(rng, chunk.count, [0.35, 0.45, 0.15, 0.05])
    count = owner.size
    near = chunk.asked_carolina[owner] & (rng.random(count) < 0.7)
    ended = np.where(near, chunk.request[owner] - rng.integers(-8, 50, count), lately(rng, count, 1_200, ahead=0.05))
    goes_on = rng.random(count) < 0.12
    begun = np.minimum(ended - rng.integers(3, 70, count), np.where(rng.random(count) < 0.01, TODAY + 5, TODAY))
    return pa.table(
        {
            "outside_stay_id": keys("o", chunk.numbers[owner], number),
            "person_id": chunk.person(owner),
            "level": pick(rng, count, _LEVELS),
            "focus": pick(rng, count, _FOCUS),
            "facility": ids("Example House ", rng.integers(0, 300, count), 3),
            "admitted_on": days(begun),
            "discharged_on": days(np.maximum(ended, begun), goes_on),
            "objectives_met": flags(rng, count, yes=0.5, unknown=0.25),
            "recorded_on": recorded(rng, begun),
        }
    )
