"""The exposure estimate: every unit once, parts that add up to the whole, what is unknown apart, and each list behind."""

from __future__ import annotations

import csv
import datetime
import io
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from tests.app import review_world as world
from tests.app.review_world import SERVICE, WEEK

from handrail.app.authorizations.acting import NotNowError
from handrail.app.reviewing import cases
from handrail.app.reviewing.exposure import FAILING, REST, UNKNOWN, Exposure, as_csv, exposure
from handrail.app.reviewing.frames import Clause

pytestmark = pytest.mark.django_db
SIZE, LICENSE = Clause(SERVICE, "group-not-too-large"), Clause(SERVICE, "facility-license")
DAY = datetime.timedelta(days=1)


@pytest.fixture
def start(cast: Any, write: Any) -> datetime.date:
    """Ten people at two sessions of two hours; four fail their week, the second session was too large."""
    world.people(cast, write)
    first: datetime.date = cast.viewer("counselor").today - 20 * DAY
    for one in ("f0", "f1", "f2", "f3"):
        monday = first + DAY - datetime.timedelta(days=(first + DAY).weekday())
        world.verdict(one, "not met", monday + 6 * DAY, key={"episode_id": one, "week_start": monday.isoformat()})
    world.verdict("", "not met", first + 2 * DAY, SIZE, subject="session", key={"session_id": "s2"}, duty="must")
    world.verdict("", "cannot tell", first + DAY, SIZE, subject="session", key={"session_id": "s1"}, duty="must")
    return first


def told(cast: Any, start: datetime.date, **more: Any) -> Exposure:
    role = more.pop("role", "clinical_supervisor")
    return exposure(cast.viewer(role), more.pop("program", "iop"), start, start + 10 * DAY, **more)


def adds_up(found: Exposure) -> None:
    """Each line tells of everything given exactly once, and no total is more than its lines together."""
    whole = sorted((one.table, one.row_id) for one in found.given)
    assert len(whole) == len(set(whole))
    for line in (*found.lines, *found.totals):
        parts = [(one.table, one.row_id) for part in line.parts.values() for one, _ in part.given]
        assert sorted(parts) == whole, line.name
        units = sum((part.billed + part.estimated for part in line.parts.values()), Decimal(0))
        assert units == sum((one.units or Decimal(0) for one in found.given), Decimal(0))
    for total in found.totals:
        failing = {one.row_id for one, _ in total.parts[FAILING].given}
        of_lines = {one.row_id for line in found.lines for one, _ in line.parts[FAILING].given}
        assert failing <= of_lines


def test_minutes_over_fifteen_are_estimated_units_and_every_part_adds_up(cast: Any, start: datetime.date) -> None:
    found = told(cast, start)
    adds_up(found)
    assert len(found.given) == 20
    size = found.line(SIZE.key).parts
    assert (size[FAILING].estimated, size[FAILING].billed, size[FAILING].count) == (80, 0, 10)
    assert (size[UNKNOWN].estimated, size[REST].count) == (80, 0)
    week = found.line(WEEK.key).parts[FAILING]
    assert {one.episode_id for one, _ in week.given} == {"f0", "f1", "f2", "f3"}


def test_a_unit_that_fails_several_clauses_stands_once_in_the_total(cast: Any, start: datetime.date) -> None:
    found = told(cast, start)
    must, every = found.line("total must").parts, found.line("total all").parts
    assert must[FAILING].estimated == 80
    lines = sum(line.parts[FAILING].estimated for line in found.lines)
    assert every[FAILING].estimated < lines
    assert every[FAILING].count + every[UNKNOWN].count + every[REST].count == 20


