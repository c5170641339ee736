"""Writing the chart: every change passes here. It is checked, versioned, kept with what was before, and logged.

A row that is locked (signed) is changed only by `amend`, with a reason, by whoever may. Nothing is ever deleted: a row
that was entered in error is withdrawn, with a reason, and no longer judged.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone

from handrail.app.accounts.access import Viewer
from handrail.app.accounts.walls import everybody
from handrail.app.audit.log import Act, note
from handrail.app.chart.declared import IN_ORDER, attribute
from handrail.app.chart.models import RECORDS, Change, Identity, Wording
from handrail.app.chart.owners import OF_THE_PROGRAM, person_of, persons_of
from handrail.app.chart.touched import Touched, touched
from handrail.records.dates import EARLIEST, LATEST, alternatives
from handrail.records.schema import RECORDED_ON, Table, tables

changing = Signal()
"""Sent within the transaction of a change: `organization_id`, `table` and `touched`, what is to be judged anew."""

changed = Signal()
"""Sent once a change stands, with the same. If the process dies in between, it is never sent."""


class ChangedMeanwhileError(Exception):
    """Somebody else changed the row since it was read; nothing was written."""


def create(viewer: Viewer, table: str, values: Mapping[str, Any]) -> Any:
    """This will write one new row. `values` are by declared column; ids may be given, else they are made.

    `recorded_on` is today, unless the row's own day is today or later. Raises `ValidationError` with a sentence for each field, and
    `PermissionDenied` where the viewer may not write this table.
    """
    return create_all(viewer, table, [values])[0]


def create_all(viewer: Viewer, table: str, several: Sequence[Mapping[str, Any]]) -> list[Any]:
    """This will write new rows of one table, all or none."""
    viewer.require(_act(table))
    made = [_made(viewer, table, values) for values in several]
    with transaction.atomic():
        _free(table, several)
        _check(viewer, table, made)
        RECORDS[table].objects.bulk_create(made, batch_size=500)
        Change.objects.bulk_create(
            [_change(viewer, table, row, Change.Kind.CREATED, {}, _plain(table, row), "") for row in made],
            batch_size=500,
        )
        persons = persons_of(table, made)
        note(viewer, *(Act("create", table, row.pk, who) for row, who in zip(made, persons, strict=True)))
        _tell(viewer, table, touched(made))
    return made


def amend(viewer: Viewer, row: Any, values: Mapping[str, Any], *, reason: str = "", version: int | None = None) -> Any:
    """This will change a row. A locked one needs a reason, and a role that may amend what is locked.

    What came to pass after the signing (an empty event column that is filled: a goal met) changes nothing that was
    signed, so it needs neither.

    `version` is the one that was shown; raises `ChangedMeanwhileError` where it is no longer the latest.
    """
    table = row.table
    viewer.require(_act(table))
    with transaction.atomic():
        held = _held(viewer, row)
        if version is not None and held.version != version:
            raise ChangedMeanwhileError
        before, were = _plain(table, held), touched([held])
        if values.get(tables()[table].key, held.pk) != held.pk:
            raise ValidationError({tables()[table].key: "A row keeps its id."})
        _set(table, held, values)
        after = _plain(table, held)
        if after == before:
            return held
        if held.locked_at is not None and not _only_came_to_pass(table, before, after):
            _may_amend_locked(viewer, reason)
        held.version += 1
        _check(viewer, table, [held])
        held.save()
        _change(viewer, table, held, Change.Kind.AMENDED, before, after, reason).save()
        named = ", ".join(sorted(name for name in after if after[name] != before[name]))
        note(viewer, Act("amend", table, held.pk, person_of(held), named))
        _tell(viewer, table, were | touched([held]))
    return held


def lock(viewer: Viewer, row: Any) -> Any:
    """This will lock a row: from now on it is amended, never edited."""
    table = row.table
    viewer.require(_act(table))
    with transaction.atomic():
        held = _held(viewer, row)
        if held.locked_at is None:
            held.locked_at = timezone.now()
            held.save(update_fields=["locked_at"])
            _change(viewer, table, held, Change.Kind.LOCKED, {}, {}, "").save()
            note(viewer, Act("lock", table, held.pk, person_of(held)))
    return held


def withdraw(viewer: Viewer, row: Any, *, reason: str) -> None:
    """This will take back a row that was entered in error: it stays in the history and is no longer judged."""
    table = row.table
    viewer.require(_act(table))
    if not reason.strip():
        raise ValidationError({"reason": "Say why it is taken back."})
    with transaction.atomic():
        held = _held(viewer, row)
        if held.locked_at is not None:
            viewer.require("amend locked")
        held.is_withdrawn = True
        held.version += 1
        held.save(update_fields=["is_withdrawn", "version"])
        _change(viewer, table, held, Change.Kind.WITHDRAWN, _plain(table, held), {}, reason).save()
        note(viewer, Act("withdraw", table, held.pk, person_of(held)))
        _tell(viewer, table, touched([held]))


def name(viewer: Viewer, person: Any, **called: str) -> Identity:
    """This will write what a person is called: `given_name`, `family_name`, `called`, `number`."""
    viewer.require("write chart")
    _own(viewer, person)
    with transaction.atomic():
        made = Identity(person=person, holder=viewer.organization, entered_by_id=viewer.membership_id, **called)
        made.full_clean()
        made.save()
        note(viewer, Act("name", "person", person.pk, person.pk))
    return made


def word(viewer: Viewer, row: Any, part: str, text: str, *, reason: str = "") -> None:
    """This will write the words of one part of a row. Of a locked row, only with a reason and a role that may amend."""
    viewer.require("write chart")
    _own(viewer, row)
    with transaction.atomic():
        held = _held(viewer, row)
        told, is_new = Wording.objects.select_for_update().get_or_create(
            holder=viewer.organization,
            table=row.table,
            row_id=row.pk,
            part=part,
            defaults={"text": text, "person_id": person_of(row), "entered_by_id": viewer.membership_id},
        )
        if not is_new and told.text == text:
            return
        if held.locked_at is not None:
            _may_amend_locked(viewer, reason)
        before = "" if is_new else told.text
        if not is_new:
            told.text, told.version = text, told.version + 1
            told.save()
        Change.objects.create(
            organization=viewer.organization,
            table="wording",
            row_id=told.pk,
            version=told.version,
            kind=Change.Kind.CREATED if is_new else Change.Kind.AMENDED,
            by_id=viewer.membership_id,
            reason=reason,
            before={"text": before},
            after={"text": text},
        )
        note(viewer, Act("word", row.table, row.pk, told.person_id, part))


def name_all(viewer: Viewer, several: Sequence[tuple[Any, Mapping[str, str]]]) -> list[Identity]:
    """This will write what many people are called, all or none; for imports and the demo."""
    viewer.require("write chart")
    made = [
        Identity(person=person, holder=viewer.organization, entered_by_id=viewer.membership_id, **called)
        for person, called in several
    ]
    with transaction.atomic():
        for one in made:
            one.clean_fields(exclude=["person", "holder", "entered_by"])
        Identity.objects.bulk_create(made, batch_size=500)
        note(viewer, *(Act("name", "person", one.person_id, one.person_id) for one in made))
    return made


def word_all(viewer: Viewer, several: Sequence[tuple[Any, str, str]]) -> None:
    """This will write the words of parts that have none yet, `(row, part, text)`, all or none; for imports and the demo."""
    viewer.require("write chart")
    told = [
        Wording(
            holder=viewer.organization,
            table=row.table,
            row_id=row.pk,
            part=part,
            text=text,
            person_id=person_of(row),
            entered_by_id=viewer.membership_id,
        )
        for row, part, text in several
    ]
    with transaction.atomic():
        Wording.objects.bulk_create(told, batch_size=500)
        Change.objects.bulk_create(
            [
                _change(viewer, "wording", one, Change.Kind.CREATED, {"text": ""}, {"text": one.text}, "")
                for one in told
            ],
            batch_size=500,
        )
        note(viewer, *(Act("word", one.table, one.row_id, one.person_id, one.part) for one in told))


def lock_all(viewer: Viewer, rows: Sequence[Any]) -> None:
    """This will lock many rows as they stand, all or none; for the demo, whose plans were signed long ago."""
    now = timezone.now()
    with transaction.atomic():
        for table in sorted({row.table for row in rows}):
            viewer.require(_act(table))
            held = [row for row in rows if row.table == table]
            for row in held:
                _own(viewer, row)
                row.locked_at = now
            RECORDS[table].objects.bulk_update(held, ["locked_at"], batch_size=300)
            Change.objects.bulk_create(
                [_change(viewer, table, row, Change.Kind.LOCKED, {}, {}, "") for row in held], batch_size=500
            )
            persons = persons_of(table, held)
            note(viewer, *(Act("lock", table, row.pk, who) for row, who in zip(held, persons, strict=True)))


def _act(table: str) -> str:
    return "write program" if table in OF_THE_PROGRAM else "write chart"


def _own(viewer: Viewer, row: Any) -> None:
    if row.holder_id != viewer.organization.pk:
        raise PermissionDenied("There is no such record here.")


def _held(viewer: Viewer, row: Any) -> Any:
    """The row as it stands, locked until the transaction ends."""
    held = RECORDS[row.table].objects.select_for_update().filter(pk=row.pk, holder_id=viewer.organization.pk).first()
    if held is None:
        raise PermissionDenied("There is no such record here.")
    if held.is_withdrawn:
        raise ValidationError("This was taken back. Enter it anew.")
    return held


def _may_amend_locked(viewer: Viewer, reason: str) -> None:
    viewer.require("amend locked")
    if not reason.strip():
        raise ValidationError({"reason": "This is signed. Say why it is amended."})


def _only_came_to_pass(table: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    columns = tables()[table].columns
    return all(columns[name].is_event and before[name] is None for name in after if after[name] != before[name])


def _free(table: str, several: Sequence[Mapping[str, Any]]) -> None:
    """Ids that were given are nobody's yet."""
    key = tables()[table].key
    given = [values[key] for values in several if values.get(key)]
    with everybody():
        taken = len(set(given)) < len(given) or any(
            RECORDS[table].objects.filter(pk__in=given[start : start + 500]).exists()
            for start in range(0, len(given), 500)
        )
    if taken:
        raise ValidationError({key: "This id is taken."})


