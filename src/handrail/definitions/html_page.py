"""A definition as one HTML page: self-contained, accessible, printable."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape

from handrail.definitions.changes import said
from handrail.definitions.document import Clause, Edition
from handrail.definitions.outline import WHERE, about_fact, by_section, facts_asked, in_force, value_of, values_named
from handrail.definitions.page_style import STYLE
from handrail.definitions.tree import Leaf, Node

_PARAMETER = re.compile(r"(?<![\w:]):([a-z]\w*)")
_PARTS = (
    ("parameters", "Parameters"),
    ("clauses", "Clauses"),
    ("decisions", "Decisions"),
    ("readings", "Readings"),
    ("informs", "What only informs"),
    ("unresolved", "What stays unresolved"),
)


def as_html(edition: Edition) -> str:
    """This will write an edition as one HTML page that needs nothing else."""
    writers = {
        "parameters": _parameters,
        "clauses": _clauses,
        "decisions": _decisions,
        "readings": _readings,
        "informs": _informs,
        "unresolved": _unresolved,
    }
    there = [(name, title) for name, title in _PARTS if getattr(edition, name)]
    body = [
        f'<section id="{name}">\n<h2>{title}</h2>\n{_lines(writers[name](edition))}\n</section>'
        for name, title in there
    ]
    return _lines(
        [
            "<!doctype html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(edition.title)}</title>",
            f"<style>{STYLE}</style>",
            "</head>",
            "<body>",
            '<a class="skip" href="#clauses">Go to the clauses</a>',
            _head(edition),
            '<nav aria-label="On this page"><ul>',
            *(f'<li><a href="#{name}">{title}</a></li>' for name, title in there),
            "</ul></nav>",
            "<main>",
            *body,
            "</main>",
            "</body>",
            "</html>",
            "",
        ]
    )


def _head(edition: Edition) -> str:
    told = {
        "Definition": escape(edition.definition),
        "In force": escape(in_force(edition)),
        "Source": escape(edition.source.document),
        "Authority": escape(edition.source.authority),
        "Hash": f"<code>{escape(edition.hash)}</code>",
    }
    pairs = _lines(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in told.items())
    return f'<header>\n<h1>{escape(edition.title)}</h1>\n<dl class="head">\n{pairs}\n</dl>\n</header>'


def _parameters(edition: Edition) -> Iterator[str]:
    yield _table("Each number, text or list that clauses name with a colon, and where it stands.")
    yield _columns("Name", "Value", "Where it stands")
    for name, parameter in edition.parameters.items():
        where = escape(parameter.cite)
        if parameter.reading:
            link = f'by the reading <a href="#reading-{escape(parameter.reading)}">{escape(parameter.reading)}</a>'
            where = f"{where}; {link}" if where else link
        head = f'<th scope="row" id="parameter-{escape(name)}"><code>{_breakable(name)}</code></th>'
        yield f"<tr>{head}<td>{escape(value_of(name, edition))}</td><td>{where}</td></tr>"
    yield "</tbody></table></div>"


def _clauses(edition: Edition) -> Iterator[str]:
    for section, clauses in by_section(edition).items():
        rows = escape(", ".join(edition.source.sections.get(section, ())))
        note = f' <span class="rows">{rows}</span>' if rows else ""
        yield f"<h3>{escape(section)}{note}</h3>"
        for clause in clauses:
            yield from _clause(edition, clause)


def _clause(edition: Edition, clause: Clause) -> Iterator[str]:
    name = escape(clause.id)
    rows = f" ({escape(', '.join(clause.rows))})" if clause.rows else ""
    yield f'<article class="clause {clause.duty}" id="clause-{name}" aria-labelledby="name-{name}">'
    yield f'<header><h4 id="name-{name}"><code>{name}</code></h4> <span class="duty">{clause.duty}</span>'
    yield f'<span class="soft">about {escape(clause.about)}; {escape(clause.cite)}{rows}</span></header>'
    yield f'<p class="says">{escape(clause.says)}</p>'
    yield '<dl class="conditions">'
    for part, sql in clause.conditions.items():
        yield f"<dt>{WHERE[part]}</dt><dd><code>{_linked(sql, edition)}</code></dd>"
    values = values_named(clause, edition)
    if values:
        told = "; ".join(f"{escape(parameter)} = {escape(value)}" for parameter, value in values.items())
        yield f"<dt>with</dt><dd>{told}</dd>"
    for label, text in (("shows", clause.shows), ("if not met", clause.if_not)):
        if text:
            yield f"<dt>{label}</dt><dd>{escape(text)}</dd>"
    yield "</dl>"
    facts = facts_asked(clause)
    if facts:
        yield '<dl class="facts">'
        for fact, meaning in facts:
            yield f"<div><dt><code>{escape(fact)}</code></dt><dd>{escape(about_fact(meaning))}</dd></div>"
        yield "</dl>"
    yield "</article>"


def _linked(sql: str, edition: Edition) -> str:
    """The condition as it is written, each parameter a link to where it is explained."""

    def link(found: re.Match[str]) -> str:
        name = found.group(1)
        kind = "parameter" if name in edition.parameters else "reading" if name in edition.readings else ""
        return f'<a href="#{kind}-{name}">:{name}</a>' if kind else found.group(0)

    return _PARAMETER.sub(link, escape(sql))


def _decisions(edition: Edition) -> Iterator[str]:
    says = {clause.id: clause.says for clause in edition.clauses}
    for name, decision in edition.decisions.items():
        yield f'<article id="decision-{escape(name)}"><h3><code>{escape(name)}</code> {escape(decision.says)}</h3>'
        yield f'<p class="soft">about {escape(decision.about)}</p>'
        yield f'<ul class="tree">{_tree(decision.tree, says)}</ul>'
        yield f'<dl class="answers"><dt>Yes</dt><dd>{escape(decision.yes)}</dd>'
        yield f"<dt>No</dt><dd>{escape(decision.no)}</dd></dl></article>"


def _tree(node: Node, says: dict[str, str]) -> str:
    if isinstance(node, Leaf):
        name = escape(node.clause)
        return f'<li><a href="#clause-{name}"><code>{name}</code></a> {escape(says.get(node.clause, ""))}</li>'
    path = f'path <span class="path">{escape(node.path)}</span>: ' if node.path else ""
    words = f"at least {node.needed} of" if node.kind == "at least" else f"{node.kind} of"
    return f"<li>{path}{words}<ul>{''.join(_tree(branch, says) for branch in node.branches)}</ul></li>"


def _readings(edition: Edition) -> Iterator[str]:
    yield _table("What the source leaves open, how it is read here, and what may be tried instead.")
    yield _columns("Name", "Question", "Chosen", "Instead", "Because")
    for name, reading in edition.readings.items():
        yield f'<tr><th scope="row" id="reading-{escape(name)}"><code>{_breakable(name)}</code></th>'
        yield f"<td>{escape(reading.question)}</td><td>{escape(said(reading.chosen))}</td>"
        instead = "; ".join(map(said, reading.instead)) or "nothing is offered"
        yield f"<td>{escape(instead)}</td><td>{escape(reading.because)}</td></tr>"
    yield "</tbody></table></div>"


def _informs(edition: Edition) -> Iterator[str]:
    yield "<p>Permission or context in the source: nothing is judged by it.</p><ul>"
    for told in edition.informs:
        cite = f'<span class="soft">({escape(told.cite)})</span>'
        yield f"<li>{escape(told.row)}: {escape(told.says)} {cite}<br>Because: {escape(told.because)}</li>"
    yield "</ul>"


def _unresolved(edition: Edition) -> Iterator[str]:
    yield "<p>What the source leaves unsaid, or takes from a text that is not part of it.</p><ul>"
    for told in edition.unresolved:
        row = f"{escape(told.row)}: " if told.row else ""
        yield f'<li>{row}{escape(told.says)} <span class="soft">({escape(told.cite)})</span></li>'
    yield "</ul>"


def _table(caption: str) -> str:
    return f'<div class="wide" role="region" aria-label="{caption}" tabindex="0"><table><caption>{caption}</caption>'


def _breakable(name: str) -> str:
    """A name that may break at its underscores where there is little room."""
    return escape(name).replace("_", "_<wbr>")


def _columns(*names: str) -> str:
    heads = "".join(f'<th scope="col">{name}</th>' for name in names)
    return f"<thead><tr>{heads}</tr></thead><tbody>"


def _lines(parts: Iterable[str]) -> str:
    return "\n".join(parts)
