"""What may leave the review team: counts of people as CSV, those from 1 to 10 suppressed and none to be worked out.

Sites with small counts are joined first. Then all counts of one trial are suppressed together, with every sum that binds them, over all the files: arms and sites add
up to the same totals, and who is on the medicine on a day is who is there later plus who left in between.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from examples.ctn0094.reading import TRIALS, rows
from examples.ctn0094.retained import Phase
from examples.ctn0094.used import Change, Relapse
from handrail.oversight.room import Sum
from handrail.oversight.suppression import SMALLEST_SHOWN, suppress

HIDDEN = "suppressed"
NOTE = (
    "Small sites are joined. Counts of people from 1 to 10 are suppressed, and others with them, so that none can be worked out from the sums "
    "over all these files together. A share stands only where both its counts do. Estimates, intervals and ratios are "
    "left out, because some of them give counts away. They are in the report, which is for the review team."
)
_KINDS = ("did not finish", "finished")
"""Who was never dosed did not finish: told apart, the few would hide half of the file."""
_SITES = """
SELECT trial, phase, COALESCE('Site ' || site, 'Site unknown') AS unit,
    COUNT(*) FILTER (WHERE left_early IS DISTINCT FROM FALSE), COUNT(*) FILTER (WHERE NOT left_early)
FROM treatment_phase JOIN participant USING (person_id)
GROUP BY trial, phase, site ORDER BY trial, phase, site
"""
Key = tuple[object, ...]


@dataclass
class Counts:
    """Counts under their names, and which are sums of which."""

    value: dict[Key, int] = field(default_factory=dict)
    sums: list[tuple[Key, tuple[Key, ...]]] = field(default_factory=list)

    def add(self, total: Key, parts: dict[Key, int]) -> None:
        """This will hold the parts and their total, and that they belong together."""
        self.value |= parts | {total: sum(parts.values())}
        self.bind(total, tuple(parts))

    def bind(self, total: Key, parts: tuple[Key, ...]) -> None:
        """This will say that counts held already add up to another."""
        self.value.setdefault(total, sum(self.value[part] for part in parts))
        self.sums.append((total, parts))

    def texts(self) -> dict[Key, str]:
        """This will give each count as it may leave."""
        at = {key: place for place, key in enumerate(self.value)}
        sums = [Sum(at[total], tuple(at[part] for part in parts)) for total, parts in self.sums]
        found = suppress(list(self.value.values()), sums)
        return dict(zip(self.value, found.texts(HIDDEN), strict=True))


def share_tables(
    folder: Path, out: Path, phases: Sequence[Phase], relapses: Sequence[Relapse], changes: Sequence[Change]
) -> None:
    """This will write the files that may leave, with a note on what was done to them."""
    told: dict[Key, str] = {}
    units = rows(folder, _SITES)
    for phase in phases:
        counts = Counts()
        sites = {unit: tuple(numbers) for trial, number, unit, *numbers in units if (trial, number) == _id(phase)}
        _hold_leaving(counts, phase, pooled(sites))
        if phase.phase == 1:
            _hold_use(counts, phase, relapses, changes)
        told |= counts.texts()
    _write(out / "leaving.csv", ("trial", "phase", "arm or sites", *_KINDS, "assigned"), _leaving(told))
    _write(
        out / "staying.csv", ("trial", "phase", "arm", "day", "on the medicine", "share of assigned"), _staying(told)
    )
    _write(out / "relapse.csv", ("trial", "arm", "relapse means", "yes", "no", "unknown"), _answers(told, "relapse"))
    kinds = ("no opioids in weeks 8 to 11", "some", "unknown then or before")
    _write(out / "four-weeks-without-opioids.csv", ("trial", *kinds), _answers(told, "change"))
    (out / "READ-ME.txt").write_text(NOTE + "\n", encoding="utf-8")


def pooled(sites: dict[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
    """This will join sites with a count from 1 to 10, and the next smallest, until the joined have no such count.

    One small site would otherwise hide half of the table, as each hidden count needs others to hide behind.
    """
    few = [site for site, numbers in sites.items() if any(0 < number < SMALLEST_SHOWN for number in numbers)]
    if not few:
        return sites
    others = sorted((site for site in sites if site not in few), key=lambda site: (sum(sites[site]), site))
    while others and any(0 < sum(each) < SMALLEST_SHOWN for each in zip(*(sites[site] for site in few), strict=True)):
        few.append(others.pop(0))
    joined = tuple(sum(each) for each in zip(*(sites[site] for site in few), strict=True))
    return {site: numbers for site, numbers in sites.items() if site not in few} | {" + ".join(few): joined}


def _id(phase: Phase) -> tuple[int, int]:
    return phase.trial, phase.phase


def _hold_leaving(counts: Counts, phase: Phase, sites: dict[str, tuple[int, ...]]) -> None:
    """Arms and sites by what became of people, with common totals; and each arm's days, from the first to the last."""
    name = _id(phase)
    arms = {arm.name: (sum(arm.left) + arm.never, len(arm.left) - sum(arm.left)) for arm in phase.arms}
    for by, units in (("arm", arms), ("site", sites)):
        for unit, numbers in units.items():
            parts: dict[Key, int] = {
                ("unit", *name, unit, kind): number for kind, number in zip(_KINDS, numbers, strict=True)
            }
            counts.add(("unit", *name, unit, "assigned"), parts)
        for kind in (*_KINDS, "assigned"):
            total = ("unit", *name, "all", kind)
            if units and (by == "arm" or total in counts.value):
                counts.bind(total, tuple(("unit", *name, unit, kind) for unit in units))
    for arm in phase.arms:
        days = (phase.planned // 2, phase.planned)
        there = [sum(stay >= day for stay in arm.days) for day in days]
        keys: list[Key] = [("day", *name, arm.name, day) for day in days]
        counts.value |= dict(zip(keys, there, strict=True))
        counts.bind(keys[-1], (("unit", *name, arm.name, "finished"),))
        for one, later in zip([("unit", *name, arm.name, "assigned"), *keys], keys, strict=False):
            gone = ("gone", *one)
            counts.value[gone] = counts.value[one] - counts.value[later]
            counts.bind(one, (later, gone))


def _hold_use(counts: Counts, phase: Phase, relapses: Iterable[Relapse], changes: Iterable[Change]) -> None:
    for told in (one for one in relapses if one.trial == phase.trial):
        key = ("relapse", told.trial, told.arm, told.definition)
        counts.value |= {(*key, "yes"): told.yes, (*key, "no"): told.no, (*key, "unknown"): told.unknown}
        everyone = ("unit", *_id(phase), told.arm, "assigned")
        counts.bind(everyone, tuple((*key, answer) for answer in ("yes", "no", "unknown")))
    for one in (change for change in changes if change.trial == phase.trial):
        paired = one.abstinent
        none, some = paired.both + paired.only_after, paired.only_before + paired.neither
        numbers = (none, some, one.people - paired.pairs)
        parts: dict[Key, int] = {("change", one.trial, at): number for at, number in enumerate(numbers)}
        counts.value |= parts
        counts.bind(("unit", *_id(phase), "all", "assigned"), tuple(parts))


def _leaving(told: dict[Key, str]) -> list[tuple[object, ...]]:
    lines: dict[Key, list[str]] = {}
    for key, text in told.items():
        if key[0] == "unit":
            lines.setdefault((*_trial(key[1]), *key[2:4]), []).append(text)
    return [(*name, *texts) for name, texts in lines.items()]


def _staying(told: dict[Key, str]) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = []
    for key, text in told.items():
        if key[0] == "day":
            everyone = told["unit", key[1], key[2], key[3], "assigned"]
            both = HIDDEN not in (text, everyone) and everyone != "0"
            found.append((*_trial(key[1]), *key[2:], text, f"{int(text) / int(everyone):.3f}" if both else HIDDEN))
    return found


def _answers(told: dict[Key, str], what: str) -> list[tuple[object, ...]]:
    lines: dict[Key, list[str]] = {}
    for key, text in told.items():
        if key[0] == what:
            lines.setdefault((*_trial(key[1]), *key[2:-1]), []).append(text)
    return [(*name, *texts) for name, texts in lines.items()]


def _trial(number: object) -> tuple[str]:
    return (TRIALS.get(number, str(number)),) if isinstance(number, int) else (str(number),)


def _write(path: Path, columns: Sequence[str], lines: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([columns, *lines])
