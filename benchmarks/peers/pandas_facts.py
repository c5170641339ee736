"""The facts of admission in pandas: for each entry what is known on its day, unknown where nobody wrote it down."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from benchmarks.peers.pandas_records import Records
from benchmarks.peers.polars_facts import ABOVE, ACTIVITIES, DIAGNOSERS, INTENSIVE, LEVEL_ONE, MENTAL_DIAGNOSERS
from benchmarks.peers.polars_records import SUBSTANCE

ENTRY = ["entry", "admission_id", "person_id", "episode_id", "judged_on", "facts_until"]


def entries(records: Records, service: str) -> pd.DataFrame:
    """This will give the rows to judge: every request, and everybody living who never made one; by number."""
    courses = records.courses()
    own = courses[courses["service"] == service]
    asked = pd.DataFrame(
        {
            "admission_id": own["episode_id"],
            "person_id": own["person_id"],
            "episode_id": own["episode_id"],
            "program_id": own["program_id"],
            "judged_on": own["requested_on"].fillna(own["admitted_on"]),
            "facts_until": own["admitted_on"].fillna(records.day),
            "has_begun": own["admitted_on"].notna(),
            "program_is_enhanced": own["dual_diagnosis_enhanced"],
        }
    )
    persons = records.persons()
    never = persons[persons["died_on"].isna() & ~persons["person_id"].isin(own["person_id"])]
    candidates = pd.DataFrame(
        {
            "admission_id": "candidate:" + never["person_id"],
            "person_id": never["person_id"],
            "judged_on": records.day,
            "facts_until": records.day,
            "has_begun": False,
            "program_is_enhanced": pd.array([False] * len(never), dtype="boolean"),
        }
    )
    rows = pd.concat([asked, candidates], ignore_index=True)
    return rows.rename_axis("entry").reset_index()


def full_years(born: pd.Series, until: pd.Series) -> pd.Series:
    """This will count the full years from one day to another."""
    is_early = until.dt.month * 100 + until.dt.day < born.dt.month * 100 + born.dt.day
    return (until.dt.year - born.dt.year - is_early.astype("int64")).astype("Int64")


def asked_about(records: Records, rows: pd.DataFrame, topics: Iterable[str]) -> pd.DataFrame:
    """This will say about which topics somebody asked by then."""
    asked = records.inquiries()
    asked = asked[asked["topic"].isin(topics)].merge(rows[["entry", "person_id", "facts_until"]], on="person_id")
    asked = asked[asked["asked_on"] <= asked["facts_until"]]
    told = pd.DataFrame({f"asked_{topic}": asked["topic"] == topic for topic in topics})
    return told.groupby(asked["entry"]).any().astype("boolean")


def young_children(records: Records, rows: pd.DataFrame) -> pd.DataFrame:
    """This will say whether there is a minor child, and whether the age of one is unknown."""
    born = records.children().merge(rows[["entry", "person_id", "judged_on"]], on="person_id")
    born = born[born["birth_date"].isna() | (born["birth_date"] <= born["judged_on"])]
    told = pd.DataFrame(
        {
            "has_minor": (full_years(born["birth_date"], born["judged_on"]) < 18).fillna(value=False),
            "has_undated": born["birth_date"].isna(),
        }
    )
    return told.groupby(born["entry"]).any().astype("boolean")


def diagnoses_found(records: Records, rows: pd.DataFrame, *, with_makers: bool) -> pd.DataFrame:
    """This will say what is diagnosed and in force, and with `with_makers` by which manual and whom."""
    made = records.diagnoses()
    made = made[made["category"].isin([*SUBSTANCE, "tobacco", "mental"])]
    if with_makers:
        made = made.merge(records.credentials(), left_on="diagnosed_by", right_on="staff_id", how="left")
    made = made.merge(rows[["entry", "person_id", "facts_until"]], on="person_id")
    until, resolved = made["facts_until"], made["resolved_on"]
    made = made[(made["diagnosed_on"] <= until) & (resolved.isna() | (resolved >= until))]
    is_mental = made["category"] == "mental"
    told = {
        "with_substance": made["category"].isin(SUBSTANCE),
        "with_tobacco": made["category"] == "tobacco",
        "with_mental": is_mental,
    }
    if with_makers:
        manual, license_ = _manual_was_current(made), _license(made)
        allows = license_.isin(DIAGNOSERS).astype("boolean").mask(license_.isna())
        allows_mental = license_.isin(MENTAL_DIAGNOSERS).astype("boolean").mask(license_.isna())
        told |= {
            "by_current_manual": manual.mask(is_mental),
            "by_unknown_manual": ~is_mental & manual.isna(),
            "by_capable_one": allows.mask(is_mental),
            "by_unknown_one": ~is_mental & license_.isna(),
            "mental_by_capable_one": allows_mental.where(is_mental),
            "mental_by_unknown_one": is_mental & license_.isna(),
        }
    return pd.DataFrame({name: told[name].astype("boolean") for name in told}).groupby(made["entry"]).max()


def _manual_was_current(made: pd.DataFrame) -> pd.Series:
    year = made["diagnosed_on"].dt.year
    manual = made["manual"].str.upper().str.replace("-", "", regex=False).str.replace(" ", "", regex=False)
    newer, older = (manual.str.startswith(edition).astype("boolean") for edition in ("DSM5TR", "DSM5"))
    return newer.where(year >= 2022, older.where(year >= 2013))


def _license(made: pd.DataFrame) -> pd.Series:
    expires, day = made["expires_on"], made["diagnosed_on"]
    is_in_force = (made["issued_on"] <= day) & (expires.isna() | (expires >= day))
    return made["kind"].where(is_in_force, "not in force").where(made["kind"].notna(), made["diagnoser_credential"])


def stays_before(records: Records, rows: pd.DataFrame) -> pd.DataFrame:
    """This will say from what treatment each came: elsewhere or here, of which kind, and whether it goes on."""
    own = records.courses()
    own = own[own["admitted_on"].notna()].rename(columns={"episode_id": "stay_id"})
    columns = ["person_id", "stay_id", "level", "focus", "admitted_on", "discharged_on", "objectives_met"]
    stays = pd.concat([records.outside_stays().assign(stay_id=""), own])[columns]
    stays = stays.merge(rows[["entry", "admission_id", "person_id", "facts_until"]], on="person_id")
    stays = stays[(stays["admitted_on"] <= stays["facts_until"]) & (stays["stay_id"] != stays["admission_id"])]
    left_on = stays["discharged_on"].where(stays["discharged_on"] <= stays["facts_until"])
    has_left = left_on.notna().astype("boolean")
    intensive, above, one = (_of_level(stays, levels) for levels in (INTENSIVE, ABOVE, LEVEL_ONE))
    has_met = above & has_left & stays["objectives_met"]
    flags = {
        "in_intensive": intensive & ~has_left,
        "in_intensive_perhaps": intensive.isna() & ~has_left,
        "left_above": above & has_left,
        "met_above": has_met,
        "met_above_perhaps": has_met.isna(),
        "at_one": one,
        "at_one_perhaps": one.isna(),
    }
    told = pd.DataFrame(flags).fillna(value=False).groupby(stays["entry"]).any().astype("boolean")
    days = {
        "left_on": left_on.where(intensive.fillna(value=False)),
        "left_on_perhaps": left_on.where(intensive.fillna(value=True)),
    }
    return told.join(pd.DataFrame(days).groupby(stays["entry"]).max())


def _of_level(stays: pd.DataFrame, levels: Iterable[str]) -> pd.Series:
    """Whether a stay was for substance use at one of these levels; unknown where either may be so and is not said."""
    focus, level = stays["focus"], stays["level"]
    for_use = (focus == "substance_use").astype("boolean").mask(focus.isna())
    return for_use & level.isin(levels).astype("boolean").mask(level.isna())


def impairments_found(records: Records, rows: pd.DataFrame) -> pd.DataFrame:
    """This will give the latest finding on each activity; of two on one day the graver."""
    found = records.impairments().merge(rows[["entry", "person_id", "facts_until"]], on="person_id")
    found = found[found["observed_on"] <= found["facts_until"]]
    limits, related = found["limits_activity"], found["substance_related"]
    is_limited, is_related = limits.fillna(value=True), related.fillna(value=True)
    state = np.select([~is_limited, limits.isna(), ~is_related, related.isna()], [0, 1, 2, 3], 4)
    day = (found["observed_on"] - pd.Timestamp(0)).dt.days
    latest = (day * 8 + state).groupby([found["entry"], found["activity"]]).max() % 8
    told = latest.unstack().astype("Int64").rename(columns={code: name for name, code in ACTIVITIES.items()})
    return told.reindex(columns=list(ACTIVITIES))


def ratings_found(records: Records, rows: pd.DataFrame) -> pd.DataFrame:
    """This will give the ratings of the assessment that serves and its addenda, by the third edition alone."""
    own = records.assessments()
    own["admission_id"] = own["episode_id"].fillna("candidate:" + own["person_id"])
    own = own[["assessment_id", "admission_id", "kind", "completed_on", "asam_edition"]]
    own = own.merge(rows[["entry", "admission_id", "facts_until"]], on="admission_id")
    own = own[own["completed_on"] <= own["facts_until"]]
    served = own[own["kind"] != "addendum"].groupby("entry")["completed_on"].max().rename("served_from")
    own = own[own["asam_edition"] == "3"].join(served, on="entry")
    own = own[own["completed_on"] >= own["served_from"]]
    own["later"] = (own["completed_on"] - own["served_from"]).dt.days
    rated = records.ratings().merge(own[["assessment_id", "entry", "later"]], on="assessment_id")
    said, rating, later = rated["has_problem"], rated["rating"], rated["later"]
    is_rated = (rating > 0).fillna(value=False)
    is_yes = said.fillna(value=False) | (said.isna() & is_rated)
    is_no = ~said.fillna(value=True) | (rating == 0).fillna(value=False)
    problem = pd.Series(np.select([is_yes, is_rated, is_no], [1, 2, 0], -1), rated.index).astype("Int64")
    told = pd.DataFrame({"problem": later * 4 + problem.where(problem >= 0), "rating": later * 8 + rating})
    latest = told.groupby([rated["entry"], rated["dimension"]]).max()
    wide = latest.assign(problem=latest["problem"] % 4, rating=latest["rating"] % 8).unstack()
    wide.columns = [f"{name}_{dimension}" for name, dimension in wide.columns]
    return wide


def judgements_found(records: Records, rows: pd.DataFrame, kinds: Iterable[str]) -> pd.DataFrame:
    """This will give the latest judgement of each kind; of overrides, about which clauses one stands."""
    made = records.judgements()
    made = made[made["kind"].isin([*kinds, "override"])].merge(
        rows[["entry", "episode_id", "facts_until"]], on="episode_id"
    )
    made = made[made["judged_on"] <= made["facts_until"]]
    made["subject"] = made["about"].where(made["kind"] == "override", "")
    latest = made.sort_values(["judged_on", "judgement_id"]).drop_duplicates(["entry", "kind", "subject"], keep="last")
    told = pd.DataFrame({kind: latest["answer"].where(latest["kind"] == kind) for kind in kinds}, index=latest.index)
    found = told.astype("boolean").groupby(latest["entry"]).max()
    stand = latest[(latest["kind"] == "override") & latest["answer"] & latest["about"].notna()]
    found["departs"] = stand.sort_values("about").groupby("entry")["about"].agg(" ".join)
    return found
