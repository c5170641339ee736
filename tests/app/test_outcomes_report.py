"""The outcomes report as a page, PDF and CSV: what it shows and hides, who may look, and within which walls."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pypdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.measures.reported_world import NAMES, pair, run, share

from handrail.app.accounts.access import roles
from handrail.app.audit.models import Entry
from handrail.app.overseeing import keeping

pytestmark = pytest.mark.django_db
AT = "/oversight/report/"


@pytest.fixture
def kept(cast: Any, tmp_path: Path) -> str:
    """A run of Prairie's: a share with room enough, one with a small count, and a pair."""
    work = pair("employed_change", [False] * 40 + [True] * 40, [True] * 65 + [False] * 15)
    return keeping.keep_run(
        "prairie", run(share("completed", 60, 20, 12, 20), share("goals_in_time", 60, 5), work), tmp_path
    )


def test_the_report_says_each_outcome_with_its_counts(cast: Any, kept: str) -> None:
    page = cast.client("program_director").get(AT)
    text = page.content.decode()
    assert "uncontrolled: regression to the mean" in text
    assert "60 % to 80 %" in text
    assert "medical director of the payer" in text
    assert "from 6 Jul 2025 to 5 Jul 2026" in text
    (small,) = [
        one for table in page.context["report"].tables for one in table.rows if one.measure.name == "goals_in_time"
    ]
    assert small.cells[1] == "suppressed"
    assert "5" not in small.cells
    assert not any(name in text for name in NAMES)


def test_the_paper_says_what_the_page_says(cast: Any, kept: str) -> None:
    answer = cast.client("compliance_officer").get(f"{AT}file.pdf")
    assert answer["Cache-Control"] == "no-store"
    pages = pypdf.PdfReader(io.BytesIO(answer.content)).pages
    text = "".join("".join(page.extract_text() for page in pages).split())
    assert "60%to80%" in text
    assert "Completedcourses" in text
    assert "medicaldirectorofthepayer" in text
    assert answer.content == cast.client("compliance_officer").get(f"{AT}file.pdf").content


def test_the_report_is_saved_as_csv_and_the_log_says_so(cast: Any, kept: str) -> None:
    answer = cast.client("policy_analyst").get(f"{AT}file.csv")
    assert answer["Cache-Control"] == "no-store"
    told = {(one["measure"], one["what"]): one["value"] for one in csv.DictReader(io.StringIO(answer.content.decode()))}
    assert told["completed", "Result"] == "75 %"
    assert told["goals_in_time", "Result"] == "suppressed"
    entry = Entry.objects.get(act="export")
    assert (entry.table, entry.row_id, entry.detail) == ("outcomes_report", kept, "csv")


def test_before_a_run_it_says_so(cast: Any) -> None:
    client = cast.client("program_director")
    assert "No measures were run yet" in client.get(AT).content.decode()
    assert client.get(f"{AT}file.pdf").status_code == 404
    assert client.get(f"{AT}file.csv").status_code == 404


def test_another_organization_has_its_own(cast: Any, kept: str) -> None:
    client = cast.client("program_director", "lakeside")
    assert "No measures were run yet" in client.get(AT).content.decode()
    assert client.get(f"{AT}file.csv").status_code == 404


def test_the_latest_run_is_told(cast: Any, kept: str, tmp_path: Path) -> None:
    client = cast.client("medical_director")
    client.get(AT)
    keeping.keep_run("prairie", run(share("completed", 30, 30)), tmp_path)
    assert "50 %" in client.get(AT).content.decode()


@pytest.mark.parametrize("role", sorted(roles()))
def test_who_may_look(cast: Any, kept: str, role: str) -> None:
    may = "read oversight" in roles()[role].may
    for address in (AT, f"{AT}file.csv"):
        assert cast.client(role).get(address).status_code == (200 if may else 403)


def test_the_page_reads_one_run(cast: Any, kept: str) -> None:
    client = cast.client("program_director")
    client.get(AT)
    with CaptureQueriesContext(connection) as told:
        client.get(AT)
    assert len(told) <= 12
