"""A definition as a page: everything that the file says is on it."""

from __future__ import annotations

from html.parser import HTMLParser
from itertools import pairwise

import pytest

from handrail.definitions.document import Edition
from handrail.definitions.html_page import as_html
from handrail.definitions.outline import by_section, facts_asked, value_of
from handrail.definitions.pages import as_text
from handrail.definitions.rulebook import packaged

PACKAGED = ("us-nc/intensive-recovery-support", "us-ne/intensive-outpatient-2.1")
_VOID = {"meta", "br", "wbr"}


class _Reader(HTMLParser):
    """Reads a page strictly: every tag closes, in order; collects text, headings, ids, links and table parts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.text += data

    def values(self, name: str) -> list[str]:
        return [attrs[name] or "" for _, attrs in self.tags if name in attrs]


@pytest.fixture(params=PACKAGED)
def packaged_edition(request: pytest.FixtureRequest) -> Edition:
    return packaged().edition(request.param)


def squeezed(text: str) -> str:
    return " ".join(text.split())


def test_the_text_names_every_clause_decision_reading_and_parameter(packaged_edition: Edition) -> None:
    lines = as_text(packaged_edition).splitlines()
    for clause in packaged_edition.clauses:
        assert any(line.startswith(f"  {clause.id}  (") for line in lines), clause.id
    for name in (*packaged_edition.decisions, *packaged_edition.readings):
        assert any(line.startswith(f"  {name}: ") for line in lines), name
    for name in packaged_edition.parameters:
        assert any(line.startswith(f"  {name} = ") for line in lines), name


def test_both_pages_say_every_sentence_of_the_definition(packaged_edition: Edition) -> None:
    texts = (squeezed(as_text(packaged_edition)), squeezed(_Reader(as_html(packaged_edition)).text))
    said = [packaged_edition.title, packaged_edition.source.document, packaged_edition.hash]
    said += [
        piece
        for clause in packaged_edition.clauses
        for piece in (clause.says, clause.cite, *clause.conditions.values())
    ]
    said += [
        piece
        for decision in packaged_edition.decisions.values()
        for piece in (decision.says, decision.yes, decision.no)
    ]
    said += [piece for reading in packaged_edition.readings.values() for piece in (reading.question, reading.because)]
    said += [note.says for note in (*packaged_edition.informs, *packaged_edition.unresolved)]
    said += [fact.says for clause in packaged_edition.clauses for _, fact in facts_asked(clause) if fact]
    for sentence in said:
        for text in texts:
            assert squeezed(sentence) in text, sentence


def test_no_line_of_text_is_wider_than_eighty(packaged_edition: Edition) -> None:
    assert max(map(len, as_text(packaged_edition).splitlines())) <= 80


def test_the_page_is_well_formed_and_needs_nothing_else(packaged_edition: Edition) -> None:
    page = as_html(packaged_edition)
    reader = _Reader(page)
    assert page.startswith('<!doctype html>\n<html lang="en">')
    assert not {tag for tag, _ in reader.tags} & {"script", "link", "img", "iframe"}
    assert "http" not in page
    assert "@import" not in page
    assert "url(" not in page


def test_every_link_of_the_page_leads_somewhere_and_every_id_is_its_own(packaged_edition: Edition) -> None:
    reader = _Reader(as_html(packaged_edition))
    ids = reader.values("id")
    assert len(ids) == len(set(ids))
    assert {href.removeprefix("#") for href in reader.values("href")} <= set(ids)


def test_the_page_has_one_title_headings_in_order_and_tables_with_captions(packaged_edition: Edition) -> None:
    reader = _Reader(as_html(packaged_edition))
    tags = [tag for tag, _ in reader.tags]
    levels = [int(tag[1]) for tag in tags if tag in ("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
    assert tags.count("table") == tags.count("caption")
    assert {attrs.get("scope") for tag, attrs in reader.tags if tag == "th"} == {"col", "row"}


def test_what_a_definition_says_is_never_read_as_html(edition: Edition) -> None:
    clause = edition.clauses[0].model_copy(update={"says": "<script>alert('x')</script> & more"})
    page = as_html(edition.model_copy(update={"clauses": (clause, *edition.clauses[1:]), "title": "<b>A & B</b>"}))
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "<title>&lt;b&gt;A &amp; B&lt;/b&gt;</title>" in page


def test_the_tree_of_a_decision_is_indented_with_its_path_names(edition: Edition) -> None:
    text = as_text(edition)
    tree = "    all of\n      group-size\n      any of\n        placed: all of\n          right-place\n"
    assert tree in text


def test_clauses_stand_under_the_section_that_they_cite(edition: Edition) -> None:
    grouped = {section: [clause.id for clause in clauses] for section, clauses in by_section(edition).items()}
    assert grouped == {"Groups": ["group-size", "right-place"], "Weeks": ["weekly-hours", "not-too-many-days"]}


def test_a_parameter_set_by_a_reading_shows_its_value(edition: Edition) -> None:
    assert value_of("most_days", edition) == "4 days"
    assert value_of("places", edition) == "clinic, office"
    assert value_of("size", edition) == "came"
