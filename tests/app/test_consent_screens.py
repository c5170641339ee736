"""The screens of privacy: consents, the accounting, emergencies, the privacy officer's page, and what leaves."""

from __future__ import annotations

import csv
import datetime
import io
import json
import zipfile
from typing import Any

import pypdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.app.consent_world import NOTES, USUAL, consent_to, signed, specific

from handrail.app.audit.models import Entry
from handrail.app.consent import consenting
from handrail.app.consent.models import Agreement, Consent, Disclosure, Emergency
from handrail.app.worklists import judging

pytestmark = pytest.mark.django_db

PAGES = ("/people/ada/consents", "/people/ada/disclosures", "/people/ada/emergency", "/people/ada/consents/new", "/privacy/", "/packet/e1/hand-over")  # fmt: skip


def typed(today: datetime.date, **values: Any) -> dict[str, Any]:
    return {
        "information": USUAL, "covers_payers": "on", "covers_providers": "on", "starts_on": today.isoformat(), "ends": "never",
        "told_right_to_revoke": "on", "told_consequences": "on", "told_redisclosure": "on", "signed_by": "person",
        "signed_how": "paper", "signed_on": today.isoformat(), "act": "signed", **values,
    }  # fmt: skip


def text_of(page: Any) -> str:
    return " ".join(page.content.decode().split())


@pytest.mark.parametrize("address", PAGES)
def test_nobody_of_a_payer_opens_them(cast: Any, ada: Any, address: str) -> None:
    for role in ("reviewer", "medical_director", "policy_analyst"):
        assert cast.client(role, "plan").get(address).status_code == 403


@pytest.mark.parametrize("address", PAGES)
def test_another_provider_finds_nobody(cast: Any, ada: Any, address: str) -> None:
    for role in ("clinical_supervisor", "compliance_officer"):
        page = cast.client(role, "lakeside").get(address)
        assert page.status_code in (403, 404) or (address == "/privacy/" and "Ada" not in text_of(page))


@pytest.mark.parametrize(
    ("address", "role", "status"),
    [
        ("/people/ada/consents", "group_leader", 200), ("/people/ada/consents/new", "group_leader", 403),
        ("/people/ada/consents/new", "compliance_officer", 403), ("/people/ada/emergency", "compliance_officer", 403),
        ("/people/ada/emergency", "group_leader", 200), ("/privacy/", "clinical_supervisor", 403),
        ("/privacy/", "compliance_officer", 200), ("/packet/e1/hand-over", "group_leader", 403),
        ("/packet/e1/hand-over", "counselor", 200), ("/people/ada/consents", "administrator", 403),
        ("/privacy/agreements/new", "counselor", 403),
    ],
)  # fmt: skip
def test_each_role_opens_what_it_may(cast: Any, ada: Any, address: str, role: str, status: int) -> None:
    assert cast.client(role).get(address).status_code == status


# --- consents ------------------------------------------------------------------------------------------------------


def test_a_complete_consent_is_taken_and_said_in_plain_words(cast: Any, ada: Any) -> None:
    client, today = cast.client("counselor"), cast.viewer("counselor").today
    page = client.post("/people/ada/consents/new?kind=tpo", typed(today))
    assert (page.status_code, page["Location"]) == (302, "/people/ada/consents")
    shown = text_of(client.get("/people/ada/consents"))
    assert "Stands" in shown
    assert "health plans and other payers" in shown
    assert "until it is revoked" in shown
    assert Entry.objects.filter(act="consent", person_id="ada").count() == 1


@pytest.mark.parametrize("field", ["information", "told_right_to_revoke", "told_consequences", "told_redisclosure", "signed_how", "signed_on"])  # fmt: skip
def test_a_deficient_one_is_not_kept_as_signed_and_says_at_which_field(cast: Any, ada: Any, field: str) -> None:
    told = typed(cast.viewer("counselor").today, recipient_class="Aunt Example")
    del told[field]
    page = cast.client("counselor").post("/people/ada/consents/new?kind=tpo", told)
    assert page.status_code == 200
    assert field in page.context["form"].errors
    assert "Aunt Example" in text_of(page)
    assert not Consent.objects.exists()


