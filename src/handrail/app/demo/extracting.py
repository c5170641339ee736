"""The demo's payer: an invented extract of claims brought up to today, imported, measured and kept, once."""

from __future__ import annotations

import datetime
import tempfile
from functools import cache
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings

from handrail.app.accounts.access import today
from handrail.app.accounts.models import Organization
from handrail.app.accounts.walls import everybody
from handrail.app.overseeing import keeping
from handrail.app.overseeing.models import KeptRun
from handrail.example import as_of, extract
from handrail.exchange.claims import import_claims
from handrail.exchange.claims.input import declared_for
from handrail.exchange.writing import write_tables


def keep_extract() -> None:
    """This will measure the payer's extract where that is not done yet; for the follower, so that nobody waits for it."""
    with everybody():
        payer = Organization.objects.filter(kind="payer").order_by("pk").first()
        if payer is None or _is_done(payer.pk):
            return
        day = today(payer)
    with tempfile.TemporaryDirectory(dir=settings.HOME, prefix="extract-") as scratch:
        given, imported = Path(scratch) / "extract", Path(scratch) / "imported"
        made = {name: moved(rows, day - as_of) for name, rows in extract().items()}
        write_tables(made, declared_for(made), given, "parquet")
        import_claims(given, imported)
        keeping.measure_extract(payer.pk, imported, day)
    _is_done.cache_clear()


def moved(rows: pa.Table, by: datetime.timedelta) -> pa.Table:
    """This will move every date of a table by so many days; birth dates too, so that nobody's age changes."""
    for at, field in enumerate(rows.schema):
        if pa.types.is_date(field.type):
            days = pc.add(pc.cast(rows[field.name], pa.int32()), pa.scalar(by.days, pa.int32()))
            rows = rows.set_column(at, field, pc.cast(days, field.type))
    return rows


@cache
def _is_done(organization_id: str) -> bool:
    return KeptRun.objects.filter(organization_id=organization_id, source=KeptRun.Source.CLAIMS).exists()
