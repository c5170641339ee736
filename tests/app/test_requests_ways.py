"""Every way of ways.yaml, from every state, by every role of every organization: what is declared, and nothing else.

Read from the YAML itself, so that a new way, state or role is tested by itself.
"""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from tests.app import payer_world
from tests.app.conftest import Cast

from handrail.app.accounts.access import Viewer, roles
from handrail.app.accounts.models import Organization
from handrail.app.authorizations.acting import (
    CLOCK,
    EITHER,
    PAYER,
    PROVIDER,
    ChangedMeanwhileError,
    NotNowError,
    Way,
    act,
    open_acts,
    ways,
)
from handrail.app.authorizations.models import Appeal, Qualification, Request, Step

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)
EVERY = [("request", name) for name in ways("request")] + [("appeal", name) for name in ways("appeal")]
STATES = {
    "request": [str(one) for one in Request.Status.values],
    "appeal": sorted(
        {*map(str, Appeal.Status.values), *(state for way in ways("appeal").values() for state in way.start)}
    ),
}
BY_ITSELF = {"approve"}
"""What the payer's rules may do without a person."""


@pytest.fixture
def stage(cast: Cast, ada: Any) -> Cast:
    payer_world.terms(cast)
    Organization.objects.create(organization_id="otherplan", name="Other Health Plan", kind="payer")
    for held in ("plan", "otherplan"):
        for role in roles():
            Qualification.objects.create(
                membership=cast.member(role, held),
                organization_id=held,
                credential="MD",
                since=payer_world.LONG_AGO,
            )
    return cast


def standing(cast: Cast, state: str, **more: Any) -> Request:
    """This will give a request as it would be kept in a state, without the way there."""
    is_sent = state not in ("draft", "discarded")
    now = timezone.now()
    sent = {"payer": cast.payer, "number": f"R-{state}", "received_at": now, "due_at": now + HOUR} if is_sent else {}
    told = {"person_id": "ada", "episode_id": "e1", "definition": "us-ne/intensive-outpatient-2.1", "kind": "initial"}
    return Request.objects.create(
        holder=cast.prairie, addressed_to=cast.payer, decision="admission", status=state, **told | sent | more
    )


def appealed(request: Request, state: str) -> Appeal:
    now = timezone.now()
    told = {"filed_at": now, "filed_by": "person", "due_at": now + HOUR}
    return Appeal.objects.create(
        holder_id=request.holder_id,
        payer_id=request.payer_id,
        request=request,
        number=f"P-{state}",
        status=state,
        **told,
    )


def case(cast: Cast, of: str, state: str) -> tuple[Request, Appeal | None]:
    if of == "request":
        return standing(cast, state), None
    request = standing(cast, "denied")
    return request, appealed(request, state)


def tried(looking: Viewer | None, way: Way, request: Request, appeal: Appeal | None) -> str:
    """This will try an act, take it back, and say what came of it; whatever is refused has left no trace."""
    held, before = appeal or request, (appeal or request).version
    try:
        with transaction.atomic():
            step = act(
                looking, request, way.name, appeal=appeal, values=_received(request) if way.name == "submit" else None
            )
            held.refresh_from_db()
            assert (step.status_before, step.status_after, held.version) == (
                step.status_before,
                held.status,
                before + 1,
            )
            transaction.set_rollback(True)
    except (PermissionDenied, NotNowError) as refused:
        assert Step.objects.count() == 0
        assert type(held).objects.filter(pk=held.pk, version=before).exists()
        return type(refused).__name__
    finally:
        request.refresh_from_db()
        if appeal is not None:
            appeal.refresh_from_db()
    return "done"


def _received(request: Request) -> dict[str, Any]:
    now = timezone.now()
    return {"payer": request.addressed_to, "number": "R-0", "received_at": now, "due_at": now + HOUR}


def side(organization: str) -> str:
    return {"prairie": PROVIDER, "plan": PAYER}.get(organization, "")


