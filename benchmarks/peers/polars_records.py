"""The records as polars sees them on the as-of day: what came later is not there yet."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path

import polars as pl

SUBSTANCE = ("substance_use", "substance_induced")


@dataclass(frozen=True)
class Records:
    """A folder of record tables, each a folder of Parquet files."""

    folder: Path
    as_of: datetime.date

    def persons(self) -> pl.LazyFrame:
        """Whom there is."""
        return self._seen("person", "person_id", "birth_date", "sex", "died_on").with_columns(self._came("died_on"))

    def children(self) -> pl.LazyFrame:
        """Their children."""
        return self._seen("child", "person_id", "birth_date")

    def inquiries(self) -> pl.LazyFrame:
        """What was asked about."""
        return self._seen("inquiry", "person_id", "topic", "asked_on", dated="asked_on")

    def diagnoses(self) -> pl.LazyFrame:
        """What was diagnosed."""
        columns = (
            "person_id",
            "category",
            "manual",
            "diagnosed_on",
            "diagnosed_by",
            "diagnoser_credential",
            "resolved_on",
        )
        return self._seen("diagnosis", "diagnosis_id", *columns, dated="diagnosed_on").with_columns(
            self._came("resolved_on")
        )

    def credentials(self) -> pl.LazyFrame:
        """Which licences the staff hold."""
        return self._seen("credential", "staff_id", "kind", "issued_on", "expires_on", dated="issued_on")

    def outside_stays(self) -> pl.LazyFrame:
        """Where they were treated elsewhere."""
        columns = ("person_id", "level", "focus", "admitted_on", "discharged_on", "objectives_met")
        has_left = pl.col("discharged_on") <= self.as_of
        return self._seen("outside_stay", *columns, dated="admitted_on").with_columns(
            pl.when(has_left).then(pl.col("discharged_on", "objectives_met"))
        )

    def courses(self) -> pl.LazyFrame:
        """Which services they asked for or had, with what the program gives."""
        columns = ("episode_id", "person_id", "program_id", "requested_on", "admitted_on", "discharged_on")
        told = pl.col("discharge_recorded_on")
        has_left = (pl.col("discharged_on") <= self.as_of) & (told.is_null() | (told <= self.as_of))
        first = pl.coalesce("requested_on", "admitted_on")
        return (
            self._seen("episode", *columns, "discharge_recorded_on", "objectives_met")
            .filter(first <= self.as_of)
            .with_columns(self._came("admitted_on"), pl.when(has_left).then(pl.col("discharged_on", "objectives_met")))
            .filter(pl.coalesce("requested_on", "admitted_on").is_not_null())
            .drop("discharge_recorded_on")
            .join(self._programs(), on="program_id")
        )

    def assessments(self) -> pl.LazyFrame:
        """How they were assessed."""
        columns = ("assessment_id", "person_id", "episode_id", "kind", "completed_on", "asam_edition")
        return self._seen("assessment", *columns, dated="completed_on")

    def ratings(self) -> pl.LazyFrame:
        """Each assessment's ratings of the six dimensions."""
        return self._seen("dimension_rating", "assessment_id", "dimension", "has_problem", "rating")

    def impairments(self) -> pl.LazyFrame:
        """Which activities of life are limited."""
        columns = ("person_id", "activity", "limits_activity", "substance_related", "observed_on")
        return self._seen("functional_impairment", *columns, dated="observed_on")

    def judgements(self) -> pl.LazyFrame:
        """What clinicians judged."""
        columns = ("judgement_id", "episode_id", "kind", "about", "answer", "judged_on")
        return self._seen("judgement", *columns, dated="judged_on")

    def _programs(self) -> pl.LazyFrame:
        opened = pl.col("opened_on")
        return (
            pl.scan_parquet(self.folder / "program" / "*.parquet")
            .filter(opened.is_null() | (opened <= self.as_of))
            .select(
                "program_id", "service", "level", pl.col("focus").fill_null("substance_use"), "dual_diagnosis_enhanced"
            )
        )

    def _seen(self, table: str, *columns: str, dated: str | None = None) -> pl.LazyFrame:
        written = pl.col("recorded_on")
        rows = pl.scan_parquet(self.folder / table / "*.parquet").filter(written.is_null() | (written <= self.as_of))
        return (rows if dated is None else rows.filter(pl.col(dated) <= self.as_of)).select(columns)

    def _came(self, event: str) -> pl.Expr:
        return pl.when(pl.col(event) <= self.as_of).then(event)
