"""Invented payers' extracts, imported: the same for the same number of lines, and kept for the next run."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from benchmarks.generate.claims import MONTHS_24, START, write_extract
from benchmarks.members import cache
from handrail.exchange.claims import import_claims
from handrail.measures.sources import Span

SPAN = Span(START, START + timedelta(days=MONTHS_24))
"""The two years of the extract, so that every course in it is looked at."""


@dataclass(frozen=True)
class Extract:
    """A folder that an import wrote, and how long the import took; None where it had been there already."""

    lines: int
    folder: Path
    import_seconds: float | None


def extract(lines: int, told: Callable[[str], None]) -> Extract:
    """This will give the imported extract of so many claim lines, and make it where it is not there yet."""
    folder = cache() / f"claims-{lines}-{_made_by()}"
    if folder.is_dir():
        return Extract(lines, folder, None)
    told(f"making and importing {lines:,} claim lines in {folder}")
    folder.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=".making-", dir=folder.parent))
    try:
        write_extract(scratch / "extract", lines)
        started = time.perf_counter()
        import_claims(scratch / "extract", scratch / "imported")
        seconds = time.perf_counter() - started
        (scratch / "imported").rename(folder)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return Extract(lines, folder, seconds)


def _made_by() -> str:
    """What made them: another generator, or another code table, makes others."""
    here = Path(__file__).parent
    sources = [Path(__file__), here / "generate" / "claims.py", here / "generate" / "columns.py"]
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:8]
