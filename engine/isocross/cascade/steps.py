"""A venue's procedure as data: of the steps of its profile the first that applies is done (page `venues`).

Here are the steps themselves: cancelling resting orders, netting a hedge, closing a part, handing over to a backstop,
closing whole; and the isolated position that is set to draw margin by itself, which comes before all of them (Bybit's
help).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import ROUND_FLOOR, Decimal
from typing import NamedTuple, assert_never

from isocross.account.book import Mode
from isocross.account.margin import notional, worth
from isocross.cascade.endings import close_pooled, take_over
from isocross.cascade.events import Account, Event, EventKind, Figures, Posting, Tested
from isocross.cascade.ledger import Ledger
from isocross.cascade.portions import Again, in_a_row
from isocross.cascade.reductions import part_to_close, reduce_isolated, reduce_pooled
from isocross.cascade.scope import Courses, Scope
from isocross.cascade.spare import available_cash
from isocross.money import MONEY_GRID, ZERO
from isocross.rules.procedure import CancelScope, Step, StepKind
from isocross.rules.profile import PoolResidual, Residual, Victim


def cancel_orders(ledger: Ledger, scope: Scope, index: int) -> list[Event]:
    """The cancelling that comes before a position is liquidated; none: nothing of it rests, or the venue has none."""
    for step in ledger.book.profile.steps:
        if step.kind is StepKind.CANCEL_ORDERS and step.scope is not None:
            return cancel(ledger, scope, index, resting(ledger, step.scope, scope, index))
    return []


def resting(ledger: Ledger, which: CancelScope, scope: Scope, index: int) -> tuple[int, ...]:
    """Indexes of the orders in a scope of cancelling that still rest, in file order (page `venues`)."""
    if not ledger.reserves:
        return ()
    position = ledger.positions[index]
    pooled = not ledger.book.has_bucket(position)
    if which is CancelScope.COIN or (which is CancelScope.ACCOUNT and position.mode is Mode.CROSS):
        return tuple(ledger.reserves)
    markets = {position.market}
    if pooled and ledger.book.profile.victim is Victim.ALL:
        markets = {ledger.positions[i].market for i in scope.members}
    return tuple(order for order in ledger.reserves if ledger.book.orders[order].market in markets)


def cancel(ledger: Ledger, scope: Scope, index: int | None, orders: tuple[int, ...]) -> list[Event]:
    """Cancel these orders; what they held is free. No cash moves: it was in the account all along.

    Orders hold what their market settles in, so there is an event for each asset, the account's currency first.
    """
    held: dict[str, list[int]] = {coin: [] for coin in ledger.book.coin_names}
    for order in orders:
        held[ledger.book.coin_of(ledger.book.orders[order])].append(order)
    return [_cancelled(ledger, scope, index, coin, tuple(some)) for coin, some in held.items() if some]


def _cancelled(ledger: Ledger, scope: Scope, index: int | None, coin: str, orders: tuple[int, ...]) -> Event:
    """Cancel the orders that hold one asset."""
    freed = sum((ledger.reserves[order] for order in orders), ZERO)
    position = None if index is None else ledger.positions[index]
    bucket = position is not None and ledger.book.has_bucket(position)
    tested = Tested.POOL if position is None or not bucket else Tested.BUCKET
    if position is not None and position.mode is Mode.ISOLATED:
        tested = Tested.ISOLATED
    return Event(
        place=scope.place,
        kind=EventKind.ORDER_CANCEL,
        position=index,
        mark=None if index is None else scope.mark(index),
        amount=freed,
        source="orders",
        figures=Figures(
            tested=tested,
            equity=scope.equity,
            maintenance_margin=scope.requirement,
            cash=scope.cash,
            left=ledger.unreserved_in(coin) + freed,
            step=StepKind.CANCEL_ORDERS,
        ),
        postings=(),
        orders=orders,
        asset=coin,
    )


def draw_by_itself(
    ledger: Ledger, scope: Scope, index: int, courses: Courses, due: Callable[[Decimal], bool]
) -> Event | None:
    """Draw once at the line: the initial margin, all that is available if that is less, up to an effective 1x.

    A draw of less than the initial margin is the last one until orders are cancelled, an hour of the venue or a move:
    there was no more to draw, or nothing more to want. So a position draws at most once for each time of its leverage,
    and once more for each of those. Those of one place are told at once.
    """
    position = ledger.positions[index]
    if not position.auto_margin or index in ledger.spent:
        return None
    marks = {symbol: max(ZERO, start + slope * scope.place) for symbol, (start, slope) in courses.items()}
    room = notional(position, position.entry) - ledger.margins[index]
    most = min(available_cash(ledger, marks, ledger.coin_of(index)), room)
    one = min(position.initial_margin, most).quantize(MONEY_GRID, rounding=ROUND_FLOOR)
    if one <= 0:
        return None
    times = 1 if ledger.book.coins else _draws(scope, one, most, due)
    drawn = times * one
    figures = Figures(
        tested=Tested.ISOLATED,
        equity=scope.equity,
        maintenance_margin=scope.requirement,
        cash=scope.cash,
        left=ledger.unreserved_in(ledger.coin_of(index)) - drawn,
        pnl=scope.pnl(index),
        times=times,
    )
    legs = (Posting(Account.POOL, -drawn), Posting(Account.MARGIN, drawn, index))
    return Event(scope.place, EventKind.REFILL, index, scope.mark(index), drawn, "available", figures, legs)


def _draws(scope: Scope, one: Decimal, most: Decimal, due: Callable[[Decimal], bool]) -> int:
    """How many draws of one amount follow one another, each due after the one before it; `most`: of all together."""
    before = max(0, int(-scope.surplus // one))
    if not due(scope.surplus + before * one):
        before -= 1
    return 1 + max(0, min(before, int(most // one) - 1))


def at_the_line(ledger: Ledger, scope: Scope, index: int, again: Again) -> Iterator[Event]:
    """What the venue does about a position at its line: the first step that applies, else the whole of it.

    The events come one by one: each is worked out after the one before it was booked.

    Args:
        ledger: the account now.
        scope: what came to its line.
        index: the position.
        again: whether the scope would be due again, and this position first, once a portion was closed.
    """
    for step in ledger.book.profile.steps:
        done = _more_than_a_part(step, ledger, scope, index)
        if done is None:
            done = _partly(step, ledger, scope, index, again)
        if done is not None:
            return done
    return _whole(ledger, scope, index)


def of_the_pool(ledger: Ledger, scope: Scope, index: int) -> Iterator[Event] | None:
    """The first step that applies to a pool as a whole, whichever position is looked at; None: there is none."""
    for step in ledger.book.profile.steps:
        done = _more_than_a_part(step, ledger, scope, index)
        if done is not None:
            return done
    return None


class Part(NamedTuple):
    """A part of a cross position that a step closes."""

    quantity: Decimal
    step: StepKind


def part_of(ledger: Ledger, scope: Scope, index: int) -> Part | None:
    """The part of a cross position that the first step that applies closes; None: the whole."""
    for step in ledger.book.profile.steps:
        part = part_to_close(step, ledger, scope, index)
        if part is not None:
            return Part(part, step.kind) if ZERO < part < ledger.positions[index].quantity else None
    return None


def close_of_pool(ledger: Ledger, scope: Scope, index: int, part: Part | None) -> Event:
    """Close a part of a cross position, or the whole, as the venue's procedure ends."""
    if part is not None:
        return reduce_pooled(ledger, scope, index, part.quantity, part.step)
    rate = ledger.book.liquidation_fee_of(ledger.positions[index])
    rest_to_fund = ledger.book.profile.pool_residual is PoolResidual.FUND
    return close_pooled(ledger, scope, index, rate, rest_to_fund=rest_to_fund)


