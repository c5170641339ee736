"""The app's folder, held by whoever runs on it, so that nobody restores a database under a running app."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from django.conf import settings


class IsRunningError(Exception):
    """The app of this home runs, or somebody is restoring its database."""


def hold_home(*, alone: bool) -> int:
    """This will hold the home as long as the process lives: servers together, or a restore `alone`.

    Raises `IsRunningError` where that is not possible now.
    """
    held = os.open(Path(settings.HOME) / "serving.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(held, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(held)
        raise IsRunningError from None
    return held
