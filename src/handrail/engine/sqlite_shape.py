"""The shape of a SELECT in SQLite: layers, and what DuckDB can say of rows and SQLite cannot."""

from __future__ import annotations

from sqlglot import exp, transforms

NUMBERS = "handrail_numbers"
"""A table of the whole numbers from 0, which stands for GENERATE_SERIES."""


class NotInSqliteError(Exception):
    """A SELECT has something in it of which it is not known that SQLite would come to the same."""


def select(node: exp.Expression) -> exp.Expression:
    """This will write QUALIFY, ANTI JOIN and UNNEST in ways that SQLite has. Raises `NotInSqliteError`."""
    assert isinstance(node, exp.Select)
    if node.args.get("distinct") is not None and node.args["distinct"].args.get("on"):
        raise NotInSqliteError("DISTINCT ON")
    changed = transforms.eliminate_semi_and_anti_joins(_without_unnest(node))
    # A copy: QUALIFY puts the SELECT itself inside another one, which is then to take its place.
    return transforms.eliminate_qualify(changed.copy()) if changed.args.get("qualify") else changed


def _without_unnest(node: exp.Select) -> exp.Select:
    """A column of UNNEST(GENERATE_SERIES(a, b)) is a join with the numbers between the two."""
    for place, column in enumerate(node.expressions):
        unnest = column.find(exp.Explode, exp.Unnest)
        if unnest is None:
            continue
        series = unnest.this if isinstance(unnest, exp.Explode) else unnest.expressions[0]
        least, most = series.args["start"], series.args["end"]
        if column.unalias() is not unnest or series.args.get("step") or not least.is_int or int(least.name) < 0:
            raise NotInSqliteError(column.sql()[:80])
        number = exp.column("number", table=f"{NUMBERS}_{place}")
        unnest.replace(number.copy())
        between = exp.and_(
            number.copy() >= least.copy(), exp.LTE(this=number.copy(), expression=exp.paren(most.copy()))
        )
        node.join(exp.alias_(exp.to_table(NUMBERS), f"{NUMBERS}_{place}", table=True), on=between, copy=False)
    return node


def layers_apart(tree: exp.Query) -> exp.Query:
    """This will write layer over layer as a list of CTEs: SQLite's parser has little room for what is nested."""
    layers: list[tuple[str, exp.Query]] = []
    select: exp.Expression = tree
    while isinstance(select, exp.Select) and not select.args.get("joins") and not select.ctes:
        below = select.find(exp.From)
        if below is None or below.parent is not select or not isinstance(below.this, exp.Subquery):
            break
        name, subquery = f"handrail_layer_{len(layers)}", below.this
        below.set("this", exp.alias_(exp.to_table(name), subquery.alias, table=True))
        select = subquery.this
        layers.append((name, select))
    for name, layer in reversed(layers):
        tree = tree.with_(name, as_=layer, copy=False)
    return tree


def worked_out_once(node: exp.Expression) -> exp.Expression:
    """This will keep a layer apart: otherwise SQLite writes each column's formula into each use of the column."""
    if isinstance(node.parent, exp.From) and isinstance(node.this, exp.Select) and not node.this.args.get("limit"):
        node.this.limit(-1, copy=False).offset(0, copy=False)
    return node
