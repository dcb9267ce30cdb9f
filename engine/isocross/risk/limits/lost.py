"""Where on a glide an account first has less than some equity."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from isocross.cascade.ledger import Ledger
from isocross.cascade.timeline import Timeline
from isocross.money import PLACE_GRID, ZERO, exact
from isocross.paths.glide import Glide
from isocross.records import dataclass
from isocross.risk.plain import is_plain


@dataclass(frozen=True)
class Lost:
    """A place on a glide, and the marks there."""

    place: Decimal
    marks: Mapping[str, Decimal]


@exact
def first_below(timeline: Timeline[Glide], equity: Decimal, end: Decimal) -> Lost:
    """Find the first place up to `end` at which less than this equity is left; it is less there.

    Between two events equity is a line of linear contracts, so the place is exact; with coin-margined ones it bends,
    and is looked for down to the grid of places.
    """
    path = timeline.path
    corners = {Decimal(-1) / slope for slope in path.slopes.values() if slope < 0}
    before, held = ZERO, None
    for place, ledger, marks in timeline.walk({ZERO, end} | {corner for corner in corners if corner < end}):
        if place > end:
            break
        left = ledger.equity(marks)
        if left < equity:
            if held is None or place == before:
                return Lost(place, marks)
            found = _between(ledger, path, (before, held), (place, left), equity)
            return Lost(found, path.marks(found))
        before, held = place, left
    return Lost(end, path.marks(end))


def _between(
    ledger: Ledger, path: Glide, start: tuple[Decimal, Decimal], end: tuple[Decimal, Decimal], equity: Decimal
) -> Decimal:
    """The place between two where equity passes a figure."""
    (low, above), (high, below) = start, end
    if is_plain(ledger.book) and not ledger.book.inverse_markets:
        return low + (high - low) * (above - equity) / (above - below)
    while high - low > PLACE_GRID:
        middle = (low + high) / 2
        if ledger.equity(path.marks(middle)) < equity:
            high = middle
        else:
            low = middle
    return high
