"""Admission to intensive recovery support (North Carolina) in pandas."""

from __future__ import annotations

import pandas as pd

from benchmarks.peers.pandas_clauses import answer, every, known, paths, some, stands, verdict
from benchmarks.peers.pandas_facts import (
    asked_about,
    diagnoses_found,
    entries,
    full_years,
    impairments_found,
    judgements_found,
    stays_before,
    young_children,
)
from benchmarks.peers.pandas_nebraska import CONTEXT
from benchmarks.peers.pandas_records import Records
from benchmarks.peers.polars_carolina import GATE, SERVICE, WAYS
from benchmarks.peers.polars_facts import ACTIVITIES


def carolina(records: Records) -> pd.DataFrame:
    """This will judge everybody."""
    facts = _facts(records)
    told = _verdicts(facts)
    truths = {clause: stands(said) for clause, said in told.items()}
    open_ = {clause: said == "cannot tell" for clause, said in told.items()}
    ways = {name: truths[clause] for name, clause in WAYS.items()}
    way = some(*ways.values())
    root = every(*(truths[clause] for clause in GATE), way)
    no_way = way.isna() & some(*(open_[clause] for clause in WAYS.values()))
    is_unsure = (root.isna() & (some(*(open_[clause] for clause in GATE)) | no_way)).astype("boolean")
    answers = {"answer:admission": answer(root, is_unsure), "paths:admission": paths(ways)}
    return facts.assign(**{f"verdict:{clause}": said for clause, said in told.items()}, **answers)


def _facts(records: Records) -> pd.DataFrame:
    rows = entries(records, SERVICE)
    told = rows.merge(records.persons()[["person_id", "birth_date", "sex"]], on="person_id", how="left").set_index(
        "entry"
    )
    for found in (
        asked_about(records, rows, ("children", "diagnoses", "stays", "impairments")),
        young_children(records, rows),
        diagnoses_found(records, rows, with_makers=False),
        stays_before(records, rows),
        impairments_found(records, rows),
        judgements_found(records, rows, ()),
    ):
        told = told.join(found)
    facts = told[CONTEXT].copy()
    facts.insert(1, "service", SERVICE)
    facts["has_begun"] = told["has_begun"].astype("boolean")
    facts["sex"] = told["sex"]
    facts["age_years"] = full_years(told["birth_date"], told["facts_until"])
    for kind in ("substance", "tobacco"):
        facts[f"has_{kind}_diagnosis"] = known(told[f"with_{kind}"], told["asked_diagnoses"])
    none_minor = told["asked_children"] & ~told["has_undated"].fillna(value=False)
    facts["has_minor_child"] = known(told["has_minor"], none_minor)
    left, perhaps, judged = told["left_on"], told["left_on_perhaps"], told["judged_on"]
    facts["was_discharged_from_intensive"] = known(
        left.notna(), (told["asked_stays"] | told["in_intensive"]) & perhaps.isna()
    )
    none_now = (told["asked_stays"] | left.notna()) & ~told["in_intensive_perhaps"].fillna(value=False)
    facts["is_still_in_intensive"] = known(told["in_intensive"], none_now)
    facts["days_since_intensive_least"] = _days(perhaps, judged).fillna(0)
    facts["days_since_intensive_most"] = _days(left, judged)
    for activity in ACTIVITIES:
        state = told[activity]
        is_no = state.isin([0, 2]).astype("boolean").mask(state.isna(), told["asked_impairments"])
        facts[f"{activity}_related"] = known(state == 4, is_no)
    facts["departs_from_guidance"] = told["departs"].astype("string").fillna("")
    return facts


def _days(left: pd.Series, judged: pd.Series) -> pd.Series:
    return (judged - left).dt.days.clip(lower=0).astype("Int64")


def _verdicts(facts: pd.DataFrame) -> dict[str, pd.Series]:
    was, still, begun = (
        facts[name] for name in ("was_discharged_from_intensive", "is_still_in_intensive", "has_begun")
    )
    most, least = facts["days_since_intensive_most"] <= 30, facts["days_since_intensive_least"] > 30
    sex = facts["sex"]
    return {
        "woman": verdict((sex == "female").astype("boolean").mask(sex.isna())),
        "of-age": verdict(facts["age_years"] >= 18),
        "substance-diagnosis": verdict(facts["has_substance_diagnosis"] | facts["has_tobacco_diagnosis"]),
        "minor-child": verdict(facts["has_minor_child"]),
        "discharged-from-intensive": verdict(
            was,
            excused=facts["departs_from_guidance"].str.contains("discharged-from-intensive", regex=False),
            settled=begun | ~still,
        ),
        "within-thirty-days": verdict(known(most, least), applies=was | (still & ~begun), settled=begun | ~still),
        **{
            clause: verdict(facts[f"{activity}_related"])
            for clause, activity in zip(WAYS.values(), ACTIVITIES, strict=True)
        },
    }
