"""Running measures for an organization, keeping what they came to, and reading it back within its walls."""

from __future__ import annotations

import datetime
import io
import logging
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings
from django.db import DatabaseError, transaction

from handrail.app.accounts.access import Viewer, today
from handrail.app.accounts.models import Organization
from handrail.app.accounts.walls import everybody, of_organization
from handrail.app.audit.log import Act, note
from handrail.app.chart.arrow import records_of
from handrail.app.overseeing.models import KeptFacts, KeptRun
from handrail.app.worklists import judging
from handrail.app.worklists.models import Waiting
from handrail.engine.evaluate import Engine
from handrail.engine.on_duckdb import DuckDB
from handrail.measures.kept import from_plain, to_plain
from handrail.measures.listing import listed
from handrail.measures.measure import packaged_measures
from handrail.measures.results import Run
from handrail.measures.running import run_measures
from handrail.measures.sources import ClaimsSource, RecordsSource, Source, Span, parts
from handrail.oversight.signals import Direction
from handrail.oversight.thresholds import packaged_thresholds

LOOKS_BACK = datetime.timedelta(days=364)
"""So long a run looks back: with less, few clinicians have the cases that a comparison needs."""
KEPT = 8
"""So many runs of each source are kept with their facts; older ones go."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Kept:
    """A run as it was kept: what it came to, when, and from where. It never changes, so the last two are held in memory."""

    pk: str
    made_at: datetime.datetime
    label: str
    run: Run
    held: dict[Any, Any] = field(default_factory=dict, compare=False)
    """What was made of it, its pictures and its report, by whatever key their makers choose."""


@of_organization
def measure_records(organization_id: str, as_of: datetime.date) -> str:
    """This will run every measure over an organization's own records, keep it, and give its id."""
    records = records_of(organization_id)
    return _measure(
        organization_id,
        RecordsSource(records, judging.editions()),
        as_of,
        lambda room: DuckDB(threads=1, folders=[room]),
    )


@of_organization
def measure_extract(organization_id: str, folder: Path, as_of: datetime.date) -> str:
    """This will run every measure over a payer's extract, which `handrail import claims` wrote, and keep it."""
    source = ClaimsSource(folder)
    return _measure(organization_id, source, as_of, lambda room: DuckDB(folders=[room, *source.folders]))


def latest(looking: Viewer, source: str = "") -> Kept | None:
    """This will give the organization's latest run, of one source or of whichever is newest; None where there is none."""
    looking.require("read oversight")
    runs = KeptRun.objects.filter(organization=looking.organization)
    found = (runs.filter(source=source) if source else runs).values_list("pk", flat=True).first()
    return _kept(str(found)) if found else None


def kept(looking: Viewer, pk: str) -> Kept:
    """This will give one run of the organization. Raises `KeptRun.DoesNotExist`, also for somebody else's."""
    looking.require("read oversight")
    return _kept(str(KeptRun.objects.values_list("pk", flat=True).get(organization=looking.organization, pk=pk)))


def kept_runs(looking: Viewer) -> list[KeptRun]:
    """This will list the organization's runs without what they came to, the latest first."""
    looking.require("read oversight")
    return list(KeptRun.objects.filter(organization=looking.organization).defer("result"))


def cases(
    looking: Viewer, found: Kept, measure: str, *, state: str = "", by: str = "", unit: str = "", most: int = 2_000
) -> pa.Table:
    """This will list the cases behind a number (`measures.listing.listed`), and note in the log that somebody did.

    Raises `KeyError` for a measure that the run does not have.
    """
    looking.require("read oversight")
    told = found.run.result(measure).measure
    facts = KeptFacts.objects.get(run_id=found.pk, run__organization=looking.organization, name=told.facts.name)
    with DuckDB(threads=1) as engine:
        engine.relate(told.facts.name, pq.read_table(io.BytesIO(bytes(facts.parquet))))
        rows = listed(engine, told, state=state, by=by, unit=unit, most=most)
    note(looking, Act("read", "oversight_case", found.pk, detail=f"{rows.num_rows} cases of {measure}"))
    return rows


def keep_watch() -> None:
    """This will run the measures of each provider once a day, when nothing waits to be judged; for the follower.

    What fails is logged by its kind, and tried again the next day; a database that does not answer is the caller's.
    """
    with everybody():
        if Waiting.objects.exists():
            return
        providers = list(Organization.objects.filter(kind="provider").order_by("pk"))
        for one in providers:
            day = today(one)
            if _watched.get(one.pk) == day:
                continue
            done = KeptRun.objects.filter(organization=one, source=KeptRun.Source.RECORDS, as_of__gte=day).exists()
            _watched[one.pk] = day
            if not done:
                _try(one.pk, day)


_watched: dict[str, datetime.date] = {}
"""The day on which this process last looked after an organization."""


def _try(organization_id: str, day: datetime.date) -> None:
    try:
        measure_records(organization_id, day)
    except DatabaseError:
        raise
    except Exception as fault:
        _log.error("The measures of an organization could not be run (%s).", type(fault).__name__)


def _measure(
    organization_id: str, source: Source, as_of: datetime.date, opened: Callable[[Path], AbstractContextManager[Engine]]
) -> str:
    span = Span(as_of - LOOKS_BACK, as_of)
    before = _before(organization_id, source.name, span)
    with tempfile.TemporaryDirectory(dir=settings.HOME, prefix="oversight-") as scratch:
        room = Path(scratch)
        with opened(room) as engine:
            run = run_measures(engine, source, packaged_measures(), span, packaged_thresholds(), room, before=before)
        return keep_run(organization_id, run, room)


@of_organization
def keep_run(organization_id: str, run: Run, room: Path) -> str:
    """This will keep what a run came to, and its facts, which lie in `room` as Parquet; gives its id."""
    facts = {file.stem: _as_bytes(file) for file in sorted(room.glob("*.parquet"))}
    with transaction.atomic():
        made = KeptRun.objects.create(
            organization_id=organization_id,
            source=run.source,
            since=run.span.since,
            as_of=run.span.as_of,
            result=to_plain(run),
        )
        KeptFacts.objects.bulk_create(
            KeptFacts(run=made, name=name, rows=rows, parquet=held) for name, (held, rows) in facts.items()
        )
        mine = KeptRun.objects.filter(organization_id=organization_id, source=run.source)
        mine.exclude(pk__in=list(mine.values_list("pk", flat=True)[:KEPT])).delete()
    return str(made.pk)


def _before(organization_id: str, source: str, span: Span) -> list[tuple[str, str, str, Direction]]:
    """The signals of the newest run that looked at other days altogether."""
    earlier = KeptRun.objects.filter(organization_id=organization_id, source=source, as_of__lt=span.since).first()
    run = from_plain(earlier.result) if earlier else None
    return [(by, one.measure, one.unit, one.direction) for by, one in run.standing_out()] if run else []


def _as_bytes(file: Path) -> tuple[bytes, int]:
    rows = pa.concat_tables([pq.read_table(part) for part in parts(file)])
    sink = io.BytesIO()
    pq.write_table(rows, sink, compression="zstd")
    return sink.getvalue(), rows.num_rows


@lru_cache(maxsize=2)
def _kept(pk: str) -> Kept:
    """A run, once it was found within the walls; one over 5,000 clinicians takes seconds to read."""
    found = KeptRun.objects.get(pk=pk)
    return Kept(str(found.pk), found.made_at, found.get_source_display(), from_plain(found.result))
