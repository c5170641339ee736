"""The clauses of admission in zen, a rules engine that judges one case at a time, on facts that are given.

It leaves out the as-of day and the making of facts from records: it is given the facts that Handrail worked out. It
says each clause's verdict and the answer, and names no paths.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import zen
from ruamel.yaml import YAML

FILES = {"us-ne/intensive-outpatient-2.1": "us-ne.yaml", "us-nc/intensive-recovery-support": "us-nc.yaml"}


def run(answers: Mapping[str, Path], out: Mapping[str, Path], sample: int) -> tuple[float, int]:
    """This will judge so many entries of each definition; gives the seconds and how many were judged.

    `answers` are Handrail's, of which the facts are read. Reading and writing are outside the time.
    """
    seconds, count = 0.0, 0
    for definition, file in answers.items():
        graph = json.dumps(_graph(definition))
        facts = _facts(file, sample)
        started = time.perf_counter()
        decision = zen.ZenEngine().create_decision(graph)
        told = [decision.evaluate(row)["result"] for row in facts]
        seconds += time.perf_counter() - started
        count += len(facts)
        named = [{"admission_id": row["admission_id"], **_columns(said)} for row, said in zip(facts, told, strict=True)]
        pq.write_table(pa.Table.from_pylist(named), out[definition])
    return seconds, count


def _facts(file: Path, sample: int) -> list[dict[str, Any]]:
    """The facts of entries at even distances, without the days, which no clause asks for."""
    schema = pq.read_schema(file)
    kept = [field.name for field in schema if ":" not in field.name and not pa.types.is_date(field.type)]
    table = pq.read_table(file, columns=kept)
    places = np.linspace(0, table.num_rows - 1, min(sample, table.num_rows)).astype("int64")
    rows: list[dict[str, Any]] = table.take(pa.array(places)).to_pylist()
    return rows


def _columns(said: Mapping[str, Any]) -> dict[str, str]:
    verdicts = {f"verdict:{clause.replace('_', '-')}": told for clause, told in said["verdict"].items()}
    return verdicts | {"answer:admission": said["answer"]}


def _graph(definition: str) -> dict[str, Any]:
    """Four steps in a row: the truths of facts, the clauses, what each means for the decision, the answer."""
    told = YAML(typ="safe").load((Path(__file__).parent / "zen" / FILES[definition]).read_text(encoding="utf-8"))
    verdicts = {clause: f"verdict.{_key(clause)}" for clause in told["clauses"]}
    stands = {
        f"stands.{_key(clause)}": f'{said} == "cannot tell" or {said} == "pending" ? 0.5 : {said} == "not met" ? 0 : 1'
        for clause, said in verdicts.items()
    }
    ways = {f"way_{number}": _all(clauses) for number, clauses in enumerate(told["any"].values())}
    within = [verdicts[clause] for clauses in told["any"].values() for clause in clauses]
    answer = {
        **ways,
        "way": f"max([{', '.join(f'$.{way}' for way in ways)}])",
        "root": f"min([$.way, {_all(told['all'])}])",
        "gate_is_open": _open([verdicts[clause] for clause in told["all"]]),
        "way_is_open": f"$.way == 0.5 and ({_open(within)})",
        "answer": '$.root == 1 ? "yes" : $.root == 0 ? "no" : $.gate_is_open or $.way_is_open ? "cannot tell" : "pending"',
    }
    steps = [told["truths"], {verdicts[clause]: rule for clause, rule in told["clauses"].items()}, stands, answer]
    nodes = [
        {"id": "in", "name": "in", "type": "inputNode"},
        *(_step(f"step-{number}", expressions) for number, expressions in enumerate(steps)),
        {"id": "out", "name": "out", "type": "outputNode"},
    ]
    names = [node["id"] for node in nodes]
    edges = [
        {"id": f"to-{after}", "type": "edge", "sourceId": before, "targetId": after}
        for before, after in zip(names, names[1:], strict=False)
    ]
    return {"contentType": "application/vnd.gorules.decision", "nodes": nodes, "edges": edges}


def _step(name: str, expressions: Mapping[str, str]) -> dict[str, Any]:
    told = [{"id": f"{name}-{key}", "key": key, "value": value} for key, value in expressions.items()]
    content = {
        "expressions": told,
        "passThrough": True,
        "inputField": None,
        "outputPath": None,
        "executionMode": "single",
    }
    return {"id": name, "name": name, "type": "expressionNode", "content": content}


def _key(clause: str) -> str:
    return clause.replace("-", "_")


def _all(clauses: Sequence[str]) -> str:
    return f"min([{', '.join(f'stands.{_key(clause)}' for clause in clauses)}])"


def _open(verdicts: Sequence[str]) -> str:
    return " or ".join(f'{said} == "cannot tell"' for said in verdicts)