def test_a_claim_line_takes_the_place_of_the_minutes_of_its_day(cast: Any, start: datetime.date, write: Any) -> None:
    write("claim_line", claim_line_id="c1", claim_id="c", person_id="p-f0", units=Decimal(3), starts_on=start + DAY)
    write("claim_line", claim_line_id="c2", claim_id="c", person_id="p-f1", units=Decimal(5), starts_on=start + DAY, ends_on=start + 2 * DAY)  # fmt: skip
    write("claim_line", claim_line_id="c3", claim_id="c", person_id="p-f2", units=Decimal(9), starts_on=start + 7 * DAY)
    found = told(cast, start)
    adds_up(found)
    billed = {one.row_id: one.units for one in found.given if not one.is_estimated}
    assert billed == {"c1": 3, "c2": 5}
    assert (len(found.given), found.apart) == (2 + 17, 1)
    assert found.line(SIZE.key).parts[FAILING].billed == 5


def test_what_has_no_documented_time_is_counted_and_has_no_unit(cast: Any, start: datetime.date, write: Any) -> None:
    world.Verdict.objects.filter(subject="session").delete()
    write("session", session_id="s3", program_id="iop", type="group", status="held", held_on=start + 3 * DAY)
    write("attendance", attendance_id="a3", session_id="s3", episode_id="u0", status="attended")
    found = told(cast, start)
    adds_up(found)
    rest = found.line("total all").parts[REST]
    assert (rest.untimed, [one.says for one, _ in rest.given if one.units is None]) == (1, ["time not documented"])


def test_a_day_of_the_whole_program_is_in_it_too_and_what_is_merely_allowed_is_not(cast: Any, start: datetime.date) -> None:  # fmt: skip
    day = start + DAY
    world.verdict("", "not met", day, LICENSE, subject="service_day", key={"program_id": "iop", "service_date": day.isoformat()}, duty="must")  # fmt: skip
    other = Clause(SERVICE, "allowed")
    world.verdict("", "not met", day, other, subject="session", key={"session_id": "s1"}, duty="could")
    found = told(cast, start)
    assert found.line(LICENSE.key).parts[FAILING].count == 10
    with pytest.raises(Http404):
        found.line(other.key)


def test_another_programs_units_and_another_organizations_are_not_in_it(cast: Any, start: datetime.date) -> None:
    assert told(cast, start, program="irs").given == ()
    assert exposure(cast.viewer("compliance_officer", "lakeside"), "", start, start + 10 * DAY).given == ()
    with pytest.raises(PermissionDenied):
        told(cast, start, role="counselor")


def test_of_a_review_only_its_first_sample_once_the_key_is_open(cast: Any, start: datetime.date) -> None:
    ids = (["f0", "f1", "f2", "f3"], [f"u{number}" for number in range(6)])
    review = world.opened(cast, ids)
    with pytest.raises(NotNowError, match="blinded"):
        told(cast, start, review=review)
    world.look_at_all(cast, review)
    cases.unblind(cast.viewer("clinical_supervisor"), review)
    found = told(cast, start, review=review)
    adds_up(found)
    assert {one.episode_id for one in found.given} == set(review.cases.values_list("episode_id", flat=True))


def test_the_page_the_list_and_the_csv_say_the_same(cast: Any, start: datetime.date) -> None:
    client = cast.client("clinical_supervisor")
    query = f"program=iop&since={start}&until={start + 10 * DAY}"
    page = client.get(f"/reviews/exposure?{query}").content.decode()
    assert "80 estimated" in page
    listed = client.get(f"/reviews/exposure/list?{query}&line=total%20must&what=failing").content.decode()
    assert "10 claim lines and attended sessions" in listed
    assert listed.count("/why/") == 10
    rows = list(csv.reader(io.StringIO(client.get(f"/reviews/exposure/file.csv?{query}").content.decode())))
    assert ["total must", "", "failing", "0", "80", "10", "0"] in rows
    assert rows == list(csv.reader(io.StringIO(as_csv(told(cast, start)))))
    assert not [row for row in rows if "f0" in row or "p-f0" in row]
    assert client.get(f"/reviews/exposure/list?{query}&line=nothing").status_code == 404
    assert client.get(f"/reviews/exposure/list?{query}&what=nothing").status_code == 404
    assert "Two years at most" in client.get("/reviews/exposure?since=2020-01-01&until=2026-01-01&program=").content.decode()  # fmt: skip
