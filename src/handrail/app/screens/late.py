"""Views whose work needs heavy packages (statistics, pictures): loaded with the first request, not with the server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string

View = Callable[..., HttpResponse]


def late(path: str) -> View:
    """This will give a view that loads the one at `path` (module and name, with dots) when it is first asked for."""

    def view(request: HttpRequest, *args: Any, **told: Any) -> HttpResponse:
        found: View = import_string(path)
        return found(request, *args, **told)

    view.__name__ = view.__qualname__ = path.rpartition(".")[2]
    return view
