"""Registers worklists with Django, and listens for changes of the chart."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig


class Worklists(AppConfig):
    """Verdicts kept for screens."""

    name = "handrail.app.worklists"
    label = "worklists"

    def ready(self) -> None:
        """This will have whatever hangs on a change judged anew."""
        from handrail.app.chart.writing import changed, changing  # noqa: PLC0415
        from handrail.app.worklists import hearing  # noqa: PLC0415

        def put_down(*, organization_id: str, touched: Any, **_rest: Any) -> None:
            hearing.put_down(organization_id, touched)

        def judge(*, organization_id: str, table: str, touched: Any, **_rest: Any) -> None:
            hearing.judge_at_once(organization_id, table, touched)

        changing.connect(put_down, weak=False, dispatch_uid="put down what changes")
        changed.connect(judge, weak=False, dispatch_uid="judge what changed")
