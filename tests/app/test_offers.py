"""A page offers only what will not be refused: no link of it ends at "your role does not allow this"."""

from __future__ import annotations

import re

import pytest
from tests.app.conftest import Cast
from tests.app.gate_world import addresses, ids  # noqa: F401

from handrail.app.accounts.access import roles

pytestmark = pytest.mark.django_db

SIGNED_OUT = "/accounts/"


def shape(path: str, known: set[str]) -> str:
    """An address without its ids: of many links to rows of one table, one is followed."""
    return "/".join("#" if part in known else part for part in path.split("?", maxsplit=1)[0].split("/"))


@pytest.mark.parametrize("role", sorted(roles()))
def test_no_link_of_a_page_is_refused(cast: Cast, ids: dict[str, list[str]], role: str) -> None:  # noqa: F811
    client = cast.client(role)
    known = {one for several in ids.values() for one in several}
    offered: dict[str, tuple[str, str]] = {}
    for path in dict.fromkeys(path for one in addresses() for path in one.filled(ids)):
        page = client.get(path)
        if page.status_code != 200 or not page.headers["Content-Type"].startswith("text/html"):
            continue
        for link in re.findall(r'<a\b[^>]*\bhref="(/[^"#]*)', page.content.decode()):
            offered.setdefault(shape(link, known), (link.replace("&amp;", "&"), path))
    refused = [
        f"{link} on {path}"
        for link, path in offered.values()
        if not link.startswith(SIGNED_OUT) and client.get(link).status_code == 403
    ]
    assert not refused, "\n".join(refused)
