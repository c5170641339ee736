"""Hand-made claims as the facts read them: the cases of cases.yaml, all in one extract, on any engine."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds
from ruamel.yaml import YAML

from handrail.engine.evaluate import Engine
from handrail.measures.sources import Span, lay_facts
from handrail.records.holding import Records

NAMES = ("episode_outcome", "person_period", "person_week")
AS_OF, SINCE = datetime.date(2026, 6, 30), datetime.date(2026, 1, 1)

Row = dict[str, Any]
Tables = Mapping[str, pa.Table]

_DAY, _AMOUNT = pa.date32(), pa.decimal128(18, 4)
SCHEMAS = {
    "service_line": {
        "claim_line_id": pa.string(), "data_source": pa.string(), "person_id": pa.string(), "family": pa.string(),
        "starts_on": _DAY, "ends_on": _DAY, "units": _AMOUNT, "billing_npi": pa.string(), "rendering_npi": pa.string(),
        "diagnosis_code": pa.string(), "bill_type": pa.string(), "paid_amount": _AMOUNT, "allowed_amount": _AMOUNT,
    },
    "person": {"person_id": pa.string(), "birth_date": _DAY, "sex": pa.string()},
    "coverage": {"person_id": pa.string(), "starts_on": _DAY, "ends_on": _DAY},
    "payer_episode": {
        "episode_id": pa.string(), "person_id": pa.string(), "level_of_care": pa.string(), "program": pa.string(),
        "admission_date": _DAY, "discharge_date": _DAY, "discharge_reason": pa.string(), "referral_source": pa.string(),
    },
    "payer_assessment": {
        "assessment_id": pa.string(), "person_id": pa.string(), "assessed_on": _DAY, "tool": pa.string(), "score": _AMOUNT,
    },
    "payer_incident": {"incident_id": pa.string(), "person_id": pa.string(), "occurred_on": _DAY, "severity": pa.string()},
    "payer_grievance": {"grievance_id": pa.string(), "person_id": pa.string(), "received_on": _DAY},
    "payer_clinician": {"npi": pa.string(), "program": pa.string()},
}  # fmt: skip
_KEYS = {"payer_episode": "episode_id", "payer_assessment": "assessment_id", "payer_incident": "incident_id",
         "payer_grievance": "grievance_id"}  # fmt: skip


@cache
def cases() -> Sequence[Mapping[str, Any]]:
    """The cases of the file."""
    told: Sequence[Mapping[str, Any]] = YAML(typ="safe").load(Path(__file__).with_name("cases.yaml").read_text("utf-8"))
    return told


def everything() -> Tables:
    """All cases in one extract, whose first line is of somebody else, long before."""
    first = {"says": "first", "lines": [{"days": ["2024-01-01"], "family": "primary_care"}]}
    return tables([first, *cases()])


def tables(some: Sequence[Mapping[str, Any]]) -> Tables:
    """The relations that the facts read, of some cases."""
    rows: dict[str, list[Row]] = {name: [] for name in SCHEMAS}
    for case in some:
        person = case["says"]
        rows["service_line"] += [one for line in case.get("lines", ()) for one in _lines(person, line)]
        if "person" in case:
            rows["person"].append({"person_id": person, **case["person"]})
        rows["coverage"] += [
            {"person_id": person, "starts_on": first, "ends_on": last} for first, last in case.get("coverage", ())
        ]
        for name, key in _KEYS.items():
            for number, row in enumerate(case.get(name.removeprefix("payer_"), ())):
                rows[name].append({key: f"{person} {number}", "person_id": person, **row})
    return {name: _table(name, some_rows) for name, some_rows in rows.items()}


def _lines(person: str, line: Mapping[str, Any]) -> list[Row]:
    usual = {"family": "iop", "billing_npi": "b1", "rendering_npi": "r1", "units": 1, "data_source": "acme"}
    told = {name: value for name, value in line.items() if name != "days"}
    return [
        {"person_id": person, "claim_line_id": f"{person} {day}", **usual, **told, "starts_on": day}
        for day in line["days"]
    ]


def _table(name: str, rows: Sequence[Row]) -> pa.Table:
    schema = SCHEMAS[name]
    return pa.table(
        {column: pa.array([_value(row.get(column), kind) for row in rows], kind) for column, kind in schema.items()}
    )


def _value(value: Any, kind: pa.DataType) -> Any:
    if value is None:
        return None
    if kind == _DAY:
        return value if isinstance(value, datetime.date) else datetime.date.fromisoformat(value)
    return Decimal(str(value)) if kind == _AMOUNT else value


@dataclass(frozen=True)
class Worked:
    """A source that holds hand-made rows."""

    relations: Tables
    name: str = "claims"

    def open(self, engine: Engine, span: Span, room: Path, wanted: Sequence[str]) -> Mapping[str, Any]:  # noqa: ARG002
        """Lay the rows out: people and enrolment as records, the rest under its name."""
        engine.hold(Records({name: self.relations[name] for name in ("person", "coverage")}))
        for name, rows in self.relations.items():
            if name not in ("person", "coverage"):
                engine.relate(name, rows)
        return {}


def facts(engine: Engine, relations: Tables, room: Path, *, as_of: datetime.date = AS_OF) -> dict[str, pa.Table]:
    """The facts of some claims, by name, in the order of their ids."""
    files = lay_facts(engine, Worked(relations), Span(SINCE, as_of), room, NAMES)
    read = {name: ds.dataset(file, format="parquet").to_table() for name, file in files.items()}
    return {name: rows.sort_by("case_id") for name, rows in read.items()}
