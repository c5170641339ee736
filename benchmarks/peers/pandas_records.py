"""The records as pandas sees them on the as-of day: what came later is not there yet."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.reading import columns_read

_TYPES = {pa.bool_(): pd.BooleanDtype(), pa.int64(): pd.Int64Dtype()}


@dataclass(frozen=True)
class Records:
    """A folder of record tables, each a folder of Parquet files, read with types that know the unknown."""

    folder: Path
    as_of: datetime.date

    @property
    def day(self) -> pd.Timestamp:
        """The as-of day."""
        return pd.Timestamp(self.as_of)

    def persons(self) -> pd.DataFrame:
        """Whom there is."""
        rows = self._seen("person")
        rows["died_on"] = self._came(rows["died_on"])
        return rows

    def children(self) -> pd.DataFrame:
        """Their children."""
        return self._seen("child")

    def inquiries(self) -> pd.DataFrame:
        """What was asked about."""
        return self._seen("inquiry", "asked_on")

    def diagnoses(self) -> pd.DataFrame:
        """What was diagnosed."""
        rows = self._seen("diagnosis", "diagnosed_on")
        rows["resolved_on"] = self._came(rows["resolved_on"])
        return rows

    def credentials(self) -> pd.DataFrame:
        """Which licences the staff hold."""
        return self._seen("credential", "issued_on")

    def outside_stays(self) -> pd.DataFrame:
        """Where they were treated elsewhere."""
        rows = self._seen("outside_stay", "admitted_on")
        return self._left(rows, rows["discharged_on"] <= self.day)

    def courses(self) -> pd.DataFrame:
        """Which services they asked for or had, with what the program gives."""
        rows = self._seen("episode")
        rows = rows[rows["requested_on"].fillna(rows["admitted_on"]) <= self.day].copy()
        told = rows["discharge_recorded_on"]
        rows["admitted_on"] = self._came(rows["admitted_on"])
        rows = self._left(rows, (rows["discharged_on"] <= self.day) & (told.isna() | (told <= self.day)))
        rows = rows[rows["requested_on"].notna() | rows["admitted_on"].notna()]
        return rows.merge(self._programs(), on="program_id")

    def assessments(self) -> pd.DataFrame:
        """How they were assessed."""
        return self._seen("assessment", "completed_on")

    def ratings(self) -> pd.DataFrame:
        """Each assessment's ratings of the six dimensions."""
        return self._seen("dimension_rating")

    def impairments(self) -> pd.DataFrame:
        """Which activities of life are limited."""
        return self._seen("functional_impairment", "observed_on")

    def judgements(self) -> pd.DataFrame:
        """What clinicians judged."""
        return self._seen("judgement", "judged_on")

    def _programs(self) -> pd.DataFrame:
        rows = self._read("program")
        rows = rows[rows["opened_on"].isna() | (rows["opened_on"] <= self.day)]
        return rows.assign(focus=rows["focus"].fillna("substance_use")).drop(columns="opened_on")

    def _seen(self, table: str, dated: str | None = None) -> pd.DataFrame:
        rows = self._read(table)
        keep = rows["recorded_on"].isna() | (rows["recorded_on"] <= self.day)
        if dated is not None:
            keep &= rows[dated] <= self.day
        return rows[keep].drop(columns="recorded_on")

    def _read(self, table: str) -> pd.DataFrame:
        """Days as datetimes (NaT where unknown), flags and numbers as types that hold the unknown, texts as objects."""
        rows = pq.read_table(self.folder / table, columns=list(columns_read()[table]))
        return rows.to_pandas(date_as_object=False, types_mapper=_TYPES.get)

    def _came(self, days: pd.Series) -> pd.Series:
        return days.where(days <= self.day)

    def _left(self, rows: pd.DataFrame, has_left: pd.Series) -> pd.DataFrame:
        return rows.assign(
            discharged_on=rows["discharged_on"].where(has_left), objectives_met=rows["objectives_met"].where(has_left)
        )
