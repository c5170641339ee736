"""Papers: tagged PDF from templates, in which nothing that somebody typed is ever Typst."""

from __future__ import annotations

import datetime
import io
import json
import re
import socket
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pypdf
import pytest
import typst
from django.template import Context, Template
from django.utils.translation import gettext_lazy

from handrail.app.paper import pdf as paper
from handrail.app.paper.pdf import PaperError, pdf

DAY = datetime.date(2026, 7, 1)
SEAL = "0123456789abcdef" * 4
TYPST = [
    "#panic(1)",
    "$ x^2 $",
    "a \\ b \\u{41}",
    "*bold* _slanted_",
    "@reference",
    "<label>",
    "`raw`",
    "= no heading",
    "- no item",
    "// no comment",
    "/* none */",
    "] [ ] )",
    "http://127.0.0.1:9/x",
    'it\'s "so" -- and ...',
    "~ ; { }",
    "\\",
]


def packet(text: str = "plain", **more: Any) -> dict[str, Any]:
    """What templates/packet.typ shows, with the same text in every field that shows one."""
    verdict = {
        "says": text,
        "clause": text,
        "cite": text,
        "duty": text,
        "verdict": "not met",
        "numbers": text,
        "missing": [{"question": text, "ask": text}],
        "facts": [[text, text]],
        "evidence": [{"table": text, "id": text, "late": True}],
    }
    told = {
        "title": text,
        "organization": text,
        "small": text,
        "lead": [text],
        "counts": [[text, 1]],
        "editions": [{"definition": text, "edition": text, "document": text, "seal": SEAL}],
        "seal": SEAL,
        "decisions": [
            {"named": text, "day": text, "answer": "yes", "by": text, "missing": [{"question": text, "ask": text}]}
        ],
        "groups": [{"title": text, "rows": [{"title": text, "verdicts": [verdict], "apart": text}]}],
        "apart": [{"says": text, "clause": text, "about": text}],
    }
    return told | more


TEXTS = len(re.findall(r"\btext\b", json.dumps(packet("text"))))
"""In how many fields of a packet the text stands; the title, on every later page too, counts once."""


def read(made: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(made))


def text_of(made: bytes) -> str:
    """This will give a paper's text with every space and line break taken away."""
    return "".join("".join(page.extract_text() for page in read(made).pages).split())


@pytest.mark.parametrize("typed", TYPST)
def test_what_looks_like_typst_is_printed_as_typed_in_every_field(typed: str) -> None:
    assert text_of(pdf("packet", packet(typed), at=DAY)).count("".join(typed.split())) >= TEXTS


@pytest.mark.parametrize(
    "sign", ["😀", "𠮷", "名", "မ", "\U0010ffff", "\x00", "\x07", "\x7f", "\ufffe", "\ud800", "\u202e"]
)
def test_a_character_without_a_sign_is_printed_by_its_number_and_the_paper_says_so(sign: str) -> None:
    text = text_of(pdf("packet", packet(f"a{sign}b"), at=DAY))
    assert text.count(f"a[U+{ord(sign):04X}]b") >= TEXTS
    assert "areshownbytheirUnicodenumber" in text


@pytest.mark.parametrize("word", ["Łódź", "Nguyễn", "Peña", "Ελένη", "Ольга", "𝒳", "½ ≥ 9 → “so” – …", "✓✕"])
def test_letters_of_many_languages_are_printed(word: str) -> None:
    text = text_of(pdf("packet", packet(word), at=DAY))
    assert "".join(word.split()) in text
    assert "U+" not in text


def test_every_character_of_the_plane_that_people_write_in_is_printed_or_named() -> None:
    mixed = [chr(code) for code in range(0x20, 0x10000)]
    made = pdf("packet", packet() | {"lead": [" ".join(mixed)]}, at=DAY, language="es")
    text = text_of(made)
    assert "[U+4E2D]" in text
    assert "ñ" in text
    assert "aparecenconsunúmeroUnicode" in text


def test_a_word_as_long_as_a_page_breaks_and_loses_nothing() -> None:
    word = "".join(chr(ord("a") + place % 26) for place in range(3000))
    assert word in text_of(pdf("packet", packet() | {"lead": [word]}, at=DAY))


def test_lines_that_were_typed_stay_lines() -> None:
    made = pdf("packet", packet() | {"lead": ["first\r\nsecond\n\nthird\tfourth"]}, at=DAY)
    shown = read(made).pages[0].extract_text()
    assert re.search(r"first *\nsecond *\n\s*third +fourth", shown)


def test_a_paper_is_tagged_and_says_its_title_and_language() -> None:
    root = (told := read(pdf("packet", packet(title="Packet: Ada Example"), at=DAY))).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"].value
    assert root["/Lang"] == "en"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value
    assert told.metadata is not None
    assert (told.metadata.title, told.metadata.author) == ("Packet: Ada Example", "plain")
    assert told.metadata.creation_date == datetime.datetime(2026, 7, 1, tzinfo=datetime.UTC)
    assert "pdfuaid:part>1<" in root["/Metadata"].get_data().decode()
    kinds = set(_kinds(root["/StructTreeRoot"]["/K"]))
    assert {"/Title", "/H1", "/H2", "/Table", "/TH", "/TD", "/L", "/P"} <= kinds


