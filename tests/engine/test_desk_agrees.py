"""One meaning, two engines at one desk: SQLite comes to what DuckDB comes to, to the last NULL."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from cutting import without
from hypothesis import given, settings
from hypothesis import strategies as st

from handrail.definitions.rulebook import InForce
from handrail.engine.compiling import Compiled
from handrail.engine.desk import Desk
from handrail.engine.evaluate import compiled, judge
from handrail.engine.evidence import evidence, evidence_tables
from handrail.example import as_of
from handrail.records.holding import Records

AN_EARLIER_DAY = as_of - datetime.timedelta(days=75)


@pytest.fixture(scope="module")
def on_duckdb() -> Iterator[Desk]:
    with Desk(few=0) as desk:
        yield desk


@pytest.fixture(scope="module")
def on_sqlite() -> Iterator[Desk]:
    with Desk(few=10**9) as desk:
        yield desk


def all_about(desk: Desk, told: Compiled, day: datetime.date) -> tuple[pa.Schema, list[dict[str, Any]], dict[Any, Any]]:
    """Rows with their facts, verdicts, answers and gaps, and the records behind them."""
    judged = judge(desk, told, as_of=day)
    desk.show(evidence_tables(judged), day)
    found = {key: dict(some) for key, some in evidence(desk, judged).items()}
    key = told.subject.key
    rows = sorted(judged.rows.to_pylist(), key=lambda row: [str(row[part]) for part in key])
    return judged.rows.schema, rows, found


# --- everything about each person of the example ------------------------------------------------------------------


@pytest.mark.parametrize("day", [as_of, AN_EARLIER_DAY], ids=["as of the day", "earlier"])
def test_each_person_alone_comes_out_equal(
    on_duckdb: Desk, on_sqlite: Desk, records: Records, editions: list[InForce], day: datetime.date
) -> None:
    plans = [
        plan
        for told in editions
        for name in told.edition.subjects
        if "person_id" in (plan := compiled(told, name, candidates=True, every_fact=True)).context
    ]
    people = sorted(records.in_memory("person")["person_id"].to_pylist())
    before = on_sqlite.answered_by_sqlite
    for person in people[::3] if day == as_of else people[::10]:
        alone = without(records, {"person": set(people) - {person}})
        for desk in (on_duckdb, on_sqlite):
            desk.hold(alone)
        for plan in plans:
            assert all_about(on_sqlite, plan, day) == all_about(on_duckdb, plan, day), (person, plan.subject.name)
    assert on_sqlite.answered_by_sqlite > before


def test_every_subject_comes_out_equal_over_a_few_people(
    on_duckdb: Desk, on_sqlite: Desk, records: Records, plans: list[Compiled]
) -> None:
    people = sorted(records.in_memory("person")["person_id"].to_pylist())
    few = without(records, {"person": set(people[6:])})
    for desk in (on_duckdb, on_sqlite):
        desk.hold(few)
    for plan in plans:
        all_about(on_sqlite, plan, as_of)
        before = on_sqlite.answered_by_sqlite
        assert all_about(on_sqlite, plan, as_of) == all_about(on_duckdb, plan, as_of), plan.subject.name
        assert on_sqlite.answered_by_sqlite > before, plan.subject.name


# --- one function after another -----------------------------------------------------------------------------------

DAYS = st.dates(datetime.date(1900, 1, 1), datetime.date(2199, 12, 1))
TIMES = st.datetimes(datetime.datetime(1900, 1, 1), datetime.datetime(2199, 12, 1))
WORDS = st.text(st.sampled_from("aAbBzZß%_ -\u00a0éÉ'0\u3000"), max_size=5)
COLUMNS: dict[str, tuple[pa.DataType, st.SearchStrategy[Any]]] = {
    "number": (pa.int64(), st.integers(-30, 30)),
    "other_number": (pa.int64(), st.integers(-(10**6), 10**6)),
    "day": (pa.date32(), DAYS | st.dates(datetime.date(2024, 1, 30), datetime.date(2024, 3, 2))),
    "other_day": (pa.date32(), DAYS | st.dates(datetime.date(2024, 1, 30), datetime.date(2024, 3, 2))),
    "came_at": (pa.timestamp("us"), TIMES | TIMES.map(lambda time: time.replace(microsecond=0))),
    "went_at": (pa.timestamp("us"), TIMES | TIMES.map(lambda time: time.replace(microsecond=0))),
    "amount": (pa.decimal128(18, 4), st.decimals(-(10**6), 10**6, places=4)),
    "other_amount": (pa.decimal128(18, 4), st.decimals(-2, 2, places=1).map(lambda value: round(value, 4))),
    "ratio": (pa.float64(), st.floats(-1000, 1000) | st.integers(-(10**6), 10**6).map(lambda number: number / 10**5)),
    "is_so": (pa.bool_(), st.booleans()),
    "is_also": (pa.bool_(), st.booleans()),
    "word": (pa.string(), WORDS),
    "other_word": (pa.string(), WORDS),
}
ROWS = st.lists(st.fixed_dictionaries({name: st.none() | some for name, (_, some) in COLUMNS.items()}), max_size=12)
NUMBERED = pa.schema([("place", pa.int64())] + [(name, kind) for name, (kind, _) in COLUMNS.items()])

VALUES = (
    "number + other_number", "number * other_number - 3", "-number", "number / 7", "other_number / NULLIF(number, 0)",
    "other_number % 7", "other_number % NULLIF(number, 0)", "ABS(number)", "FLOOR(number / 7)", "CAST(FLOOR(number / 7) AS BIGINT)",
    "CAST(ratio AS BIGINT)", "CAST(ratio AS DECIMAL(18, 4))", "CAST(number AS DOUBLE) / 3", "CAST(number AS DECIMAL(18, 4))",
    "NULLIF(number, 0)", "CAST(POWER(2, ABS(number)) AS BIGINT)", "number BETWEEN 0 AND 10", "number IN (1, 2, 3)",
    "amount - other_amount", "amount + other_amount", "amount > other_amount", "amount >= 0.5", "other_amount = 0.1",
    "CAST(amount - other_amount AS DECIMAL(18, 4))", "CAST(amount AS DOUBLE)",
    "GREATEST(number, other_number)", "LEAST(number, other_number, 5)", "GREATEST(0, number)", "LEAST(day, other_day)",
    "GREATEST(day, CAST(came_at AS DATE), other_day)", "LEAST(came_at, went_at)", "GREATEST(number + 1, NULLIF(other_number, 3))",
    "DATEDIFF('DAY', day, other_day)", "DATEDIFF('SECOND', came_at, went_at)", "day + 3", "day - 3", "day + CAST(number AS INT)",
    "CAST(day + INTERVAL 3 MONTH AS DATE)", "CAST(day - INTERVAL 1 MONTH AS DATE)", "CAST(day + INTERVAL 6 DAY AS DATE)",
    "CAST(DATE_TRUNC('week', day) AS DATE)", "CAST(DATE_TRUNC('month', day) AS DATE)", "DATE_TRUNC('week', came_at)",
    "CAST(DATE_TRUNC('quarter', day) AS DATE)", "EXTRACT(YEAR FROM day) * 12 + EXTRACT(MONTH FROM day)",
    "EXTRACT(DAY FROM came_at)", "CAST(came_at AS DATE)", "CAST(day AS TIMESTAMP)", "CAST(day AS TIMESTAMP) < came_at", "came_at < went_at",
    "day <= other_day", "CAST(day AS TEXT)", "CAST(number AS TEXT)", "day IS NOT DISTINCT FROM other_day",
    "is_so AND is_also", "is_so OR is_also", "NOT is_so", "is_so IS NULL", "is_so = is_also", "is_so IS DISTINCT FROM is_also",
    "COALESCE(is_so, is_also, TRUE)", "CASE WHEN is_so THEN number WHEN is_also THEN other_number END",
    "CASE WHEN is_so THEN day ELSE other_day END", "word = other_word", "word < other_word", "word LIKE '%a%'",
    "word LIKE 'A_'", "word IN ('a', 'A', 'b')", "UPPER(word)", "TRIM(word)", "TRIM(word) <> ''", "word || other_word",
    "REPLACE(REPLACE(word, '-', ''), ' ', '')", "CONCAT_WS(' ', word, other_word, CASE WHEN is_so THEN 'x' END)",
    "CONCAT_WS('; ', word)", "CONCAT(word, other_word, 'x')", "CAST(NULL AS DATE)", "NULL IS NULL",
)  # fmt: skip

GROUPED = (
    "BOOL_OR(is_so)", "BOOL_AND(is_so)", "COUNT(*)", "COUNT(number)", "COUNT(DISTINCT day)", "CAST(SUM(number) AS BIGINT)",
    "MIN(day)", "MAX(came_at)", "MAX(word)", "MEDIAN(number)", "CAST(MEDIAN(2 * number) AS BIGINT)",
    "BIT_COUNT(BIT_OR(CAST(POWER(2, ABS(number)) AS BIGINT)))", "STRING_AGG(word, ' ' ORDER BY word)", "MAX(amount)",
    "MAX(CASE WHEN is_also THEN amount END) - MIN(amount)", "SUM(CASE WHEN is_so THEN 1 ELSE 0 END) > 1",
)  # fmt: skip

SELECTS = {
    "values": "SELECT place, " + ", ".join(f'{what} AS "{place}"' for place, what in enumerate(VALUES)) + " FROM shown",
    "grouped": "SELECT is_also, "
    + ", ".join(f'{what} AS "{place}"' for place, what in enumerate(GROUPED))
    + " FROM shown GROUP BY is_also",
    "windows": """SELECT place,
        ROW_NUMBER() OVER (PARTITION BY is_so ORDER BY day DESC, place) AS number_of,
        LAG(day) OVER (ORDER BY other_day, place) AS before,
        LEAD(word) OVER (ORDER BY word NULLS FIRST, place DESC) AS after,
        MAX(came_at) OVER (PARTITION BY is_so ORDER BY went_at NULLS FIRST, place
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS so_far,
        CAST(SUM(number) OVER (ORDER BY place) AS BIGINT) AS total
        FROM shown""",
    "qualified": """SELECT place, word FROM shown
        QUALIFY ROW_NUMBER() OVER (PARTITION BY is_so ORDER BY number DESC, place DESC) = 1""",
    "in series": """WITH numbered AS (SELECT place, day, UNNEST(GENERATE_SERIES(0, number)) AS week
            FROM shown WHERE number >= 0)
        SELECT place, week, day + CAST(week * 7 AS INT) AS on_day FROM numbered""",
    "without others": """SELECT one.place FROM shown AS one
        ANTI JOIN shown AS other ON other.number = one.number AND other.place <> one.place""",
    "with others": """SELECT one.place, other.place AS with_place FROM shown AS one
        LEFT JOIN shown AS other ON other.day <= one.other_day AND other.word IS NOT DISTINCT FROM one.word""",
    "either": """SELECT one.place, other.place AS with_place FROM shown AS one
        FULL JOIN (SELECT * FROM shown WHERE is_so) AS other ON other.place = one.number""",
    "there": """SELECT place FROM shown AS one
        WHERE EXISTS (SELECT 1 FROM shown AS other WHERE other.number > one.number)
        UNION ALL SELECT place FROM shown WHERE word NOT IN ('a', 'b')""",
}


@pytest.mark.parametrize("what", SELECTS)
@settings(max_examples=20, deadline=None)
@given(rows=ROWS)
def test_a_select_comes_out_equal(on_duckdb: Desk, on_sqlite: Desk, what: str, rows: list[dict[str, Any]]) -> None:
    shown = pa.Table.from_pylist([{"place": place} | row for place, row in enumerate(rows)], schema=NUMBERED)
    found = []
    for desk in (on_duckdb, on_sqlite):
        desk.relate("shown", shown)
        desk.query(SELECTS[what])
        before = desk.answered_by_sqlite
        found.append(desk.query(SELECTS[what]))
    assert desk.answered_by_sqlite > before
    one, other = found
    assert other.schema == one.schema
    assert sorted(map(repr, other.to_pylist())) == sorted(map(repr, one.to_pylist()))


# --- what is left to DuckDB ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [10**9, datetime.date(1815, 12, 10), datetime.datetime(2300, 1, 1), Decimal("123456789012.5")],
    ids=["a great number", "a day long ago", "a time far away", "a great amount"],
)
def test_what_would_not_be_exact_is_left_to_duckdb(on_sqlite: Desk, value: object) -> None:
    rows = pa.table({"value": [value]})
    on_sqlite.relate("uncommon", rows)
    before = on_sqlite.answered_by_sqlite
    for _ in range(3):
        assert on_sqlite.query("SELECT value FROM uncommon").to_pylist() == rows.to_pylist()
    assert on_sqlite.answered_by_sqlite == before


@pytest.mark.parametrize("sql", ["SELECT HASH(1) IS NULL AS n", "SELECT DATE_TRUNC('year', DATE '2024-02-03') AS n"])
def test_what_is_not_known_to_mean_the_same_is_left_to_duckdb(on_sqlite: Desk, sql: str) -> None:
    before = on_sqlite.answered_by_sqlite
    first = on_sqlite.query(sql)
    assert on_sqlite.query(sql) == first
    assert on_sqlite.answered_by_sqlite == before


def test_what_is_divided_by_zero_is_left_to_duckdb(on_sqlite: Desk) -> None:
    on_sqlite.relate("divided", pa.table({"value": [0, 2]}))
    for _ in range(2):
        found = on_sqlite.query("SELECT 1 / value AS part FROM divided ORDER BY value")
    assert found["part"].to_pylist() == [float("inf"), 0.5]


def test_more_rows_than_a_few_are_left_to_duckdb() -> None:
    with Desk(few=3) as desk:
        for number, by_sqlite in ((3, 2), (4, 2), (2, 5)):
            desk.relate("shown", pa.table({"n": range(number)}))
            for _ in range(3):
                assert desk.query("SELECT COUNT(*) AS number FROM shown").to_pylist() == [{"number": number}]
            assert desk.answered_by_sqlite == by_sqlite


def test_another_day_is_asked_of_sqlite_with_the_same_text(records: Records, plans: list[Compiled]) -> None:
    plan = next(plan for plan in plans if plan.subject.name == "service_week")
    with Desk(few=10**9) as desk:
        desk.hold(records)
        judge(desk, plan, as_of=as_of, in_full=False)
        judge(desk, plan, as_of=AN_EARLIER_DAY, in_full=False)
        assert desk.answered_by_sqlite == 1
