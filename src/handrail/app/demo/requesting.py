"""The demo's payer: its terms, and weeks of requests, questions, determinations, letters and appeals, all played through.

Every act is the operation that a user uses, done by who may do it. Only the clock is turned back meanwhile, so that what
was received last month was received last month.
"""

from __future__ import annotations

import datetime
import heapq
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from handrail.app.accounts.access import Viewer, viewer_of
from handrail.app.accounts.models import Membership, Organization
from handrail.app.authorizations import appeals, conversing, determining, requests
from handrail.app.authorizations.models import Qualification, Request, Terms
from handrail.app.authorizations.notices import making as letters
from handrail.app.chart import reading
from handrail.app.consent.disclosing import NotCoveredError

Kind = Request.Kind
_SINCE = datetime.date(2020, 1, 1)
_STAY = 30
"""Days that are asked for at a time."""

Script = Iterator[datetime.datetime]


@dataclass
class Case:
    """One person's request at the payer, and who acts on it. `people` gives a viewer by sign-in, at the turned clock."""

    episode: Any
    people: Callable[[str], Viewer]
    now: datetime.datetime
    request: Request

    def ago(self, **span: float) -> datetime.datetime:
        """This will give a moment so long before the demo's present."""
        return self.now - datetime.timedelta(**span)

    def begin(self, kind: str = Kind.INITIAL, **told: Any) -> None:
        """This will begin a draft for the next thirty days."""
        who = self.people("supervisor" if self.episode.holder_id == "prairie" else "lakeside")
        told = {"units": 40, "starts_on": who.today, "ends_on": who.today + datetime.timedelta(days=_STAY - 1)} | told
        payer = Organization.objects.get(pk="plan")
        self.request = requests.draft(who, self.episode, kind, addressed_to=payer, **told)

    def send(self) -> None:
        """This will send the draft. Raises `ValidationError` where a stay goes on and no review says so."""
        sent = requests.submit(self.provider, self.request)
        if self.request.decision == "continued-stay" and sent.content["decision"] is None:
            raise ValidationError("No review was held.")
        self.request.refresh_from_db()

    @property
    def provider(self) -> Viewer:
        """Who treats."""
        return self.people("supervisor" if self.episode.holder_id == "prairie" else "lakeside")

    def open_clauses(self, *words: str) -> list[str]:
        """This will name the clauses of what was sent that came to one of some verdicts; all of them where none did."""
        sent = self.request.submissions.order_by("-place")[0].content["verdicts"]
        found = [one["clause"] for one in sent if one["verdict"] in words]
        return found or [sent[0]["clause"]]

    def is_open(self) -> bool:
        """This will say whether the payer still has to decide: the rules may have approved it at once."""
        return self.request.status in Request.OPEN


def make_payer(people: Callable[[str], Viewer]) -> None:
    """This will give the demo's payer its terms and its doctors their credentials."""
    Terms.objects.create(
        payer_id="plan",
        since=_SINCE,
        standard_days=7,
        approves_automatically=False,
        denying_credentials=["MD", "DO"],
        units={"us-ne/intensive-outpatient-2.1": {"unit": "hour", "source": "Invented contract, appendix B"}},
        contact="Example Health Plan, Member Services\n1 Invented Plaza, Sampletown\nTelephone 555-0100, Monday to Friday 8 to 5",
        hearing_contact="State Office of Fair Hearings (invented)\nTelephone 555-0199",
        source="Invented contract between the state and Example Health Plan",
    )
    for name, field in (("medical-director", "addiction medicine"), ("medical-director-2", "psychiatry")):
        held = people(name)
        Qualification.objects.create(
            membership_id=held.membership_id, organization_id="plan", credential="MD", field=field, since=_SINCE
        )


def make_requests(now: datetime.datetime) -> int:
    """This will play the payer's last weeks through, up to `now`; gives how many requests there are."""
    make_payer(_viewer)
    zone = ZoneInfo(Organization.objects.get(pk="plan").time_zone)
    queue: list[tuple[datetime.datetime, int, Case, Script]] = []
    waiting = list(_episodes(now.astimezone(zone).date()))

    def begin(number: int) -> None:
        days_ago, of, script = _SCRIPTS[number]
        place = next((at for at, one in enumerate(waiting) if _suits(days_ago, of, one, now)), None)
        if place is not None:
            case = Case(waiting.pop(place), _viewer, now, Request())
            told = script(case)
            heapq.heappush(queue, (next(told), number, case, told))

    for number in range(len(_SCRIPTS)):
        begin(number)
    while queue:
        moment, number, case, told = heapq.heappop(queue)
        try:
            with clock_at(moment), transaction.atomic():
                following = next(told, None)
        except (ValidationError, NotCoveredError):
            if Request.objects.filter(pk=case.request.pk).exists():
                raise
            begin(number)  # nothing to send, or no consent for it: somebody else's
            continue
        if following is not None:
            heapq.heappush(queue, (following, number, case, told))
    return Request.objects.count()


