"""The `handrail` command and the list of what it can do."""

from __future__ import annotations

import typer

from handrail.cli.asking import errors
from handrail.cli.audit import verify
from handrail.cli.backup import backup, backup_key, drill, restore
from handrail.cli.check import check
from handrail.cli.clock import clock
from handrail.cli.definitions import definitions
from handrail.cli.demo import demo
from handrail.cli.diff import diff
from handrail.cli.evaluate import evaluate
from handrail.cli.example import example
from handrail.cli.explain import explain
from handrail.cli.import_claims import import_claims
from handrail.cli.import_fhir import import_fhir
from handrail.cli.import_x12 import import_x12
from handrail.cli.judge import judge
from handrail.cli.organization import organization
from handrail.cli.oversight import cases, oversight
from handrail.cli.schema import schema
from handrail.cli.serve import serve
from handrail.cli.show import show
from handrail.cli.simulate import simulate
from handrail.cli.subjects import subjects
from handrail.cli.template import template
from handrail.cli.test import test
from handrail.cli.trace import trace
from handrail.findings import FindingsError

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
imports = typer.Typer(no_args_is_help=True, help="Bring records in from elsewhere.", rich_markup_mode=None)
audits = typer.Typer(no_args_is_help=True, help="Look after the log of the app.", rich_markup_mode=None)

for command in (
    demo, evaluate, explain, definitions, show, check, test, trace, diff,
    simulate, oversight, cases, subjects, schema, template, example, serve, organization, judge, clock, backup, backup_key, restore, drill,
):  # fmt: skip
    app.command()(command)
imports.command("fhir")(import_fhir)
imports.command("claims")(import_claims)
imports.command("x12")(import_x12)
app.add_typer(imports, name="import")
audits.command("verify")(verify)
app.add_typer(audits, name="audit")


@app.callback()
def handrail() -> None:
    """Run the service definitions of substance-use treatment over records, and say why."""


def main() -> None:
    """This will run the command. Findings are printed, all of them, and the exit code is 2."""
    try:
        app()
    except FindingsError as error:
        errors.print(str(error), highlight=False, markup=False)
        raise SystemExit(2) from None
