"""The log: one line a request, as text or JSON, on stderr. It holds no words of memories, no ids of people, no keys."""

from __future__ import annotations

import json
import logging
import traceback
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    from graphmem.rest.observe import Seen

__all__ = ["Form", "Json", "configuration", "tell"]

Form: TypeAlias = Literal["text", "json"]
_LOG = logging.getLogger("graphmem.rest.requests")


def tell(seen: Seen) -> None:
    """Write the line of a request."""
    fields = {
        "method": seen.method, "route": seen.route, "status": seen.status, "ms": round(1000 * seen.seconds, 1),
        "request_id": seen.id, "project": seen.project,
    }  # fmt: skip
    values = ("-" if value is None else value for value in fields.values())
    _LOG.info("%s %s %s %s ms %s %s", *values, extra={"fields": fields})


class Json(logging.Formatter):
    """Each record as one JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The line: time, level, logger, message, and what else is known of it."""
        at = datetime.fromtimestamp(record.created, timezone.utc).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {"time": at, "level": record.levelname.lower(), "logger": record.name}
        fields = getattr(record, "fields", None)
        line |= fields if fields else {"message": record.getMessage()}
        if record.exc_info and record.exc_info[0]:
            # Not its message, which may hold somebody's words.
            line |= {
                "error": record.exc_info[0].__name__,
                "where": "".join(traceback.format_tb(record.exc_info[2])),
            }
        return json.dumps(line, ensure_ascii=False, default=str)


def configuration(form: Form) -> dict[str, Any]:
    """The set-up of a serving process, as `logging.config.dictConfig` and uvicorn take it."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "text": {"format": "%(asctime)s %(levelname)s %(message)s"},
            "json": {"()": "graphmem.rest.logs.Json"},
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "stream": "ext://sys.stderr", "formatter": form}},
        "loggers": {
            name: {"handlers": ["stderr"], "level": "INFO", "propagate": False} for name in ("graphmem", "uvicorn")
        },
    }
