"""Opening a review: from a measure, a signal, a clause, an incident or grievance; the sample is drawn by a seed written down first."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.utils import timezone

from handrail.app.accounts.access import Viewer
from handrail.app.accounts.models import Organization
from handrail.app.authorizations.numbers import next_number
from handrail.app.authorizations.sealing import seal_of
from handrail.app.chart.models import RECORDS
from handrail.app.reviewing import frames
from handrail.app.reviewing.frames import Clause
from handrail.app.reviewing.models import FocusedReview, ReviewCase
from handrail.app.reviewing.recording import said_day, sees_cases, write_step
from handrail.oversight.sampling import ReviewSample, review_sample

Kind = FocusedReview.Kind
USUAL_DAYS = 90
"""How many days are looked at where nobody says."""
OCCASION_DAYS = 365
"""So long ago may an incident or a grievance be that is offered as what gives rise to a review."""
MOST_CASES = 100
"""So many cases of one kind a person can look at."""


@dataclass(frozen=True)
class Sentinel:
    """A sentinel incident and its review, where there is one."""

    incident: Any
    review: FocusedReview | None

    @property
    def is_open(self) -> bool:
        """Whether its case review is still to be made or closed."""
        return self.review is None or self.review.closed_at is None


_OCCASIONS = {"incident": ("Incident", "occurred_on"), "grievance": ("Grievance", "received_on")}
"""The records that may give rise to a review: what they are called, and the column with their day."""


@dataclass(frozen=True)
class Occasion:
    """An incident or a grievance that may give rise to a review."""

    table: str
    row: Any

    @property
    def on(self) -> datetime.date:
        """Its day."""
        day: datetime.date = getattr(self.row, _OCCASIONS[self.table][1])
        return day

    @property
    def says(self) -> str:
        """It in words that name nobody."""
        severity = f", {self.row.get_severity_display()}" if self.table == "incident" and self.row.severity else ""
        where = self.row.program.name or self.row.program_id
        return f"{_OCCASIONS[self.table][0]} of {said_day(self.on)}, {where}{severity}"


def open_review(
    looking: Viewer,
    *,
    title: str,
    kind: str,
    why: str,
    flagged: Collection[str],
    unflagged: Collection[str],
    words: str = "",
    measure: str = "",
    unit: str = "",
    signal: str = "",
    clauses: Collection[Clause] = (),
    since: datetime.date | None = None,
    until: datetime.date | None = None,
    flagged_wanted: int = 10,
    unflagged_wanted: int = 10,
    is_blinded: bool = True,
    points_to: tuple[str, str] = ("", ""),
    seed: str = "",
) -> FocusedReview:
    """This will open a review and draw its cases from those flagged and unflagged: ids of episodes.

    Without a seed its number is the seed, which nobody chooses. In a payer's organization the ids are those of the
    cases among its claims, and nothing of a chart comes along. Raises `PermissionDenied` for a role that may not, and
    `ValidationError` with everything that is wrong.
    """
    looking.require("read oversight")
    looking.require("write review")
    last = until or looking.today
    first = since or last - datetime.timedelta(days=USUAL_DAYS - 1)
    those, others = set(flagged), set(unflagged)
    known = _known(looking, those | others)
    wrong = _wrong(title, kind, why, those, others, known, clauses, (first, last), (flagged_wanted, unflagged_wanted))
    if is_blinded and not clauses and looking.organization.kind != Organization.Kind.PAYER:
        wrong["is_blinded"] = "To keep reviewers blind, say which clauses are in question: the others would tell."
    if any(points_to) and occasion(looking, *points_to) is None:
        wrong["points_to"] = "There is no such incident or grievance."
    if wrong:
        raise ValidationError(wrong)
    told = {"flagged": sorted(those), "unflagged": sorted(others)}
    programs = sorted({program for _, program in known.values() if program})
    asked = sorted(set(clauses))
    counted = frames.failing(looking, asked, programs, first, last) if asked else []
    with transaction.atomic():
        number = next_number("F", looking.today.year)
        review = FocusedReview.objects.create(
            organization=looking.organization,
            number=number,
            title=title.strip(),
            kind=kind,
            words=words.strip(),
            measure=measure.strip(),
            unit=unit.strip(),
            signal=signal.strip(),
            clauses=[{"definition": one.definition, "clause": one.clause} for one in asked],
            points_to_table=points_to[0],
            points_to_id=points_to[1],
            why=why.strip(),
            programs=programs,
            since=first,
            until=last,
            opened_at=timezone.now(),
            opened_by_id=looking.membership_id,
            opened_as=sorted(looking.roles),
            seed=seed or number,
            frame=told,
            frame_seal=seal_of(told),
            flagged_wanted=flagged_wanted,
            unflagged_wanted=unflagged_wanted,
            before={one.clause.key: [one.failing, one.judged, one.unknown] for one in counted},
            is_blinded=is_blinded,
        )
        drawn = drawn_again(review)
        add_cases(looking, review, drawn, ReviewCase.Round.FIRST, known, (first, last))
        detail = {"seed": review.seed, "frame_seal": review.frame_seal, "cases": len(drawn.work_list)}
        write_step(looking, review, "open", words=why, detail=detail, is_first=True)
    return review


def drawn_again(review: FocusedReview) -> ReviewSample:
    """This will draw the sample of a review again from what is kept: the same cases, in the same order."""
    return review_sample(
        review.frame["flagged"], review.frame["unflagged"], review.seed, review.flagged_wanted, review.unflagged_wanted
    )


def add_cases(
    looking: Viewer,
    review: FocusedReview,
    drawn: ReviewSample,
    number: int,
    known: Mapping[str, tuple[str, str]],
    days: tuple[datetime.date, datetime.date],
) -> None:
    """This will write a work list down, each case with what the engine says of it now; within the act's transaction."""
    own = [one for one in drawn.work_list if known.get(one, ("", ""))[0]]
    said = frames.kept(looking, own, clauses_of(review), *days) if own else {}
    gave = frames.clinicians(looking, own) if own else {}
    ReviewCase.objects.bulk_create(
        ReviewCase(
            organization=looking.organization,
            review=review,
            round=number,
            place=place,
            reference=one,
            person_id=known.get(one, ("", ""))[0],
            episode_id=one if one in own else "",
            clinician=gave.get(one, ""),
            is_flagged=one in drawn.flagged if number == ReviewCase.Round.FIRST else None,
            kept=said.get(one, []),
        )
        for place, one in enumerate(drawn.work_list, start=1)
    )


