"""Numbers by which requests, authorizations and appeals are spoken of."""

from __future__ import annotations

from handrail.app.authorizations.models import Series


def next_number(letter: str, year: int) -> str:
    """This will give the next number of a year: R-2026-000001. Must run in a transaction."""
    held, _ = Series.objects.get_or_create(name=f"{letter}-{year}")
    held = Series.objects.select_for_update().get(pk=held.pk)
    held.last += 1
    held.save()
    return f"{held.name}-{held.last:06}"
