"""pandas, by hand, counts the five measures of the benchmark as Handrail does; and a difference would be told."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from benchmarks.agreement import DisagreementError
from benchmarks.generate.claims import write_extract
from benchmarks.oversight import same_counts
from benchmarks.oversight_worker import FIVE, Task, handrail, pandas, scan

from handrail.example import extract
from handrail.exchange.claims import import_claims

LINES = 30_000


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("oversight")


@pytest.fixture(scope="module", params=["many", "example"])
def counted(request: pytest.FixtureRequest, room: Path) -> tuple[Task, Task]:
    """An extract of many people with regular weeks, and the example's with voids and long lines put in."""
    into, out = room / f"{request.param}-in", room / f"{request.param}-out"
    if request.param == "many":
        write_extract(into, LINES)
    else:
        into.mkdir()
        for name, rows in extract().items():
            pq.write_table(_troubled(rows) if name == "medical_claim" else rows, into / f"{name}.parquet")
    import_claims(into, out)
    ours, theirs = (Task(out, room / f"{request.param}-{name}.parquet", 1, "1GB") for name in ("ours", "theirs"))
    handrail(ours)
    pandas(theirs)
    return ours, theirs


def _troubled(rows: pa.Table) -> pa.Table:
    """Every hundredth line is taken back by a second one, and every seventieth stands for two days."""
    number = pa.array(range(rows.num_rows))
    is_long = pc.equal(pc.subtract(number, pc.multiply(pc.divide(number, 70), 70)), 0)
    two = pc.if_else(is_long, 2.0, rows["service_unit_quantity"])
    rows = rows.set_column(rows.schema.get_field_index("service_unit_quantity"), "service_unit_quantity", two)
    void = rows.filter(pc.equal(pc.subtract(number, pc.multiply(pc.divide(number, 100), 100)), 0))
    void = void.set_column(
        void.schema.get_field_index("claim_line_number"), "claim_line_number", pa.array([2] * len(void))
    )
    paid = void.schema.get_field_index("paid_amount")
    return pa.concat_tables([rows, void.set_column(paid, "paid_amount", pc.negate(void["paid_amount"]))])


def test_pandas_counts_the_same(counted: tuple[Task, Task]) -> None:
    ours, theirs = counted
    assert same_counts(ours.out, theirs.out).endswith("5 measures equal")
    rows = pq.read_table(ours.out)
    assert set(rows["measure"].to_pylist()) == set(FIVE)
    for name in FIVE:
        assert pc.sum(rows.filter(pc.equal(rows["measure"], name))["events"]).as_py() > 0


def test_a_single_other_count_is_told(counted: tuple[Task, Task], tmp_path: Path) -> None:
    ours, theirs = counted
    rows = pq.read_table(theirs.out)
    events = rows["events"].to_pylist()
    events[3] += 1
    pq.write_table(
        rows.set_column(rows.schema.get_field_index("events"), "events", pa.array(events)), tmp_path / "x.parquet"
    )
    with pytest.raises(DisagreementError, match="in 1"):
        same_counts(ours.out, tmp_path / "x.parquet")


def test_the_scan_reads_columns_that_are_there(counted: tuple[Task, Task]) -> None:
    scan(counted[0])
