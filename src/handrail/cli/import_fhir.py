"""`handrail import fhir`: FHIR R4 files into a folder of records."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from handrail.exchange import fhir
from handrail.exchange.writing import cannot_write, check_free, write_folder
from handrail.findings import Finding, FindingsError
from handrail.records.schema import tables

_CODES_SHOWN = 3


class Format(StrEnum):
    """How the rows of a folder are written."""

    csv = "csv"
    parquet = "parquet"


def import_fhir(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Bundles (.json) or NDJSON, or their folder.")],
    out: Annotated[Path, typer.Option("--out", help="The folder to write; it must not exist yet, or be empty.")],
    service: Annotated[
        list[str] | None,
        typer.Option(
            help="Names the service of a type of EpisodeOfCare, as CODE=DEFINITION; may be given several times.",
        ),
    ] = None,
    format: Annotated[Format, typer.Option("--format", help="csv or parquet")] = Format.csv,
    report: Annotated[Path | None, typer.Option(help="A CSV file to write with everything not mapped.")] = None,
) -> None:
    """Read FHIR R4 files into a folder of records, and say what could not be mapped."""
    console = Console()
    try:
        imported = fhir.read(files, _services(service or [], out))
        if report is not None:
            _write_report(imported.unmapped, report)
        write_folder(imported.records, out, format.value)
    except FindingsError as error:
        Console(stderr=True, soft_wrap=True).print(str(error), highlight=False, markup=False)
        raise typer.Exit(2) from None
    _print_rows(console, imported.rows)
    _print_unmapped(console, imported.unmapped)
    console.print(f"Records written to {out}", highlight=False, markup=False, soft_wrap=True)


def _services(told: Sequence[str], out: Path) -> dict[str, str]:
    """Read the pairs of --service, before any long work and together with what is wrong with the output folder."""
    services: dict[str, str] = {}
    findings: list[Finding] = []
    try:
        check_free(out)
    except FindingsError as error:
        findings.extend(error.findings)
    for pair in told:
        code, equals, definition = pair.rpartition("=")
        services[code.strip()] = definition.strip()
        if not (equals and code.strip() and definition.strip()):
            mend = "Write for example --service H0015=us-ne/intensive-outpatient-2.1"
            findings.append(Finding("--service", 0, "H410", pair, "does not pair a code with a definition.", mend))
    if findings:
        raise FindingsError(findings)
    return services


def _write_report(unmapped: Sequence[fhir.Unmapped], path: Path) -> None:
    try:
        with path.open("x", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(["resource_type", "effect", "reason", "code", "count", "examples"])
            for item in unmapped:
                writer.writerow([*_cells(item), item.code, item.count, " ".join(item.examples)])
    except OSError as error:
        raise FindingsError([cannot_write(path, error)]) from error


def _cells(item: fhir.Unmapped) -> tuple[str, str, str]:
    return item.resource_type, item.effect, item.reason


def _print_rows(console: Console, rows: Mapping[str, int]) -> None:
    shown = Table("table", "rows", "what", title="Mapped", title_justify="left")
    shown.columns[1].justify = "right"
    for name, count in rows.items():
        shown.add_row(name, f"{count:,}", tables()[name].says)
    console.print(shown)


def _print_unmapped(console: Console, unmapped: Sequence[fhir.Unmapped]) -> None:
    """Print one line for each resource type and reason; the codes are counted, and the most frequent named."""
    if not unmapped:
        return
    gathered: defaultdict[tuple[str, str, str], list[fhir.Unmapped]] = defaultdict(list)
    for item in unmapped:
        gathered[_cells(item)].append(item)
    shown = Table("resource", "effect", "reason", "count", "codes", title="Not mapped", title_justify="left")
    shown.columns[3].justify = "right"
    for (resource_type, effect, reason), items in gathered.items():
        count = sum(item.count for item in items)
        shown.add_row(resource_type, effect, reason, f"{count:,}", _codes([item.code for item in items]))
    console.print(shown)


def _codes(codes: Sequence[str]) -> str:
    named = [code for code in codes if code]
    more = f" and {len(named) - _CODES_SHOWN:,} more" if len(named) > _CODES_SHOWN else ""
    return ", ".join(named[:_CODES_SHOWN]) + more