@contextmanager
def clock_at(moment: datetime.datetime) -> Iterator[None]:
    """This will turn the clock that the operations read to a moment, until the block ends; for making the demo alone."""
    real = timezone.now
    timezone.now = lambda: moment.astimezone(datetime.UTC)
    try:
        yield
    finally:
        timezone.now = real


def _viewer(username: str) -> Viewer:
    held = Membership.objects.select_related("organization", "user").filter(user__username=username).order_by("pk")
    return viewer_of(held[0])


def _episodes(today: datetime.date) -> Iterator[Any]:
    """Episodes of both providers that are recent or still going on, those of the two taking turns, the latest first."""
    for name in ("supervisor", "lakeside"):
        rows = reading.rows(_viewer(name), "episode").select_related("program", "person", "holder")
        yield from rows.filter(admitted_on__lte=today).order_by("-admitted_on", "pk")[:120]


def _suits(days_ago: float, of: str, episode: Any, now: datetime.datetime) -> bool:
    """Whether an episode had begun when the request was made, not long before, and the service is the one asked for."""
    days = (now.date() - episode.admitted_on).days - days_ago
    is_support = "recovery" in episode.program.service
    if of == STAY:
        return not is_support and episode.discharged_on is None and 25 <= days <= 90
    return is_support == (of == SUPPORT) and 0 <= days <= 40


def _approved(case: Case) -> Script:
    yield case.ago(days=26, hours=3)
    case.begin(narrative="Begins this week; the group is full enough to start.")
    case.send()
    yield case.ago(days=25, hours=2)
    determining.take(case.people("reviewer"), case.request)
    yield case.ago(days=25, hours=1)
    determining.approve(case.people("reviewer"), case.request)
    yield case.ago(days=25)
    _letter(case, "reviewer-2")


def _approved_fast(case: Case) -> Script:
    yield case.ago(days=12, hours=5)
    case.begin(urgency="expedited", attestation="Two returns to use in a week; waiting could cost what was reached.")
    case.send()
    yield case.ago(days=12)
    determining.take(case.people("reviewer-2"), case.request)
    determining.approve(case.people("reviewer-2"), case.request)
    _letter(case, "reviewer")


def _asked_then_approved(case: Case) -> Script:
    yield case.ago(days=15, hours=4)
    case.begin(Kind.CONTINUED_STAY, units=36)
    case.send()
    yield case.ago(days=14)
    reviewer = case.people("reviewer")
    determining.take(reviewer, case.request)
    clauses = case.open_clauses("cannot tell", "pending", "not met")
    determining.ask(reviewer, case.request, "Please send what shows progress since the last review.", clauses=clauses)
    yield case.ago(days=12)
    requests.answer(case.provider, case.request, "The review of this week is in the record now.")
    yield case.ago(days=11)
    determining.approve(case.people("reviewer"), case.request)
    _letter(case, "reviewer-2")


def _partly(case: Case) -> Script:
    yield case.ago(days=20)
    case.begin(Kind.CONTINUED_STAY, units=60)
    case.send()
    yield case.ago(days=19)
    reviewer = case.people("reviewer")
    determining.take(reviewer, case.request)
    clauses = case.open_clauses("not met", "cannot tell", "pending")
    determining.refer(reviewer, case.request, "Fewer hours than asked may do.", clauses=clauses)
    yield case.ago(days=17, hours=2)
    doctor = case.people("medical-director")
    determining.offer_conversation(doctor, case.request)
    yield case.ago(days=17)
    half = case.request.starts_on + datetime.timedelta(days=14)
    reason = "We approve two weeks now. The record does not show yet that four weeks at this level are needed."
    determining.approve_in_part(
        case.people("medical-director"), case.request, units=30, starts_on=case.request.starts_on, ends_on=half,
        clauses=clauses, reason=reason,
    )  # fmt: skip
    yield case.ago(days=16)
    _letter(case, "reviewer-2")


def _denied_and_overturned(case: Case) -> Script:
    yield from _denied(case)
    yield case.ago(days=14)
    told = "The assessment that was missed is in the record; it shows the need."
    filed = appeals.file(case.provider, case.request, filed_by="representative", words=told)
    yield case.ago(days=9)
    appeals.take(case.people("medical-director-2"), filed)
    yield case.ago(days=8)
    filed.refresh_from_db()
    appeals.decide(
        case.people("medical-director-2"), filed, "overturn", reason="The need is shown by the assessment.",
        why_overturned="evidence overlooked",
    )  # fmt: skip


