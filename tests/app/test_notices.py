"""A letter says what was decided and why, until when the person may do what, in plain words; and stays as it was sent."""

from __future__ import annotations

import datetime
import hashlib
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.app import appeal_world, payer_world
from tests.app.letters_world import (
    REASON,
    SPANISH,
    approved,
    clauses,
    denied,
    episode,
    letter_of,
    partly,
    referred,
)

from handrail.app.audit.models import Entry
from handrail.app.authorizations import appeals, determining, lapsing, notices
from handrail.app.authorizations.acting import ChangedMeanwhileError, NotNowError
from handrail.app.authorizations.models import Authorization, Determination, Notice, Request
from handrail.app.authorizations.notices import making
from handrail.app.authorizations.notices.letter import words_of

DB = pytest.mark.django_db
DAY = datetime.date(2026, 3, 9)


def text_of(made: dict[str, Any]) -> str:
    return " ".join([made["title"], *words_of(made)])


# ---- the letters that begin by themselves ----------------------------------------------------------------------------


@DB
def test_a_denial_begins_its_letter_with_the_reason_the_clauses_and_what_was_missing(cast: Any, ada: Any) -> None:
    made = denied(cast, ada)
    assert (made.kind, made.status, made.language) == ("adverse", "draft", "en")
    assert made.made_by_id == payer_world.doctor(cast).membership_id
    assert made.notify_by == made.request.due_at
    assert made.grade is not None
    told = making.letter_of(made, DAY)
    said = text_of(told)
    assert "We said no." in said
    assert REASON in said
    assert "Medical Director Example, MD, made this decision." in said
    rules = [block for section in told["sections"] for block in section["blocks"] if block["kind"] == "rule"]
    judged = {one["clause"]: one for one in made.request.submissions.get().content["verdicts"]}
    chosen = [judged[name] for name in Determination.objects.get().clauses]
    assert [one["says"] for one in rules] == [one["says"] for one in chosen]
    assert all(one["cite"].startswith('Service definition "Intensive Outpatient') for one in rules)
    assert [len(one["missing"]) for one in rules] == [len(one["missing"]) for one in chosen]
    assert any(gap["question"] and gap["ask"] for one in rules for gap in one["missing"])


@DB
def test_the_letter_of_a_denial_falls_with_the_denial(cast: Any, ada: Any) -> None:
    request = referred(cast, ada)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        determining.deny(payer_world.doctor(cast), request, clauses=clauses(request), reason=REASON)
        _ = 1 / 0
    assert not Notice.objects.exists()


@DB
def test_an_approval_says_its_number_and_needs_no_second_look(cast: Any, ada: Any) -> None:
    made = approved(cast, ada)
    assert made.kind == "approval"
    told = making.letter_of(made, DAY)
    assert Authorization.objects.get().number in str(told["sections"])
    assert "36 units" in str(told["sections"])
    assert not making.needs_second_look(made, DAY)
    sent = notices.send(payer_world.nurse(cast), made, "mail")
    assert sent.content["letter"]["sections"][-1]["heading"] == "Help with this letter"


@DB
def test_an_approval_in_part_says_what_is_paid_for_and_what_is_not(cast: Any, ada: Any) -> None:
    payer_world.terms(cast, units={"us-ne/intensive-outpatient-2.1": {"unit": "hour", "source": "invented"}})
    made = partly(cast, ada)
    said = str(making.letter_of(made, DAY)["sections"])
    assert made.kind == "adverse"
    assert "36 hours" in said
    assert "18 hours" in said
    assert "We will not pay for the rest" in said


@DB
def test_what_time_denied_gets_a_letter_of_its_own(cast: Any, ada: Any) -> None:
    request = referred(cast, ada)
    due = request.due_at
    lapsing.lapse_all(due + datetime.timedelta(minutes=1))  # type: ignore[operator]
    made = letter_of(request)
    assert (made.kind, made.made_by_id, made.notify_by) == ("lapse", None, due)
    said = text_of(making.letter_of(made, DAY))
    assert "that counts as a no" in said
    assert "This is called an appeal" in said


