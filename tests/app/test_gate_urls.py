"""Nobody sees what is another organization's, at any address of the app; and each role only what it may.

A stranger gets 404 or 403, a role without the act 403, nobody a way to the sign-in. Who has which act is read off
roles.yaml, and which act opens an address off its view's first line: see `gate_world.py`.
"""

# ruff: noqa: F811
from __future__ import annotations

import random
from typing import Any

import pytest
from django.test import Client
from tests.app.gate_world import (  # noqa: F401
    NUMBER,
    WORD,
    Address,
    addresses,
    betrays,
    everything,
    ids,
    says,
    strangers,
)
from tests.app.test_gate_declared import BY_ROW, WITHOUT

from handrail.app.accounts.access import roles
from handrail.app.accounts.models import Membership

pytestmark = pytest.mark.django_db
Ids = dict[str, list[str]]

FURTHER = {"record", "program_add", "due_export", "case_act"}
"""Addresses that ask for more than their gate, by what they are about."""
OF_A_PAYER = {
    "read requests", "screen requests", "approve requests", "decide requests", "decide appeals", "read metrics",
    "manage terms",
}  # fmt: skip
"""Acts whose pages open in a payer's organization only; what a role opens is tried at a provider's."""
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
NONSENSE = ("", "nobody", "0", "-1", "a" * 300, "' OR 1=1 --", "..%2F..%2Fetc", "%00", "☃", "<script>", "zz-person zz")


def quiet(client: Client) -> Client:
    """A client that is told 500 as a browser would be."""
    client.raise_request_exception = False
    return client


def test_every_screen_is_walked(ids: Ids) -> None:
    walked = {one.name for one in addresses()}
    assert {"people", "person", "recovery", "outcomes", "imports", "export_person", "case"} <= walked
    unknown = {name for one in addresses() for name in one.parameters} - set(ids)
    assert not unknown, f"Say in `ids` of which rows these parameters are: {unknown}"


def test_nobody_signed_in_sees_anything(ids: Ids) -> None:
    client, seen = Client(), []
    for one in addresses():
        if one.name in WITHOUT and one.name not in ("go_on", "join"):
            continue
        for address in one.filled(ids):
            for page in (client.get(address), client.post(address)):
                if page.status_code not in (302, 404) or betrays(page, address):
                    seen.append((address, page.status_code))
                if page.status_code == 302 and not page["Location"].startswith("/accounts/login/"):
                    seen.append((address, page.status_code))
    assert seen == []


def test_strangers_with_every_role_see_nothing_and_change_nothing(
    cast: Any,
    ids: Ids,
    strangers: Ids,
) -> None:
    before, seen = everything(), []
    for organization in strangers:
        client = quiet(cast.client("counselor", organization))
        for one in addresses():
            for address in one.filled(ids):
                told = {"reason": "Not ours.", "act": "withdraw", "how": "Not ours."}
                for page in (client.get(address), client.post(address, told)):
                    if found := betrays(page, address):
                        seen.append((organization, address, page.status_code, found))
                    is_told_apart = page.status_code not in (403, 404, 405) and not is_as_if_absent(
                        client, one, address, told, page
                    )
                    if page.status_code >= 500 or (one.is_about_a_row and is_told_apart):
                        seen.append((organization, address, page.status_code, []))
    assert seen == []
    assert everything() == before


def is_as_if_absent(client: Client, one: Address, address: str, told: dict[str, str], page: Any) -> bool:
    """Whether a stranger is answered as for an id that nobody has: what is wrong with a form may be said first."""
    addresses_of_nobody = one.filled({"row_id": ["nobody"]} | {name: ["nobody"] for name in one.parameters})
    if not addresses_of_nobody:
        return False
    absent = client.post(addresses_of_nobody[0], told)
    if absent.streaming:
        list(absent)  # nobody reads it otherwise, and the file that it sends stays open
    same = (absent.status_code, absent.get("Location")) == (page.status_code, page.get("Location"))
    return page.wsgi_request.method == "POST" and same


