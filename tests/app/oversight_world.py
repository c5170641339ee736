"""A kept run of two measures over made-up facts of one person, as the oversight of Prairie keeps them."""

from __future__ import annotations

import datetime
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.measures.measure_world import Made, facts

from handrail.app.overseeing import keeping
from handrail.engine.on_duckdb import DuckDB
from handrail.measures import running
from handrail.measures.measure import packaged_measures
from handrail.measures.results import Run
from handrail.measures.sources import Span
from handrail.oversight.thresholds import packaged_thresholds

MEASURES = ("nine_hours", "long_stay", "employed_change", "length_of_stay", "incidents")


def kept(today: datetime.date, organization: str = "prairie", **more: Any) -> dict[str, list[str]]:
    """A run of an organization, and the parameters of its addresses."""
    run, tables = ran(today, **more)
    with tempfile.TemporaryDirectory() as room:
        for name, rows in tables.items():
            pq.write_table(rows, Path(room) / f"{name}.parquet")
        keeping.keep_run(organization, run, Path(room))
    return {"measure": list(MEASURES), "by": ["program", "clinician"], "unit": ["zz-program", "zz-staff"]}


@cache
def ran(today: datetime.date, clinicians: int = 1, people: int = 3) -> tuple[Run, Mapping[str, pa.Table]]:
    """The run and its facts: so many clinicians, the last one `zz-staff` with long stays, each with so many people."""
    tables = {
        "episode_outcome": facts("episode_outcome", courses(today, clinicians, people)),
        "person_week": facts("person_week", weeks(today)),
        "person_period": facts("person_period", months(today)),
    }
    known = {name: packaged_measures()[name] for name in MEASURES}
    span = Span(today - datetime.timedelta(days=364), today)
    with (
        tempfile.TemporaryDirectory() as room,
        DuckDB(threads=1, folders=[Path(room)]) as engine,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(running, "lay_facts", Made(**tables).lay)
        return running.run_measures(engine, Made(), known, span, packaged_thresholds(), Path(room)), tables


def courses(today: datetime.date, clinicians: int, people: int) -> Sequence[Mapping[str, Any]]:
    """Ended courses of `zz-person` and others; the last clinician's are long."""
    names = [*(f"zz-staff-{number}" for number in range(clinicians - 1)), "zz-staff"]
    return [
        {
            "case_id": f"zz-course-{who}-{number}", "person_id": "zz-person", "service": "iop", "program": "zz-program", "clinician": who,
            "first_clinician": who, "on_date": today, "is_ended": True, "age": 30 + number % 9, "sex": "female", "prior_courses": number % 2,
            "days_in_service": 120 if number % 10 < (8 if who == "zz-staff" else 2) else 60, "employed_start": number % 3 == 0,
            "employed_end": number % 2 == 0,
        }
        for who in names
        for number in range(people)
    ]  # fmt: skip


def weeks(today: datetime.date) -> Sequence[Mapping[str, Any]]:
    """Twenty weeks of one program; in the last five hardly anybody has nine hours."""
    monday = today - datetime.timedelta(days=today.weekday(), weeks=21)
    return [
        {
            "case_id": f"zz-week-{week}-{person}", "person_id": "zz-person", "service": "iop", "program": "zz-program", "clinician": "zz-staff",
            "on_date": monday + datetime.timedelta(weeks=week), "is_full_week": True, "below_nine": person < (8 if week >= 15 else 1 + week % 2),
        }
        for week in range(20)
        for person in range(10)
    ]  # fmt: skip


def months(today: datetime.date) -> Sequence[Mapping[str, Any]]:
    """Months with an incident, without one, and one in which nobody said."""
    return [
        {
            "case_id": f"zz-month-{number}", "person_id": "zz-person", "service": "iop", "program": "zz-program", "clinician": "zz-staff",
            "on_date": today.replace(day=1), "days_enrolled": 30, "incidents": count,
        }
        for number, count in enumerate([1, 0, None])
    ]  # fmt: skip
