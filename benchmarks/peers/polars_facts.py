"""The facts of admission in polars: for each entry what is known on its day, unknown where nobody wrote it down."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from benchmarks.peers.polars_records import SUBSTANCE, Records

NAMED = ("2.1", "3.1", "3.3", "3.5", "3.7", "4", "2-WM", "3.2-WM", "3.7-WM", "4-WM")
INTENSIVE = (*NAMED, "2.5")
ABOVE = ("2-WM", "2.5", "3.1", "3.2-WM", "3.3", "3.5", "3.7", "3.7-WM", "4", "4-WM")
LEVEL_ONE = ("1", "1-OTP")
MENTAL_DIAGNOSERS = (
    "physician", "psychiatrist", "physician_assistant", "aprn", "psychologist", "provisional_psychologist", "limhp",
    "lmhp", "plmhp",
)  # fmt: skip
DIAGNOSERS = (*MENTAL_DIAGNOSERS, "ladc", "pladc")
ACTIVITIES = {
    "employment": "employment_education",
    "finances": "finances",
    "supports": "public_supports",
    "abstinence": "abstinence_skills",
    "coping": "coping_skills",
    "other": "other",
}


def entries(records: Records, service: str) -> pl.DataFrame:
    """This will give the rows to judge: every request, and everybody living who never made one."""
    own = records.courses().filter(pl.col("service") == service)
    asked = own.select(
        pl.col("episode_id").alias("admission_id"),
        "person_id",
        "episode_id",
        "program_id",
        pl.coalesce("requested_on", "admitted_on").alias("judged_on"),
        pl.col("admitted_on").fill_null(records.as_of).alias("facts_until"),
        pl.col("admitted_on").is_not_null().alias("has_begun"),
        pl.col("dual_diagnosis_enhanced").alias("program_is_enhanced"),
    )
    never = records.persons().filter(pl.col("died_on").is_null()).join(own, on="person_id", how="anti")
    nothing = pl.lit(None, pl.String)
    candidates = never.select(
        pl.format("candidate:{}", "person_id").alias("admission_id"),
        "person_id",
        nothing.alias("episode_id"),
        nothing.alias("program_id"),
        pl.lit(records.as_of).alias("judged_on"),
        pl.lit(records.as_of).alias("facts_until"),
        pl.lit(False).alias("has_begun"),
        pl.lit(False).alias("program_is_enhanced"),
    )
    return pl.concat([asked, candidates]).collect(engine="streaming").with_row_index("entry")


def full_years(born: str, until: str) -> pl.Expr:
    """This will count the full years from one day to another."""
    one, two = pl.col(born).dt, pl.col(until).dt
    is_early = two.month().cast(pl.Int32) * 100 + two.day() < one.month().cast(pl.Int32) * 100 + one.day()
    return (two.year() - one.year() - is_early.cast(pl.Int32)).cast(pl.Int64)


def asked_about(records: Records, rows: pl.LazyFrame, topics: Iterable[str]) -> pl.LazyFrame:
    """This will say about which topics somebody asked by then."""
    names = list(topics)
    return (
        records.inquiries()
        .filter(pl.col("topic").is_in(names))
        .join(rows, on="person_id")
        .filter(pl.col("asked_on") <= pl.col("facts_until"))
        .group_by("entry")
        .agg((pl.col("topic") == name).any().alias(f"asked_{name}") for name in names)
    )


def young_children(records: Records, rows: pl.LazyFrame) -> pl.LazyFrame:
    """This will say whether there is a minor child, and whether the age of one is unknown."""
    return (
        records.children()
        .join(rows, on="person_id")
        .filter(pl.col("birth_date").is_null() | (pl.col("birth_date") <= pl.col("judged_on")))
        .group_by("entry")
        .agg(
            (full_years("birth_date", "judged_on") < 18).any().alias("has_minor"),
            pl.col("birth_date").is_null().any().alias("has_undated"),
        )
    )


def diagnoses_found(records: Records, rows: pl.LazyFrame, *, with_makers: bool) -> pl.LazyFrame:
    """This will say what is diagnosed and in force, and with `with_makers` by which manual and whom."""
    made = records.diagnoses().filter(pl.col("category").is_in([*SUBSTANCE, "tobacco", "mental"]))
    is_mental = pl.col("category") == "mental"
    told = [
        pl.col("category").is_in(SUBSTANCE).any().alias("with_substance"),
        (pl.col("category") == "tobacco").any().alias("with_tobacco"),
        is_mental.any().alias("with_mental"),
    ]
    if with_makers:
        made = _with_makers(records, made)
        current = pl.when(~is_mental).then("manual_was_current")
        capable = {name: pl.when(who).then("by_capable") for name, who in (("", ~is_mental), ("mental_", is_mental))}
        told += [
            current.max().alias("by_current_manual"),
            (~is_mental & pl.col("manual_was_current").is_null()).any().alias("by_unknown_manual"),
            capable[""].max().alias("by_capable_one"),
            (~is_mental & pl.col("by_unknown")).any().alias("by_unknown_one"),
            capable["mental_"].max().alias("mental_by_capable_one"),
            (is_mental & pl.col("by_unknown")).any().alias("mental_by_unknown_one"),
        ]
    until, resolved = pl.col("facts_until"), pl.col("resolved_on")
    return (
        made.join(rows, on="person_id")
        .filter((pl.col("diagnosed_on") <= until) & (resolved.is_null() | (resolved >= until)))
        .group_by("entry")
        .agg(told)
    )


def _with_makers(records: Records, made: pl.LazyFrame) -> pl.LazyFrame:
    """Each diagnosis with whether its manual was current, and whether its maker's licence allowed it, or is unknown."""
    year, day = pl.col("diagnosed_on").dt.year(), pl.col("diagnosed_on")
    manual = (
        pl.col("manual")
        .str.to_uppercase()
        .str.replace_all("-", "", literal=True)
        .str.replace_all(" ", "", literal=True)
    )
    current = (
        pl.when(year >= 2022)
        .then(manual.str.starts_with("DSM5TR"))
        .when(year >= 2013)
        .then(manual.str.starts_with("DSM5"))
    )
    is_in_force = (pl.col("issued_on") <= day) & (pl.col("expires_on").is_null() | (pl.col("expires_on") >= day))
    held = pl.when(is_in_force).then("kind").otherwise(pl.lit("not in force"))
    license_ = pl.when(pl.col("kind").is_null()).then("diagnoser_credential").otherwise(held)
    allows = (
        pl.when(pl.col("category") == "mental")
        .then(license_.is_in(MENTAL_DIAGNOSERS))
        .otherwise(license_.is_in(DIAGNOSERS))
    )
    return made.join(records.credentials(), left_on="diagnosed_by", right_on="staff_id", how="left").select(
        "person_id",
        "category",
        "diagnosed_on",
        "resolved_on",
        current.alias("manual_was_current"),
        allows.alias("by_capable"),
        license_.is_null().alias("by_unknown"),
    )


