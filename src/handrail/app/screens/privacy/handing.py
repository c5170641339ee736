"""Whatever leaves the organization is handed over here: to whom, why, and on what basis; then it is in the accounting."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from handrail.app.accounts.access import Viewer, viewer
from handrail.app.chart import reading
from handrail.app.chart.exporting import Part
from handrail.app.consent.accounting import accounting, as_csv, consents_csv
from handrail.app.consent.classes import of_table, of_words
from handrail.app.consent.dated import notices
from handrail.app.consent.disclosing import NotCoveredError, disclose, hand_to_court, hand_to_person
from handrail.app.consent.models import Disclosure, Information
from handrail.app.screens.person.who import who
from handrail.app.screens.privacy.forms import HandingOver
from handrail.app.screens.program import packet as packets
from handrail.app.screens.program import printing

USUAL = tuple(str(one) for one in Information.values if one != Information.COUNSELING_NOTES)
"""Every class but the counseling notes."""


def hand_over(
    looking: Viewer, person: Any, form: forms.Form, information: Iterable[str], description: str, seal: str = ""
) -> Disclosure | None:
    """This will enter what a form says about something that leaves; None where it stays. Call it in a transaction.

    Raises `NotCoveredError` where no consent or rule covers it: then nothing may be handed over.
    """
    told = form.cleaned_data
    what: dict[str, Any] = {"information": tuple(information), "description": description, "seal": seal}
    match told["why"]:
        case HandingOver.STAYS:
            return None
        case HandingOver.OWN:
            return hand_to_person(looking, person, **what)
        case HandingOver.ORDER:
            return hand_to_court(looking, person, court=told["recipient_name"], order=told["purpose"], **what)
    return disclose(
        looking,
        person,
        recipient=told["recipient"],
        recipient_name="" if told["recipient"] else told["recipient_name"].strip(),
        recipient_kind=told["recipient_kind"],
        purpose=told["purpose"].strip(),
        **what,
    )


def letter(made: Disclosure) -> list[str]:
    """This will give the sentences that go along with a disclosure (2.32): the notice, and the consent's scope."""
    sentences = [notices()[made.notice].text]
    if made.scope:
        sentences.append(f"Disclosed to {made.recipient_name} for {made.purpose}. {made.scope}")
    return sentences


def beside(looking: Viewer, person: Any, made: Disclosure | None) -> dict[str, str]:
    """This will give the files that go beside an export: the letter; and, unless it goes to others, the privacy record."""
    files = {"notice.txt": "\n\n".join(letter(made)) + "\n"} if made else {}
    if made is None or made.basis == Disclosure.Basis.PERSON:
        every = accounting(looking, person, since=datetime.date(2000, 1, 1))
        files |= {"disclosures.csv": as_csv(every), "consents.csv": consents_csv(looking, person.pk)}
    return files


def part_of(information: Iterable[str]) -> Part | None:
    """This will say which part of a record some classes are; None where it is all of it."""
    chosen = set(information)
    if chosen >= set(Information.values):
        return None
    return Part(
        has_table=lambda table: of_table(table) in chosen,
        has_words=lambda table, part: of_words(table, part) in chosen,
        has_names="identity" in chosen,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def hand_packet(request: HttpRequest, episode_id: str) -> HttpResponse:
    """This will ask to whom the packet of an episode goes, enter it, and give the packet with notice and scope as PDF."""
    looking = viewer(request, "disclose", "read chart")
    episode = reading.episode(looking, episode_id, screen="hand over packet")
    form = HandingOver(looking, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        told = packets.content(looking, episode)
        whom = who(episode.person, looking.today).name
        try:
            with transaction.atomic():
                made = hand_over(looking, episode.person, form, USUAL, "packet of one episode", told["seal"])
                along = letter(made) if made else []
                return printing.packet(looking, told, whom, episode.program.name, along=along)
        except NotCoveredError as error:
            form.add_error(None, error.says)
    shown = {"who": who(episode.person, looking.today), "episode": episode, "form": form}
    return render(request, "privacy/hand_over.html", shown)