@DB
def test_an_extension_says_why_until_when_and_how_to_complain(cast: Any, ada: Any) -> None:
    request = referred(cast, ada)
    due = request.due_at
    determining.extend(payer_world.nurse(cast), request, 5, "We wait for one more paper.", asked_by="payer")
    made = letter_of(request, "extension")
    said = text_of(making.letter_of(made, DAY))
    assert made.notify_by == due
    assert "That is 5 more days." in said
    assert "We wait for one more paper." in said
    assert "grievance" in said
    assert "appeal at once" in said


@DB
def test_care_approved_before_goes_on_for_ten_days_and_the_letter_says_until_when(cast: Any, ada: Any) -> None:
    today = cast.viewer("counselor").today
    before = denied(cast, ada).request
    last = today + datetime.timedelta(days=3)
    Authorization.objects.create(number="A-1", holder=cast.prairie, payer=cast.payer, request=before, person_id="ada", episode_id="e1", definition=before.definition, starts_on=today, ends_on=last, made_at=timezone.now())  # fmt: skip
    request = payer_world.sent(cast, episode(ada), Request.Kind.CONTINUED_STAY, starts_on=last + datetime.timedelta(days=1))  # fmt: skip
    determining.refer(payer_world.nurse(cast), request, "To decide.", clauses=[])
    determining.deny(payer_world.doctor(cast), request, clauses=clauses(request), reason=REASON)
    made = making.letter_of(letter_of(request), today)
    until = (today + datetime.timedelta(days=10)).isoformat()
    assert (made["rights"]["effective"], made["rights"]["continuation_until"]) == (until, until)
    headings = [one["heading"] for one in made["sections"]]
    assert "Keep your care while you appeal" in headings
    assert "When this starts" in headings
    assert "may have to pay for the care" in text_of(made)


@DB
def test_the_terms_and_addresses_of_the_payer_stand_in_the_letter(cast: Any, ada: Any) -> None:
    payer_world.terms(cast, appeal_days=90, contact="Appeals\n1 Example Street", hearing_contact="State Office")
    told = making.letter_of(denied(cast, ada), DAY)
    assert "90 days from the date of this letter" in text_of(told)
    assert "1 Example Street" in str(told["sections"])
    assert "State Office" in str(told["sections"])


@DB
@pytest.mark.parametrize(
    ("outcome", "more", "title", "heading"),
    [
        ("uphold", {}, "Your appeal: our answer is still no", "Fair hearing by the state"),
        ("overturn", {"why_overturned": "new information"}, "Your appeal: we changed our answer to yes", "What you can do now"),
    ],
)  # fmt: skip
def test_the_end_of_an_appeal_begins_its_letter(cast: Any, ada: Any, outcome: str, more: Any, title: str, heading: str) -> None:  # fmt: skip
    request = denied(cast, ada).request
    appeal = appeal_world.filed(cast, request)
    decider = appeal_world.other_doctor(cast)
    appeals.decide(decider, appeal, outcome, reason="We read it all again.", **more)
    made = letter_of(request, "appeal", appeal)
    told = making.letter_of(made, DAY)
    assert (told["title"], made.made_by_id, made.notify_by) == (title, decider.membership_id, appeal.due_at)
    assert ["Appeal", appeal.number] in told["references"]
    assert heading in [one["heading"] for one in told["sections"]]
    assert "We read it all again." in text_of(told)
    assert making.needs_second_look(made, DAY) == (outcome == "uphold")
    assert ("A-20" in str(told["sections"])) == (outcome == "overturn")


@DB
def test_an_appeal_that_time_decided_opens_the_way_to_the_state(cast: Any, ada: Any) -> None:
    request = denied(cast, ada).request
    appeal = appeal_world.filed(cast, request)
    assert appeals.lapse(appeal, appeal.due_at)
    told = making.letter_of(letter_of(request, "appeal", appeal), DAY)
    assert told["title"] == "Your appeal: we did not decide in time"
    assert "You can ask the state for a fair hearing until July 7, 2026." in text_of(told)


# ---- its way ---------------------------------------------------------------------------------------------------------


@DB
def test_who_made_or_wrote_a_letter_does_not_look_at_it_again(cast: Any, ada: Any) -> None:
    made = denied(cast, ada)
    nurse, doctor = payer_world.nurse(cast), payer_world.doctor(cast)
    with pytest.raises(PermissionDenied, match="Somebody else"):
        notices.look_again(doctor, made)
    notices.write(nurse, made, {"additional": "Call us."})
    with pytest.raises(PermissionDenied, match="Somebody else"):
        notices.look_again(nurse, made)
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.filter(pk=made.pk).update(looked_at_by=made.made_by_id)


