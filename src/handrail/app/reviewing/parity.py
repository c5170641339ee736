"""What was reviewed, by which rule, who chose it and why, and what came of it: for a comparison under parity law.

42 CFR 438.910(d) and 45 CFR 146.136(c)(4) ask how a limit that is no number (an NQTL) is applied. It leaves the team,
so counts from 1 to 10 are suppressed, and others with them until none can be worked out.
"""

from __future__ import annotations

import datetime
import io
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any
from zoneinfo import ZoneInfo

from handrail.app.accounts.access import Viewer, roles
from handrail.app.accounts.models import Organization
from handrail.app.audit.log import Act, note
from handrail.app.authorizations import metrics
from handrail.app.chart.models import RECORDS
from handrail.app.paper.cells import Rows
from handrail.app.reviewing.frames import Clause
from handrail.app.reviewing.models import Finding, FocusedReview, ReviewCase
from handrail.app.reviewing.opening import clauses_of
from handrail.measures.measure import packaged_measures
from handrail.oversight.room import Sum
from handrail.oversight.suppression import suppress
from handrail.oversight.thresholds import load_thresholds, packaged_thresholds

HIDDEN = "suppressed"
NO_MEDICAL = "The data hold no medical cases, so there is nothing to compare with."
COUNTED = {
    "opened": "Reviews opened",
    "closed": "of these closed",
    "not_closed": "of these not closed",
    "cases": "Cases drawn",
    "flagged": "of these flagged",
    "unflagged": "of these not flagged",
    "findings": "Answers of the engine that were read",
    "confirmed": "of these confirmed",
    "not_confirmed": "of these not confirmed",
    "cannot_tell": "of these cannot be told",
}
"""What is counted, in this order. Findings count where the engine had said: not met."""
_SUMS = (
    ("opened", ("closed", "not_closed")),
    ("cases", ("flagged", "unflagged")),
    ("findings", ("confirmed", "not_confirmed", "cannot_tell")),
)
TOTAL = "all"


@dataclass(frozen=True)
class Rule:
    """One rule by which cases were chosen, with what came of it. `counts`: what may be printed of each.

    `definition` is that of a measure, in pairs of words; empty for another rule, and for a measure of one's own.
    """

    name: str
    kind: str
    clauses: tuple[str, ...]
    classes: tuple[str, ...]
    chosen_by: tuple[str, ...]
    why: tuple[str, ...]
    definition: tuple[tuple[str, str], ...]
    counts: dict[str, str]
    confirmed_percent: float | None


@dataclass(frozen=True)
class Parity:
    """Everything that the export says."""

    organization: str
    since: datetime.date
    until: datetime.date
    rules: tuple[Rule, ...]
    thresholds: tuple[dict[str, Any], ...]
    comparison: str
    determinations: tuple[dict[str, Any], ...]


def parity(looking: Viewer, since: datetime.date, until: datetime.date) -> Parity:
    """This will put the export together for the reviews opened from a day to a day, both included."""
    looking.require("read oversight")
    organization = looking.organization
    note(looking, Act("export", "parity", detail=f"{since} to {until}"))
    zone = ZoneInfo(organization.time_zone)
    first = datetime.datetime.combine(since, datetime.time(), zone)
    after = datetime.datetime.combine(until + datetime.timedelta(days=1), datetime.time(), zone)
    held = FocusedReview.objects.filter(organization=organization, opened_at__gte=first, opened_at__lt=after)
    groups: dict[tuple[str, ...], list[FocusedReview]] = defaultdict(list)
    for one in held.order_by("opened_at", "pk"):
        groups[one.get_kind_display(), one.measure, *(told.key for told in clauses_of(one))].append(one)
    cases = _cases(looking, list(held))
    counted = {key: _counts(several, cases) for key, several in groups.items()}
    shown = _suppressed(counted)
    focus = _focus(looking)
    rules = [_rule(key, several, cases, shown[key], focus) for key, several in sorted(groups.items())]
    if rules:
        rules.append(Rule(TOTAL, "", (), (), (), (), (), *shown[(TOTAL,)]))
    has_medical = any("medical" in one.classes for one in rules)
    values, reasons = load_thresholds()
    thresholds = [{"name": name, "value": value, **asdict(reasons[name])} for name, value in asdict(values).items()]
    return Parity(
        organization.name,
        since,
        until,
        tuple(rules),
        tuple(thresholds),
        "" if has_medical else NO_MEDICAL,
        tuple(_determinations(looking, since, until)),
    )


def as_csv(told: Parity) -> str:
    """This will give the export as CSV, one line for each number."""
    out = io.StringIO()
    lines = Rows(out)
    lines.writerow(["part", "rule", "kind", "clauses", "class", "chosen_by", "why", "what", "value"])
    for one in told.rules:
        about = [one.name, one.kind, "; ".join(one.clauses), "; ".join(one.classes), "; ".join(one.chosen_by), " | ".join(one.why)]  # fmt: skip
        for what, said in one.definition:
            lines.writerow(["definition", *about, what, said])
        for name, title in COUNTED.items():
            lines.writerow(["review", *about, title, one.counts[name]])
        percent = "" if one.confirmed_percent is None else one.confirmed_percent
        lines.writerow(["review", *about, "percent confirmed", percent])
    for row in told.thresholds:
        lines.writerow(["threshold", row["name"], "", "", "", row["owner"], row["reason"], row["unit"], row["value"]])
    for row in told.determinations:
        lines.writerow(
            ["determination", row["title"], row["urgency"], "", "", "", row["says"], "requests", row["count"]]
        )
    if told.comparison:
        lines.writerow(["comparison", "", "", "", "medical and surgical", "", "", "", told.comparison])
    return out.getvalue()


