"""Paragraphs on a terminal or in a pipe: wrapped to the width, indented, with no spaces at the end of a line."""

from __future__ import annotations

from textwrap import wrap

from rich.console import Console
from rich.text import Text


def print_paragraph(console: Console, text: str, *, indent: int = 0, hanging: int = 0, style: str = "") -> None:
    """This will print one paragraph; lines after the first are indented by `hanging` more. Markup is not read."""
    width = max(console.width, indent + hanging + 20)
    lines = wrap(
        text,
        width,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + hanging),
        break_long_words=False,
        break_on_hyphens=False,
    )
    for line in lines or [""]:
        console.print(Text(line, style=style), soft_wrap=True, highlight=False)
