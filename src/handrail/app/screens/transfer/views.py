"""Bringing a clinic's own files in, and giving everything about a person out."""

from __future__ import annotations

import io
import tempfile
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from handrail.app.accounts.access import Viewer, viewer
from handrail.app.accounts.proof import prove
from handrail.app.authorizations.exporting import export_organization
from handrail.app.chart import reading
from handrail.app.chart.exporting import export
from handrail.app.chart.models import Heading
from handrail.app.consent.disclosing import NotCoveredError
from handrail.app.consent.models import Information
from handrail.app.reviewing.exporting import tables_of_reviews
from handrail.app.screens.person.who import who
from handrail.app.screens.privacy.forms import HandingOver
from handrail.app.screens.privacy.handing import beside, hand_over, part_of
from handrail.app.screens.transfer import rows
from handrail.app.screens.transfer.sheets import MOST_BYTES, MOST_LINES, Sheet, UnreadableError, decoded, guessed, kinds
from handrail.app.screens.transfer.sheets import sheet as sheet_of

_MOST_FAULTS = 200
_IN_MEMORY = 32_000_000


@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """This will take a file in: first look and say everything that is wrong, then, when asked to, write."""
    looking = viewer(request, "write chart", "read program")
    shown: dict[str, Any] = {
        "kinds": kinds(),
        "kind": request.POST.get("kind", "people"),
        "most_mb": MOST_BYTES // 1_000_000,
        "most_lines": MOST_LINES,
    }
    if request.method != "POST":
        return render(request, "transfer/import.html", shown)
    if shown["kind"] not in kinds():
        raise Http404("There is no such kind of file.")
    try:
        text = _text(request)
        sheet = sheet_of(text)
    except UnreadableError as error:
        return render(request, "transfer/import.html", {**shown, "wrong": str(error)})
    columns = _columns(request, looking, shown["kind"], sheet)
    made = rows.plan(looking, shown["kind"], sheet, columns)
    if request.POST.get("act") == "write" and not made.faults:
        try:
            rows.write(looking, shown["kind"], made)
        except ValidationError as error:
            return render(request, "transfer/import.html", {**shown, "wrong": " ".join(error.messages)})
        messages.success(request, _sentence(made))
        return redirect("imports")
    told = kinds()[shown["kind"]]["columns"]
    shown |= {
        "text": text,
        "heads": [head for head in sheet.heads if head],
        "columns": [(name, about, columns.get(name, "")) for name, about in told.items()],
        "plan": made,
        "faults": made.faults[:_MOST_FAULTS],
        "lines": len(sheet.lines),
    }
    return render(request, "transfer/import.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
def export_person(request: HttpRequest, person_id: str) -> HttpResponseBase:
    """This will ask to whom everything about one person goes, enter it, and give it as a ZIP."""
    looking = viewer(request, "export", "read chart")
    held = reading.one(looking, "person", person_id)
    form = HandingOver(
        looking, request.POST if request.method == "POST" else None, information=dict(Information.choices)
    )
    if request.method == "POST" and form.is_valid():
        told, out = form.cleaned_data, io.BytesIO()
        stays = told["why"] == HandingOver.STAYS
        try:
            with transaction.atomic():
                made = hand_over(looking, held, form, told["information"], "export of the record")
                part = None if stays else part_of(told["information"])
                export(looking, out, person_id=held.pk, part=part, beside=beside(looking, held, made))
        except NotCoveredError as error:
            form.add_error(None, error.says)
        else:
            out.seek(0)
            name = f"record-{looking.today}.zip"
            return FileResponse(out, as_attachment=True, filename=name, content_type="application/zip")
    return render(request, "transfer/export.html", {"who": who(held, looking.today), "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def export_all(request: HttpRequest) -> HttpResponseBase:
    """This will give everything of the organization as a ZIP, to whoever proves again who they are."""
    looking = viewer(request, "export", "read chart")
    if request.method != "POST":
        return render(request, "transfer/everything.html")
    prove(request)
    out = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  the answer closes it
    export_organization(looking, out, also=tables_of_reviews(looking))
    out.seek(0)
    name = f"everything-{looking.today}.zip"
    return FileResponse(out, as_attachment=True, filename=name, content_type="application/zip")


def _text(request: HttpRequest) -> str:
    """The file just chosen, or the text that the page carries from the look before."""
    given = request.FILES.get("file")
    if given is not None:
        if given.size > MOST_BYTES:
            raise UnreadableError(
                f"The file is larger than {MOST_BYTES // 1_000_000} MB. Split it and import each part."
            )
        return decoded(given.read())
    if not request.POST.get("text"):
        raise UnreadableError("Choose a file.")
    return decoded(request.POST["text"].encode())


def _columns(request: HttpRequest, looking: Viewer, kind: str, sheet: Sheet) -> dict[str, str]:
    """The headings that were chosen, which are remembered; without a choice, those remembered or guessed."""
    kept = Heading.objects.filter(organization=looking.organization, kind=kind)
    if "act" not in request.POST:
        return guessed(kind, sheet.heads, dict(kept.values_list("column", "heading")))
    chosen = {name: request.POST.get(f"column-{name}", "") for name in kinds()[kind]["columns"]}
    chosen = {name: head if head in sheet.heads else "" for name, head in chosen.items()}
    with transaction.atomic():
        for name, head in chosen.items():
            kept.update_or_create(
                organization=looking.organization, kind=kind, column=name, defaults={"heading": head[:200]}
            )
    return chosen


def _sentence(made: rows.Plan) -> str:
    new = ", ".join(f"{count} new in {table.replace('_', ' ')}" for table, count in made.counts) or "Nothing new"
    return f"{new}; {made.old} lines were there already."
