"""Whether the app is up, for whoever watches over it: no sign-in, and nothing about anybody."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from handrail.app.worklists.waiting import queue


@login_not_required
@require_safe
def live(_request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("up\n", content_type="text/plain")


@login_not_required
@require_safe
def ready(_request: HttpRequest) -> HttpResponse:
    """The database answers too; and how many wait to be judged anew, and how long, where anybody does."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        waits = queue()
    except DatabaseError:
        return HttpResponse("the database does not answer\n", content_type="text/plain", status=503)
    told = f"{waits.number} to be judged, the first since {waits.seconds} s\n" if waits.number else ""
    return HttpResponse(f"ready\n{told}", content_type="text/plain")
