"""One record of any table: what it says, who entered it and when, its history; and how it is amended or taken back."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from handrail.app.accounts.access import Viewer, viewer
from handrail.app.audit.log import Act, note
from handrail.app.chart import reading, writing
from handrail.app.chart.declared import attribute
from handrail.app.chart.forms import form_of, keep
from handrail.app.chart.models import Change
from handrail.app.chart.owners import OF_THE_PROGRAM, person_of
from handrail.app.screens.person.who import who
from handrail.records.schema import RECORDED_ON, Column, tables

_CHANGES = 50
_MORE = {"judgement": ("make judgement",), "signature": ("sign plan",)}


@dataclass(frozen=True)
class Value:
    """One column as the page shows it; `to` is the record that it refers to."""

    name: str
    says: str
    value: str
    to: tuple[str, str] | None = None


@dataclass(frozen=True)
class Past:
    """One change: what it was before and after, column by column."""

    change: Change
    columns: list[tuple[str, str, str]]


class Reason(forms.Form):
    """Why a record is changed or taken back."""

    reason = forms.CharField(label="Reason", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest, table: str, row_id: str) -> HttpResponse:
    """This will show one record with its history; amend it, or take it back with a reason."""
    looking = viewer(request)
    if table not in tables():
        raise Http404("There is no such table.")
    row = reading.rows(looking, table).filter(pk=row_id).select_related("entered_by__user").first()
    if row is None:
        return _withdrawn(request, looking, table, row_id)
    note(looking, Act("read", table, row.pk, person_of(row), "record"))
    may_write = all(looking.may(act) for act in _acts(table))
    may_amend = may_write and (row.locked_at is None or looking.may("amend locked"))
    act, shown = request.POST.get("act", ""), columns_shown(table, row)
    person = _person(looking, row)
    if request.method == "POST" and not may_amend:
        raise PermissionDenied("Your role here does not allow this: amend.")
    version = row.version
    amended = _amendment(looking, table, row, request if act == "amend" else None) if may_amend else None
    reason = Reason(request.POST if act == "amend" else None, prefix="amend")
    reason.fields["reason"].required = row.locked_at is not None
    taken = Reason(request.POST if act == "withdraw" else None, prefix="withdraw")
    if act == "amend" and _amend(looking, row, amended, reason, request):
        messages.success(request, "Changed. What was there before stands in the history.")
        return redirect("record", table, row_id)
    if act == "withdraw" and _withdraw(looking, row, taken):
        messages.success(request, "Taken back. It stays in the history and is no longer judged.")
        return redirect("record", table, row_id)
    told = {
        "table": tables()[table],
        "row": row,
        "version": version,
        "values": shown,
        "words": _wordings(looking, table, row_id),
        "days": happened(table, row),
        "who": person,
        "history": history(looking, table, row_id),
        "amended": amended,
        "reason": reason,
        "taken": taken,
        "act": act,
        "may_write": may_write,
        "may_amend": may_amend,
        "may_withdraw": may_amend and table not in ("person", "program", "staff"),
    }
    return render(request, "person/record.html", told)


def _acts(table: str) -> tuple[str, ...]:
    """What somebody must be allowed to change a record: a judgement is changed by who may judge."""
    if table in OF_THE_PROGRAM:
        return ("write program",)
    return ("write chart", *_MORE[table]) if table in _MORE else ("write chart",)


def columns_shown(table: str, row: Any) -> list[Value]:
    """This will give a record's columns with their meanings; what refers to another record says its name or id."""
    told = []
    for column in tables()[table].columns.values():
        if column.name in (tables()[table].key, RECORDED_ON):
            continue
        value = getattr(row, row._meta.get_field(attribute(column)).attname)
        to = (str(column.references), str(value)) if column.references and value else None
        told.append(Value(_title(column), column.says, _said(row, column, value), to))
    return told


def _title(column: Column) -> str:
    return column.name.removesuffix("_id").replace("_", " ")


