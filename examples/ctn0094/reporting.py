"""The answer: who stayed, who used before and after, which sites differ; as a page, as files to share, in short."""

from __future__ import annotations

import math
from pathlib import Path

from examples.ctn0094 import retained, sites, used
from examples.ctn0094.reading import TRIALS
from examples.ctn0094.sharing import NOTE, share_tables
from handrail.charts.page import Section, Show, Table, page
from handrail.oversight.suppression import SMALLEST_SHOWN

_TITLE = "Three trials of treatment for opioid use disorder (CTN-0094)"
_WARNING = (
    "For the review team: this page holds small counts and must not leave it; the folder to-share may. What is said "
    "of sites is a statistical signal, not a finding about quality, and never the sole basis for action."
)


def report(folder: Path) -> list[str]:
    """This will write the report beside the tables in the folder, and give its findings in short."""
    phases, everybody, compared = retained.phases(folder), used.people(folder), sites.compared(folder)
    changes, relapses = used.changes(everybody), used.relapses(everybody)
    found = [*(_stayed(one) for one in phases), *(_changed(one) for one in changes), _relapsed(relapses)]
    found += [sites.says(one) for one in compared]
    written = page(
        _TITLE, _WARNING, found, [_retention(phases), _change(changes), _relapse(relapses), _sites(compared)]
    )
    (folder / "report.html").write_text(written, encoding="utf-8")
    (folder / "to-share").mkdir()
    share_tables(folder, folder / "to-share", phases, relapses, changes)
    return found


def _few(people: int) -> str:
    """A count for what is printed, which may be passed on: the small ones are not told."""
    return f"{people:,}" if people == 0 or people >= SMALLEST_SHOWN else f"1 to {SMALLEST_SHOWN - 1}"


def _share(people: int, everyone: int) -> str:
    few = 0 < people < SMALLEST_SHOWN
    return f"under {math.ceil(100 * SMALLEST_SHOWN / everyone)}%" if few else f"{people / everyone:.0%}"


def _stayed(phase: retained.Phase) -> str:
    found, p = retained.estimates(phase), retained.difference(phase)
    shares = ", ".join(f"{name} {one.share[phase.planned]:.0%} of {one.people}" for name, one in found.items())
    never = _few(sum(arm.never for arm in phase.arms))
    tested = "the arms cannot be compared" if p is None else f"log-rank p = {p:.2g}"
    return f"{phase.name}. Finished the plan, of those dosed: {shares} ({tested}). Never dosed: {never}."


def _changed(one: used.Change) -> str:
    told, name = one.abstinent, TRIALS.get(one.trial, one.trial)
    if not told.pairs:
        return f"Trial {name}: nobody is known both before and after."
    was, now = (_share(kept + told.both, told.pairs) for kept in (told.only_before, told.only_after))
    return (
        f"Trial {name}: four weeks without opioids {was} before, {now} after, of {told.pairs} people known both "
        f"times (uncontrolled; {told.unknown_after} unknown afterwards; whatever they did, the change is "
        f"{100 * told.if_missing_bad:+.0f} to {100 * told.if_missing_good:+.0f} points)."
    )


def _relapsed(found: list[used.Relapse]) -> str:
    told = []
    for definition in used.DEFINITIONS:
        some = [one for one in found if one.definition == definition]
        everyone, yes = sum(one.yes + one.no + one.unknown for one in some), sum(one.yes for one in some)
        most = yes + sum(one.unknown for one in some)
        told.append(
            f"{definition} {yes / everyone:.0%} to {most / everyone:.0%}" if everyone else f"{definition} unknown"
        )
    return f"Relapse in weeks 4 to 11 depends on what it means: {', '.join(told)}, for the same people."


def _retention(phases: list[retained.Phase]) -> Section:
    said = (
        "Days on the study medicine, from the first dose to the last. Leaving is a last dose before the plan was done, "
        "even by a day; whoever did the whole plan is counted as watched to its end. The lot compares all who were "
        "assigned: where one medicine is harder to begin, those dosed are a choice, so read the last column too.",
    )
    lines = [line for phase in phases for line in retained.key_days(phase)]
    shows: list[Show] = [
        *(retained.retention_picture(phase) for phase in phases),
        Table("Key days", retained.COLUMNS, lines),
    ]
    return Section("Who stayed", said, shows)


def _change(found: list[used.Change]) -> Section:
    said = (
        "Weeks -4 to -1 against weeks 8 to 11, counted from the first day of the study. Only people known in all eight "
        "weeks are compared; unknown is never no use. The bounds let every unknown answer afterwards be bad, or good.",
        "Uncontrolled: people enter such trials when they use most, so nearly all are better later whatever is done. "
        "In trial 51 treatment began in a hospital, and the weeks before may hold days in detox.",
    )
    table = Table(
        "Four weeks without opioids, and the rate of days of use", used.CHANGE_COLUMNS, used.change_rows(found)
    )
    return Section("Use before and after, the same people", said, [*used.change_pictures(found), table])


def _relapse(found: list[used.Relapse]) -> Section:
    said = (
        "The same people and the same eight weeks (4 to 11), three definitions: "
        + "; ".join(f"{name}: {meaning}" for name, meaning in used.DEFINITIONS.items())
        + ".",
        "An answer is unknown where the weeks not known could change it. One week with use is enough for a yes and all "
        "eight weeks are needed for a no, so the share with the unknown left out is too high; between the two bounds "
        "lies the truth.",
    )
    return Section("Relapse, defined in three ways", said, [Table("", used.RELAPSE_COLUMNS, used.relapse_rows(found))])


def _sites(found: list[sites.Compared]) -> Section:
    said = (
        "Leaving the medicine early in phase 1, of those dosed, against what is expected for such people: adjusted for "
        f"{'; '.join(sites.FACTS.values())}; all known before treatment began. A site is named only where every leg of "
        "the rule passes; each leg is shown. Sites are compared within a trial, since the trials differ.",
    )
    shows: list[Show] = []
    for one in found:
        shows += sites.site_pictures(one)
        columns, lines = sites.leg_table(one)
        shows += [Table(sites.says(one), columns, lines)] if lines else []
    fits = [(f"Trial {TRIALS.get(one.trial, one.trial)}", *_fit(one)) for one in found]
    columns = ("trial", "people", "c-statistic (0.5: knows nothing)", "slope (1: as it should be)")
    return Section(
        "Sites compared",
        (*said, *(sites.says(one) for one in found)),
        [*shows, Table("How well the facts expect", columns, fits)],
    )


def _fit(one: sites.Compared) -> tuple[str, str, str]:
    told = one.calibration
    if told is None or told.c_statistic is None:
        return str(one.people), "–", "–"
    return str(one.people), f"{told.c_statistic:.2f}", f"{told.slope:.2f}"


def in_short(found: list[str], folder: Path) -> str:
    """This will give what the command prints."""
    listed = "".join(f"- {one}\n" for one in found)
    return (
        f"{listed}\nRead {folder / 'report.html'} (for the review team).\nMay leave it: {folder / 'to-share'}. {NOTE}\n"
    )
