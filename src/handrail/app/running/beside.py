"""The process beside the server that judges what waits: started with it, started again where it dies, ended with it."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 300.0
STEADY = 600.0
"""Seconds. Who lived so long is started again after the first pause, however often it died before."""

_log = logging.getLogger(__name__)


class Beside:
    """One child process. Whoever holds it calls `look` now and then, from the process that started it."""

    def __init__(self, command: Sequence[str], *, clock: Callable[[], float] = time.monotonic) -> None:
        self._command = list(command)
        self._clock = clock
        self._parent = os.getpid()
        self._pause = FIRST_PAUSE
        self._again_at: float | None = None
        self._start()

    def look(self) -> None:
        """This will start the child again where it ended, after a pause that doubles each time, and say so in the log.

        A child that cannot live (no memory, a broken disk) is so tried every five minutes, not every second. Nothing is
        lost meanwhile: what waits to be judged waits in the database.
        """
        if self._again_at is None:
            if self._child.poll() is None:
                return
            now = self._clock()
            if now - self._began >= STEADY:
                self._pause = FIRST_PAUSE
            self._again_at = now + self._pause
            self._pause = min(2 * self._pause, LONGEST_PAUSE)
            _log.error("The process that judges beside the server ended; it is started again after a pause.")
        if self._clock() >= self._again_at:
            self._again_at = None
            self._start()

    def end(self) -> None:
        """This will end the child; in a process that did not start it, nothing."""
        if os.getpid() != self._parent:
            return
        self._child.terminate()
        try:
            self._child.wait(timeout=3)
        except subprocess.TimeoutExpired:
            self._child.kill()  # it loses nothing
            self._child.wait()

    def _start(self) -> None:
        self._began = self._clock()
        self._child = subprocess.Popen(self._command, stdin=subprocess.DEVNULL)  # noqa: S603


def follower() -> Beside:
    """This will start the follower of this process. It ends with it, however that ends: it watches its parent."""
    return Beside([sys.executable, "-m", "handrail.cli", "judge", "--follow", "--parent", str(os.getpid())])
