"""The tables of focused reviews for the export of an organization: of each review, once its key is open.

A review whose reviewers are still blinded is left out whole, for who exports may be one of them.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Model, Q

from handrail.app.accounts.access import Viewer
from handrail.app.chart.exporting import Beside
from handrail.app.reviewing.models import Answer, CorrectiveAction, Finding, FocusedReview, ReviewCase, ReviewStep

_TABLES: tuple[tuple[str, type[Model], str], ...] = (
    ("focused_reviews", FocusedReview, "pk"),
    ("review_cases", ReviewCase, "review"),
    ("review_findings", Finding, "case__review"),
    ("review_answers", Answer, "finding__case__review"),
    ("review_actions", CorrectiveAction, "review"),
    ("review_steps", ReviewStep, "review"),
)
"""Each with the way to its review."""


def tables_of_reviews(looking: Viewer) -> list[Beside]:
    """This will give the rows that go along with an export. Raises `PermissionDenied` for a role that may not export."""
    looking.require("export")
    own = FocusedReview.objects.filter(organization=looking.organization)
    told = own.filter(Q(is_blinded=False) | Q(unblinded_at__isnull=False)).values("pk")
    return [
        Beside(name, _rows(model, looking).filter(**{f"{way}__in": told}).order_by("pk"), _columns(model))
        for name, model, way in _TABLES
    ]


def _rows(model: Any, looking: Viewer) -> Any:
    return model.objects.filter(organization=looking.organization)


def _columns(model: type[Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]