def _made(viewer: Viewer, table: str, values: Mapping[str, Any]) -> Any:
    row = RECORDS[table](holder=viewer.organization, entered_by_id=viewer.membership_id)
    _set(table, row, {RECORDED_ON: viewer.today, **values})
    return row


def _set(table: str, row: Any, values: Mapping[str, Any]) -> None:
    columns = tables()[table].columns
    for column, value in values.items():
        if column not in columns:
            raise ValidationError({column: f"A {table} has no such column."})
        given = value.pk if hasattr(value, "pk") else value
        attname = row._meta.get_field(attribute(columns[column])).attname
        setattr(row, attname, None if given == "" else given)


def _check(viewer: Viewer, table: str, made: Iterable[Any]) -> None:
    """Every value is of its type and among those listed, and every row referred to is the organization's own."""
    made = list(made)
    for column in tables()[table].columns.values():
        if not column.references:
            continue
        attname = RECORDS[table]._meta.get_field(attribute(column)).attname
        wanted = {value for row in made if (value := getattr(row, attname))}
        own = RECORDS[column.references].objects.filter(holder_id=viewer.organization.pk, is_withdrawn=False)
        found: set[str] = set()
        listed = sorted(wanted)
        for start in range(0, len(listed), 500):
            found |= set(own.filter(pk__in=listed[start : start + 500]).values_list("pk", flat=True))
        if wanted - found:
            raise ValidationError({attribute(column): f"There is no such {column.references.replace('_', ' ')}."})
    for row in made:
        if wrong := _faults(tables()[table], row):
            raise ValidationError(wrong)


