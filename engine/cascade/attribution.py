"""Who paid for what a pool made final, worked out after the fact: nothing that happens depends on it.

On a glide running sums tell it. Elsewhere, and where they are not enough, every position is looked at for each event.
"""

from __future__ import annotations

from decimal import Decimal

from engine.book import Book
from engine.cascade.events import Event, EventKind, PaidBy, Tested
from engine.cascade.ledger import Ledger
from engine.cascade.payers import pool_payers
from engine.cascade.pool_sums import PoolSums
from engine.cascade.sharing import UnclearError
from engine.money import ONE, ZERO, exact, posting
from engine.path_protocol import Marks, Path

_FINAL = frozenset((EventKind.LIQUIDATION, EventKind.REDUCTION))


def attributed(ledger: Ledger, event: Event, marks: Marks) -> Event:
    """An event with who paid for what it made final of a cross position of a pool; others stay as they are.

    Args:
        ledger: the account just before it, its earlier events attributed.
        event: what happened.
        marks: the marks there.
    """
    index = _paid_for(event)
    return event if index is None else _with(ledger, event, index, *_looked_at(ledger, event, index, marks))


@exact
def with_payers(book: Book, events: tuple[Event, ...], path: Path) -> tuple[Event, ...]:
    """The events of a path with who paid for each, worked out from the opening on."""
    if all(_paid_for(event) is None for event in events):
        return events
    ledger, sums = Ledger(book), PoolSums(book, path.straight())
    told: list[Event] = []
    for event in events:
        index = _paid_for(event)
        if index is None:
            told.append(event)
        else:
            try:
                paid = sums.paid(ledger, event, index)
            except UnclearError:
                paid = _looked_at(ledger, event, index, path.marks(event.place))
            told.append(_with(ledger, event, index, *paid))
        ledger.apply(told[-1])
        if index is not None and ledger.is_open[index]:
            sums.put(index, ledger.positions[index])
    return tuple(told)


def _paid_for(event: Event) -> int | None:
    """The position of a pool of which something became final, and nobody was said to have paid yet."""
    pooled = event.kind in _FINAL and event.figures.tested is Tested.POOL and event.paid_by is None
    return event.position if pooled else None


def _looked_at(ledger: Ledger, event: Event, index: int, marks: Marks) -> tuple[PaidBy, Decimal]:
    """Who pays for the whole position, and what dead ones have used of its own."""
    ending = event.kind is EventKind.LIQUIDATION
    payers = pool_payers(ledger, marks, {index: -event.amount} if ending else None)
    return payers.of(index), payers.claimed.get(index, ZERO)


def _with(ledger: Ledger, event: Event, index: int, payers: PaidBy, claimed: Decimal) -> Event:
    """The event with who paid; a part is paid for as its share of the whole, a fee comes on top of own margin."""
    ending = event.kind is EventKind.LIQUIDATION
    portion = ONE if ending else event.figures.quantity / ledger.positions[index].quantity
    paid = payers.share(portion).on_the_grid(max(ZERO, event.amount))
    return event._replace(paid_by=paid, claims=paid.others - posting(claimed * portion), owed_by_fund=paid.fund)