def test_one_without_a_signature_is_kept_printed_signed_and_then_stands(cast: Any, ada: Any) -> None:
    client, today = cast.client("counselor"), cast.viewer("counselor").today
    client.post("/people/ada/consents/new?kind=tpo", typed(today, act="unsigned"))
    made = Consent.objects.get()
    assert made.signed_on is None
    assert "It lacks" in text_of(client.get("/people/ada/consents"))
    for language, word in (("en", "not signed"), ("es", "no está firmado")):
        page = client.get(f"/consents/{made.pk}/form?language={language}")
        assert page["Content-Type"] == "application/pdf"
        assert word in " ".join(pypdf.PdfReader(io.BytesIO(page.content)).pages[0].extract_text().split())
    wrong = client.post(f"/consents/{made.pk}/sign", {"signed_by": "representative", "signed_how": "paper", "signed_on": today})  # fmt: skip
    assert "signed_by" in wrong.context["form"].errors
    told = {
        "signed_by": "representative",
        "representative": "An aunt, guardian",
        "signed_how": "paper",
        "signed_on": today,
    }
    assert client.post(f"/consents/{made.pk}/sign", told).status_code == 302
    assert "An aunt, guardian" in text_of(client.get("/people/ada/consents"))


@pytest.mark.parametrize(
    ("kind", "more", "says"),
    [
        ("specific", {"purpose": "housing", "recipient_class": "Housing Example"}, "housing"),
        ("notes", {"purpose": "treatment", "recipient_class": "Dr. Example"}, "counseling notes"),
        ("proceedings", {"recipient_class": "County Court"}, "legal proceedings"),
    ],
)
def test_each_other_kind_stands_alone(cast: Any, ada: Any, kind: str, more: dict[str, str], says: str) -> None:
    client, today = cast.client("counselor"), cast.viewer("counselor").today
    last = (today + datetime.timedelta(days=30)).isoformat()
    assert "never, until it is revoked" not in text_of(client.get(f"/people/ada/consents/new?kind={kind}"))
    told = typed(today, ends="day", expires_on=last, **more)
    assert client.post(f"/people/ada/consents/new?kind={kind}", told).status_code == 302
    made = Consent.objects.get()
    assert (NOTES in made.information) == (kind == "notes")
    assert says in consenting.scope(made)
    assert client.get("/people/ada/consents/new?kind=another").status_code == 404


def test_an_end_with_an_event_can_come_to_pass(cast: Any, ada: Any) -> None:
    client, today = cast.client("counselor"), cast.viewer("counselor").today
    client.post("/people/ada/consents/new?kind=tpo", typed(today, ends="event", expires_with="the discharge"))
    made = Consent.objects.get()
    client.post(f"/consents/{made.pk}/end")
    assert "Ended" in text_of(client.get("/people/ada/consents"))


def test_a_revocation_says_what_follows_and_holds_at_once(cast: Any, ada: Any) -> None:
    made = consent_to(cast, ada)
    client = cast.client("counselor")
    assert "0 disclosures" in text_of(client.get(f"/consents/{made.pk}/revoke"))
    assert Consent.objects.get().revoked_at is None
    assert "how" in client.post(f"/consents/{made.pk}/revoke", {"how": " "}).context["form"].errors
    client.post(f"/consents/{made.pk}/revoke", {"how": "in writing"})
    assert "Revoked" in text_of(client.get("/people/ada/consents"))
    assert cast.client("group_leader").post(f"/consents/{made.pk}/revoke", {"how": "x"}).status_code == 403
    assert cast.client("counselor", "lakeside").post(f"/consents/{made.pk}/revoke", {"how": "x"}).status_code == 404


