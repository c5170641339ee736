"""Making records of a file's lines: first everything that is wrong, all at once; then, where nothing is, the writing."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from handrail.app.accounts.access import Viewer
from handrail.app.audit.log import Act, note
from handrail.app.chart import reading, writing
from handrail.app.chart.owners import concerned
from handrail.app.screens.transfer.sheets import Sheet, kinds
from handrail.app.worklists import judging
from handrail.records.schema import Column, tables

_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_LONGEST = 64
_ORDER = ("person", "episode", "session", "attendance")
_ONE_BY_ONE = 40
_DAYS = ("%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y")
_TIMES = ("%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M%p")
_SHORT = {"f": "female", "m": "male", "present": "attended", "yes": "attended", "no": "absent"}


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: in which line and column, what, and how to mend it."""

    line: int
    column: str
    says: str
    mend: str


@dataclass
class Plan:
    """What an import would write: rows by table, names by person, and what is wrong."""

    faults: list[Fault] = field(default_factory=list)
    rows: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    names: dict[str, dict[str, str]] = field(default_factory=dict)
    lines: dict[tuple[str, str], int] = field(default_factory=dict)
    old: int = 0

    @property
    def counts(self) -> list[tuple[str, int]]:
        """How many new rows there are of each table."""
        return [(table, len(rows)) for table, rows in self.rows.items() if rows]

    def add(self, table: str, row_id: str, values: dict[str, Any], line: int) -> None:
        """This will take one row into the plan; the same row twice in a file is one row."""
        rows = self.rows.setdefault(table, {})
        if row_id in rows and rows[row_id] != values:
            first = self.lines[table, row_id]
            self.faults.append(Fault(line, "number", f"Line {first} has this number too, with other values.", "Give each its own number."))  # fmt: skip
        elif row_id not in rows:
            rows[row_id] = values
            self.lines[table, row_id] = line


def plan(looking: Viewer, kind: str, sheet: Sheet, columns: Mapping[str, str]) -> Plan:
    """This will read every line and say what would be written, and everything that is wrong with it."""
    made = Plan()
    told = kinds()[kind]["columns"]
    for column, about in told.items():
        if about.get("needed") and not columns.get(column):
            made.faults.append(
                Fault(1, column, "No heading is chosen for this column.", "Choose the heading under which it stands.")
            )
    if made.faults:
        return made
    places = {column: sheet.heads.index(head) for column, head in columns.items() if head in sheet.heads}
    read = []
    for line, cells in sheet.lines:
        if len(cells) > len(sheet.heads):
            made.faults.append(Fault(line, "", "This line has more cells than there are headings.", "Put a text that holds the separator into quotation marks."))  # fmt: skip
            continue
        given = {column: cells[place] if place < len(cells) else "" for column, place in places.items()}
        read.append((line, _typed(made, line, given, told)))
    {"people": _people, "sessions": _sessions, "attendance": _attendance}[kind](looking, made, read)
    wrong = {fault.line for fault in made.faults}
    for table, rows in made.rows.items():
        for row_id, values in rows.items():
            if made.lines[table, row_id] in wrong:
                continue
            for name, says in writing.faults_of(looking, table, values).items():
                made.faults.append(Fault(made.lines[table, row_id], name, " ".join(says), "Correct the cell."))
    made.faults.sort(key=lambda fault: fault.line)
    return made


def write(looking: Viewer, kind: str, made: Plan) -> None:
    """This will write what was planned, all or nothing, and judge those whom it concerns."""
    with judging.wait(), transaction.atomic():
        people: set[str] = set()
        for table in (table for table in _ORDER if table in made.rows):
            for row in writing.create_all(looking, table, list(made.rows[table].values())):
                people |= concerned([row]) if table != "session" else set()
                if table == "person":
                    writing.name(looking, row, **made.names[row.pk])
        note(looking, Act("import", kind, detail=f"{sum(count for _table, count in made.counts)} rows"))
    if judging.is_waiting():
        return
    if kind == "people" and len(people) <= _ONE_BY_ONE:
        judging.judge_people(looking.organization.pk, sorted(people))
    else:
        judging.judge_everybody(looking.organization.pk)


