"""Admission to intensive outpatient treatment (Nebraska, level 2.1) in polars."""

from __future__ import annotations

import polars as pl

from benchmarks.peers.polars_clauses import answer, every, paths, some, stands, verdict, within
from benchmarks.peers.polars_facts import (
    asked_about,
    diagnoses_found,
    entries,
    full_years,
    judgements_found,
    ratings_found,
    stays_before,
)
from benchmarks.peers.polars_records import Records

SERVICE = "us-ne/intensive-outpatient-2.1"

KINDS = ("needs_dual_diagnosis_services", "level_one_insufficient", "level_one_was_preparation", "expects_progress")

GATES = [f"dimension-{d}-held" for d in range(1, 7)]

GATE = ["adult", "substance-diagnosis", *GATES, "dual-diagnosis", "capacity-to-progress"]

WAYS = {
    "direct": ["direct-biomedical", "direct-emotional", "direct-need"],
    "step-down": ["objectives-met-above", "needs-this-level"],
    "step-up": ["level-one-not-enough", "needs-this-level"],
}


def nebraska(records: Records) -> pl.LazyFrame:
    """This will judge everybody."""
    return _answer(_facts(records).with_columns(_verdicts()))


def _facts(records: Records) -> pl.LazyFrame:
    rows = entries(records, SERVICE).lazy()
    slim = rows.select("entry", "admission_id", "person_id", "episode_id", "facts_until")
    by_person = slim.select("entry", "admission_id", "person_id", "facts_until")
    joined = rows.join(records.persons().select("person_id", "birth_date"), on="person_id", how="left")
    for found in (
        asked_about(records, by_person, ("diagnoses", "stays")),
        diagnoses_found(records, by_person, with_makers=True),
        stays_before(records, by_person),
        ratings_found(records, slim),
        judgements_found(records, slim, KINDS),
    ):
        joined = joined.join(found, on="entry", how="left")
    return joined.select(
        "admission_id",
        pl.lit(SERVICE).alias("service"),
        "judged_on",
        "person_id",
        "episode_id",
        "program_id",
        full_years("birth_date", "facts_until").alias("age_years"),
        *(
            _known(f"with_{kind}", "asked_diagnoses").alias(f"has_{kind}_diagnosis")
            for kind in ("substance", "tobacco", "mental")
        ),
        _sure("by_current_manual", "by_unknown_manual").alias("diagnosis_manual_was_current"),
        _sure("by_capable_one", "by_unknown_one").alias("diagnosed_by_capable_clinician"),
        _sure("mental_by_capable_one", "mental_by_unknown_one").alias("mental_diagnosed_by_capable_clinician"),
        *(
            fact
            for d in range(1, 7)
            for fact in (
                pl.when(pl.col(f"problem_{d}") < 2).then(pl.col(f"problem_{d}") == 1).alias(f"d{d}_problem"),
                pl.col(f"rating_{d}").cast(pl.Int64).alias(f"d{d}_rating"),
            )
        ),
        "program_is_enhanced",
        pl.col("needs_dual_diagnosis_services").fill_null(False),
        pl.when(pl.col("met_above"))
        .then(True)
        .when(pl.col("met_above_perhaps"))
        .then(None)
        .when(pl.col("left_above") | pl.col("asked_stays"))
        .then(False)
        .alias("met_objectives_above"),
        pl.when(pl.col("at_one"))
        .then(True)
        .when(pl.col("at_one_perhaps"))
        .then(None)
        .when(pl.col("asked_stays"))
        .then(False)
        .alias("was_at_level_one"),
        pl.col("level_one_insufficient").alias("level_one_was_insufficient"),
        "level_one_was_preparation",
        "expects_progress",
        pl.col("departs").fill_null("").alias("departs_from_guidance"),
    )


def _known(found: str, asked: str) -> pl.Expr:
    return pl.when(pl.col(found)).then(True).when(pl.col(asked)).then(False)


def _sure(yes: str, unknown: str) -> pl.Expr:
    return pl.when(pl.col(yes) | ~pl.col(unknown)).then(pl.col(yes))


def _verdicts() -> list[pl.Expr]:
    substance, tobacco, mental = (pl.col(f"has_{kind}_diagnosis") for kind in ("substance", "tobacco", "mental"))
    enhanced = pl.col("program_is_enhanced")
    wants_dual = enhanced | pl.col("needs_dual_diagnosis_services")
    held = {d: ~pl.col(f"d{d}_problem") | (pl.col(f"d{d}_rating") <= (1 if d < 4 else 3)) for d in range(1, 7)}
    held[3] = held[3] | (enhanced & (pl.col("d3_rating") <= 2))
    need = [within("d4_rating", 1, 3), within("d5_rating", 2, 3), within("d6_rating", 2, 3)]
    prepared = pl.col("level_one_was_insufficient") | pl.col("level_one_was_preparation")
    told = {
        "adult": verdict(pl.col("age_years") >= 19),
        "substance-diagnosis": verdict(substance | tobacco),
        "not-tobacco-alone": verdict(substance, applies=substance | tobacco),
        "diagnosis-by-current-manual": verdict(pl.col("diagnosis_manual_was_current"), applies=substance | tobacco),
        "diagnosis-by-capable-clinician": verdict(
            pl.col("diagnosed_by_capable_clinician"), applies=substance | tobacco
        ),
        **{f"dimension-{d}-held": verdict(held[d]) for d in range(1, 7)},
        "dual-diagnosis": verdict(mental, applies=wants_dual),
        "mental-diagnosis-by-capable-clinician": verdict(
            pl.col("mental_diagnosed_by_capable_clinician"), applies=mental & wants_dual
        ),
        "direct-biomedical": verdict(held[2], excused=_departs("direct-biomedical")),
        "direct-emotional": verdict(held[3], excused=_departs("direct-emotional")),
        "direct-need": verdict(some(*need), excused=_departs("direct-need")),
        "objectives-met-above": verdict(pl.col("met_objectives_above"), excused=_departs("objectives-met-above")),
        "needs-this-level": verdict(
            some(*(within(f"d{d}_rating", 1, 1) for d in (1, 2, 3)), *need), excused=_departs("needs-this-level")
        ),
        "level-one-not-enough": verdict(
            pl.col("was_at_level_one") & prepared, excused=_departs("level-one-not-enough")
        ),
        "capacity-to-progress": verdict(pl.col("expects_progress")),
    }
    return [says.alias(f"verdict:{clause}") for clause, says in told.items()]


def _answer(judged: pl.LazyFrame) -> pl.LazyFrame:
    ways = {name: every(*map(stands, clauses)) for name, clauses in WAYS.items()}
    root = every(*map(stands, GATE), some(*ways.values()))
    return judged.with_columns(answer(root).alias("answer:admission"), paths(ways).alias("paths:admission"))


def _departs(clause: str) -> pl.Expr:
    return pl.col("departs_from_guidance").str.contains(clause, literal=True)
