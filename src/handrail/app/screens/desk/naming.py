"""What the desk calls things: services, steps, states of a clock, values of a frozen record."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from handrail.app.screens.person.source import edition_of
from handrail.app.screens.templatetags.handrail import day
from handrail.records.schema import Column

LOOKS: Mapping[str, str] = {"overdue": "late", "today": "due", "soon": "soon", "later": "muted", "paused": "muted"}
"""The style of the words about a clock."""

STEPS: Mapping[str, str] = {
    "submit": "Sent and received",
    "take": "Taken on a desk",
    "ask": "Asked for information",
    "answer": "Answered",
    "extend": "Clock extended",
    "refer": "Referred to the medical director",
    "approve": "Approved",
    "approve in part": "Approved in part",
    "deny": "Denied",
    "offer conversation": "Offered a conversation",
    "withdraw": "Withdrawn",
    "report units": "Told how much is used",
    "end authorization": "Authorization ended early, as care ended",
    "lapse": "Denied by lapse of time",
    "file": "Appeal filed",
    "uphold": "Appeal: upheld",
    "overturn": "Appeal: overturned",
    "overturn in part": "Appeal: overturned in part",
}
"""What happened, by the name of the act."""


def service_named(definition: str) -> str:
    """This will give the title of a service, up to its first comma or level; its id where no edition is at hand."""
    edition = edition_of(definition)
    return edition.title if edition else definition.rsplit("/", 1)[-1].replace("-", " ")


def said(column: Column, value: Any) -> str:
    """This will say a value of a frozen record in words; what is not documented is not shown, so it is empty."""
    if value is None or value == "" or column.references:
        return ""
    if column.type == "boolean":
        return "yes" if value else "no"
    if column.type == "date":
        return day(value)
    if column.type == "time":
        told = datetime.datetime.fromisoformat(value)
        return f"{day(value)}, {told:%H:%M}"
    return str(value).replace("_", " ") if column.type == "code" else str(value)