def _more_than_a_part(step: Step, ledger: Ledger, scope: Scope, index: int) -> Iterator[Event] | None:
    """The events of a step that does not just close a part; None where it does, or does not apply."""
    match step.kind:
        case StepKind.CANCEL_ORDERS:
            return _cancel_orders(step, ledger, scope, index)
        case StepKind.NET_HEDGES:
            return _net_hedges(ledger, scope, index)
        case StepKind.BACKSTOP:
            return _to_vault(step, ledger, scope, index)
        case StepKind.TIER_DOWN | StepKind.FRACTION | StepKind.PORTION | StepKind.RESTORE:
            return None
        case strange:
            assert_never(strange)


def _cancel_orders(step: Step, ledger: Ledger, scope: Scope, index: int) -> Iterator[Event] | None:
    if not ledger.reserves:
        return None
    orders = () if step.scope is None else resting(ledger, step.scope, scope, index)
    cancelled = cancel(ledger, scope, index, orders)
    return iter(cancelled) if cancelled else None


def _net_hedges(ledger: Ledger, scope: Scope, index: int) -> Iterator[Event] | None:
    pair = None if ledger.book.has_bucket(ledger.positions[index]) else _hedge(ledger, scope)
    return _net(ledger, scope, pair) if pair else None


def _to_vault(step: Step, ledger: Ledger, scope: Scope, index: int) -> Iterator[Event] | None:
    return _backstop(ledger, scope, index) if scope.equity < step.amount * scope.requirement else None


