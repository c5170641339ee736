"""Log lines as JSON, one a line, with no clinical value: never the arguments of a query, a form or a URL."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any

from gunicorn.glogging import Logger


class Server(Logger):
    """Gunicorn's own lines, written like all others: what goes wrong outside of Django shows no address and no value."""

    def setup(self, cfg: Any) -> None:
        """This will have gunicorn write by `OneLine`."""
        super().setup(cfg)
        for handler in (*self.error_log.handlers, *self.access_log.handlers):
            handler.setFormatter(OneLine())


class OneLine(logging.Formatter):
    """Says when, how grave, which part of the program, which path and what kind of error; nothing that was typed."""

    def format(self, record: logging.LogRecord) -> str:
        """This will write one record as one line."""
        told: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "says": record.msg if isinstance(record.msg, str) else type(record.msg).__name__,
        }
        if status := getattr(record, "status_code", None):
            told["status"] = status
        if (request := getattr(record, "request", None)) is not None:
            match = getattr(request, "resolver_match", None)
            told["view"] = match.view_name if match else ""
        if record.exc_info and record.exc_info[0]:
            told["error"] = record.exc_info[0].__name__
            trace = record.exc_info[2]
            while trace and trace.tb_next:
                trace = trace.tb_next
            if trace:
                told["where"] = f"{trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}"
        return json.dumps(told, ensure_ascii=False)
