"""A small clinic by hand, as the facts from records read it: one program of either service, two clinicians, Ada."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from handrail.definitions.rulebook import packaged
from handrail.engine.evaluate import Engine
from handrail.measures.sources import RecordsSource, Span, lay_facts
from handrail.records.holding import Records, from_rows

AS_OF = datetime.date(2026, 6, 30)
SPAN = Span(datetime.date(2026, 1, 1), AS_OF)
IOP, IRS = "us-ne/intensive-outpatient-2.1", "us-nc/intensive-recovery-support"


def day(text: str) -> datetime.date:
    """A day of 2026, told as 03-31, or with its year."""
    return datetime.date.fromisoformat(text if len(text) > 5 else f"2026-{text}")


class Clinic:
    """Records that grow row by row."""

    def __init__(self) -> None:
        self.rows: dict[str, list[dict[str, Any]]] = {
            "program": [
                {
                    "program_id": "iop",
                    "organization": "Example",
                    "name": "Meadow Example",
                    "service": IOP,
                    "level": "2.1",
                },
                {
                    "program_id": "irs",
                    "organization": "Example",
                    "name": "Lantern Example",
                    "service": IRS,
                    "level": "recovery_support",
                },
            ],
            "staff": [
                {"staff_id": name, "program_id": "iop", "name": f"{name.title()} Example"} for name in ("ann", "ben")
            ],
            "person": [{"person_id": "ada", "birth_date": datetime.date(1990, 2, 28), "sex": "female"}],
            "episode": [{"episode_id": "e1", "person_id": "ada", "program_id": "iop", "admitted_on": day("03-02")}],
        }

    def add(self, table: str, **row: Any) -> None:
        """One more row; its key is made where it is not told."""
        rows = self.rows.setdefault(table, [])
        rows.append({f"{table}_id": f"{table}-{len(rows)}"} | row)

    def set(self, table: str, **more: Any) -> None:
        """Something else about the first row of a table."""
        self.rows[table][0] |= more

    def contact(self, on: str, *, staff: Sequence[str] = ("ann",), minutes: int | None = 60, status: str = "attended",
                kind: str = "individual", episode: str = "e1", program: str = "iop", **more: Any) -> None:  # fmt: skip
        """A session and whether Ada came."""
        begins = datetime.datetime.combine(day(on), datetime.time(9))
        ends = None if minutes is None else begins + datetime.timedelta(minutes=minutes)
        key = f"s{len(self.rows.get('session', []))}"
        self.add(
            "session",
            session_id=key,
            program_id=program,
            type=kind,
            status="held",
            held_on=day(on),
            starts_at=begins,
            ends_at=ends,
            **more,
        )
        came = {"arrived_at": begins, "left_at": ends} if status == "attended" else {}
        self.add("attendance", session_id=key, episode_id=episode, status=status, **came)
        for name in staff:
            self.add("session_staff", session_id=key, staff_id=name)

    @property
    def records(self) -> Records:
        """What has grown so far."""
        return from_rows(self.rows)


def facts(engine: Engine, records: Records, room: Path, names: Sequence[str], span: Span = SPAN) -> dict[str, pa.Table]:
    """The facts of records, by name."""
    book = packaged()
    editions = [told for definition in book.files for told in book.in_force(definition)]
    room.mkdir()
    lay_facts(engine, RecordsSource(records, editions), span, room, names)
    return {name: engine.query(f"SELECT * FROM {name}").sort_by("case_id") for name in names}
