"""Everything that is kept about one person, or about everybody of an organization, as a ZIP of CSV files and a history.

The CSV files have the declared columns, so that a folder of them can be judged by the `handrail` command as it is.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.http import Http404

from handrail.app.accounts.access import Viewer
from handrail.app.audit.log import Act, note
from handrail.app.chart.declared import attribute
from handrail.app.chart.models import RECORDS, Change, Identity, Wording
from handrail.app.chart.owners import ways_to
from handrail.app.paper.cells import Rows
from handrail.records.schema import tables

_ABOUT = """What this folder holds

<table>.csv    the records, one file a table; empty tables have no file
names.csv      what people are called
words.csv      what was written about a record: notes, problems, reasons
history.json   every change: when, by whom (the number of the membership), what stood before and after, and why

Of an organization also its consents, agreements, disclosures and emergencies; its requests with what was sent
(submissions, edition_texts), steps, questions, conversations, determinations, authorizations, appeals and the letters
that were sent (notices, letters/). What stands there as {...} or [...] is JSON.

Where they apply: notice.txt (the law's notice, and what allowed this to be disclosed), and of one person consents.csv
and disclosures.csv.

A text that a spreadsheet could take for a formula has ' before its first letter.
Empty means not documented. Times are those of the clock on the wall.
"""


@dataclass(frozen=True)
class Part:
    """Which part of a record is exported: which tables, whose names, which words."""

    has_table: Callable[[str], bool]
    has_words: Callable[[str, str], bool]
    has_names: bool


@dataclass(frozen=True)
class Beside:
    """Rows of other rooms that go along: the name of their file, and their columns."""

    name: str
    rows: models.QuerySet[Any]
    columns: Sequence[str]


def export(
    viewer: Viewer,
    out: IO[bytes],
    *,
    person_id: str = "",
    part: Part | None = None,
    beside: Mapping[str, str] | None = None,
    also: Sequence[Beside] = (),
    files: Iterable[tuple[str, bytes]] = (),
) -> int:
    """This will write everything of one person, or of the organization where none is named; gives the number of rows.

    What was withdrawn stands in the history alone. `part` leaves out what is not meant for the receiver, and with it
    the history; `beside` are texts by file name that go along, `also` rows and `files` files of other rooms. Raises `PermissionDenied` for a role that may not
    export, and `Http404` where there is no such person here.
    """
    viewer.require("export")
    own = {"holder_id": viewer.organization.pk}
    if person_id and not RECORDS["person"].objects.filter(pk=person_id, **own).exists():
        raise Http404("There is no such record.")
    count = 0
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as folder:
        folder.writestr("about.txt", _ABOUT)
        for name, text in (beside or {}).items():
            folder.writestr(name, text)
        for table in [one for one in tables() if part is None or part.has_table(one)]:
            count += _table(folder, table, _rows(viewer, table, person_id).filter(is_withdrawn=False))
        names = Identity.objects.filter(is_withdrawn=False, **own)
        words = Wording.objects.filter(is_withdrawn=False, **own)
        if person_id:
            names, words = names.filter(person_id=person_id), words.filter(person_id=person_id)
        if part is None or part.has_names:
            _file(folder, "names", names, ("person_id", "given_name", "family_name", "called", "number"))
        if part is not None:
            kept = words.values_list("table", "part").distinct()
            words = words.filter(pk__in=_worded(words, [one for one in kept if part.has_words(*one)]))
        _file(folder, "words", words, ("table", "row_id", "part", "person_id", "text"))
        for one in also:
            count += _file(folder, one.name, one.rows, one.columns)
        for name, held in files:
            folder.writestr(name, held)
        if part is None:
            _history(folder, _changes(viewer, person_id, words))
    note(viewer, Act("export", "person" if person_id else "organization", person_id, person_id, f"{count} rows"))
    return count


def _rows(viewer: Viewer, table: str, person_id: str) -> models.QuerySet[Any]:
    """The rows of a table, withdrawn ones included; of one person also the sessions to which she came."""
    rows = RECORDS[table].objects.filter(holder_id=viewer.organization.pk).order_by("pk")
    if not person_id:
        return rows
    if ways := ways_to("person", table):
        test = models.Q()
        for way in ways:
            test |= models.Q(**{way: person_id})
        return rows.filter(test)
    came = RECORDS["attendance"].objects.filter(episode__person_id=person_id, is_withdrawn=False).values("session_id")
    if table == "session":
        return rows.filter(pk__in=came)
    return rows.filter(session_id__in=came) if table in ("session_staff", "session_focus") else rows.none()


def _table(folder: zipfile.ZipFile, table: str, rows: models.QuerySet[Any]) -> int:
    declared = tables()[table]
    fields = [
        "pk" if column.name == declared.key else RECORDS[table]._meta.get_field(attribute(column)).attname
        for column in declared.columns.values()
    ]
    return _file(folder, table, rows, fields, tuple(declared.columns))


def _file(
    folder: zipfile.ZipFile, name: str, rows: models.QuerySet[Any], fields: Sequence[str], heads: Sequence[str] = ()
) -> int:
    if not rows.exists():
        return 0
    count = 0
    with folder.open(f"{name}.csv", "w", force_zip64=True) as raw, io.TextIOWrapper(raw, "utf-8", newline="") as text:
        lines = Rows(text)
        lines.writerow(heads or fields)
        for values in rows.values_list(*fields).iterator(chunk_size=2000):
            lines.writerow([_plain(value) for value in values])
            count += 1
    return count


def _worded(words: models.QuerySet[Wording], parts: Iterable[tuple[str, str]]) -> models.QuerySet[Any]:
    """The words about some parts of some tables."""
    test = models.Q(pk__in=[])
    for table, part in parts:
        test |= models.Q(table=table, part=part)
    return words.filter(test).values("pk")


def _plain(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, sort_keys=True)
    return value.isoformat() if hasattr(value, "isoformat") else value


def _changes(viewer: Viewer, person_id: str, words: models.QuerySet[Wording]) -> Iterator[Change]:
    """Every change of what is exported, and of what was withdrawn since."""
    every = Change.objects.filter(organization=viewer.organization).order_by("pk")
    if not person_id:
        yield from every.iterator(chunk_size=2000)
        return
    for table in tables():
        ids = _rows(viewer, table, person_id).values("pk")
        yield from every.filter(table=table, row_id__in=ids).iterator(chunk_size=2000)
    yield from every.filter(table="wording", row_id__in=words.values("pk")).iterator(chunk_size=2000)


def _history(folder: zipfile.ZipFile, changes: Iterable[Change]) -> None:
    """One change a line, so that a file of any length can be read."""
    with folder.open("history.json", "w", force_zip64=True) as raw, io.TextIOWrapper(raw, "utf-8") as text:
        text.write("[")
        for number, one in enumerate(changes):
            told = {
                name: getattr(one, name) for name in ("table", "row_id", "version", "kind", "at", "by_id", "reason")
            }
            told |= {"before": one.before, "after": one.after}
            text.write(",\n" if number else "\n")
            text.write(json.dumps(told, cls=DjangoJSONEncoder, ensure_ascii=False, sort_keys=True))
        text.write("\n]\n")
