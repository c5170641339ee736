"""Nobody sees what is another organization's, at any address of the app; and each role only what it may.

The addresses are those of the resolver, filled with the ids of Prairie's rows: a new screen is tested as soon as it is
there. Which act opens an address is read off its view's first line, and who has the act off roles.yaml.
"""

from __future__ import annotations

import datetime
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from handrail.app.accounts.access import roles
from handrail.app.accounts.models import Membership
from handrail.app.chart import writing
from handrail.app.chart.models import RECORDS, Change, Identity
from handrail.app.chart.owners import OF_THE_PROGRAM
from handrail.app.worklists import judging
from handrail.app.worklists.models import Decision, Verdict
from handrail.records.schema import Column, Table, tables

pytestmark = pytest.mark.django_db

OTHERS = ("accounts/", "static/", "health/")
"""Addresses that are not of a screen: signing in, files, and whether the app is up."""
WORD = "Zanzibarqx"
"""A word that stands in every text of Prairie's and nowhere else."""
NUMBER = "ZZ-0700-QX"
"""Under which the clinic knows her; no random token looks like it."""


@dataclass(frozen=True)
class Address:
    """One pattern of the resolver: its route, the parameters of it, and its view."""

    route: str
    parameters: tuple[str, ...]
    view: Any
    name: str

    def filled(self, ids: dict[str, list[str]]) -> list[str]:
        """This will put ids into the route: one address for each table where the route is about any."""
        several = [{}]
        for name in self.parameters:
            several = [
                {**one, name: value}
                for one in several
                for value in ids.get(name, ids["row_id"])
                if fits(one, name, value)
            ]
        found = []
        for one in several:
            told = self.route
            for name, value in one.items():
                told = re.sub(rf"<(\w+:)?{name}>", value, told)
            found.append(f"/{told}")
        return found

    @property
    def acts(self) -> tuple[str, ...] | None:
        """The acts that its gate asks for; None where the view has no gate of this kind."""
        gate = re.search(r"viewer\(request((?:,\s*\"[^\"]+\")*)\s*[,)]", inspect.getsource(inspect.unwrap(self.view)))
        return tuple(re.findall(r'"([^"]+)"', gate.group(1))) if gate else None


def fits(chosen: dict[str, str], name: str, value: str) -> bool:
    """This will say whether a value goes with those chosen before: a row's id goes with its own table."""
    return not (name == "row_id" and "table" in chosen) or value == f"zz-{chosen['table']}"


def addresses(patterns: Any = None, before: str = "") -> Iterator[Address]:
    """This will walk the resolver."""
    for one in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from addresses(one.url_patterns, route)
        elif isinstance(one, URLPattern) and not route.startswith(OTHERS):
            yield Address(route, tuple(one.pattern.converters), one.callback, one.name or route)


def value_of(table: Table, column: Column, today: datetime.date) -> Any:
    """This will give a value that betrays where it came from."""
    match column.type:
        case "id":
            return f"zz-{column.references or table.name}"
        case "text":
            return "us-ne/intensive-outpatient-2.1" if column.name == "service" else f"{WORD} text"
        case "code" | "level" | "credential":
            return column.values[0]
        case "date":
            return today
        case "time":
            return datetime.datetime.combine(today, datetime.time(9))
        case "integer":
            return column.least or min(7, column.most or 7)
        case "boolean":
            return True
    return None


@pytest.fixture
def ids(cast: Any, write: Any) -> dict[str, list[str]]:
    """A row of every table at Prairie, with names and words, judged; gives ids for the parameters of addresses."""
    today = cast.viewer("counselor").today
    order: list[str] = []

    def visit(name: str) -> None:
        if name not in order:
            for column in tables()[name].columns.values():
                if column.references and column.references != name:
                    visit(column.references)
            order.append(name)

    for name in tables():
        visit(name)
    counselor = cast.viewer("counselor")
    for name in order:
        table = tables()[name]
        row = {c.name: value_of(table, c, today) for c in table.columns.values()}
        if name == "person":
            row |= {"birth_date": datetime.date(1990, 1, 1), "died_on": None}
        if name == "episode":
            row |= {"discharged_on": None, "discharge_reason": None}
        made = write(name, **row)
        if name == "person":
            writing.name(counselor, made, given_name=WORD, family_name=WORD, number=NUMBER)
        elif name not in OF_THE_PROGRAM:
            writing.word(counselor, made, "note", f"{WORD} words")
    judging.judge_everybody("prairie")
    verdict = Verdict.objects.filter(person_id="zz-person").first()
    assert verdict is not None
    found = {f"{name}_id": [f"zz-{name}"] for name in tables()}
    found |= {
        "row_id": [f"zz-{name}" for name in tables()],
        "table": list(tables()),
        "review_id": ["zz-plan_review"],
        "verdict_id": [str(verdict.pk)],
        "decision_id": [str(Decision.objects.values_list("pk", flat=True).first())],
        "membership_id": [str(cast.member("counselor").pk)],
        "monday": [(today - datetime.timedelta(days=today.weekday())).isoformat()],
        "what": ["need"],
    }
    return found


