"""What was typed and is not saved yet: the key that seals a user's drafts, and what waits for a proof of who they are."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

from django import template
from django.conf import settings

from handrail.app.accounts import drafts, proof
from handrail.app.accounts.models import User

register = template.Library()


@register.simple_tag
def draft_key(user: User) -> str:
    """This will give the key of who is signed in; the script takes it off the page at once."""
    return drafts.draft_key(user)


@register.simple_tag(takes_context=True)
def typed_before(context: Any) -> proof.Typed | None:
    """This will give what waits until who is signed in has proved who they are; None where they came for another reason."""
    request = context["request"]
    context["proof_minutes"] = settings.ACCOUNT_REAUTHENTICATION_TIMEOUT // 60
    back = request.POST.get("next") or request.GET.get("next") or ""
    return proof.typed(request, parse_qs(urlsplit(back).query).get(proof.MARK, [""])[0])
