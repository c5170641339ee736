"""How often somebody may try, search, send and take away; what uploads may be; and what the app refuses to start with."""

from __future__ import annotations

import csv
import io
import os
import re
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import get_resolver

from handrail.app import checks
from handrail.app.accounts import pace
from handrail.app.chart.models import RECORDS
from handrail.app.paper.cells import Rows, harmless

pytestmark = pytest.mark.django_db
FORMULAS = ("=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1", "=cmd|' /C calc'!A0")


@pytest.fixture
def paced(settings: Any) -> Any:
    settings.IS_PACED = True
    cache.clear()
    yield settings
    cache.clear()


def test_searching_too_often_is_refused_and_then_the_pages_still_open(paced: Any, cast: Any) -> None:
    (limit,) = [one for one in pace.limits() if one.name == "search"]
    client, user = cast.client("counselor"), cast.member("counselor").user_id
    for minute in (int(time.time()) // 60, int(time.time()) // 60 + 1):
        cache.set(f"pace:search:{user}:{minute}", limit.most)
    page = client.post("/people/", {"q": "Ada"})
    assert page.status_code == 429
    assert page["Retry-After"] == "60"
    assert "Wait a little" in page.content.decode()
    assert client.get("/people/").status_code == 200
    assert cast.client("recovery_worker").post("/people/", {"q": "Ada"}).status_code == 200


def test_taking_away_too_often_is_refused_before_anything_is_written(paced: Any, cast: Any, monkeypatch: Any) -> None:
    few = tuple(pace.Limit(one.name, 2, one.seconds, one.only, one.on) for one in pace.limits())
    monkeypatch.setattr(pace, "limits", lambda: few)
    client = cast.client("administrator")
    assert [client.get("/log/csv").status_code for _ in range(3)] == [200, 200, 429]


def test_every_limit_is_about_addresses_that_are_there() -> None:
    names = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    assert {name for one in pace.limits() for name in one.on} - names == set()
    assert {"search", "submit", "export", "everything"} == {one.name for one in pace.limits()}


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_is_a_formula(formula: str) -> None:
    assert harmless(formula) == f"'{formula}"
    out = io.StringIO()
    Rows(out).writerows([[formula, "text", 5, None]])
    (line,) = csv.reader(io.StringIO(out.getvalue(), newline=""))
    assert line == [f"'{formula}", "text", "5", ""]


def test_no_csv_that_leaves_holds_a_formula(cast: Any, ada: Any, write: Any) -> None:
    """Every address that gives CSV, with a formula in whatever somebody typed."""
    RECORDS["program"].objects.filter(pk="iop").update(name="=1+1")
    for model in (RECORDS["staff"],):
        model.objects.update(name="@SUM(A1)")
    member = cast.member("compliance_officer")
    member.user.first_name = "=1+1"
    member.user.save()
    client, found = cast.client("compliance_officer"), 0
    for address in ("/due/export", "/log/csv", "/people/ada/disclosures?as=csv"):
        page = client.get(address)
        if "text/csv" in page.get("Content-Type", ""):
            found += 1
            told = (b"".join(page.streaming_content) if page.streaming else page.content).decode()
            cells = [cell for line in csv.reader(io.StringIO(told, newline="")) for cell in line]
            assert [cell for cell in cells if cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t"))] == []
    assert found >= 2


def upload(client: Client, name: str, content: bytes) -> str:
    page = client.post("/import/", {"kind": "people", "file": SimpleUploadedFile(name, content)})
    assert page.status_code == 200
    return page.content.decode()


@pytest.mark.parametrize("name", ["../../etc/passwd", "a\x00b.csv", "<script>.csv", "x" * 300 + ".csv"])
def test_the_name_of_a_file_is_never_used(cast: Any, name: str, tmp_path: Path) -> None:
    told = upload(cast.client("clinical_supervisor"), name, b"number,name\n")
    assert "<script>.csv" not in told
    assert "etc/passwd" not in told


def test_what_a_file_is_is_read_off_its_content(cast: Any) -> None:
    client, packed = cast.client("clinical_supervisor"), io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("people.csv", b"0" * 30_000_000)
    assert len(packed.getvalue()) < 100_000
    assert "This is a workbook" in upload(client, "people.csv", packed.getvalue())
    assert "no text" in upload(client, "people.csv", b"\x7fELF\x00\x00")
    assert "larger than" in upload(client, "people.csv", b"a,b\n" * 300_000)
    assert "more than" in upload(client, "people.csv", b"a,b\n" + b"1,2\n" * 6_000)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("H901", {"IS_DEMO": True, "ALLOWED_HOSTS": ["handrail.example.org"]}),
        ("H902", {"DEBUG": True}),
        ("H903", {"SECRET_KEY": "short"}),
        ("H904", {"ALLOWED_HOSTS": []}),
        ("H904", {"ALLOWED_HOSTS": ["*"]}),
        ("H906", {"SESSION_COOKIE_SECURE": False}),
    ],
)
def test_unsafe_settings_are_refused(settings: Any, code: str, told: dict[str, Any]) -> None:
    sound = {"IS_DEMO": False, "IS_PLAIN": False, "SECRET_KEY": "k" * 50, "ALLOWED_HOSTS": ["handrail.example.org"]}
    sound |= {"DEBUG": False, "SESSION_COOKIE_SECURE": True, "CSRF_COOKIE_SECURE": True, "SECURE_SSL_REDIRECT": True}
    for name, value in sound.items():
        setattr(settings, name, value)
    assert checks.is_safe_to_start() == []
    for name, value in told.items():
        setattr(settings, name, value)
    assert code in [one.id for one in checks.is_safe_to_start()]


def test_no_secret_stands_in_the_code() -> None:
    """Keys and passwords come from the environment or a file of the home; what looks like one in the code is found."""
    looks = re.compile(r"""(?i)(secret|password|token|api_key|passphrase)\w*["']?\s*[:=]\s*["'][^"'{}<\s]{12,}["']""")
    ours = Path(checks.__file__).parents[1]
    found = [
        (str(file.relative_to(ours)), line.strip())
        for file in sorted(ours.rglob("*.py"))
        for line in file.read_text(encoding="utf-8").splitlines()
        if looks.search(line) and "HANDRAIL_" not in line
    ]
    assert found == []
    assert "AGE-SECRET-KEY-1" not in os.environ.get("HANDRAIL_BACKUP_TO", "")
