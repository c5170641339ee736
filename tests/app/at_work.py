"""A clinic and a payer at work in a process of their own, on the home that HANDRAIL_HOME names: `python -m tests.app.at_work`.

`begin` makes the home; `save` saves one record after another and says which was confirmed; `decide ROLE FILE` decides
the one request as soon as the file is there; `count` says what is kept, and whether the log is whole.
"""

from __future__ import annotations

import datetime
import itertools
import json
import sys
import time
from pathlib import Path
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from tests.app import payer_world  # noqa: E402
from tests.app.conftest import Cast  # noqa: E402

from handrail.app.accounts import walls  # noqa: E402
from handrail.app.accounts.models import Organization  # noqa: E402
from handrail.app.audit import log  # noqa: E402
from handrail.app.authorizations import determining, verifying  # noqa: E402
from handrail.app.authorizations.acting import ChangedMeanwhileError, NotNowError, act  # noqa: E402
from handrail.app.authorizations.models import Determination, Request, Step  # noqa: E402
from handrail.app.chart import writing  # noqa: E402
from handrail.app.chart.models import RECORDS, Change  # noqa: E402
from handrail.app.worklists import judging  # noqa: E402

DAY = datetime.date(2026, 3, 2)


def world() -> Cast:
    kinds = {"prairie": "provider", "lakeside": "provider", "plan": "payer"}
    return Cast(*(Organization.objects.get_or_create(pk=name, defaults={"name": name, "kind": kind})[0] for name, kind in kinds.items()))  # fmt: skip


def begin() -> None:
    call_command("migrate", verbosity=0, interactive=False)
    cast = world()
    office, clinical = cast.viewer("administrator"), cast.viewer("clinical_supervisor")
    cast.viewer("counselor")
    payer_world.terms(cast)
    payer_world.nurse(cast)
    payer_world.doctor(cast)
    program = {"service": "us-ne/intensive-outpatient-2.1", "level": "2.1", "focus": "substance_use"}
    with judging.wait():
        writing.create(office, "program", {"program_id": "iop", "name": "Evenings", "is_residential": False, **program})
        person = writing.create(clinical, "person", {"person_id": "ada", "birth_date": DAY.replace(year=1990)})
        writing.create(clinical, "episode", {"episode_id": "e1", "person_id": "ada", "program_id": "iop", "requested_on": DAY, "admitted_on": DAY})  # fmt: skip
    payer_world.consent(cast, person)
    request = payer_world.sent(cast, RECORDS["episode"].objects.get(pk="e1"))
    act(cast.viewer("reviewer", "plan"), request, "refer")


def save() -> None:
    clinical = world().viewer("clinical_supervisor")
    with judging.wait():
        for number in itertools.count():
            told = {
                "diagnosis_id": f"d{number}",
                "person_id": "ada",
                "code": "F10.20",
                "category": "substance_use",
                "diagnosed_on": DAY,
            }
            row = writing.create(clinical, "diagnosis", told)
            writing.word(clinical, row, "remark", f"remark {number}")
            print(number, flush=True)


def decide(role: str, file: str) -> None:
    looking = world().viewer(role, "plan")
    request = Request.objects.get()
    clause = request.submissions.get().content["verdicts"][0]["clause"]
    print("ready", flush=True)
    while not Path(file).exists():
        time.sleep(0.005)
    try:
        if role == "reviewer":
            determining.approve(looking, request)
        else:
            determining.deny(looking, request, clauses=[clause], reason="Not shown.")
    except (ChangedMeanwhileError, NotNowError) as refused:
        print(type(refused).__name__)
        return
    print("done")


def count() -> None:
    told: dict[str, Any] = {
        "saved": sorted(int(pk[1:]) for pk in RECORDS["diagnosis"].objects.values_list("pk", flat=True)),
        "worded": Change.objects.filter(table="wording").count(),
        "determinations": Determination.objects.count(),
        "decisions": Step.objects.filter(act__in=["approve", "deny"]).count(),
        "faults": [*log.faults(), *verifying.faults()],
    }
    print(json.dumps(told))


if __name__ == "__main__":
    with walls.everybody():
        {"begin": begin, "save": save, "decide": decide, "count": count}[sys.argv[1]](*sys.argv[2:])
