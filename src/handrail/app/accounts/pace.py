"""How often somebody may do the same thing: searching, sending, taking records away. Signing in has its own limits.

It is for an account that somebody else has got hold of: who copies a clinic out page by page is slowed down, and who
works is not. `pace.yaml` says how often.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from django.conf import settings
from django.core.cache import cache as counts
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from ruamel.yaml import YAML


@dataclass(frozen=True)
class Limit:
    """So many in so many seconds; of some addresses, or of all; of one method, or of all."""

    name: str
    most: int
    seconds: int
    only: str = ""
    on: tuple[str, ...] = ()

    def is_about(self, view: str, method: str) -> bool:
        """This will say whether a request counts."""
        return (not self.on or view in self.on) and (not self.only or method == self.only)


@cache
def limits() -> tuple[Limit, ...]:
    """This will give every limit there is."""
    told = YAML(typ="safe").load(files(__package__).joinpath("pace.yaml").read_text(encoding="utf-8"))
    return tuple(Limit(name, **{**one, "on": tuple(one.get("on", ()))}) for name, one in told.items())


class Pace:
    """Answers 429 in place of the view where somebody is over a limit."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """This will go on; the limits are looked at once the view is known."""
        return self._get_response(request)

    def process_view(self, request: HttpRequest, *_told: Any) -> HttpResponse | None:
        """This will count the request, and refuse it where there were too many."""
        match = request.resolver_match
        if not settings.IS_PACED or not request.user.is_authenticated or match is None:
            return None
        over = list(_over(request.user.pk, match.view_name, request.method or ""))
        if not over:
            return None
        answer = render(request, "429.html", status=429)
        answer["Retry-After"] = str(max(one.seconds for one in over))
        return answer


def _over(user_id: int, view: str, method: str) -> Iterator[Limit]:
    now = int(time.time())
    for one in limits():
        if one.is_about(view, method):
            key = f"pace:{one.name}:{user_id}:{now // one.seconds}"
            counts.add(key, 0, one.seconds)
            try:
                number = counts.incr(key)
            except ValueError:  # just forgotten
                number = 1
            if number > one.most:
                yield one
