"""The list of all pages names each of them, and what pages link to is there."""

from __future__ import annotations

import re
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"
_LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)")


def test_every_page_is_in_the_list() -> None:
    listed = set(_LINK.findall((DOCS / "README.md").read_text(encoding="utf-8")))
    assert {one.name for one in DOCS.glob("*.md")} - {"README.md"} <= listed


def test_what_a_page_links_to_is_there() -> None:
    lost = [
        f"{page.name}: {link}"
        for page in DOCS.glob("*.md")
        for link in _LINK.findall(page.read_text(encoding="utf-8"))
        if not (page.parent / link).exists()
    ]
    assert lost == []
