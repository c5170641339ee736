"""The scale-out engine: Apache Spark, by the extra `handrail[spark]`. Same SQL, same values, many machines."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from functools import lru_cache
from pathlib import Path
from types import TracebackType

import pyarrow as pa
import pyarrow.parquet as pq
import sqlglot

from handrail.engine.seeing import seen
from handrail.engine.spark_session import open_session
from handrail.records.holding import Records
from handrail.records.schema import tables


class Spark:
    """One sitting of Spark over one set of records on one day. `master` is any cluster's address; local by default.

    Where Spark runs already, that is used, with settings and views of its own for this sitting; it runs on after it.
    `partitions` is how many parts a shuffle has: by default twice the cores here, on a cluster what is set there; 1
    keeps all rows together, which is best for few. `settings` are Spark's own settings of SQL for this sitting.
    Raises `spark_session.MissingSparkError` where Spark or Java is not installed or does not start.
    """

    dialect = "spark"

    def __init__(
        self, *, master: str | None = None, partitions: int | None = None, settings: Mapping[str, str] | None = None
    ) -> None:
        self._session = open_session(master, partitions, settings or {})
        self._is_together = partitions == 1
        self._views: set[str] = set()
        self._sources: dict[str, tuple[str, frozenset[str]]] = {}
        self._shown: set[str] = set()
        self._as_of: datetime.date | None = None

    def __enter__(self) -> Spark:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """This will end the sitting and let go of its rows. Spark runs on, for the next."""
        for name in self._views:
            self._session.catalog.dropTempView(name)
        self._views.clear()

    def hold(self, records: Records) -> None:
        """This will take up records, in place of those held before."""
        self._sources, self._shown = {}, set()
        for name, held in records.held.items():
            if isinstance(held, pa.Table):
                self.relate(f"raw_{name}", held)
                columns = frozenset(held.column_names)
            else:
                columns = frozenset(column for file in held for column in pq.read_schema(file).names)
                self._read(f"raw_{name}", held, _declared(name, columns))
            self._sources[name] = (f"raw_{name}", columns)

    def show(self, names: Collection[str], as_of: datetime.date) -> None:
        """This will make tables visible as of a day, under their own names."""
        if as_of != self._as_of:
            self._shown, self._as_of = set(), as_of
        for name in names:
            if name not in self._shown:
                source, columns = self._sources.get(name, (None, frozenset()))
                self._session.sql(_seen(name, source, columns, as_of)).createOrReplaceTempView(name)
                self._shown.add(name)
                self._views.add(name)

    def query(self, sql: str) -> pa.Table:
        """This will run one SELECT and give its rows."""
        rows = self._session.sql(sql).toArrow()
        return rows.cast(_may_be_empty(rows.schema))

    def relate(self, name: str, rows: pa.Table) -> None:
        """This will make rows available to the next SELECT under a name."""
        frame = self._session.createDataFrame(rows.cast(_may_be_empty(rows.schema)))
        (frame.coalesce(1) if self._is_together else frame).createOrReplaceTempView(name)
        self._views.add(name)

    def release(self, name: str) -> None:
        """This will let go of rows that were made available under a name."""
        self._session.catalog.dropTempView(name)

    def lay(self, name: str, files: Collection[Path]) -> None:
        """This will make Parquet files of one kind available under a name, without reading them into memory."""
        self._session.read.parquet(*map(str, files)).createOrReplaceTempView(name)
        self._views.add(name)

    def write(self, sql: str, file: Path, *, apart: bool = False) -> int:  # noqa: ARG002
        """This will run one SELECT straight into a folder of Parquet files; gives the number of rows."""
        frame = self._session.sql(sql)
        frame.write.mode("errorifexists").parquet(str(file))
        return int(self._session.read.schema(frame.schema).parquet(str(file)).count())

    def _read(self, name: str, files: Collection[Path], schema: pa.Schema) -> None:
        """Files are read by the declared types, so that Spark need not look into them first."""
        from pyspark.sql.pandas.types import from_arrow_schema

        told = from_arrow_schema(schema, prefer_timestamp_ntz=True)
        self._session.read.schema(told).parquet(*map(str, files)).createOrReplaceTempView(name)
        self._views.add(name)


def _declared(name: str, columns: Collection[str]) -> pa.Schema:
    schema = tables()[name].arrow_schema
    return pa.schema([field for field in schema if field.name in columns])


def _may_be_empty(schema: pa.Schema) -> pa.Schema:
    """Spark works out which columns are never NULL; DuckDB does not, and the two must give equal tables."""
    return pa.schema([field.with_nullable(True) for field in schema])


@lru_cache(maxsize=4096)
def _seen(name: str, source: str | None, columns: frozenset[str], as_of: datetime.date) -> str:
    return str(sqlglot.transpile(seen(tables()[name], source, columns, as_of), read="duckdb", write="spark")[0])
