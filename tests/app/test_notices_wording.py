"""Every letter of every kind is printed, in plain words, in both languages, with the days of its rights."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest
from tests.app.letters_world import (
    content_of,
)

from handrail.app.authorizations.models import Notice, Terms
from handrail.app.authorizations.notices import making
from handrail.app.authorizations.notices.letter import letter, words_of
from handrail.app.authorizations.notices.reading import GOAL, grade, syllables
from handrail.app.authorizations.notices.rights import rights
from handrail.app.authorizations.notices.wording import day_in, wording_on, wordings

DB = pytest.mark.django_db
DAY = datetime.date(2026, 3, 9)
OUTCOMES = (
    "approved",
    "approved in part",
    "denied",
    "lapsed",
    "extension",
    "upheld",
    "overturned",
    "overturned in part",
    "appeal lapsed",
)


def text_of(made: dict[str, Any]) -> str:
    return " ".join([made["title"], *words_of(made)])


# ---- the words -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("outcome", OUTCOMES)
def test_the_fixed_parts_of_every_letter_are_at_grade_8_or_below(outcome: str, language: str) -> None:
    told = content_of(outcome) | {"reason": "", "additional": ""}
    made = letter(told, wording_on(DAY), language, DAY, Terms(since=DAY))
    found = grade(words_of(made), language)
    assert found.words > 80
    assert found.grade <= GOAL, found.hardest


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("outcome", OUTCOMES)
def test_every_letter_of_every_kind_is_printed_with_nothing_left_unfilled(outcome: str, language: str) -> None:
    told = content_of(outcome)
    made = letter(told, wording_on(DAY), language, DAY, Terms(since=DAY))
    notice = Notice(language=language, content=told)
    assert making.printed(notice, made, DAY).startswith(b"%PDF-1.")
    assert "{" not in repr([text_of(made), made["foot"], made["greeting"]])
    assert len(making.pictured(notice, made, DAY)) in (1, 2, 3)


def test_both_languages_say_the_same_things() -> None:
    def keys(told: Any, before: str = "") -> set[str]:
        if not isinstance(told, dict):
            return {before}
        return {key for name, value in told.items() for key in keys(value, f"{before}/{name}")}

    for one in wordings().values():
        english, spanish = dict(one["en"]), dict(one["es"])
        english.pop("asks"), spanish.pop("asks")
        assert keys(english) == keys(spanish)


def test_days_are_said_in_the_language() -> None:
    assert day_in("en", DAY) == "March 9, 2026"
    assert day_in("es", DAY) == "9 de marzo de 2026"
    assert day_in("es", None) == ""


# ---- the reading level -----------------------------------------------------------------------------------------------


def test_the_english_grade_is_that_of_the_published_formula() -> None:
    text = "The cat sat on the mat. It was a big cat."
    assert grade(text, "en").grade == 0
    hard = "The doctor asked about the medical need of every other patient this morning."
    assert (len(hard.split()), sum(syllables(word.strip("."), "en") for word in hard.split())) == (13, 22)
    expected = 0.39 * 13 + 11.8 * 22 / 13 - 15.59
    assert grade(hard, "en").grade == Decimal(str(round(expected, 1)))


def test_the_spanish_score_is_that_of_the_corrected_formula() -> None:
    text = "El gato come pan. La casa es roja."
    assert sum(syllables(word.strip("."), "es") for word in text.split()) == 12
    found = grade(text, "es")
    assert found.says.startswith(f"Fernández Huerta {206.84 - 60 * 12 / 8 - 1.02 * 4:.0f} of 100")
    assert found.grade == 4
    assert grade("La responsabilidad administrativa correspondiente determinaría irrevocablemente.", "es").grade == 16


@pytest.mark.parametrize(
    ("language", "word", "number"),
    [
        ("en", "authorization", 5),
        ("en", "asked", 1),
        ("en", "needed", 2),
        ("en", "able", 2),
        ("en", "area", 3),
        ("en", "don't", 1),
        ("en", "fifty-two", 3),
        ("en", "2026", 1),
        ("es", "apelación", 4),
        ("es", "audiencia", 3),
        ("es", "día", 2),
        ("es", "quien", 1),
        ("es", "leer", 2),
        ("es", "y", 1),
    ],
)
def test_syllables_are_counted(language: str, word: str, number: int) -> None:
    assert syllables(word, language) == number


def test_the_sentences_that_raise_a_text_most_are_named() -> None:
    hard = "The documentation submitted did not substantiate the medical necessity of continuing intensive services."
    found = grade(["You can call us.", f"We said no. {hard}", "Call us now."], "en")
    assert found.hardest[0].text == hard
    assert found.hardest[0].raises > 3
    assert not grade(hard, "en").is_plain
    assert [one.text for one in grade(hard, "en").hardest] == [hard]
    assert grade("We said no.", "en").hardest == ()


def test_a_text_without_words_has_no_grade() -> None:
    assert grade(["", " . "], "en").words == 0


# ---- the days --------------------------------------------------------------------------------------------------------


def test_rights_count_calendar_days_from_the_letter() -> None:
    found = rights(Terms(since=DAY), datetime.date(2028, 1, 31))
    assert found.appeal_until == datetime.date(2028, 3, 31)  # 29 days of February
    assert found.hearing_until == datetime.date(2028, 5, 30)
    assert (found.effective, found.continuation_until) == (None, None)


@pytest.mark.parametrize(
    ("last", "effective"),
    [
        (DAY, DAY + datetime.timedelta(days=10)),
        (DAY + datetime.timedelta(days=9), DAY + datetime.timedelta(days=10)),
        (DAY + datetime.timedelta(days=22), DAY + datetime.timedelta(days=23)),
    ],
)
def test_what_was_approved_before_ends_ten_days_after_the_letter_at_the_earliest(last: Any, effective: Any) -> None:
    found = rights(Terms(since=DAY), DAY, last)
    assert (found.effective, found.continuation_until) == (effective, effective)


def test_benefits_go_on_where_they_are_asked_for_by_the_later_of_both_days() -> None:
    found = rights(Terms(since=DAY, continuation_days=15), DAY, DAY)
    assert found.effective == DAY + datetime.timedelta(days=10)
    assert found.continuation_until == DAY + datetime.timedelta(days=15)


def test_what_ended_before_the_letter_cannot_go_on() -> None:
    assert rights(Terms(since=DAY), DAY, DAY - datetime.timedelta(days=1)).continuation_until is None
