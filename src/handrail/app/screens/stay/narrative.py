"""A first text for the reviewer, made from the clauses' own sentences, each with the records that show it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from handrail.app.accounts.access import Viewer
from handrail.app.chart import reading
from handrail.app.screens.plan.told import Said
from handrail.app.screens.templatetags.handrail import day


@dataclass(frozen=True)
class Cited:
    """One record behind a sentence."""

    table: str
    row_id: str
    label: str


@dataclass(frozen=True)
class Sentence:
    """One sentence of the draft and its records. `is_open`: what it needs is not documented."""

    text: str
    cited: Sequence[Cited] = ()
    is_open: bool = False

    @property
    def line(self) -> str:
        """The sentence as text, with its records in brackets."""
        return f"{self.text} [{'; '.join(one.label for one in self.cited)}]" if self.cited else self.text


def draft(viewer: Viewer, several: Iterable[Said], window: Any) -> list[Sentence]:
    """This will make the draft: what holds, what was judged otherwise, and what is still open, each said once."""
    several = list(several)
    labels = _labels(viewer, several, window)
    told: dict[str, Sentence] = {}
    for one in several:
        says = one.clause.says if one.clause else one.verdict.says
        cited = [labels[key] for e in one.verdict.evidence if (key := (e["table"], e["id"])) in labels]
        cited = [record for record in cited if record.table == "judgement"] or cited
        match one.verdict.verdict:
            case "met":
                told.setdefault(says, Sentence(says, cited))
            case "cannot tell":
                for missing in one.verdict.missing:
                    question = missing["question"] or missing["fact"].replace("_", " ")
                    told.setdefault(question, Sentence(f"Not documented since the last review: {question}", (), True))
    return list(told.values())


def text_of(sentences: Sequence[Sentence]) -> str:
    """This will give the draft as text, a line for each sentence."""
    return "\n".join(one.line for one in sentences)


def _labels(viewer: Viewer, several: Sequence[Said], window: Any) -> dict[tuple[str, str], Cited]:
    wanted: dict[str, set[str]] = {}
    for one in several:
        for told in one.verdict.evidence:
            wanted.setdefault(told["table"], set()).add(told["id"])
    labels = {}
    for row in reading.rows(viewer, "judgement").filter(pk__in=wanted.get("judgement", ())).select_related("judged_by"):
        if window.holds(row.judged_on):
            who = f", {row.judged_by.name}" if row.judged_by else ""
            labels["judgement", row.pk] = Cited("judgement", row.pk, f"judgement of {day(row.judged_on)}{who}")
    for row in reading.rows(viewer, "goal").filter(pk__in=wanted.get("goal", ())).order_by("set_on", "pk"):
        state = f"met {day(row.met_on)}" if row.met_on else f"set {day(row.set_on)}"
        labels["goal", row.pk] = Cited("goal", row.pk, f"goal {state}")
    return labels
