"""The scale-out engine: Apache Spark, by the extra `handrail[spark]`. Same SQL, same values, many machines."""

from __future__ import annotations

import datetime
import os
import tempfile
from collections.abc import Collection
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import sqlglot

from handrail.engine.seeing import seen
from handrail.records.holding import Records
from handrail.records.schema import tables

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


class MissingSparkError(Exception):
    """Spark was asked for and is not installed."""

    def __init__(self) -> None:
        super().__init__('Spark is not installed. Install it with: pip install "handrail[spark]" (and a Java 17 runtime).')


class Spark:
    """One sitting of Spark over one set of records on one day. `master` is any cluster's address; local by default."""

    dialect = "spark"

    def __init__(self, *, master: str | None = None, partitions: int | None = None) -> None:
        self._scratch = tempfile.TemporaryDirectory(prefix="handrail-")
        self._session = _session(master or f"local[{os.cpu_count() or 1}]", partitions or 2 * (os.cpu_count() or 1))
        self._sources: dict[str, tuple[str, frozenset[str]]] = {}
        self._seen: set[str] = set()
        self._as_of: datetime.date | None = None

    def __enter__(self) -> Spark:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """This will end the sitting; the Spark session stays for the next."""
        for name in (*self._sources, *self._seen):
            self._session.catalog.dropTempView(name)
        self._scratch.cleanup()

    def hold(self, records: Records) -> None:
        """This will take up records, in place of those held before."""
        self._sources, self._seen = {}, set()
        for name, held in records.held.items():
            if isinstance(held, pa.Table):
                self.relate(f"raw_{name}", held)
                columns = held.column_names
            else:
                read = self._session.read.option("mergeSchema", "true")
                read.parquet(*map(str, held)).createOrReplaceTempView(f"raw_{name}")
                columns = [column for file in held for column in pq.read_schema(file).names]
            self._sources[name] = (f"raw_{name}", frozenset(columns))

    def show(self, names: Collection[str], as_of: datetime.date) -> None:
        """This will make tables visible as of a day, under their own names."""
        if as_of != self._as_of:
            self._seen, self._as_of = set(), as_of
        for name in names:
            if name not in self._seen:
                source, columns = self._sources.get(name, (None, frozenset()))
                sql = sqlglot.transpile(seen(tables()[name], source, columns, as_of), read="duckdb", write="spark")[0]
                self._session.sql(sql).createOrReplaceTempView(name)
                self._seen.add(name)

    def query(self, sql: str) -> pa.Table:
        """This will run one SELECT and give its rows."""
        return self._session.sql(sql).toArrow()

    def relate(self, name: str, rows: pa.Table) -> None:
        """This will make rows available to the next SELECT under a name."""
        file = Path(self._scratch.name) / f"{name}-{len(os.listdir(self._scratch.name))}.parquet"
        pq.write_table(rows, file)
        self._session.read.parquet(str(file)).createOrReplaceTempView(name)

    def write(self, sql: str, file: Path) -> int:
        """This will run one SELECT straight into a folder of Parquet files; gives the number of rows."""
        frame = self._session.sql(sql)
        frame.write.mode("errorifexists").parquet(str(file))
        return int(self._session.read.parquet(str(file)).count())


def _session(master: str, partitions: int) -> SparkSession:
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise MissingSparkError from error
    return (
        SparkSession.builder.master(master)
        .appName("handrail")
        .config("spark.sql.ansi.enabled", "true")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.timestampType", "TIMESTAMP_NTZ")
        .config("spark.sql.shuffle.partitions", str(partitions))
        .config("spark.sql.execution.arrow.pyspark.enabled", "true")
        .config("spark.sql.parquet.inferTimestampNTZ.enabled", "true")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.driver.memory", "4g")
        .config("spark.log.level", "ERROR")
        .getOrCreate()
    )
