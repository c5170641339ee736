"""The key with which a browser seals what somebody typed and did not save: theirs alone, never kept by the browser."""

from __future__ import annotations

import base64

from django.utils.crypto import salted_hmac

from handrail.app.accounts.models import User


def draft_key(user: User) -> str:
    """This will give a user's key for AES-256, in base64. It is the same at the next sign-in; see decision 0011."""
    return base64.b64encode(salted_hmac("handrail drafts", str(user.pk), algorithm="sha256").digest()).decode("ascii")
