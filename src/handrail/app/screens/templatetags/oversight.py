"""How the pages of oversight show a signal's verdict: word, shape and colour."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

_MARKS = {
    "review": ("\u25b2", "no"),
    "watch": ("\u25b3", "cannot-tell"),
    "no signal": ("\u25cb", "met"),
    "cannot tell": ("?", "not-applicable"),
}


@register.simple_tag
def signal(told: str) -> SafeString:
    """This will show a verdict: a filled triangle to review, an empty one to watch, a ring for none, a question mark."""
    mark, look = _MARKS[told]
    return format_html(
        '<span class="verdict {}"><span aria-hidden="true">{}</span> {}</span>', look, mark, told.capitalize()
    )
