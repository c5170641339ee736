"""The same SELECT in SQLite's SQL: what SQLite lacks or means otherwise is rewritten on the tree, by type.

Only what is listed here is let through. A SELECT with anything else raises `NotInSqliteError`, and DuckDB answers it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from sqlglot import exp, parse_one
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify

from handrail.engine.compiling import AS_OF
from handrail.engine.sqlite_shape import NotInSqliteError, layers_apart, select, worked_out_once

SPACES = "\u0020\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
"""What TRIM takes away in DuckDB: every space of Unicode; in SQLite only the first of these."""

_DATE = {exp.DataType.Type.DATE}
_TIME = {exp.DataType.Type.TIMESTAMP, exp.DataType.Type.TIMESTAMPNTZ}
_TEXT = exp.DataType.TEXT_TYPES
_WHOLE = exp.DataType.INTEGER_TYPES
_BOOLEAN = {exp.DataType.Type.BOOLEAN}
_DECIMAL = {exp.DataType.Type.DECIMAL}
_DOUBLE = {exp.DataType.Type.DOUBLE}
_KNOWN = _DATE | _TIME | _TEXT | _WHOLE | _BOOLEAN | _DECIMAL | _DOUBLE | {exp.DataType.Type.NULL}

_AS_THEY_ARE: tuple[type[exp.Expression], ...] = (
    exp.Abs, exp.Alias, exp.And, exp.Between, exp.Boolean, exp.CTE, exp.Case, exp.Column, exp.Count, exp.DPipe,
    exp.DataType, exp.DataTypeParam, exp.Distinct, exp.Exists, exp.Floor, exp.From, exp.Group, exp.Identifier, exp.If,
    exp.In, exp.Interval, exp.Is, exp.Join, exp.Lag, exp.Lead, exp.Like, exp.Max, exp.Min, exp.Neg, exp.Not, exp.Null,
    exp.Nullif, exp.Or, exp.Order, exp.Ordered, exp.Paren, exp.Qualify, exp.Replace, exp.RowNumber, exp.Star, exp.Table,
    exp.TableAlias, exp.Union, exp.Var, exp.Where, exp.Window, exp.WindowSpec, exp.With,
)  # fmt: skip

_TOLD = {"MEDIAN": "DOUBLE", "BIT_COUNT": "BIGINT"}
"""Functions of which sqlglot does not know what they come to."""


@dataclass(frozen=True)
class Written:
    """A SELECT in SQLite's SQL, and the relations that it reads."""

    sql: str
    reads: tuple[str, ...]


def in_sqlite(sql: str, schema: Mapping[str, Mapping[str, str]]) -> Written:
    """This will write a SELECT of DuckDB's in SQLite's SQL. `schema` gives the columns of every relation it may read.

    The as-of date becomes the parameter `:as_of`. Raises `NotInSqliteError`.
    """
    tree = qualify(
        parse_one(sql, dialect="duckdb"),
        schema=schema,
        dialect="duckdb",
        identify=True,
        validate_qualify_columns=False,
    )
    reads = tuple(sorted({table.name for table in tree.find_all(exp.Table)} & set(schema)))
    for node in list(tree.find_all(exp.Median, exp.Anonymous)):
        if kind := _TOLD.get(node.name.upper() if isinstance(node, exp.Anonymous) else "MEDIAN"):
            node.replace(exp.Cast(this=node.copy(), to=exp.DataType.build(kind)))
    tree = annotate_types(tree, schema=schema, dialect="duckdb")
    for node in reversed(list(tree.walk(bfs=False))):
        change = _CHANGES.get(type(node))
        if change is None:
            if type(node) not in _AS_THEY_ARE:
                raise NotInSqliteError(f"{type(node).__name__}: {node.sql()[:80]}")
            continue
        changed = change(node)
        if changed is not node:
            changed.type = node.type
            if node is tree:
                tree = changed
            else:
                node.replace(changed)
    assert isinstance(tree, exp.Query)
    return Written(layers_apart(tree).sql(dialect="sqlite", comments=False), reads)


def _kind(node: exp.Expression) -> exp.DataType.Type:
    while isinstance(node, exp.Paren) and node.type is None:
        node = node.this
    kind = node.type.this if node.type is not None else exp.DataType.Type.UNKNOWN
    if kind not in _KNOWN:
        raise NotInSqliteError(f"the type of {node.sql()[:80]} is {kind}")
    return kind


def _call(name: str, *arguments: exp.Expression | str | int) -> exp.Expression:
    return exp.Anonymous(this=name, expressions=[_expression(argument) for argument in arguments])


