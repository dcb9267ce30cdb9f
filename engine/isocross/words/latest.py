"""What happened last on the way to a cursor: a close before the bill that came with it."""

from __future__ import annotations

from isocross.account.book import market_names
from isocross.cascade.events import Event, EventKind
from isocross.figures.frame import Frame
from isocross.words.events import in_brief, sentence

_CLOSES = {EventKind.LIQUIDATION, EventKind.REDUCTION}
_PAYS = {EventKind.BORROW, EventKind.REPAYMENT, EventKind.FUND}
"""What can be nothing but the bill of a close at the same place."""


def _last(frame: Frame) -> tuple[Event, ...]:
    """What happened last; who paid for a close at the same place comes with that close."""
    last = frame.events[-1:]
    if not last or last[0].kind not in _PAYS:
        return last
    here = (event for event in reversed(frame.events) if event.place == last[0].place)
    close = next((event for event in here if event.kind not in _PAYS), None)
    return last if close is None or close.kind not in _CLOSES else (close, *last)


def last_event(frame: Frame) -> str | None:
    """What happened last on the way to here."""
    names = market_names(frame.book)
    return " ".join(sentence(event, frame.book, frame.path, names) for event in _last(frame)) or None


def last_event_in_brief(frame: Frame) -> str | None:
    """The same for little room: of a close and who paid for it the close."""
    return next((in_brief(e, frame.book, frame.path, market_names(frame.book)) for e in _last(frame)), None)
