"""A letter put together: its sections in order, from the facts, the dated wording and the days of the payer's terms.

Page and paper show the same. A section has a heading (none for the first) and blocks; a block is a `text`, a table of
`facts`, a `rule` with its citation, or an `address`. Words that are not in the letter's language say in which they are.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from handrail.app.authorizations.models import Determination, Notice, Terms
from handrail.app.authorizations.notices.rights import Rights, rights
from handrail.app.authorizations.notices.wording import amount_in, day_in, wording

Block = dict[str, Any]
Section = dict[str, Any]

_UNDER_APPEAL = (Determination.Outcome.DENIED, Determination.Outcome.PARTLY, Determination.Outcome.LAPSED)
_TO_THE_STATE = ("upheld", "overturned in part", "appeal lapsed")
_LONGER = ("extension", "appeal extension")
_OTHER = {"en": "es", "es": "en"}


def letter(told: Mapping[str, Any], name: str, language: str, on: datetime.date, terms: Terms, *, is_dated: bool = True) -> dict[str, Any]:  # fmt: skip
    """This will put a letter together that is dated `on`; while it is a draft, its date says so instead."""
    said = wording(name, language)
    days = rights(terms, on, _date(told["last_approved"]))
    maker = _Maker(told, said, language, days, terms)
    sections = maker.sections()
    return {
        "language": language,
        "title": said["titles"][told["outcome"]],
        "day": [said["labels"]["day"], day_in(language, on)] if is_dated else ["", said["labels"]["draft_day"]],
        "from": told["payer"],
        "to": told["name"],
        "references": maker.references(),
        "greeting": said["greeting"].format(name=told["name"]),
        "sections": [one for one in sections if one["blocks"]],
        "end": said["end"],
        "foot": said["foot"].format(number=told["number"]),
        "rights": days.told(),
    }


def words_of(made: Mapping[str, Any]) -> list[str]:
    """This will give what we say in a letter, to be measured: not headings, quoted rules, addresses and tables."""
    found: list[str] = []
    for section in made["sections"]:
        for block in section["blocks"]:
            if block["kind"] == "text" and block["language"] == made["language"]:
                found.append(block["text"])
            elif block["kind"] == "rule" and block["plain"]:
                found.append(block["plain"])
    return found


def all_words_of(made: Mapping[str, Any]) -> list[str]:
    """This will give all sentences of a letter, the quoted rules and what was missing among them."""
    rules = [block for section in made["sections"] for block in section["blocks"] if block["kind"] == "rule"]
    quoted = [words for rule in rules for words in (rule["says"], *(gap["question"] for gap in rule["missing"]))]
    return words_of(made) + quoted


class _Maker:
    def __init__(self, told: Mapping[str, Any], said: Mapping[str, Any], language: str, days: Rights, terms: Terms) -> None:  # fmt: skip
        self._told, self._said, self._language, self._days, self._terms = told, said, language, days, terms
        self._outcome = told["outcome"]
        numbers = {field: getattr(terms, field) for field in _NUMBERS}
        shown = {name: day_in(language, day) for name, day in asdict(days).items()}
        own = {"provider": told["provider"], "due": self._day(told.get("due_on") or told["asked"]["due_on"])}
        self._filled = numbers | shown | own

    def references(self) -> list[list[str]]:
        """The numbers by which both speak of it."""
        labels = self._said["labels"]
        pairs = [[labels["request"], self._told["number"]]]
        if number := self._told.get("appeal_number"):
            pairs.append([labels["appeal"], number])
        return pairs

    def sections(self) -> list[Section]:
        """Every section in order; those without a block are left out later."""
        found = [self._section("", *self._lead())]
        if self._outcome != "approved":
            found.append(self._section(self._said["asked"], self._asked()))
        if self._outcome in _LONGER:
            return found + self._extension() + self._ending()
        found += [
            self._section(self._said["decided"], *self._decided()),
            self._section(self._said["why"], *self._why()),
        ]
        if self._outcome in _UNDER_APPEAL:
            found += self._appeal()
        elif self._outcome in _TO_THE_STATE:
            found += self._hearing()
        else:
            found.append(self._approval())
        return found + self._ending()

    def _lead(self) -> list[Block]:
        blocks = [self._text(self._said["lead"][self._outcome])]
        if corrected := self._told.get("corrects_day"):
            blocks.insert(0, self._text(self._said["corrects"], day=self._day(corrected)))
        return blocks

    def _asked(self) -> Block:
        asked, labels = self._told["asked"], self._said["labels"]
        rows = [
            [labels["care"], *self._service()],
            [labels["asked"], self._said["kinds"].get(asked["kind"], asked["kind"])],
        ]
        return self._facts(rows + self._span(asked) + [[labels["received"], self._day(asked["received_on"])]])

    def _decided(self) -> list[Block]:
        blocks = []
        if approved := self._told["approved"]:
            rows = [[self._said["labels"]["care"], *self._service()], *self._span(approved)]
            if approved["authorization"]:
                rows.append([self._said["labels"]["authorization"], approved["authorization"]])
            blocks += [self._text(self._said["approved"]), self._facts(rows)]
        match self._outcome:
            case "denied" | "upheld":
                blocks.append(self._text(self._said["not_approved"]))
            case "approved in part" | "overturned in part":
                blocks.append(self._text(self._said["the_rest"]))
            case "lapsed" | "appeal lapsed":
                blocks.append(self._text(self._said["no_answer"]))
        return blocks

    def _why(self) -> list[Block]:
        blocks = [self._text(self._said["lapsed_why"])] if self._outcome in ("lapsed", "appeal lapsed") else []
        blocks += self._free("reason")
        if rules := self._told["clauses"]:
            blocks += [self._text(self._said["rests"]), *(self._rule(one) for one in rules)]
        blocks += self._free("additional")
        by = self._told["by"]
        if by and by["credential"]:
            blocks.append(self._text(self._said["by"], **by))
        return blocks

    def _appeal(self) -> list[Section]:
        said, days = self._said, self._days
        found = []
        if days.effective:
            found.append(self._section(said["starts"], self._text(said["before"], last=self._day(self._told["last_approved"]))))  # fmt: skip
        own = said["appeal"]
        found.append(
            self._section(
                own["head"], self._text(own["until"]), self._text(own["how"]), self._text(f"{own['cost']} {own['who']}")
            )
        )
        found.append(self._section(said["fast"]["head"], self._text(said["fast"]["says"])))
        if days.continuation_until:
            own = said["goes_on"]
            found.append(self._section(own["head"], self._text(f"{own['says']} {own['cost']}")))
        return [*found, self._section(said["hearing"]["head"], self._text(said["hearing"]["after"]), *self._state())]

    def _hearing(self) -> list[Section]:
        said = self._said
        found = [self._section(said["hearing"]["head"], self._text(said["hearing"]["until"]), *self._state())]
        if self._told.get("goes_on"):
            own = said["goes_on"]
            until = self._days.on + datetime.timedelta(days=self._terms.continuation_days)
            says = self._text(own["hearing"], continuation_until=day_in(self._language, until))
            found.append(self._section(own["head"], says, self._text(own["cost"])))
        return found

    def _state(self) -> list[Block]:
        own = self._said["hearing"]
        if not self._terms.hearing_contact.strip():
            return [self._text(own["unknown"])]
        return [self._text(own["where"]), _address(self._terms.hearing_contact)]

    def _extension(self) -> list[Section]:
        said, own = self._said["extended"], self._told["extension"]
        until = {"until": self._day(own["until"]), "days": own["days"]}
        then = said["then_appeal" if self._outcome == "appeal extension" else "then"]
        blocks = [self._text(said["one" if own["days"] == 1 else "until"], **until), self._text(then)]
        why = [self._text(said["asked"][own["asked_by"]]), *self._free("reason"), *self._free("additional")]
        complaint = [self._text(said["complaint"]), self._text(said["soon"])]
        heads = (self._said["decided"], self._said["why"], said["complaint_head"])
        return [self._section(head, *told) for head, told in zip(heads, (blocks, why, complaint), strict=True)]

    def _approval(self) -> Section:
        own, until = self._said["approval"], (self._told["approved"] or {}).get("ends_on")
        return self._section(own["head"], self._text(own["says"], until=self._day(until)), self._text(own["disagree"]))

    def _ending(self) -> list[Section]:
        said = self._said
        has_no = self._outcome in (*_UNDER_APPEAL, *_TO_THE_STATE)
        reach = _address(self._terms.contact) if self._terms.contact.strip() else self._text(said["reach"]["card"])
        found = [self._section(said[one]["head"], self._text(said[one]["says"])) for one in ("free", "helped")]
        other = self._text(said["language"]["other"]) | {"language": _OTHER[self._language]}
        return [
            *(found if has_no else [] if self._outcome in _LONGER else found[:1]),
            self._section(said["reach"]["head"], reach),
            self._section(said["language"]["head"], self._text(said["language"]["says"]), other),
        ]

    def _rule(self, one: Mapping[str, Any]) -> Block:
        asks = self._said["asks"]
        gaps = [{**gap, "ask": asks.get(gap["ask"], gap["ask"])} for gap in one["missing"]]
        labels = {name: self._said[name] for name in ("rule", "cite", "plain", "missing", "who")}
        where = ", ".join(part for part in (one["document"], one["cite"]) if part)
        return {"kind": "rule", "language": "en", "says": one["says"], "cite": where, "plain": one["plain"], "missing": gaps, "labels": labels}  # fmt: skip

    def _service(self) -> list[str]:
        known = self._said["services"].get(self._told["definition"])
        return [known] if known else [self._told["title"], "en"]

    def _span(self, told: Mapping[str, Any]) -> list[list[str]]:
        labels = self._said["labels"]
        rows = [
            [labels["since"], self._day(told["starts_on"])],
            [labels["until"], self._day(told["ends_on"])],
            [labels["amount"], amount_in(self._said, told["units"], told["unit"])],
        ]
        return [row for row in rows if row[1]]

    def _free(self, name: str) -> list[Block]:
        parts = self._told[name].replace("\r\n", "\n").split("\n\n")
        return [self._plain(part.strip()) | {"is_free": True} for part in parts if part.strip()]

    def _text(self, text: str, **more: Any) -> Block:
        return self._plain(text.format(**(self._filled | more)))

    def _plain(self, text: str) -> Block:
        return {"kind": "text", "text": text, "language": self._language, "is_free": False}

    def _facts(self, rows: list[list[str]]) -> Block:
        told = [
            {"label": row[0], "value": row[1], "language": row[2] if len(row) > 2 else self._language} for row in rows
        ]
        return {"kind": "facts", "rows": told}

    def _section(self, heading: str, *blocks: Block) -> Section:
        return {"heading": heading, "blocks": list(blocks)}

    def _day(self, day: str | datetime.date | None) -> str:
        return day_in(self._language, day)


_NUMBERS = (
    "appeal_days",
    "appeal_standard_days",
    "appeal_expedited_hours",
    "hearing_days",
    "continuation_days",
)


def is_adverse(told: Mapping[str, Any]) -> bool:
    """This will say whether a letter tells something against the person."""
    return told["outcome"] in (*_UNDER_APPEAL, *_TO_THE_STATE)


def kind_of(outcome: str) -> str:
    """This will give the kind of letter that a determination's outcome needs."""
    kinds = {Determination.Outcome.APPROVED: Notice.Kind.APPROVAL, Determination.Outcome.LAPSED: Notice.Kind.LAPSE}
    return str(kinds.get(Determination.Outcome(outcome), Notice.Kind.ADVERSE))


def _address(text: str) -> Block:
    return {"kind": "address", "lines": [line.strip() for line in text.splitlines() if line.strip()]}


def _date(day: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(day) if day else None
