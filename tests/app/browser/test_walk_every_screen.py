"""Every screen in a real browser, as every role sees it: nothing that axe finds, nothing wider than 320 pixels.

A screen that another role was shown with the same elements is not looked at twice.

The addresses are those of the resolver: a new screen is looked at as soon as it is there. The keyboard walks the
screens that are used most: each stop can be seen, and nothing that stays in place hides it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from tests.app.gate_world import addresses, ids  # noqa: F401

from handrail.app.accounts.access import roles

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]

RECORDS_SHOWN = ("zz-session", "zz-person", "zz-credential")
"""Of the tables' own pages, which are all made by one template, these stand for the rest."""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
STOPS = 90
ELEMENT = re.compile(r"<([a-z][a-z0-9]*)([^>]*)>")
TOLD = re.compile(r'\b(?:class|type|role|disabled|open|aria-[a-z]+)\b(?:="[^"]*")?')
LOOKED: defaultdict[str, set[tuple[str, ...]]] = defaultdict(set)
"""The elements of the screens as they were looked at, by address."""

SEEN = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const drawn = one.matches('.states input') ? one.nextElementSibling : one;
  const box = drawn.getBoundingClientRect();
  const top = Math.max(box.top, 0), bottom = Math.min(box.bottom, innerHeight);  // a browser shows a long field's caret
  const there = document.elementFromPoint(box.left + Math.min(box.width / 2, 40), (top + bottom) / 2);
  const style = getComputedStyle(drawn);
  return {
    what: one.outerHTML.slice(0, 140),
    inside: bottom - top >= Math.min(box.height, 48) - 1,
    free: Boolean(there) && (one.contains(there) || there.contains(one) || drawn.contains(there)),
    ring: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
  };
}"""


def screens(ids: dict[str, list[str]]) -> list[str]:  # noqa: F811
    """One address of each screen that is read."""
    told = [path for one in addresses() for path in one.filled(ids)]
    records = {path for path in told if path.startswith("/records/") and not path.endswith(RECORDS_SHOWN)}
    return [path for path in dict.fromkeys(told) if path not in records]


def found_by_axe(page: Page, **options: Any) -> list[str]:
    answer = Axe().run(page, options=options).response["violations"]
    return [f"{page.url} {rule['id']}: {[node['html'][:120] for node in rule['nodes']][:3]}" for rule in answer]


def is_new(path: str, html: str) -> bool:
    """Whether a screen has an element, of a kind, class and state, that it did not have for the roles before."""
    elements = {(tag, *sorted(TOLD.findall(told))) for tag, told in ELEMENT.findall(html)}
    is_more = not elements <= LOOKED[path]
    LOOKED[path] |= elements
    return is_more


@pytest.mark.parametrize("role", sorted(roles()))
def test_every_screen_is_fit_for_everybody(browser_page: Any, ids: dict[str, list[str]], role: str) -> None:  # noqa: F811
    page = browser_page(role)
    wrong, shown = [], 0
    for path in screens(ids):
        answer = page.request.get(path)
        if answer.status != 200 or not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        shown += 1
        if not is_new(path, answer.text()):
            continue
        page.set_viewport_size({"width": 1280, "height": 900})
        page.emulate_media(color_scheme="light")
        page.goto(path, wait_until="load")
        wrong += found_by_axe(page, runOnly=RULES)
        page.emulate_media(color_scheme="dark")
        wrong += [
            f"dark: {told}" for told in found_by_axe(page, runOnly={"type": "rule", "values": ["color-contrast"]})
        ]
        page.set_viewport_size({"width": 320, "height": 640})
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            wrong.append(f"{page.url} is {wide} pixels too wide at 400 %")
    assert shown > 0
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (390, 700)])
@pytest.mark.parametrize("screen", ["admission", "plan", "group_room", "weeks", "continued_stay"])
def test_the_keyboard_comes_by_and_is_never_hidden(
    browser_page: Any,
    ids: dict[str, list[str]],  # noqa: F811
    screen: str,
    width: int,
    height: int,
) -> None:
    address = next(one for one in addresses() if one.name == screen)
    page = browser_page("clinical_supervisor", path=address.filled(ids)[0], width=width, height=height)
    lost, stops = [], 0
    for _ in range(STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(SEEN)
        if stop is None:
            break
        stops += 1
        lost += [f"{name}: {' '.join(stop['what'].split())}" for name in ("inside", "free", "ring") if not stop[name]]
    assert stops > 5
    assert not lost, "\n".join(lost)
