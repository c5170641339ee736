"""Trees of decisions as a definition writes them, and a reader of three-valued logic written apart from the engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

CLAUSES = ("a", "b", "c", "d", "e")

Truth = bool | None
Verdicts = Mapping[str, str]


def comes_to(told: Any, verdicts: Verdicts, of_any: bool = False) -> Truth:
    """A tree as a definition writes it, read by Kleene's three-valued logic.

    What does not apply asks nothing of `all`, and gives nothing where only some branches are needed.
    """
    if isinstance(told, str):
        verdict = verdicts[told]
        if verdict in ("met", "excused") or (verdict == "not applicable" and not of_any):
            return True
        return False if verdict in ("not met", "not applicable") else None
    kind, branches = kind_of(told)
    needed = {"all": len(branches), "any": 1}.get(kind, told.get("at least") if isinstance(told, dict) else None)
    is_one_with_a_name = kind == "all" and len(branches) == 1
    counts_only_some = kind != "all" or (is_one_with_a_name and of_any)
    found = [comes_to(branch, verdicts, counts_only_some) for branch in branches]
    if sum(truth is True for truth in found) >= needed:
        return True
    return False if sum(truth is not False for truth in found) < needed else None


def kind_of(told: Any) -> tuple[str, list[Any]]:
    if isinstance(told, list):
        return "all", told
    kind, branches = next((key, value) for key, value in told.items() if key != "at least")
    return ("at least" if kind == "of" else kind), list(branches.values() if isinstance(branches, dict) else branches)


def lacks_a_fact(told: Any, verdicts: Verdicts, of_any: bool = False) -> bool:
    """Whether a branch is open because something is missing: an open way leads down to a `cannot tell`."""
    if isinstance(told, str):
        return verdicts[told] == "cannot tell"
    if comes_to(told, verdicts, of_any) is not None:
        return False
    kind, branches = kind_of(told)
    below = kind != "all" or (of_any and len(branches) == 1)
    return any(lacks_a_fact(branch, verdicts, below) for branch in branches)


def answer_of(told: Any, verdicts: Verdicts) -> str:
    truth = comes_to(told, verdicts)
    if truth is None:
        return "cannot tell" if lacks_a_fact(told, verdicts) else "pending"
    return "yes" if truth else "no"


def paths_of(told: Any, verdicts: Verdicts, of_any: bool = False) -> set[str]:
    if isinstance(told, str):
        return set()
    kind, branches = kind_of(told)
    below = kind != "all" or (of_any and len(branches) == 1)
    found = {name for branch in branches for name in paths_of(branch, verdicts, below)}
    named = told.get("any", told.get("of")) if isinstance(told, dict) else None
    if isinstance(named, dict):
        found |= {name for name, branch in named.items() if comes_to(branch, verdicts, True) is True}
    return found


def trees(depth: int) -> st.SearchStrategy[Any]:
    if depth == 0:
        return st.sampled_from(CLAUSES)
    branches = st.lists(trees(depth - 1) | st.sampled_from(CLAUSES), min_size=1, max_size=3)
    enough = branches.flatmap(
        lambda of: st.fixed_dictionaries({"at least": st.integers(1, len(of)), "of": st.just(of)})
    )
    return st.one_of(
        branches,
        st.fixed_dictionaries({"all": branches}),
        st.fixed_dictionaries({"any": branches}),
        enough,
    )


def with_paths(told: Any, at: str = "p") -> Any:
    """The same tree with a name for each branch of `any` and `at least` whose list is longer than one."""
    if isinstance(told, str):
        return told
    if isinstance(told, list):
        return [with_paths(branch, f"{at}-{place}") for place, branch in enumerate(told)]
    key = next(key for key in told if key != "at least")
    named = {f"{at}-{place}": with_paths(branch, f"{at}-{place}") for place, branch in enumerate(told[key])}
    return told | {key: named if key != "all" and len(named) > 1 else list(named.values())}


def rooted(told: Any) -> dict[str, Any]:
    return told if isinstance(told, dict) else {"all": told}