def viewers(cast: Cast) -> list[tuple[str, Viewer]]:
    return [(own, cast.viewer(role, own)) for own in ("prairie", "lakeside", "plan", "otherplan") for role in roles()]


def may(way: Way, organization: str, looking: Viewer) -> bool:
    own = side(organization)
    return bool(own) and way.side in (own, EITHER) and looking.may(way.may)


@pytest.mark.parametrize(("of", "name"), EVERY)
def test_only_the_declared_roles_of_the_declared_side_may(stage: Cast, of: str, name: str) -> None:
    way = ways(of)[name]
    state = min(way.start)
    request, appeal = case(stage, of, state)
    for organization, looking in viewers(stage):
        is_seen = not (organization == "plan" and state == "draft")  # a draft is nobody else's
        expected = "done" if is_seen and may(way, organization, looking) else "PermissionDenied"
        assert tried(looking, way, request, appeal) == expected, (organization, looking.roles)
    is_by_itself = way.side == CLOCK or (of == "request" and name in BY_ITSELF)
    assert tried(None, way, request, appeal) == ("done" if is_by_itself else "PermissionDenied")


@pytest.mark.parametrize(("of", "name"), EVERY)
def test_only_the_declared_states_let_it_begin_and_it_ends_as_declared(stage: Cast, of: str, name: str) -> None:
    way = ways(of)[name]
    who = next((looking for own, looking in viewers(stage) if may(way, own, looking)), None)
    assert who is not None or way.side == CLOCK
    for state in STATES[of]:
        with transaction.atomic():
            request, appeal = case(stage, of, state)
            came = tried(who, way, request, appeal)
            is_unseen = who is not None and state == "draft" and way.side == PAYER
            if way.side == PAYER and state == "discarded":
                is_unseen = True
            expected = "done" if state in way.start else "PermissionDenied" if is_unseen else "NotNowError"
            assert came == expected, state
            transaction.set_rollback(True)


@pytest.mark.parametrize("of", STATES)
def test_the_buttons_of_a_page_are_the_acts_that_are_open(stage: Cast, of: str) -> None:
    everybody = viewers(stage)
    for state in STATES[of]:
        with transaction.atomic():
            request, appeal = case(stage, of, state)
            for organization, looking in everybody:
                if organization not in ("prairie", "plan") or (organization == "plan" and request.payer_id is None):
                    with pytest.raises(PermissionDenied):
                        open_acts(looking, request, appeal)
                else:
                    expected = [
                        name
                        for name, way in ways(of).items()
                        if way.side != CLOCK and may(way, organization, looking) and state in way.start
                    ]
                    assert open_acts(looking, request, appeal) == expected
            transaction.set_rollback(True)


def test_every_act_that_a_way_needs_is_of_some_role() -> None:
    known = {one for role in roles().values() for one in role.may}
    needed = {way.may for of in ("request", "appeal") for way in ways(of).values() if way.side != CLOCK}
    assert needed <= known
    assert "" not in needed


def test_nothing_adverse_is_without_a_credential_or_a_person() -> None:
    adverse = {
        ("request", "denied"),
        ("request", "approved in part"),
        ("appeal", "upheld"),
        ("appeal", "overturned in part"),
    }
    for of, name in EVERY:
        way = ways(of)[name]
        if (of, way.end) in adverse:
            assert way.is_qualified
            assert (way.side, way.may) == (PAYER, "decide requests" if of == "request" else "decide appeals")


def test_only_approval_and_lapse_happen_by_themselves(stage: Cast) -> None:
    done = []
    for of, name in EVERY:
        with transaction.atomic():
            request, appeal = case(stage, of, min(ways(of)[name].start))
            if tried(None, ways(of)[name], request, appeal) == "done":
                done.append((of, name))
            transaction.set_rollback(True)
    assert done == [("request", "approve"), ("request", "lapse"), ("appeal", "lapse")]


