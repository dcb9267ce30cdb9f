"""Where to look at a rehearsal, as people write it: how far along a shock, a place of a lived path, a time."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from isocross.errors import IsocrossError
from isocross.money import ONE, ZERO, text
from isocross.paths.shock import ShockError, parse_part

if TYPE_CHECKING:
    from isocross.rehearsal.lived import LivedRehearsal


class CursorError(IsocrossError, ValueError):
    """Say that a rehearsal has no such place."""


def fraction(words: str | None) -> Decimal:
    """Read how far along a shock to look, from 0 to 1; its end where nothing is said."""
    if words is None:
        return ONE
    try:
        at = parse_part(words)
    except ShockError:
        at = Decimal(-1)
    if not 0 <= at <= 1:
        raise CursorError(f"{words!r} is not a part of the way: expected a number from 0 to 1")
    return at


def place_on(lived: LivedRehearsal, words: str | None) -> Decimal:
    """Read a place of a path, or a time of one with a clock; its end where nothing is said."""
    if words is None:
        return lived.path.end
    moment = _moment(words)
    asked = None if moment is None else lived.path.place_of(moment)
    if asked is not None:
        return asked
    try:
        place = parse_part(words)
    except ShockError:
        place = Decimal(-1)
    if not 0 <= place <= lived.path.end:
        clock = ", or a time such as 2025-10-10T21:15" if lived.path.time(ZERO) else ""
        expected = f"expected a number from 0 to {text(lived.path.end)}{clock}"
        raise CursorError(f"{words!r} is not a place on this path: {expected}")
    return place


def _moment(words: str) -> datetime | None:
    """A time as it is written, of UTC where it does not say; None where it is none."""
    try:
        moment = datetime.fromisoformat(words)
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
