"""How many units were given in sessions or weeks that fail a clause: an estimate for a quality lead, never a demand.

A unit is a claim line's where one was billed; else the minutes that somebody attended, over 15, and then it says
"estimated". What fails which clause is read off the verdicts kept. A unit that fails several clauses is in the line of
each, and once in the total.
"""

from __future__ import annotations

import datetime
import io
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.http import Http404

from handrail.app.accounts.access import Viewer
from handrail.app.audit.log import Act, note
from handrail.app.authorizations.acting import NotNowError
from handrail.app.authorizations.counting import minutes, plain
from handrail.app.chart.models import RECORDS
from handrail.app.paper.cells import Rows
from handrail.app.reviewing.frames import Clause
from handrail.app.reviewing.models import FocusedReview, ReviewCase
from handrail.app.worklists.models import Verdict

MINUTES_A_UNIT = 15
FAILING, UNKNOWN, REST = "failing", "unknown", "rest"
TOTALS = {"must": ("must",), "all": ("must", "should")}
"""The totals: over what the source demands, and over that with its guidance. What it merely allows is in neither."""
_KEYS = {
    "session": ("session_id",),
    "recovery_contact": ("attendance_id",),
    "service_week": ("episode_id", "week_start"),
    "program_week": ("week_start",),
    "service_day": ("service_date",),
}
"""The subjects that are about what was given, and by which parts of their key it is found."""
_AT_A_TIME = 500
_Key = tuple[str, ...]


@dataclass(frozen=True)
class Given:
    """What was given once: a claim line with the sessions of its days, or one attended session without a claim."""

    table: str
    row_id: str
    person_id: str
    episode_id: str
    on: datetime.date
    units: Decimal | None
    is_estimated: bool
    keys: frozenset[_Key]

    @property
    def says(self) -> str:
        """Its units in words."""
        if self.units is None:
            return "time not documented"
        return f"{plain(self.units)}{' estimated' if self.is_estimated else ''}"


@dataclass
class Amount:
    """Units billed and estimated, with what they were given in; what has no documented time is only counted."""

    given: list[tuple[Given, str]] = field(default_factory=list)
    """Each with the id of a verdict that puts it here; none in the rest."""

    def add(self, one: Given, verdict_id: str = "") -> None:
        """This will add something given."""
        self.given.append((one, verdict_id))

    @property
    def billed(self) -> Decimal:
        """Units of claim lines."""
        return sum((one.units or Decimal(0) for one, _ in self.given if not one.is_estimated), Decimal(0))

    @property
    def estimated(self) -> Decimal:
        """Units worked out from minutes."""
        return sum((one.units or Decimal(0) for one, _ in self.given if one.is_estimated), Decimal(0))

    @property
    def says_billed(self) -> str:
        """It as a person writes it."""
        return plain(self.billed)

    @property
    def says_estimated(self) -> str:
        """It as a person writes it."""
        return plain(self.estimated)

    @property
    def count(self) -> int:
        """How many times something was given."""
        return len(self.given)

    @property
    def untimed(self) -> int:
        """How many of these have no documented time, and so no unit."""
        return sum(one.units is None for one, _ in self.given)


@dataclass(frozen=True)
class Line:
    """One clause, or a total: what fails, what cannot be told, and the rest."""

    name: str
    duty: str
    clause: Clause | None
    parts: Mapping[str, Amount]


@dataclass(frozen=True)
class Exposure:
    """The estimate for a program, or for the sample of a review, within days, both included."""

    program: str
    since: datetime.date
    until: datetime.date
    lines: tuple[Line, ...]
    totals: tuple[Line, ...]
    given: tuple[Given, ...]
    apart: int
    """Claim lines of days on which no session of this program, or sessions of several programs, are documented."""

    def line(self, name: str) -> Line:
        """This will give one line by its name: `total must`, `total all`, or a clause's key."""
        found = next((one for one in (*self.lines, *self.totals) if one.name == name), None)
        if found is None:
            raise Http404("There is no such line.")
        return found


def exposure(
    looking: Viewer,
    program: str,
    since: datetime.date,
    until: datetime.date,
    *,
    review: FocusedReview | None = None,
) -> Exposure:
    """This will estimate how many units fail which clause; of a review only its first sample, once its key is open."""
    looking.require("read oversight")
    episodes = None
    if review is not None:
        if review.is_blind_now:
            raise NotNowError("Reviewers are still blinded: the numbers would tell who was flagged.")
        first = review.cases.filter(round=ReviewCase.Round.FIRST).exclude(episode_id="")
        episodes = list(first.values_list("episode_id", flat=True))
    note(looking, Act("read", "exposure", detail=f"{since} to {until}"))
    given, apart = _given(looking, program, since, until, episodes)
    judged = _judged(looking, program, since, until)
    lines: dict[Clause, Line] = {}
    totals = {name: _line(f"total {name}") for name in TOTALS}
    for clause, duty in sorted({(one.clause, one.duty) for some in judged.values() for one in some}):
        lines[clause] = _line(clause.key, duty, clause)
    for one in given:
        said = [told for key in sorted(one.keys) for told in judged.get(key, ())]
        for clause, line in lines.items():
            _put(line, one, [told for told in said if told.clause == clause])
        for name, duties in TOTALS.items():
            _put(totals[name], one, [told for told in said if told.duty in duties])
    return Exposure(program, since, until, tuple(lines.values()), tuple(totals.values()), tuple(given), apart)


