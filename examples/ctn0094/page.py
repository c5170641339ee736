"""The report as one page: words, pictures and tables, to be read on a screen or printed; it asks no network."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from handrail.charts import Picture

_STYLE = """
body { font: 11pt/1.45 system-ui, "Liberation Sans", "DejaVu Sans", Arial, sans-serif; max-width: 62rem;
  margin: 2rem auto; padding: 0 1rem; color: #1b1f24; background: #fff; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; margin-top: 2.2rem; border-bottom: 1px solid #5b6470; }
.signal { border: 2px solid #1b1f24; padding: .6rem .9rem; }
figure { margin: 1.2rem 0; break-inside: avoid; } svg { max-width: 100%; height: auto; }
figcaption, details { font-size: .9rem; } table { border-collapse: collapse; margin: .8rem 0; font-size: .85rem; }
.wide { overflow-x: auto; } caption { text-align: left; font-weight: bold; padding: .2rem 0; }
th, td { border: 1px solid #b4bbc4; padding: .2rem .45rem; text-align: left; vertical-align: top; }
th { background: #eef1f4; } tr { break-inside: avoid; }
@media print { body { margin: 0; max-width: none; font-size: 9.5pt; } h2 { break-after: avoid; } details { display: none; } }
@page { size: letter; margin: 15mm; }
"""


@dataclass(frozen=True)
class Table:
    """Rows under a caption, as they are printed."""

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]


@dataclass(frozen=True)
class Section:
    """A heading, its paragraphs, and what is shown below them."""

    heading: str
    paragraphs: Sequence[str]
    shows: Sequence[Picture | Table]


def page(title: str, warning: str, findings: Sequence[str], sections: Iterable[Section]) -> str:
    """This will write the page; everything that is not ours is escaped."""
    listed = "".join(f"<li>{escape(one)}</li>" for one in findings)
    body = "".join(_section(one) for one in sections)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body>'
        f'<h1>{escape(title)}</h1><p class="signal">{escape(warning)}</p><h2>In short</h2><ul>{listed}</ul>'
        f"{body}</body></html>\n"
    )


def _section(one: Section) -> str:
    said = "".join(f"<p>{escape(text)}</p>" for text in one.paragraphs)
    return f"<h2>{escape(one.heading)}</h2>{said}" + "".join(map(_shown, one.shows))


def _shown(one: Picture | Table) -> str:
    if isinstance(one, Table):
        return _table(one.caption, one.columns, one.rows)
    numbers = _table("", one.columns, one.texts())
    said = f"<figcaption>{escape(one.description)}</figcaption>"
    return f"<figure>{one.svg}{said}<details><summary>The numbers</summary>{numbers}</details></figure>"


def _table(caption: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in columns)
    lines = "".join("<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows)
    named = f"<caption>{escape(caption)}</caption>" if caption else ""
    return f'<div class="wide"><table>{named}<thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table></div>'
