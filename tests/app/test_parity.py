"""The parity export: what it says, and that no small count can be worked out of it, by subtraction or otherwise."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import numpy as np
import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from tests.app import review_world as world
from tests.app.test_metrics import World

from handrail.app.reviewing import opening, parity
from handrail.app.reviewing.models import Finding, FocusedReview
from handrail.app.reviewing.parity import COUNTED, HIDDEN, NO_MEDICAL, TOTAL
from handrail.oversight.room import Sum, reachable

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviews(cast: Any, write: Any) -> list[FocusedReview]:
    """Reviews by three rules; of one there are so few that its counts are small."""
    ids = world.people(cast, write, failing=16, fine=16)
    many = {"flagged_wanted": 16, "unflagged_wanted": 16}
    found = [world.opened(cast, ids, **many), world.opened(cast, ids, measure="long_stay", kind="measure", **many)]
    found.append(world.opened(cast, (ids[0][:3], []), measure="grievances", kind="grievance"))
    for review, outcome in zip(found, ("confirmed", "not confirmed", "confirmed"), strict=True):
        world.look_at_all(cast, review, outcome)
    return found


def told(cast: Any, role: str = "compliance_officer", organization: str = "prairie") -> parity.Parity:
    looking = cast.viewer(role, organization)
    return parity.parity(looking, looking.today.replace(month=1, day=1), looking.today)


def test_it_says_which_rule_who_chose_it_why_and_what_came_of_it(cast: Any, reviews: Any) -> None:
    found = told(cast)
    one = next(rule for rule in found.rules if rule.name == "weeks_below_nine")
    assert one.clauses == (f"{world.WEEK.key}, edition undated",)
    assert (one.chosen_by, one.why) == (("Clinical supervisor",), ("More weeks below nine hours than elsewhere.",))
    assert one.classes == ("substance_use",)
    assert {row["name"] for row in found.thresholds} >= {"minimum_cases", "smallest_cell_shown"}
    long = next(rule for rule in found.rules if rule.name == "long_stay")
    assert dict(long.definition)["Peers"] == "the same service (iop)"
    assert dict(long.definition)["A signal needs at least"] == "20 cases, 5 expected events, 10 peers"
    assert found.comparison == NO_MEDICAL
    assert found.determinations == ()
    with pytest.raises(PermissionDenied):
        told(cast, "counselor")
    assert told(cast, organization="lakeside").rules == ()


def test_large_counts_are_shown_with_the_share_that_was_confirmed(cast: Any, write: Any) -> None:
    ids = world.people(cast, write, failing=16, fine=16)
    world.look_at_all(cast, world.opened(cast, ids, flagged_wanted=16, unflagged_wanted=16))
    one = told(cast).rules[0]
    assert (one.counts["cases"], one.counts["confirmed"], one.counts["opened"]) == ("32", "16", HIDDEN)
    assert one.confirmed_percent == 100.0


def test_no_small_count_is_shown_nor_can_any_be_worked_out(cast: Any, reviews: Any) -> None:
    found = told(cast)
    names = list(COUNTED)
    texts = [rule.counts[name] for rule in found.rules for name in names]
    shown = np.array([one != HIDDEN for one in texts])
    assert HIDDEN in texts
    assert not [one for one in texts if one != HIDDEN and 1 <= int(one) <= 10]
    true = _true(cast, found)
    width = len(names)
    at = {(row, name): row * width + place for row in range(len(found.rules)) for place, name in enumerate(names)}
    groups = [(("opened"), ("closed", "not_closed")), ("cases", ("flagged", "unflagged")),
              ("findings", ("confirmed", "not_confirmed", "cannot_tell"))]  # fmt: skip
    sums = [Sum(at[row, total], tuple(at[row, part] for part in parts)) for row in range(len(found.rules)) for total, parts in groups]  # fmt: skip
    last = len(found.rules) - 1
    assert found.rules[last].name == TOTAL
    sums += [Sum(at[last, name], tuple(at[row, name] for row in range(last))) for name in names]
    low, high = reachable(np.array(true, dtype=float), shown, sums)
    assert np.all((high - low)[~shown] >= 9)
    for rule in found.rules:
        if HIDDEN in (rule.counts["confirmed"], rule.counts["findings"]):
            assert rule.confirmed_percent is None


def _true(cast: Any, found: parity.Parity) -> list[int]:
    """The counts themselves, in the order of the export."""
    told = []
    for rule in found.rules:
        held = FocusedReview.objects.all() if rule.name == TOTAL else FocusedReview.objects.filter(measure=rule.name)
        last: dict[tuple[str, str], Finding] = {}
        for one in Finding.objects.filter(case__review__in=held, engine="not met").order_by("place"):
            last[one.case_id, one.clause] = one
        outcomes = [one.outcome for one in last.values()]
        cases = [case.is_flagged for review in held for case in review.cases.all()]
        counts = {
            "opened": held.count(), "closed": 0, "not_closed": held.count(), "cases": len(cases), "flagged": sum(cases),
            "unflagged": len(cases) - sum(cases), "findings": len(outcomes), "confirmed": outcomes.count("confirmed"),
            "not_confirmed": outcomes.count("not confirmed"), "cannot_tell": outcomes.count("cannot tell"),
        }  # fmt: skip
        told += [counts[name] for name in COUNTED]
    return told


def test_csv_and_json_say_the_same_and_name_nobody(cast: Any, reviews: Any) -> None:
    client = cast.client("compliance_officer")
    rows = list(csv.DictReader(io.StringIO(client.get("/reviews/parity/file.csv").content.decode())))
    whole = json.loads(client.get("/reviews/parity/file.json").content)
    for rule in whole["rules"]:
        values = {row["what"]: row["value"] for row in rows if row["part"] == "review" and row["rule"] == rule["name"]}
        assert [values[title] for title in COUNTED.values()] == [rule["counts"][name] for name in COUNTED]
    text = str(rows) + str(whole)
    assert not [one for one in ("Example Clinical", "Supervisor Example", "p-f", "f10", "u10", "F-20") if one in text]
    assert NO_MEDICAL in text
    assert "20 cases, 5 expected events, 10 peers" in [row["value"] for row in rows if row["part"] == "definition"]
    page = client.get("/reviews/parity").content.decode()
    assert "suppressed" in page
    assert "How it is measured" in page


def test_medical_programs_are_compared_where_there_are_any(cast: Any, write: Any) -> None:
    ids = world.people(cast, write)
    write("program", program_id="med", name="Medical", service="other", focus="medical")
    FocusedReview.objects.filter(pk=world.opened(cast, ids).pk).update(programs=["med"])
    found = told(cast)
    assert found.comparison == ""
    assert found.rules[0].classes == ("medical",)


def test_a_payer_says_its_determinations_as_they_are_published(cast: Any, ada: Any) -> None:
    made = World(cast)
    for _ in range(12):
        made.request("approved", at=timezone.now())
    made.request("denied", at=timezone.now())
    director = cast.viewer("medical_director", "plan")
    opening.open_review(director, title="x", kind="other", why="x", flagged=["a"], unflagged=[])
    found = told(cast, "medical_director", "plan")
    counts = {(one["urgency"], one["title"]): one["count"] for one in found.determinations}
    assert counts["standard", "Denied"] == HIDDEN
    assert found.comparison == NO_MEDICAL
