"""Where somebody works now: choosing among their memberships, and the first page their roles open."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from handrail.app.accounts.access import CHOSEN, memberships, roles, viewer, viewer_of
from handrail.app.audit.log import Act, note
from handrail.app.screens.pages import pages_for


@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """This will show where somebody works, and keep the one they choose until they sign out."""
    looking = viewer(request)
    held = memberships(request)
    if request.method == "POST":
        chosen = next((one for one in held if str(one.pk) == request.POST.get("membership")), None)
        if chosen is None:
            raise PermissionDenied("You do not work there today.")
        request.session.cycle_key()
        request.session[CHOSEN] = chosen.pk
        note(viewer_of(chosen), Act("choose workplace", "membership", str(chosen.pk)))
        return redirect("first_page")
    titled = [(one, [roles()[name].title for name in one.roles if name in roles()]) for one in held]
    return render(request, "office/workplace.html", {"held": titled, "chosen": looking.membership_id})


@require_safe
def first_page(request: HttpRequest) -> HttpResponse:
    """This will go to the first page of the menu that the viewer's roles open."""
    looking = viewer(request)
    open_to = pages_for(looking, "/")
    return redirect(str(open_to[0]["address"]) if open_to else "workplace")


@require_POST
def still_here(request: HttpRequest) -> HttpResponse:
    """This will say that somebody is still at work; asking is what keeps the session, see `SessionLimits`."""
    viewer(request)
    return HttpResponse(status=204)
