"""How the pages of oversight show a signal's verdict: word, shape and colour."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from handrail.oversight.signals import Verdict

register = template.Library()

_MARKS = {
    Verdict.REVIEW: ("\u25b2", "no"),
    Verdict.WATCH: ("\u25b3", "cannot-tell"),
    Verdict.NO_SIGNAL: ("\u25cb", "met"),
    Verdict.CANNOT_TELL: ("?", "not-applicable"),
}


@register.simple_tag
def signal(told: Verdict) -> SafeString:
    """This will show a verdict: a filled triangle to review, an empty one to watch, a ring for none, a question mark."""
    mark, look = _MARKS[told]
    return format_html(
        '<span class="verdict {}"><span aria-hidden="true">{}</span> {}</span>', look, mark, told.value.capitalize()
    )