def _typed(made: Plan, line: int, given: Mapping[str, str], told: Mapping[str, Any]) -> dict[str, Any]:
    """The cells of a line as values; what is wrong with them goes into the plan."""
    values: dict[str, Any] = {}
    for name, cell in given.items():
        about = told[name]
        if not cell:
            values[name] = None
            if about.get("needed"):
                made.faults.append(Fault(line, name, "This is empty and needed.", "Fill in the cell."))
            continue
        column = tables()[about["of"]].columns[name] if "of" in about else None
        try:
            values[name] = _value(cell, column, name)
        except ValueError as error:
            values[name] = None
            made.faults.append(Fault(line, name, *error.args))
    return values


def _value(cell: str, column: Column | None, name: str) -> Any:
    if column is None:
        if name.endswith("number") and not _NUMBER.fullmatch(cell):
            raise ValueError("This number cannot be kept.", "Use letters, digits, points and hyphens alone.")
        return cell
    match column.type:
        case "date":
            if (day := _parsed(cell, _DAYS)) is None:
                raise ValueError("This is no day.", "Write it like 2026-03-02 or 3/2/2026.")
            return day.date()
        case "time":
            if (time := _parsed(cell, _TIMES)) is None:
                raise ValueError("This is no time of day.", "Write it like 9:00, 13:30 or 1:30 PM.")
            return time.time()
        case "integer":
            if not re.fullmatch(r"\d{1,9}", cell):
                raise ValueError("This is no whole number.", "Write digits alone, like 12.")
            return int(cell)
        case "code":
            word = re.sub(r"[^a-z0-9]+", "_", cell.lower()).strip("_")
            word = _SHORT.get(word, word)
            if word not in column.values:
                raise ValueError(
                    "This is not among the words that can be kept.", f"Use one of: {', '.join(column.values)}."
                )
            return word
    return cell


def _parsed(cell: str, patterns: Iterable[str]) -> datetime.datetime | None:
    for pattern in patterns:
        try:
            return datetime.datetime.strptime(cell.upper() if "%p" in pattern else cell, pattern)
        except ValueError:
            continue
    return None


def _id(made: Plan, looking: Viewer, line: int, *numbers: str) -> str:
    """The clinic's own number as the row's id; the organization before it keeps clinics apart."""
    told = ":".join((looking.organization.pk, *numbers))
    if len(told) > _LONGEST:
        made.faults.append(Fault(line, "number", "This number is too long to be kept.", "Shorten it to 20 letters."))
    return told


def _programs(looking: Viewer) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in reading.rows(looking, "program"):
        found |= {row.pk.lower(): row.pk, (row.name or row.pk).lower(): row.pk}
    return found


def _program(made: Plan, programs: Mapping[str, str], line: int, values: Mapping[str, Any]) -> str | None:
    if (told := values.get("program")) is None:
        return None
    if (found := programs.get(told.lower())) is None:
        names = ", ".join(sorted(set(programs.values())))
        made.faults.append(Fault(line, "program", "There is no such program here.", f"Use one of: {names}."))
    return found


def _in(looking: Viewer, table: str) -> set[str]:
    """The ids of the organization's rows, withdrawn ones left out."""
    return set(reading.rows(looking, table).values_list("pk", flat=True))


