"""Every view says on its first line what it is going to do, and nobody can forget it: read off the code itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.http import HttpRequest
from tests.app.gate_world import addresses, gate

from handrail.app.accounts.access import Viewer, roles, viewer
from handrail.app.screens.pages import PAGES

APP = Path(__file__).parents[2] / "src" / "handrail" / "app"
WITHOUT = {
    "live": "whether the process answers, for whoever watches over it; says nothing of anybody",
    "ready": "whether the database answers; says a number of people, of nobody in particular",
    "go_on": "gives somebody who is signed in back what they typed themselves; opens no organization",
    "join": "takes a place in an organization by a code, before one works there",
    "accounts/email/": "closed: always 404",
    "accounts/password/reset/": "closed: always 404",
    "accounts/confirm-email/": "closed: always 404",
}
"""Views without a gate, and why."""
OWN = {"workplace", "first_page", "still_here"}
"""Views that anybody may open who works somewhere: their gate names no act."""


BY_ROW = {
    "my_day": "what waits, or where else the roles lead",
    "record": "a record of the chart or of the program",
    "why": "an answer about a person, or about the program",
    "letters": "a payer's letters, or those that a provider was sent",
    "letter": "a letter, for either side",
    "letter_paper": "a letter, for either side",
}
"""Views whose act depends on the row: they ask for it once they know it. `test_gate_urls.py` holds what roles see there."""


def trees() -> Iterator[tuple[str, ast.AST]]:
    for file in sorted(APP.rglob("*.py")):
        if "migrations" not in file.parts:
            yield str(file.relative_to(APP)), ast.parse(file.read_text(encoding="utf-8"))


def test_the_first_statement_of_every_view_is_its_gate() -> None:
    assert {one.name for one in addresses() if one.acts is None} == set(WITHOUT)


def test_every_gate_names_its_acts_and_somebody_has_them() -> None:
    known = {act for role in roles().values() for act in role.may}
    assert {one.name for one in addresses() if one.acts == ()} - set(BY_ROW) == OWN
    assert {act for one in addresses() for act in one.acts or ()} - known == set()


def test_whoever_is_shown_an_entry_of_the_menu_may_open_it() -> None:
    asked = {one.name: set(one.acts or ()) for one in addresses()}
    wrong = [
        (page.view, role.name)
        for page in PAGES
        for role in roles().values()
        if page.address and page.act in role.may and not asked[page.view] <= role.may
    ]
    assert wrong == []


def forgotten(request: HttpRequest) -> None:
    """It has no gate."""


def late(request: HttpRequest) -> Viewer:
    print("before the gate")
    return viewer(request, "read chart")


def computed(request: HttpRequest) -> None:
    act = "read chart"
    viewer(request, act)


def declared(request: HttpRequest) -> None:
    """It has one."""
    viewer(request, "read chart", "export")


def test_a_gate_that_is_missing_late_or_computed_is_none() -> None:
    assert [gate(view) for view in (forgotten, late, computed)] == [None, None, None]
    assert gate(declared) == ("read chart", "export")


def test_no_screen_looks_past_the_gate_with_everybodys_eyes() -> None:
    """`everybody()` lifts the second wall; a screen never needs that, apart from taking a place by a code."""
    found = {
        name
        for name, tree in trees()
        for one in ast.walk(tree)
        if name.startswith("screens/") and isinstance(one, ast.Name | ast.Attribute)
        and ast.unparse(one) in ("walls.everybody", "access.everybody", "everybody")
        and "walls" in (APP / name).read_text(encoding="utf-8")
    }  # fmt: skip
    assert found <= {"screens/office/staff.py"}


def test_no_form_takes_fields_that_it_does_not_name() -> None:
    """Mass assignment: nothing is made of all that was posted, and no form has every field of a model."""
    found = []
    for name, tree in trees():
        for one in ast.walk(tree):
            if isinstance(one, ast.Constant) and one.value == "__all__":
                found.append((name, one.lineno))
            if isinstance(one, ast.keyword) and one.arg is None and ast.unparse(one.value).startswith("request."):
                found.append((name, one.value.lineno))
            if isinstance(one, ast.Attribute) and one.attr == "dict" and "request." in ast.unparse(one.value):
                found.append((name, one.lineno))
    assert found == []


@pytest.mark.parametrize("name", ["csrf_exempt", "mark_safe", "RawSQL", "pickle", "eval", "exec"])
def test_what_opens_holes_is_not_used_by_screens(name: str) -> None:
    found = [
        (file, one.lineno)
        for file, tree in trees()
        for one in ast.walk(tree)
        if file.startswith(("screens/", "accounts/", "consent/", "authorizations/", "chart/"))
        and isinstance(one, ast.Name | ast.Attribute | ast.alias)
        and name == (getattr(one, "id", None) or getattr(one, "attr", None) or getattr(one, "name", None))
    ]
    assert found == []


def test_no_line_of_the_log_is_made_of_values() -> None:
    """The text of a line is constant; `OneLine` never shows its arguments."""
    levels = {"debug", "info", "warning", "error", "exception", "critical"}
    found = [
        (file, one.lineno)
        for file, tree in trees()
        for one in ast.walk(tree)
        if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute) and one.func.attr in levels
        and "log" in ast.unparse(one.func.value).lower() and one.args and not isinstance(one.args[0], ast.Constant)
    ]  # fmt: skip
    assert found == []


def test_csv_is_written_in_one_way_only() -> None:
    found = {
        file
        for file, tree in trees()
        for one in ast.walk(tree)
        if isinstance(one, ast.Attribute) and one.attr in ("writer", "DictWriter") and ast.unparse(one.value) == "csv"
    }
    assert found == {"paper/cells.py"}
