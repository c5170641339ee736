"""The facts from records on Spark: the same rows as on DuckDB, to the last NULL."""

from __future__ import annotations

from pathlib import Path

import pytest
from records_world import Clinic, day, facts

from handrail.engine.on_duckdb import DuckDB
from handrail.engine.on_spark import Spark

FEW = {"spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN"}
NAMES = ("episode_outcome", "person_period", "person_week")

pytestmark = [pytest.mark.spark, pytest.mark.xdist_group("spark")]


def clinic() -> Clinic:
    """Ada's course with something in every table that the facts read."""
    made = Clinic()
    made.set("episode", discharged_on=day("04-30"), discharge_reason="completed")
    made.add("credential", staff_id="ann", kind="ladc", issued_on=day("2025-01-01"))
    for on, kind, minutes in [
        ("03-02", "group", 180),
        ("03-03", "individual", 60),
        ("03-04", "group", 300),
        ("04-15", "family", None),
    ]:
        made.contact(on, kind=kind, minutes=minutes, staff=("ann", "ben") if kind == "family" else ("ann",))
    made.contact("03-05", status="absent")
    made.contact("03-06", kind="crisis_phone", minutes=15)
    made.add("plan", plan_id="p1", episode_id="e1", effective_on=day("03-04"), planned_minutes_per_week=541)
    made.add("goal", episode_id="e1", plan_id="p1", set_on=day("03-04"), target_on=day("04-01"), met_on=day("04-02"))
    made.add(
        "service_authorization", episode_id="e1", starts_on=day("03-02"), ends_on=day("04-30"), authorized_minutes=600
    )
    made.add("child", person_id="ada", birth_date=day("2016-02-29"))
    made.add(
        "diagnosis",
        person_id="ada",
        code="F11.20",
        code_system="icd10cm",
        category="substance_use",
        diagnosed_on=day("03-01"),
    )
    made.add(
        "outside_stay",
        person_id="ada",
        level="3.7",
        focus="substance_use",
        admitted_on=day("02-01"),
        discharged_on=day("02-09"),
    )
    made.add("use_event", person_id="ada", occurred_on=day("02-20"), source="self_report")
    made.add("incident", program_id="iop", episode_id="e1", occurred_on=day("03-31"), severity="severe")
    made.add("judgement", episode_id="e1", kind="progressing", answer=True, judged_on=day("04-01"))
    made.add(
        "referral",
        episode_id="e1",
        purpose="primary_care",
        referred_on=day("03-03"),
        outcome="seen",
        outcome_on=day("03-20"),
    )
    made.add(
        "claim_line",
        claim_id="c1",
        person_id="ada",
        billing_npi="9100000001",
        service_code="H0015",
        units=2,
        starts_on=day("03-02"),
        ends_on=day("03-02"),
    )
    for topic in ("children", "substance_use", "stays", "incidents", "grievances"):
        made.add("inquiry", person_id="ada", topic=topic, asked_on=day("03-02"))
    for on, score in [("03-02", 40), ("04-30", 52)]:
        made.add(
            "observation",
            person_id="ada",
            measure="function_score",
            value_number=score,
            tool="one",
            observed_on=day(on),
        )
        made.add(
            "observation", person_id="ada", measure="living_arrangement", value_code="dependent", observed_on=day(on)
        )
    made.add(
        "episode",
        episode_id="e2",
        person_id="ada",
        program_id="irs",
        requested_on=day("05-02"),
        admitted_on=day("05-05"),
    )
    made.contact("05-29", episode="e2", program="irs", kind="recovery_support")
    return made


def test_every_fact_comes_out_equal(tmp_path: Path) -> None:
    records = clinic().records
    with DuckDB(threads=1, folders=[tmp_path]) as one, Spark(master="local[2]", partitions=1, settings=FEW) as other:
        first = facts(one, records, tmp_path / "duckdb", NAMES)
        second = facts(other, records, tmp_path / "spark", NAMES)
    for name in NAMES:
        assert first[name].num_rows > 0
        assert second[name].to_pylist() == first[name].to_pylist()
