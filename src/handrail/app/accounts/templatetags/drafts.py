"""The key that seals a user's drafts, for the page's script."""

from __future__ import annotations

from django import template

from handrail.app.accounts import drafts
from handrail.app.accounts.models import User

register = template.Library()


@register.simple_tag
def draft_key(user: User) -> str:
    """This will give the key of who is signed in; the script takes it off the page at once."""
    return drafts.draft_key(user)
