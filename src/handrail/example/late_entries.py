"""Rows that were written down late."""

from __future__ import annotations

from datetime import date

from handrail.example.days import LAST_DAY, after
from handrail.example.ledger import Ledger, Row
from handrail.records.schema import RECORDED_ON, tables

_TABLES = (
    "assessment",
    "screening",
    "referral",
    "judgement",
    "plan_review",
    "session",
    "attendance",
    "coordination_contact",
    "observation",
    "incident",
)


def write_late(ledger: Ledger) -> None:
    """This will give some rows a later day of writing down; the last day of the example is the latest."""
    held_on = {row["session_id"]: row["held_on"] for row in ledger.rows["session"]}
    for name in _TABLES:
        for row in ledger.rows[name]:
            happened = held_on[row["session_id"]] if name == "attendance" else _day(name, row)
            if not isinstance(happened, date) or row.get(RECORDED_ON) is not None or after(happened, 2) > LAST_DAY:
                continue
            if ledger.lapses.happens("late_entry"):
                row[RECORDED_ON] = min(after(happened, ledger.between(2, 21)), LAST_DAY)


def _day(table: str, row: Row) -> object:
    return row.get(tables()[table].dated[0])
