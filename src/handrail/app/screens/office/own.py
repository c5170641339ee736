"""One's own account: going on after proving who one is, and taking a place in another organization.

These two stand under `accounts/` and ask for no organization: whoever is signed in may open them, and sees nothing of
anybody's records.
"""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from handrail.app.accounts import proof
from handrail.app.accounts.models import User
from handrail.app.screens.office import staff
from handrail.app.screens.office.forms import Code


@require_safe
def go_on(request: HttpRequest) -> HttpResponse:
    """This will give back what was typed before the proof, ready to be sent where it belongs."""
    mark = request.GET.get(proof.MARK, "")
    typed = proof.typed(request, mark)
    if typed is None or not proof.is_fresh(request):
        return redirect("first_page")
    return render(request, "account/go_on.html", {"typed": typed, "mark": mark, "field": proof.MARK})


@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """This will take the place that an invitation's code is for, with the account that is signed in."""
    form = Code(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        user = request.user
        assert isinstance(user, User)
        try:
            made = staff.join(user, form.cleaned_data["code"])
        except PermissionDenied as error:
            form.add_error("code", str(error))
        else:
            if made is not None:
                messages.success(request, "You have a place there now. Choose where you work.")
                return redirect("workplace")
            form.add_error("code", "This code opens nothing. It may be used, taken back or too old; ask for a new one.")
    return render(request, "account/join.html", {"form": form})