def test_the_page_about_a_person_says_whether_a_consent_stands(cast: Any, ada: Any) -> None:
    client, today = cast.client("counselor"), cast.viewer("counselor").today
    assert "none stands" in text_of(client.get("/people/ada/"))
    consent_to(cast, ada, never_expires=False, expires_on=today + datetime.timedelta(days=5))
    shown = text_of(client.get("/people/ada/"))
    assert 'class="due">until' in shown
    consent_to(cast, ada)
    consent_to(cast, ada, **specific(cast.viewer("counselor"), recipient_class="Aunt Example"))
    shown = text_of(client.get("/people/ada/"))
    assert ">stands</span>, and 1 other." in shown


def test_what_somebody_typed_into_a_consent_is_never_html(cast: Any, ada: Any) -> None:
    consent_to(cast, ada, **specific(cast.viewer("counselor"), recipient_class="<script>alert(1)</script>"))
    assert "<script>alert" not in text_of(cast.client("counselor").get("/people/ada/consents"))


# --- the accounting ------------------------------------------------------------------------------------------------


def hand(cast: Any, address: str, **told: Any) -> Any:
    return cast.client("compliance_officer").post(address, told)


def test_the_persons_own_request_is_a_basis(cast: Any, ada: Any) -> None:
    consent_to(cast, ada)
    page = hand(cast, "/people/ada/export", why="own", information=[*USUAL, NOTES])
    assert page["Content-Type"] == "application/zip"
    made = Disclosure.objects.get()
    assert (made.basis, made.recipient_name) == ("the person's own request", "the person")
    with zipfile.ZipFile(io.BytesIO(b"".join(page.streaming_content))) as folder:
        assert {"person.csv", "notice.txt", "history.json"} <= set(folder.namelist())
        assert "treatment, payment, operations" in folder.read("consents.csv").decode()
        assert "the person's own request" in folder.read("disclosures.csv").decode()


def test_what_stays_is_no_disclosure(cast: Any, ada: Any) -> None:
    assert hand(cast, "/people/ada/export", why="stays")["Content-Type"] == "application/zip"
    assert not Disclosure.objects.exists()
    assert Entry.objects.filter(act="export").count() == 1


def test_to_somebody_else_nothing_goes_without_a_consent(cast: Any, ada: Any) -> None:
    told = {"why": "other", "recipient": "plan", "purpose": "payment", "information": ["identity", "plan"]}
    page = hand(cast, "/people/ada/export", **told)
    assert page.status_code == 200
    assert "No consent and no rule covers" in text_of(page)
    assert 'value="payment"' in page.content.decode()
    assert not Entry.objects.filter(act="export").exists()
    page = hand(cast, "/people/ada/export", **{**told, "purpose": ""})
    assert "purpose" in page.context["form"].errors


def test_only_the_classes_that_were_chosen_go_along(cast: Any, ada: Any) -> None:
    consent_to(cast, ada)
    told = {"why": "other", "recipient": "plan", "purpose": "payment", "information": ["identity", "plan"]}
    page = hand(cast, "/people/ada/export", **told)
    with zipfile.ZipFile(io.BytesIO(b"".join(page.streaming_content))) as folder:
        assert set(folder.namelist()) == {"about.txt", "notice.txt", "person.csv", "plan.csv", "names.csv"}
        assert "42 CFR part 2 prohibits" in folder.read("notice.txt").decode()
        assert "health plans" in folder.read("notice.txt").decode()
    assert Disclosure.objects.get().information == ["identity", "plan"]


def test_a_provider_who_treats_the_person_elsewhere_is_told_by_the_usual_consent(cast: Any, ada: Any) -> None:
    consent_to(cast, ada)
    told = {"why": "other", "recipient_name": "Dr. Example", "purpose": "treatment", "information": ["identity"]}
    assert "No consent and no rule covers" in text_of(hand(cast, "/people/ada/export", **told))
    page = hand(cast, "/people/ada/export", recipient_kind="provider", **told)
    assert page["Content-Type"] == "application/zip"
    assert Disclosure.objects.get().recipient_name == "Dr. Example"


