"""What became final of each position: the PnL of all its closes, parts of it included, less their fees."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from isocross.cascade.events import Event, EventKind
from isocross.money import ZERO

_LOST = frozenset((EventKind.REDUCTION, EventKind.LIQUIDATION))
_CLOSED = frozenset((EventKind.FILL, EventKind.MOVE))


def final_pnl(events: Iterable[Event]) -> dict[int, Decimal]:
    """Add up what each position brought or cost where it was closed; one that was opened again begins anew."""
    brought: dict[int, Decimal] = {}
    gone: set[int] = set()
    for event in events:
        for index, changed in event.became:
            if changed is not None and index in gone:
                gone.remove(index)
                brought.pop(index, None)
        gone.update(index for index, changed in event.became if changed is None)
        if event.position is not None:
            brought[event.position] = brought.get(event.position, ZERO) + _brought(event)
            gone.update((event.position,) if event.kind is EventKind.LIQUIDATION else ())
    return brought


def _brought(event: Event) -> Decimal:
    if event.kind in _LOST:
        return -event.amount
    opens = event.fill is not None and event.fill.opens
    return event.figures.pnl - event.figures.fee if event.kind in _CLOSED and not opens else ZERO
