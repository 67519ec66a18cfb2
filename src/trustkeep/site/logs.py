"""What the product tells its operator: one JSON object a line on standard error.

Every line has ``at`` (UTC, RFC 3339), ``level``, ``event``, ``source`` and, inside a request, its
``request`` id. Lines name events and opaque ids; no e-mail address, no query string, no secret.
"""

from __future__ import annotations

import logging
import logging.config
import os
from typing import Any

import structlog

LEVEL_VARIABLE = "TRUSTKEEP_LOG_LEVEL"

_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
    structlog.processors.EventRenamer("event"),
]


def _plain(_logger: object, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    event["source"] = event.pop("logger", "")
    # Django adds the request itself, which may hold what a visitor typed.
    for name in ("request", "server_time", "status_code"):
        if not isinstance(event.get(name), str | int):
            event.pop(name, None)
    return event


def dict_config() -> dict[str, Any]:
    """Return the configuration for `logging`; the server hands it to its workers too."""
    level = os.environ.get(LEVEL_VARIABLE, "WARNING").upper()
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": _SHARED,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _plain,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=True),
        ],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": formatter},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "_granian": {"level": level, "propagate": True},
            # What a visitor asked for in vain stands in our own line about the request.
            "django.request": {"level": "ERROR"},
            "django.security": {"level": "CRITICAL"},
        },
    }


def configure() -> None:
    """Send the product's and its libraries' lines to standard error as JSON."""
    logging.config.dictConfig(dict_config())
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