def test_counseling_notes_do_not_go_by_the_usual_consent(cast: Any, ada: Any) -> None:
    consent_to(cast, ada)
    told = {"why": "other", "recipient": "plan", "purpose": "payment", "information": ["identity", NOTES]}
    page = hand(cast, "/people/ada/export", **told)
    assert "counseling notes" in text_of(page)
    assert not Disclosure.objects.exists()


def test_a_packet_that_is_handed_over_carries_notice_and_scope(cast: Any, ada: Any) -> None:
    consent_to(cast, ada)
    judging.judge_person("prairie", "ada")
    page = hand(cast, "/packet/e1/hand-over", why="other", recipient="plan", purpose="payment")
    told = " ".join(pypdf.PdfReader(io.BytesIO(page.content)).pages[0].extract_text().split())
    assert "42 CFR part 2 prohibits" in told
    assert "Disclosed to Example Health Plan for payment." in told
    assert len(Disclosure.objects.get().seal) == 64
    consenting.revoke(cast.viewer("counselor"), Consent.objects.get(), "in writing")
    page = hand(cast, "/packet/e1/hand-over", why="other", recipient="plan", purpose="payment")
    assert "No consent and no rule covers" in text_of(page)
    assert Disclosure.objects.count() == 1


def test_the_accounting_is_a_page_a_pdf_and_a_csv(cast: Any, ada: Any) -> None:
    consent_to(cast, ada)
    hand(cast, "/people/ada/export", why="other", recipient="plan", purpose="payment", information=["identity"])
    client = cast.client("counselor")
    assert "Example Health Plan" in text_of(client.get("/people/ada/disclosures"))
    page = client.get("/people/ada/disclosures?format=pdf")
    told = " ".join(pypdf.PdfReader(io.BytesIO(page.content)).pages[0].extract_text().split())
    assert "Example Health" in told
    page = client.get("/people/ada/disclosures?format=csv")
    rows = list(csv.DictReader(io.StringIO(page.content.decode())))
    assert [(row["recipient"], row["purpose"], row["basis"]) for row in rows] == [("Example Health Plan", "payment", "consent")]  # fmt: skip
    assert page["Cache-Control"] == "no-store"
    assert Entry.objects.filter(act="export", table="disclosure", person_id="ada").count() == 2
    assert "Nothing was disclosed" in text_of(client.get("/people/ada/disclosures?since=2020-01-01&until=2020-02-01"))
    assert client.get("/people/ada/disclosures?since=yesterday").status_code == 200


def test_the_number_of_queries_does_not_grow_with_the_rows(cast: Any, ada: Any) -> None:
    client = cast.client("compliance_officer")

    def count(address: str) -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(address).status_code == 200
        return len(found)

    addresses = ("/people/ada/consents", "/people/ada/disclosures", "/privacy/")
    looking = cast.viewer("counselor")
    soon = {"never_expires": False, "expires_on": looking.today + datetime.timedelta(days=3)}

    def more() -> None:
        consent_to(cast, ada, **soon)
        consenting.take(looking, ada, signed(looking.today, signed_on=None))
        hand(cast, "/people/ada/export", why="own", information=["identity"])
        emergency(cast, "counselor")

    more()
    client.get("/people/ada/consents")
    before = [count(address) for address in addresses]
    for _ in range(4):
        more()
    assert [count(address) for address in addresses] == before


# --- emergencies and the privacy officer ---------------------------------------------------------------------------


def emergency(cast: Any, role: str = "group_leader", **changed: Any) -> Any:
    told = {
        "recipient_name": "Dr. Example", "affiliation": "Example Hospital", "discloser_name": "Greta Example",
        "at": "2026-03-02T09:15", "nature": "Found without breath.", "information": ["identity", "diagnosis"], **changed,
    }  # fmt: skip
    return cast.client(role).post("/people/ada/emergency", told)


