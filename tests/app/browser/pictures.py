"""`make pictures`: a picture of each screen with the demo's invented people, and docs/screens.md that shows them.

The demo stands in HANDRAIL_HOME (./handrail-demo without it), and is made there where there is none yet.
"""

from __future__ import annotations

import io
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import django
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from handrail.example import planted

ROOT = Path(__file__).parents[3]
PICTURES = ROOT / "docs" / "screens"
PAGE = ROOT / "docs" / "screens.md"
MOST_BYTES = 2_000_000
_SIZE = (1200, 800)
_COLOURS = 48
_HEAD = """# The screens

Made with the invented people of the demo (`handrail serve --demo`) by `make pictures`. Nobody here is real.
"""


@dataclass(frozen=True)
class Shot:
    """One picture: its name, the role that looks, the view with its arguments, and a sentence about the screen.

    `of` names which of the demo's rows the view is about; see `_rows`. `scroll` is what stands at the top; `at` is the
    organization.
    """

    name: str
    title: str
    role: str
    view: str
    says: str
    of: str = ""
    query: str = ""
    scroll: str = ""
    at: str = "prairie"


SHOTS = (
    Shot("my-day", "My day", "counselor", "my_day", "Who comes today, what is due, and what is late, for who is signed in."),
    Shot("people", "People", "counselor", "people", "Everybody who is or was in a service, found by name or number."),
    Shot("person", "Person", "counselor", "person", "One person: the episode along a line of time, and what was judged.", "person"),
    Shot("admission", "Admission", "counselor", "admission", "Each clause of the admission beside its facts, evidence and gaps.", "treated"),
    Shot("assessment", "Assessment", "counselor", "assessment", "The six dimensions, rated by a clinician; earlier answers stand beside.", "treated"),
    Shot("plan", "Plan", "counselor", "plan", "Problems, goals and objectives, and what the plan still lacks.", "treated"),
    Shot("review", "Plan reviews", "counselor", "review", "The reviews of a plan, each due day, and what is late.", "treated"),
    Shot("continued-stay", "Continued stay", "counselor", "continued_stay", "The three ways to stay on, each with the clauses it rests on.", "treated"),
    Shot("discharge", "Discharge", "counselor", "discharge", "Why somebody leaves, and what the definition asks before.", "treated"),
    Shot("groups", "Groups", "counselor", "groups", "The sessions of a day or a week, with how many were there.", query="span=week"),
    Shot("group-room", "Group room", "counselor", "group_room", "Roll call and one note for a group, on a tablet too.", "session"),
    Shot("weeks", "Weeks", "counselor", "weeks", "Minutes of people by day, against the weekly hours."),
    Shot("due", "Due", "clinical_supervisor", "due", "Everything late or due in the organization, the latest first."),
    Shot("program", "Program", "program_director", "program", "Licences, closed days, staff and weeks, each with its verdicts."),
    Shot("packet", "Packet", "compliance_officer", "packet", "Everything that was judged about one episode: a page, a PDF and JSON.", "treated"),
    Shot("sample", "Sample", "compliance_officer", "sample", "A sample for a focused review, drawn by a seed that anybody can repeat.", query="of=session&size=20&seed=4412", scroll="h2"),
    Shot("why", "Why", "compliance_officer", "why", "One verdict: the sentence, where it stands, the facts and the records behind it.", "verdict"),
    Shot("recovery", "Contacts", "recovery_worker", "recovery", "Contacts in the community, and the skill areas they worked on.", "supported"),
    Shot("outcomes", "Outcomes", "recovery_worker", "outcomes", "What changed between the start and now.", "supported"),
    Shot("candidates", "Candidates for recovery support", "clinical_supervisor", "candidates", "Who may be eligible now, how many days are left, and what is to be asked.", query="list=ask"),
    Shot("oversight", "Oversight", "medical_director", "oversight", "What stands out, what changed and what is unknown, in a payer's year of claims.", at="plan"),
    Shot("oversight-measure", "A measure", "medical_director", "oversight_measure", "Clinicians beside their peers, with the limits of chance and of ordinary variation.", "measure", scroll="#by-clinician", at="plan"),
    Shot("oversight-program", "A program over time", "medical_director", "oversight_unit", "A program whose weeks of nine hours become fewer.", "drifting", scroll="figure", at="plan"),
    Shot("clauses", "Clauses by month", "clinical_supervisor", "oversight_clauses", "How often clauses were met, by program and month."),
    Shot("outcomes-report", "Outcomes report", "program_director", "outcomes_report", "What a board or a state is given; small counts are hidden."),
    Shot("reviews", "Focused reviews", "clinical_supervisor", "reviews", "What people look at, and what waits for a look whatever the statistics say."),
    Shot("import", "Import", "clinical_supervisor", "imports", "A roster, sessions or attendance from a clinic's own CSV file."),
    Shot("staff", "Staff", "administrator", "staff", "Who works here and in which role."),
    Shot("log", "Log", "compliance_officer", "log", "Who read and wrote what; every entry seals the one before."),
)  # fmt: skip


