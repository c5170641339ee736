"""From the reader's records to what an import would do to the chart: what is new, changed, locked, and left as it is.

A row's id is made of the organization and the id in the file: the same file again meets its own rows, and no one else's.
What somebody corrected here is never undone: a column changes only while it still holds what an import wrote.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from handrail.app.accounts.access import Viewer
from handrail.app.chart import reading, writing
from handrail.app.chart.declared import attribute
from handrail.app.chart.models import Change
from handrail.app.chart.owners import OF_THE_PROGRAM
from handrail.app.screens.transfer.alike import Alike, Known, alike, is_another, known
from handrail.app.screens.transfer.bundles import Called, Seen
from handrail.exchange.fhir import Imported
from handrail.records.schema import RECORDED_ON, Column, in_order_of_reference, tables

REASON = "import"
STATES = ("new", "same", "changed", "locked", "amended", "withdrawn", "left")
_AT_A_TIME = 500


@dataclass
class Merge:
    """What an import would do: new rows and changes by table, names, and everything that somebody has to know first."""

    new: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    changed: list[tuple[Any, dict[str, Any]]] = field(default_factory=list)
    names: dict[str, dict[str, str]] = field(default_factory=dict)
    counts: dict[str, Counter[str]] = field(default_factory=dict)
    left: Counter[tuple[str, str]] = field(default_factory=Counter)
    alike: list[Alike] = field(default_factory=list)
    another: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    nameless: int = 0

    def total(self, state: str) -> int:
        """How many rows are in a state, in all tables."""
        return sum(told[state] for told in self.counts.values())


def merge(looking: Viewer, imported: Imported, seen: Seen, going: Collection[str]) -> Merge:
    """This will compare the reader's records with the chart. `going` are people who come in though they look like others."""
    return _Merging(looking, seen, going).of(imported)


def row_id(looking: Viewer, table: str, told: str) -> str:
    """This will give the id of a row here, the same for the same file; two organizations never meet."""
    key = json.dumps([looking.organization.pk, table, told]).encode()
    return f"fhir-{hashlib.sha256(key).hexdigest()[:40]}"