def test_an_emergency_shows_a_summary_and_is_announced(cast: Any, ada: Any, write: Any) -> None:
    write("diagnosis", person_id="ada", code="F11.20", category="substance_use", diagnosed_on=datetime.date(2026, 1, 5))
    shown = text_of(cast.client("group_leader").get("/people/ada/emergency"))
    assert "F11.20" in shown
    assert "Prairie Evenings" in shown
    assert emergency(cast)["Location"] == "/people/ada/disclosures"
    assert Emergency.objects.get().at.isoformat() == "2026-03-02T15:15:00+00:00"
    officer = cast.client("compliance_officer")
    assert "Privacy (1)" in text_of(officer.get("/people/"))
    assert "1 emergency disclosure to look at" in text_of(officer.get("/"))
    assert "Privacy" not in text_of(cast.client("group_leader").get("/people/"))
    shown = text_of(officer.get("/privacy/"))
    assert "Found without breath." in shown
    officer.post(f"/privacy/emergencies/{Emergency.objects.get().pk}", {"finding": "Within the rule."})
    assert "Privacy (1)" not in text_of(officer.get("/people/"))
    assert "Within the rule." in text_of(officer.get("/privacy/"))


def test_what_was_typed_in_an_emergency_stays_when_something_is_missing(cast: Any, ada: Any) -> None:
    page = emergency(cast, affiliation="")
    assert "affiliation" in page.context["form"].errors
    assert "Found without breath." in text_of(page)
    assert not Emergency.objects.exists()
    assert "at" in emergency(cast, at="2100-01-01T00:00").context["form"].errors


def test_a_privacy_officer_sees_what_expires_and_what_lacks_something(cast: Any, ada: Any) -> None:
    looking = cast.viewer("counselor")
    soon = consent_to(cast, ada, never_expires=False, expires_on=looking.today + datetime.timedelta(days=30))
    consenting.take(looking, ada, signed(looking.today, signed_on=None, signed_how=""))
    officer = cast.viewer("compliance_officer")
    assert consenting.expiring(officer) == [soon]
    assert [lacks for _, lacks in consenting.deficient(officer)] == [("the signature", "the day it was signed")]
    shown = text_of(cast.client("compliance_officer").get("/privacy/"))
    assert "It lacks" in shown
    consent_to(cast, ada)
    assert consenting.expiring(officer) == []


def test_agreements_are_written_down_and_ended(cast: Any, ada: Any) -> None:
    client, today = cast.client("compliance_officer"), cast.viewer("compliance_officer").today
    told = {"kind": "qualified service", "partner_name": "Billing Example", "services": "billing", "information": ["identity"], "signed_on": today}  # fmt: skip
    page = client.post("/privacy/agreements/new", told)
    assert "acknowledges_part_2" in page.context["form"].errors
    assert client.post("/privacy/agreements/new", {**told, "acknowledges_part_2": "on"}).status_code == 302
    made = Agreement.objects.get()
    client.post(f"/privacy/agreements/{made.pk}/end", {"until": "soon"})
    client.post(f"/privacy/agreements/{made.pk}/end", {"until": (today - datetime.timedelta(days=1)).isoformat()})
    assert Agreement.objects.get().until is None
    client.post(f"/privacy/agreements/{made.pk}/end", {"until": today.isoformat()})
    assert Agreement.objects.get().until == today
    other = cast.client("compliance_officer", "lakeside")
    assert other.post(f"/privacy/agreements/{made.pk}/end", {"until": today.isoformat()}).status_code == 403


def test_no_name_stands_in_the_log(cast: Any, ada: Any) -> None:
    consent_to(cast, ada, **specific(cast.viewer("counselor"), recipient_class="Aunt Example"))
    emergency(cast)
    told = json.dumps(list(Entry.objects.values_list("act", "table", "row_id", "detail")))
    assert not [word for word in ("Ada", "Aunt", "Dr.", "breath") if word in told]
