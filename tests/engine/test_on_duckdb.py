"""The embedded engine touches only what it is given, spills instead of dying, and leaves nothing behind."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from handrail.engine.on_duckdb import DuckDB
from handrail.records.holding import Records, from_rows
from handrail.records.schema import tables

DAY = datetime.date(2026, 7, 5)
ADA = from_rows({"person": [{"person_id": "ada", "sex": "female"}]})
SORTED = "SELECT * FROM observation ORDER BY tool DESC, observation_id"


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder that the engine was not given."""
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "secret.csv").write_text("name\nAda Example\n", encoding="utf-8")
    (folder / "secret.txt").write_text("Ada Example", encoding="utf-8")
    pq.write_table(ADA.in_memory("person"), folder / "secret.parquet")
    duckdb.connect(str(folder / "secret.db")).close()
    return folder


@pytest.fixture
def inside(tmp_path: Path) -> Path:
    folder = tmp_path / "inside"
    folder.mkdir()
    return folder


@pytest.fixture
def engine(inside: Path) -> Iterator[DuckDB]:
    with DuckDB(threads=1, folders=[inside]) as opened:
        yield opened


# --- shut off ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('{outside}/secret.csv')",
        "SELECT * FROM '{outside}/secret.csv'",
        "SELECT * FROM read_text('{outside}/secret.txt')",
        "SELECT * FROM read_blob('{outside}/secret.txt')",
        "SELECT * FROM read_parquet('{outside}/secret.parquet')",
        "SELECT * FROM read_parquet('{inside}/../outside/secret.parquet')",
        "SELECT * FROM read_parquet('{inside}-twin/secret.parquet')",
        "SELECT * FROM glob('{outside}/*')",
        "SELECT * FROM read_csv('https://localhost/secret.csv')",
        "ATTACH '{outside}/secret.db'",
        "COPY (SELECT 1) TO '{outside}/out.csv'",
        "EXPORT DATABASE '{outside}/all'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "CREATE PERSISTENT SECRET one (TYPE http)",
    ],
)
def test_nothing_outside_its_folders_is_touched(engine: DuckDB, inside: Path, outside: Path, sql: str) -> None:
    before = sorted(outside.iterdir())
    with pytest.raises(duckdb.Error):
        engine.query(sql.format(inside=inside, outside=outside))
    assert sorted(outside.iterdir()) == before


@pytest.mark.parametrize(
    "sql",
    [
        "SET enable_external_access = true",
        "SET allowed_directories = ['/']",
        "SET memory_limit = '64GB'",
        "SET lock_configuration = false",
        "SET temp_directory = '/'",
        "RESET allowed_directories",
    ],
)
def test_the_configuration_is_locked(engine: DuckDB, sql: str) -> None:
    with pytest.raises(duckdb.Error):
        engine.query(sql)


def test_variables_of_the_program_cannot_be_read(engine: DuckDB) -> None:
    secret = ADA.in_memory("person")
    assert secret.num_rows == 1
    with pytest.raises(duckdb.Error):
        engine.query("SELECT * FROM secret")


def test_its_own_folders_can_be_read_and_written(engine: DuckDB, inside: Path) -> None:
    assert engine.write("SELECT 1 AS one", inside / "it's one.parquet") == 1
    assert pq.read_table(inside / "it's one.parquet")["one"].to_pylist() == [1]


# --- records ----------------------------------------------------------------------------------------------------


def seen(engine: DuckDB, records: Records, name: str, *columns: str) -> list[dict[str, object]]:
    engine.hold(records)
    engine.show([name], DAY)
    rows: list[dict[str, object]] = engine.query(f"SELECT {', '.join(columns)} FROM {name} ORDER BY ALL").to_pylist()
    return rows


def test_a_column_that_a_file_lacks_reads_as_empty(engine: DuckDB, inside: Path) -> None:
    file = inside / "person.parquet"
    pq.write_table(ADA.in_memory("person").select(["person_id"]), file)
    told = seen(engine, Records({"person": (file,)}), "person", "person_id", "sex", "birth_date")
    assert told == [{"person_id": "ada", "sex": None, "birth_date": None}]


def test_a_column_that_only_some_parts_have_is_empty_in_the_others(engine: DuckDB, inside: Path) -> None:
    one, other = inside / "1.parquet", inside / "2.parquet"
    pq.write_table(ADA.in_memory("person").select(["person_id"]), one)
    eve = from_rows({"person": [{"person_id": "eve", "sex": "female", "recorded_on": datetime.date(2027, 1, 1)}]})
    pq.write_table(eve.in_memory("person").select(["sex", "person_id"]), other)
    told = seen(engine, Records({"person": (one, other)}), "person", "person_id", "sex")
    assert told == [{"person_id": "ada", "sex": None}, {"person_id": "eve", "sex": "female"}]
    pq.write_table(eve.in_memory("person"), other)
    assert len(seen(engine, Records({"person": (one, other)}), "person", "person_id")) == 1


