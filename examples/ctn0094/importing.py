"""The trials' files into five tables, as Parquet."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import duckdb

from handrail.exchange.answers import new_folder
from handrail.exchange.folders import connection
from handrail.exchange.folders.connection import run
from handrail.findings import Finding, FindingsError

TABLES = ("participant", "treatment_phase", "use_day", "use_week", "controlled_stay")
"""What is written, in the order in which one needs the other."""

_DATED = ("randomization", "treatment", "tlfb", "uds", "visit", "detox")
_OTHERS = ("everybody", "rbs", "site_masked", "demographics", "asi", "meta_study_length")


def import_ctn0094(directory: Path, out: Path) -> dict[str, int]:
    """This will read the trials' files and write the tables, and give the rows of each.

    Raises: `FindingsError` (H302) with every file that is missing, or where `out` is not empty.
    """
    paths = {name: directory.resolve() / f"{name}.csv.gz" for name in (*_DATED, *_OTHERS)}
    lost = [name for name, path in paths.items() if not path.is_file()]
    if lost:
        mend = "Download the package public.ctn0094data and export its tables as CSV; README.md says from where."
        told = [Finding(str(directory), 0, "H302", f"{name}.csv.gz", "is not in the folder.", mend) for name in lost]
        raise FindingsError(told)
    with new_folder(out.resolve()) as folder, connection.open_for(directory.resolve(), folder) as database:
        for name, path in paths.items():
            run(
                database,
                f"CREATE TABLE {'dose' if name == 'treatment' else name} AS SELECT * {_day(name)} FROM {_csv(path)}",
            )
        _hold_substances(database)
        rows = {}
        for name in TABLES:
            run(database, f"CREATE TABLE {name} AS {_sql(name)}")
            file = connection.text(str(folder / f"{name}.parquet"))
            rows[name] = int(run(database, f"COPY {name} TO {file} (FORMAT parquet, COMPRESSION zstd)")[0][0])
    return rows


def _day(name: str) -> str:
    """What a day, or a number of days, is as a whole number; the files have `3.0`, and nothing where it is unknown."""
    if name == "rbs":
        return "REPLACE (CAST(CAST(days AS DOUBLE) AS INTEGER) AS days)"
    return ', CAST(CAST("when" AS DOUBLE) AS INTEGER) AS day' if name in _DATED else ""


def _csv(path: Path) -> str:
    return (
        f"read_csv({connection.text(str(path))}, all_varchar = true, header = true, delim = ',', nullstr = ['', 'NA'])"
    )


def _hold_substances(database: duckdb.DuckDBPyConnection) -> None:
    text = files(__package__).joinpath("substances.csv").read_text(encoding="utf-8")
    pairs = [line.split(",")[:2] for line in text.splitlines()[1:]]
    rows = ", ".join(f"({connection.text(substance)}, {connection.text(kind)})" for substance, kind in pairs)
    run(database, f"CREATE TABLE substances AS SELECT * FROM (VALUES {rows}) AS told(substance, kind)")


def _sql(name: str) -> str:
    return files(__package__).joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")
