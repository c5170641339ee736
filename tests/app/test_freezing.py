"""What was sent is kept as it was seen, judged again to the letter, and every change behind the app's back is named."""

from __future__ import annotations

import copy
import datetime
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from tests.app import payer_world
from tests.app.conftest import Cast
from tests.app.flushing import unseal

from handrail.app.authorizations import freezing, requests
from handrail.app.authorizations.freezing import classes_in, put_together, rebuild, table_of_words
from handrail.app.authorizations.models import EditionText, Request, Submission
from handrail.app.authorizations.sealing import seal_of
from handrail.app.chart import writing
from handrail.app.chart.models import RECORDS
from handrail.app.worklists import judging
from handrail.app.worklists.models import Decision
from handrail.example import example
from handrail.records.schema import in_order_of_reference, tables

pytestmark = pytest.mark.django_db
TABLES = ("authorizations_submission", "authorizations_editiontext")


@pytest.fixture
def open_seals(db: None) -> Iterator[None]:
    """Lets a test change what the database refuses to have changed."""
    unseal(*TABLES)
    yield


@pytest.fixture
def sent(cast: Cast, ada: Any) -> Submission:
    payer_world.terms(cast)
    payer_world.consent(cast, ada)
    request = payer_world.sent(cast, RECORDS["episode"].objects.get(pk="e1"))
    return request.submissions.get()


def test_what_was_sent_is_rebuilt_to_the_letter(sent: Submission) -> None:
    kept = Submission.objects.get()
    assert rebuild(kept) == []
    assert seal_of(kept.content) == kept.seal
    assert kept.disclosure_id
    assert kept.content["person"]["name"] == "Ada Example"
    assert EditionText.objects.get().seal == kept.edition_seal == kept.content["edition"]["seal"]


def test_every_decision_of_both_definitions_in_a_whole_example_is_rebuilt(cast: Cast, write: Any) -> None:
    """Facts with floors and ceilings, decimals, dates and clauses, of everybody there is."""
    own = cast.viewer("clinical_supervisor")
    office = cast.viewer("administrator")
    records = example(people=10)
    with judging.wait():
        for table in in_order_of_reference():
            if rows := records.in_memory(table).to_pylist():
                writing.create_all(office if table in writing.OF_THE_PROGRAM else own, table, rows)
    judging.judge_everybody("prairie")
    frozen: dict[tuple[str, str], int] = {}
    kinds: set[str] = set()
    for episode in RECORDS["episode"].objects.select_related("program", "person").order_by("pk"):
        for kind in (Request.Kind.INITIAL, Request.Kind.CONTINUED_STAY):
            request = Request(
                holder=cast.prairie, addressed_to=cast.payer, person=episode.person, episode=episode, kind=kind,
                definition=episode.program.service, decision=requests.decision_for(episode.program.service, kind),
            )  # fmt: skip
            try:
                made = put_together(own, request)
            except LookupError:
                continue
            freezing.keep_text(made.edition)
            content = json.loads(json.dumps(made.content))
            kept = Submission(
                content=content, seal=made.seal, edition_seal=made.edition.hash, as_of=made.as_of,
                information=list(made.information),
            )  # fmt: skip
            assert rebuild(kept) == [], episode.pk
            at = (made.edition.definition, content["decision"]["decision"] if content["decision"] else "")
            frozen[at] = frozen.get(at, 0) + 1
            facts = [value for one in content["verdicts"] for value in one["facts"].values()]
            kinds |= {type(value).__name__ for value in facts}
    assert set(frozen) >= {
        ("us-ne/intensive-outpatient-2.1", "admission"),
        ("us-ne/intensive-outpatient-2.1", "continued-stay"),
        ("us-nc/intensive-recovery-support", "admission"),
    }
    assert kinds >= {"int", "bool", "str", "dict", "NoneType"}
    assert min(frozen.values()) >= 2


REBUILT_EVERY = 20
"""Every value is tried against the seal; of so many one through the whole of rebuilding, which takes longer."""


