"""A person's consents: what stands and what it covers, a new one, its form on paper, signing it, and taking it back."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from handrail.app.accounts.access import Viewer, viewer
from handrail.app.chart import reading
from handrail.app.chart.forms import put_errors
from handrail.app.consent import consenting
from handrail.app.consent.covering import lacks, stands
from handrail.app.consent.dated import LANGUAGES, wording
from handrail.app.consent.models import Consent, Disclosure
from handrail.app.paper.pdf import pdf
from handrail.app.screens.person.who import who
from handrail.app.screens.privacy.forms import KINDS, Consenting, Revoking, Signature

_LINE = "________________"
"""Where something is still to be written by hand."""


@require_safe
def consents(request: HttpRequest, person_id: str) -> HttpResponse:
    """This will show what a person has consented to, what each consent covers, and until when."""
    looking = viewer(request, "read chart")
    held = reading.person(looking, person_id, screen="consents")
    every = [_shown(looking, one) for one in consenting.consents_of(looking, held.pk)]
    told = {
        "who": who(held, looking.today),
        "standing": [one for one in every if one["state"] in ("stands", "begins")],
        "waiting": [one for one in every if one["state"] == "lacks"],
        "past": [one for one in every if one["state"] in ("revoked", "ended", "expired")],
        "kinds": [(key, kind.label) for key, kind in KINDS.items()],
        "languages": LANGUAGES,
    }
    return render(request, "privacy/consents.html", told)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, person_id: str) -> HttpResponse:
    """This will take a new consent down: signed and complete, or unsigned, to be printed."""
    looking = viewer(request, "write consent", "read chart")
    held = reading.person(looking, person_id, screen="new consent")
    asked = request.GET.get("kind", "tpo")
    if asked not in KINDS:
        raise Http404("There is no such kind of consent.")
    form = Consenting(looking, KINDS[asked], request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        is_signed = request.POST.get("act") != "unsigned"
        if is_signed and not form.cleaned_data["signed_on"]:
            form.add_error("signed_on", "Enter the day it was signed, or keep it unsigned to print it.")
        else:
            try:
                recipients = list(form.cleaned_data["recipients"])
                consenting.take(looking, held, form.values(is_signed=is_signed), recipients)
            except ValidationError as error:
                put_errors(form, error)
            else:
                says = "The consent is written down and covers from its first day on."
                messages.success(request, says if is_signed else "Kept unsigned. It covers nothing until it is signed.")
                return redirect("consents", held.pk)
    told = {
        "who": who(held, looking.today),
        "form": form,
        "kind": asked,
        "title": KINDS[asked].label,
        "kinds": [(key, kind.label, key == asked) for key, kind in KINDS.items()],
    }
    return render(request, "privacy/new_consent.html", told)


@require_safe
def paper(request: HttpRequest, consent_id: str) -> HttpResponse:
    """This will give the form of a consent as a PDF, in English or Spanish, to sign or to hand to the person."""
    looking = viewer(request, "read chart")
    consent, held = _opened(looking, consent_id, "consent form")
    language = request.GET.get("language", "en")
    if language not in LANGUAGES:
        raise Http404("The form is not made in this language.")
    made = pdf(
        "consent",
        printed(looking, consent, who(held, looking.today).name, language),
        at=looking.today,
        language=language,
    )
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = content_disposition_header(True, f"consent-{consent.pk[:8]}-{language}.pdf")
    answer["Cache-Control"] = "no-store"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: HttpRequest, consent_id: str) -> HttpResponse:
    """This will enter the signature under a consent that was kept unsigned."""
    looking = viewer(request, "write consent", "read chart")
    consent, held = _opened(looking, consent_id, "sign consent")
    form = Signature(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            consenting.sign(looking, consent, form.cleaned_data)
        except ValidationError as error:
            put_errors(form, error)
        else:
            messages.success(request, "The signature is entered.")
            return redirect("consents", held.pk)
    told = {"who": who(held, looking.today), "form": form, "one": _shown(looking, consent)}
    return render(request, "privacy/sign.html", told)


@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, consent_id: str) -> HttpResponse:
    """This will say what follows when a consent is taken back, and then take it back at once."""
    looking = viewer(request, "write consent", "read chart")
    consent, held = _opened(looking, consent_id, "revoke consent")
    form = Revoking(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            consenting.revoke(looking, consent, form.cleaned_data["how"])
        except ValidationError as error:
            put_errors(form, error)
        else:
            messages.success(request, "Revoked. From now on nothing is disclosed under it.")
            return redirect("consents", held.pk)
    sent = Disclosure.objects.filter(holder=looking.organization, consent=consent)
    told = {
        "who": who(held, looking.today),
        "form": form,
        "one": _shown(looking, consent),
        "sent": sent.count(),
        "receivers": sorted(set(sent.values_list("recipient_name", flat=True))),
    }
    return render(request, "privacy/revoke.html", told)


@require_POST
def end(request: HttpRequest, consent_id: str) -> HttpResponse:
    """This will write down that the event came to pass with which a consent ends."""
    looking = viewer(request, "write consent", "read chart")
    consent, held = _opened(looking, consent_id, "end consent")
    try:
        consenting.end(looking, consent)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, "Ended. From now on nothing is disclosed under it.")
    return redirect("consents", held.pk)


def printed(looking: Viewer, consent: Consent, name: str, language: str) -> dict[str, Any]:
    """This will give what the paper form of a consent shows, in its own dated wording."""
    said = wording(consent.wording, language)
    is_tpo = consent.kind == Consent.Kind.TPO
    named = [str(one) for one in consent.recipients.all()]
    named += [one.strip() for one in consent.recipient_class.replace("\n", ";").split(";") if one.strip()]
    named += [said["payers"]] if consent.covers_payers else []
    named += [said["providers"]] if consent.covers_providers else []
    purposes = {Consent.Kind.TPO: said["usual"], Consent.Kind.PROCEEDINGS: said["court"]}
    until = f"{consent.expires_on:%Y-%m-%d}" if consent.expires_on else consent.expires_with
    filled = {
        "person": name,
        "discloser": consent.discloser,
        "recipients": ", ".join(named) or _LINE,
        "purpose": purposes.get(Consent.Kind(consent.kind), consent.purpose or _LINE),
        "end": until or (said["never"] if consent.never_expires else _LINE),
    }
    return {
        "title": said["title"],
        "organization": looking.organization.name,
        "small": f"{consent.wording}. {consent.pk[:8]}",
        "kind": said["kinds"][consent.kind],
        "lead": [said[one].format(**filled) for one in ("person", "discloser")],
        "information_head": said["information"],
        "information": [said["information_words"][one] for one in consent.information],
        "description": consent.description,
        "then": [said[one].format(**filled) for one in ("recipients", "purpose", "end")],
        "told": [said["right"], *([said["consequences"], said["redisclosure"]] if is_tpo else [said["apart"]])],
        "signed": f"{consent.signed_on:%Y-%m-%d}" if consent.signed_on else "",
        "unsigned": "" if consent.signed_on else said["unsigned"],
        "sign": list(said["sign"]),
        "representative": said["representative"],
        "representative_name": consent.representative,
        "copy": said["copy"],
    }


def _opened(looking: Viewer, consent_id: str, screen: str) -> tuple[Consent, Any]:
    consent = consenting.consents_of(looking).filter(pk=consent_id).first()
    if consent is None:
        raise Http404("There is no such consent.")
    return consent, reading.person(looking, consent.person_id, screen=screen)


def _shown(looking: Viewer, one: Consent) -> dict[str, Any]:
    missing = lacks(one)
    state = "stands"
    if one.revoked_at:
        state = "revoked"
    elif one.ended_at:
        state = "ended"
    elif missing:
        state = "lacks"
    elif one.expires_on and one.expires_on < looking.today:
        state = "expired"
    elif not stands(one, looking.today):
        state = "begins"
    zone = ZoneInfo(looking.organization.time_zone)
    over = one.revoked_at or one.ended_at
    days = (one.expires_on - looking.today).days if one.expires_on else None
    return {
        "consent": one,
        "state": state,
        "over": over.astimezone(zone).date() if over else None,
        "scope": consenting.scope(one),
        "ending": consenting.ending(one),
        "lacks": missing,
        "days": days if state == "stands" and days is not None and days <= consenting.SOON else None,
    }
