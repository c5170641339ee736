"""Women who left intensive treatment: for the tests of candidates for recovery support."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from handrail.app.chart import writing

_OPENED = datetime.date(2020, 1, 1)
Leave = Callable[..., Any]


def programs(write: Any) -> None:
    """An intensive outpatient program, another one, and recovery support."""
    for key, name in (("iop", "Prairie Evenings"), ("days", "Prairie Days")):
        write(
            "program", program_id=key, name=name, service="us-ne/intensive-outpatient-2.1", level="2.1",
            focus="substance_use", is_residential=False, dual_diagnosis_enhanced=False, recorded_on=_OPENED,
        )  # fmt: skip
    write(
        "program", program_id="irs", name="Prairie Recovery", service="us-nc/intensive-recovery-support",
        focus="substance_use", is_residential=False, recorded_on=_OPENED,
    )  # fmt: skip


def leaver(cast: Any, write: Any, today: datetime.date) -> Leave:
    """This will give a way to write a woman who left so many days ago, of whom everything is known unless told otherwise."""
    counselor = cast.viewer("counselor")

    def leave(
        name: str,
        days: int | None,
        *,
        program: str = "iop",
        child: bool = True,
        sex: str = "female",
        impaired: bool = True,
    ) -> Any:
        began = today - datetime.timedelta(days=(days or 0) + 60)
        known = {"recorded_on": began}
        person = write("person", person_id=name, birth_date=datetime.date(1990, 1, 15), sex=sex, **known)
        writing.name(counselor, person, given_name=name.capitalize(), family_name="Example", number=f"n-{name}")
        left = None if days is None else today - datetime.timedelta(days=days)
        write(
            "episode", episode_id=f"{name}-1", person_id=name, program_id=program, requested_on=began, admitted_on=began,
            discharged_on=left, discharge_reason=left and "completed", discharge_recorded_on=left, **known,
        )  # fmt: skip
        write(
            "diagnosis", diagnosis_id=f"{name}-d", person_id=name, code="F11.20", category="substance_use",
            diagnosed_on=began, **known,
        )  # fmt: skip
        if child:
            write(
                "child", child_id=f"{name}-c", person_id=name, birth_date=datetime.date(today.year - 6, 1, 5), **known
            )
        if impaired:
            write(
                "functional_impairment", functional_impairment_id=f"{name}-f", person_id=name, activity="coping_skills",
                limits_activity=True, substance_related=True, observed_on=began, **known,
            )  # fmt: skip
        return person

    return leave
