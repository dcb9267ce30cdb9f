"""Who paid for what a pool made final, worked out after the fact: nothing that happens depends on it.

It costs as much as there are positions for each event, so a timeline does it once, when it is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from engine.book import Book
from engine.cascade.events import Event, EventKind, Tested
from engine.cascade.ledger import Ledger
from engine.cascade.payers import pool_payers
from engine.money import ZERO, exact, posting

Marks = Mapping[str, Decimal]


def attributed(ledger: Ledger, event: Event, marks: Marks) -> Event:
    """An event with who paid for what it made final of a cross position of a pool; others stay as they are.

    A part is paid for as its share of what pays for the whole position; a fee comes on top of own margin.

    Args:
        ledger: the account just before it, its earlier events attributed.
        event: what happened.
        marks: the marks there.
    """
    index = event.position
    if index is None or event.figures.tested is not Tested.POOL or event.paid_by is not None:
        return event
    if event.kind is EventKind.LIQUIDATION:
        portion = Decimal(1)
        payers = pool_payers(ledger, marks, {index: -event.amount})
    elif event.kind is EventKind.REDUCTION:
        portion = event.figures.quantity / ledger.positions[index].quantity
        payers = pool_payers(ledger, marks)
    else:
        return event
    paid = payers.of(index).share(portion).on_the_grid(max(ZERO, event.amount))
    claims = paid.others - posting(payers.claimed.get(index, ZERO) * portion)
    return event._replace(paid_by=paid, claims=claims, owed_by_fund=paid.fund)


@exact
def with_payers(book: Book, events: Iterable[Event], marks_at: Callable[[Decimal], Marks]) -> tuple[Event, ...]:
    """The events of a timeline with who paid for each, worked out from the opening on."""
    ledger = Ledger(book)
    told: list[Event] = []
    for event in events:
        told.append(attributed(ledger, event, marks_at(event.place)))
        ledger.apply(told[-1])
    return tuple(told)
