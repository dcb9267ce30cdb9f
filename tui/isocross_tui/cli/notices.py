"""Where alerts go: the desktop by the terminal, an address that takes JSON, and whatever apprise knows.

A destination may hold a token, and so none is ever written: what goes wrong with one is told by its number.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Callable, Mapping
from http.client import HTTPException
from importlib.util import find_spec
from typing import Final
from urllib.error import HTTPError, URLError
from urllib.request import Request

import click

DESKTOP: Final = "desktop"
BY_777: Final = ("rxvt", "foot")
"""Beginnings of the names of terminals that take notices as OSC 777; the others take OSC 9."""
TIMEOUT_S: Final = 5
NO_APPRISE = "this destination needs apprise, which is not installed: pip install 'isocross[live]'"

Destination = Callable[[str, str, str], str]
"""Takes the keyword, what is told, and the source; gives what went wrong, or nothing."""


def destinations(names: tuple[str, ...]) -> Callable[[str, str, str], list[str]]:
    """Make what sends an alert to every destination; a usage error where one is none."""
    found = [_destination(name, number) for number, name in enumerate(names, 1)]

    def send(word: str, told: str, source: str) -> list[str]:
        tried = [(number, each(word, told, source)) for number, each in enumerate(found, 1)]
        return [f"destination {number} did not take the alert: {trouble}." for number, trouble in tried if trouble]

    return send


def _destination(name: str, number: int) -> Destination:
    if name == DESKTOP:
        return _to_desktop
    by_apprise = _by_apprise(name)
    if by_apprise is not None:
        return by_apprise
    if name.startswith(("http://", "https://")):
        return lambda word, told, source: _to_address(name, word, told, source)
    if find_spec("apprise") is None:
        raise click.UsageError(f"--notify {number}: {NO_APPRISE}")
    expected = "desktop, http://…, https://… or a destination of apprise"
    raise click.UsageError(f"--notify {number}: this is not a destination: expected {expected}")


def _to_desktop(word: str, told: str, _source: str) -> str:
    """Ask the terminal for a notice."""
    for stream in (sys.stdout, sys.stderr):
        if stream.isatty():
            stream.write(notice(word, told, os.environ))
            stream.flush()
            return ""
    return "there is no terminal here"


def notice(word: str, told: str, environ: Mapping[str, str]) -> str:
    """Write what asks a terminal for a notice, as this one takes it."""
    text = "".join(character for character in told if character.isprintable())
    if environ.get("TERM", "").startswith(BY_777) or "VTE_VERSION" in environ:
        return f"\x1b]777;notify;isocross {word};{text}\x07"
    return f"\x1b]9;isocross {word}: {text}\x07"


def _to_address(url: str, word: str, told: str, source: str) -> str:
    """Post JSON, and follow no redirect."""
    from isocross.live.asking import opener_to, why_of  # noqa: PLC0415 - the importers are slow to load

    body = json.dumps({"word": word, "told": told, "source": source}).encode()
    headers = {"Content-Type": "application/json", "User-Agent": "isocross"}
    try:
        opener_to(url).open(Request(url, body, headers), timeout=TIMEOUT_S).close()
    except HTTPError as error:
        error.close()
        return f"it answered with {error.code}"
    except (URLError, OSError, HTTPException, ValueError) as error:
        reason = error.reason if isinstance(error, URLError) else error
        # what is no fault of the line may quote the address
        return why_of(error) if isinstance(reason, OSError) else "it cannot be reached"
    return ""


def _by_apprise(name: str) -> Destination | None:
    """What sends by apprise; None where it knows no such destination, or is not installed."""
    if find_spec("apprise") is None:
        return None
    import apprise  # noqa: PLC0415 - an extra, and slow to load

    # its log names destinations, tokens and all
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
    kept = apprise.Apprise()
    if not kept.add(name):
        return None

    def send(word: str, told: str, source: str) -> str:
        sent = kept.notify(title=f"isocross {word}", body=f"{told} ({source})")
        return "" if sent else "apprise could not send it"

    return send
