"""The page on claims lists every column that is read and written, as the code has it."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from ruamel.yaml import YAML

from handrail.exchange.claims import import_claims
from handrail.exchange.claims.families import COLUMNS, FAMILIES
from handrail.exchange.claims.input import Input, inputs
from handrail.records.schema import Column

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "claims.md").read_text(encoding="utf-8")
WRITTEN = YAML(typ="safe").load(
    files("handrail.exchange.claims").joinpath("sql", "service_line.yaml").read_text(encoding="utf-8")
)


def shown(heading: str) -> list[tuple[str, ...]]:
    """The rows of the table below a heading."""
    below = re.split(rf"^#+ {re.escape(heading)}\n", PAGE, maxsplit=1, flags=re.MULTILINE)[1]
    lines = re.split(r"^#", below, maxsplit=1, flags=re.MULTILINE)[0].splitlines()
    rows = [tuple(cell.strip() for cell in line.strip("|").split(" | ")) for line in lines if line.startswith("| `")]
    return [tuple(cell.strip(" |") for cell in row) for row in rows]


def declared(about: Input) -> list[tuple[str, ...]]:
    columns = about.table.columns
    return [_row(column, columns) for column in columns.values() if not _is_repeated(column.name)]


def _is_repeated(name: str) -> bool:
    return bool(re.search(r"_(?:[2-9]|\d\d)$", name))


def _row(column: Column, columns: object) -> tuple[str, ...]:
    star = "*" if column.required else ""
    says = f"{column.says} One of: {', '.join(column.values)}." if column.values else column.says
    stem = column.name.removesuffix("_1")
    many = [name for name in columns if re.fullmatch(rf"{stem}_\d+", name)] if stem != column.name else []  # type: ignore[attr-defined]
    name = f"`{column.name}` to `_{len(many)}`" if many else f"`{column.name}`{star}"
    return name, column.type, says


@pytest.mark.parametrize("name", inputs())
def test_every_column_that_is_read_is_shown(name):
    assert shown(name) == declared(inputs()[name])


def test_every_column_that_is_written_is_shown():
    assert shown("service_line") == [(f"`{name}`", says) for name, says in WRITTEN.items()]


def test_the_columns_that_are_written_are_those_that_are_declared(tmp_path):
    extract = tmp_path / "extract"
    extract.mkdir()
    (extract / "medical_claim.csv").write_text(
        "claim_id,claim_line_number,data_source,person_id,claim_start_date\nc,1,a,ada,2026-01-05\n", encoding="utf-8"
    )
    (extract / "eligibility.csv").write_text(
        "person_id,enrollment_start_date,data_source,payer_type\nada,2026-01-01,a,medicaid\n", encoding="utf-8"
    )
    import_claims(extract, tmp_path / "out")
    assert pq.read_schema(tmp_path / "out" / "oversight" / "service_line.parquet").names == list(WRITTEN)


def test_every_column_and_family_of_the_code_table_is_shown():
    assert [row[0] for row in shown("Service families")] == [f"`{name}`" for name in COLUMNS]
    assert f"One of: {', '.join(FAMILIES)}." in PAGE
