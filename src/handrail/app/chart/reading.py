"""Reading the chart: only the viewer's organization, only what was not withdrawn, and with a trace in the log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404

from handrail.app.accounts.access import Viewer
from handrail.app.audit.log import Act, note
from handrail.app.chart.models import RECORDS, Identity, Wording
from handrail.app.chart.owners import OF_THE_PROGRAM, ways_to

_AT_A_TIME = 500


def rows(viewer: Viewer, table: str) -> QuerySet[Any]:
    """This will give the rows of one table that the viewer may see. Raises `PermissionDenied` for a role without it."""
    viewer.require("read program" if table in OF_THE_PROGRAM else "read chart")
    return RECORDS[table].objects.filter(holder_id=viewer.organization.pk, is_withdrawn=False)


def ever(viewer: Viewer, table: str, row_ids: Sequence[str]) -> list[Any]:
    """This will give rows by their ids, those taken back too: for imports, which must not enter them anew."""
    viewer.require("read program" if table in OF_THE_PROGRAM else "read chart")
    found: list[Any] = []
    for start in range(0, len(row_ids), _AT_A_TIME):
        some = row_ids[start : start + _AT_A_TIME]
        found += RECORDS[table].objects.filter(holder_id=viewer.organization.pk, pk__in=some)
    return found


def one(viewer: Viewer, table: str, row_id: str) -> Any:
    """This will give one row. A row of another organization is as absent as one that was never there (`Http404`)."""
    found = rows(viewer, table).filter(pk=row_id).first()
    if found is None:
        raise Http404("There is no such record.")
    return found


def about(viewer: Viewer, table: str, *, person: str) -> QuerySet[Any]:
    """This will give the rows of one table that are about a person."""
    ways = ways_to("person", table)
    if not ways:
        return rows(viewer, table).none()
    test = Q()
    for way in ways:
        test |= Q(**{way: person})
    return rows(viewer, table).filter(test)


def person(viewer: Viewer, person_id: str, *, screen: str) -> Any:
    """This will open the chart of one person for a screen, and write that it was read into the log."""
    found = one(viewer, "person", person_id)
    note(viewer, Act("read", "person", found.pk, found.pk, screen))
    return found


def episode(viewer: Viewer, episode_id: str, *, screen: str) -> Any:
    """This will open one episode with its person and program, and write that it was read into the log."""
    found = rows(viewer, "episode").select_related("person__identity", "program").filter(pk=episode_id).first()
    if found is None:
        raise Http404("There is no such record.")
    note(viewer, Act("read", "episode", found.pk, found.person_id, screen))
    return found


def names(viewer: Viewer) -> QuerySet[Identity]:
    """This will give what the people of the viewer's organization are called."""
    viewer.require("read chart")
    return Identity.objects.filter(holder_id=viewer.organization.pk, is_withdrawn=False)


def ever_named(viewer: Viewer) -> QuerySet[Identity]:
    """This will give what everybody of the organization is called, those taken back too, for a number is taken once."""
    viewer.require("read chart")
    return Identity.objects.filter(holder_id=viewer.organization.pk)


def wordings(viewer: Viewer, table: str, *row_ids: str) -> dict[tuple[str, str], str]:
    """This will give the words that belong to rows, by row id and part."""
    viewer.require("read chart")
    found = Wording.objects.filter(holder_id=viewer.organization.pk, table=table, row_id__in=row_ids)
    return {(one.row_id, one.part): one.text for one in found}
