"""The contacts of recovery support: in the community or at home, one to three a week, each with what it worked on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from handrail.example.days import after, at, monday_of
from handrail.example.diary import Diary
from handrail.example.ledger import Ledger, setting, words
from handrail.example.programs import Program, Staff
from handrail.example.recovery import Support


@dataclass(frozen=True)
class Rota:
    """Who gives the contacts, whose contacts last three times as long, and who is taken at which time."""

    workers: tuple[Staff, ...]
    slow: frozenset[str]
    taken: set[tuple[str, datetime]]

    def send(self, ledger: Ledger, own: Staff, starts_at: datetime) -> Staff:
        """This will give the woman's own worker, or a colleague who is free where the worker is away or taken."""
        free = [one for one in self.workers if (one.staff_id, starts_at) not in self.taken]
        colleagues = [one for one in free if one is not own]
        is_away = ledger.lapses.happens("contact_by_colleague") or own not in free
        sent = ledger.one_of(colleagues) if is_away and colleagues else own
        self.taken.add((sent.staff_id, starts_at))
        return sent


@dataclass(frozen=True)
class Use:
    """What is out of the ordinary with the contacts of one episode."""

    lapse: str | None
    uses_practice: bool


def plan_rota(ledger: Ledger, program: Program) -> Rota:
    """This will choose the workers whose contacts last three times as long as those of the others."""
    slow = [one.staff_id for one in program.workers if ledger.lapses.happens("worker_gives_long_contacts")]
    return Rota(program.workers, frozenset(slow), set())


def hold_contacts(ledger: Ledger, support: Support, rota: Rota, use: Use, diary: Diary) -> None:
    """This will write the contacts of one episode, and note them in the diary."""
    for number, day in enumerate(_days(ledger, support, use)):
        worker = rota.send(ledger, support.worker, at(day, support.clock))
        minutes = 200 if worker.staff_id in rota.slow else ledger.one_of((45, 60, 75, 90))
        diary.came(support.episode_id, day, minutes)
        session_id = _hold(ledger, support, use, worker, starts_at=at(day, support.clock), minutes=minutes)
        if not ledger.lapses.happens("contact_without_focus"):
            _focus(ledger, session_id, number)


def authorize(ledger: Ledger, support: Support) -> None:
    """This will write what the payer authorized: ninety days at a time."""
    start = support.admitted
    while start <= support.last_day:
        ledger.add(
            "service_authorization",
            episode_id=support.episode_id,
            starts_on=start,
            ends_on=after(start, 89),
            authorized_minutes=setting()["authorized_minutes_per_week"] * 90 // 7,
        )
        start = after(start, 90)


def _days(ledger: Ledger, support: Support, use: Use) -> Iterator[date]:
    gap_from = after(support.admitted, ledger.between(14, 35))
    gap_to = after(gap_from, ledger.between(16, 24))
    monday, week = monday_of(support.admitted), 0
    while monday <= support.last_day:
        count = ledger.one_of((1, 2, 2, 2, 3))
        if use.lapse in ("use_above_plan", "function_declines_despite_high_use"):
            count = 4
        if use.lapse == "use_below_plan":
            count = 1 if week % 2 == 0 else 0
        for number in sorted(ledger.some_of(range(5), count)):
            day = after(monday, number)
            is_in_gap = use.lapse == "contact_gap" and gap_from <= day <= gap_to
            if support.admitted <= day <= support.last_day and day not in setting()["holidays"] and not is_in_gap:
                yield day
        monday, week = after(monday, 7), week + 1


def _hold(ledger: Ledger, support: Support, use: Use, worker: Staff, *, starts_at: datetime, minutes: int) -> str:
    lapse = ledger.lapses.pick("contact_without_practice", "contact_in_office")
    ends_at = starts_at + timedelta(minutes=minutes)
    has_practice = use.uses_practice and lapse != "contact_without_practice"
    session_id = ledger.add(
        "session",
        program_id=support.program.program_id,
        type="recovery_support",
        setting="office" if lapse == "contact_in_office" else ledger.one_of(("community", "home", "community")),
        status="held",
        held_on=starts_at.date(),
        starts_at=starts_at,
        ends_at=ends_at,
        scheduled_count=1,
        head_count=1,
        practice=ledger.one_of(words()["practices"]) if has_practice else "none",
    )
    ledger.add("session_staff", session_id=session_id, staff_id=worker.staff_id)
    ledger.add(
        "attendance",
        session_id=session_id,
        episode_id=support.episode_id,
        status="attended",
        arrived_at=starts_at,
        left_at=ends_at,
    )
    return session_id


def _focus(ledger: Ledger, session_id: str, number: int) -> None:
    areas = words()["focus_areas"]
    for area in sorted({areas[number % len(areas)], *ledger.some_of(areas, ledger.between(0, 1))}):
        ledger.add("session_focus", session_id=session_id, area=area)