def _expression(value: exp.Expression | str | int) -> exp.Expression:
    if isinstance(value, exp.Expression):
        return value
    return exp.Literal.string(value) if isinstance(value, str) else exp.Literal.number(value)


def _whole(node: exp.Expression) -> exp.Expression:
    return exp.Cast(this=node, to=exp.DataType.build("BIGINT"))


def _real(node: exp.Expression) -> exp.Expression:
    return exp.Cast(this=node, to=exp.DataType.build("DOUBLE"))


_paren = partial(exp.paren, copy=False)


# --- numbers, dates and times -----------------------------------------------------------------------------------


def _cast(node: exp.Expression) -> exp.Expression:
    value, to = node.this, node.args["to"].this
    if isinstance(value, exp.Literal) and to in _DATE:
        return exp.Placeholder(this="as_of") if value.name == AS_OF else value
    if any(_is_call(value, f"HANDRAIL_{name}") for name in _TOLD):
        return value
    if isinstance(value, exp.Null) or _kind(value) == exp.DataType.Type.NULL:
        return value
    kind = _kind(value)
    if kind == to or (kind in _TEXT and to in _TEXT) or (kind in _TIME and to in _TIME):
        return value
    if kind in _WHOLE | _BOOLEAN and to in _WHOLE:
        return value
    if kind in _DATE and to in _TIME:
        return _paren(exp.DPipe(this=_paren(value), expression=exp.Literal.string(" 00:00:00")))
    if kind in _TIME and to in _DATE:
        return _call("SUBSTR", value, 1, 10)
    if kind in _WHOLE | _DECIMAL and to in _DOUBLE:
        return _real(value)
    if kind in _WHOLE and to in _DECIMAL:
        return _real(value)
    if kind in _DOUBLE and to in _DECIMAL:
        return _call("HANDRAIL_DECIMAL", value)
    if kind in _DOUBLE and to in _WHOLE:
        return (
            _whole(value)
            if isinstance(value.unnest(), exp.Floor) or _is_call(value, "POW")
            else _call("HANDRAIL_WHOLE", value)
        )
    if kind in _DATE | _WHOLE and to in _TEXT:
        return exp.Cast(this=value, to=exp.DataType.build("TEXT"))
    raise NotInSqliteError(f"CAST of {kind} as {to}")


def _is_call(node: exp.Expression, name: str) -> bool:
    node = node.unnest()
    return isinstance(node, exp.Anonymous) and node.name == name


def _added(node: exp.Expression) -> exp.Expression:
    left, right = node.this, node.expression
    sign = "-" if isinstance(node, exp.Sub) else ""
    if isinstance(right, exp.Interval):
        unit = str(right.unit).upper()
        if _kind(left) not in _DATE or unit not in ("MONTH", "DAY"):
            raise NotInSqliteError(node.sql()[:80])
        number = int(f"{sign}{right.this.name}")
        moved = _call("DATE", left, f"{number} days") if unit == "DAY" else _call("HANDRAIL_MONTHS", left, number)
        return _paren(exp.DPipe(this=moved, expression=exp.Literal.string(" 00:00:00")))
    one, other = _kind(left), _kind(right)
    if one in _DATE and other in _WHOLE:
        days: exp.Expression = _paren(right)
        days = exp.Neg(this=days) if sign else days
        return _call("DATE", left, _paren(exp.DPipe(this=days, expression=exp.Literal.string(" days"))))
    if one in _DATE and other in _DATE and sign:
        return _days(right, left)
    _only_numbers(one, other)
    return _call("HANDRAIL_DECIMAL", node.copy()) if _DECIMAL & {one, other} and not _DOUBLE & {one, other} else node


def _literal(node: exp.Expression) -> exp.Expression:
    """A number with a point as a quotient of two whole ones, which is exact; SQLite may read it a trifle off."""
    if node.is_string or node.name.isdigit():
        return node
    whole, _, part = node.name.partition(".")
    if not (whole + part).isdigit():
        raise NotInSqliteError(node.sql())
    digits = (exp.Literal.number(f"{number}.0") for number in (int(whole + part), 10 ** len(part)))
    return _paren(exp.Div(this=next(digits), expression=next(digits), typed=True, safe=True))


def _multiplied(node: exp.Expression) -> exp.Expression:
    one, other = _kind(node.this), _kind(node.expression)
    _only_numbers(one, other)
    if _DECIMAL & {one, other}:
        raise NotInSqliteError(f"a decimal in {node.sql()[:80]}")
    if isinstance(node, exp.Mod):
        return exp.Mod(this=node.this.copy(), expression=_divisor(node.expression))
    return node


