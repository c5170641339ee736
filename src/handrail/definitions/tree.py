"""The tree of a decision: clauses combined by `all`, `any` and `at least`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Leaf:
    """One clause of the decision."""

    clause: str


@dataclass(frozen=True)
class Group:
    """Branches of which a number must be true: all (`needed` = number of branches), any (1), or at least so many.

    `path` is the name under which an answer reports this branch, for example `step-down`.
    """

    kind: str
    needed: int
    branches: tuple[Node, ...]
    path: str = ""


Node = Leaf | Group


def parse_tree(told: Any, path: str = "") -> Node:
    """This will read the tree of a decision as YAML gives it.

    A text is a clause; a list is `all`; `any` may give names to its branches. Raises `ValueError`
    with a sentence that says what is not understood.
    """
    if isinstance(told, str):
        return Group("all", 1, (Leaf(told),), path) if path else Leaf(told)
    if isinstance(told, list):
        return _group("all", told, path)
    if isinstance(told, dict) and len(told) == 1:
        ((kind, branches),) = told.items()
        if kind in ("all", "any"):
            return _group(kind, branches, path)
    if isinstance(told, dict) and set(told) == {"at least", "of"}:
        group = _group("at least", told["of"], path)
        needed = told["at least"]
        if not isinstance(needed, int) or isinstance(needed, bool) or not 1 <= needed <= len(group.branches):
            raise ValueError(f"`at least` asks for {needed!r} of {len(group.branches)} branches")
        return Group("at least", needed, group.branches, path)
    raise ValueError("a decision is built from `all: [...]`, `any: [...]` or `at least: N` with `of: [...]`")


def _group(kind: str, told: Any, path: str) -> Group:
    if isinstance(told, dict) and kind in ("any", "at least"):
        branches = tuple(parse_tree(branch, str(name)) for name, branch in told.items())
    elif isinstance(told, list):
        branches = tuple(parse_tree(branch) for branch in told)
    else:
        raise ValueError(f"`{kind}` needs a list of clauses or branches")
    if not branches:
        raise ValueError(f"`{kind}` has no branches")
    return Group(kind, len(branches) if kind == "all" else 1, branches, path)


def leaves(node: Node) -> Iterator[Leaf]:
    """This will give the clauses of a tree in the order of the text, repeated where the text repeats them."""
    if isinstance(node, Leaf):
        yield node
    else:
        for branch in node.branches:
            yield from leaves(branch)


def paths(node: Node) -> Iterator[Group]:
    """This will give the branches that have a name."""
    if isinstance(node, Group):
        if node.path:
            yield node
        for branch in node.branches:
            yield from paths(branch)