@DB
def test_an_adverse_letter_goes_out_only_after_a_second_look(cast: Any, ada: Any) -> None:
    made, nurse = denied(cast, ada), payer_world.nurse(cast)
    with pytest.raises(NotNowError, match="second look"):
        notices.send(nurse, made, "mail")
    looked = notices.look_again(nurse, made)
    assert (looked.status, looked.looked_at_by_id) == ("looked at", nurse.membership_id)
    sent = notices.send(nurse, looked, "by hand")
    assert (sent.status, sent.sent_how, sent.sent_by_id) == ("sent", "by hand", nurse.membership_id)
    assert sent.seal == hashlib.sha256(bytes(sent.pdf)).hexdigest()  # type: ignore[arg-type]
    assert notices.is_as_sent(sent)
    assert set(Entry.objects.filter(row_id=made.pk).values_list("act", flat=True)) >= {"make notice", "look at notice", "send notice", "keep notice"}  # fmt: skip


@DB
def test_where_the_terms_ask_for_no_second_look_it_is_sent_at_once(cast: Any, ada: Any) -> None:
    payer_world.terms(cast, second_look=False)
    assert notices.send(payer_world.nurse(cast), denied(cast, ada), "mail").status == "sent"


@DB
def test_what_is_written_after_the_second_look_is_looked_at_again(cast: Any, ada: Any) -> None:
    nurse, doctor = payer_world.nurse(cast), payer_world.doctor(cast)
    looked = notices.look_again(nurse, denied(cast, ada))
    again = notices.write(doctor, looked, {"reason": "The papers do not show why."})
    assert (again.status, again.looked_at_by_id) == ("draft", None)
    with pytest.raises(NotNowError):
        notices.send(nurse, again, "mail")


@DB
def test_only_the_free_parts_can_be_written(cast: Any, ada: Any) -> None:
    made = denied(cast, ada)
    first = made.content["clauses"][0]["clause"]
    held = notices.write(
        payer_world.nurse(cast),
        made,
        {"reason": "Why.", "plain": {first: "It asks for a plan."}, "name": "Somebody", "asked": {}, "by": None},
    )
    assert held.content["name"] == "Ada Example"
    assert held.content["by"] == made.content["by"]
    assert held.content["clauses"][0]["plain"] == "It asks for a plan."
    assert held.content["clauses"][0]["says"] == made.content["clauses"][0]["says"]


@DB
def test_two_who_write_at_once_do_not_overwrite_each_other(cast: Any, ada: Any) -> None:
    made = denied(cast, ada)
    notices.write(payer_world.nurse(cast), made, {"reason": "One."}, version=1)
    with pytest.raises(ChangedMeanwhileError):
        notices.write(payer_world.doctor(cast), made, {"reason": "Two."}, version=1)


@DB
def test_a_letter_that_lacks_its_reason_does_not_go_out(cast: Any, ada: Any) -> None:
    made, nurse = denied(cast, ada), payer_world.nurse(cast)
    held = notices.write(payer_world.doctor(cast), made, {"reason": " "})
    with pytest.raises(ValidationError, match="specific reason"):
        notices.look_again(nurse, held)


@DB
def test_what_was_sent_is_never_changed(cast: Any, ada: Any) -> None:
    nurse = payer_world.nurse(cast)
    sent = notices.send(nurse, notices.look_again(nurse, denied(cast, ada)), "mail")
    for doing in (
        lambda: notices.write(nurse, sent, {"reason": "Another."}),
        lambda: notices.look_again(nurse, sent),
        lambda: notices.send(nurse, sent, "portal"),
    ):
        with pytest.raises(NotNowError):
            doing()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE authorizations_notice SET sent_how = 'portal'")
    before = bytes(Notice.objects.get(pk=sent.pk).pdf)  # type: ignore[arg-type]
    assert notices.pdf(Notice.objects.get(pk=sent.pk), DAY) == before


