"""Two conditions of one clause compared in words, part by part where both are built alike."""

from __future__ import annotations

from sqlglot import exp

from handrail.definitions.expressions import parse

_WHERE = {
    "applies": "It applies where",
    "holds": "It is met where",
    "excused": "It is excused where",
    "settled": "It is due once",
}
_TO_BE = {"applies": "To apply,", "holds": "To be met,", "excused": "To be excused,", "settled": "To be due,"}
_ADDED = {
    "applies": "It now applies only where `{}`.",
    "excused": "It is now excused where `{}`.",
    "settled": "It now stays pending until `{}`.",
}
_REMOVED = {
    "applies": "It now applies always; before, only where `{}`.",
    "excused": "Nothing excuses it any more; before, `{}` did.",
    "settled": "It is no longer pending until `{}`.",
}


def condition_changed(part: str, before: str | None, after: str | None) -> tuple[str, ...]:
    """This will say in sentences how one condition changed; nothing where both mean the same text of SQL."""
    if before is None or after is None:
        if before == after:
            return ()
        return (_ADDED[part].format(after),) if before is None else (_REMOVED[part].format(before),)
    try:
        old, new = parse(before), parse(after)
    except ValueError:
        return () if before == after else (_whole(part, before, after),)
    if old == new:
        return ()
    return _by_parts(part, old, new) or (_whole(part, before, after),)


def _whole(part: str, before: str, after: str) -> str:
    return f"{_WHERE[part]} `{after}`; before, where `{before}`."


def _by_parts(part: str, old: exp.Expression, new: exp.Expression) -> tuple[str, ...]:
    """Both conditions as lists of parts joined by one AND (or OR): which parts went, which came."""
    for joint, joined, lost, gained in (
        (exp.And, exp.Or, "{} it no longer asks for `{}`.", "{} it now asks for `{}` too."),
        (exp.Or, exp.And, "{} it no longer accepts `{}`.", "{} it now accepts `{}` too."),
    ):
        if isinstance(old, joined) or isinstance(new, joined):
            continue
        befores, afters = _parts(old, joint), _parts(new, joint)
        gone = [one for one in befores if one not in afters]
        come = [one for one in afters if one not in befores]
        if len(gone) == 1 and len(come) == 1:
            return (f"{_WHERE[part]} `{_sql(come[0])}`; before, `{_sql(gone[0])}`.",)
        if len(gone) + len(come) < len(befores) + len(afters) and not (gone and come):
            told = [lost.format(_TO_BE[part], _sql(one)) for one in gone]
            return tuple(told + [gained.format(_TO_BE[part], _sql(one)) for one in come])
    return ()


def _parts(tree: exp.Expression, joint: type[exp.Expression]) -> list[exp.Expression]:
    if isinstance(tree, exp.Paren) and isinstance(tree.this, joint):
        return _parts(tree.this, joint)
    if isinstance(tree, joint):
        return [*_parts(tree.left, joint), *_parts(tree.right, joint)]
    return [tree]


def _sql(tree: exp.Expression) -> str:
    """The SQL as a definition writes it: parameters with a colon."""
    return str(tree.sql(dialect="duckdb")).replace("$", ":")
