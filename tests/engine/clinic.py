"""A very small clinic: one program, one clinician, and Ada Example, who comes three times a week from 2 February on."""

from __future__ import annotations

import datetime
from typing import Any

from handrail.records.holding import Records, from_rows

SERVICE = "us-ne/intensive-outpatient-2.1"
FIRST = datetime.date(2026, 2, 2)
LAST = datetime.date(2026, 3, 29)
MINUTES = 190
"""Of each session; three a week come to 570."""

Rows = dict[str, list[dict[str, Any]]]


def clinic(**more: list[dict[str, Any]]) -> Records:
    """This will make the records; rows given on top replace or add to those of their id."""
    rows = _rows()
    for table, some in more.items():
        by_id = {row[f"{table}_id"]: row for row in rows.get(table, [])}
        for row in some:
            key = row[f"{table}_id"]
            by_id[key] = by_id.get(key, {}) | row
        rows[table] = list(by_id.values())
    return from_rows(rows)


def _rows() -> Rows:
    opened = datetime.date(2020, 1, 1)
    days = [FIRST + datetime.timedelta(days=7 * week + day) for week in range(8) for day in (0, 2, 4)]
    return {
        "person": [{"person_id": "ada", "birth_date": datetime.date(1990, 5, 1), "sex": "female"}],
        "program": [{"program_id": "elm", "service": SERVICE, "opened_on": opened}],
        "staff": [{"staff_id": "bo", "program_id": "elm", "name": "Bo Example", "treats": True, "hired_on": opened}],
        "credential": [{"credential_id": "c1", "staff_id": "bo", "kind": "ladc", "issued_on": opened}],
        "episode": [
            {"episode_id": "e1", "person_id": "ada", "program_id": "elm", "requested_on": FIRST, "admitted_on": FIRST}
        ],
        "session": [_session(number, day) for number, day in enumerate(days)],
        "session_staff": [
            {"session_staff_id": f"ss{n}", "session_id": f"s{n}", "staff_id": "bo"} for n in range(len(days))
        ],
        "attendance": [_attendance(number, day) for number, day in enumerate(days)],
    }


def _session(number: int, day: datetime.date) -> dict[str, Any]:
    starts = datetime.datetime.combine(day, datetime.time(9))
    ends = starts + datetime.timedelta(minutes=MINUTES)
    held = {"type": "group", "setting": "clinic", "status": "held", "held_on": day, "break_minutes": 0, "head_count": 6}
    return {"session_id": f"s{number}", "program_id": "elm", "starts_at": starts, "ends_at": ends, **held}


def _attendance(number: int, day: datetime.date) -> dict[str, Any]:
    starts = datetime.datetime.combine(day, datetime.time(9))
    came = {"status": "attended", "arrived_at": starts, "left_at": starts + datetime.timedelta(minutes=MINUTES)}
    return {"attendance_id": f"a{number}", "session_id": f"s{number}", "episode_id": "e1", **came}
