"""Every address of the app, and a provider whose every text holds one word: for the tests of who may see and do what.

The addresses are those of the resolver, filled with the ids of Prairie's rows: a new screen is tested as soon as it is
there. Which acts open an address is read off the first line of its view.
"""

from __future__ import annotations

import ast
import datetime
import inspect
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from tests.app import oversight_world, payer_world
from tests.app.consent_world import consent_to

from handrail.app.accounts.access import roles
from handrail.app.accounts.models import Membership, Organization
from handrail.app.authorizations import appeals, determining
from handrail.app.authorizations.models import Authorization, Notice, Request
from handrail.app.chart import writing
from handrail.app.chart.models import RECORDS, Change, Identity
from handrail.app.chart.owners import OF_THE_PROGRAM
from handrail.app.consent import emergencies
from handrail.app.consent.models import Agreement, Consent, Disclosure
from handrail.app.reviewing import cases as reviewing
from handrail.app.reviewing import closing, opening, recording
from handrail.app.reviewing.frames import Clause
from handrail.app.reviewing.models import FocusedReview
from handrail.app.worklists import judging
from handrail.app.worklists.models import Decision, Verdict
from handrail.records.schema import Column, Table, in_order_of_reference, tables

LIBRARIES = ("allauth.", "django.")
"""Whose views have gates of their own: those of signing in."""
KEYS = ("table", "what", "monday", "name", "place", "language", "urgency", "measure", "by")
"""Parameters that are no ids of anybody's rows."""
WORD = "Zanzibarqx"
"""A word that stands in every text of Prairie's and nowhere else."""
NUMBER = "ZZ-0700-QX"
"""Under which the clinic knows her; no random token looks like it."""


@dataclass(frozen=True)
class Address:
    """One pattern of the resolver: its route, the parameters of it, and its view."""

    route: str
    parameters: tuple[str, ...]
    view: Any
    name: str

    def filled(self, ids: dict[str, list[str]]) -> list[str]:
        """This will put ids into the route: one address for each table where the route is about any."""
        several = [{}]
        for name in self.parameters:
            several = [
                {**one, name: value}
                for one in several
                for value in ids.get(name, ids["row_id"])
                if fits(one, name, value)
            ]
        found = []
        for one in several:
            told = self.route
            for name, value in one.items():
                told = re.sub(rf"<(\w+:)?{name}>", value, told)
            found.append(f"/{told}")
        return found

    @property
    def acts(self) -> tuple[str, ...] | None:
        """The acts that its gate asks for; None where the first statement of the view is no gate."""
        return gate(self.view)

    def asks(self, method: str) -> tuple[str, ...]:
        """The acts for a method: changing may ask for more than looking."""
        return gate(self.view, method) or ()

    @property
    def is_about_a_row(self) -> bool:
        """Whether the address names a row of somebody's."""
        return bool(set(self.parameters) - set(KEYS))


def gate(view: Any, method: str = "GET") -> tuple[str, ...] | None:
    """This will read the acts off the first statement of a view: `looking = viewer(request, "act", …)`, or without a name.

    What is asked for changing only is written `*(["act"] if request.method == "POST" else [])`. None where anything else
    stands there: an act that is computed is no declaration.
    """
    (function,) = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(view)))).body
    assert isinstance(function, ast.FunctionDef)
    is_told = ast.get_docstring(function) is not None
    first = function.body[1 if is_told and len(function.body) > 1 else 0]
    call = first.value if isinstance(first, ast.Assign | ast.Expr) else None
    if isinstance(call, ast.Call) and len(call.args) == 1 and isinstance(call.args[0], ast.Call):
        call = call.args[0]  # a second gate around the first: `_payers(viewer(request, "act"))`
    if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "viewer"):
        return None
    request, *told = call.args
    if not (isinstance(request, ast.Name) and request.id == function.args.args[0].arg) or call.keywords:
        return None
    found: list[str] = []
    for one in told:
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            found.append(one.value)
        elif more := _FOR_POST.fullmatch(ast.unparse(one)):
            found += ast.literal_eval(more["acts"]) if method == "POST" else []
        else:
            return None
    return tuple(found)


_FOR_POST = re.compile(r"\*\(?(?P<acts>\['[^\]]*\]) if request\.method == 'POST' else \[\]\)?")


