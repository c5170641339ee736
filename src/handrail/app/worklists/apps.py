"""Registers worklists with Django, and listens for changes of the chart."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig


class Worklists(AppConfig):
    """Verdicts kept for screens."""

    name = "handrail.app.worklists"
    label = "worklists"

    def ready(self) -> None:
        """This will have a person judged anew whenever something about her changes."""
        from handrail.app.chart.writing import changed  # noqa: PLC0415
        from handrail.app.worklists import judging  # noqa: PLC0415

        def judge(*, organization_id: str, person_ids: list[str], **_rest: Any) -> None:
            if judging.is_waiting():
                return
            judging.judge_people(organization_id, person_ids)

        changed.connect(judge, weak=False, dispatch_uid="judge what changed")
