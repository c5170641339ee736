"""Two at one request at once, on a real PostgreSQL: exactly one decides, and numbers are given once."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from tests.app import payer_world
from tests.app.conftest import Cast
from tests.app.flushing import sealed_afterwards, unsealed_while_flushed  # noqa: F401

from handrail.app.accounts import walls
from handrail.app.audit.log import faults
from handrail.app.authorizations import determining, lapsing, requests, verifying
from handrail.app.authorizations.acting import ChangedMeanwhileError, NotNowError
from handrail.app.authorizations.models import Authorization, Determination, Request, Step
from handrail.app.chart.models import RECORDS

ON_POSTGRESQL = os.environ.get("HANDRAIL_TEST_DATABASE", "").startswith("postgres")


def at_once(*acts: Callable[[], Any]) -> list[str]:
    """This will begin several acts at one moment, each in a thread and a connection of its own, and say what came of each."""
    start, came = threading.Barrier(len(acts)), [""] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        try:
            with walls.everybody():
                start.wait(30)
                act()
            came[place] = "done"
        except Exception as refused:
            came[place] = type(refused).__name__
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    return sorted(came)


@pytest.mark.django_db
def test_the_second_page_that_shows_a_decided_case_is_told(cast: Cast, ada: Any) -> None:
    payer_world.terms(cast)
    payer_world.consent(cast, ada)
    request = payer_world.sent(cast, RECORDS["episode"].objects.get(pk="e1"))
    theirs, version = Request.objects.get(pk=request.pk), request.version
    determining.approve(payer_world.nurse(cast), request, version=version)
    with pytest.raises(ChangedMeanwhileError):
        determining.approve(payer_world.doctor(cast), theirs, version=version)
    with pytest.raises(NotNowError):
        determining.approve(payer_world.doctor(cast), theirs)
    assert Determination.objects.count() == Authorization.objects.count() == 1


if ON_POSTGRESQL:

    @pytest.fixture
    def stage(transactional_db: None, unsealed_while_flushed: None, cast: Cast, ada: Any) -> Cast:
        payer_world.terms(cast)
        payer_world.consent(cast, ada)
        return cast

    @pytest.mark.django_db(transaction=True)
    @pytest.mark.parametrize("shows_version", [True, False])
    def test_of_many_deciders_at_once_exactly_one_decides(stage: Cast, shows_version: bool) -> None:
        request = payer_world.sent(stage, RECORDS["episode"].objects.get(pk="e1"))
        nurse, doctor = payer_world.nurse(stage), payer_world.doctor(stage)
        determining.refer(nurse, request, "Please look.", clauses=["adult"])
        version = request.version if shows_version else None

        def copy() -> Request:
            return Request.objects.get(pk=request.pk)

        def approve() -> None:
            determining.approve(nurse, copy(), version=version)

        def deny() -> None:
            determining.deny(doctor, copy(), clauses=["adult"], reason="Not shown.", version=version)

        came = at_once(approve, deny, approve, deny)
        assert came[-1] == "done"
        assert set(came[:-1]) <= {"ChangedMeanwhileError", "NotNowError"}
        assert Determination.objects.count() == 1
        assert Step.objects.filter(act__in=["approve", "deny"]).count() == 1
        assert list(faults()) == []
        assert verifying.faults() == []

    @pytest.mark.django_db(transaction=True)
    def test_a_decision_and_the_clock_do_not_both_end_it(stage: Cast) -> None:
        request = payer_world.sent(stage, RECORDS["episode"].objects.get(pk="e1"))
        nurse, due = payer_world.nurse(stage), request.due_at
        came = at_once(
            lambda: determining.approve(nurse, Request.objects.get(pk=request.pk)), lambda: lapsing.lapse_all(due)
        )
        assert "done" in came
        assert Determination.objects.count() == 1

    @pytest.mark.django_db(transaction=True)
    def test_numbers_are_given_once(stage: Cast) -> None:
        counselor, episode = stage.viewer("counselor"), RECORDS["episode"].objects.get(pk="e1")
        drafts = [payer_world.draft(stage, episode) for _ in range(4)]
        came = at_once(*(lambda one=one: requests.submit(counselor, one) for one in drafts))  # type: ignore[misc]
        assert came == ["done"] * 4
        numbers = sorted(Request.objects.values_list("number", flat=True))
        assert [one[-6:] for one in numbers] == ["000001", "000002", "000003", "000004"]
        assert list(faults()) == []
