"""Clinical judgements, each with its author and day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from handrail.example.ledger import Ledger
from handrail.example.programs import Staff


def judge(
    ledger: Ledger, episode_id: str, author: Staff, day: date, answers: Mapping[str, bool], *, about: str | None = None
) -> None:
    """This will write the judgements of one author on one day, by kind."""
    for kind, answer in answers.items():
        ledger.add(
            "judgement",
            episode_id=episode_id,
            kind=kind,
            about=about,
            answer=answer,
            judged_on=day,
            judged_by=author.staff_id,
        )