@pytest.mark.parametrize("name", ["it's", "da[1]ta", "a b", "years=2026"])
def test_folders_may_have_any_name(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    pq.write_table(ADA.in_memory("person"), folder / "person.parquet")
    with DuckDB(threads=1, folders=[folder]) as opened:
        told = seen(opened, Records({"person": (folder / "person.parquet",)}), "person", "*")
    assert told == ADA.in_memory("person").to_pylist()


def test_new_records_take_the_place_of_those_held_before(engine: DuckDB) -> None:
    assert len(seen(engine, ADA, "person", "person_id")) == 1
    assert seen(engine, Records({}), "person", "person_id") == []
    with pytest.raises(duckdb.Error):
        engine.query("SELECT * FROM raw_person")


def test_another_day_shows_the_same_records_anew(engine: DuckDB) -> None:
    engine.hold(from_rows({"use_event": [{"use_event_id": "u1", "person_id": "ada", "occurred_on": DAY}]}))
    for day, rows in [(DAY, 1), (DAY - datetime.timedelta(days=1), 0), (DAY, 1)]:
        engine.show(["use_event"], day)
        assert engine.query("SELECT * FROM use_event").num_rows == rows


def test_every_declared_column_can_be_read_of_records_that_hold_nothing(engine: DuckDB) -> None:
    engine.hold(Records({}))
    engine.show(list(tables()), DAY)
    for table in tables().values():
        told = engine.query(f"SELECT * FROM {table.name}")
        assert told.num_rows == 0
        assert told.schema.names == list(table.columns)
        assert told.schema.types == list(table.arrow_schema.types)


# --- more than fits in memory -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def millions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two million observations, written by a connection of its own."""
    file = tmp_path_factory.mktemp("millions") / "observation.parquet"
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.execute(
            f"""
            COPY (
                SELECT 'observation-' || i AS observation_id, 'P-' || i % 1000 AS person_id, 'arrests' AS measure,
                    'an instrument with a long name, number ' || i AS tool, DATE '2026-01-05' AS observed_on
                FROM range(2000000) AS r(i)
            ) TO '{file}' (FORMAT parquet)
            """
        )
    return file


def test_what_does_not_fit_in_memory_is_spilled(millions: Path, tmp_path: Path) -> None:
    with DuckDB(threads=2, memory="120MB", folders=[millions.parent, tmp_path], spill=tmp_path) as small:
        small.hold(Records({"observation": (millions,)}))
        small.show(["observation"], DAY)
        assert small.write(SORTED, tmp_path / "out.parquet") == 2_000_000
    assert pq.read_metadata(tmp_path / "out.parquet").num_rows == 2_000_000
    assert [path.name for path in tmp_path.iterdir()] == ["out.parquet"]


def test_without_room_to_spill_the_same_would_have_died(millions: Path) -> None:
    config = {"threads": 2, "memory_limit": "120MB", "temp_directory": ""}
    with duckdb.connect(config=config) as connection:
        connection.execute(f"CREATE VIEW observation AS SELECT * FROM read_parquet('{millions}')")
        with pytest.raises(duckdb.OutOfMemoryException):
            connection.execute(f"COPY ({SORTED}) TO '{millions.parent / 'died.parquet'}' (FORMAT parquet)")


# --- leaves nothing behind --------------------------------------------------------------------------------------


def test_closing_removes_the_folder_it_spilled_to(tmp_path: Path) -> None:
    with DuckDB(threads=1, spill=tmp_path) as opened:
        assert [path.is_dir() for path in tmp_path.iterdir()] == [True]
        opened.query("SELECT 1")
    assert list(tmp_path.iterdir()) == []


def test_an_error_inside_removes_it_too(tmp_path: Path) -> None:
    with pytest.raises(duckdb.Error), DuckDB(threads=1, spill=tmp_path) as opened:
        opened.query("SELECT * FROM nowhere")
    assert list(tmp_path.iterdir()) == []


def test_rows_given_under_a_name_replace_those_before(engine: DuckDB) -> None:
    engine.relate("given", pa.table({"one": [1]}))
    engine.relate("given", pa.table({"one": [2, 3]}))
    assert engine.query("SELECT one FROM given ORDER BY one")["one"].to_pylist() == [2, 3]
