"""Who works here: listing, inviting, changing, new one-time passwords, and second factors."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from handrail.app.accounts.access import Viewer, roles, viewer
from handrail.app.accounts.models import Invitation, Membership
from handrail.app.accounts.proof import prove
from handrail.app.chart import reading
from handrail.app.screens.office import staff as staffing
from handrail.app.screens.office.forms import Invited, MeantFor, Working


@require_safe
def staff(request: HttpRequest) -> HttpResponse:
    """This will list who works here, those in force first."""
    looking = viewer(request, "manage staff")
    held = Membership.objects.filter(organization=looking.organization).select_related("user")
    linked = dict(reading.rows(looking, "staff").values_list("pk", "name")) if looking.may("read program") else {}
    found = list(held.order_by("user__last_name", "user__first_name", "pk"))
    have = staffing.factors([one.user_id for one in found])
    listed = [
        {
            "member": one,
            "roles": [roles()[name].title for name in one.roles if name in roles()],
            "record": linked.get(one.staff_id, ""),
            "is_in_force": one.is_in_force(looking.today),
            "is_to_come": one.since > looking.today,
            "is_oneself": one.user_id == looking.user_id,
            "factors": have.get(one.user_id, []),
        }
        for one in found
    ]
    listed.sort(key=lambda row: not row["is_in_force"])
    waiting = Invitation.objects.filter(organization=looking.organization, open_until__gt=timezone.now())
    told = {
        "listed": listed,
        "waiting": list(waiting.order_by("meant_for", "pk")),
        "organization": looking.organization,
    }
    told["without"] = sum(1 for row in listed if row["is_in_force"] and not row["factors"])
    return render(request, "office/staff.html", told)


@require_POST
def second_factor(request: HttpRequest) -> HttpResponse:
    """This will say whether everybody who works here needs a second factor."""
    looking = viewer(request, "manage staff")
    prove(request)
    staffing.ask_for_factor(looking, is_needed=request.POST.get("needed") == "yes")
    messages.success(request, "Saved. It holds from everybody's next click on.")
    return redirect("staff")


@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    """This will make an account and a membership, and show the one-time password once."""
    looking = viewer(request, "manage staff")
    data = request.POST if request.method == "POST" else None
    called, working = Invited(looking, data), Working(looking, data, initial={"since": looking.today})
    if request.method == "POST" and all([called.is_valid(), working.is_valid()]):
        made, password = staffing.invite(looking, called.cleaned_data, working.cleaned_data)
        return _once(request, made, password)
    return render(request, "office/invite.html", {"called": called, "working": working})


@require_http_methods(["GET", "HEAD", "POST"])
def ask_in(request: HttpRequest) -> HttpResponse:
    """This will give a code for somebody who has an account already, and show it once."""
    looking = viewer(request, "manage staff")
    data = request.POST if request.method == "POST" else None
    meant, working = MeantFor(data), Working(looking, data, initial={"since": looking.today})
    if request.method == "POST" and all([meant.is_valid(), working.is_valid()]):
        code = staffing.ask_in(looking, meant.cleaned_data["meant_for"], working.cleaned_data)
        told = {"meant_for": meant.cleaned_data["meant_for"], "code": code, "days": staffing.ONE_TIME_DAYS}
        return render(request, "office/asked_in.html", told)
    return render(request, "office/ask_in.html", {"meant": meant, "working": working})


@require_POST
def take_back(request: HttpRequest) -> HttpResponse:
    """This will take back an invitation that nobody has used."""
    looking = viewer(request, "manage staff")
    given = request.POST.get("invitation", "")
    if given.isdecimal():
        staffing.take_back(looking, int(given))
    messages.success(request, "Taken back. Its code opens nothing.")
    return redirect("staff")


@require_http_methods(["GET", "HEAD", "POST"])
def member(request: HttpRequest, membership_id: int) -> HttpResponse:
    """This will show one membership, and change its roles, days and staff record."""
    looking = viewer(request, "manage staff")
    held = _of(looking, membership_id)
    before = {"roles": held.roles, "since": held.since, "until": held.until, "staff_id": held.staff_id, "held": held}
    form = Working(looking, request.POST if request.method == "POST" else None, initial=before)
    if request.method == "POST" and form.is_valid():
        staffing.change(looking, held, form.cleaned_data)
        messages.success(request, "Saved. It holds from the next click on.")
        return redirect("staff")
    have = staffing.factors([held.user_id]).get(held.user_id, [])
    return render(request, "office/member.html", {"form": form, "held": held, "looking": looking, "factors": have})


@require_POST
def password(request: HttpRequest, membership_id: int) -> HttpResponse:
    """This will give somebody a new one-time password and show it once."""
    looking = viewer(request, "manage staff")
    held = _of(looking, membership_id)
    prove(request)
    return _once(request, held, staffing.renew(looking, held))


@require_POST
def reset(request: HttpRequest, membership_id: int) -> HttpResponse:
    """This will take away somebody's second factors, and show the new one-time password that goes with it once."""
    looking = viewer(request, "manage staff")
    held = _of(looking, membership_id)
    prove(request)
    return _once(request, held, staffing.reset(looking, held))


def _of(looking: Viewer, membership_id: int) -> Membership:
    mine = Membership.objects.filter(organization=looking.organization).select_related("user")
    return get_object_or_404(mine, pk=membership_id)


def _once(request: HttpRequest, held: Membership, password: str) -> HttpResponse:
    told = {"held": held, "password": password, "days": staffing.ONE_TIME_DAYS}
    return render(request, "office/once.html", told)
