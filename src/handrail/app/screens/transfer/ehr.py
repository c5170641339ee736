"""Import from an EHR: files in FHIR R4, first looked at, then written. `merging.py` says what becomes of each row."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from handrail.app.accounts.access import Viewer, viewer
from handrail.app.audit.log import Act, note
from handrail.app.chart import reading, writing
from handrail.app.chart.models import Heading
from handrail.app.chart.owners import OF_THE_PROGRAM, concerned
from handrail.app.chart.touched import Touched
from handrail.app.chart.writing import ChangedMeanwhileError
from handrail.app.screens.transfer.bundles import (
    MOST_BYTES,
    MOST_FILES,
    Seen,
    Upload,
    carried,
    gathered,
    remembered_as,
    renamed,
    stored,
    survey,
    taken,
    uncarried,
)
from handrail.app.screens.transfer.merging import REASON, STATES, Merge, merge
from handrail.app.screens.transfer.sheets import UnreadableError
from handrail.app.worklists import hearing, judging
from handrail.exchange import fhir
from handrail.findings import FindingsError
from handrail.records.schema import in_order_of_reference

KIND = "fhir"
"""Under which the programs of types are remembered, as headings are for CSV."""
_PAGE = "transfer/ehr.html"
_MOST_SHOWN = 200
_ALWAYS = ("new", "same", "changed")
_SAYS = {
    "new": "new",
    "same": "there, unchanged",
    "changed": "changed",
    "locked": "signed, stays as it is",
    "amended": "corrected here, stays",
    "withdrawn": "taken back here",
    "left": "left out",
}


@require_http_methods(["GET", "HEAD", "POST"])
def imports_fhir(request: HttpRequest) -> HttpResponse:
    """This will take files of an EHR in: first look and say what would be written, then, when asked to, write."""
    looking = viewer(request, "write chart", "read program")
    shown: dict[str, Any] = {"most_mb": MOST_BYTES // 1_000_000, "most_files": MOST_FILES}
    if request.method != "POST":
        return render(request, _PAGE, shown)
    try:
        uploads = _uploads(request, looking)
    except UnreadableError as error:
        return render(request, _PAGE, {**shown, "wrong": str(error)})
    with stored(uploads) as named:
        seen = survey(named)
        programs = {row.pk: row.name or row.pk for row in reading.rows(looking, "program").order_by("name", "pk")}
        chosen = _chosen(request, looking, seen, programs)
        try:
            imported = fhir.read(named, {code: program for code, program in chosen.items() if program})
        except FindingsError as error:
            found = renamed(error.findings, named)
            return render(request, _PAGE, {**shown, "findings": found[:_MOST_SHOWN], "found": len(found)})
    made = merge(looking, imported, seen, request.POST.getlist("go"))
    looked = _digest(made, chosen)
    is_write = request.POST.get("act") == "write" and not made.another
    if is_write and request.POST.get("looked") == looked:
        try:
            write(looking, made)
        except (ValidationError, IntegrityError, ChangedMeanwhileError):
            shown["wrong"] = "The chart changed while this was written, so nothing was. Look at the files again."
            return render(request, _PAGE, shown)
        messages.success(request, _sentence(made))
        return redirect("imports_fhir")
    states = [state for state in STATES if state in _ALWAYS or made.total(state)]
    shown |= {
        "plan": made,
        "is_other": is_write,
        "looked": looked,
        "states": [_SAYS[state] for state in states],
        "rows": [(table, [told[state] for state in states]) for table, told in made.counts.items() if told.total()],
        "carried": carried(looking, uploads),
        "types": [(f"type-{place}", code, seen.types[code], chosen[code]) for place, code in enumerate(chosen)],
        "programs": programs,
        "unmapped": gathered(imported.unmapped),
        "files": [one.name for one in uploads],
        "left": [(table, why, count) for (table, why), count in sorted(made.left.items())],
        "strangers": sorted(set(made.strangers)),
    }
    return render(request, _PAGE, shown)


def write(looking: Viewer, made: Merge) -> None:
    """This will write what was looked at, all or nothing, and judge those whom it concerns: at once where they are few."""
    people: set[str] = set()
    with judging.wait(), transaction.atomic():
        for table in (name for name in in_order_of_reference() if name in made.new):
            rows = writing.create_all(looking, table, made.new[table])
            people |= concerned(rows) if table not in OF_THE_PROGRAM else set()
            if table == "person":
                writing.name_all(looking, [(row, made.names[row.pk]) for row in rows if row.pk in made.names])
        for row, values in made.changed:
            people |= concerned([writing.amend(looking, row, values, reason=REASON, version=row.version)])
        count = made.total("new") + made.total("changed")
        note(looking, Act("import", KIND, detail=f"{count} rows"))
    hearing.judge_at_once(looking.organization.pk, "person", Touched(frozenset(people)))


def _uploads(request: HttpRequest, looking: Viewer) -> list[Upload]:
    """The files just chosen, or those that the page carries from the look before."""
    files = request.FILES.getlist("files")
    if not files and request.POST.get("carried"):
        return uncarried(looking, request.POST["carried"])
    return taken(files)


def _chosen(request: HttpRequest, looking: Viewer, seen: Seen, programs: Mapping[str, str]) -> dict[str, str]:
    """The program of each type of episode, empty for none: as just chosen, which is remembered, else as remembered."""
    kept = Heading.objects.filter(organization=looking.organization, kind=KIND)
    codes = sorted(seen.types)
    if "act" not in request.POST:
        told = dict(kept.values_list("column", "heading"))
        found = {code: told.get(remembered_as(code), "") for code in codes}
    else:
        found = {code: request.POST.get(f"type-{place}", "") for place, code in enumerate(codes)}
    found = {code: program if program in programs else "" for code, program in found.items()}
    if "act" in request.POST:
        with transaction.atomic():
            for code, program in found.items():
                kept.update_or_create(organization=looking.organization, kind=KIND, column=remembered_as(code),
                                      defaults={"heading": program})  # fmt: skip
    return found


def _digest(made: Merge, chosen: Mapping[str, str]) -> str:
    """What was looked at, so that nothing else is written: the choices, and how many rows of which table in which state."""
    counts = {table: {state: told[state] for state in STATES} for table, told in made.counts.items()}
    told = json.dumps([chosen, counts, [[one.person_id, one.goes] for one in made.alike]], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()


def _sentence(made: Merge) -> str:
    told = [f"{made.total(state)} {_SAYS[state]}" for state in STATES if made.total(state)]
    return f"Rows of the EHR: {', '.join(told) or 'none'}."
