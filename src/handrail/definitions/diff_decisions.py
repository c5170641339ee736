"""Two decisions of one name compared in words: which clause joined or left which path."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from handrail.definitions.changes import Change
from handrail.definitions.document import Decision
from handrail.definitions.tree import Group, Leaf, Node

_UNNAMED = {"all": "what is always asked", "any": "the alternatives", "at least": "those counted together"}


def decisions_changed(
    before: Mapping[str, Decision], after: Mapping[str, Decision], renamed: Mapping[str, str]
) -> Iterator[Change]:
    """This will say how the decisions changed. `renamed` gives the new id of each clause that only changed its id."""
    for name in [*before, *(name for name in after if name not in before)]:
        if name not in after:
            yield Change("decisions", name, "removed", f"The decision is gone: {before[name].says}", before[name].says)
        elif name not in before:
            clauses = ", ".join(dict.fromkeys(clause for clause, _ in _places(after[name].tree)))
            says = f"A new decision: {after[name].says} It rests on {clauses}."
            yield Change("decisions", name, "added", says, after=after[name].says)
        else:
            yield from _decision(name, before[name], after[name], renamed)


def _decision(name: str, before: Decision, after: Decision, renamed: Mapping[str, str]) -> Iterator[Change]:
    for field, words in (
        ("says", "It now asks"),
        ("yes", "Yes now says"),
        ("no", "No now says"),
        ("about", "It is now about"),
    ):
        old, new = getattr(before, field), getattr(after, field)
        if old != new:
            yield Change("decisions", name, "changed", f'{words} "{new}"; before, "{old}".', old, new)
    tree = _with_new_names(before.tree, renamed)
    if tree == after.tree:
        return
    came, went = _apart(Counter(_places(tree)), Counter(_places(after.tree)))
    for clause, place in went:
        yield Change("decisions", name, "changed", f"`{clause}` left {place}.", place)
    for clause, place in came:
        yield Change("decisions", name, "changed", f"`{clause}` joined {place}.", after=place)
    numbers = _numbers_needed(dict(_needed(tree)), dict(_needed(after.tree)), name)
    told = list(numbers)
    yield from told
    if not (came or went or told):
        old, new = _written(tree), _written(after.tree)
        yield Change(
            "decisions", name, "changed", f"Its clauses are combined otherwise: {new}; before, {old}.", old, new
        )


def _apart(before: Counter[tuple[str, str]], after: Counter[tuple[str, str]]) -> tuple[list[tuple[str, str]], ...]:
    return list((after - before).elements()), list((before - after).elements())


def _numbers_needed(before: Mapping[str, int], after: Mapping[str, int], name: str) -> Iterator[Change]:
    for place, number in after.items():
        if place in before and before[place] != number:
            says = f"At least {number} of {place} must be met; before, {before[place]}."
            yield Change("decisions", name, "changed", says, str(before[place]), str(number))


def _places(node: Node, place: str = "") -> Iterator[tuple[str, str]]:
    """Each clause with the words for where it stands: a path by its name, else by how its branches are joined."""
    if isinstance(node, Leaf):
        yield node.clause, place
        return
    here = f"the path {node.path}" if node.path else place
    for branch in node.branches:
        if isinstance(branch, Leaf) or not here:
            yield from _places(branch, here or _UNNAMED[node.kind])
        else:
            inner = (
                here if here.startswith("the path") else _UNNAMED[branch.kind] if isinstance(branch, Group) else here
            )
            yield from _places(branch, inner)


def _needed(node: Node, path: str = "") -> Iterator[tuple[str, int]]:
    if isinstance(node, Group):
        path = node.path or path
        if node.kind == "at least":
            yield f"the path {path}" if path else _UNNAMED["at least"], node.needed
        for branch in node.branches:
            yield from _needed(branch, path)


def _with_new_names(node: Node, renamed: Mapping[str, str]) -> Node:
    if isinstance(node, Leaf):
        return Leaf(renamed.get(node.clause, node.clause))
    return Group(node.kind, node.needed, tuple(_with_new_names(one, renamed) for one in node.branches), node.path)


def _written(node: Node) -> str:
    if isinstance(node, Leaf):
        return node.clause
    inner = ", ".join(_written(branch) for branch in node.branches)
    word = f"at least {node.needed} of" if node.kind == "at least" else f"{node.kind} of"
    return f"{f'{node.path}: ' if node.path else ''}{word} ({inner})"
