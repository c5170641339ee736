"""The list of screens: their order in the menu, their addresses, and the act that opens each."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from handrail.app.accounts.access import Viewer


@dataclass(frozen=True)
class Page:
    """One entry of the menu. `only_for` is the kind of organization that has it; empty for all."""

    title: str
    view: str
    act: str
    only_for: str = ""

    @property
    def address(self) -> str:
        """Where it is; empty while there is no such screen."""
        try:
            return reverse(self.view)
        except NoReverseMatch:
            return ""


PAGES = (
    Page("My day", "my_day", "read chart"),
    Page("People", "people", "read chart"),
    Page("Groups", "groups", "read chart"),
    Page("Weeks", "weeks", "read chart"),
    Page("Due", "due", "read chart"),
    Page("Requests", "requests", "request authorization"),
    Page("Desk", "desk", "read requests", "payer"),
    Page("Letters", "letters", "read requests", "payer"),
    Page("Appeals", "appeals", "read appeals"),
    Page("Metrics", "metrics", "read metrics", "payer"),
    Page("Oversight", "oversight", "read oversight"),
    Page("Program", "program", "read program"),
    Page("Focused reviews", "reviews", "read oversight"),
    Page("My findings", "my_findings", "answer review"),
    Page("Import", "imports", "write chart"),
    Page("Privacy", "privacy", "oversee privacy"),
    Page("Staff", "staff", "manage staff"),
    Page("Terms", "terms", "manage terms"),
    Page("Log", "log", "read audit"),
)


def pages_for(viewer: Viewer, path: str) -> list[dict[str, object]]:
    """This will give the entries of the menu that a viewer may open, and which of them is open."""
    shown = [
        (page, page.address)
        for page in PAGES
        if viewer.may(page.act) and page.only_for in ("", viewer.organization.kind)
    ]
    return [
        {
            "title": page.title,
            "address": address,
            "is_here": path.startswith(address) if address != "/" else path == "/",
        }
        for page, address in shown
        if address
    ]