@DB
def test_a_correction_is_a_new_letter_that_names_the_one_before(cast: Any, ada: Any) -> None:
    nurse, doctor = payer_world.nurse(cast), payer_world.doctor(cast)
    with pytest.raises(NotNowError, match="Only a letter that was sent"):
        notices.correct(nurse, draft := denied(cast, ada))
    sent = notices.send(nurse, notices.look_again(nurse, draft), "mail")
    made = notices.correct(nurse, sent)
    assert (made.corrects_id, made.status, made.content["reason"]) == (sent.pk, "draft", REASON)
    assert "takes the place of our letter of" in text_of(making.letter_of(made, DAY))
    with pytest.raises(NotNowError, match="already"):
        notices.correct(nurse, sent)
    assert notices.send(nurse, notices.look_again(doctor, made), "mail").status == "sent"


@DB
def test_a_spanish_letter_is_finished_in_spanish_before_it_goes_out(cast: Any, ada: Any) -> None:
    nurse, doctor = payer_world.nurse(cast), payer_world.doctor(cast)
    made = notices.in_language(nurse, denied(cast, ada), "es")
    assert (made.language, made.content["reason"], made.content["reason_given"]) == ("es", "", REASON)
    assert len(notices.lacks(made)) == 2
    plain = {one["clause"]: "La regla pide un plan." for one in made.content["clauses"]}
    held = notices.write(nurse, made, {"reason": SPANISH, "plain": plain})
    assert notices.lacks(held) == []
    sent = notices.send(nurse, notices.look_again(doctor, held), "mail")  # fmt: skip
    told = sent.content["letter"]
    assert (told["language"], told["title"]) == ("es", "No aprobamos su atención")
    assert b"/Lang(es)" in bytes(sent.pdf)  # type: ignore[arg-type]
    with pytest.raises(ValidationError, match="this language"):
        notices.in_language(nurse, held, "es")


@DB
def test_who_was_written_to_in_spanish_gets_the_next_letter_in_spanish(cast: Any, ada: Any) -> None:
    nurse = payer_world.nurse(cast)
    first = notices.in_language(nurse, approved(cast, ada), "es")
    notices.send(nurse, first, "mail")
    assert making.language_of(first.request) == "es"


# ---- who sees it -----------------------------------------------------------------------------------------------------


@DB
def test_a_provider_sees_the_letters_of_its_people_once_they_are_sent(cast: Any, ada: Any) -> None:
    made, nurse = denied(cast, ada), payer_world.nurse(cast)
    page = reverse("letter", args=[made.pk])
    assert cast.client("counselor").get(page).status_code == 404
    notices.send(nurse, notices.look_again(nurse, made), "mail")
    answer = cast.client("counselor").get(page)
    assert answer.status_code == 200
    assert "We did not approve your care" in answer.content.decode()
    assert "Begin a letter that corrects it" not in answer.content.decode()
    assert cast.client("counselor").get(reverse("letters")).content.decode().count(made.request.number) == 1
    assert cast.client("counselor", "lakeside").get(page).status_code == 404
    assert cast.client("administrator").get(page).status_code == 403
    assert Entry.objects.filter(act="read", table="notice", row_id=made.pk, person_id="ada").exists()


@DB
@pytest.mark.parametrize("name", ["letter_look", "letter_send", "letter_correct", "letter_reading"])
def test_only_who_screens_at_the_payer_acts_on_a_letter(cast: Any, ada: Any, name: str) -> None:
    made = denied(cast, ada)
    address = reverse(name, args=[made.pk])
    assert cast.client("counselor").post(address, {"how": "mail"}).status_code == 403
    assert cast.client("policy_analyst", "plan").post(address, {"how": "mail"}).status_code == 403
    assert Notice.objects.get(pk=made.pk).status == "draft"


@DB
def test_after_a_revocation_the_page_is_closed_and_the_letter_still_goes_out(cast: Any, ada: Any) -> None:
    made = denied(cast, ada)
    notices.look_again(payer_world.nurse(cast), made)
    payer_world.Consent.objects.update(revoked_at=timezone.now())
    nurse = cast.client("reviewer", "plan")
    page = nurse.get(reverse("letter", args=[made.pk]))
    assert page.status_code == 200
    assert "Ada Example" not in page.content.decode()
    assert REASON not in page.content.decode()
    assert "What it says is closed" in page.content.decode()
    assert nurse.get(reverse("letter_paper", args=[made.pk])).status_code == 200
    assert nurse.post(reverse("letter_send", args=[made.pk]), {"how": "mail"}).status_code == 302
    analyst = cast.client("medical_director", "plan")
    assert analyst.get(reverse("letter", args=[made.pk])).status_code == 200
    assert Entry.objects.filter(act="refused", table="notice", row_id=made.pk).exists()


