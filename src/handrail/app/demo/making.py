"""Making the demo: the invented clinics brought up to today, names, words, and people who sign in."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone
from ruamel.yaml import YAML

from handrail.app.accounts.access import Viewer, roles, viewer_of
from handrail.app.accounts.models import Membership, Organization, User
from handrail.app.accounts.walls import everybody
from handrail.app.chart import signing, writing
from handrail.app.chart.owners import OF_THE_PROGRAM
from handrail.app.demo.consents import demo_consents
from handrail.app.demo.moving import Rows, moved, until
from handrail.app.demo.naming import Words, name_people, name_staff, put_into_words
from handrail.app.demo.requesting import make_requests
from handrail.app.demo.reviewing import make_reviews
from handrail.app.worklists import judging
from handrail.example import as_of, example
from handrail.records.schema import in_order_of_reference, tables

PASSWORD = "invented people only"  # noqa: S105
"""With which everybody in the demo signs in."""

_SEEDS = {"prairie": 1, "lakeside": 2}
_SINCE = datetime.date(2020, 1, 1)


class NotEmptyError(Exception):
    """The database holds organizations that are not the demo's; invented people do not go among them."""


@dataclass(frozen=True)
class SignIn:
    """Somebody who can sign in to the demo, in one organization."""

    username: str
    name: str
    organization: str
    roles: tuple[str, ...]


def is_made() -> bool:
    """This will say whether the database holds the demo."""
    return set(words()["organizations"]) <= set(Organization.objects.values_list("organization_id", flat=True))


def make_demo(today: datetime.date, *, people: int = 180, lakeside: int = 20) -> list[SignIn]:
    """This will make the demo once, all of it or nothing, and give who can sign in.

    `people` and `lakeside` say about how many are treated at either provider, ten at least. The same numbers give the
    same ids and names; only the days move, so that the half year ends with `today`.

    Raises:
        NotEmptyError: where there are organizations already that are not the demo's.
    """
    with everybody(), judging.wait(), transaction.atomic():
        if is_made():
            return sign_ins()
        if Organization.objects.exists():
            raise NotEmptyError
        for key, told in words()["organizations"].items():
            Organization.objects.create(organization_id=key, **told)
        many = {"prairie": people, "lakeside": lakeside}
        rows = {key: _rows(key, _SEEDS[key], many[key], today) for key in many}
        _hire(rows)
        for key in many:
            _fill(key, rows[key])
            _consent(key, today)
        make_requests(_present(today))
        for key in many:
            judging.judge_everybody(key, today)
        lead, officer = (
            replace(_by("prairie", role), today=today) for role in ("clinical_supervisor", "compliance_officer")
        )
        make_reviews(words(), lead, officer)
    return sign_ins()


def sign_ins() -> list[SignIn]:
    """This will give who can sign in, organization by organization."""
    names = [told["username"] for told in words()["users"]]
    held = Membership.objects.filter(user__username__in=names).select_related("user", "organization")
    order = list(words()["organizations"])
    found = sorted(held, key=lambda one: (order.index(one.organization_id), names.index(one.user.username)))
    return [
        SignIn(
            one.user.username, str(one.user), one.organization.name, tuple(roles()[role].title for role in one.roles)
        )
        for one in found
    ]


@cache
def words() -> Words:
    """This will give the names of `names.yaml` and the words of `words.yaml`."""
    told: dict[str, Any] = {}
    for name in ("names.yaml", "words.yaml"):
        told |= YAML(typ="safe").load(files(__package__).joinpath(name).read_text(encoding="utf-8"))
    return told


def _rows(organization: str, seed: int, people: int, today: datetime.date) -> Rows:
    """The example's rows for one provider: its ids, its programs' names, brought up to today."""
    made = example(seed=seed, people=people)
    rows = until(moved({table: made.in_memory(table).to_pylist() for table in tables()}, as_of, today), today)
    for row in rows["program"]:
        row["name"] = words()["programs"][organization][row["program_id"]]
        row["organization"] = words()["organizations"][organization]["name"]
    for row in rows["program_closure"]:
        row["reason"] = "Public holiday"
    return rows if organization == "prairie" else _prefixed(rows, f"{organization}-")


def _prefixed(rows: Rows, prefix: str) -> Rows:
    ids = {table: {column.name for column in tables()[table].columns.values() if column.type == "id"} for table in rows}
    return {
        table: [
            {name: f"{prefix}{value}" if name in ids[table] and value else value for name, value in row.items()}
            for row in some
        ]
        for table, some in rows.items()
    }


def _hire(rows: Mapping[str, Rows]) -> None:
    """Make the users, join them to the example's staff where they treat, and give all staff names."""
    staff = {organization: rows[organization]["staff"] for organization in rows}
    taken: dict[str, str] = {}
    password = make_password(PASSWORD)
    for told in words()["users"]:
        given, family = told["name"]
        user = User.objects.create(username=told["username"], first_name=given, last_name=family, password=password)
        for place in told["works"]:
            wanted = place.get("is")
            own = (row["staff_id"] for row in staff.get(place["at"], []) if row["name"] == wanted)
            staff_id = next((one for one in own if one not in taken), "")
            Membership.objects.create(
                user=user, organization_id=place["at"], roles=place["roles"], staff_id=staff_id, since=_SINCE
            )
            if staff_id:
                taken[staff_id] = f"{given} {family}"
    for organization in rows:
        name_staff(words(), staff[organization], taken)


def _fill(organization: str, rows: Rows) -> None:
    clinical, office = _by(organization, "clinical_supervisor"), _by(organization, "administrator")
    made = {
        table: writing.create_all(office if table in OF_THE_PROGRAM else clinical, table, rows[table])
        for table in in_order_of_reference()
        if rows[table]
    }
    called = name_people(words(), clinical, made["person"], start=0 if organization == "prairie" else 250)
    put_into_words(words(), clinical, made, called)
    signing.seal_all(clinical, made.get("signature", []))


def _present(today: datetime.date) -> datetime.datetime:
    """The moment that the demo takes for now: this one, or noon of another day."""
    now = timezone.now()
    here = ZoneInfo(Organization.objects.get(pk="plan").time_zone)
    return now if now.astimezone(here).date() == today else datetime.datetime.combine(today, datetime.time(12), here)


def _consent(organization: str, today: datetime.date) -> None:
    held = Membership.objects.filter(organization_id=organization)
    has_officer = any("compliance_officer" in one.roles for one in held)
    clinical = replace(_by(organization, "clinical_supervisor"), today=today)
    officer = replace(_by(organization, "compliance_officer"), today=today) if has_officer else None
    demo_consents(clinical, officer, Organization.objects.get(pk="plan"))


def _by(organization: str, role: str) -> Viewer:
    held = Membership.objects.filter(organization_id=organization).select_related("organization", "user").order_by("pk")
    return viewer_of(next(one for one in held if role in one.roles))
