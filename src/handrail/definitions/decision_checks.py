"""Checks of the decisions of an edition: their clauses and the names of their paths."""

from __future__ import annotations

from collections import Counter

from handrail.definitions.desk import ID, Desk
from handrail.definitions.document import Decision, Duty
from handrail.definitions.expressions import near
from handrail.definitions.tree import leaves, paths
from handrail.subjects.catalog import subjects


def check_decisions(desk: Desk) -> None:
    """This will check that every decision rests on clauses that are there and about its subject."""
    known = subjects()
    for name, decision in desk.edition.decisions.items():
        place = ["decisions", name]
        if not ID.fullmatch(name):
            desk.note(
                "H120", place, name, "The id is not in small letters with hyphens.", "For example: continued-stay."
            )
        if decision.about not in known:
            mend = f"{near(decision.about, known)}Known: {', '.join(known)}."
            desk.note("H109", [*place, "about"], name, f'There is no subject "{decision.about}".', mend)
        _clauses(desk, name, decision)
        _paths(desk, name, decision)


def _clauses(desk: Desk, name: str, decision: Decision) -> None:
    clauses = {clause.id: clause for clause in desk.edition.clauses}
    place = ["decisions", name]
    for named in dict.fromkeys(leaf.clause for leaf in leaves(decision.tree)):
        clause = clauses.get(named)
        if clause is None:
            mend = f"{near(named, clauses)}Clauses stand under `clauses:`."
            desk.note("H113", place, name, f'The decision names the clause "{named}", which is not there.', mend)
        elif clause.about != decision.about:
            says = f'The clause "{named}" is about {clause.about}, and the decision about {decision.about}.'
            desk.note("H114", place, name, says, "All clauses of a decision are about one subject.")
        elif clause.duty is Duty.COULD:
            says = f'The clause "{named}" is a remark (could), and a decision cannot rest on it.'
            desk.note("H114", place, name, says, "Make it `must` or `should`, or leave it out.")


def _paths(desk: Desk, name: str, decision: Decision) -> None:
    place = ["decisions", name]
    for path, times in Counter(group.path for group in paths(decision.tree)).items():
        if times > 1:
            desk.note("H103", place, name, f'Two paths of the decision are named "{path}".', "Give each its own name.")
        if not ID.fullmatch(path):
            says = f'The path "{path}" is not named in small letters with hyphens.'
            desk.note("H120", place, name, says, "For example: step-down.")