def faults_of(viewer: Viewer, table: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """This will say what is wrong with the values of a new row, by field; whether what it refers to exists is left out."""
    return _faults(tables()[table], _made(viewer, table, values))


def _faults(table: Table, row: Any) -> dict[str, Any]:
    references = {
        column: row._meta.get_field(attribute(column)) for column in table.columns.values() if column.references
    }
    wrong: dict[str, Any] = {
        field.name: ["This is needed."]
        for column, field in references.items()
        if column.required and not getattr(row, field.attname)
    }
    try:
        row.clean_fields(exclude=["holder", "entered_by", *(field.name for field in references.values())])
    except ValidationError as error:
        return {**wrong, **error.message_dict}
    return wrong | _wrong(table, row)


def _wrong(table: Table, row: Any) -> dict[str, list[str]]:
    """What the values of a row, each of its type, must satisfy besides: days that can be, and in order."""
    wrong = {}
    for column in table.columns.values():
        value = None if column.references or column.name == table.key else getattr(row, column.name)
        if column.type in ("date", "time") and value is not None:
            day = value.date() if isinstance(value, datetime.datetime) else value
            if not EARLIEST <= day <= LATEST:
                wrong[column.name] = [f"Give a day from {EARLIEST} to {LATEST}."]
        elif isinstance(value, str) and "\x00" in value:
            wrong[column.name] = ["This holds a character that cannot be kept."]
    for owner, first, last in IN_ORDER:
        if owner == table.name and (start := getattr(row, first)) and (end := getattr(row, last)) and end < start:
            wrong[last] = [f"This cannot be before {first.replace('_', ' ')}."]
    if (either := alternatives(table)) and all(getattr(row, name) is None for name in either):
        wrong[either[0]] = [f"Give at least one of: {', '.join(name.replace('_', ' ') for name in either)}."]
    return wrong


def _plain(table: str, row: Any) -> dict[str, Any]:
    """A row's declared columns as plain JSON."""
    told = {}
    for column in tables()[table].columns.values():
        value = getattr(
            row, row._meta.get_field(attribute(column)).attname if column.name != tables()[table].key else "pk"
        )
        told[column.name] = (
            value.isoformat()
            if isinstance(value, (datetime.date, datetime.datetime))
            else str(value)
            if isinstance(value, Decimal)
            else value
        )
    return told


def _change(
    viewer: Viewer, table: str, row: Any, kind: str, before: dict[str, Any], after: dict[str, Any], reason: str
) -> Change:
    return Change(
        organization=viewer.organization,
        table=table,
        row_id=row.pk,
        version=row.version,
        kind=kind,
        by_id=viewer.membership_id,
        reason=reason.strip(),
        before=before,
        after=after,
    )


def _tell(viewer: Viewer, table: str, what: Touched) -> None:
    told = {"sender": create, "organization_id": viewer.organization.pk, "table": table, "touched": what}
    changing.send(**told)
    transaction.on_commit(lambda: changed.send(**told))
