"""The accounting of disclosures of one person: as a page, as PDF and CSV to hand to the person."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from handrail.app.accounts.access import viewer
from handrail.app.audit.log import Act, note
from handrail.app.chart import reading
from handrail.app.consent.accounting import YEARS, accounting, as_csv, years_before
from handrail.app.paper.pdf import pdf
from handrail.app.screens.person.who import who
from handrail.app.screens.privacy.forms import Asking
from handrail.app.screens.templatetags.handrail import day


@require_safe
def disclosures(request: HttpRequest, person_id: str) -> HttpResponse:
    """This will list what was disclosed about a person: to whom, when, what for, and under which consent or rule."""
    looking = viewer(request, "read chart")
    form_of = request.GET.get("format", "")
    held = reading.person(looking, person_id, screen=f"disclosures as {form_of[:4]}" if form_of else "disclosures")
    form = Asking(request.GET or None)
    asked = form.cleaned_data if form.is_bound and form.is_valid() else {}
    until = asked.get("until") or looking.today
    since = asked.get("since") or years_before(until)
    lines = accounting(looking, held, since, until)
    named = who(held, looking.today)
    if form_of == "csv":
        note(looking, Act("export", "disclosure", person_id=held.pk, detail=f"{len(lines)} lines"))
        return _to_keep(as_csv(lines).encode(), "text/csv; charset=utf-8", f"disclosures-{looking.today}.csv")
    if form_of == "pdf":
        note(looking, Act("export", "disclosure", person_id=held.pk, detail=f"{len(lines)} lines"))
        told = {
            "title": f"Disclosures about {named.name}",
            "organization": looking.organization.name,
            "small": f"Accounting of disclosures, made {day(looking.today)}.",
            "lead": [f"From {day(since)} to {day(until)}, both days included: {len(lines)} disclosures."],
            "rows": [
                [f"{day(one.at.date())} {one.at:%H:%M}", one.recipient, one.purpose, f"{one.information}. {one.description}",
                 f"{one.basis}. {one.scope}"]
                for one in lines
            ],
        }  # fmt: skip
        made = pdf("disclosures", told, at=looking.today)
        return _to_keep(made, "application/pdf", f"disclosures-{looking.today}.pdf")
    shown = {"who": named, "form": form, "lines": lines, "since": since, "until": until, "years": YEARS}
    return render(request, "privacy/disclosures.html", shown)


def _to_keep(content: bytes, kind: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = content_disposition_header(True, name)
    answer["Cache-Control"] = "no-store"
    return answer
