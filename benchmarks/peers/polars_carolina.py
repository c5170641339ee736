"""Admission to intensive recovery support (North Carolina) in polars."""

from __future__ import annotations

import polars as pl

from benchmarks.peers.polars_clauses import answer, every, paths, some, stands, verdict
from benchmarks.peers.polars_facts import (
    ACTIVITIES,
    asked_about,
    diagnoses_found,
    entries,
    full_years,
    impairments_found,
    judgements_found,
    stays_before,
    young_children,
)
from benchmarks.peers.polars_records import Records

SERVICE = "us-nc/intensive-recovery-support"

GATE = ["woman", "of-age", "substance-diagnosis", "minor-child", "discharged-from-intensive", "within-thirty-days"]

WAYS = {
    "employment": "impaired-employment",
    "finances": "impaired-finances",
    "public-supports": "impaired-supports",
    "abstinence": "impaired-abstinence",
    "coping": "impaired-coping",
    "another-activity": "impaired-otherwise",
}


def carolina(records: Records) -> pl.LazyFrame:
    """This will judge everybody."""
    return _answer(_facts(records).with_columns(_verdicts()))


def _facts(records: Records) -> pl.LazyFrame:
    rows = entries(records, SERVICE).lazy()
    by_person = rows.select("entry", "admission_id", "person_id", "judged_on", "facts_until")
    joined = rows.join(records.persons().select("person_id", "birth_date", "sex"), on="person_id", how="left")
    for found in (
        asked_about(records, by_person, ("children", "diagnoses", "stays", "impairments")),
        young_children(records, by_person),
        diagnoses_found(records, by_person, with_makers=False),
        stays_before(records, by_person),
        impairments_found(records, by_person),
        judgements_found(records, rows, ()),
    ):
        joined = joined.join(found, on="entry", how="left")
    left, perhaps, judged = pl.col("left_on"), pl.col("left_on_perhaps"), pl.col("judged_on")
    return joined.select(
        "admission_id",
        pl.lit(SERVICE).alias("service"),
        "judged_on",
        "person_id",
        "episode_id",
        "program_id",
        "has_begun",
        "sex",
        full_years("birth_date", "facts_until").alias("age_years"),
        *(
            pl.when(pl.col(f"with_{kind}"))
            .then(True)
            .when(pl.col("asked_diagnoses"))
            .then(False)
            .alias(f"has_{kind}_diagnosis")
            for kind in ("substance", "tobacco")
        ),
        pl.when(pl.col("has_minor"))
        .then(True)
        .when(pl.col("has_undated"))
        .then(None)
        .when(pl.col("asked_children"))
        .then(False)
        .alias("has_minor_child"),
        pl.when(left.is_not_null())
        .then(True)
        .when(perhaps.is_null() & (pl.col("asked_stays") | pl.col("in_intensive")))
        .then(False)
        .alias("was_discharged_from_intensive"),
        pl.when(pl.col("in_intensive"))
        .then(True)
        .when(pl.col("in_intensive_perhaps"))
        .then(None)
        .when(left.is_not_null() | pl.col("asked_stays"))
        .then(False)
        .alias("is_still_in_intensive"),
        pl.when(perhaps < judged)
        .then((judged - perhaps).dt.total_days())
        .otherwise(0)
        .alias("days_since_intensive_least"),
        pl.when(left < judged)
        .then((judged - left).dt.total_days())
        .when(left >= judged)
        .then(0)
        .alias("days_since_intensive_most"),
        *(_related(name).alias(f"{name}_related") for name in ACTIVITIES),
        pl.col("departs").fill_null("").alias("departs_from_guidance"),
    )


def _related(activity: str) -> pl.Expr:
    state = pl.col(activity)
    is_no = pl.coalesce(state.is_in([0, 2]), pl.col("asked_impairments"))
    return pl.when(state == 4).then(True).when(is_no).then(False)


def _verdicts() -> list[pl.Expr]:
    was, still, begun = (
        pl.col(name) for name in ("was_discharged_from_intensive", "is_still_in_intensive", "has_begun")
    )
    is_within = (
        pl.when(pl.col("days_since_intensive_most") <= 30)
        .then(True)
        .when(pl.col("days_since_intensive_least") > 30)
        .then(False)
    )
    told = {
        "woman": verdict(pl.col("sex") == "female"),
        "of-age": verdict(pl.col("age_years") >= 18),
        "substance-diagnosis": verdict(pl.col("has_substance_diagnosis") | pl.col("has_tobacco_diagnosis")),
        "minor-child": verdict(pl.col("has_minor_child")),
        "discharged-from-intensive": verdict(
            was,
            excused=pl.col("departs_from_guidance").str.contains("discharged-from-intensive", literal=True),
            settled=begun | ~still,
        ),
        "within-thirty-days": verdict(is_within, applies=was | (still & ~begun), settled=begun | ~still),
    }
    impaired = zip(WAYS.values(), ACTIVITIES, strict=True)
    told |= {clause: verdict(pl.col(f"{activity}_related")) for clause, activity in impaired}
    return [says.alias(f"verdict:{clause}") for clause, says in told.items()]


def _answer(judged: pl.LazyFrame) -> pl.LazyFrame:
    ways = {name: stands(clause) for name, clause in WAYS.items()}
    root = every(*map(stands, GATE), some(*ways.values()))
    open_ = {clause: pl.col(f"verdict:{clause}") == "cannot tell" for clause in (*GATE, *WAYS.values())}
    no_way = some(*ways.values()).is_null() & some(*(open_[clause] for clause in WAYS.values()))
    is_unsure = root.is_null() & (some(*(open_[clause] for clause in GATE)) | no_way)
    return judged.with_columns(answer(root, is_unsure).alias("answer:admission"), paths(ways).alias("paths:admission"))
