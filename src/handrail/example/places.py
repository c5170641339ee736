"""Where sessions are held."""

from __future__ import annotations

from handrail.example.ledger import Ledger


def place(ledger: Ledger, status: str) -> dict[str, object]:
    """This will give the setting of a session of intensive outpatient treatment."""
    if status == "held":
        lapse = ledger.lapses.pick("setting_other_without_note", "setting_other_with_note", "setting_missing")
        if lapse == "setting_other_without_note":
            return {"setting": "other"}
        if lapse == "setting_other_with_note":
            return {"setting": "other", "setting_note": "a quiet room at the public library"}
        if lapse == "setting_missing":
            return {"setting": None}
    return {"setting": ledger.one_of(("clinic", "clinic", "clinic", "clinic", "office", "telehealth"))}