def _denied(case: Case) -> Script:
    yield case.ago(days=28)
    case.begin(units=80)
    case.send()
    yield case.ago(days=27)
    reviewer = case.people("reviewer-2")
    determining.take(reviewer, case.request)
    clauses = case.open_clauses("not met", "cannot tell")
    determining.refer(reviewer, case.request, "The need for this level is not shown.", clauses=clauses)
    yield case.ago(days=26)
    offered = determining.offer_conversation(case.people("medical-director"), case.request)
    yield case.ago(days=25)
    conversing.record(
        case.people("reviewer-2"),
        offered,
        held_at=timezone.now(),
        with_whom="the treating counselor",
        summary="Nothing new.",
        result="unchanged",
    )
    yield case.ago(days=24)
    reason = "The record does not show that this level of care is needed. Fewer hours a week may do."
    determining.deny(case.people("medical-director"), case.request, clauses=clauses, reason=reason)
    yield case.ago(days=23)
    _letter(case, "reviewer")


def _denied_and_appealed(case: Case) -> Script:
    yield from _denied(case)
    yield case.ago(days=5)
    appeals.file(case.provider, case.request, filed_by="representative", words="We ask for another look.")


def _asked(case: Case) -> Script:
    yield case.ago(days=3)
    case.begin(Kind.CONTINUED_STAY, units=36)
    case.send()
    yield case.ago(days=1, hours=4)
    reviewer = case.people("reviewer")
    determining.take(reviewer, case.request)
    clauses = case.open_clauses("cannot tell", "not met", "pending")
    determining.ask(reviewer, case.request, "Please send the note on capacity to progress.", clauses=clauses)


def _referred(case: Case) -> Script:
    yield case.ago(days=4, hours=6)
    case.begin(Kind.CONTINUED_STAY, units=72)
    case.send()
    yield case.ago(days=2)
    reviewer = case.people("reviewer")
    determining.take(reviewer, case.request)
    clauses = case.open_clauses("not met", "cannot tell", "pending")
    determining.refer(reviewer, case.request, "The hours asked for are many for what is recorded.", clauses=clauses)


def _waiting(days: float, urgency: str = "standard", kind: str = Kind.INITIAL) -> Callable[[Case], Script]:
    def script(case: Case) -> Script:
        yield case.ago(days=days)
        why = "A return to use yesterday; without the groups of this week it is likely to go on."
        case.begin(kind, urgency=urgency, attestation=why if urgency == "expedited" else "")
        case.send()

    return script


def _drafted(case: Case) -> Script:
    yield case.ago(hours=20)
    case.begin(Kind.CONTINUED_STAY, units=36)


def _withdrawn(case: Case) -> Script:
    yield case.ago(days=9)
    case.begin()
    case.send()
    yield case.ago(days=8)
    requests.withdraw(case.provider, case.request, "The person chose another program.")


def _support_approved(case: Case) -> Script:
    yield case.ago(days=18)
    case.begin(Kind.RECOVERY_ENTRY, units=None)
    case.send()
    yield case.ago(days=17)
    determining.take(case.people("reviewer"), case.request)
    determining.approve(case.people("reviewer"), case.request)
    _letter(case, "reviewer-2")


def _letter(case: Case, second: str) -> None:
    """The letter about a determination is read by somebody else, and goes out by mail."""
    held = case.request.notices.order_by("pk").first()
    if held is None or letters.lacks(held):
        return
    if letters.needs_second_look(held, case.now.date()):
        letters.look_again(case.people(second), held)
        held.refresh_from_db()
    letters.send(case.people(second), held, "mail")


FIRST, STAY, SUPPORT = "first", "stay", "support"
_SCRIPTS = (
    (28, FIRST, _denied_and_overturned),
    (28, FIRST, _denied_and_appealed),
    (28, FIRST, _denied),
    (26, FIRST, _approved),
    (20, STAY, _partly),
    (15, STAY, _asked_then_approved),
    (18, SUPPORT, _support_approved),
    (3, STAY, _asked),
    (4.3, STAY, _referred),
    (9, FIRST, _withdrawn),
    (12.3, FIRST, _approved_fast),
    (1, STAY, _drafted),
    (2.2, SUPPORT, _waiting(2.2, kind=Kind.RECOVERY_ENTRY)),
    (2.2, FIRST, _waiting(2.2, "expedited")),
    (1.7, FIRST, _waiting(1.7, "expedited")),
    (1.3, STAY, _waiting(1.3, "expedited", Kind.CONTINUED_STAY)),
    (6.2, FIRST, _waiting(6.2)),
    (5.1, STAY, _waiting(5.1, kind=Kind.CONTINUED_STAY)),
    (3.4, FIRST, _waiting(3.4)),
    (0.8, STAY, _waiting(0.8, kind=Kind.CONTINUED_STAY)),
    (3, STAY, _asked),
    (1, STAY, _drafted),
)
"""What happens: how many days ago it began, what is asked for, and the script of the request."""