# --- what a credential is worth ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("held", "is_enough"),
    [
        ({"credential": "MD"}, True),
        ({"credential": "DO", "until": 0}, True),
        ({"credential": "MD", "since": 0}, True),
        ({"credential": "MD", "since": 1}, False),
        ({"credential": "MD", "until": -1}, False),
        ({"credential": "RN"}, False),
        ({"credential": "md "}, False),
        ({"credential": "MD", "organization_id": "otherplan"}, False),
    ],
)
def test_only_a_credential_that_the_terms_name_in_force_that_day_denies(
    stage: Cast, held: dict[str, Any], is_enough: bool
) -> None:
    Qualification.objects.all().delete()
    doctor = stage.viewer("medical_director", "plan")
    days = {
        name: doctor.today + datetime.timedelta(days=value) for name, value in held.items() if isinstance(value, int)
    }
    own = {"organization_id": "plan", "since": payer_world.LONG_AGO, "membership_id": doctor.membership_id}
    Qualification.objects.create(**own | held | days)
    for name in ("deny", "approve in part"):
        came = tried(doctor, ways("request")[name], standing(stage, "referred", number=f"R-{name}"), None)
        assert came == ("done" if is_enough else "PermissionDenied")


def test_a_credential_of_somebody_else_or_terms_that_name_none_deny_nothing(stage: Cast) -> None:
    doctor = stage.viewer("medical_director", "plan")
    request = standing(stage, "referred")
    Qualification.objects.filter(membership_id=doctor.membership_id).delete()
    assert tried(doctor, ways("request")["deny"], request, None) == "PermissionDenied"
    payer_world.doctor(stage)
    assert tried(doctor, ways("request")["deny"], request, None) == "done"
    payer_world.Terms.objects.update(denying_credentials=[])
    assert tried(doctor, ways("request")["deny"], request, None) == "PermissionDenied"


@pytest.mark.parametrize("name", ["take", "extend", "refer", "ask", "offer conversation"])
def test_who_had_a_case_before_it_was_referred_cannot_deny_it(stage: Cast, name: str) -> None:
    doctor, other = stage.viewer("medical_director", "plan"), payer_world.nurse(stage)
    request = standing(stage, "received")
    act(doctor, request, name)
    if name == "ask":
        act(stage.viewer("counselor"), request, "answer")
    if name != "refer":
        act(other, request, "refer")
    for adverse in ("deny", "approve in part"):
        with pytest.raises(PermissionDenied, match="screened"):
            act(doctor, request, adverse)
    assert request.status == "referred"


def test_what_the_medical_director_does_with_a_referred_case_is_no_screening(stage: Cast) -> None:
    doctor, provider = stage.viewer("medical_director", "plan"), stage.viewer("counselor")
    request = standing(stage, "received")
    act(payer_world.nurse(stage), request, "refer")
    for name in ("take", "offer conversation", "extend", "ask"):
        act(doctor, request, name)
    act(provider, request, "answer")
    assert request.status == "referred"
    act(doctor, request, "deny")
    assert request.status == "denied"


def test_the_reviewer_who_screened_cannot_deny_even_with_a_second_role(stage: Cast) -> None:
    member = stage.member("reviewer", "plan")
    member.roles = ["reviewer", "medical_director"]
    member.save()
    both = stage.viewer("reviewer", "plan")
    request = standing(stage, "received")
    act(both, request, "take")
    act(both, request, "refer")
    with pytest.raises(PermissionDenied, match="screened"):
        act(both, request, "deny")


def test_who_decided_or_screened_has_no_hand_in_the_appeal(stage: Cast) -> None:
    nurse, doctor = payer_world.nurse(stage), stage.viewer("medical_director", "plan")
    request = standing(stage, "received")
    act(nurse, request, "refer")
    act(doctor, request, "deny")
    appeal = appealed(request, "filed")
    for name in ("take", "uphold", "overturn", "overturn in part"):
        with pytest.raises(PermissionDenied):
            act(doctor, request, name, appeal=appeal)