def fits(chosen: dict[str, str], name: str, value: str) -> bool:
    """This will say whether a value goes with those chosen before: a row's id goes with its own table."""
    return not (name == "row_id" and "table" in chosen) or value == f"zz-{chosen['table']}"


def addresses(patterns: Any = None, before: str = "") -> Iterator[Address]:
    """This will walk the resolver."""
    for one in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from addresses(one.url_patterns, route)
        elif isinstance(one, URLPattern) and not inspect.unwrap(one.callback).__module__.startswith(LIBRARIES):
            yield Address(route, tuple(one.pattern.converters), one.callback, one.name or route)


def value_of(table: Table, column: Column, today: datetime.date) -> Any:
    """This will give a value that betrays where it came from."""
    match column.type:
        case "id":
            return f"zz-{column.references or table.name}"
        case "text":
            return "us-ne/intensive-outpatient-2.1" if column.name == "service" else f"{WORD} text"
        case "code" | "level" | "credential":
            return column.values[0]
        case "date":
            return today
        case "time":
            return datetime.datetime.combine(today, datetime.time(9))
        case "integer":
            return column.least or min(7, column.most or 7)
        case "boolean":
            return True
    return None


@pytest.fixture
def ids(cast: Any, write: Any) -> dict[str, list[str]]:
    """A row of every table at Prairie, with names and words, judged; gives ids for the parameters of addresses."""
    today = cast.viewer("counselor").today
    counselor = cast.viewer("counselor")
    for name in in_order_of_reference():
        table = tables()[name]
        row = {c.name: value_of(table, c, today) for c in table.columns.values()}
        if name == "person":
            row |= {"birth_date": datetime.date(1990, 1, 1), "died_on": None}
        if name == "episode":
            row |= {"discharged_on": None, "discharge_reason": None}
        made = write(name, **row)
        if name == "person":
            writing.name(counselor, made, given_name=WORD, family_name=WORD, number=NUMBER)
        elif name not in OF_THE_PROGRAM:
            writing.word(counselor, made, "note", f"{WORD} words")
    judging.judge_everybody("prairie")
    verdict = Verdict.objects.filter(person_id="zz-person").first()
    assert verdict is not None
    found = {f"{name}_id": [f"zz-{name}"] for name in tables()}
    found |= {
        "row_id": [f"zz-{name}" for name in tables()],
        "table": list(tables()),
        "review_id": ["zz-plan_review"],
        "verdict_id": [str(verdict.pk)],
        "decision_id": [str(Decision.objects.values_list("pk", flat=True).first())],
        "membership_id": [str(cast.member("counselor").pk)],
        "monday": [(today - datetime.timedelta(days=today.weekday())).isoformat()],
        "what": ["need"],
        "name": ["approve", "refer", "nothing"],
        "place": ["1"],
    }
    kept = oversight_world.kept(today)
    return found | _privacy(cast, today) | _requests(cast, today) | _reviews(cast, today) | kept


def _reviews(cast: Any, today: datetime.date) -> dict[str, list[str]]:
    """A focused review with a confirmed finding that waits for an answer, and an action."""
    lead = cast.viewer("clinical_supervisor")
    held = opening.open_review(
        lead, title=f"{WORD} title", kind="other", why=f"{WORD} why", flagged=["zz-episode"], unflagged=[], is_blinded=False
    )  # fmt: skip
    case = held.cases.get()
    reviewing.take(lead, case)
    for told in reviewing.open_clauses(case):
        reviewing.find(lead, case, Clause(told["definition"], told["clause"]), "confirmed", f"{WORD} seen")
    reviewing.looked(lead, case, f"{WORD} case")
    held.refresh_from_db()
    reviewing.ask(lead, held, today)
    action = closing.add_action(lead, held, f"{WORD} action", f"{WORD} who", today)
    return {
        "focused_id": [held.pk],
        "review_case_id": [case.pk],
        "finding_id": [one.pk for one in recording.confirmed(held)][:1],
        "action_id": [action.pk],
    }