def _divided(node: exp.Expression) -> exp.Expression:
    _only_numbers(_kind(node.this), _kind(node.expression))
    return exp.Div(this=_real(node.this.copy()), expression=_divisor(node.expression), typed=True, safe=True)


def _divisor(node: exp.Expression) -> exp.Expression:
    """By zero SQLite comes to NULL and DuckDB does not: where it may be zero, that is looked at for each row."""
    bare = node.unnest()
    is_sure = isinstance(bare, exp.Literal) and float(bare.name) != 0
    is_sure = is_sure or (isinstance(bare, exp.Nullif) and bare.expression.name == "0")
    return node.copy() if is_sure else _call("HANDRAIL_DIVISOR", node.copy())


def _only_numbers(*kinds: exp.DataType.Type) -> None:
    if any(kind not in _WHOLE | _DECIMAL | _DOUBLE | {exp.DataType.Type.NULL} for kind in kinds):
        raise NotInSqliteError(f"arithmetic with {kinds}")


def _date_diff(node: exp.Expression) -> exp.Expression:
    later, earlier = node.this, node.expression
    unit = str(node.args.get("unit") or "DAY").upper()
    kinds = {_kind(later), _kind(earlier)}
    if unit == "DAY" and kinds <= _DATE:
        return _days(earlier, later)
    if unit == "SECOND" and kinds <= _TIME:
        return _paren(exp.Sub(this=_seconds(later), expression=_seconds(earlier)))
    raise NotInSqliteError(node.sql()[:80])


def _days(earlier: exp.Expression, later: exp.Expression) -> exp.Expression:
    return _whole(_paren(exp.Sub(this=_call("JULIANDAY", later), expression=_call("JULIANDAY", earlier))))


def _seconds(time: exp.Expression) -> exp.Expression:
    return _whole(_call("STRFTIME", "%s", _call("SUBSTR", time, 1, 19)))


def _date_trunc(node: exp.Expression) -> exp.Expression:
    if _kind(node.this) not in _DATE | _TIME:
        raise NotInSqliteError(node.sql()[:80])
    day = node.this if _kind(node.this) in _DATE else _call("SUBSTR", node.this, 1, 10)
    match str(node.args["unit"].name).upper():
        case "WEEK":
            start = _call("DATE", day, "-6 days", "weekday 1")
        case "MONTH":
            start = _call("DATE", day, "start of month")
        case "QUARTER":
            start = _call("HANDRAIL_QUARTER", day)
        case unit:
            raise NotInSqliteError(f"DATE_TRUNC by {unit}")
    if node.type.this in _DATE:
        return start
    return _paren(exp.DPipe(this=start, expression=exp.Literal.string(" 00:00:00")))


def _extract(node: exp.Expression) -> exp.Expression:
    places = {"YEAR": (1, 4), "MONTH": (6, 2), "DAY": (9, 2)}
    if node.name.upper() not in places or _kind(node.expression) not in _DATE | _TIME:
        raise NotInSqliteError(node.sql()[:80])
    return _whole(_call("SUBSTR", node.expression, *places[node.name.upper()]))


def _compared(node: exp.Expression) -> exp.Expression:
    one, other = _kind(node.this), _kind(node.expression)
    null = exp.DataType.Type.NULL
    families = (_DATE, _TIME, _TEXT, _BOOLEAN, _WHOLE | _DECIMAL | _DOUBLE)
    if null not in (one, other) and not any({one, other} <= set(family) for family in families):
        if {one, other} <= _DATE | _TEXT and any(isinstance(s, exp.Literal) for s in (node.this, node.expression)):
            return node
        raise NotInSqliteError(f"{one} beside {other}: {node.sql()[:80]}")
    return node


# --- NULL, and what lists and groups come to ---------------------------------------------------------------------


def _most(node: exp.Expression) -> exp.Expression:
    """GREATEST and LEAST pass over NULL; SQLite's MAX and MIN of several do not."""
    several = [node.this, *node.expressions]
    name = "MAX" if isinstance(node, exp.Greatest) else "MIN"
    sure = [value for value in several if isinstance(value, (exp.Literal, exp.Placeholder))]
    if sure:
        rest = [
            value if value in sure else exp.Coalesce(this=value.copy(), expressions=[sure[0].copy()])
            for value in several
        ]
        return _call(name, *rest)
    if len(several) == 2 and all(isinstance(value, exp.Column) for value in several):
        one, other = several
        return _call(
            name,
            exp.Coalesce(this=one.copy(), expressions=[other.copy()]),
            exp.Coalesce(this=other.copy(), expressions=[one.copy()]),
        )
    return _call(f"HANDRAIL_{name}", *several)