@pytest.mark.parametrize("role", sorted(roles()))
def test_a_role_opens_what_it_may_and_nothing_else(cast: Any, ids: Ids, role: str) -> None:
    client, looking, wrong = quiet(cast.client(role)), cast.viewer(role), []
    for one in addresses():
        if one.acts is None:
            continue
        for address in one.filled(ids):
            for method in ("GET", "POST"):
                may = all(looking.may(act) for act in one.asks(method))
                if method == "POST" and may:
                    continue
                page = client.generic(method, address)
                if page.status_code >= 500 or (not may and page.status_code not in (403, 405)):
                    wrong.append((address, method, page.status_code))
                is_elsewhere = bool(OF_A_PAYER & set(one.asks(method))) or one.name in FURTHER | set(BY_ROW)
                if may and page.status_code == 403 and not is_elsewhere:
                    wrong.append((address, method, page.status_code))
                if not looking.may("read chart") and (told := shown_of_the_chart(one, page)):
                    wrong.append((address, method, told))
    assert wrong == [], wrong


def shown_of_the_chart(one: Address, page: Any) -> list[str]:
    """What a page shows that stands in charts only. A payer's own screens show what was sent, once it is covered."""
    if page.status_code != 200 or one.asks("GET")[:1] in (("read requests",), ("manage staff",), ("read audit",)):
        return []
    return [secret for secret in (NUMBER, f"{WORD} words") if secret in says(page)]


def test_the_payer_it_was_sent_to_sees_the_request_and_no_chart(cast: Any, ids: Ids) -> None:
    held = cast.member("reviewer", "plan")
    Membership.objects.filter(pk=held.pk).update(roles=list(roles()))
    client, seen = quiet(cast.client("reviewer", "plan")), []
    draft, sent, denied, approved = ids["request_id"]
    received = {sent, denied, approved, *ids["notice_id"], *ids["appeal_id"]}
    for one in addresses():
        for address in one.filled(ids):
            if received & set(address.split("/")):
                continue
            page = client.get(address)
            if page.status_code >= 500 or (one.is_about_a_row and page.status_code not in (403, 404, 405)):
                seen.append((address, page.status_code))
            if NUMBER in says(page) or f"{WORD} words" in says(page):
                seen.append((address, page.status_code))
    assert seen == []
    assert client.get(f"/desk/{sent}/").status_code == 200
    assert client.get(f"/desk/{draft}/").status_code == 404


@pytest.mark.parametrize("seed", range(3))
def test_at_random_no_stranger_sees_or_changes_anything_and_nothing_breaks(
    cast: Any,
    ids: Ids,
    strangers: Ids,
    seed: int,
) -> None:
    """Any address, any method, ids of this and that and of nobody, any role, with or without something typed."""
    chance, every = random.Random(seed), [*addresses()]  # noqa: S311
    pool = sorted({one for several in ids.values() for one in several} | set(NONSENSE))
    names = ("act", "reason", "q", "holder", "organization", "person_id", "episode_id", "status", "version", "table")
    clients = {role: quiet(cast.client(role, "lakeside")) for role in roles() if role != "counselor"}
    clients |= {name: quiet(cast.client("counselor", name)) for name in strangers} | {"": quiet(Client())}
    before, wrong = everything(), []
    for _ in range(250):
        one, who = chance.choice(every), chance.choice(sorted(clients))
        address = chance.choice(
            one.filled({**ids, **{name: chance.sample(pool, 2) for name in one.parameters}}) or ["/"]
        )
        if chance.random() < 0.4:
            address = chance.choice(one.filled(ids))
        typed = {name: chance.choice(pool) for name in chance.sample(names, chance.randint(0, 4))}
        method = chance.choice(METHODS)
        page = getattr(clients[who], method.lower())(address, typed)
        told = says(page)
        for value in (*typed.values(), *address.split("/")):
            told = told.replace(value, "") if value else told
        if page.status_code >= 500 or any(secret in told for secret in (WORD, NUMBER)):
            wrong.append((who, method, address, typed, page.status_code))
    assert wrong == [], wrong
    assert everything() == before