def as_csv(told: Exposure) -> str:
    """This will give an estimate as CSV: numbers by clause and nobody's name."""
    out = io.StringIO()
    lines = Rows(out)
    lines.writerow(["For the review team only. A statistical estimate, not a finding about quality and not a demand."])
    lines.writerow(["line", "duty", "what", "units_billed", "units_estimated", "given", "without_documented_time"])
    for one in (*told.totals, *told.lines):
        for what, amount in one.parts.items():
            lines.writerow(
                [one.name, one.duty, what, plain(amount.billed), plain(amount.estimated), amount.count, amount.untimed]
            )
    lines.writerow(["claim lines apart", "", "", "", "", told.apart, ""])
    return out.getvalue()


@dataclass(frozen=True)
class _Said:
    clause: Clause
    duty: str
    verdict: str
    verdict_id: str


def _line(name: str, duty: str = "", clause: Clause | None = None) -> Line:
    return Line(name, duty, clause, {what: Amount() for what in (FAILING, UNKNOWN, REST)})


def _put(line: Line, one: Given, said: Sequence[_Said]) -> None:
    for verdict, what in (("not met", FAILING), ("cannot tell", UNKNOWN)):
        if (found := next((told for told in said if told.verdict == verdict), None)) is not None:
            line.parts[what].add(one, found.verdict_id)
            return
    line.parts[REST].add(one)


def _judged(looking: Viewer, program: str, since: datetime.date, until: datetime.date) -> dict[_Key, list[_Said]]:
    """What the engine said of sessions, weeks and days, by what it is about. Weeks that begin before the first day too."""
    held = Verdict.objects.filter(
        organization=looking.organization,
        subject__in=_KEYS,
        judged_on__gte=since,
        judged_on__lte=until + datetime.timedelta(days=6),
        duty__in=TOTALS["all"],
    ).exclude(verdict="not applicable")
    held = held.filter(program_id=program) if program else held
    found: dict[_Key, list[_Said]] = defaultdict(list)
    rows = held.order_by("judged_on", "position", "pk").values_list(
        "subject", "key", "program_id", "definition", "clause", "duty", "verdict", "pk"
    )
    for subject, key, at, definition, clause, duty, verdict, pk in rows:
        parts = tuple(str(key.get(part, "")) for part in _KEYS[subject])
        about = (
            (subject, *parts) if subject in ("session", "recovery_contact", "service_week") else (subject, at, *parts)
        )
        found[about].append(_Said(Clause(definition, clause), duty, verdict, str(pk)))
    return found


def _given(
    looking: Viewer, program: str, since: datetime.date, until: datetime.date, episodes: Collection[str] | None
) -> tuple[list[Given], int]:
    """Each claim line and each session without one, once; and how many lines belong to no session of this program."""
    came = list(_came(looking, since, until, episodes))
    own = [one for one in came if one.session.program_id == program] if program else came
    by_day: dict[tuple[str, datetime.date], list[Any]] = defaultdict(list)
    for one in came:
        by_day[one.episode.person_id, one.session.held_on].append(one)
    found, billed, apart = [], set(), 0
    for line in _lines(looking, {one.episode.person_id for one in own}, since, until):
        days = [line.starts_on + datetime.timedelta(days=n) for n in range(((line.ends_on or line.starts_on) - line.starts_on).days + 1)]  # fmt: skip
        there = [one for day in days for one in by_day.get((line.person_id, day), ())]
        if not there or len({one.session.program_id for one in there}) > 1:
            apart += 1
            continue
        if program and there[0].session.program_id != program:
            continue
        billed |= {one.pk for one in there}
        found.append(_of("claim_line", line.pk, there, line.units, is_estimated=False))
    seen: set[tuple[str, str]] = set()
    for one in own:
        if one.pk not in billed and (one.episode_id, one.session_id) not in seen:
            seen.add((one.episode_id, one.session_id))
            most = minutes(one)[1]
            units = None if most is None else Decimal(most) / MINUTES_A_UNIT
            found.append(_of("attendance", one.pk, [one], units, is_estimated=True))
    return found, apart


def _of(table: str, row_id: str, there: Sequence[Any], units: Decimal | None, *, is_estimated: bool) -> Given:
    first = there[0]
    keys = frozenset(key for one in there for key in _keys(one))
    return Given(
        table, row_id, first.episode.person_id, first.episode_id, first.session.held_on, units, is_estimated, keys
    )


def _keys(one: Any) -> Iterator[_Key]:
    day, program = one.session.held_on, one.session.program_id
    monday = (day - datetime.timedelta(days=day.weekday())).isoformat()
    yield ("session", one.session_id)
    yield ("recovery_contact", one.pk)
    yield ("service_week", one.episode_id, monday)
    yield ("program_week", program, monday)
    yield ("service_day", program, day.isoformat())


def _came(
    looking: Viewer, since: datetime.date, until: datetime.date, episodes: Collection[str] | None
) -> Iterator[Any]:
    rows = RECORDS["attendance"].objects.filter(
        holder_id=looking.organization.pk, is_withdrawn=False, status="attended",
        session__status="held", session__is_withdrawn=False, session__held_on__gte=since, session__held_on__lte=until,
    )  # fmt: skip
    rows = rows.select_related("session", "episode").order_by("session__held_on", "session_id", "pk")
    if episodes is None:
        yield from rows.iterator(chunk_size=_AT_A_TIME)
    else:
        for some in _some(episodes):
            yield from rows.filter(episode_id__in=some)


def _lines(looking: Viewer, persons: Iterable[str], since: datetime.date, until: datetime.date) -> Iterator[Any]:
    rows = RECORDS["claim_line"].objects.filter(
        holder_id=looking.organization.pk, is_withdrawn=False, starts_on__gte=since, starts_on__lte=until
    )
    for some in _some(set(persons)):
        yield from rows.filter(person_id__in=some).order_by("starts_on", "pk")


def _some(ids: Collection[str]) -> Iterator[list[str]]:
    every = sorted(ids)
    for start in range(0, len(every), _AT_A_TIME):
        yield every[start : start + _AT_A_TIME]
