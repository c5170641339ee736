"""The export of an organization: charts, consents, requests and what became of them; nothing of others, nothing withheld."""

from __future__ import annotations

import csv
import io
import json
import time
import zipfile
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from tests.app import payer_world as payers
from tests.app.appeal_world import denied, filed, reduced
from tests.app.conftest import Cast

from handrail.app.audit.models import Entry
from handrail.app.authorizations import exporting
from handrail.app.authorizations.models import Determination, Notice, Request, Step, Submission
from handrail.app.authorizations.sealing import seal_of
from handrail.app.consent.models import Consent

pytestmark = pytest.mark.django_db
NEW = {
    "consents", "disclosures", "requests", "submissions", "edition_texts", "steps", "determinations", "authorizations",
    "appeals", "notices",
}  # fmt: skip


@pytest.fixture
def story(cast: Cast, ada: Any) -> Request:
    """A request that was reduced and appealed, with a letter that was sent, and another one that was denied."""
    episode = payers.judged(cast, ada)
    held = reduced(cast, episode)
    filed(cast, held)
    denied(cast, episode)
    Notice.objects.create(
        holder=held.holder, payer=held.payer, request=held, kind="adverse", content={"reason": "x"}, wording="x",
        status="sent", made_at=timezone.now(), sent_at=timezone.now(), pdf=b"%PDF sent", seal="x",
    )  # fmt: skip
    return held


def opened(raw: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(raw)) as folder:
        return {
            name: list(csv.DictReader(io.StringIO(folder.read(name).decode(), newline="")))
            if name.endswith(".csv")
            else folder.read(name)
            for name in folder.namelist()
        }


def exported(looking: Any) -> dict[str, Any]:
    out = io.BytesIO()
    exporting.export_organization(looking, out)
    return opened(out.getvalue())


def test_consents_requests_and_what_became_of_them_go_along(cast: Cast, story: Request) -> None:
    told = exported(cast.viewer("compliance_officer"))
    assert {f"{name}.csv" for name in NEW} <= set(told)
    assert len(told["requests.csv"]) == 2
    assert {row["number"] for row in told["requests.csv"]} == set(Request.objects.values_list("number", flat=True))
    assert len(told["steps.csv"]) == Step.objects.count()
    assert told["consents.csv"][0]["consent_id"] == Consent.objects.get().pk
    assert [row["status"] for row in told["appeals.csv"]] == ["filed"]
    assert [row["outcome"] for row in told["determinations.csv"]] == list(
        Determination.objects.order_by("pk").values_list("outcome", flat=True)
    )
    assert "person.csv" in told


def test_what_was_sent_can_be_checked_against_its_seal(cast: Cast, story: Request) -> None:
    for row in exported(cast.viewer("compliance_officer"))["submissions.csv"]:
        assert seal_of(json.loads(row["content"])) == row["seal"]
        assert Submission.objects.get(pk=row["submission_id"]).seal == row["seal"]


def test_letters_go_along_as_sent_and_what_a_payer_has_not_sent_does_not(cast: Cast, story: Request) -> None:
    told = exported(cast.viewer("compliance_officer"))
    sent = Notice.objects.get(status="sent")
    assert Notice.objects.exclude(status="sent").exists()
    assert [row["notice_id"] for row in told["notices.csv"]] == [sent.pk]
    assert [name for name in told if name.startswith("letters/")] == [f"letters/{sent.pk}.pdf"]
    assert told[f"letters/{sent.pk}.pdf"] == b"%PDF sent"
    assert not {"checked_at", "check_finding", "is_sampled"} & set(told["determinations.csv"][0])


def test_another_organization_gets_nothing_of_it(cast: Cast, story: Request) -> None:
    assert set(exported(cast.viewer("compliance_officer", "lakeside"))) == {"about.txt", "history.json"}
    assert set(exported(cast.viewer("compliance_officer", "plan"))) == {"about.txt", "history.json"}


@pytest.mark.parametrize("role", ["counselor", "program_director", "administrator"])
def test_a_role_that_may_not_export_gets_neither_page_nor_file(cast: Cast, story: Request, role: str) -> None:
    client = cast.client(role)
    assert (client.get("/export/").status_code, client.post("/export/").status_code) == (403, 403)
    with pytest.raises(PermissionDenied):
        exporting.export_organization(cast.viewer(role), io.BytesIO())
    assert not Entry.objects.filter(act="export").exists()


def test_the_log_leads_to_it_and_it_stands_in_the_log(cast: Cast, story: Request) -> None:
    client = cast.client("compliance_officer")
    assert '"/export/"' in client.get("/log/").content.decode()
    assert "Export everything" in client.get("/export/").content.decode()
    page = client.post("/export/")
    assert page["Content-Disposition"].startswith("attachment")
    assert "requests.csv" in opened(b"".join(page.streaming_content))
    assert Entry.objects.get(act="export").table == "organization"


def test_who_has_not_proved_who_they_are_lately_is_asked_first(cast: Cast, story: Request) -> None:
    client = cast.client("compliance_officer")
    session = client.session
    session["proved_at"] = time.time() - 15 * 60 - 1
    session.save()
    assert client.post("/export/").status_code == 302
    assert not Entry.objects.filter(act="export").exists()