def _privacy(cast: Any, today: datetime.date) -> dict[str, list[str]]:
    """A consent, an emergency and an agreement."""
    looking, person = cast.viewer("counselor"), RECORDS["person"].objects.get(pk="zz-person")
    consent = consent_to(cast, person, representative=f"{WORD} parent")
    noted = emergencies.break_glass(
        looking,
        person,
        recipient_name=f"{WORD} hospital",
        affiliation=f"{WORD} city",
        discloser_name=f"{WORD} counselor",
        at=timezone.now(),
        nature=f"{WORD} overdose",
        information=["treatment"],
    )
    agreement = Agreement.objects.create(
        holder=cast.prairie,
        partner_name=f"{WORD} laboratory",
        kind=Agreement.Kind.values[0],
        services=f"{WORD} tests",
        acknowledges_part_2=True,
        signed_on=today,
    )
    return {"consent_id": [consent.pk], "disclosure_id": [noted.pk], "agreement_id": [agreement.pk]}


def _requests(cast: Any, today: datetime.date) -> dict[str, list[str]]:
    """A draft, a request that the payer has received with what is frozen for it, and one denied,
    with its letter and appeal; and one approved."""
    episode, looking = RECORDS["episode"].objects.get(pk="zz-episode"), cast.viewer("counselor")
    payer_world.terms(cast)
    told = {"narrative": f"{WORD} narrative", "starts_on": today, "ends_on": today, "units": 3}
    draft = payer_world.draft(cast, episode, **told)
    sent = payer_world.sent(cast, episode, **told)
    denied = payer_world.sent(cast, episode, **told)
    clauses = [denied.submissions.get(place=1).content["verdicts"][0]["clause"]]
    determining.refer(payer_world.nurse(cast), denied, f"{WORD} look", clauses=clauses)
    denied.refresh_from_db()
    determining.deny(payer_world.doctor(cast), denied, clauses=clauses, reason=f"{WORD} reason")
    denied.refresh_from_db()
    appeal = appeals.file(looking, denied, filed_by="person", words=f"{WORD} appeal")
    approved = payer_world.sent(cast, episode, **told)
    given = determining.approve(payer_world.nurse(cast), approved).request.authorizations.get()
    letters = Notice.objects.filter(request=denied).values_list("pk", flat=True)
    return {
        "request_id": [draft.pk, sent.pk, denied.pk, approved.pk],
        "authorization_id": [given.pk],
        "conversation_id": ["1"],
        "notice_id": [str(letters[0])],
        "appeal_id": [appeal.pk],
        "language": ["en"],
        "urgency": ["standard"],
    }


@pytest.fixture
def strangers(cast: Any) -> dict[str, list[str]]:
    """Another provider and another payer, and their members: one of each role, and one with every role at once."""
    Organization.objects.create(organization_id="otherplan", name="Other Health Plan", kind="payer")
    for organization in ("lakeside", "otherplan"):
        held = cast.member("counselor", organization)
        Membership.objects.filter(pk=held.pk).update(roles=list(roles()))
    return {"lakeside": [*roles()], "otherplan": [*roles()]}


def says(page: Any) -> str:
    """This will give everything that an answer says: its text, where it leads, its headers."""
    content = b"".join(page.streaming_content) if page.streaming else page.content
    return content.decode(errors="replace") + str(dict(page.headers))


def betrays(page: Any, asked: str) -> list[str]:
    """This will name what an answer gives away of Prairie; ids that the asker sent may come back."""
    told = says(page)
    for part in asked.split("/"):
        told = told.replace(part, "") if part.startswith("zz-") else told
    return [secret for secret in (WORD, NUMBER, "zz-") if secret in told]


def everything() -> dict[str, Any]:
    """This will give what stands at Prairie: versions, names and history."""
    return {
        **{name: sorted(model.objects.filter(holder="prairie").values_list("pk", "version", "is_withdrawn", "locked_at"))
           for name, model in RECORDS.items()},
        "names": sorted(Identity.objects.filter(holder="prairie").values_list("pk", "given_name", "version")),
        "history": Change.objects.filter(organization="prairie").count(),
        "requests": sorted(Request.objects.values_list("pk", "status", "version")),
        "authorizations": sorted(Authorization.objects.values_list("pk", "ended_on")),
        "consents": sorted(Consent.objects.values_list("pk", "revoked_at", "ended_at")),
        "agreements": sorted(Agreement.objects.values_list("pk", "until")),
        "reviews": sorted(FocusedReview.objects.values_list("pk", "status", "version")),
        "disclosures": Disclosure.objects.count(),
        "members": sorted(Membership.objects.filter(organization="prairie").values_list("pk", "until")),
    }  # fmt: skip