def clauses_of(review: FocusedReview) -> list[Clause]:
    """This will give the clauses that a review asks about; none where it asks about whatever is not met."""
    return [Clause(one["definition"], one["clause"]) for one in review.clauses]


def occasion(looking: Viewer, table: str, row_id: str) -> Occasion | None:
    """This will give one incident or grievance of the viewer's own organization; None where there is none."""
    looking.require("read oversight")
    if table not in _OCCASIONS:
        return None
    found = _rows(looking, table).filter(pk=row_id).select_related("program").first()
    return Occasion(table, found) if found else None


def occasions(looking: Viewer) -> list[Occasion]:
    """This will list the incidents and grievances of the last year, the latest first; two queries."""
    looking.require("read oversight")
    first = looking.today - datetime.timedelta(days=OCCASION_DAYS)
    found = [
        Occasion(table, row)
        for table, (_, on) in _OCCASIONS.items()
        for row in _rows(looking, table).filter(**{f"{on}__gte": first}).select_related("program")
    ]
    return sorted(found, key=lambda one: (one.on, one.table, one.row.pk), reverse=True)


def sentinels(looking: Viewer) -> list[Sentinel]:
    """This will list every sentinel incident of the viewer's own programs, the open ones first, the latest first.

    Each needs a case review, whatever any statistic says.
    """
    looking.require("read oversight")
    incidents = _rows(looking, "incident").filter(severity="sentinel")
    reviews = FocusedReview.objects.filter(
        organization=looking.organization, kind=Kind.SENTINEL, points_to_table="incident"
    )
    by = {one.points_to_id: one for one in reviews}
    found = [
        Sentinel(one, by.get(one.pk)) for one in incidents.select_related("program").order_by("-occurred_on", "pk")
    ]
    return sorted(found, key=lambda one: not one.is_open)


