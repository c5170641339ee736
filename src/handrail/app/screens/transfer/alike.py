"""Who looks like somebody already here. Nobody is merged by a machine: it is said, and a person decides."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from handrail.app.accounts.access import Viewer
from handrail.app.chart import reading
from handrail.app.screens.transfer.bundles import Called


@dataclass(frozen=True)
class Known:
    """Somebody here, by name and number."""

    person_id: str
    given_name: str
    family_name: str
    number: str
    birth_date: datetime.date | None
    is_withdrawn: bool


@dataclass(frozen=True)
class Alike:
    """Somebody in the files who looks like others here; `goes` if she is to come in all the same."""

    person_id: str
    called: Called
    birth_date: datetime.date | None
    others: tuple[Known, ...]
    goes: bool


def known(looking: Viewer) -> list[Known]:
    """This will give everybody of the organization, withdrawn ones too, for their numbers are taken."""
    held = reading.ever_named(looking).values_list(
        "person_id", "given_name", "family_name", "number", "person__birth_date", "person__is_withdrawn"
    )
    return [Known(*one) for one in held]


def alike(
    called: Called, birth_date: datetime.date | None, same_family: Iterable[Known], same_number: Known | None
) -> tuple[Known, ...]:
    """This will give those of the same names and day of birth, and whoever has the same number."""
    found = [
        one
        for one in same_family
        if birth_date is not None
        and one.birth_date == birth_date
        and one.given_name.casefold() == called.given_name.casefold()
    ]
    if same_number is not None and same_number not in found:
        found.append(same_number)
    return tuple(one for one in found if not one.is_withdrawn)


def is_another(one: Known, called: Called, birth_date: datetime.date | None) -> bool:
    """This will say whether the files mean another person than came under the same id before: no name and no day agrees."""
    if not called.family_name or birth_date is None or one.birth_date is None:
        return False
    same = (
        one.family_name.casefold() == called.family_name.casefold(),
        one.given_name.casefold() == called.given_name.casefold(),
        one.birth_date == birth_date,
    )
    return not any(same)
