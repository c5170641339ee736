"""A report as one page: words, pictures and tables, to be read on a screen or printed; it asks no network."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from handrail.charts.picture import Picture

_STYLE = """
body { font: 11pt/1.45 system-ui, "Liberation Sans", "DejaVu Sans", Arial, sans-serif; max-width: 62rem;
  margin: 2rem auto; padding: 0 1rem; color: #1b1f24; background: #fff; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; margin-top: 2.2rem; border-bottom: 1px solid #5b6470; }
.signal { border: 2px solid #1b1f24; padding: .6rem .9rem; }
figure { margin: 1.2rem 0; break-inside: avoid; } svg { max-width: 100%; height: auto; }
figcaption, details { font-size: .9rem; } table { border-collapse: collapse; margin: .8rem 0; font-size: .85rem; }
.wide { overflow-x: auto; } caption { text-align: left; font-weight: bold; padding: .2rem 0; }
th, td { border: 1px solid #b4bbc4; padding: .2rem .45rem; text-align: left; vertical-align: top; }
td { white-space: pre-line; overflow-wrap: break-word; }
th { background: #eef1f4; } tr { break-inside: avoid; }
@media print { body { margin: 0; max-width: none; font-size: 9.5pt; } h2 { break-after: avoid; }
  details { display: none; } .wide { overflow: visible; } }
@page { size: letter; margin: 15mm; }
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


@dataclass(frozen=True)
class Table:
    """Rows under a caption, as they are printed; a cell may hold several lines."""

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]


@dataclass(frozen=True)
class Kept:
    """A picture that is also kept as a file of its own, which the page names."""

    picture: Picture
    file: str


Show = Picture | Kept | Table | str
"""What stands in a section: a picture, a table, or a paragraph between them."""


@dataclass(frozen=True)
class Section:
    """A heading, its paragraphs, and what is shown below them."""

    heading: str
    paragraphs: Sequence[str]
    shows: Sequence[Show]


def page(title: str, warning: str, findings: Sequence[str], sections: Iterable[Section]) -> str:
    """This will write the page; everything that is not ours is escaped, and the page may load nothing."""
    listed = "".join(f"<li>{escape(one)}</li>" for one in findings)
    body = "".join(map(_section, sections))
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body>'
        f'<h1>{escape(title)}</h1><p class="signal">{escape(warning)}</p><h2>In short</h2><ul>{listed}</ul>'
        f"{body}</body></html>\n"
    )


def _section(one: Section) -> str:
    said = "".join(map(_paragraph, one.paragraphs))
    return f"<h2>{escape(one.heading)}</h2>{said}" + "".join(map(_shown, one.shows))


def _paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>"


def _shown(one: Show) -> str:
    if isinstance(one, str):
        return _paragraph(one)
    if isinstance(one, Table):
        return _table(one.caption, one.columns, one.rows)
    picture = one.picture if isinstance(one, Kept) else one
    numbers = _table("", picture.columns, picture.texts())
    where = f" File: {escape(one.file)}." if isinstance(one, Kept) else ""
    said = f"<figcaption>{escape(picture.description)}{where}</figcaption>"
    return f"<figure>{picture.svg}{said}<details><summary>The numbers</summary>{numbers}</details></figure>"


def _table(caption: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in columns)
    lines = "".join("<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows)
    named = f"<caption>{escape(caption)}</caption>" if caption else ""
    return f'<div class="wide"><table>{named}<thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table></div>'
