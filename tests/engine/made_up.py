"""A made-up edition about one subject, and facts given to it instead of records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from handrail.definitions.document import Edition
from handrail.subjects.catalog import subject

_KINDS = {"integer": pa.int64(), "decimal": pa.float64(), "boolean": pa.bool_(), "date": pa.date32()}


def edition(about: str, clauses: Mapping[str, Mapping[str, str]], **more: Any) -> Edition:
    """This will make an edition of clauses, each given by its conditions; what else a file may say can be added."""
    told = [
        {"id": name, "says": f"It is {name}.", "cite": "1", "about": about, "duty": "must", **parts}
        for name, parts in clauses.items()
    ]
    source = {"document": "A made-up document", "authority": "Nobody", "sections": {}}
    head = {"definition": "us-xx/made-up", "title": "Made up", "effective": {"from": "undated"}, "source": source}
    return Edition.model_validate({**head, "clauses": told, **more})


def facts(about: str, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """This will make rows of facts, numbered; a fact that is not given is unknown."""
    columns = [(column, fact) for fact in subject(about).facts.values() for column in fact.columns]
    schema = pa.schema(
        [("number", pa.int64()), *((name, _KINDS.get(fact.type, pa.string())) for name, fact in columns)]
    )
    return pa.Table.from_pylist([{"number": number, **row} for number, row in enumerate(rows)], schema=schema)
