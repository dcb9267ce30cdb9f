"""Answering HTTP: what strangers send that is none goes unsaid, and what fails here is told to the host in a line."""

from __future__ import annotations

import logging

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from isocross.toml.faults import escaped

_LOG = logging.getLogger("isocross.http")


def runner_of(app: web.Application) -> web.AppRunner:
    """What runs an app until it is told to end; signals are for the caller."""
    _LOG.addFilter(told_in_a_line)
    return web.AppRunner(app, access_log=None, handle_signals=False, logger=_LOG)


def told_in_a_line(record: logging.LogRecord) -> bool:
    """Make one line of a record, its error with it; whether it is one to tell."""
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, HttpProcessingError):
        return False
    record.msg = escaped(record.getMessage() if error is None else f"{record.getMessage()}: {error!r}")
    record.args = record.exc_info = record.exc_text = None
    return True
