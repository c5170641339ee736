"""Verdicts and answers as plain data: what they say, what they ask for, and how a value is spoken."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import combinations
from typing import Any

import pyarrow as pa
import pytest
from clinic import LAST, SERVICE, clinic
from hypothesis import given, settings
from hypothesis import strategies as st
from kleene import answer_of, rooted, trees
from made_up import edition, facts

from handrail.definitions.document import Clause, Edition
from handrail.definitions.rulebook import packaged
from handrail.engine.compiling import compile_facts
from handrail.engine.evaluate import Judged, compiled, judge
from handrail.engine.gaps import with_gaps
from handrail.engine.judging import Answer, Verdict
from handrail.engine.on_duckdb import DuckDB
from handrail.engine.results import (
    ClauseVerdict,
    DecisionAnswer,
    as_json,
    decisions,
    plain,
    sentence,
    spoken,
    verdicts,
)
from handrail.records.holding import Records

SUBJECT = "admission"
TRUTHS = (
    "has_begun", "has_substance_diagnosis", "has_tobacco_diagnosis", "has_mental_diagnosis", "has_minor_child",
    "employment_related", "finances_related", "supports_related", "coping_related", "other_related",
)  # fmt: skip
"""Facts that are true or false: a made-up clause holds where one of them is true."""

WORDS = {"about": SUBJECT, "says": "May she?", "yes": "She may.", "no": "She may not."}


def answered(duck: DuckDB, told: Edition, rows: Sequence[Mapping[str, Any]]) -> list[DecisionAnswer]:
    """The answers to rows of given facts."""
    duck.relate("given", facts(SUBJECT, rows))
    plan = compile_facts(told, SUBJECT, told.values(), "given")
    judged = with_gaps(duck, Judged(plan, duck.query(plan.sql.sql(dialect="duckdb")).sort_by("number")))
    keyed = judged.rows.append_column("admission_id", pa.array([f"e{n}" for n in range(len(rows))]))
    return list(decisions(Judged(plan, keyed.append_column("judged_on", pa.repeat(pa.scalar(LAST), len(rows))))))


def asked(answer: DecisionAnswer) -> set[str]:
    return {gap.fact for gap in answer.missing}


# --- the shortest list of what would settle an open answer ------------------------------------------------------


def relabelled(told: Any, names: list[str]) -> Any:
    """The same tree with a clause of its own at every leaf."""
    if isinstance(told, str):
        return names.pop(0)
    if isinstance(told, list):
        return [relabelled(branch, names) for branch in told]
    return {key: value if key == "at least" else relabelled(value, names) for key, value in told.items()}


def leaf_count(told: Any) -> int:
    if isinstance(told, str):
        return 1
    branches = told if isinstance(told, list) else next(value for key, value in told.items() if key != "at least")
    return sum(map(leaf_count, branches))


own_leaves = (
    trees(3)
    .map(rooted)
    .filter(lambda told: leaf_count(told) <= len(TRUTHS))
    .map(lambda told: relabelled(told, list(TRUTHS)))
)
truth = st.sampled_from([True, False, None, None])


@settings(max_examples=20, deadline=None)
@given(
    told=own_leaves,
    rows=st.lists(st.fixed_dictionaries(dict.fromkeys(TRUTHS, truth)), min_size=8, max_size=8),
)
def test_the_facts_asked_for_can_settle_the_answer_and_no_fewer_can(
    duck: DuckDB, told: dict[str, Any], rows: list[dict[str, bool | None]]
) -> None:
    names = [name for name in TRUTHS if name in json.dumps(told)]
    made = edition(SUBJECT, {name: {"holds": name} for name in names}, decisions={"may": {**WORDS, **told}})
    for row, came in zip(rows, answered(duck, made, rows), strict=True):

        def with_more(known: Sequence[str], row: Mapping[str, bool | None] = row) -> str:
            words = {True: "met", False: "not met", None: "cannot tell"}
            return answer_of(told, {name: words[True if name in known else row[name]] for name in names})

        assert came.answer.value == with_more(())
        if came.answer is not Answer.CANNOT_TELL:
            assert came.missing == ()
            continue
        assert with_more([gap.fact for gap in came.missing]) == "yes"
        unknown = [name for name in names if row[name] is None]
        assert all(with_more(fewer) != "yes" for fewer in combinations(unknown, len(came.missing) - 1))


def test_a_branch_that_is_closed_is_not_asked_about(duck: DuckDB) -> None:
    """Both step-down and step-up need her ratings; where step-down is out, step-up alone would settle it."""
    known: dict[str, Any] = {
        **{"age_years": 30, "has_substance_diagnosis": True, "expects_progress": True, "program_is_enhanced": False},
        **{"needs_dual_diagnosis_services": False, "departs_from_guidance": "", "d4_problem": True},
        **{f"d{number}_problem": False for number in (1, 2, 3, 5, 6)},
        **{f"d{number}_rating": 0 for number in (1, 3, 4, 5, 6)},
        **{"met_objectives_above": False, "level_one_was_insufficient": True},
    }
    told = packaged().edition(SERVICE)
    (answer,) = answered(duck, told, [known])
    assert answer.answer is Answer.CANNOT_TELL
    assert answer.deciding == ("needs-this-level", "level-one-not-enough")
    assert asked(answer) == {"d2_rating", "was_at_level_one"}
    (settled,) = answered(duck, told, [known | {"d2_rating": 1, "was_at_level_one": True}])
    assert (settled.answer, settled.paths) == (Answer.YES, ("step-up",))


def test_what_only_time_can_settle_is_no_shorter_way(duck: DuckDB) -> None:
    clauses = {
        "early": {"holds": "has_minor_child", "settled": "has_begun"},
        "open": {"holds": "employment_related AND finances_related"},
    }
    told = edition(SUBJECT, clauses, decisions={"may": {**WORDS, "any": ["early", "open"]}})
    (answer,) = answered(duck, told, [{"has_minor_child": False, "has_begun": False}])
    assert answer.answer is Answer.CANNOT_TELL
    assert asked(answer) == {"employment_related", "finances_related"}


def test_a_branch_whose_facts_are_asked_for_anyway_is_the_shorter_way(duck: DuckDB) -> None:
    clauses = {name: {"holds": name} for name in TRUTHS}
    tree = ["has_begun", "has_minor_child", {"any": [["coping_related"], ["has_begun", "has_minor_child"]]}]
    told = edition(SUBJECT, clauses, decisions={"may": {**WORDS, "all": tree}})
    assert asked(answered(duck, told, [{}])[0]) == {"has_begun", "has_minor_child"}


def test_at_least_two_of_three_asks_for_as_many_as_are_still_needed(duck: DuckDB) -> None:
    clauses = {"one": {"holds": "has_begun"}, "two": {"holds": "d1_rating > 1 AND d2_rating > 1"}}
    clauses |= {"three": {"holds": "has_minor_child"}}
    told = edition(SUBJECT, clauses, decisions={"may": {**WORDS, "at least": 2, "of": list(clauses)}})
    nothing, one = answered(duck, told, [{}, {"has_begun": True}])
    assert asked(nothing) == {"has_begun", "has_minor_child"}
    assert asked(one) == {"has_minor_child"}


# --- what an answer says ----------------------------------------------------------------------------------------


def test_an_answer_speaks_in_the_words_of_its_definition(duck: DuckDB) -> None:
    clauses = {
        "child": {"holds": "has_minor_child", "settled": "has_begun", "if_not": "Ask for another service."},
        "work": {"holds": "employment_related", "if_not": "Not this one."},
    }
    told = edition(SUBJECT, clauses, decisions={"may": {**WORDS, "all": ["child", "work"]}})
    known: list[dict[str, Any]] = [
        {"has_minor_child": True, "employment_related": True},
        {"has_minor_child": False, "has_begun": True, "employment_related": True},
        {"has_minor_child": False, "has_begun": False, "employment_related": True},
        {"has_minor_child": True},
    ]
    answers = answered(duck, told, known)
    assert [(one.answer.value, one.says) for one in answers] == [
        ("yes", "She may."),
        ("no", "She may not. Ask for another service."),
        ("pending", "It is not due yet."),
        ("cannot tell", "It cannot be told yet: something is not documented."),
    ]
    assert [one.deciding for one in answers] == [("child", "work"), ("child",), ("child",), ("work",)]


def test_only_a_yes_comes_by_a_path(duck: DuckDB) -> None:
    clauses = {name: {"holds": name} for name in ("has_begun", "has_minor_child", "coping_related")}
    tree = ["has_begun", {"any": {"mother": ["has_minor_child"], "coping": ["coping_related"]}}]
    told = edition(SUBJECT, clauses, decisions={"may": {**WORDS, "all": tree}})
    rows = [{"has_begun": begun, "has_minor_child": True, "coping_related": True} for begun in (True, False, None)]
    assert [one.paths for one in answered(duck, told, rows)] == [("mother", "coping"), (), ()]


# --- verdicts of records ----------------------------------------------------------------------------------------


def weeks(duck: DuckDB, records: Records) -> list[ClauseVerdict]:
    duck.hold(records)
    (in_force,) = packaged().in_force(SERVICE)
    told = judge(duck, compiled(in_force, "service_week"), as_of=LAST)
    return [one for one in verdicts(told) if one.clause == "weekly-hours-attended"]


def test_a_verdict_tells_the_facts_it_rests_on_and_no_others(duck: DuckDB) -> None:
    first = weeks(duck, clinic())[0]
    assert first.verdict is Verdict.MET
    assert list(first.facts) == [
        "is_full_week",
        "attended_minutes",
        "enrolled_days",
        "had_announced_closure",
        "week_is_over",
    ]
    assert first.facts["attended_minutes"] == 570
    assert first.context == {"person_id": "ada", "episode_id": "e1", "program_id": "elm"}
    assert first.missing == ()


def test_a_verdict_left_open_says_which_fact_which_question_and_whom_to_ask(duck: DuckDB) -> None:
    first = weeks(duck, clinic(attendance=[{"attendance_id": "a0", "left_at": None}]))[0]
    assert first.verdict is Verdict.CANNOT_TELL
    assert first.facts["attended_minutes"] == {"least": 380, "most": 570}
    assert [(gap.fact, gap.ask) for gap in first.missing] == [("attended_minutes", "group leader")]
    assert first.missing[0].question.endswith("?")


def test_verdicts_come_by_day_and_then_in_the_order_of_the_source(duck: DuckDB) -> None:
    told = weeks(duck, clinic())
    assert [one.judged_on for one in told] == sorted(one.judged_on for one in told)
    duck.hold(clinic())
    (in_force,) = packaged().in_force(SERVICE)
    judged = judge(duck, compiled(in_force, "service_week"), as_of=LAST)
    first = [one.clause for one in verdicts(judged)][:3]
    assert first == ["weekly-hours-attended", "days-attended", "hours-of-this-level"]


def test_every_missing_fact_of_the_example_has_a_question(duck: DuckDB, records: Records) -> None:
    duck.hold(records)
    (in_force,) = packaged().in_force(SERVICE)
    for name in ("admission", "assessment", "session"):
        for one in verdicts(judge(duck, compiled(in_force, name), as_of=LAST)):
            assert (one.verdict is Verdict.CANNOT_TELL) == bool(one.missing)
            assert all(gap.question for gap in one.missing)


# --- words and plain values -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "not documented"),
        (True, "yes"),
        (False, "no"),
        (520, "520"),
        (Decimal("0.5000"), "0.5"),
        (Decimal("100.0000"), "100"),
        (0.25, "0.25"),
        (datetime.date(2026, 3, 1), "2026-03-01"),
        (("office", "clinic"), "office, clinic"),
        ({"least": 480, "most": 600}, "between 480 and 600"),
        ({"least": 480, "most": None}, "at least 480"),
        ({"least": None, "most": 3}, "at most 3"),
        ("home", "home"),
    ],
)
def test_a_value_is_spoken_as_a_person_would(value: Any, said: str) -> None:
    assert spoken(value) == said


def test_a_sentence_has_the_numbers_in_it() -> None:
    told = {"id": "x", "says": "x", "cite": "x", "about": SUBJECT, "duty": "must", "holds": "x"}
    clause = Clause.model_validate({**told, "shows": "attended {attended_minutes} of {weekly_minutes} minutes"})
    facts_told = {"attended_minutes": {"least": 380, "most": None}, "is_full_week": True}
    assert sentence(clause, facts_told, {"weekly_minutes": 540}) == "attended at least 380 of 540 minutes"
    assert sentence(Clause.model_validate(told), facts_told, {}) == ""


@pytest.mark.parametrize(
    ("value", "as_plain"),
    [
        (datetime.date(2026, 3, 1), "2026-03-01"),
        (Decimal("3.0000"), 3),
        (Decimal("3.2500"), 3.25),
        ({"least": Decimal(1), "most": None}, {"least": 1, "most": None}),
        (None, None),
        (True, True),
        ("x", "x"),
    ],
)
def test_a_value_for_json_is_plain(value: Any, as_plain: Any) -> None:
    assert plain(value) == as_plain
    assert type(plain(value)) is type(as_plain)


def test_verdicts_and_answers_of_the_example_can_be_written_as_json(duck: DuckDB, records: Records) -> None:
    duck.hold(records)
    (in_force,) = packaged().in_force(SERVICE)
    judged = judge(duck, compiled(in_force, SUBJECT), as_of=LAST)
    for one in (*verdicts(judged), *decisions(judged)):
        told = as_json(one)
        assert json.loads(json.dumps(told, allow_nan=False)) == told
