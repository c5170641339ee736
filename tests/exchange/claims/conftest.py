"""A small payer's extract, invented, and what an import finds wrong with a changed one."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from handrail.exchange.claims import import_claims
from handrail.findings import FindingsError

Row = dict[str, Any]
Found = list[tuple[str, str, int, str]]

LINE: Row = {
    "claim_id": "c1",
    "claim_line_number": 1,
    "data_source": "acme",
    "person_id": "ada",
    "claim_start_date": "2026-01-05",
    "claim_end_date": "2026-01-05",
    "place_of_service_code": "57",
    "revenue_center_code": "",
    "service_unit_quantity": 1,
    "hcpcs_code": "H0015",
    "hcpcs_modifier_1": "",
    "hcpcs_modifier_2": "",
    "rendering_npi": "1000000001",
    "billing_npi": "1900000001",
    "diagnosis_code_type": "icd-10-cm",
    "diagnosis_code_1": "F1120",
    "paid_amount": "148.50",
}
SPAN: Row = {
    "person_id": "ada",
    "member_id": "m1",
    "enrollment_start_date": "2026-01-01",
    "enrollment_end_date": "2026-12-31",
    "payer": "Acme",
    "plan": "Gold",
    "data_source": "acme",
    "payer_type": "medicaid",
    "gender": "female",
    "birth_date": "1990-01-01",
}


def text(rows: list[Row]) -> str:
    stream = io.StringIO()
    names = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.DictWriter(stream, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


@pytest.fixture
def extract(tmp_path: Path) -> Callable[..., Path]:
    """Writes an extract: rows of claims and eligibility that differ from the usual by what is told, and other files."""

    def write(lines: list[Row] | None = None, spans: list[Row] | None = None, **others: str) -> Path:
        directory = tmp_path / "extract"
        directory.mkdir()
        told = {
            "medical_claim": text([LINE | one for one in (lines if lines is not None else [{}])]),
            "eligibility": text([SPAN | one for one in (spans if spans is not None else [{}])]),
        }
        for name, content in (told | others).items():
            (directory / f"{name}.csv").write_text(content, encoding="utf-8")
        return directory

    return write


@pytest.fixture
def found(extract: Callable[..., Path], tmp_path: Path) -> Callable[..., Found]:
    """Gives (code, file, line, subject) of everything wrong with an extract, and checks that nothing was written."""

    def read(*lines: Any, **others: Any) -> Found:
        directory = extract(*lines, **others)
        with pytest.raises(FindingsError) as caught:
            import_claims(directory, tmp_path / "out")
        assert [path.name for path in tmp_path.iterdir()] == ["extract"]
        return [(one.code, Path(one.file).name, one.line, one.subject) for one in caught.value.findings]

    return read


@pytest.fixture
def rows(extract: Callable[..., Path], tmp_path: Path) -> Callable[..., list[Row]]:
    """Imports an extract and gives the rows of one table it wrote."""

    def read(table: str, *lines: Any, families: Path | None = None, **others: Any) -> list[Row]:
        out = tmp_path / "out"
        if not out.exists():
            import_claims(extract(*lines, **others), out, families=families)
        connection = duckdb.connect()
        try:
            told = connection.execute(f"SELECT * FROM read_parquet('{out / table}.parquet') ORDER BY 1")
            names = [column[0] for column in told.description]
            return [dict(zip(names, row, strict=True)) for row in told.fetchall()]
        finally:
            connection.close()

    return read
