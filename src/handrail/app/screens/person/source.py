"""The definitions, as a screen cites them."""

from __future__ import annotations

from functools import cache

from handrail.definitions.document import Clause, Edition
from handrail.definitions.rulebook import packaged
from handrail.definitions.tree import Leaf, Node


@cache
def edition_of(definition: str, name: str = "") -> Edition | None:
    """This will give an edition of a definition, the latest without a name; None where there is none any more."""
    try:
        return packaged().edition(f"{definition}@{name}" if name else definition)
    except KeyError:
        return None


def clause_of(definition: str, name: str, clause: str) -> Clause | None:
    """This will give one clause of an edition; None where there is none of that id."""
    edition = edition_of(definition, name)
    return next((one for one in edition.clauses if one.id == clause), None) if edition else None


def outside_paths(node: Node) -> tuple[str, ...]:
    """This will give the clauses of a decision that stand in no named path, in the order of the text."""
    if isinstance(node, Leaf):
        return (node.clause,)
    if node.path:
        return ()
    return tuple(dict.fromkeys(clause for branch in node.branches for clause in outside_paths(branch)))
