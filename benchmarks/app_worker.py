"""Makes the app's records in the database of the environment, and times its pages; started by `app.py`, never alone.

Prints one line of JSON: a list of pages with their times.
"""

from __future__ import annotations

import datetime
import gc
import json
import os
import statistics
import sys
import time
from collections.abc import Sequence
from typing import Any

import django

SERVICE = "us-ne/intensive-outpatient-2.1"
DAY = datetime.timedelta(days=1)
SESSIONS_A_DAY = 4
WARM_UP = 5


def main() -> None:
    """This will make everything, judge it, and time each page."""
    episodes, attendances, rounds = (int(number) for number in sys.argv[1:4])
    os.environ["DJANGO_SETTINGS_MODULE"] = "handrail.app.settings"
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    from handrail.app.accounts import walls  # noqa: PLC0415

    with walls.everybody():
        call_command("migrate", verbosity=0, interactive=False)
        looking = _begin()
        started = time.perf_counter()
        last = _fill(looking, episodes, attendances)
        told = f"written in {time.perf_counter() - started:.0f} s"
        started = time.perf_counter()
        _judge(looking.organization.pk)
        print(f"{told}, judged in {time.perf_counter() - started:.0f} s", file=sys.stderr)
    print(json.dumps(_timed(last, rounds)))


def _begin() -> Any:
    from handrail.app.accounts.access import viewer_of  # noqa: PLC0415
    from handrail.app.accounts.models import Membership, Organization, User  # noqa: PLC0415

    own = Organization.objects.create(organization_id="prairie", name="Prairie Example", kind="provider")
    user = User.objects.create(username="bench", first_name="Bea", last_name="Example")
    roles = ["clinical_supervisor", "administrator", "counselor", "compliance_officer"]
    since = datetime.date(2020, 1, 1)
    return viewer_of(Membership.objects.create(user=user, organization=own, roles=roles, since=since))


def _fill(looking: Any, episodes: int, attendances: int) -> datetime.date:
    """Write everybody through the chart's own layer; gives the first day of the last whole week of the busiest person."""
    from handrail.app.chart import writing  # noqa: PLC0415
    from handrail.app.worklists import judging  # noqa: PLC0415

    today = looking.today

    def write(table: str, rows: Sequence[dict[str, Any]]) -> list[Any]:
        return writing.create_all(looking, table, rows)

    with judging.wait():
        for program in ("evenings", "mornings"):
            write("program", [_program(program)])
        write("staff", [{"staff_id": f"staff{n}", "name": f"Carl {n}", "program_id": "evenings"} for n in range(20)])
        many = [f"m{number:05d}" for number in range(episodes)]
        people = write("person", [{"person_id": one, "birth_date": datetime.date(1990, 1, 1), "sex": "female"} for one in (*many, "busy")])  # fmt: skip
        writing.name_all(looking, [(one, {"given_name": "Ada", "family_name": one.pk, "number": one.pk}) for one in people])  # fmt: skip
        days = attendances // SESSIONS_A_DAY
        admitted = {one: today - DAY * (5 + at % 55) for at, one in enumerate(many)} | {
            "busy": today - DAY * (days + 1)
        }
        write("episode", [_episode(one, day) for one, day in admitted.items()])
        write("team_member", [{"episode_id": f"e-{one}", "staff_id": f"staff{at % 20}", "starts_on": admitted[one]} for at, one in enumerate(admitted)])  # fmt: skip
        write("plan", [{"plan_id": f"p-{one}", "episode_id": f"e-{one}", "effective_on": day, "written_by": f"staff{at % 20}"} for at, (one, day) in enumerate(admitted.items()) if at % 3])  # fmt: skip
        _hold(write, "mornings", [today - DAY * (days - at) for at in range(days)], ["busy"], SESSIONS_A_DAY)
        _hold(write, "evenings", [today - DAY * at for at in range(10, 0, -1)], many[:200], 1)
    return today - DAY * (today.weekday() + 7)


def _program(key: str) -> dict[str, Any]:
    return {
        "program_id": key, "name": key.title(), "service": SERVICE, "level": "2.1", "focus": "substance_use",
        "is_residential": False, "dual_diagnosis_enhanced": False,
    }  # fmt: skip


def _episode(person: str, day: datetime.date) -> dict[str, Any]:
    program = "mornings" if person == "busy" else "evenings"
    return {"episode_id": f"e-{person}", "person_id": person, "program_id": program,
            "requested_on": day - DAY, "admitted_on": day}  # fmt: skip


def _hold(write: Any, program: str, days: Sequence[datetime.date], came: Sequence[str], a_day: int) -> None:
    times = [datetime.time(9 + hour) for hour in range(a_day + 1)]
    held = [
        {"session_id": f"{program}-{day}-{at}", "program_id": program, "type": "group", "status": "held", "held_on": day,
         "setting": "clinic", "starts_at": datetime.datetime.combine(day, times[at]),
         "ends_at": datetime.datetime.combine(day, times[at + 1]), "head_count": min(12, len(came))}
        for day in days for at in range(a_day)
    ]  # fmt: skip
    write("session", held)
    write("attendance", [
        {"session_id": one["session_id"], "episode_id": f"e-{person}", "status": "attended",
         "arrived_at": one["starts_at"], "left_at": one["ends_at"]}
        for one in held for person in came
    ])  # fmt: skip


def _judge(organization: str) -> None:
    """Everybody, as is done at night; without looking for garbage among what is kept."""
    from handrail.app.worklists import judging  # noqa: PLC0415

    gc.disable()
    judging.judge_everybody(organization)
    gc.enable()


def _timed(monday: datetime.date, rounds: int) -> list[dict[str, Any]]:
    from django.contrib.auth import get_user_model  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    from handrail.app.accounts import walls  # noqa: PLC0415
    from handrail.app.worklists.models import Verdict  # noqa: PLC0415

    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(get_user_model().objects.get(), backend="django.contrib.auth.backends.ModelBackend")
    with walls.everybody():
        verdicts = Verdict.objects.count()
    found = []
    for name, address in (
        ("one person's overview", "/people/busy/"),
        ("one person's week", f"/weeks/e-busy/{monday}"),
        ("the due list, late", "/due/?list=late"),
        ("the due list, soon", "/due/?list=soon"),
        ("the week of a program", f"/weeks/?program=mornings&week={monday}"),
    ):
        taken = []
        for _ in range(WARM_UP + rounds):
            clock, cpu = time.perf_counter(), time.process_time()
            page = client.get(address)
            taken.append(((time.perf_counter() - clock) * 1000, (time.process_time() - cpu) * 1000))
            assert page.status_code == 200, (address, page.status_code)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        clock_ms, cpu_ms = zip(*taken[WARM_UP:], strict=True)
        found.append({
            "page": name, "median": statistics.median(clock_ms), "slowest": max(clock_ms),
            "cpu": statistics.median(cpu_ms), "queries": len(queries), "kilobytes": len(page.content) / 1024,
            "verdicts": verdicts,
        })  # fmt: skip
    return found


if __name__ == "__main__":
    main()
