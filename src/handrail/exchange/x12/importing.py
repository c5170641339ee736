"""837P files in, a folder of records and service lines out, by the same way as a payer's extract."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
from pyx12.errors import EngineError, X12Error  # type: ignore[import-untyped]
from pyx12.params import ParamsBase  # type: ignore[import-untyped]
from pyx12.x12context import X12ContextReader  # type: ignore[import-untyped]

from handrail.exchange.claims.finding_files import Extract
from handrail.exchange.claims.importing import Imported, building, import_extract, start
from handrail.exchange.claims.input import inputs
from handrail.exchange.folders.layout import Given, Kind
from handrail.exchange.folders.troubles import Place, finding
from handrail.exchange.x12.claim_lines import Reader, Row
from handrail.exchange.x12.faults import Faults
from handrail.findings import Finding, FindingsError

_BATCH = 20_000
_GUIDE = "005010X222"
_LINES = inputs()["medical_claim"].table.arrow_schema
_PEOPLE = pa.schema(
    [("person_id", pa.string()), ("birth_date", pa.date32()), ("gender", pa.string()), ("death_date", pa.date32())]
)


def import_x12(files: Sequence[Path], out: Path, *, families: Path | None = None) -> Imported:
    """This will read 837P files and write records and service lines as `import_claims` does.

    Files are read segment by segment, whatever their size. In findings, the number after the file is that of the
    segment, which is the line where each segment has one of its own.

    Raises: `FindingsError` with everything that is wrong (H341 to H345, H401, H402, H421 to H433).
    """
    rules = start(out, families)
    with building(out) as work:
        rows, notes = _land(files, work)
        extract = Extract((Given("medical_claim", Kind.PARQUET, (work / "medical_claim.parquet",)),), (), ())
        imported = import_extract(work, extract, rules, work, people=work / "people.parquet", locate=rows.place)
    return Imported(imported.rows, imported.families, imported.uncoded, (*notes, *imported.notes))


@dataclass
class _Rows:
    """At which segment of which file each row begins: four bytes a row, because there may be millions."""

    files: list[Path] = field(default_factory=list)
    first: list[int] = field(default_factory=list)
    segments: array[int] = field(default_factory=lambda: array("I"))

    def place(self, place: Place) -> Place:
        """This will turn the place of a row into the place of the segment it came from."""
        row = place.line - 1
        file = self.files[bisect_right(self.first, row) - 1]
        return Place(file, self.segments[row], self.place(place.of) if place.of else None)


def _land(files: Sequence[Path], work: Path) -> tuple[_Rows, list[str]]:
    """Write the claim lines of all files and their people into `work`; raise everything wrong with the files."""
    rows = _Rows()
    findings: list[Finding] = []
    notes: list[str] = []
    with (
        pyarrow.parquet.ParquetWriter(work / "medical_claim.parquet", _LINES, compression="zstd") as lines,
        pyarrow.parquet.ParquetWriter(work / "people.parquet", _PEOPLE, compression="zstd") as people,
    ):
        for file in files:
            faults, reader = Faults(file), Reader()
            rows.files.append(file)
            rows.first.append(len(rows.segments))
            batch: list[Row] = []
            for row, segment in read_lines(file, reader, faults):
                batch.append(row)
                rows.segments.append(segment)
                if len(batch) >= _BATCH:
                    _flush(batch, lines, people)
            _flush(batch, lines, people)
            findings += [finding(trouble, "segment") for trouble in faults.troubles()]
            notes += _told(file, reader, faults)
    if findings:
        raise FindingsError(findings)
    if not rows.segments:
        says = "hold no claim line that is taken."
        mend = "Name 837P files with first claims; replacements and voids are passed over."
        raise FindingsError([Finding(str(files[0]), 0, "H434", "files", says, mend)])
    notes.append(
        "An 837 does not say who was enrolled or what was paid: there is no coverage, and paid amounts are empty."
    )
    return rows, notes


def read_lines(file: Path, reader: Reader, faults: Faults) -> Iterator[tuple[Row, int]]:
    """This will give the claim lines of a file and the segment at which each begins; faults are gathered on the way."""
    try:
        with file.open(encoding="latin-1", newline="") as stream:
            source = X12ContextReader(ParamsBase(), faults, stream)
            faults.reading = source.src.get_cur_line
            for node in source.iter_segments():
                segment, at = node.seg_data, source.src.get_cur_line()
                if segment.get_seg_id() == "GS" and not str(segment.get_value("GS08")).startswith(_GUIDE):
                    says = f"names another guide than {_GUIDE} (837P), so its segments mean something else."
                    faults.add("H430", "GS08", says, "Name only 837P files of version 5010.", at)
                    return
                yield from reader.take(segment, node.x12_map_node.x12path.loop_list[-1], at)
            rest = source.src.raw.buffer + stream.read(1)
            if source.src.loops or rest.strip():
                says = "ends before its last envelope is closed (SE, GE, IEA), or has something after it."
                faults.add(
                    "H433",
                    "file",
                    says,
                    "Copy or export the file again, and compare its size.",
                    source.src.get_cur_line(),
                )
    except (X12Error, EngineError):
        says = "is no 837P of version 5010: its envelope (ISA, GS, ST) is broken or names another guide."
        faults.add("H430", "envelope", says, "Name 837P files of version 5010; they begin with ISA.", faults.reading())
    except OSError as error:
        says = f"cannot be read: {error.strerror or type(error).__name__}."
        faults.add("H430", "file", says, "Name a file that exists and that you may read.", faults.at)


def _flush(batch: list[Row], lines: pyarrow.parquet.ParquetWriter, people: pyarrow.parquet.ParquetWriter) -> None:
    lines.write_table(pa.Table.from_pylist(batch, schema=_LINES))
    people.write_table(pa.Table.from_pylist(batch, schema=_PEOPLE))
    batch.clear()


def _told(file: Path, reader: Reader, faults: Faults) -> Iterator[str]:
    for what, count in reader.passed_over.items():
        yield f"{file.name}: {count:,} lines of {what} (claim frequency 7 or 8) are passed over; first claims count."
    if reader.minutes:
        yield f"{file.name}: {reader.minutes:,} lines are billed in minutes, not units; their units are left empty."
    if faults.unread:
        yield f"{file.name}: {faults.unread:,} wrong elements in segments that are not read."