def main() -> int:
    """This will make every picture and the page. Gives 1 where a screen did not answer, or they are too large."""
    os.environ["HANDRAIL_DEMO"] = "1"
    os.environ.setdefault("HANDRAIL_HOME", str(ROOT / "handrail-demo"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "handrail.app.settings")
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    for command in (["handrail.app", "migrate", "--verbosity", "0"], ["handrail.app.demo"]):
        subprocess.run([sys.executable, "-m", *command], check=True)
    django.setup()
    PICTURES.mkdir(exist_ok=True)
    _measure()
    rows = _rows()
    faults = []
    with _server() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium(), args=["--no-sandbox"])
        for shot in SHOTS:
            if fault := _take(browser, address, shot, rows):
                faults.append(fault)
        browser.close()
    PAGE.write_text(page(), encoding="utf-8")
    size = sum(held.stat().st_size for held in PICTURES.glob("*.png"))
    print(f"{len(SHOTS) - len(faults)} pictures, {size / 1_000_000:.1f} MB")
    if size > MOST_BYTES:
        faults.append(f"The pictures have more than {MOST_BYTES // 1_000_000} MB. Use fewer colours.")
    print(*faults, sep="\n", end="")
    return 1 if faults else 0


def page() -> str:
    """This will give the text of docs/screens.md."""
    told = [_HEAD]
    for shot in SHOTS:
        told.append(f"## {shot.title}\n\n{shot.says}\n\n![{shot.title}](screens/{shot.name}.png)\n")
    return "\n".join(told)


def _take(browser: Browser, address: str, shot: Shot, rows: dict[str, str]) -> str:
    from django.conf import settings  # noqa: PLC0415
    from django.urls import reverse  # noqa: PLC0415

    about = rows[shot.of].split() if shot.of else []
    context = browser.new_context(base_url=address, viewport={"width": _SIZE[0], "height": _SIZE[1]}, locale="en-US")
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": _session(shot.role, shot.at), "url": address}])
    opened = context.new_page()
    answer = opened.goto(reverse(shot.view, args=about) + (f"?{shot.query}" if shot.query else ""), timeout=60_000)
    status = answer.status if answer else 0
    if status == 200:
        if shot.scroll:
            opened.locator(shot.scroll).first.evaluate("found => found.scrollIntoView()")
        drawn = Image.open(io.BytesIO(opened.screenshot())).convert("RGB")
        drawn.quantize(_COLOURS, dither=Image.Dither.NONE).save(PICTURES / f"{shot.name}.png", optimize=True)
    context.close()
    return "" if status == 200 else f"{shot.name}: the screen answered {status} to {shot.role}."


def _rows() -> dict[str, str]:
    """Which rows are shown: the first that have something of everything, the same each time."""
    from django.db.models import Count  # noqa: PLC0415

    from handrail.app.chart.models import RECORDS  # noqa: PLC0415
    from handrail.app.worklists.models import Verdict  # noqa: PLC0415

    here = {"holder_id": "prairie", "is_withdrawn": False}
    own = Verdict.objects.filter(organization_id="prairie")

    def episode(service: str, subject: str) -> Any:
        open_ones = RECORDS["episode"].objects.filter(
            **here, program__service=service, admitted_on__isnull=False, discharged_on__isnull=True
        )
        told = own.filter(subject=subject, episode_id__in=open_ones.values("pk"))
        counted = told.values("episode_id").annotate(count=Count("pk")).order_by("-count", "episode_id")
        return RECORDS["episode"].objects.get(pk=counted[len(counted) // 3]["episode_id"])

    treated = episode("us-ne/intensive-outpatient-2.1", "plan_review")
    supported = episode("us-nc/intensive-recovery-support", "recovery_contact")
    sessions = RECORDS["session"].objects.filter(**here, program_id=treated.program_id, status="held")
    verdict = own.filter(episode_id=treated.pk, verdict="not met").order_by("judged_on", "clause").first()
    return {
        "person": treated.person_id,
        "treated": treated.pk,
        "supported": supported.pk,
        "session": sessions.order_by("-held_on", "pk")[0].pk,
        "verdict": str(verdict.pk if verdict else ""),
        "measure": "long_stay",
        "drifting": f"program {planted().drifting_program}",
    }


def _measure() -> None:
    """Run the measures that the server's follower would run, of the clinic and of the payer's extract."""
    from handrail.app.accounts.access import today  # noqa: PLC0415
    from handrail.app.accounts.models import Organization  # noqa: PLC0415
    from handrail.app.demo.extracting import keep_extract  # noqa: PLC0415
    from handrail.app.overseeing import keeping  # noqa: PLC0415
    from handrail.app.overseeing.models import KeptRun  # noqa: PLC0415

    if not KeptRun.objects.filter(organization_id="prairie").exists():
        keeping.measure_records("prairie", today(Organization.objects.get(pk="prairie")))
    keep_extract()


def _session(role: str, organization: str) -> str:
    """The key of a session of somebody of an organization in this role, made without signing in."""
    from django.conf import settings  # noqa: PLC0415
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: PLC0415
    from django.contrib.sessions.backends.db import SessionStore  # noqa: PLC0415

    from handrail.app.accounts.models import Membership  # noqa: PLC0415

    held = Membership.objects.filter(organization_id=organization).select_related("user").order_by("pk")
    user = next(one.user for one in held if role in one.roles)
    kept = SessionStore()
    kept[SESSION_KEY] = str(user.pk)
    kept[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    kept[HASH_SESSION_KEY] = user.get_session_auth_hash()
    kept.save()
    return str(kept.session_key)


@contextmanager
def _server() -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "handrail.app", "runserver", f"127.0.0.1:{port}", "--noreload"]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(120):
            if _answers(f"{address}/health/live"):
                break
            time.sleep(0.5)
        yield address
    finally:
        running.terminate()
        running.wait()


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _chromium() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        raise SystemExit('Pictures need a browser: install Debian\'s package "chromium".')
    return found


if __name__ == "__main__":
    raise SystemExit(main())
