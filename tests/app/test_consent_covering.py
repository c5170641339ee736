"""What a consent covers, and what it never does: every element, every day, every recipient, every purpose."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from ruamel.yaml import YAML

from handrail.app.accounts import walls
from handrail.app.accounts.models import Organization
from handrail.app.chart.models import RECORDS
from handrail.app.chart.owners import ways_to
from handrail.app.consent import classes, consenting
from handrail.app.consent.classes import of_table, of_words
from handrail.app.consent.covering import Asked, Cover, best, covering, lacks, stands
from handrail.app.consent.dated import notice_on, notices, wording, wording_on, wordings
from handrail.app.consent.models import Agreement, Consent, Information
from handrail.records.schema import tables

pytestmark = pytest.mark.django_db

NAMED = YAML(typ="safe").load(Path(classes.__file__).with_name("classes.yaml").read_text(encoding="utf-8"))
del NAMED["words"]
"""The tables of each class, as the file has them."""
DAY = datetime.date(2026, 3, 31)
ONE = datetime.timedelta(days=1)
NOTES = str(Information.COUNSELING_NOTES)
USUAL = [str(one) for one in Information.values if one != NOTES]
TOLD = {"told_right_to_revoke": True, "told_consequences": True, "told_redisclosure": True}
SIGNED = {"signed_by": "person", "signed_how": "paper", "signed_on": DAY}
TPO = {
    "kind": Consent.Kind.TPO, "discloser": "Prairie Example", "information": USUAL, "covers_payers": True,
    "purpose": "treatment, payment and health care operations", "starts_on": DAY, "never_expires": True,
    **TOLD, **SIGNED,
}  # fmt: skip
SPECIFIC = {**TPO, "kind": Consent.Kind.SPECIFIC, "covers_payers": False, "purpose": "housing application", "never_expires": False, "expires_on": DAY + 10 * ONE}  # fmt: skip
NOTES_ONLY = {**SPECIFIC, "kind": Consent.Kind.COUNSELING_NOTES, "information": [NOTES], "purpose": "treatment"}
IN_COURT = {**SPECIFIC, "kind": Consent.Kind.PROCEEDINGS, "purpose": "legal proceedings"}


class Recipients(list[Organization]):
    def all(self) -> Recipients:
        return self


@pytest.fixture
def keep(cast: Any, ada: Any) -> Any:
    """Keeps a consent of Ada as it is, complete or not, with the organizations named."""

    def one(*recipients: Organization, **values: Any) -> Consent:
        made = Consent.objects.create(
            holder=cast.prairie, person_id="ada", wording=wording_on(DAY), **{**TPO, **values}
        )
        made.recipients.set(recipients)
        return made

    return one


def cover(recipient: Organization | None, *information: str, **asked: Any) -> Cover:
    told = {"purpose": "payment", "on": DAY, **asked}
    who = recipient.pk if recipient else None
    return covering("prairie", "ada", recipient_id=who, information=information or ("identity",), **told)


def test_without_a_consent_nothing_is_covered(cast: Any, ada: Any) -> None:
    found = cover(cast.payer, "identity", "plan")
    assert (found.basis, found.consent, found.uncovered) == ("", None, ("identity", "plan"))
    assert "Example Health Plan" in found.says


def test_one_consent_covers_treatment_payment_and_operations(cast: Any, keep: Any) -> None:
    made = keep()
    for purpose in ("treatment", "payment", "operations", " Payment "):
        assert cover(cast.payer, *USUAL, purpose=purpose).consent == made
    for purpose in ("audit", "research", "employment", "legal proceedings", ""):
        assert cover(cast.payer, "identity", purpose=purpose).uncovered == ("identity",)


def test_the_first_and_the_last_day_are_covered_and_no_other(cast: Any, keep: Any) -> None:
    keep(never_expires=False, expires_on=DAY + 2 * ONE)
    covered = [not cover(cast.payer, on=DAY + days * ONE).uncovered for days in range(-1, 4)]
    assert covered == [False, True, True, True, False]


def test_a_moment_counts_on_the_day_that_it_is_where_the_holder_is(cast: Any, keep: Any) -> None:
    keep(never_expires=False, expires_on=DAY)
    late = datetime.datetime(2026, 3, 31, 23, 59, tzinfo=ZoneInfo(cast.prairie.time_zone))
    assert late.astimezone(datetime.UTC).date() == DAY + ONE
    assert not cover(cast.payer, on=late.astimezone(datetime.UTC)).uncovered
    assert cover(cast.payer, on=late + datetime.timedelta(minutes=1)).uncovered


def test_it_covers_from_the_signature_on_where_that_is_later(cast: Any, keep: Any) -> None:
    keep(signed_on=DAY + ONE)
    assert cover(cast.payer).uncovered
    assert not cover(cast.payer, on=DAY + ONE).uncovered


def test_a_revoked_consent_covers_nothing_not_even_for_an_earlier_day(cast: Any, keep: Any) -> None:
    made = keep()
    consenting.revoke(cast.viewer("counselor"), made, "in writing")
    assert all(cover(cast.payer, on=DAY + days * ONE).uncovered for days in (0, 1, 300))


def test_an_event_that_came_to_pass_ends_it(cast: Any, keep: Any) -> None:
    made = keep(never_expires=False, expires_with="the discharge")
    assert not cover(cast.payer).uncovered
    consenting.end(cast.viewer("counselor"), made)
    assert cover(cast.payer).uncovered


@pytest.mark.parametrize(
    "without",
    [
        {"discloser": " "}, {"information": []}, {"information": ["everything"]}, {"covers_payers": False},
        {"purpose": ""}, {"never_expires": False}, {"told_right_to_revoke": False}, {"told_consequences": False},
        {"told_redisclosure": False}, {"signed_how": ""}, {"signed_on": None}, {"signed_by": "representative"},
        {"information": [*USUAL, NOTES]},
    ],
    ids="-".join,
)  # fmt: skip
def test_a_consent_without_one_element_covers_nothing(cast: Any, keep: Any, without: Any) -> None:
    made = keep(**without)
    assert len(lacks(made)) == 1
    assert cover(cast.payer, on=DAY + ONE).uncovered == ("identity",)


def test_only_treatment_payment_and_operations_may_have_no_end(cast: Any, keep: Any) -> None:
    made = keep(cast.payer, **{**SPECIFIC, "expires_on": None, "never_expires": True})
    assert lacks(made)
    assert cover(cast.payer, purpose="housing application").uncovered


def test_a_class_of_recipients_takes_in_its_kind_only(cast: Any, keep: Any) -> None:
    keep(covers_payers=True)
    assert not cover(cast.payer).uncovered
    assert cover(cast.lakeside, purpose="treatment").uncovered
    keep(covers_payers=False, covers_providers=True)
    assert not cover(cast.lakeside, purpose="treatment").uncovered


def test_a_class_takes_in_who_does_not_work_here_by_what_it_is(cast: Any, keep: Any) -> None:
    keep(covers_providers=True, covers_payers=False)
    asked = {"purpose": "treatment", "recipient_name": "Dr. Example"}
    assert not cover(None, recipient_kind="provider", **asked).uncovered
    assert cover(None, recipient_kind="payer", **asked).uncovered
    assert cover(None, **asked).uncovered
    assert cover(None, recipient_kind="provider", purpose="treatment").uncovered
    assert cover(cast.payer, recipient_kind="provider", purpose="treatment").uncovered


def test_a_specific_consent_is_for_whom_it_names_and_its_own_purpose(cast: Any, keep: Any) -> None:
    keep(cast.lakeside, **SPECIFIC, recipient_class="Housing Example\nSister Example; Aunt Example")
    own = {"purpose": "Housing  application"}
    assert not cover(cast.lakeside, "plan", **own).uncovered
    assert not cover(None, "plan", recipient_name="aunt example", **own).uncovered
    assert cover(None, "plan", recipient_name="Uncle Example", **own).uncovered
    assert cover(None, "plan", recipient_name="", **own).uncovered
    assert cover(cast.payer, "plan", **own).uncovered
    assert cover(cast.lakeside, "plan", purpose="treatment").uncovered


def test_a_specific_consent_never_takes_in_a_class(cast: Any, keep: Any) -> None:
    keep(**{**SPECIFIC, "covers_payers": True, "recipient_class": "somebody"})
    asked = {"recipient_name": "A Plan", "recipient_kind": "payer", "purpose": "housing application"}
    assert cover(None, **asked).uncovered
    assert cover(cast.payer, purpose="housing application").uncovered


def test_counseling_notes_are_covered_by_their_own_consent_only(cast: Any, keep: Any) -> None:
    keep(cast.lakeside, covers_providers=True)
    found = cover(cast.lakeside, "identity", NOTES, purpose="treatment")
    assert found.uncovered == (NOTES,)
    assert found.basis == "consent"
    own = keep(cast.lakeside, **NOTES_ONLY)
    assert cover(cast.lakeside, NOTES, purpose="treatment").consent == own
    assert cover(cast.lakeside, "identity", NOTES, purpose="treatment").uncovered != ()


def test_proceedings_are_covered_by_their_own_consent_and_it_covers_nothing_else(cast: Any, keep: Any) -> None:
    keep(cast.payer)
    keep(cast.payer, **{**SPECIFIC, "purpose": "a proceeding in June"})
    for purpose in ("legal proceedings", "a proceeding in June"):
        assert cover(cast.payer, purpose=purpose).uncovered
    own = keep(cast.payer, **IN_COURT)
    assert cover(cast.payer, purpose="legal proceedings").consent == own
    Consent.objects.exclude(pk=own.pk).delete()
    assert cover(cast.payer, purpose="payment").uncovered


def test_two_consents_are_not_added_up(cast: Any, keep: Any) -> None:
    keep(information=["identity"])
    keep(information=["plan"])
    assert len(cover(cast.payer, "identity", "plan").uncovered) == 1


def test_naming_somebody_already_tells_that_she_is_treated(cast: Any, keep: Any) -> None:
    keep(information=["identity"])
    found = covering("prairie", "ada", recipient_id="plan", information=[], purpose="payment", on=DAY)
    assert found.uncovered == ("treatment",)


def test_a_class_that_nobody_knows_is_never_covered(cast: Any, keep: Any) -> None:
    keep()
    assert cover(cast.payer, "identity", "dreams").uncovered == ("dreams",)


def test_another_providers_consent_covers_nothing_of_this_one(cast: Any, keep: Any) -> None:
    keep()
    found = covering("lakeside", "ada", recipient_id="plan", information=["identity"], purpose="payment", on=DAY)
    assert found.uncovered == ("identity",)


def test_a_payer_is_told_whether_it_is_covered_across_the_wall(cast: Any, keep: Any) -> None:
    keep()
    with walls.within("plan"):
        assert not cover(cast.payer).uncovered
        assert walls.looking() == "plan"


AGREED = {"kind": Agreement.Kind.QUALIFIED_SERVICE, "services": "billing", "information": ["identity", "coverage"], "acknowledges_part_2": True, "signed_on": DAY, "until": DAY + ONE}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "purpose", "days", "is_covered"),
    [
        ({}, "operations", 0, True), ({}, "billing", 1, True), ({}, "operations", -1, False),
        ({}, "operations", 2, False), ({}, "payment", 0, False), ({}, "audit", 0, False),
        ({"acknowledges_part_2": False}, "operations", 0, False), ({"partner_id": "lakeside"}, "operations", 0, False),
        ({"kind": Agreement.Kind.AUDIT}, "audit", 0, True), ({"kind": Agreement.Kind.AUDIT}, "operations", 0, False),
        ({"information": ["coverage"]}, "operations", 0, False), ({"services": "legal proceedings"}, "legal proceedings", 0, False),
    ],
)  # fmt: skip
def test_an_agreement_covers_its_partner_purpose_information_and_days(
    cast: Any, ada: Any, changed: Any, purpose: str, days: int, is_covered: bool
) -> None:
    made = Agreement.objects.create(**{"holder": cast.prairie, "partner_id": "plan", **AGREED, **changed})
    found = cover(cast.payer, "identity", purpose=purpose, on=DAY + days * ONE)
    assert (found.agreement == made, found.uncovered == ()) == (is_covered, is_covered)


def test_an_agreement_never_covers_counseling_notes(cast: Any, ada: Any) -> None:
    Agreement.objects.create(holder=cast.prairie, partner=cast.payer, **{**AGREED, "information": [NOTES]})
    assert cover(cast.payer, NOTES, purpose="operations").uncovered == (NOTES,)


# --- properties ----------------------------------------------------------------------------------------------------

KINDS = some.sampled_from(list(Consent.Kind))
DAYS = some.dates(DAY - 3 * ONE, DAY + 3 * ONE)
FLAGS = some.booleans()
consents = some.builds(
    Consent,
    consent_id=some.uuids().map(str), kind=KINDS, discloser=some.sampled_from(["Prairie", ""]),
    information=some.lists(some.sampled_from(Information.values), max_size=4, unique=True),
    recipient_class=some.sampled_from(["", "Aunt Example"]), covers_payers=FLAGS, covers_providers=FLAGS,
    purpose=some.sampled_from(["payment", "housing", "legal proceedings", ""]), starts_on=DAYS,
    expires_on=some.none() | DAYS, expires_with=some.sampled_from(["", "discharge"]), never_expires=FLAGS,
    told_right_to_revoke=FLAGS, told_consequences=FLAGS, told_redisclosure=FLAGS,
    signed_by=some.sampled_from(["person", "representative"]), representative=some.sampled_from(["", "An aunt"]),
    signed_on=some.none() | DAYS, signed_how=some.sampled_from(["", "paper"]),
    revoked_at=some.none() | some.just(datetime.datetime(2026, 3, 30, tzinfo=datetime.UTC)),
    ended_at=some.none() | some.none() | some.just(datetime.datetime(2026, 3, 30, tzinfo=datetime.UTC)),
)  # fmt: skip
complete = consents.map(
    lambda one: Consent(**{
        **{field.attname: getattr(one, field.attname) for field in Consent._meta.concrete_fields},
        **TPO, "signed_on": one.signed_on or DAY, "information": one.information, "revoked_at": None, "ended_at": None,
    })
)  # fmt: skip
PAYER = Organization(organization_id="plan", name="Example Health Plan", kind="payer")
asked = some.builds(
    Asked,
    recipient=some.sampled_from([PAYER, None]), recipient_name=some.sampled_from(["", "Aunt Example"]),
    information=some.lists(some.sampled_from(Information.values), min_size=1, max_size=4, unique=True).map(tuple),
    purpose=some.sampled_from(["payment", "housing", "legal proceedings", "audit"]), on=DAYS,
)  # fmt: skip


def with_nobody_named(consent: Consent) -> Consent:
    consent._prefetched_objects_cache = {"recipients": Recipients()}
    return consent


every = some.lists((consents | complete).map(with_nobody_named), max_size=4)


@settings(deadline=None)
@given(every, asked)
def test_what_covers_is_complete_in_force_and_wide_enough(held: list[Consent], told: Asked) -> None:
    found = best(told, held, [])
    assert set(found.uncovered) <= set(told.information)
    if found.consent is None:
        assert found.uncovered == told.information
        return
    one = found.consent
    assert one.revoked_at is None
    assert one.ended_at is None
    assert lacks(one) == ()
    assert max(one.starts_on, one.signed_on or one.starts_on) <= told.on
    assert one.expires_on is None or told.on <= one.expires_on
    assert set(told.information) - set(found.uncovered) <= set(one.information)
    assert (NOTES in one.information) == (one.kind == Consent.Kind.COUNSELING_NOTES)
    assert (told.purpose == "legal proceedings") == (one.kind == Consent.Kind.PROCEEDINGS)


@settings(deadline=None)
@given(every, asked)
def test_another_consent_never_takes_cover_away(held: list[Consent], told: Asked) -> None:
    assert len(best(told, held, []).uncovered) <= len(best(told, held[1:], []).uncovered)


@settings(deadline=None)
@given(every, asked)
def test_when_all_are_revoked_nothing_is_covered(held: list[Consent], told: Asked) -> None:
    for one in held:
        one.revoked_at = datetime.datetime(2030, 1, 1, tzinfo=datetime.UTC)
    assert best(told, held, []).uncovered == told.information


@settings(deadline=None)
@given(every, asked, some.sampled_from(Information.values))
def test_asking_for_more_never_leaves_less_uncovered(held: list[Consent], told: Asked, more: str) -> None:
    wider = Asked(told.recipient, told.recipient_name, tuple({*told.information, more}), told.purpose, told.on)
    assert len(best(wider, held, []).uncovered) >= len(best(told, held, []).uncovered)


@settings(deadline=None)
@given(complete.map(with_nobody_named))
def test_a_consent_stands_on_one_stretch_of_days(one: Consent) -> None:
    days = [DAY + count * ONE for count in range(-5, 6)]
    held = [stands(one, day) for day in days]
    assert "".join("x" if day else "." for day in held).strip(".").replace("x", "") == ""


# --- classes and dated texts ---------------------------------------------------------------------------------------


def leads_to_a_person(table: str) -> bool:
    if ways_to("person", table):
        return True
    return table == "session" or any(column.references == "session" for column in tables()[table].columns.values())


@pytest.mark.parametrize("table", tables())
def test_every_table_that_leads_to_a_person_has_exactly_one_class(table: str) -> None:
    having = [one for one, named in NAMED.items() if table in named]
    assert len(having) == (1 if leads_to_a_person(table) else 0)
    assert of_table(table) == (having[0] if having else "")


def test_no_class_names_a_table_that_is_not_declared() -> None:
    assert set(NAMED) == set(Information.values) - {Information.COUNSELING_NOTES}
    assert {table for named in NAMED.values() for table in named} <= set(RECORDS)


@pytest.mark.parametrize(
    ("table", "part", "of"),
    [
        ("attendance", "note", NOTES), ("session", "note", NOTES), ("session", "a new part", NOTES),
        ("attendance", "goal", "plan"), ("session", "reason", "attendance"), ("goal", "own_words", "plan"),
        ("plan", "problem", "plan"), ("judgement", "because", "judgement"), ("program", "anything", NOTES),
    ],
)  # fmt: skip
def test_notes_of_sessions_are_counseling_notes_and_other_words_go_with_their_table(
    table: str, part: str, of: str
) -> None:
    assert of_words(table, part) == of


def test_the_notice_of_the_day_is_used_and_quotes_the_federal_sentence() -> None:
    assert notice_on(DAY).text == "42 CFR part 2 prohibits unauthorized use or disclosure of these records."
    for name, one in notices().items():
        assert notice_on(one.since).name == name
    with pytest.raises(LookupError):
        notice_on(datetime.date(2024, 4, 15))


def test_every_wording_is_there_in_both_languages_with_the_same_parts() -> None:
    for name in wordings():
        english, spanish = wording(name, "en"), wording(name, "es")
        assert set(english) == set(spanish)
        for language in (english, spanish):
            assert set(language["kinds"]) == set(Consent.Kind.values)
            assert set(language["information_words"]) == set(Information.values)
        assert wording_on(wordings()[name]) == name
