"""Signing a plan or a review: who signed what, sealed, and whether the signature still covers what stands there now.

What is signed is the row, what belongs to it (a plan's goals, a review's participants) and every wording of these.
Days on which something happened later (a goal met or dropped) are no part of it: they are recorded after signing.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Q

from handrail.app.accounts.access import Viewer
from handrail.app.audit.log import Act, note
from handrail.app.chart import reading, writing
from handrail.app.chart.declared import attribute
from handrail.app.chart.models import RECORDS, Change, Cover, Wording
from handrail.app.chart.owners import person_of, persons_of
from handrail.app.chart.writing import ChangedMeanwhileError
from handrail.records.schema import tables

SIGNED = ("plan", "plan_review")
"""The tables whose rows are signed."""

STAFF, INDIVIDUAL = "staff", "individual"


class Way(StrEnum):
    """How somebody who is not staff signed."""

    HERE = "here"
    REMOTE = "remote"


@dataclass(frozen=True)
class Content:
    """What a signature covers: rows and their wordings."""

    rows: tuple[Any, ...]
    wordings: tuple[Wording, ...]

    @cached_property
    def seal(self) -> str:
        """The SHA-256 of the content in its canonical form."""
        told = {
            "rows": sorted([row.table, row.pk, _signed_columns(row)] for row in self.rows),
            "words": sorted([one.table, one.row_id, one.part, one.text] for one in self.wordings if one.text),
        }
        text = json.dumps(told, ensure_ascii=True, sort_keys=True, separators=(",", ":"), cls=DjangoJSONEncoder)
        return hashlib.sha256(text.encode("ascii")).hexdigest()


@dataclass(frozen=True)
class Altered:
    """One column or text that is other than when it was signed."""

    what: str
    before: Any
    after: Any
    change: Change


@dataclass(frozen=True)
class Signed:
    """One signature, and whether it still covers the content. `covers` is None where no seal was kept."""

    signature: Any
    covers: bool | None
    words: str = ""
    way: str = ""
    witness: str = ""
    altered: Sequence[Altered] = field(default_factory=tuple)


def goals_of(viewer: Viewer, plan: Any) -> list[Any]:
    """This will give the goals of a version: those it brought, and those from before still open on its day."""
    versions = reading.rows(viewer, "plan").filter(episode_id=plan.episode_id).order_by("effective_on", "pk")
    ids = list(versions.values_list("pk", flat=True))
    earlier = ids[: ids.index(plan.pk)] if plan.pk in ids else ids
    on = plan.effective_on
    from_before = Q(plan_id__in=earlier) | Q(plan_id=None, set_on__lte=on)
    still_open = (Q(met_on=None) | Q(met_on__gt=on)) & (Q(dropped_on=None) | Q(dropped_on__gt=on))
    found = reading.rows(viewer, "goal").filter(episode_id=plan.episode_id)
    return list(found.filter(Q(plan_id=plan.pk) | (from_before & still_open)).order_by("set_on", "pk"))


def content(viewer: Viewer, row: Any) -> Content:
    """This will give what a signature under a plan or a review covers today."""
    if row.table == "plan":
        parts = goals_of(viewer, row)
    else:
        parts = list(reading.rows(viewer, "review_participant").filter(plan_review_id=row.pk))
    rows = (row, *parts)
    return Content(rows, tuple(_wordings(viewer, [(one.table, one.pk) for one in rows])))


def unchanged(viewer: Viewer, row: Any, seen: str) -> Content:
    """This will hold a row until the transaction ends, and give its content.

    Raises `ChangedMeanwhileError` where the content is no longer the one that was shown, whose seal is `seen`.
    """
    held = reading.rows(viewer, row.table).select_for_update().filter(pk=row.pk).first()
    if held is None:
        raise ChangedMeanwhileError
    told = content(viewer, held)
    if told.seal != seen:
        raise ChangedMeanwhileError
    return told


def sign(
    viewer: Viewer,
    row: Any,
    signer: str,
    *,
    refused: bool = False,
    words: str = "",
    way: str = Way.HERE,
    on: datetime.date | None = None,
    seen: str | None = None,
) -> Any:
    """This will write a signature, seal what it covers, and lock it.

    A member of staff signs only for themselves, today. Others sign before the viewer, who witnesses it, or remotely;
    the individual may refuse, and then her words are kept. Raises `ValidationError` with a sentence for each field
    (`signer`, `words`, `signed_on`), and `ChangedMeanwhileError` where `seen` is not the seal of the content.
    """
    viewer.require("sign plan")
    with transaction.atomic():
        told = unchanged(viewer, row, content(viewer, row).seal if seen is None else seen)
        held = told.rows[0]
        _check(viewer, held, told.seal, signer, refused=refused, words=words, on=on)
        signature = writing.create(
            viewer,
            "signature",
            {
                f"{held.table}_id": held.pk,
                "signer": signer,
                "staff_id": viewer.staff_id if signer == STAFF else None,
                "signed_on": on or viewer.today,
                "refused": refused,
            },
        )
        if words.strip():
            writing.word(viewer, signature, "words", words.strip())
        if signer != STAFF:
            writing.word(viewer, signature, "way", str(way))
            writing.word(viewer, signature, "witness", viewer.name)
        Cover.objects.create(signature_id=signature.pk, seal=told.seal)
        for one in (*told.rows, signature):
            if one.locked_at is None:
                writing.lock(viewer, one)
        note(viewer, Act("sign", held.table, held.pk, person_of(held), "refused" if refused else signer))
    return signature


def seal_all(viewer: Viewer, signatures: Sequence[Any]) -> None:
    """This will seal and lock what signatures cover that were written without a seal, as it stands now.

    For the demo, whose plans were signed on days long past: a few queries, however many there are.
    """
    viewer.require("sign plan")
    with transaction.atomic():
        under = {table: {getattr(one, f"{table}_id") for one in signatures} - {None} for table in SIGNED}
        told = {
            (content.rows[0].table, content.rows[0].pk): content
            for table, ids in under.items()
            for content in _contents(viewer, table, ids)
        }
        made = []
        for one in signatures:
            table = SIGNED[0] if one.plan_id else SIGNED[1]
            made.append(Cover(signature_id=one.pk, seal=told[table, getattr(one, f"{table}_id")].seal))
        Cover.objects.bulk_create(made, batch_size=500)
        held = {(row.table, row.pk): row for content in told.values() for row in content.rows}
        writing.lock_all(viewer, [row for row in (*held.values(), *signatures) if row.locked_at is None])
        persons = persons_of("signature", signatures)
        acts = [Act("sign", "signature", one.pk, who, one.signer) for one, who in zip(signatures, persons, strict=True)]
        note(viewer, *acts)


def _contents(viewer: Viewer, table: str, ids: Collection[str]) -> list[Content]:
    """What signatures under many plans or reviews cover, all at once; the same as `content` says of each."""
    rows = [row for row in reading.rows(viewer, table).select_related("episode") if row.pk in ids]
    parts: dict[str, list[Any]] = defaultdict(list)
    if table == "plan":
        plans, goals = defaultdict(list), defaultdict(list)
        for plan in reading.rows(viewer, "plan").order_by("effective_on", "pk"):
            plans[plan.episode_id].append(plan.pk)
        for goal in reading.rows(viewer, "goal").select_related("episode").order_by("set_on", "pk"):
            goals[goal.episode_id].append(goal)
        for row in rows:
            earlier = plans[row.episode_id][: plans[row.episode_id].index(row.pk)]
            parts[row.pk] = [goal for goal in goals[row.episode_id] if _belongs(goal, row, earlier)]
    else:
        for one in reading.rows(viewer, "review_participant").select_related("plan_review__episode"):
            parts[one.plan_review_id].append(one)
    said: dict[tuple[str, str], list[Wording]] = defaultdict(list)
    for one in Wording.objects.filter(holder_id=viewer.organization.pk, is_withdrawn=False):
        said[one.table, one.row_id].append(one)
    made = []
    for row in rows:
        mine = (row, *parts[row.pk])
        made.append(Content(mine, tuple(text for one in mine for text in said[one.table, one.pk])))
    return made


def _belongs(goal: Any, plan: Any, earlier: Collection[str]) -> bool:
    """Whether `goals_of` gives a goal for a version."""
    on = plan.effective_on
    is_from_before = goal.plan_id in earlier or (goal.plan_id is None and goal.set_on is not None and goal.set_on <= on)
    is_open = all(day is None or day > on for day in (goal.met_on, goal.dropped_on))
    return goal.plan_id == plan.pk or (is_from_before and is_open)


def covers(viewer: Viewer, row: Any, told: Content | None = None) -> list[Signed]:
    """This will say for each signature under a row whether it still covers the content, and what changed since."""
    found = list(
        reading.rows(viewer, "signature")
        .filter(**{f"{row.table}_id": row.pk})
        .select_related("staff")
        .order_by("signed_on", "entered_at", "pk")
    )
    if not found:
        return []
    seal = (told or content(viewer, row)).seal
    seals = dict(Cover.objects.filter(pk__in=[one.pk for one in found]).values_list("signature_id", "seal"))
    said = reading.wordings(viewer, "signature", *[one.pk for one in found])
    stale = [one for one in found if one.pk in seals and seals[one.pk] != seal]
    changes = _changes(viewer, row, min(one.entered_at for one in stale)) if stale else []
    return [
        Signed(
            one,
            seals[one.pk] == seal if one.pk in seals else None,
            said.get((one.pk, "words"), ""),
            said.get((one.pk, "way"), ""),
            said.get((one.pk, "witness"), ""),
            [told for told in changes if told.change.at > one.entered_at] if one in stale else [],
        )
        for one in found
    ]


def _signed_columns(row: Any) -> dict[str, Any]:
    told = {}
    for column in tables()[row.table].columns.values():
        if not column.is_event and column.name != tables()[row.table].key:
            told[column.name] = getattr(row, row._meta.get_field(attribute(column)).attname)
    return told


def _wordings(viewer: Viewer, of: Sequence[tuple[str, str]]) -> list[Wording]:
    test = Q(pk__in=[])
    for table in {table for table, _ in of}:
        test |= Q(table=table, row_id__in=[row_id for name, row_id in of if name == table])
    return list(Wording.objects.filter(test, holder_id=viewer.organization.pk, is_withdrawn=False))


def _check(
    viewer: Viewer, row: Any, seal: str, signer: str, *, refused: bool, words: str, on: datetime.date | None
) -> None:
    wrong: dict[str, str] = {}
    if signer == STAFF and not viewer.staff_id:
        wrong["signer"] = "You are not on the staff list here, so you cannot sign as staff. Ask the administrator."
    if signer == STAFF and on not in (None, viewer.today):
        wrong["signed_on"] = "Staff sign today."
    if on is not None and on > viewer.today:
        wrong["signed_on"] = "This day is still to come."
    if refused and signer != INDIVIDUAL:
        wrong["signer"] = "Only the person herself can refuse. Staff who disagree say so in the plan."
    if refused and not words.strip():
        wrong["words"] = "Write down what she said, in her words."
    if signer not in (STAFF, INDIVIDUAL) and not words.strip():
        wrong["words"] = "Write down who signed."
    if wrong:
        raise ValidationError(wrong)
    same = reading.rows(viewer, "signature").filter(**{f"{row.table}_id": row.pk}, signer=signer)
    if signer == STAFF:
        same = same.filter(staff_id=viewer.staff_id)
    ids = list(same.values_list("pk", flat=True))
    covering = list(Cover.objects.filter(pk__in=ids, seal=seal).values_list("signature_id", flat=True))
    if covering and signer not in (STAFF, INDIVIDUAL):
        said = reading.wordings(viewer, "signature", *covering)
        covering = [one for one in covering if said.get((one, "words"), "").casefold() == words.strip().casefold()]
    if covering:
        raise ValidationError({"signer": "This is signed already, and nothing changed since. Nobody signs it twice."})


def _changes(viewer: Viewer, row: Any, since: datetime.datetime) -> list[Altered]:
    """What changed since a moment, the rows withdrawn meanwhile included."""
    part, of = ("goal", "episode_id") if row.table == "plan" else ("review_participant", "plan_review_id")
    whose = row.episode_id if row.table == "plan" else row.pk
    own = RECORDS[part].objects.filter(holder_id=viewer.organization.pk, **{of: whose})
    if row.table == "plan":
        own = own.exclude(plan__effective_on__gt=row.effective_on)
    of_rows = [(row.table, row.pk), *((part, pk) for pk in own.values_list("pk", flat=True))]
    texts = {one.pk: one for one in _wordings(viewer, of_rows)}
    test = Q(table="wording", row_id__in=list(texts))
    for table, pk in of_rows:
        test |= Q(table=table, row_id=pk)
    found = (
        Change.objects.filter(test, organization_id=viewer.organization.pk, at__gt=since)
        .exclude(kind=Change.Kind.LOCKED)
        .select_related("by__user")
        .order_by("at", "pk")
    )
    return [one for change in found for one in _altered(change, texts)]


def _altered(change: Change, texts: dict[str, Wording]) -> list[Altered]:
    if change.table == "wording":
        told = texts[change.row_id]
        what = f"{told.table}: {told.part}".replace("_", " ")
        return [Altered(what, change.before.get("text", ""), change.after.get("text", ""), change)]
    name = change.table.replace("_", " ")
    if change.kind != Change.Kind.AMENDED:
        return [Altered(f"{name} {'added' if change.kind == Change.Kind.CREATED else 'withdrawn'}", "", "", change)]
    columns = tables()[change.table].columns
    return [
        Altered(f"{name}: {column}".replace("_", " "), change.before.get(column), value, change)
        for column, value in change.after.items()
        if change.before.get(column) != value and column in columns and not columns[column].is_event
    ]
