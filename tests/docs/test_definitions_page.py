"""The page on how a definition is written, held against what a definition may say."""

from __future__ import annotations

import re
from pathlib import Path

import typer
from pydantic import BaseModel
from ruamel.yaml import YAML

from handrail.cli.main import app
from handrail.definitions.cases import ANSWERS, VERDICTS
from handrail.definitions.document import Clause, Decision, Edition, Parameter, Reading

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "definitions.md").read_text(encoding="utf-8")
_WORD = re.compile(r"`([a-z_]+)`")
_BLOCK = re.compile(r"^```yaml\n(.*?)^```\n", re.DOTALL | re.MULTILINE)


def keys(part: type[BaseModel]) -> set[str]:
    return set(part.model_fields) - {"hash", "file", "tree"}


def test_every_key_of_an_edition_and_of_a_clause_is_explained() -> None:
    assert keys(Edition) | keys(Clause) <= set(_WORD.findall(PAGE))


def test_every_key_of_the_smaller_parts_stands_in_an_example() -> None:
    blocks = "\n".join(_BLOCK.findall(PAGE))
    for part in (Parameter, Reading, Decision):
        assert all(re.search(rf"\b{key}:", blocks) for key in keys(part)), part


def test_every_example_of_the_page_is_yaml() -> None:
    assert [type(YAML(typ="safe").load(block)) for block in _BLOCK.findall(PAGE)] == [list, dict, dict, dict]


def test_the_clause_of_the_page_is_a_clause() -> None:
    (told,) = YAML(typ="safe").load(_BLOCK.findall(PAGE)[0])
    assert Clause.model_validate(told).id == "weekly-hours-offered"


def test_every_verdict_and_answer_is_named() -> None:
    assert all(word in PAGE for word in (*VERDICTS, *ANSWERS))


def test_every_command_of_the_page_exists() -> None:
    known = set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]
    assert set(re.findall(r"^\| `handrail (\w+)", PAGE, re.MULTILINE)) <= known
