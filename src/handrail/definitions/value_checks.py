"""Checks of the parameters and readings of an edition."""

from __future__ import annotations

from decimal import Decimal

from handrail.definitions.desk import NAME, Desk
from handrail.definitions.document import Parameter, Reading, Value
from handrail.definitions.expressions import kind_of, near, parameters_in
from handrail.definitions.shown import names_shown
from handrail.subjects.catalog import Subject, subjects


def check_values(desk: Desk) -> None:
    """This will check that every parameter and reading is well named, has a value of one kind, and is used."""
    for name, parameter in desk.edition.parameters.items():
        _name(desk, "parameters", name)
        _parameter(desk, name, parameter)
    for name, reading in desk.edition.readings.items():
        _name(desk, "readings", name)
        _reading(desk, name, reading)
    known = subjects()
    for about in desk.edition.subjects:
        if about in known:
            _for_subject(desk, known[about])
    _unused(desk)


def _name(desk: Desk, section: str, name: str) -> None:
    if not NAME.fullmatch(name):
        mend = "For example: weekly_minutes."
        desk.note("H120", [section, name], name, "The name is not in small letters with underscores.", mend)


def _parameter(desk: Desk, name: str, parameter: Parameter) -> None:
    place = ["parameters", name]
    readings = desk.edition.readings
    if parameter.reading and parameter.reading not in readings:
        mend = f"{near(parameter.reading, readings)}Readings stand under `readings:`."
        desk.note(
            "H117", place, name, f'The parameter names the reading "{parameter.reading}", which is not there.', mend
        )
    elif parameter.value is None and not parameter.reading:
        desk.note(
            "H117", place, name, "The parameter has no value.", "Give `value:`, or name the `reading:` that sets it."
        )
    elif not parameter.cite.strip() and not parameter.reading:
        mend = "Add `cite:` with the section of the source, or name the `reading:` that explains it."
        desk.note("H110", place, name, "The parameter does not say where its value stands.", mend)
    if isinstance(parameter.value, Decimal) and not parameter.value.is_finite():
        desk.note("H117", place, name, "The value is not a number that can be compared.", "For example: 540.")
    if name in readings:
        desk.note("H103", place, name, "A reading has the same name.", "Name one of them otherwise.")


def _reading(desk: Desk, name: str, reading: Reading) -> None:
    for other in reading.instead:
        if kind_of(other) != kind_of(reading.chosen):
            says = f"An alternative is a {kind_of(other)}, and the answer chosen a {kind_of(reading.chosen)}."
            desk.note("H122", ["readings", name, "instead"], name, says, "The answers to one question are of one kind.")


def _for_subject(desk: Desk, about: Subject) -> None:
    """A parameter of the definition that has the name of a subject's own takes its place, and must fit there."""
    values = desk.values()
    for name, parameter in about.parameters.items():
        value = values.get(name)
        if value is None:
            continue
        needed = "whole number" if parameter.type == "integer" else kind_of(parameter.value)
        says = f'The value is a {_kind(value)}; the subject "{about.name}" needs a {needed}.'
        is_fraction = parameter.type == "integer" and isinstance(value, Decimal) and value != value.to_integral_value()
        if kind_of(value) != kind_of(parameter.value) or is_fraction:
            desk.note("H122", [desk.section_of(name), name], name, says, f"{parameter.says}")


def _kind(value: Value) -> str:
    return "number with decimals" if isinstance(value, Decimal) else kind_of(value)


def _unused(desk: Desk) -> None:
    edition = desk.edition
    used: set[str] = set()
    for clause in edition.clauses:
        used |= set(names_shown(clause.shows or ""))
        for sql in clause.conditions.values():
            try:
                used |= set(parameters_in(sql))
            except ValueError:
                continue
    known = subjects()
    used |= {name for about in edition.subjects if about in known for name in known[about].parameters}
    read = {parameter.reading for parameter in edition.parameters.values()}
    for name in edition.parameters:
        if name not in used:
            mend = f"{near(name, used)}Use it, or take it out."
            desk.note("H115", ["parameters", name], name, "No clause and no subject uses this parameter.", mend)
    for name in edition.readings:
        if name not in used | read:
            desk.note(
                "H115",
                ["readings", name],
                name,
                "No clause and no parameter uses this reading.",
                "Use it, or take it out.",
            )