def _people(looking: Viewer, made: Plan, read: Iterable[tuple[int, dict[str, Any]]]) -> None:
    numbers = dict(reading.names(looking).exclude(number="").values_list("number", "person_id"))
    programs, persons, episodes = _programs(looking), _in(looking, "person"), _in(looking, "episode")
    for line, values in read:
        program, number = _program(made, programs, line, values), values["number"]
        if not number:
            continue
        own = _id(made, looking, line, number)
        person_id = numbers.get(number, own)
        if person_id not in persons:
            row = {"person_id": person_id, "birth_date": values.get("birth_date"), "sex": values.get("sex")}
            made.add("person", person_id, row, line)
            called = {"given_name": values["given_name"] or "", "family_name": values["family_name"] or ""}
            for name, told in called.items():
                if len(told) > 100:
                    made.faults.append(Fault(line, name, "This name is longer than 100 letters.", "Shorten it."))
            made.names[person_id] = {**called, "number": number}
        episode_id = _id(made, looking, line, values.get("episode_number") or number)
        if episode_id in episodes:
            made.old += 1
        elif program:
            days = {name: values.get(name) for name in ("requested_on", "admitted_on")}
            made.add("episode", episode_id, {"episode_id": episode_id, "person_id": person_id, "program_id": program, **days}, line)  # fmt: skip


def _sessions(looking: Viewer, made: Plan, read: Iterable[tuple[int, dict[str, Any]]]) -> None:
    programs, sessions = _programs(looking), _in(looking, "session")
    for line, values in read:
        program = _program(made, programs, line, values)
        if not values["number"]:
            continue
        session_id = _id(made, looking, line, values["number"])
        if session_id in sessions:
            made.old += 1
            continue
        row = {name: value for name, value in values.items() if name not in ("number", "program")}
        row |= {"session_id": session_id, "program_id": program, "status": values.get("status") or "held"}
        row |= _times(values.get("held_on"), values.get("starts_at"), values.get("ends_at"), ("starts_at", "ends_at"))
        if program:
            made.add("session", session_id, row, line)


def _attendance(looking: Viewer, made: Plan, read: Iterable[tuple[int, dict[str, Any]]]) -> None:
    days = dict(reading.rows(looking, "session").values_list("pk", "held_on"))
    programs = dict(reading.rows(looking, "session").values_list("pk", "program_id"))
    kept = _in(looking, "attendance")
    episodes: set[str] = set()
    of_whom: dict[tuple[str, str], list[str]] = {}
    for pk, person, program in reading.rows(looking, "episode").values_list("pk", "person_id", "program_id"):
        episodes.add(pk)
        of_whom.setdefault((person, program), []).append(pk)
    numbers = dict(reading.names(looking).exclude(number="").values_list("number", "person_id"))
    for line, values in read:
        if not values["session_number"] or not values["number"]:
            continue
        session_id = _id(made, looking, line, values["session_number"])
        if session_id not in days:
            made.faults.append(Fault(line, "session_number", "There is no session of this number.", "Import the sessions first."))  # fmt: skip
            continue
        episode_id = _id(made, looking, line, values["number"])
        if episode_id not in episodes:
            hers = of_whom.get((numbers.get(values["number"], ""), programs[session_id]), [])
            if len(hers) != 1:
                mend = "Give the number of the episode." if hers else "Import the people first, with this program."
                made.faults.append(Fault(line, "number", f"{len(hers) or 'No'} episodes in the session's program have this number.", mend))  # fmt: skip
                continue
            episode_id = hers[0]
        row_id = _id(made, looking, line, values["session_number"], values["number"])
        if row_id in kept:
            made.old += 1
            continue
        row = {"attendance_id": row_id, "session_id": session_id, "episode_id": episode_id}
        row |= {name: values.get(name) for name in ("status", "excused_reason")}
        row |= _times(days[session_id], values.get("arrived_at"), values.get("left_at"), ("arrived_at", "left_at"))
        made.add("attendance", row_id, row, line)


def _times(day: Any, first: Any, last: Any, names: tuple[str, str]) -> dict[str, Any]:
    """Times of day on the session's day; an end before the start is after midnight."""
    starts, ends = (day and told and datetime.datetime.combine(day, told) for told in (first, last))
    if starts and ends and ends < starts:
        ends += datetime.timedelta(days=1)
    return dict(zip(names, (starts, ends), strict=True))
