"""Why somebody stayed: the sorts of the conditions that an episode or encounter names, and the focus they share."""

from __future__ import annotations

from collections.abc import Iterable

from handrail.exchange.fhir.codes import code_map
from handrail.exchange.fhir.context import Context, Sort
from handrail.exchange.fhir.elements import Element, part, parts
from handrail.exchange.fhir.reading import Found


def sort_of(concept: Element) -> Sort | None:
    """This will say what sort of condition a code names, None where no map has it."""
    found = code_map("conditions").find(concept)
    return Sort(str(found[0]), found[1]["category"], found[1]["focus"]) if found else None


def reasons_by_diagnosis(context: Context, found: Found) -> list[Sort | None]:
    """This will list the sorts of the first-ranked diagnoses (all, where none is ranked) of an episode or encounter."""
    diagnoses = parts(found.resource, "diagnosis")
    first = [item for item in diagnoses if item.get("rank") == 1] or diagnoses
    keys = [context.directory.resolve(part(item, "condition"), found, "Condition") for item in first]
    return [context.sorts.get(key) for key in keys]


def common_focus(reasons: Iterable[Sort | None]) -> str:
    """This will give the focus that all reasons share, empty where they differ or one is not known."""
    focuses = {reason.focus if reason else "" for reason in reasons}
    return focuses.pop() if len(focuses) == 1 else ""
