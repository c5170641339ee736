"""Every lapse that the example names can be found in its rows, and most of the clinic is in order."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from ruamel.yaml import YAML

from handrail.example.lapses import lapses
from handrail.example.ledger import Ledger

QUERIES: dict[str, str] = YAML(typ="safe").load((Path(__file__).parent / "lapses.yaml").read_text(encoding="utf-8"))


def test_every_lapse_has_its_query() -> None:
    assert set(QUERIES) == set(lapses())


@pytest.mark.parametrize("name", QUERIES)
def test_the_lapse_occurs(opened: duckdb.DuckDBPyConnection, name: str) -> None:
    (count,) = opened.execute(f"SELECT COUNT(*) {QUERIES[name]}").fetchall()[0]
    assert count >= 1


def test_a_lapse_hits_one_in_each_run() -> None:
    dealer, run = Ledger(seed=1).lapses, lapses()["plan_missing"].one_in
    hits = [dealer.happens("plan_missing") for _ in range(run * 5)]
    assert [sum(hits[start : start + run]) for start in range(0, run * 5, run)] == [1] * 5


def test_two_lapses_never_hit_the_same_thing_and_none_is_lost() -> None:
    dealer = Ledger(seed=1).lapses
    names = ("review_by_unlisted", "review_without_update")
    picked = [dealer.pick(*names) for _ in range(18 * 20)]
    assert picked.count("review_by_unlisted") + picked.count("review_without_update") in (37, 38)
    assert picked.count("review_without_update") >= 17


def test_a_lapse_given_back_hits_the_next() -> None:
    dealer = Ledger(seed=1).lapses
    while not dealer.happens("plan_missing"):
        pass
    dealer.give_back("plan_missing")
    assert dealer.happens("plan_missing")


def test_every_lapse_is_described() -> None:
    assert all(lapse.says.endswith(".") and lapse.of and lapse.one_in > 1 for lapse in lapses().values())