def says(page: Any) -> str:
    """This will give everything that an answer says: its text, where it leads, its headers."""
    content = b"".join(page.streaming_content) if page.streaming else page.content
    return content.decode(errors="replace") + str(dict(page.headers))


def betrays(page: Any, asked: str) -> list[str]:
    """This will name what an answer gives away of Prairie; ids that the asker sent may come back."""
    told = says(page)
    for part in asked.split("/"):
        told = told.replace(part, "") if part.startswith("zz-") else told
    return [secret for secret in (WORD, NUMBER, "zz-", "Prairie Example") if secret in told]


def test_every_screen_is_walked(ids: dict[str, list[str]]) -> None:
    walked = {one.name for one in addresses()}
    assert {"people", "person", "recovery", "outcomes", "imports", "export_person"} <= walked
    unknown = {name for one in addresses() for name in one.parameters} - set(ids)
    assert not unknown, f"Say in `ids` of which rows these parameters are: {unknown}"


def test_every_view_has_its_gate_on_the_first_line() -> None:
    without = [one.name for one in addresses() if one.acts is None]
    assert sorted(set(without) - {"workplace", "still_here", "first_page"}) == []


def test_nobody_signed_in_sees_anything(ids: dict[str, list[str]]) -> None:
    client, seen = Client(), []
    for one in addresses():
        for address in one.filled(ids):
            for page in (client.get(address), client.post(address)):
                if page.status_code >= 500 or page.status_code == 200 or betrays(page, address):
                    seen.append((address, page.status_code))
    assert seen == []


def test_another_organization_sees_nothing_in_any_role(cast: Any, ids: dict[str, list[str]]) -> None:
    clients = {role: cast.client(role, "lakeside") for role in roles()}
    seen = []
    for one in addresses():
        for address in one.filled(ids):
            for role, client in clients.items():
                page = client.get(address)
                if found := betrays(page, address):
                    seen.append((address, role, page.status_code, found))
                if page.status_code >= 500:
                    seen.append((address, role, page.status_code, ["an error"]))
    assert seen == []


def test_another_organization_changes_nothing_with_all_roles_at_once(cast: Any, ids: dict[str, list[str]]) -> None:
    client = cast.client("counselor", "lakeside")
    Membership.objects.filter(organization="lakeside").update(roles=list(roles()))
    before, seen = everything(), []
    for one in addresses():
        for address in one.filled(ids):
            for page in (client.post(address), client.post(address, {"reason": "Not ours.", "act": "withdraw"})):
                if found := betrays(page, address):
                    seen.append((address, page.status_code, found))
                if page.status_code >= 500:
                    seen.append((address, page.status_code, ["an error"]))
    assert seen == []
    assert everything() == before


def test_a_role_opens_what_it_may_and_nothing_else(cast: Any, ids: dict[str, list[str]]) -> None:
    wrong = []
    for role in roles():
        client, looking = cast.client(role), cast.viewer(role)
        for one in addresses():
            may = one.acts is not None and all(looking.may(act) for act in one.acts)
            for address in one.filled(ids):
                status = client.get(address).status_code
                if status >= 500 or (status == 200 and one.acts and not may):
                    wrong.append((role, address, status))
                if status == 403 and one.acts and may and "<slug:table>" not in one.route:
                    wrong.append((role, address, status))
    assert wrong == []


def everything() -> dict[str, Any]:
    """This will give what stands at Prairie: versions, names and history."""
    return {
        **{name: sorted(model.objects.filter(holder="prairie").values_list("pk", "version", "is_withdrawn", "locked_at"))
           for name, model in RECORDS.items()},
        "names": sorted(Identity.objects.filter(holder="prairie").values_list("pk", "given_name", "version")),
        "history": Change.objects.filter(organization="prairie").count(),
        "members": sorted(Membership.objects.filter(organization="prairie").values_list("pk", "until")),
    }  # fmt: skip