def _said(row: Any, column: Column, value: Any) -> str:
    if column.references and value:
        return getattr(getattr(row, attribute(column)), "name", "") or f"{column.references.replace('_', ' ')} {value}"
    if column.type in ("level", "credential") and value:
        return f"{getattr(row, f'get_{column.name}_display')()} ({value})"
    if column.type == "code" and value:
        return str(value).replace("_", " ")
    return plainly(value)


def plainly(value: Any) -> str:
    """This will say a value of a record or of its history."""
    if value is None or value == "":
        return "not documented"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime.datetime):
        return f"{value:%a} {value.day} {value:%b %Y, %H:%M}"
    if isinstance(value, datetime.date):
        return f"{value:%a} {value.day} {value:%b %Y}"
    return str(value)


def happened(table: str, row: Any) -> Mapping[str, Any]:
    """This will set the day of the event and the day it was written down side by side, with the days between."""
    dated = [name for name in tables()[table].dated if getattr(row, name, None)]
    day = getattr(row, dated[-1]) if dated else None
    written = row.recorded_on
    return {"event": day, "written": written, "between": (written - day).days if day and written else None}


def history(looking: Viewer, table: str, row_id: str) -> list[Past]:
    """This will give the latest changes of a record, with what each column was before and after."""
    found = Change.objects.filter(organization=looking.organization, table=table, row_id=row_id)
    return [
        Past(
            one,
            [
                (name.removesuffix("_id").replace("_", " "), plainly(one.before.get(name)), plainly(after))
                for name, after in one.after.items()
                if one.before.get(name) != after and one.kind == Change.Kind.AMENDED
            ],
        )
        for one in found.select_related("by__user").order_by("-at", "-pk")[:_CHANGES]
    ]


def _person(looking: Viewer, row: Any) -> Any:
    person_id = person_of(row)
    if not person_id or not looking.may("read chart"):
        return None
    found = reading.rows(looking, "person").filter(pk=person_id).first()
    return who(found, looking.today) if found else None


def _wordings(looking: Viewer, table: str, row_id: str) -> list[tuple[str, str]]:
    if not looking.may("read chart"):
        return []
    found = reading.wordings(looking, table, row_id)
    return [(part.replace("_", " "), text) for (_, part), text in sorted(found.items())]


def _amendment(looking: Viewer, table: str, row: Any, request: HttpRequest | None) -> Any:
    """The form of what may be changed: not whose the record is, nor the rows it hangs on."""
    declared = tables()[table]
    columns = [
        name
        for name, column in declared.columns.items()
        if name not in (declared.key, RECORDED_ON) and column.references in (None, "staff")
    ]
    copy = reading.one(looking, table, row.pk)
    return form_of(looking, table, columns, request, row=copy)


def _amend(looking: Viewer, row: Any, amended: Any, reason: Reason, request: HttpRequest) -> bool:
    if not reason.is_valid() or not amended.is_valid():
        return False
    given = request.POST.get("version", "")
    version = int(given) if given.isdigit() else row.version
    why = reason.cleaned_data["reason"]
    return keep(amended, lambda told: writing.amend(looking, row, told, reason=why, version=version)) is not None


def _withdraw(looking: Viewer, row: Any, taken: Reason) -> bool:
    if not taken.is_valid():
        return False
    try:
        writing.withdraw(looking, row, reason=taken.cleaned_data["reason"])
    except ValidationError as error:
        taken.add_error("reason", error)
        return False
    return True


def _withdrawn(request: HttpRequest, looking: Viewer, table: str, row_id: str) -> HttpResponse:
    """A record that was taken back shows only its history, which has everything it ever said."""
    past = history(looking, table, row_id)
    gone = next((one.change for one in past if one.change.kind == Change.Kind.WITHDRAWN), None)
    if gone is None:
        raise Http404("There is no such record.")
    note(looking, Act("read", table, row_id, str(gone.before.get("person_id") or ""), "history"))
    columns = tables()[table].columns
    values = [
        Value(_title(columns[name]), columns[name].says, plainly(value))
        for name, value in gone.before.items()
        if name in columns and name != tables()[table].key
    ]
    told = {
        "table": tables()[table],
        "gone": gone,
        "values": values,
        "history": past,
        "at": timezone.localtime(gone.at),
    }
    return render(request, "person/record_gone.html", told)
