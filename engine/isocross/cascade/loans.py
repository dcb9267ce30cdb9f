"""What events outside a pool's procedure have borrowed or repaid: fills, takeovers, funding, settlements, moves."""

from __future__ import annotations

from isocross.cascade.events import Event
from isocross.cascade.ledger import Ledger
from isocross.cascade.machines import Emit
from isocross.cascade.repaying import borrowed
from isocross.cascade.scope import Courses
from isocross.cascade.standing import asset_pool_now
from isocross.money import ZERO


def with_loans(ledger: Ledger, courses: Courses, emit: Emit) -> Emit:
    """Let events of positions happen, and tell after each what it has borrowed or repaid of what it settles in."""

    def told(event: Event) -> None:
        if event.position is None or not ledger.book.pools_assets:
            emit(event)
            return
        coin = ledger.coin_of(event.position)
        before = ledger.cash_in(coin)
        emit(event)
        if min(before, ledger.cash_in(coin)) < ZERO:
            loan = borrowed(ledger, asset_pool_now(ledger, courses, event.place), coin, before)
            if loan is not None:
                emit(loan)

    return told