def test_a_spanish_paper_says_so() -> None:
    made = pdf("packet", packet(), at=DAY, language="es")
    assert read(made).trailer["/Root"]["/Lang"] == "es"
    assert "página1de" in text_of(made)


def test_every_page_says_which_it_is_of_how_many() -> None:
    pages = read(pdf("packet", packet() | {"lead": ["a paragraph"] * 200}, at=DAY)).pages
    assert len(pages) > 2
    for place, page in enumerate(pages, start=1):
        assert f"page {place} of {len(pages)}" in page.extract_text()


def test_a_seal_can_be_searched_for() -> None:
    assert SEAL in read(pdf("packet", packet(), at=DAY)).pages[0].extract_text()


def test_the_same_gives_the_same_bytes_and_another_day_others() -> None:
    first = pdf("packet", packet(), at=DAY)
    assert first == pdf("packet", packet(), at=DAY)
    assert first == pdf("packet", packet(), at=datetime.datetime(2026, 7, 1, tzinfo=datetime.UTC))
    assert first != pdf("packet", packet(), at=DAY + datetime.timedelta(days=1))


def test_fonts_come_with_the_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert not [font for font in paper._fonts().fonts() if font.path]
    used = {
        font["/FontDescriptor"]["/FontName"].partition("+")[2].partition("-")[0]
        for page in read(pdf("packet", packet("✓ plain"), at=DAY)).pages
        for held in page["/Resources"]["/Font"].values()
        for font in held.get_object()["/DescendantFonts"]
    }
    assert used == {"LibertinusSerif", "DejaVuSansMono"}


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    for source in paper.TEMPLATES.rglob("*.typ"):
        assert "@preview" not in (text := source.read_text(encoding="utf-8"))
        assert "eval(" not in text
        assert all(name.startswith(("parts/", "page.typ")) for name in re.findall(r'#import "([^"]+)"', text))
    monkeypatch.setattr(socket, "socket", lambda *_: pytest.fail("A paper opened a connection."))
    pdf("packet", packet('#import "@preview/cetz:0.1.0"'), at=DAY)


def test_numbers_days_and_lazy_words_are_printed() -> None:
    told = ["1.50", DAY, 7, 2**70, Decimal("1.50"), None, True, gettext_lazy("lazy"), datetime.time(9, 30)]
    plain = json.loads(paper._values("packet", {"held": told}, "en", frozenset()))["held"]
    assert plain == ["1.50", "2026-07-01", 7, str(2**70), "1.50", None, True, "lazy", "09:30:00"]


def test_verdicts_have_the_marks_of_the_screens() -> None:
    words = ["met", "yes", "not met", "no", "cannot tell", "pending", "not applicable", "excused"]
    source = (paper.TEMPLATES / "parts" / "page.typ").read_text(encoding="utf-8")
    for word in words:
        screen = Template("{% load handrail %}{% verdict word %}").render(Context({"word": word}))
        mark = re.search(r'aria-hidden="true">(.)<', screen)
        assert mark is not None
        assert f'"{word}": "{mark[1]}"' in source


REFUSED: list[tuple[str, Callable[[], Any]]] = [
    ("H951", lambda: pdf("pocket", packet(), at=DAY)),
    ("H951", lambda: pdf("../../settings", packet(), at=DAY)),
    ("H952", lambda: pdf("packet", packet(title="", organization=""), at=DAY)),
    ("H953", lambda: pdf("packet", packet(), at=DAY, language="pl")),
    ("H954", lambda: pdf("packet", packet(lead=[object()]), at=DAY)),
    ("H955", lambda: pdf("packet", packet(), at=datetime.datetime(2026, 7, 1))),
    ("H956", lambda: pdf("packet", {"title": "secret", "organization": "secret"}, at=DAY)),
    ("H956", lambda: pdf("packet", packet(lead=7), at=DAY)),
    ("H956", lambda: pdf("packet", packet(counts=["secret"]), at=DAY)),
]


@pytest.mark.parametrize(("code", "make"), REFUSED)
def test_an_error_says_what_and_how_to_mend_it_and_nothing_that_was_told(code: str, make: Callable[[], Any]) -> None:
    with pytest.raises(PaperError) as told:
        make()
    assert str(told.value).startswith(code)
    assert "secret" not in str(told.value)
    assert told.value.__cause__ is None
    assert told.value.__suppress_context__ or not isinstance(told.value.__context__, typst.TypstError)


def test_an_error_in_a_template_says_the_line() -> None:
    with pytest.raises(PaperError, match=r"packet\.typ:\d+"):
        pdf("packet", {"title": "a", "organization": "b"}, at=DAY)


def test_what_cannot_be_printed_is_named_by_its_place() -> None:
    with pytest.raises(PaperError, match=r"told\.lead\[1\] is a object"):
        pdf("packet", packet(lead=["a", object()]), at=DAY)


def _kinds(node: Any) -> list[str]:
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        return [kind for one in node for kind in _kinds(one)]
    if not isinstance(node, dict):
        return []
    return [str(node.get("/S", "")), *_kinds(node.get("/K", []))]