def _partly(step: Step, ledger: Ledger, scope: Scope, index: int, again: Again) -> Iterator[Event] | None:
    """The events of a step that closes a part, which can turn out to be the whole."""
    part = part_to_close(step, ledger, scope, index)
    if part is None:
        return None
    if not ZERO < part < ledger.positions[index].quantity:
        return _whole(ledger, scope, index)
    count = in_a_row(ledger, scope, index, part, again) if step.kind is StepKind.PORTION else 1
    reduce = reduce_isolated if ledger.book.has_bucket(ledger.positions[index]) else reduce_pooled
    return iter((reduce(ledger, scope, index, count * part, step.kind, count),))


def _whole(ledger: Ledger, scope: Scope, index: int) -> Iterator[Event]:
    if ledger.book.has_bucket(ledger.positions[index]):
        return iter(take_over(ledger, index, scope, ledger.book.profile.residual))
    return iter((close_of_pool(ledger, scope, index, None),))


def _hedge(ledger: Ledger, scope: Scope) -> tuple[int, int] | None:
    """The first long and the first short of the pool in the market where most is hedged.

    Which pair a venue closes first is not known (OKX's help); what is worth most depends on no order of a file.
    """
    pairs = (pair for pair in ledger.hedges.pairs() if pair[0] in scope.members)
    return max(pairs, key=lambda pair: _hedged(ledger, scope, pair), default=None)


def _hedged(ledger: Ledger, scope: Scope, pair: tuple[int, int]) -> Decimal:
    """What the smaller leg is worth here, in the account's currency."""
    one, other = (ledger.positions[index] for index in pair)
    return worth(one.kind, min(one.quantity, other.quantity), scope.mark(pair[0])) * scope.price(pair[0])


def _net(ledger: Ledger, scope: Scope, pair: tuple[int, int]) -> Iterator[Event]:
    """Close two legs against each other: the smaller one whole, as much of the larger one."""
    part = min(ledger.positions[index].quantity for index in pair)
    for index in pair:
        if ledger.positions[index].quantity == part:
            yield close_pooled(ledger, scope, index, step=StepKind.NET_HEDGES)
        else:
            yield reduce_pooled(ledger, scope, index, part, StepKind.NET_HEDGES)


def _backstop(ledger: Ledger, scope: Scope, index: int) -> Iterator[Event]:
    """A vault takes the isolated position with its margin, or every cross position and all cash of the pool."""
    if ledger.book.has_bucket(ledger.positions[index]):
        yield from take_over(ledger, index, scope, Residual.FUND, StepKind.BACKSTOP)
        return
    for member in ledger.book.in_turn(scope.members):
        yield close_pooled(ledger, scope, member, rest_to_fund=True, step=StepKind.BACKSTOP)
