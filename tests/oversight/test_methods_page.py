"""docs/methods.md, held against the code: every threshold with its owner and reason, every public function."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import handrail.oversight
from handrail.oversight.thresholds import load_thresholds

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "methods.md").read_text(encoding="utf-8")
ROOM = Path(handrail.oversight.__file__).parent
INNER = {"arrays", "scales", "legs"}  # what the public functions are made of


def test_every_threshold_stands_there_with_its_value_owner_and_reason() -> None:
    thresholds, reasons = load_thresholds()
    rows = [
        f"| `{name}` | {getattr(thresholds, name):g} | {said.unit} | {said.owner} | {said.reason} |"
        for name, said in reasons.items()
    ]
    assert [line for line in PAGE.splitlines() if re.match(r"\| `\w+` \| [\d.]+ \|", line)] == rows


def test_every_public_function_stands_there_and_says_what_it_will_do() -> None:
    for file in sorted(ROOM.glob("*.py")):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                assert (ast.get_docstring(node) or "").startswith("This will "), f"{file.name}: {node.name}"
                if file.stem not in INNER | {"thresholds", "room"}:
                    assert f"`{node.name}`" in PAGE or f"`{node.name}(" in PAGE, f"{file.name}: {node.name}"


def test_nothing_here_knows_a_database_django_or_the_rest_of_handrail() -> None:
    for file in ROOM.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                assert name.split(".")[0] not in {"duckdb", "django", "pyarrow"}, file.name
                if name.startswith("handrail"):
                    assert name.startswith(("handrail.oversight", "handrail.findings")), file.name
