"""Starting the app: what must be in order first, the database brought up to date, and the web server."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.checks import ERROR, CheckMessage, run_checks
from django.core.management import call_command
from django.db import connections
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter

from handrail.app.accounts.walls import everybody
from handrail.app.running.beside import Beside, follower
from handrail.app.worklists.judging import warm
from handrail.app.wsgi import application

WORKERS = 2
THREADS = 2


def faults() -> list[CheckMessage]:
    """This will give everything that keeps the app from starting safely with these settings."""
    databases = ["default"] if connections["default"].vendor == "postgresql" else None
    return [one for one in run_checks(databases=databases) if one.level >= ERROR]


def bring_up_to_date() -> None:
    """This will make the database where there is none, and give an older one the tables of this version."""
    with everybody():
        call_command("migrate", verbosity=0, interactive=False)


def is_free(host: str, port: int) -> bool:
    """This will say whether a server can be opened there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as asked:
        asked.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            asked.bind((host.strip("[]"), port))
        except OSError:
            return False
    return True


def run(host: str, port: int, *, when_ready: Callable[[], None]) -> None:
    """This will serve until it is stopped. `when_ready` is called once requests are answered.

    Threads open the engine's desk and the database for themselves, after the fork.
    """
    warm()
    connections.close_all()
    address = f"[{host.strip('[]')}]" if ":" in host else host
    server = _Server(
        {
            "bind": f"{address}:{port}",
            "workers": WORKERS,
            "worker_class": "gthread",
            "threads": THREADS,
            "proc_name": "handrail",
            "loglevel": "warning",
            "logger_class": "handrail.app.logs.Server",
            "control_socket_disable": True,
            "worker_tmp_dir": "/dev/shm" if Path("/dev/shm").is_dir() else None,  # noqa: S108
            "when_ready": lambda _server: when_ready(),
        }
    )
    server.run()


class _Master(Arbiter):  # type: ignore[misc]
    """Gunicorn's own process, which looks after its workers every second, and after the follower with them."""

    def __init__(self, app: BaseApplication, beside: Beside) -> None:
        self._beside = beside
        super().__init__(app)

    def manage_workers(self) -> None:
        """Start what is missing: workers, and the follower."""
        super().manage_workers()
        self._beside.look()


class _Server(BaseApplication):  # type: ignore[misc]
    """Gunicorn, told everything here: no file and no variable of its own changes it."""

    def __init__(self, options: dict[str, Any]) -> None:
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        """Set the options."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def run(self) -> None:
        """Serve until it is stopped, with the follower beside it."""
        beside = follower()
        try:
            _Master(self, beside).run()
        finally:
            beside.end()

    def load(self) -> Any:
        """Give the app, as it was loaded before the fork."""
        return application
