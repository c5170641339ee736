"""What a person is called."""

from __future__ import annotations

from django import forms


class Called(forms.Form):
    """The names of somebody new."""

    given_name = forms.CharField(max_length=100, label="Given name")
    family_name = forms.CharField(max_length=100, label="Family name")
    called = forms.CharField(
        max_length=100, label="Called", required=False, help_text="What the person wants to be called."
    )
    number = forms.CharField(max_length=40, label="Number", required=False, help_text="The clinic's own number.")