def stays_before(records: Records, rows: pl.LazyFrame) -> pl.LazyFrame:
    """This will say from what treatment each came: elsewhere or here, of which kind, and whether it goes on."""
    own = records.courses().filter(pl.col("admitted_on").is_not_null())
    columns = ("person_id", "stay_id", "level", "focus", "admitted_on", "discharged_on", "objectives_met")
    stays = pl.concat(
        [
            records.outside_stays().with_columns(pl.lit("").alias("stay_id")).select(columns),
            own.rename({"episode_id": "stay_id"}).select(columns),
        ]
    )
    until, left = pl.col("facts_until"), pl.col("discharged_on")
    for_use, level = pl.col("focus") == "substance_use", pl.col("level")
    intensive, above, one = (pl.col(name) for name in ("is_intensive", "is_above", "is_one"))
    left_on = pl.col("left_on")
    has_met = above & left_on.is_not_null() & pl.col("objectives_met")
    return (
        stays.with_columns(
            (for_use & level.is_in(INTENSIVE)).alias("is_intensive"),
            (for_use & level.is_in(ABOVE)).alias("is_above"),
            (for_use & level.is_in(LEVEL_ONE)).alias("is_one"),
        )
        .join(rows, on="person_id")
        .filter((pl.col("admitted_on") <= until) & (pl.col("stay_id") != pl.col("admission_id")))
        .with_columns(pl.when(left <= until).then(left).alias("left_on"))
        .group_by("entry")
        .agg(
            left_on.filter(intensive).max().alias("left_on"),
            left_on.filter(intensive.fill_null(True)).max().alias("left_on_perhaps"),
            (intensive & left_on.is_null()).any().alias("in_intensive"),
            (intensive.is_null() & left_on.is_null()).any().alias("in_intensive_perhaps"),
            (above & left_on.is_not_null()).any().alias("left_above"),
            has_met.any().alias("met_above"),
            has_met.is_null().any().alias("met_above_perhaps"),
            one.any().alias("at_one"),
            one.is_null().any().alias("at_one_perhaps"),
        )
    )