def _summed(node: exp.Expression) -> exp.Expression:
    """Whole numbers only: a sum of others depends on its order."""
    if _kind(node.this) not in _WHOLE:
        raise NotInSqliteError(node.sql()[:80])
    return node


def _coalesce(node: exp.Expression) -> exp.Expression:
    return node if node.expressions else node.this


def _all_or_any(node: exp.Expression) -> exp.Expression:
    return (exp.Max if isinstance(node, exp.LogicalOr) else exp.Min)(this=node.this)


def _median(node: exp.Expression) -> exp.Expression:
    if _kind(node.this) not in _WHOLE:
        raise NotInSqliteError(node.sql()[:80])
    return _call("HANDRAIL_MEDIAN", node.this)


def _string_agg(node: exp.Expression) -> exp.Expression:
    ordered, by = node.this, node.this
    if isinstance(ordered, exp.Order):
        by = ordered.expressions[0].this
        if len(ordered.expressions) != 1 or ordered.expressions[0].args.get("desc"):
            raise NotInSqliteError(node.sql()[:80])
        ordered = ordered.this
    elif node.args.get("order"):
        raise NotInSqliteError(node.sql()[:80])
    if by != ordered:
        raise NotInSqliteError(node.sql()[:80])
    return _call("HANDRAIL_LIST", ordered, node.args.get("separator") or ",")


def _anonymous(node: exp.Expression) -> exp.Expression:
    if node.name.upper() == "BIT_COUNT":
        return _call("HANDRAIL_BIT_COUNT", *node.expressions)
    raise NotInSqliteError(node.sql()[:80])


def _concat_ws(node: exp.Expression) -> exp.Expression:
    """The pieces that are not NULL, separated: each brings the separator before it, and the first of those goes."""
    separator, *pieces = node.expressions
    if not separator.is_string:
        raise NotInSqliteError(node.sql()[:80])
    several = [_text(exp.DPipe(this=separator.copy(), expression=_paren(piece))) for piece in pieces]
    return _call("SUBSTR", _row_of(several), len(separator.name) + 1)


def _concat(node: exp.Expression) -> exp.Expression:
    return _paren(_row_of([_text(piece) for piece in node.expressions]))


def _text(node: exp.Expression) -> exp.Expression:
    return exp.Coalesce(this=node, expressions=[exp.Literal.string("")])


def _row_of(pieces: list[exp.Expression]) -> exp.Expression:
    row = pieces[0]
    for piece in pieces[1:]:
        row = exp.DPipe(this=row, expression=piece)
    return row


def _trim(node: exp.Expression) -> exp.Expression:
    if node.args.get("expression") or node.args.get("position"):
        raise NotInSqliteError(node.sql()[:80])
    return _call("TRIM", node.this, SPACES)


def _same(node: exp.Expression) -> exp.Expression:
    return node


_CHANGES: Mapping[type[exp.Expression], Callable[[exp.Expression], exp.Expression]] = {
    exp.Add: _added,
    exp.Sub: _added,
    exp.Mul: _multiplied,
    exp.Mod: _multiplied,
    exp.Div: _divided,
    exp.Cast: _cast,
    exp.DateDiff: _date_diff,
    exp.TimestampTrunc: _date_trunc,
    exp.DateTrunc: _date_trunc,
    exp.Extract: _extract,
    exp.Greatest: _most,
    exp.Least: _most,
    exp.Coalesce: _coalesce,
    exp.LogicalOr: _all_or_any,
    exp.LogicalAnd: _all_or_any,
    exp.GroupConcat: _string_agg,
    exp.Median: _median,
    exp.BitwiseOrAgg: lambda node: _call("HANDRAIL_BITS", node.this),
    exp.Pow: lambda node: _call("POW", node.this, node.expression),
    exp.Upper: lambda node: _call("HANDRAIL_UPPER", node.this),
    exp.Trim: _trim,
    exp.Anonymous: _anonymous,
    exp.Concat: _concat,
    exp.ConcatWs: _concat_ws,
    exp.Explode: _same,
    exp.Unnest: _same,
    exp.GenerateSeries: _same,
    exp.Select: select,
    exp.Sum: _summed,
    exp.Literal: _literal,
    exp.Subquery: worked_out_once,
    **dict.fromkeys((exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ), _compared),
}
