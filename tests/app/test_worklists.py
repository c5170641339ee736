"""What the engine said is kept: the same for one person as for everybody, and anew after each change."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.forms.models import model_to_dict

from handrail.app.chart import writing
from handrail.app.worklists import judging
from handrail.app.worklists.models import Decision, Verdict, question_id
from handrail.example import example
from handrail.records.schema import in_order_of_reference, tables

pytestmark = pytest.mark.django_db

AS_OF = datetime.date(2026, 7, 5)


def stored(**about: Any) -> list[str]:
    """This will give what is kept about somebody, one line an answer, in an order of its own."""
    return sorted(
        repr(sorted(model_to_dict(one, exclude=["judged_at"]).items()))
        for model in (Verdict, Decision)
        for one in model.objects.filter(**about)
    )


@pytest.fixture
def clinic(cast: Any, write: Any) -> list[str]:
    """An invented clinic with its people, who are named."""
    records = example(people=10)
    by = {True: cast.viewer("administrator"), False: cast.viewer("clinical_supervisor")}
    for name in in_order_of_reference():
        if rows := records.in_memory(name).to_pylist():
            writing.create_all(by[name in writing.OF_THE_PROGRAM], name, rows)
    return [row["person_id"] for row in records.in_memory("person").to_pylist()][:4]


def test_one_person_and_everybody_are_judged_alike(clinic: list[str]) -> None:
    judging.judge_everybody("prairie", AS_OF)
    together = {person: stored(person_id=person) for person in clinic}
    assert sum(len(told) for told in together.values()) > 100
    Verdict.objects.all().delete()
    Decision.objects.all().delete()
    for person in clinic:
        judging.judge_person("prairie", person, AS_OF)
    for person in clinic:
        assert stored(person_id=person) == together[person]


def test_a_program_and_everybody_are_judged_alike(clinic: list[str]) -> None:
    judging.judge_everybody("prairie", AS_OF)
    together = stored(person_id="")
    programs = set(Verdict.objects.values_list("program_id", flat=True))
    sessions = sorted({one.key["session_id"] for one in Verdict.objects.filter(subject="session")})
    assert len(programs) > 1
    Verdict.objects.filter(person_id="").delete()
    for program in programs:
        judging.judge_programs("prairie", [program], AS_OF)
    judging.judge_sessions("prairie", sessions, AS_OF)
    assert stored(person_id="") == together


def test_a_question_keeps_its_id_whatever_the_answer_and_the_edition() -> None:
    about = ("service_week", {"episode_id": "e1", "week_start": "2026-01-05"})
    mine = question_id("prairie", "us-ne/iop", "clause:weekly-hours", *about)
    assert mine == question_id(
        "prairie", "us-ne/iop", "clause:weekly-hours", "service_week", dict(reversed(about[1].items()))
    )
    others = {
        question_id("lakeside", "us-ne/iop", "clause:weekly-hours", *about),
        question_id("prairie", "us-nc/irs", "clause:weekly-hours", *about),
        question_id("prairie", "us-ne/iop", "decision:weekly-hours", *about),
        question_id("prairie", "us-ne/iop", "clause:weekly-days", *about),
        question_id(
            "prairie",
            "us-ne/iop",
            "clause:weekly-hours",
            "service_week",
            {"episode_id": "e2", "week_start": "2026-01-05"},
        ),
    }
    assert len(others | {mine}) == 6
    assert str(mine) == "798b71c0-c7b8-5d92-9c74-9fa2bb1b17b6"


def test_judging_one_leaves_the_others_alone(clinic: list[str]) -> None:
    judging.judge_everybody("prairie", AS_OF)
    kept = set(Verdict.objects.exclude(person_id=clinic[0]).values_list("pk", flat=True))
    hers = set(Verdict.objects.filter(person_id=clinic[0]).values_list("pk", flat=True))
    before = Verdict.objects.latest("judged_at").judged_at
    judging.judge_person("prairie", clinic[0], AS_OF)
    assert set(Verdict.objects.exclude(person_id=clinic[0]).values_list("pk", flat=True)) == kept
    assert set(Verdict.objects.filter(person_id=clinic[0]).values_list("pk", flat=True)) == hers
    assert Verdict.objects.filter(person_id=clinic[0]).earliest("judged_at").judged_at > before


def test_judging_twice_keeps_one_answer_each(ada: Any) -> None:
    judging.judge_person("prairie", "ada")
    once = stored()
    judging.judge_person("prairie", "ada")
    assert stored() == once
    assert once


def test_another_organization_is_told_nothing(cast: Any, ada: Any) -> None:
    judging.judge_person("lakeside", "ada")
    assert not Verdict.objects.exists()
    assert not judging.judge_everybody("lakeside")


def test_an_answer_names_its_edition_and_what_it_is_about(ada: Any) -> None:
    judging.judge_person("prairie", "ada")
    for one in Verdict.objects.all():
        assert (one.organization_id, one.person_id, len(one.seal)) == ("prairie", "ada", 64)
        assert one.says
        assert one.key


def verdict(clause: str, **about: Any) -> str:
    """This will give the one verdict of a clause."""
    return Verdict.objects.get(clause=clause, **about).verdict


@pytest.fixture
def irs(cast: Any, ada: Any, write: Any) -> Any:
    """Ada's episode in the recovery program, with her medical home known on the first day."""
    day = cast.viewer("counselor").today - datetime.timedelta(days=10)
    write("episode", episode_id="e2", person_id="ada", program_id="irs", requested_on=day, admitted_on=day,
          recorded_on=day)  # fmt: skip
    return write("care_team_member", episode_id="e2", role="medical_home", known_on=day, recorded_on=day)