def leaves(told: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(told, dict):
        for name, value in told.items():
            yield from leaves(value, (*path, name))
    elif isinstance(told, list):
        for place, value in enumerate(told):
            yield from leaves(value, (*path, place))
    else:
        yield path


def changed(content: Any, path: tuple[Any, ...]) -> Any:
    made = copy.deepcopy(content)
    at = made
    for part in path[:-1]:
        at = at[part]
    value = at[path[-1]]
    at[path[-1]] = (not value) if isinstance(value, bool) else value + 1 if isinstance(value, int) else f"{value}x"
    return made


def test_any_value_that_was_edited_is_noticed(sent: Submission) -> None:
    assert seal_of(sent.content) == sent.seal
    for number, path in enumerate(leaves(sent.content)):
        edited = copy.copy(sent)
        edited.content = changed(sent.content, path)
        assert seal_of(edited.content) != sent.seal, path
        if number % REBUILT_EVERY == 0:
            assert "The content is not what was sealed." in rebuild(edited), path


def test_a_verdict_or_a_fact_that_was_edited_with_its_seal_is_named(sent: Submission) -> None:
    for name, value in (("verdict", "not met"), ("facts", {"age_years": 12}), ("says", "She is."), ("cite", "Page 1")):
        edited = copy.copy(sent)
        edited.content = copy.deepcopy(sent.content)
        edited.content["verdicts"][0][name] = value
        edited.seal = seal_of(edited.content)
        (said,) = [one for one in rebuild(edited) if one.startswith("adult:")]
        assert "words are not those" in said or "the facts come to" in said
    edited.content = copy.deepcopy(sent.content)
    edited.content["decision"]["answer"] = "yes"
    edited.seal = seal_of(edited.content)
    assert rebuild(edited) == ["admission: yes was sent, and the facts come to cannot tell."]


def test_a_column_beside_the_content_that_was_edited_is_named(sent: Submission) -> None:
    for name, value in (
        ("information", ["identity"]),
        ("as_of", datetime.date(2020, 1, 1)),
        ("edition_seal", "0" * 64),
    ):
        edited = copy.copy(sent)
        setattr(edited, name, value)
        assert len(rebuild(edited)) == 1, name


def test_a_content_that_is_no_longer_one_is_named(sent: Submission) -> None:
    for content in ({}, {"verdicts": 1}, {"request": None}):
        edited = copy.copy(sent)
        edited.content = content
        assert rebuild(edited)


def test_the_edition_s_own_text_is_kept_and_a_change_of_it_is_named(sent: Submission, open_seals: None) -> None:
    EditionText.objects.update(text=EditionText.objects.get().text.replace("19", "18"))
    assert rebuild(sent) == ["The text of the edition was changed."]
    EditionText.objects.all().delete()
    assert rebuild(sent) == ["The text of the edition is not there."]


def test_the_database_refuses_to_change_what_was_sent(sent: Submission) -> None:
    for model, values in ((Submission, {"seal": ""}), (EditionText, {"text": ""})):
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.update(**values)
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {model._meta.db_table}")


def test_a_record_that_changed_after_sending_is_visible_and_the_copy_stays(
    cast: Cast, sent: Submission, write: Any
) -> None:
    assert not requests.changed_since(sent.request)
    before = copy.deepcopy(sent.content)
    write(
        "diagnosis",
        diagnosis_id="d1",
        person_id="ada",
        code="F10.20",
        code_system="icd10cm",
        category="substance_use",
        diagnosed_on=cast.viewer("counselor").today - datetime.timedelta(days=30),
        diagnoser_credential="physician",
    )
    judging.judge_person("prairie", "ada")
    assert requests.changed_since(sent.request)
    kept = Submission.objects.get()
    assert kept.content == before
    assert rebuild(kept) == []
    assert {"verdict", "facts"} <= set(requests.changes_since(sent.request)[0])


def test_the_answer_to_a_question_is_a_submission_of_its_own(cast: Cast, sent: Submission) -> None:
    from handrail.app.authorizations import determining  # noqa: PLC0415

    request = sent.request
    determining.ask(payer_world.nurse(cast), request, "Which day?", clauses=["adult"])
    requests.answer(cast.viewer("counselor"), request, "That day.")
    assert [one.place for one in request.submissions.order_by("place")] == [1, 2]
    assert request.questions.get().answer.place == 2
    assert request.status == "received"


def test_words_that_a_reviewer_needs_go_along_and_counseling_notes_never(
    cast: Cast, sent: Submission, write: Any
) -> None:
    goal = write("goal", goal_id="g1", plan_id="p1", episode_id="e1", set_on=cast.viewer("counselor").today)
    counselor = cast.viewer("counselor")
    writing.word(counselor, goal, "own_words", "I want my Saturdays back.")
    writing.word(counselor, goal, "note", "A thing said in confidence.")
    kept = table_of_words(counselor, "goal", ["g1"])
    assert kept == {("g1", "own_words"): "I want my Saturdays back."}
    for table in tables():
        released = freezing._released(table)
        assert "note" not in released
        assert table not in ("session", "attendance") or not released


def test_the_classes_are_of_what_the_facts_tell_even_where_no_record_goes_along(sent: Submission) -> None:
    assert set(sent.information) >= {"identity", "treatment", "coverage", "diagnosis", "assessment"}
    assert "diagnosis" not in sent.content["records"]
    assert classes_in(sent.content) == tuple(sent.information)


def test_a_fact_that_was_silent_stays_silent(sent: Submission) -> None:
    unknown = [one for one in sent.content["verdicts"] if one["verdict"] == "cannot tell"]
    assert unknown
    assert all(one["missing"] for one in unknown)
    assert Decision.objects.filter(decision="admission").exists()
