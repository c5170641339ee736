"""A sample of people as CQL is given them: each person's records, by type, in one object."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.reading import columns_read
from handrail.records.schema import tables

_TYPES = {"date": "Date", "boolean": "Boolean", "integer": "Integer"}

_OF_A_PERSON = {
    "Person": ("person", "person_id IN sample"),
    "Child": ("child", "person_id IN sample"),
    "Inquiry": ("inquiry", "person_id IN sample"),
    "Diagnosis": ("diagnosis", "person_id IN sample"),
    "OutsideStay": ("outside_stay", "person_id IN sample"),
    "FunctionalImpairment": ("functional_impairment", "person_id IN sample"),
    "Assessment": ("assessment", "person_id IN sample"),
}
"""The types that say whose they are."""


def model() -> dict[str, dict[str, str]]:
    """This will give the fields of each type and their CQL types. A Course is an episode with what its program gives."""
    told = {kind: _fields(table) for kind, (table, _) in _OF_A_PERSON.items()}
    told["Course"] = _fields("program") | _fields("episode")
    told["Credential"] = _fields("credential")
    told["DimensionRating"] = _fields("dimension_rating")
    told["Judgement"] = _fields("judgement")
    return told


def people(folder: Path, sample: int) -> Iterator[dict[str, list[dict[str, Any]]]]:
    """This will give the records of so many people, always the same ones."""
    with duckdb.connect() as database:
        for table, columns in columns_read().items():
            database.execute(
                f"CREATE VIEW {table} AS SELECT {', '.join(columns)} FROM read_parquet('{folder / table}/*.parquet')"
            )
        database.execute(f"CREATE TABLE chosen AS SELECT person_id FROM person ORDER BY hash(person_id) LIMIT {sample}")
        found: dict[str, dict[str, list[dict[str, Any]]]] = {}
        for kind, query in _queries().items():
            for row in database.sql(query).to_arrow_table().to_pylist():
                found.setdefault(row.pop("owner"), {}).setdefault(kind, []).append(row)
    yield from found.values()


def _queries() -> dict[str, str]:
    mine = "SELECT t.person_id AS owner, t.* FROM {} t SEMI JOIN chosen USING (person_id)"
    return {
        **{kind: mine.format(table) for kind, (table, _) in _OF_A_PERSON.items()},
        "Course": """SELECT e.person_id AS owner, p.* EXCLUDE (program_id), e.* FROM episode e JOIN program p USING (program_id)
            SEMI JOIN chosen ON chosen.person_id = e.person_id""",
        "Credential": """SELECT DISTINCT d.person_id AS owner, c.* FROM credential c JOIN diagnosis d ON d.diagnosed_by = c.staff_id
            SEMI JOIN chosen ON chosen.person_id = d.person_id""",
        "DimensionRating": """SELECT a.person_id AS owner, r.* FROM dimension_rating r JOIN assessment a USING (assessment_id)
            SEMI JOIN chosen ON chosen.person_id = a.person_id""",
        "Judgement": """SELECT e.person_id AS owner, j.* FROM judgement j JOIN episode e USING (episode_id)
            SEMI JOIN chosen ON chosen.person_id = e.person_id""",
    }


def _fields(table: str) -> dict[str, str]:
    columns = tables()[table].columns
    return {name: _TYPES.get(columns[name].type, "String") for name in columns_read()[table]}
