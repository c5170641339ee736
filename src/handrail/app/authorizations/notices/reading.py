"""How hard a text is to read, by published formulas, and which of its sentences make it so.

English: Flesch-Kincaid grade level (Kincaid, Fishburne, Rogers and Chissom 1975, Navy research report 8-75):
0.39 words a sentence + 11.8 syllables a word - 15.59. Spanish: Fernández Huerta (1959, "Medidas sencillas de
lecturabilidad"), 206.84 - 60 syllables a word - 1.02 words a sentence, as corrected by Law (2011, LINGUIST List
22.2332), with the school years of its own table; beside it the perspicuity of Szigriszt-Pazos (1993) in the words of
the INFLESZ scale (Barrio-Cantalejo and others 2008).

A number counts as one word of one syllable. Syllables are those of the hyphenation patterns or of the vowels,
whichever are more: patterns leave out breaks after one letter, so that the grade errs toward harder.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

import pyphen

GOAL = Decimal(8)
"""The school year above which a letter is too hard."""

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*|\d[\d.,/-]*")
_END = re.compile(r"(?<=[.!?])[\"\u201d)]?\s+|\n+")
_HUERTA = ((90, 4), (80, 5), (70, 6), (60, 8), (50, 12), (30, 13))
_AT_THE_GOAL = {"en": 8.0, "es": -60.0}
"""What a text at the goal measures: a sentence that stands alone is compared with it."""
_INFLESZ = ((80, "very easy"), (65, "quite easy"), (55, "normal"), (40, "somewhat difficult"))


@dataclass(frozen=True)
class Sentence:
    """A sentence and by how many school years it raises the text: its measure with it, less without it."""

    text: str
    raises: Decimal


@dataclass(frozen=True)
class Reading:
    """How hard a text is: the school year, how the scale names it, and its hardest sentences, the hardest first."""

    grade: Decimal
    says: str
    words: int
    sentences: int
    hardest: tuple[Sentence, ...]

    @property
    def is_plain(self) -> bool:
        """Whether it is at the goal or below."""
        return self.grade <= GOAL


def grade(told: str | Iterable[str], language: str, *, most: int = 3) -> Reading:
    """This will measure a text, or several paragraphs and list items; each of them ends a sentence."""
    parts = [told] if isinstance(told, str) else list(told)
    counts = [(one, *_count(one, language)) for part in parts for one in sentences(part)]
    words, syllables = sum(one[1] for one in counts), sum(one[2] for one in counts)
    if not words:
        return Reading(Decimal(0), "", 0, 0, ())
    whole, plain = _measure(words, syllables, len(counts), language), _AT_THE_GOAL[language]
    without = [
        (text, whole - (_measure(words - own, syllables - heard, len(counts) - 1, language) if words > own else plain))
        for text, own, heard in counts
    ]
    hard = sorted((one for one in without if one[1] > 0), key=lambda one: -one[1])[:most]
    return Reading(
        grade=_year(whole, language),
        says=_says(words, syllables, len(counts), language),
        words=words,
        sentences=len(counts),
        hardest=tuple(Sentence(text, Decimal(str(round(by, 2)))) for text, by in hard),
    )


def sentences(text: str) -> list[str]:
    """This will give the sentences of a text that have a word."""
    return [one.strip() for one in _END.split(text) if one and _WORD.search(one)]


def syllables(word: str, language: str) -> int:
    """This will count the syllables of a word."""
    plain = word.lower().replace("\u2019", "'")
    if not plain[0].isalpha():
        return 1
    parts = [part for part in re.split(r"['-]", plain) if part]
    if "'" in plain:
        return _heard(parts[0], language)
    return sum(_heard(part, language) for part in parts)


@cache
def _heard(word: str, language: str) -> int:
    patterns = _patterns(language)
    by_vowels = _spanish(word) if language == "es" else _english(word)
    return max(1, by_vowels, len(patterns.positions(word)) + 1 if len(word) > 3 and language != "es" else 1)


@cache
def _patterns(language: str) -> pyphen.Pyphen:
    return pyphen.Pyphen(lang={"es": "es", "en": "en_US"}[language], left=2, right=2)


def _english(word: str) -> int:
    """Groups of vowels, less what is silent at the end, more where two vowels are spoken apart."""
    count = len(re.findall(r"[aeiouy]+", word))
    if re.search(r"[^aeiouyl]e$|[^aeiouydt]ed$|[^aeiouysxzhcg]es$|[aeiouy]le$", word) and count > 1:
        count -= 1
    apart = r"(?<![cstgx])i[ao]|(?<=[cr])ie(?=n|t)|eo(?!p|u)|u[ao](?<!qua)(?<!gua)(?<!quo)|[dr]ea$|[dr]eas$|ying|eing"
    return count + len(re.findall(apart, word))


def _spanish(word: str) -> int:
    """One for each strong vowel, an accented weak one among them; one for weak vowels alone."""
    return sum(
        max(1, len(re.findall("[aeoáéóíú]", group))) for group in re.findall(r"(?:[aeiouáéíóúü]|y\b|y(?![aeiouáéíóúü]))+", word)
    )  # fmt: skip


def _count(sentence: str, language: str) -> tuple[int, int]:
    words = _WORD.findall(sentence)
    return len(words), sum(syllables(word, language) for word in words)


def _measure(words: int, heard: int, number: int, language: str) -> float:
    """Higher is harder: the grade in English, the negative of the ease in Spanish."""
    if language == "es":
        return -(206.84 - 60 * heard / words - 1.02 * words / number)
    return 0.39 * words / number + 11.8 * heard / words - 15.59


def _year(measured: float, language: str) -> Decimal:
    if language == "es":
        return Decimal(next((year for least, year in _HUERTA if -measured >= least), 16))
    return Decimal(str(round(max(measured, 0), 1)))


def _says(words: int, heard: int, number: int, language: str) -> str:
    if language != "es":
        return "Flesch-Kincaid grade level"
    ease, clear = -_measure(words, heard, number, "es"), 206.835 - 62.3 * heard / words - words / number
    word = next((word for least, word in _INFLESZ if clear > least), "very difficult")
    return f"Fernández Huerta {ease:.0f} of 100; INFLESZ {clear:.0f}: {word}"