def open_sentinel(looking: Viewer, incident_id: str) -> FocusedReview:
    """This will open the review of one sentinel incident: of one case; where there is one already, it gives that."""
    looking.require("write review")
    sentinel = _rows(looking, "incident").filter(pk=incident_id, severity="sentinel")
    found = sentinel.select_related("program").first()
    if found is None:
        raise Http404("There is no such sentinel incident.")
    with transaction.atomic():
        Organization.objects.select_for_update().get(pk=looking.organization.pk)  # two clicks make one review
        held = FocusedReview.objects.filter(
            organization=looking.organization, kind=Kind.SENTINEL, points_to_table="incident", points_to_id=found.pk
        )
        if (there := held.first()) is not None:
            return there
        made = open_review(
            looking,
            title=f"Sentinel incident of {said_day(found.occurred_on)}",
            kind=Kind.SENTINEL,
            why="Every sentinel incident is reviewed, whatever any statistic says.",
            words=f"Sentinel incident in {found.program.name or found.program_id}.",
            flagged=[found.episode_id] if found.episode_id else [],
            unflagged=[],
            since=found.occurred_on - datetime.timedelta(days=USUAL_DAYS - 1),
            until=looking.today,
            flagged_wanted=1,
            unflagged_wanted=0,
            is_blinded=False,
            points_to=("incident", found.pk),
        )
        if not found.episode_id:
            told = {"review": made, "place": 1, "reference": f"incident {found.pk}", "is_flagged": True}
            ReviewCase.objects.create(organization=looking.organization, **told)
    return made


def _rows(looking: Viewer, table: str) -> Any:
    return RECORDS[table].objects.filter(holder_id=looking.organization.pk, is_withdrawn=False)


def _known(looking: Viewer, ids: Collection[str]) -> dict[str, tuple[str, str]]:
    """Person and program by id; at a payer neither, for it has no charts."""
    if looking.organization.kind == Organization.Kind.PAYER:
        return dict.fromkeys(ids, ("", ""))
    return frames.episodes(looking, ids) if ids and sees_cases(looking) else {}


def _wrong(
    title: str,
    kind: str,
    why: str,
    flagged: set[str],
    unflagged: set[str],
    known: Mapping[str, Any],
    clauses: Collection[Clause],
    days: tuple[datetime.date, datetime.date],
    wanted: Sequence[int],
) -> dict[str, str]:
    wrong: dict[str, str] = {}
    if not title.strip():
        wrong["title"] = "Give it a title."
    if kind not in Kind.values:
        wrong["kind"] = f"It is one of: {', '.join(Kind.values)}."
    if not why.strip():
        wrong["why"] = "Say why this was chosen."
    if days[1] < days[0]:
        wrong["until"] = "The last day is not before the first."
    if min(wanted) < 0 or max(wanted) > MOST_CASES:
        wrong["flagged_wanted"] = f"From 0 to {MOST_CASES} cases of each kind."
    elif kind != Kind.SENTINEL and not min(wanted[0], len(flagged)) + min(wanted[1], len(unflagged)):
        wrong["flagged"] = "There is no case to draw."
    if flagged & unflagged:
        wrong["unflagged"] = f"{len(flagged & unflagged)} cases are both flagged and unflagged."
    if missing := len((flagged | unflagged) - set(known)):
        wrong["flagged"] = f"{missing} of these ids are no episodes of yours."
    if any(len(one) > 200 for one in flagged | unflagged):  # the column's length
        wrong["flagged"] = "An id has at most 200 characters."
    return wrong
