"""The programs that give services, their staff and what licences those hold. They are few, whatever the members."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from benchmarks.generate.columns import TODAY, days, flags, ids, pick, recorded

NEBRASKA = "us-ne/intensive-outpatient-2.1"
CAROLINA = "us-nc/intensive-recovery-support"

Numbers = NDArray[np.int64]

_KINDS = 3
"""Every third program gives the one, the other, or some service that no definition here describes."""

_LICENSES: dict[str | None, float] = {
    "ladc": 0.3, "pladc": 0.12, "lmhp": 0.15, "plmhp": 0.08, "limhp": 0.08, "psychologist": 0.04, "aprn": 0.05,
    "psychiatrist": 0.03, "physician": 0.03, "registered_nurse": 0.06, "peer": 0.06,
}  # fmt: skip


def program_count(members: int) -> int:
    """This will say how many programs so many members need."""
    return 60 + members // 30_000 * _KINDS


def staff_count(members: int) -> int:
    """This will say how many staff so many members need."""
    return 200 + members // 1_000


def programs_of(kind: Numbers, draws: NDArray[np.float64], members: int) -> Numbers:
    """This will turn draws from [0, 1) into numbers of programs: kind 0 outpatient, 1 recovery support, 2 another."""
    return (draws * (program_count(members) // _KINDS)).astype(np.int64) * _KINDS + kind


def make_programs(rng: np.random.Generator, members: int) -> pa.Table:
    """This will open the programs; a few open only after the as-of day, so that nobody can see them yet."""
    count = program_count(members)
    number = np.arange(count)
    kind = number % _KINDS
    opened = np.where(rng.random(count) < 0.03, TODAY + 9, TODAY - rng.integers(900, 6_000, count))
    service = pa.array([NEBRASKA, CAROLINA, "us-ne/short-term-residential"]).take(pa.array(kind))
    level = pa.array(["2.1", "recovery_support", "3.5"]).take(pa.array(kind))
    return pa.table(
        {
            "program_id": ids("p", number, 5),
            "name": ids("Example Program ", number, 5),
            "service": service,
            "level": level,
            "focus": pick(rng, count, {"substance_use": 0.8, None: 0.15, "mental": 0.05}),
            "is_residential": pa.array(kind == 2),
            "dual_diagnosis_enhanced": flags(rng, count, yes=0.2, unknown=0.15),
            "opened_on": days(opened, rng.random(count) < 0.1),
        }
    )


def make_staff(rng: np.random.Generator, members: int) -> pa.Table:
    """This will hire the staff."""
    count = staff_count(members)
    number = np.arange(count)
    return pa.table(
        {
            "staff_id": ids("s", number, 6),
            "program_id": ids("p", rng.integers(0, program_count(members), count), 5),
            "name": ids("Staff Example ", number, 6),
            "treats": pa.array(np.ones(count, bool)),
            "hired_on": days(TODAY - rng.integers(30, 4_000, count)),
        }
    )


def make_credentials(rng: np.random.Generator, members: int) -> pa.Table:
    """This will give most staff a licence, some two, some one that has run out or came late."""
    count = staff_count(members)
    number = np.flatnonzero(np.concatenate([rng.random(count) < 0.93, rng.random(count) < 0.3]))
    issued = TODAY - (rng.random(number.size) ** 2 * 4_000).astype(np.int64)
    return pa.table(
        {
            "credential_id": ids("l", number, 7),
            "staff_id": ids("s", number % count, 6),
            "kind": pick(rng, number.size, _LICENSES),
            "issued_on": days(issued),
            "expires_on": days(issued + 730 * rng.integers(1, 6, number.size), rng.random(number.size) < 0.4),
            "recorded_on": recorded(rng, issued),
        }
    )
