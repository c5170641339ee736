"""The gates of the outcomes report. What it shows needs statistics, loaded with the first page that is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from handrail.app.accounts.access import viewer


@require_safe
def outcomes_report(request: HttpRequest) -> HttpResponse:
    """This will show the report on one page, or say that nothing was run yet."""
    looking = viewer(request, "read oversight")
    return _showing().outcomes_report(request, looking)


@require_safe
def csv(request: HttpRequest) -> HttpResponse:
    """This will give the report as CSV, a cell of it in each line."""
    looking = viewer(request, "read oversight")
    return _showing().csv(looking)


@require_safe
def pdf(request: HttpRequest) -> HttpResponse:
    """This will give the report as a tagged PDF."""
    looking = viewer(request, "read oversight")
    return _showing().pdf(looking)


def _showing() -> Any:
    return import_module("handrail.app.screens.outcomes.showing")