def test_an_appeal_is_not_moved_by_way_of_another_request(stage: Cast) -> None:
    first, second = standing(stage, "denied"), standing(stage, "denied", number="R-2")
    with pytest.raises(PermissionDenied):
        act(stage.viewer("medical_director", "plan"), second, "take", appeal=appealed(first, "filed"))


# --- time and versions ---------------------------------------------------------------------------------------------


def test_once_the_time_ran_out_nothing_but_lapse_is_open(stage: Cast) -> None:
    request = standing(stage, "referred", due_at=timezone.now())
    doctor = stage.viewer("medical_director", "plan")
    assert open_acts(doctor, request) == []
    for name in ("approve", "deny", "extend", "ask", "take"):
        if request.status in ways("request")[name].start:
            assert tried(doctor, ways("request")[name], request, None) == "NotNowError"
    assert tried(stage.viewer("counselor"), ways("request")["withdraw"], request, None) == "NotNowError"
    assert tried(None, ways("request")["lapse"], request, None) == "done"


def test_of_two_who_saw_the_same_version_the_second_is_told(stage: Cast) -> None:
    first, second = payer_world.nurse(stage), stage.viewer("medical_director", "plan")
    request = standing(stage, "received")
    theirs = Request.objects.get(pk=request.pk)
    act(first, request, "take", version=1)
    with pytest.raises(ChangedMeanwhileError):
        act(second, theirs, "take", version=1)
    assert [step.by_id for step in Step.objects.all()] == [first.membership_id]
    assert (request.version, theirs.version) == (2, 2)
    act(second, theirs, "take", version=2)


def test_values_that_follow_from_where_it_stands_see_it_as_it_is_kept(stage: Cast) -> None:
    request = standing(stage, "received")
    stale = Request.objects.get(pk=request.pk)
    act(payer_world.nurse(stage), request, "take", values={"narrative": "kept"})
    act(payer_world.nurse(stage), stale, "take", values=lambda: {"narrative": stale.narrative + " and seen"})
    request.refresh_from_db()
    assert (request.narrative, request.version) == ("kept and seen", 3)


def test_each_act_leaves_a_step_and_two_entries_in_the_log(stage: Cast) -> None:
    from handrail.app.audit.models import Entry  # noqa: PLC0415

    request = standing(stage, "received")
    act(payer_world.nurse(stage), request, "refer", words="please look", detail={"clauses": ["adult"]})
    step = Step.objects.get()
    assert (step.place, step.act, step.status_before, step.status_after) == (1, "refer", "received", "referred")
    assert (step.words, step.detail, step.as_provider) == ("please look", {"clauses": ["adult"]}, False)
    told = list(
        Entry.objects.filter(person_id="ada", organization_id="plan")
        .order_by("number")
        .values_list("act", "table", "row_id")
    )
    assert told == [("refer", "request", request.pk), ("keep step", "step", str(step.pk))]
    for entry in Entry.objects.all():
        assert "please" not in f"{entry.detail}{entry.act}"


def test_the_database_itself_keeps_what_must_hold(stage: Cast) -> None:
    from django.db import IntegrityError  # noqa: PLC0415

    impossible: list[dict[str, Any]] = [
        {"status": "received", "received_at": None},
        {"status": "received", "number": ""},
        {"status": "received", "urgency": "expedited", "attestation": ""},
        {"status": "received", "starts_on": datetime.date(2026, 2, 2), "ends_on": datetime.date(2026, 2, 1)},
    ]
    for values in impossible:
        with pytest.raises(IntegrityError), transaction.atomic():
            standing(stage, **({"state": values.pop("status")} | values))
    with pytest.raises(IntegrityError), transaction.atomic():
        standing(stage, "draft", payer=stage.payer)
