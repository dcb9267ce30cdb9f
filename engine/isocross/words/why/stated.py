"""What the venue said of a position when its account was read, beside what is worked out here at the opening."""

from __future__ import annotations

from isocross.cascade.events import EventKind
from isocross.figures.agreement import TITLES, all_compared
from isocross.figures.frame import Frame, PositionFrame
from isocross.words.why.reason import Reason

STATED = "stated by the venue"
"""What the title of such a reason begins with."""
_WHEN = "as the venue stated it when the account was read, beside ours at the opening marks"


def stated_reasons(frame: Frame, row: PositionFrame) -> tuple[Reason, ...]:
    """Tell every figure the venue stated of a position, and why ours differs; none once a move changed the account."""
    if any(event.kind is EventKind.MOVE for event in frame.events):
        return ()
    found = all_compared(frame.book).get(row.index, ())
    return tuple(Reason(f"{STATED}: {TITLES[each.figure]}", _WHEN, each.words) for each in found)
