"""Leaving out of a subject's SQL what no clause asks for: columns, and joins that only brought those columns."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from sqlglot import exp
from sqlglot.optimizer.eliminate_ctes import eliminate_ctes
from sqlglot.optimizer.eliminate_joins import eliminate_joins
from sqlglot.optimizer.pushdown_projections import pushdown_projections
from sqlglot.optimizer.qualify import qualify

from handrail.records.schema import tables


@cache
def _schema() -> dict[str, dict[str, str]]:
    kinds = {"integer": "bigint", "decimal": "decimal(18,4)", "boolean": "boolean", "date": "date", "time": "timestamp"}
    return {
        table.name: {column.name: kinds.get(column.type, "text") for column in table.columns.values()}
        for table in tables().values()
    }


def prune(query: exp.Query, columns: Sequence[str]) -> exp.Query:
    """This will narrow a subject's SELECT to some of its columns. The rows stay the same.

    A branch of a UNION that a parameter switches off goes, so that it costs no planning. A join goes when nothing of it is used and its side has one row a key, which sqlglot proves from its GROUP BY.
    """
    wanted = list(dict.fromkeys(columns))
    query = _without_dead_branches(query)
    narrowed = exp.select(*(exp.column(name, table="whole") for name in wanted)).from_(
        query.subquery("whole", copy=False), copy=False
    )
    qualified = qualify(narrowed, schema=_schema(), dialect="duckdb", quote_identifiers=False, identify=False)
    pruned = eliminate_ctes(eliminate_joins(pushdown_projections(qualified)))
    assert isinstance(pruned, exp.Query)
    return pruned


def _without_dead_branches(query: exp.Query) -> exp.Query:
    """Keep one side of `x UNION ALL y` where the other says `WHERE FALSE AND ...`."""

    def change(node: exp.Expression) -> exp.Expression:
        if isinstance(node, exp.Union) and not node.args.get("distinct"):
            live = [side for side in (node.left, node.right) if not _is_dead(side)]
            if len(live) == 1 and live[0].named_selects == node.left.named_selects:
                return live[0]
        return node

    changed = query.transform(change, copy=False)
    assert isinstance(changed, exp.Query)
    return changed


def _is_dead(side: exp.Expression) -> bool:
    where = side.args.get("where")
    return where is not None and any(part == exp.false() for part in where.this.flatten())