@pytest.fixture
def at_once(contact: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on a change is judged as soon as it stands, as it is outside tests."""
    monkeypatch.setattr(judging._here, "is_waiting", False)


def test_what_was_withdrawn_is_not_judged(cast: Any, irs: Any) -> None:
    judging.judge_person("prairie", "ada")
    assert verdict("medical-home-known", episode_id="e2") == "met"
    with judging.wait():
        writing.withdraw(cast.viewer("counselor"), irs, reason="Another person's.")
    judging.judge_person("prairie", "ada")
    assert verdict("medical-home-known", episode_id="e2") != "met"


def test_a_change_judges_her_anew(cast: Any, irs: Any, at_once: None, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        writing.withdraw(cast.viewer("counselor"), irs, reason="Another person's.")
    assert verdict("medical-home-known", episode_id="e2") == "pending"
    with django_capture_on_commit_callbacks(execute=True):
        writing.create(cast.viewer("counselor"), "care_team_member",
                       {"episode_id": "e2", "role": "medical_home", "known_on": cast.viewer("counselor").today})  # fmt: skip
    assert verdict("medical-home-known", episode_id="e2") == "met"


@pytest.fixture
def contact(cast: Any, irs: Any, write: Any) -> Any:
    """A contact in the community with Ada, on no area yet."""
    day = cast.viewer("counselor").today - datetime.timedelta(days=1)
    held = write("session", session_id="s1", program_id="irs", type="recovery_support", setting="community",
                 status="held", held_on=day)  # fmt: skip
    write("attendance", attendance_id="a1", session_id="s1", episode_id="e2", status="attended")
    return held


def test_a_change_of_a_session_judges_who_was_there(
    cast: Any, contact: Any, at_once: None, django_capture_on_commit_callbacks: Any
) -> None:
    looking = cast.viewer("counselor")
    judging.judge_person("prairie", "ada")
    assert verdict("contact-has-focus") == "not met"
    with django_capture_on_commit_callbacks(execute=True):
        writing.create(looking, "session_focus", {"session_id": "s1", "area": "communication"})
    assert verdict("contact-has-focus") == "met"
    with django_capture_on_commit_callbacks(execute=True):
        writing.amend(looking, contact, {"setting": "office"})
    assert verdict("in-the-community") == "not met"


def test_a_record_that_goes_to_somebody_else_judges_both(
    cast: Any, contact: Any, write: Any, at_once: None, django_capture_on_commit_callbacks: Any
) -> None:
    looking = cast.viewer("counselor")
    day = looking.today - datetime.timedelta(days=5)
    write("person", person_id="bea", sex="female")
    write("episode", episode_id="e3", person_id="bea", program_id="irs", requested_on=day, admitted_on=day)
    judging.judge_person("prairie", "ada")
    assert Verdict.objects.filter(clause="contact-has-focus", person_id="ada").exists()
    with django_capture_on_commit_callbacks(execute=True):
        writing.amend(looking, writing.RECORDS["attendance"].objects.get(pk="a1"), {"episode_id": "e3"})
    assert not Verdict.objects.filter(clause="contact-has-focus", person_id="ada").exists()
    assert Verdict.objects.filter(clause="contact-has-focus", person_id="bea").exists()


def test_judging_can_be_put_off_and_made_up_for(
    cast: Any, irs: Any, at_once: None, django_capture_on_commit_callbacks: Any
) -> None:
    with judging.wait(), django_capture_on_commit_callbacks(execute=True):
        writing.withdraw(cast.viewer("counselor"), irs, reason="Another person's.")
    assert not Verdict.objects.exists()
    assert not judging.is_waiting()
    assert judging.judge_everybody("prairie") == Verdict.objects.count() + Decision.objects.count()


def test_the_queries_do_not_grow_with_the_rows(
    cast: Any, irs: Any, write: Any, django_assert_max_num_queries: Any
) -> None:
    for _ in range(30):
        write("use_event", person_id="ada", occurred_on=cast.viewer("counselor").today)
    with django_assert_max_num_queries(len(tables()) + 15):
        judging.judge_person("prairie", "ada")