class _Merging:
    """The state while one table after another is compared. `ids` leads from the file's ids to those here."""

    def __init__(self, looking: Viewer, seen: Seen, going: Collection[str]) -> None:
        self.looking, self.seen, self.going = looking, seen, going
        self.made = Merge()
        self.ids: defaultdict[str, dict[str, str]] = defaultdict(dict)
        self.locked: defaultdict[str, set[str]] = defaultdict(set)
        self.may_staff = looking.may("write program")

    def of(self, imported: Imported) -> Merge:
        for table in (name for name in in_order_of_reference() if name in imported.records.held):
            rows = imported.records.in_memory(table).to_pylist()
            self.made.counts[table] = Counter()
            if table == "program":
                self.ids[table] = {row["program_id"]: row["service"] for row in rows}
                del self.made.counts[table]
            elif table == "staff":
                self._compare(table, self._staff(rows))
            elif table in OF_THE_PROGRAM and not self.may_staff:
                self._leave(table, "whoever may write the program enters it", len(rows))
            elif table == "credential":
                self._compare(table, self._credentials(rows))
            elif table == "person":
                self._compare(table, self._people(rows))
            else:
                self._compare(table, rows)
        return self.made

    # --- who is who ---

    def _people(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        held = known(self.looking)
        names: dict[str, list[Known]] = defaultdict(list)
        by_id: dict[str, Known] = {}
        for one in held:
            by_id[one.person_id] = one
            names[one.family_name.casefold()].append(one)
        numbers = {one.number: one for one in held if one.number}
        there = {
            one.pk
            for one in reading.ever(self.looking, "person", [self._id("person", row["person_id"]) for row in rows])
        }
        kept = []
        for row in rows:
            pk, called = (
                self._id("person", row["person_id"]),
                self.seen.people.get(row["person_id"], Called("", "", "")),
            )
            if pk in there:
                if pk in by_id and is_another(by_id[pk], called, row.get("birth_date")):
                    self.made.another.append(row["person_id"])
                kept.append(row)
                continue
            same = alike(
                called, row.get("birth_date"), names[called.family_name.casefold()], numbers.get(called.number)
            )
            if same:
                goes = pk in self.going
                self.made.alike.append(Alike(pk, called, row.get("birth_date"), same, goes))
                if not goes:
                    self._leave("person", "looks like somebody who is here", 1)
                    continue
            kept.append(row)
            self._name(pk, called, numbers)
        return kept

    def _name(self, pk: str, called: Called, numbers: dict[str, Known]) -> None:
        if not called.given_name and not called.family_name:
            self.made.nameless += 1
            return
        number = "" if called.number in numbers else called.number
        told = {"given_name": called.given_name or "–", "family_name": called.family_name or "–", "number": number}
        self.made.names[pk] = told
        if number:
            numbers[number] = Known(pk, called.given_name, called.family_name, number, None, False)

    def _staff(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Staff who are here already are taken as they are, by NPI or name; others come in if the viewer may enter staff."""
        own = list(reading.rows(self.looking, "staff").values_list("pk", "program_id", "name", "npi"))
        kept = []
        for row in rows:
            pk, program = self._id("staff", row["staff_id"]), self.ids["program"].get(row["program_id"])
            found = None if any(one[0] == pk for one in own) else _matching(row, program, own)
            if found:
                self.ids["staff"][row["staff_id"]] = found
                self.made.counts["staff"]["same"] += 1
            elif self.may_staff:
                kept.append(row)
            elif any(one[0] == pk for one in own):
                self.ids["staff"][row["staff_id"]] = pk
                self.made.counts["staff"]["same"] += 1
            else:
                self.made.strangers.append(row.get("name") or row["staff_id"])
                self._leave("staff", "whoever may write the program enters staff", 1)
        return kept

    def _credentials(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Those of staff whom an import entered; others have theirs from whoever entered them."""
        own = {told for told, pk in self.ids["staff"].items() if pk == self._id("staff", told)}
        kept = [row for row in rows if row["staff_id"] in own]
        if len(kept) < len(rows):
            self._leave("credential", "staff who are here keep the credentials entered here", len(rows) - len(kept))
        return kept

    def _id(self, table: str, told: str) -> str:
        return row_id(self.looking, table, told)

    def _leave(self, table: str, why: str, count: int) -> None:
        self.made.counts.setdefault(table, Counter())["left"] += count
        self.made.left[table, why] += count

    # --- row by row ---

    def _compare(self, table: str, rows: Iterable[dict[str, Any]]) -> None:
        """Sort the rows of one table: new, the same, changed, or not to be touched."""
        wanted: dict[str, tuple[str, dict[str, Any]]] = {}
        for row in rows:
            if (values := self._here(table, row)) is not None:
                wanted[values[tables()[table].key]] = (row[tables()[table].key], values)
        there = {one.pk: one for one in reading.ever(self.looking, table, list(wanted))}
        other = {pk: _differing(table, there[pk], values) for pk, (_told, values) in wanted.items() if pk in there}
        bases = _bases(self.looking, table, [pk for pk, names in other.items() if names])
        for pk, (told, values) in wanted.items():
            held = there.get(pk)
            state = (
                self._new(table, values) if held is None else self._again(held, values, other[pk], bases.get(pk, {}))
            )
            if state != "withdrawn" and (held is not None or state == "new"):
                self.ids[table][told] = pk
            if held is not None and held.locked_at is not None:
                self.locked[table].add(pk)
            self.made.counts[table][state] += 1

    def _here(self, table: str, row: Mapping[str, Any]) -> dict[str, Any] | None:
        """The row with ids of here; None where something it needs is not here."""
        values: dict[str, Any] = {}
        for column in tables()[table].columns.values():
            value = row.get(column.name)
            if column.name == tables()[table].key:
                value = self._id(table, row[column.name])
            elif column.references and value is not None:
                value = self.ids[column.references].get(value)
                if value is None and column.required:
                    self._leave(table, f"its {column.references.replace('_', ' ')} does not come in", 1)
                    return None
            if column.name != RECORDED_ON:
                values[column.name] = value
        return values

    def _new(self, table: str, values: dict[str, Any]) -> str:
        if values.get("plan_id") in self.locked["plan"]:
            return "locked"
        if wrong := writing.faults_of(self.looking, table, values):
            self.made.left[table, _said(wrong)] += 1
            return "left"
        self.made.new.setdefault(table, []).append(values)
        return "new"

    def _again(self, held: Any, values: Mapping[str, Any], names: list[str], base: Mapping[str, Any]) -> str:
        """What becomes of a row that an import wrote before."""
        if held.is_withdrawn:
            return "withdrawn"
        columns = tables()[held.table].columns
        told = {
            name: values[name]
            for name in names
            if _plain(_value(held, columns[name])) == _plain(base.get(name), columns[name])
        }
        if not told:
            return "amended" if names else "same"
        is_signed = held.locked_at is not None or values.get("plan_id") in self.locked["plan"]
        if is_signed and not all(columns[name].is_event and _value(held, columns[name]) is None for name in told):
            return "locked"
        whole = {name: _value(held, column) for name, column in columns.items()} | told
        if wrong := writing.faults_of(self.looking, held.table, whole):
            self.made.left[held.table, _said(wrong)] += 1
            return "left"
        self.made.changed.append((held, told))
        return "changed"


def _said(wrong: Mapping[str, Any]) -> str:
    return "; ".join(f"{name.replace('_', ' ')}: {' '.join(says)}" for name, says in wrong.items())


def _matching(
    row: Mapping[str, Any], program: str | None, own: Iterable[tuple[str, str, str | None, str | None]]
) -> str:
    """The one member of staff with the same NPI, else the same name; in the program first, then anywhere."""
    npi, name = row.get("npi") or "", " ".join((row.get("name") or "").casefold().split())
    same = [one for one in own if npi and one[3] == npi]
    same = same or [one for one in own if name and " ".join((one[2] or "").casefold().split()) == name]
    for some in ([one for one in same if one[1] == program], same):
        if len(some) == 1:
            return some[0][0]
    return ""


def _value(row: Any, column: Column) -> Any:
    name = "pk" if column.name == tables()[row.table].key else row._meta.get_field(attribute(column)).attname
    return getattr(row, name)


def _differing(table: str, held: Any, values: Mapping[str, Any]) -> list[str]:
    """The columns in which the file says something else; of what came to pass, also that it no longer says so."""
    found = []
    for name, column in tables()[table].columns.items():
        if name in (tables()[table].key, RECORDED_ON):
            continue
        now, told = _value(held, column), values[name]
        if _plain(now) != _plain(told) and (told is not None or column.is_event):
            found.append(name)
    return found


def _bases(looking: Viewer, table: str, ids: list[str]) -> dict[str, dict[str, Any]]:
    """What imports wrote into each of some rows, by column: the latest, whatever people changed since."""
    found: dict[str, dict[str, Any]] = {}
    for start in range(0, len(ids), _AT_A_TIME):
        held = Change.objects.filter(organization=looking.organization, table=table)
        for one in held.filter(row_id__in=ids[start : start + _AT_A_TIME]).order_by("version", "pk"):
            if one.kind == Change.Kind.CREATED:
                found[one.row_id] = dict(one.after)
            elif one.kind == Change.Kind.AMENDED and one.reason == REASON:
                told = {name: value for name, value in one.after.items() if one.before.get(name) != value}
                found.setdefault(one.row_id, {}).update(told)
    return found


def _plain(value: Any, column: Column | None = None) -> Any:
    """A value as the history keeps it, numbers by their worth."""
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, Decimal) or (column is not None and column.type == "decimal" and value is not None):
        return Decimal(value).normalize()
    return value or None if isinstance(value, str) else value
