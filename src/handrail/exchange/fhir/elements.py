"""Reading one element of a FHIR resource, with a clear complaint where its shape is not R4."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

Element = Mapping[str, object]
"""A JSON object: a resource or a part of one."""

NOTHING: Element = MappingProxyType({})


class ShapeError(Exception):
    """An element is there but is not what R4 says it is."""

    def __init__(self, field: str, expected: str) -> None:
        self.field = field
        self.expected = expected
        super().__init__(f"{field} should be {expected}")


def text(element: Element, name: str) -> str:
    """This will give a text, empty where there is none. Raises: `ShapeError`."""
    value = element.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or "\0" in value:
        raise ShapeError(name, "a text")
    return value.strip()


def flag(element: Element, name: str) -> bool | None:
    """This will give a boolean, None where there is none. Raises: `ShapeError`."""
    value = element.get(name)
    if value is None or isinstance(value, bool):
        return value
    raise ShapeError(name, "true or false")


def number(element: Element, name: str) -> Decimal | None:
    """This will give a number, None where there is none. Raises: `ShapeError`."""
    value = element.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ShapeError(name, "a number")
    return Decimal(value)


def part(element: Element, name: str) -> Element:
    """This will give a part, empty where there is none. Raises: `ShapeError`."""
    value = element.get(name)
    if value is None:
        return NOTHING
    if not isinstance(value, Mapping):
        raise ShapeError(name, "an object")
    return value


def parts(element: Element, name: str) -> list[Element]:
    """This will give the parts of a list, none where there is no list. Raises: `ShapeError`."""
    value = element.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
        raise ShapeError(name, "a list of objects")
    return value


def texts(element: Element, name: str) -> list[str]:
    """This will give the texts of a list, none where there is no list. Raises: `ShapeError`."""
    value = element.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, str) or item is None for item in value):
        raise ShapeError(name, "a list of texts")
    return [item for item in value if item]


def extension(element: Element, url: str) -> Element:
    """This will give the extension with that address, empty where there is none. Raises: `ShapeError`."""
    return next((item for item in parts(element, "extension") if text(item, "url") == url), NOTHING)
