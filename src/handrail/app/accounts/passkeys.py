"""The sign-in library's form for a new passkey, in plain words."""

from __future__ import annotations

from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms


class AddPasskey(AddWebAuthnForm):
    """A name for the passkey, and whether it signs in alone."""

    name = forms.CharField(label="Name", required=False, max_length=100)
    passwordless = forms.BooleanField(
        label="Sign in with it alone",
        required=False,
        initial=True,
        help_text="It then asks for its own PIN, finger or face. Without this it comes after the password.",
    )
