"""Invented trials in the shape of CTN-0094's files: 12 sites of 30 people, and a smaller trial of 3 sites."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np

ARMS = {27: ("Methadone", "Outpatient BUP"), 51: ("Inpatient BUP", "Inpatient NR-NTX")}
STEADY = 5
"""The site of trial 27 that nobody leaves early."""


def write_trials(folder: Path) -> None:
    """Write the twelve files."""
    chance = np.random.default_rng(5)
    lines: dict[str, list[str]] = {
        "everybody": ["who,project"],
        "site_masked": ["who,site_masked"],
        "demographics": ["who,age,is_male,job,is_living_stable"],
        "asi": ["who,used_iv"],
        "randomization": ["who,treatment,which,when"],
        "treatment": ["who,amount,when"],
        "tlfb": ["who,what,when"],
        "uds": ["who,what,when"],
        "visit": ["who,visit,what,when"],
        "detox": ["who,what,when", "1,admission,-6.0"],
        "rbs": ["who,what,did_use,days"],
        "meta_study_length": ["project,treatment,phase,stage,weeks,description"],
    }
    lines["meta_study_length"] += [f"{trial},{arm},1,1,24.0,Treatment" for trial, arms in ARMS.items() for arm in arms]
    who = 0
    for trial, site in [(27, site) for site in range(1, 13)] + [(51, site) for site in range(21, 24)]:
        for _ in range(30):
            who += 1
            _person(lines, who, trial, site, chance)
    for name, rows in lines.items():
        (folder / f"{name}.csv.gz").write_bytes(gzip.compress("\n".join([*rows, ""]).encode()))


def _person(lines: dict[str, list[str]], who: int, trial: int, site: int, chance: np.random.Generator) -> None:
    arm = ARMS[trial][int(chance.integers(2))]
    lines["everybody"].append(f"{who},{trial}")
    lines["site_masked"].append(f"{who},{site}")
    lines["demographics"].append(f"{who},{chance.integers(19, 60)}.0,{chance.choice(['Yes', 'No', ''])},,Yes")
    lines["asi"].append(f"{who},{chance.choice(['Yes', 'No'])}")
    lines["randomization"].append(f"{who},{arm},1,1.0")
    lines["rbs"].append(f"{who},heroin,Yes,{chance.integers(5, 30)}.0")
    stays = (trial, site) == (27, STEADY) or chance.random() < 0.4
    if chance.random() > 0.05:
        last = 168 if stays else int(chance.integers(20, 140))
        lines["treatment"] += [f"{who},8.0,1.0", f"{who},8.0,{last}.0"]
    lines["tlfb"] += [f"{who},Heroin,{day}.0" for day in range(-28, 0, 3)]
    seen = 13 if chance.random() < 0.8 else 6
    lines["visit"] += [f"{who},WK{week},visit,{7 * week}.0" for week in range(seen)]
    for week in range(seen):
        if chance.random() < 0.3:
            lines["tlfb"].append(f"{who},Heroin,{7 * week + 2}.0")
            lines["uds"].append(f"{who},Opioid,{7 * week}.0")
