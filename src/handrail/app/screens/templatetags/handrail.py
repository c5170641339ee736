"""Words, shapes and colours for verdicts and answers, and days as people say them."""

from __future__ import annotations

import datetime
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from handrail.app.accounts.access import Viewer
from handrail.app.screens.person.source import edition_of
from handrail.app.screens.person.who import Step, steps

register = template.Library()

_MARKS = {
    "met": "\u2713",
    "yes": "\u2713",
    "not met": "\u2715",
    "no": "\u2715",
    "cannot tell": "?",
    "pending": "\u2026",
    "not applicable": "\u2013",
    "excused": "~",
}


@register.simple_tag
def verdict(told: str) -> SafeString:
    """This will show a verdict or an answer: shape, word and colour."""
    return format_html(
        '<span class="verdict {}"><span aria-hidden="true">{}</span> {}</span>',
        told.replace(" ", "-"),
        _MARKS.get(told, "?"),
        told.capitalize(),
    )


@register.filter
def day(value: datetime.date | str | None) -> str:
    """This will say a day, like Mon 2 Mar 2026."""
    if not value:
        return "not documented"
    told = datetime.date.fromisoformat(value[:10]) if isinstance(value, str) else value
    return f"{told:%a} {told.day} {told:%b %Y}"


@register.filter
def hours(minutes: int | None) -> str:
    """This will say minutes as hours and minutes, like 8 h 40."""
    return "not documented" if minutes is None else f"{minutes // 60} h {minutes % 60:02d}"


@register.filter
def words(value: Any) -> str:
    """This will say a code or a name as words: `plan_review` is plan review."""
    return str(value or "").replace("_", " ").replace("-", " ")


@register.filter
def service(definition: str) -> str:
    """This will give the title of a service by its definition."""
    edition = edition_of(definition)
    return edition.title if edition else definition.rpartition("/")[2].replace("-", " ")


@register.filter
def lookup(mapping: Any, key: Any) -> Any:
    """This will give what a mapping holds under a key, or nothing."""
    return mapping.get(key, "") if hasattr(mapping, "get") else ""


@register.filter
def may(viewer: Any, act: str) -> bool:
    """This will say whether somebody may do an act, so that a page offers only what will not be refused."""
    return isinstance(viewer, Viewer) and viewer.may(act)


@register.simple_tag
def episode_steps(episode: Any, here: str) -> list[Step]:
    """This will list the screens of an episode. `here`: the view that is open; continued stay is also called stay."""
    return steps(episode, {"stay": "continued_stay"}.get(here, here))


@register.simple_tag
def errors_of(forms: Any) -> list[tuple[str, str]]:
    """This will gather the errors of several forms: the field's address on the page, nothing for a whole form; words."""
    told: list[tuple[str, str]] = []
    for form in forms or ():
        told += [("", error) for error in form.non_field_errors()]
        for field in form.visible_fields():
            place = f"{field.auto_id}_group" if field.use_fieldset else field.id_for_label
            told += [(place, f"{field.label}: {error}") for error in field.errors]
    return told
