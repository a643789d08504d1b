"""
Logs: one line for each thing that happens, as JSON, or as text for a terminal.

Nobody can forge a line, and no line holds a key or a password.
"""

from __future__ import annotations

import hashlib
import logging
import re
import sys
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

#: The secret part of a key, and a password within an address.
_SECRETS = (
    (re.compile(r"(lw_[0-9a-z]{8}_)[0-9A-Za-z_-]+"), r"\1…"),
    (re.compile(r"(://[^\s:/@]*:)[^\s@/]+@"), r"\1…@"),
)

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")

#: Longest text of one field.
_LONGEST = 4_000


def write_logs(level: str, *, out: TextIO | None = None) -> None:
    """
    Sends all logs of this process to its error output, those of libraries too.

    Parameters
    ----------
    level
        What is said: ``debug``, ``info``, ``warning`` or ``error``.
    out
        Where to, in place of the error output.
    """
    stream = sys.stderr if out is None else out
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_formatter(as_text=stream.isatty()))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())

    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [], True
        logger.setLevel(logging.NOTSET)

    # The service says itself what was asked for.
    logging.getLogger("uvicorn.access").disabled = True
    logging.getLogger("alembic").setLevel("WARNING")


def tenant_hash(tenant_id: str) -> str:
    """
    Returns how logs call a tenant: the begin of its fingerprint in receipts.
    """
    return hashlib.sha256(tenant_id.encode()).hexdigest()[:12]


def _formatter(*, as_text: bool) -> structlog.stdlib.ProcessorFormatter:
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        structlog.processors.format_exc_info,
        _kept_harmless,
    ]
    last: Processor = (
        structlog.dev.ConsoleRenderer(colors=True, timestamp_key="time")
        if as_text
        else structlog.processors.JSONRenderer(ensure_ascii=True)
    )

    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
    )


def _kept_harmless(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """
    Returns what is said without secrets, each text on one line and not too long.
    """
    # The web server says the same once more, for terminals.
    event.pop("color_message", None)

    return {name: _harmless(name, value) for name, value in event.items()}


def _harmless(name: str, value: object) -> object:
    if not isinstance(value, str):
        return value

    for pattern, shown in _SECRETS:
        value = pattern.sub(shown, value)

    # Only our own code makes a traceback; its lines are kept, but for their content.
    if name == "exception":
        lines = value[-4 * _LONGEST :].split("\n")
        return "\n".join(_CONTROL.sub(_escaped, line) for line in lines)

    return _CONTROL.sub(_escaped, value)[:_LONGEST]


def _escaped(match: re.Match[str]) -> str:
    return ascii(match[0])[1:-1]
