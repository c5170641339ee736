"""Who works here: listing, inviting, changing, and giving a new one-time password."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from handrail.app.accounts.access import Viewer, roles, viewer
from handrail.app.accounts.models import Membership
from handrail.app.chart import reading
from handrail.app.screens.office import staff as staffing
from handrail.app.screens.office.forms import Invited, Working


@require_safe
def staff(request: HttpRequest) -> HttpResponse:
    """This will list who works here, those in force first."""
    looking = viewer(request, "manage staff")
    held = Membership.objects.filter(organization=looking.organization).select_related("user")
    linked = dict(reading.rows(looking, "staff").values_list("pk", "name")) if looking.may("read program") else {}
    listed = [
        {
            "member": one,
            "roles": [roles()[name].title for name in one.roles if name in roles()],
            "record": linked.get(one.staff_id, ""),
            "is_in_force": one.is_in_force(looking.today),
            "is_to_come": one.since > looking.today,
            "is_oneself": one.user_id == looking.user_id,
        }
        for one in held.order_by("user__last_name", "user__first_name", "pk")
    ]
    listed.sort(key=lambda row: not row["is_in_force"])
    return render(request, "office/staff.html", {"listed": listed})


@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    """This will make an account and a membership, and show the one-time password once."""
    looking = viewer(request, "manage staff")
    data = request.POST if request.method == "POST" else None
    called, working = Invited(data), Working(looking, data, initial={"since": looking.today})
    if request.method == "POST" and all([called.is_valid(), working.is_valid()]):
        made, password = staffing.invite(looking, called.cleaned_data, working.cleaned_data)
        return _once(request, made, password)
    return render(request, "office/invite.html", {"called": called, "working": working})


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
    return render(request, "office/member.html", {"form": form, "held": held, "looking": looking})


@require_POST
def password(request: HttpRequest, membership_id: int) -> HttpResponse:
    """This will give somebody a new one-time password and show it once."""
    looking = viewer(request, "manage staff")
    held = _of(looking, membership_id)
    return _once(request, held, staffing.renew(looking, held))


def _of(looking: Viewer, membership_id: int) -> Membership:
    mine = Membership.objects.filter(organization=looking.organization).select_related("user")
    return get_object_or_404(mine, pk=membership_id)


def _once(request: HttpRequest, held: Membership, password: str) -> HttpResponse:
    told = {"held": held, "password": password, "days": staffing.ONE_TIME_DAYS}
    return render(request, "office/once.html", told)
