"""A film of a desk: pictures, each with the time at which it comes, what is written for it, and what happened there."""

from __future__ import annotations

from decimal import Decimal

from rich.segment import Segment

from isocross.records import dataclass


@dataclass(frozen=True)
class Shot:
    """One picture."""

    at: Decimal
    """Seconds from the beginning."""
    written: str
    """What a terminal is sent; empty: nothing changed."""
    rows: tuple[tuple[Segment, ...], ...]
    """The whole screen as it is then."""
    markers: tuple[str, ...] = ()
    """What happened there, in a few words each."""


@dataclass(frozen=True)
class Film:
    """Everything that was shown."""

    title: str
    size: tuple[int, int]
    """Columns and rows."""
    shots: tuple[Shot, ...]
    ends: Decimal
    """Seconds until the last picture goes."""
    background: str
    """The colour under everything, as `#rrggbb`."""
    foreground: str
