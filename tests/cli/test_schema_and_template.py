from __future__ import annotations

import json

import typer
from typer.testing import CliRunner

from handrail.cli.schema import schema
from handrail.cli.template import template
from handrail.records.schema import tables

app = typer.Typer()
app.command()(schema)
app.command()(template)
runner = CliRunner()


def test_schema_tells_all_tables():
    told = runner.invoke(app, ["schema"])
    assert told.exit_code == 0
    assert all(f"\n{name}\n" in f"\n{told.output}" for name in tables())


def test_schema_tells_one_table():
    told = runner.invoke(app, ["schema", "episode"])
    assert told.exit_code == 0
    assert told.output.startswith("episode\n")


def test_schema_tells_programs_in_json():
    told = runner.invoke(app, ["schema", "person", "--format", "json"])
    assert list(json.loads(told.output)["tables"]) == ["person"]


def test_schema_answers_a_misspelled_table_with_the_nearest():
    told = runner.invoke(app, ["schema", "episodes"])
    assert told.exit_code == 2
    assert told.stdout == ""


def test_template_writes_a_folder_and_says_so(tmp_path):
    told = runner.invoke(app, ["template", str(tmp_path / "new")])
    assert told.exit_code == 0
    assert "README.txt" in told.output
    assert (tmp_path / "new" / "person.csv").exists()
