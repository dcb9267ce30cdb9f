"""An isolated position that is set to draw margin by itself (rules.md §3.5)."""

from __future__ import annotations

from decimal import ROUND_FLOOR

from engine.cascade.backing import available_cash
from engine.cascade.events import Account, Event, EventKind, Figures, Posting, Tested
from engine.cascade.ledger import Ledger
from engine.cascade.scope import Courses, Scope
from engine.margin import notional
from engine.money import MONEY_GRID, ZERO


def draw_by_itself(ledger: Ledger, scope: Scope, index: int, courses: Courses) -> Event | None:
    """Draw once at the line: the initial margin, all that is available if that is less, up to an effective 1x.

    A draw of less than the initial margin is the last one until orders are cancelled, an hour of the venue or a move:
    there was no more to draw, or nothing more to want. So a position draws at most once for each time of its leverage,
    and once more for each of those.
    """
    position = ledger.positions[index]
    if not position.auto_margin or index in ledger.spent:
        return None
    marks = {symbol: max(ZERO, start + slope * scope.place) for symbol, (start, slope) in courses.items()}
    room = notional(position, position.entry) - ledger.margins[index]
    wanted = min(position.initial_margin, available_cash(ledger, marks), room)
    drawn = wanted.quantize(MONEY_GRID, rounding=ROUND_FLOOR)
    if drawn <= 0:
        return None
    figures = Figures(
        tested=Tested.ISOLATED,
        equity=scope.equity,
        maintenance_margin=scope.requirement,
        cash=scope.cash,
        left=ledger.unreserved - drawn,
        pnl=scope.pnl(index),
    )
    legs = (Posting(Account.POOL, -drawn), Posting(Account.MARGIN, drawn, index))
    return Event(scope.place, EventKind.REFILL, index, scope.mark(index), drawn, "available", figures, legs)
