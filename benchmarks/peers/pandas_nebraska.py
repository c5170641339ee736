"""Admission to intensive outpatient treatment (Nebraska, level 2.1) in pandas."""

from __future__ import annotations

import pandas as pd

from benchmarks.peers.pandas_clauses import answer, every, known, paths, some, stands, verdict
from benchmarks.peers.pandas_facts import (
    asked_about,
    diagnoses_found,
    entries,
    full_years,
    judgements_found,
    ratings_found,
    stays_before,
)
from benchmarks.peers.pandas_records import Records
from benchmarks.peers.polars_nebraska import GATE, KINDS, SERVICE, WAYS

CONTEXT = ["admission_id", "judged_on", "person_id", "episode_id", "program_id"]


def nebraska(records: Records) -> pd.DataFrame:
    """This will judge everybody."""
    facts = _facts(records)
    told = _verdicts(facts)
    truths = {clause: stands(said) for clause, said in told.items()}
    ways = {name: every(*(truths[clause] for clause in clauses)) for name, clauses in WAYS.items()}
    root = every(*(truths[clause] for clause in GATE), some(*ways.values()))
    answers = {"answer:admission": answer(root), "paths:admission": paths(ways)}
    return facts.assign(**{f"verdict:{clause}": said for clause, said in told.items()}, **answers)


def _facts(records: Records) -> pd.DataFrame:
    rows = entries(records, SERVICE)
    told = rows.merge(records.persons()[["person_id", "birth_date"]], on="person_id", how="left").set_index("entry")
    for found in (
        asked_about(records, rows, ("diagnoses", "stays")),
        diagnoses_found(records, rows, with_makers=True),
        stays_before(records, rows),
        ratings_found(records, rows),
        judgements_found(records, rows, KINDS),
    ):
        told = told.join(found)
    facts = told[CONTEXT].copy()
    facts.insert(1, "service", SERVICE)
    facts["age_years"] = full_years(told["birth_date"], told["facts_until"])
    for kind in ("substance", "tobacco", "mental"):
        facts[f"has_{kind}_diagnosis"] = known(told[f"with_{kind}"], told["asked_diagnoses"])
    facts["diagnosis_manual_was_current"] = _sure(told["by_current_manual"], told["by_unknown_manual"])
    facts["diagnosed_by_capable_clinician"] = _sure(told["by_capable_one"], told["by_unknown_one"])
    facts["mental_diagnosed_by_capable_clinician"] = _sure(told["mental_by_capable_one"], told["mental_by_unknown_one"])
    for dimension in range(1, 7):
        problem = told[f"problem_{dimension}"]
        facts[f"d{dimension}_problem"] = known(problem == 1, problem == 0)
        facts[f"d{dimension}_rating"] = told[f"rating_{dimension}"]
    facts["program_is_enhanced"] = told["program_is_enhanced"]
    facts["needs_dual_diagnosis_services"] = told["needs_dual_diagnosis_services"].fillna(value=False)
    none_above = (told["left_above"] | told["asked_stays"]) & ~told["met_above_perhaps"].fillna(value=False)
    facts["met_objectives_above"] = known(told["met_above"], none_above)
    none_at_one = told["asked_stays"] & ~told["at_one_perhaps"].fillna(value=False)
    facts["was_at_level_one"] = known(told["at_one"], none_at_one)
    facts["level_one_was_insufficient"] = told["level_one_insufficient"]
    facts["level_one_was_preparation"] = told["level_one_was_preparation"]
    facts["expects_progress"] = told["expects_progress"]
    facts["departs_from_guidance"] = told["departs"].astype("string").fillna("")
    return facts


def _sure(yes: pd.Series, unknown: pd.Series) -> pd.Series:
    return known(yes, (yes == False) & ~unknown)  # noqa: E712


def _verdicts(facts: pd.DataFrame) -> dict[str, pd.Series]:
    substance, tobacco, mental = (facts[f"has_{kind}_diagnosis"] for kind in ("substance", "tobacco", "mental"))
    enhanced, departed = facts["program_is_enhanced"], facts["departs_from_guidance"]
    wants_dual = enhanced | facts["needs_dual_diagnosis_services"]
    rating = {d: facts[f"d{d}_rating"] for d in range(1, 7)}
    held = {d: ~facts[f"d{d}_problem"] | (rating[d] <= (1 if d < 4 else 3)) for d in range(1, 7)}
    held[3] = held[3] | (enhanced & (rating[3] <= 2))
    need = [_within(rating[4], 1, 3), _within(rating[5], 2, 3), _within(rating[6], 2, 3)]
    prepared = facts["level_one_was_insufficient"] | facts["level_one_was_preparation"]
    return {
        "adult": verdict(facts["age_years"] >= 19),
        "substance-diagnosis": verdict(substance | tobacco),
        "not-tobacco-alone": verdict(substance, applies=substance | tobacco),
        "diagnosis-by-current-manual": verdict(facts["diagnosis_manual_was_current"], applies=substance | tobacco),
        "diagnosis-by-capable-clinician": verdict(facts["diagnosed_by_capable_clinician"], applies=substance | tobacco),
        **{f"dimension-{d}-held": verdict(held[d]) for d in range(1, 7)},
        "dual-diagnosis": verdict(mental, applies=wants_dual),
        "mental-diagnosis-by-capable-clinician": verdict(
            facts["mental_diagnosed_by_capable_clinician"], applies=mental & wants_dual
        ),
        "direct-biomedical": verdict(held[2], excused=_departs(departed, "direct-biomedical")),
        "direct-emotional": verdict(held[3], excused=_departs(departed, "direct-emotional")),
        "direct-need": verdict(some(*need), excused=_departs(departed, "direct-need")),
        "objectives-met-above": verdict(
            facts["met_objectives_above"], excused=_departs(departed, "objectives-met-above")
        ),
        "needs-this-level": verdict(
            some(*(_within(rating[d], 1, 1) for d in (1, 2, 3)), *need), excused=_departs(departed, "needs-this-level")
        ),
        "level-one-not-enough": verdict(
            facts["was_at_level_one"] & prepared, excused=_departs(departed, "level-one-not-enough")
        ),
        "capacity-to-progress": verdict(facts["expects_progress"]),
    }


def _within(rating: pd.Series, least: int, most: int) -> pd.Series:
    return (rating >= least) & (rating <= most)


def _departs(departed: pd.Series, clause: str) -> pd.Series:
    return departed.str.contains(clause, regex=False)
