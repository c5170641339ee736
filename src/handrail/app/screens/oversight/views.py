"""The gates of oversight's pages. What they show needs statistics and pictures, loaded with the first page that is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from handrail.app.accounts.access import viewer


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """This will show what changed, what stands out and what is unknown, and every measure."""
    looking = viewer(request, "read oversight")
    return _showing().home(request, looking)


@require_safe
def measure(request: HttpRequest, measure: str) -> HttpResponse:
    """This will show one measure: what it says and who chose it, everybody's count, its peers, and change over time."""
    looking = viewer(request, "read oversight")
    return _showing().measure(request, looking, measure)


@require_safe
def unit(request: HttpRequest, by: str, unit: str) -> HttpResponse:
    """This will show everything that the run says of one program or clinician."""
    looking = viewer(request, "read oversight")
    return _showing().unit(request, looking, by, unit)


@require_safe
def cases(request: HttpRequest, measure: str) -> HttpResponse:
    """This will list the cases behind a number."""
    looking = viewer(request, "read oversight")
    return _showing().cases(request, looking, measure)


@require_safe
def clauses(request: HttpRequest) -> HttpResponse:
    """This will show how often clauses were met, by program and month, those least often met first."""
    looking = viewer(request, "read oversight")
    return _showing().clauses(request, looking)


def _showing() -> Any:
    return import_module("handrail.app.screens.oversight.showing")