# ---- the screens -----------------------------------------------------------------------------------------------------


@DB
def test_the_page_shows_the_letter_its_paper_and_how_hard_it_is(cast: Any, ada: Any) -> None:
    made = denied(cast, ada)
    shown = cast.client("reviewer", "plan").get(reverse("letter", args=[made.pk])).content.decode()
    assert '<article class="card" lang="en"' in shown
    assert "data:image/png;base64," in shown
    assert "How hard it is to read" in shown
    assert "I have read it: it can go out" in shown
    mine = cast.client("medical_director", "plan").get(reverse("letter", args=[made.pk])).content.decode()
    assert "You had a hand in this letter" in mine
    assert "I have read it: it can go out" not in mine


@DB
def test_a_letter_is_written_measured_read_again_and_sent(cast: Any, ada: Any) -> None:
    made = denied(cast, ada)
    doctor, nurse = cast.client("medical_director", "plan"), cast.client("reviewer", "plan")
    page, hard = reverse("letter", args=[made.pk]), "The documentation does not substantiate medical necessity."
    typed = {"reason": hard, "additional": "Call us.", "plain-0": "It asks for a plan.", "version": "1"}
    measured = doctor.post(page, typed | {"act": "measure"})
    assert measured.status_code == 200
    assert hard in measured.content.decode()
    assert Notice.objects.get().content["reason"] == REASON
    assert hard in doctor.post(reverse("letter_reading", args=[made.pk]), typed).content.decode()
    assert doctor.post(page, typed).status_code == 302
    assert Notice.objects.get().content["reason"] == hard
    assert nurse.post(reverse("letter_look", args=[made.pk]), {"version": "2"}).status_code == 302
    assert nurse.post(reverse("letter_send", args=[made.pk]), {"version": "3", "how": "owl"}).status_code == 422
    assert nurse.post(reverse("letter_send", args=[made.pk]), {"version": "3", "how": "mail"}).status_code == 302
    assert Notice.objects.get().status == "sent"
    paper = nurse.get(reverse("letter_paper", args=[made.pk]))
    assert paper["Content-Type"] == "application/pdf"
    assert paper["Content-Disposition"].startswith("attachment")
    assert paper.content == bytes(Notice.objects.get().pdf)  # type: ignore[arg-type]


@DB
def test_what_was_typed_is_kept_where_a_colleague_was_faster(cast: Any, ada: Any) -> None:
    made = denied(cast, ada)
    notices.write(payer_world.nurse(cast), made, {"reason": "Theirs."})
    answer = cast.client("medical_director", "plan").post(reverse("letter", args=[made.pk]), {"reason": "My own words.", "version": "1"})  # fmt: skip
    assert answer.status_code == 409
    assert "My own words." in answer.content.decode()
    assert Notice.objects.get().content["reason"] == "Theirs."


@DB
def test_markup_in_the_free_parts_stays_text(cast: Any, ada: Any) -> None:
    made = denied(cast, ada)
    notices.write(payer_world.nurse(cast), made, {"reason": '<script>x</script> #read("/etc") {appeal_until}'})
    shown = cast.client("reviewer", "plan").get(reverse("letter", args=[made.pk])).content.decode()
    assert "<script>x" not in shown
    assert "{appeal_until}" in shown


@DB
def test_the_list_has_what_is_due_first_and_its_queries_do_not_grow(cast: Any, ada: Any) -> None:
    made = denied(cast, ada)
    client = cast.client("reviewer", "plan")
    client.get(reverse("letters"))
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(reverse("letters"))
    for number in range(6):
        copy = Notice.objects.get(pk=made.pk)
        copy.pk = f"copy{number}"
        copy.notify_by = timezone.now() - datetime.timedelta(days=number)
        copy.save(force_insert=True)
    with CaptureQueriesContext(connection) as many:
        shown = client.get(reverse("letters")).content.decode()
    assert len(many) == len(few)
    assert shown.index("copy5") < shown.index("copy0") < shown.index(made.pk)
    assert "late since" in shown
    assert "Ada" not in shown