def as_json(told: Parity) -> str:
    """This will give the export as JSON."""
    whole = asdict(told) | {"since": told.since.isoformat(), "until": told.until.isoformat()}
    whole |= {"small_counts": "Counts from 1 to 10 are suppressed, and others from which they could be worked out."}
    return json.dumps(whole, indent=1, ensure_ascii=False)


def _cases(looking: Viewer, held: Sequence[FocusedReview]) -> dict[str, list[ReviewCase]]:
    found: dict[str, list[ReviewCase]] = defaultdict(list)
    rows = ReviewCase.objects.filter(
        organization=looking.organization, review__in=[one.pk for one in held], round=ReviewCase.Round.FIRST
    )
    for one in rows.prefetch_related("findings").order_by("place"):
        found[str(one.review_id)].append(one)
    return found


def _counts(several: Sequence[FocusedReview], cases: dict[str, list[ReviewCase]]) -> dict[str, int]:
    own = [case for one in several for case in cases.get(one.pk, ())]
    outcomes = [finding.outcome for case in own for finding in _last(case) if finding.engine == "not met"]
    told = {
        "opened": len(several),
        "closed": sum(one.closed_at is not None for one in several),
        "cases": len(own),
        "flagged": sum(case.is_flagged is True for case in own),
        "findings": len(outcomes),
        "confirmed": outcomes.count(Finding.Outcome.CONFIRMED),
        "not_confirmed": outcomes.count(Finding.Outcome.NOT_CONFIRMED),
        "cannot_tell": outcomes.count(Finding.Outcome.CANNOT_TELL),
    }
    return told | {"not_closed": told["opened"] - told["closed"], "unflagged": told["cases"] - told["flagged"]}


def _last(case: ReviewCase) -> list[Finding]:
    found = {(one.definition, one.clause): one for one in sorted(case.findings.all(), key=lambda one: one.place)}
    return list(found.values())


def _suppressed(
    counted: dict[tuple[str, ...], dict[str, int]],
) -> dict[tuple[str, ...], tuple[dict[str, str], float | None]]:
    """What may be printed of each count of each rule and of all: one table, whose sums are held to the same rule."""
    if not counted:
        return {}
    whole = dict(counted)
    whole[(TOTAL,)] = {name: sum(one[name] for one in counted.values()) for name in COUNTED}
    keys, names = list(whole), list(COUNTED)
    at = {(key, name): row * len(names) + column for row, key in enumerate(keys) for column, name in enumerate(names)}
    sums = [Sum(at[key, total], tuple(at[key, part] for part in parts)) for key in keys for total, parts in _SUMS]
    sums += [Sum(at[(TOTAL,), name], tuple(at[key, name] for key in counted)) for name in names]
    found = suppress([whole[key][name] for key in keys for name in names], sums)
    texts = found.texts(HIDDEN)
    told = {}
    for key in keys:
        counts = {name: texts[at[key, name]] for name in names}
        is_shown = HIDDEN not in (counts["confirmed"], counts["findings"]) and whole[key]["findings"]
        percent = round(100 * whole[key]["confirmed"] / whole[key]["findings"], 1) if is_shown else None
        told[key] = (counts, percent)
    return told


def _rule(
    key: tuple[str, ...],
    several: Sequence[FocusedReview],
    cases: dict[str, list[ReviewCase]],
    shown: tuple[dict[str, str], float | None],
    focus: dict[str, str],
) -> Rule:
    kind, measure, *asked = key
    editions = {
        Clause(line["definition"], line["clause"]).key: line["edition"]
        for one in several
        for case in cases.get(one.pk, ())
        for line in case.kept
    }
    clauses = [f"{told}, edition {editions[told]}" if told in editions else told for told in asked]
    titles = {roles()[role].title for one in several for role in one.opened_as if role in roles()}
    classes = {focus.get(program, "not told") for one in several for program in one.programs}
    name = measure or "; ".join(asked) or kind
    why = dict.fromkeys(one.why for one in several)
    known = packaged_measures().get(measure)
    fixed = known.definition(packaged_thresholds()) if known else ()
    return Rule(name, kind, tuple(clauses), tuple(sorted(classes)), tuple(sorted(titles)), tuple(why), fixed, *shown)


def _focus(looking: Viewer) -> dict[str, str]:
    """What each program treats first of all; empty means substance use, as declared."""
    rows = RECORDS["program"].objects.filter(holder_id=looking.organization.pk, is_withdrawn=False)
    return {pk: focus or "substance_use" for pk, focus in rows.values_list("pk", "focus")}


def _determinations(looking: Viewer, since: datetime.date, until: datetime.date) -> list[dict[str, Any]]:
    """What a payer decided, as it would publish it: nothing for anybody else, nor for a role without these metrics."""
    if looking.organization.kind != Organization.Kind.PAYER or not looking.may("read metrics"):
        return []
    report = metrics.published(metrics.metrics(looking, since, until))
    return [
        {"title": one.title, "urgency": one.urgency, "says": one.says, "count": one.says_count}
        for one in report.metrics
        if not one.is_time
    ]
