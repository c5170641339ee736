"""Which run a page is about, and by which names its programs and clinicians are shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.http import Http404, HttpRequest

from handrail.app.accounts.access import Viewer
from handrail.app.chart import reading
from handrail.app.overseeing import keeping
from handrail.app.overseeing.keeping import Kept
from handrail.app.overseeing.models import KeptRun
from handrail.measures.results import Result


@dataclass(frozen=True)
class Asked:
    """Who looks, at which run. `names` maps the ids of programs and clinicians to their names, where these are known."""

    looking: Viewer
    kept: Kept | None
    runs: list[KeptRun]
    names: dict[str, str] = field(default_factory=dict)

    @property
    def query(self) -> str:
        """The run as a part of an address; empty for the latest."""
        is_latest = self.kept is None or not self.runs or str(self.runs[0].pk) == self.kept.pk
        return "" if is_latest or self.kept is None else urlencode({"run": self.kept.pk})

    @property
    def found(self) -> Kept:
        """The run. Raises `Http404` where there is none."""
        if self.kept is None:
            raise Http404("No measures were run yet.")
        return self.kept

    def result(self, name: str) -> Result:
        """This will give the result of one measure. Raises `Http404` where the run has none of that name."""
        try:
            return self.found.run.result(name)
        except KeyError:
            raise Http404("This run has no such measure.") from None

    def name(self, unit: str) -> str:
        """This will give the name under which a program or clinician is shown."""
        return self.names.get(unit) or unit or "Everybody"


def asked(request: HttpRequest, looking: Viewer) -> Asked:
    """This will read at which run somebody looks: the one that the address names, or the latest."""
    runs = keeping.kept_runs(looking)
    wanted = request.GET.get("run", "")
    chosen = next((one for one in runs if str(one.pk) == wanted), None) if wanted else (runs[0] if runs else None)
    if wanted and chosen is None:
        raise Http404("There is no such run.")
    kept = keeping.kept(looking, str(chosen.pk)) if chosen else None
    return Asked(looking, kept, runs, _names(looking))


def _names(looking: Viewer) -> dict[str, str]:
    if not looking.may("read program"):
        return {}
    programs = reading.rows(looking, "program").values_list("pk", "name")
    staff = reading.rows(looking, "staff").values_list("pk", "name")
    return {pk: name for pk, name in (*programs, *staff) if name}