def impairments_found(records: Records, rows: pl.LazyFrame) -> pl.LazyFrame:
    """This will give the latest finding on each activity; of two on one day the graver."""
    limits, related = pl.col("limits_activity"), pl.col("substance_related")
    state = (
        pl.when(~limits)
        .then(0)
        .when(limits.is_null())
        .then(1)
        .when(~related)
        .then(2)
        .when(related.is_null())
        .then(3)
        .otherwise(4)
    )
    dated = pl.col("observed_on").to_physical() * 8 + state
    return (
        records.impairments()
        .select("person_id", "activity", "observed_on", dated.alias("dated"))
        .join(rows, on="person_id")
        .filter(pl.col("observed_on") <= pl.col("facts_until"))
        .group_by("entry")
        .agg(
            (pl.col("dated").filter(pl.col("activity") == code).max() % 8).alias(name)
            for name, code in ACTIVITIES.items()
        )
    )


def ratings_found(records: Records, rows: pl.LazyFrame) -> pl.LazyFrame:
    """This will give the ratings of the assessment that serves and its addenda, by the third edition alone."""
    key = pl.coalesce("episode_id", pl.format("candidate:{}", "person_id")).alias("admission_id")
    own = (
        records.assessments()
        .select("assessment_id", "kind", "completed_on", "asam_edition", key)
        .join(rows.select("entry", "admission_id", "facts_until"), on="admission_id")
        .filter(pl.col("completed_on") <= pl.col("facts_until"))
    )
    served = (
        own.filter(pl.col("kind") != "addendum")
        .group_by("entry")
        .agg(pl.col("completed_on").max().alias("served_from"))
    )
    serving = (
        own.filter(pl.col("asam_edition") == "3")
        .join(served, on="entry")
        .filter(pl.col("completed_on") >= pl.col("served_from"))
        .select(
            "assessment_id", "entry", (pl.col("completed_on") - pl.col("served_from")).dt.total_days().alias("later")
        )
    )
    said, rating, later = pl.col("has_problem"), pl.col("rating"), pl.col("later")
    problem = (
        pl.when(said | (said.is_null() & (rating > 0)))
        .then(1)
        .when(rating > 0)
        .then(2)
        .when(~said | (rating == 0))
        .then(0)
    )
    dimensions = range(1, 7)
    return (
        records.ratings()
        .join(serving, on="assessment_id")
        .select("entry", "dimension", (later * 4 + problem).alias("problem"), (later * 8 + rating).alias("rating"))
        .group_by("entry")
        .agg(
            *((pl.col("problem").filter(pl.col("dimension") == d).max() % 4).alias(f"problem_{d}") for d in dimensions),
            *((pl.col("rating").filter(pl.col("dimension") == d).max() % 8).alias(f"rating_{d}") for d in dimensions),
        )
    )


def judgements_found(records: Records, rows: pl.LazyFrame, kinds: Iterable[str]) -> pl.LazyFrame:
    """This will give the latest judgement of each kind; of overrides, about which clauses one stands."""
    names = list(kinds)
    subject = pl.when(pl.col("kind") == "override").then("about").alias("subject")
    return (
        records.judgements()
        .filter(pl.col("kind").is_in([*names, "override"]))
        .join(rows.select("entry", "episode_id", "facts_until"), on="episode_id")
        .filter(pl.col("judged_on") <= pl.col("facts_until"))
        .group_by("entry", "kind", subject)
        .agg(pl.col("answer").sort_by("judged_on", "judgement_id").last())
        .group_by("entry")
        .agg(
            *(pl.col("answer").filter(pl.col("kind") == name).max().alias(name) for name in names),
            pl.col("subject")
            .filter((pl.col("kind") == "override") & pl.col("answer"))
            .drop_nulls()
            .sort()
            .str.join(" ")
            .alias("departs"),
        )
    )
