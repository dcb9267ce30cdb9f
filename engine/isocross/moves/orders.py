"""Placing and cancelling resting orders, judged at the opening marks."""

from __future__ import annotations

from dataclasses import replace

from isocross.account.book import Book, Mode, Order
from isocross.account.margin import worth
from isocross.account.order_kinds import OrderKind
from isocross.account.orders import leverage_of, reserve_of
from isocross.cascade.ledger import Ledger
from isocross.cascade.resting import Wait, wait_of
from isocross.figures.standings import PoolStanding
from isocross.figures.stops import unreached_stops
from isocross.format import grouped, price
from isocross.money import exact
from isocross.moves.outcome import Outcome, available_for, opening, refused
from isocross.moves.threshold import against
from isocross.rules.market import TierKey


@exact
def place(book: Book, order: Order) -> Outcome:  # noqa: PLR0911 - one for each rule
    """Let an order rest that is in one of the book's markets; KeyError for a market that is in none of them.

    Refused: numbers that no order has, a leverage above that of its tier, more than is available (page
    `venues`, "order_reserve"), what would bring a scope to its line at once, and a trigger that the price is past.
    """
    if order.fills is not None and (why := _never_right(book, order)):
        return refused(book, why)
    if order.closes_only:
        return Outcome(book, replace(book, orders=(*book.orders, order)), remark=_late(book, order))
    market, money = book.markets[order.market], book.amounts_for(order)
    if order.quantity <= 0 or order.price <= 0:
        return refused(
            book, f"quantity and price must be above zero, not {grouped(order.quantity)} and {grouped(order.price)}"
        )
    by_quantity = book.profile.tier_key_of(order.kind) is TierKey.QUANTITY
    size = order.quantity if by_quantity else worth(order.kind, order.quantity, order.price)
    leverage, most = leverage_of(order, book), market.ladder.max_leverage_at(size)
    if not 1 <= leverage <= most:
        return refused(book, f"leverage must be between 1 and {grouped(most)} for this size, not {grouped(leverage)}")
    held, free = reserve_of(order, book), available_for(book, order)
    if held > free:
        return refused(book, f"it would hold {money(held)}, and {money(free)} is available")
    after = replace(book, orders=(*book.orders, order))
    standing = _at_line(book)
    for scope, figures in _at_line(after).items():
        if scope not in standing:
            return refused(
                book, f"{scope} would be at its liquidation threshold with {money(held)} more held: {figures}"
            )
    return Outcome(book, after)


def _never_right(book: Book, order: Order) -> str:
    """Why an order with a kind makes no sense here; empty: it does."""
    if order.closes_only and (why := _closes_nothing(book, order)):
        return why
    if order.fills is not OrderKind.LIMIT and due_at_once(book, order):
        market = book.markets[order.market]
        wait = _wait(book, order)
        level, mark = price(wait.level, market.grid), price(market.mark, market.grid)
        return f"its trigger price of {level} is past already, at a mark of {mark}: it would be filled at once"
    return ""


def _closes_nothing(book: Book, order: Order) -> str:
    """Why an order has no position to close, and which would have; empty: it has one."""
    held = {position.side for position in book.positions if position.market == order.market}
    if not held:
        return f"there is no position of {order.market} that it could close"
    if order.side.other in held:
        return ""
    return f"a {order.side.trade} closes no {order.side}: choose {order.side.other.trade}, it closes your {order.side}"


@exact
def due_at_once(book: Book, order: Order) -> bool:
    """Whether the mark of its market is at the opening where an order waits for already."""
    return order.fills is not None and _wait(book, order).due(book.markets[order.market].mark)


def _wait(book: Book, order: Order) -> Wait:
    return wait_of(Ledger(replace(book, orders=(order,))), 0, book.markets[order.market].mark)


def _late(book: Book, order: Order) -> str:
    """What is to be thought of a stop that comes after the liquidation; empty: it comes before."""
    placed = replace(book, orders=(*book.orders, order))
    late = next((late for late in unreached_stops(placed) if late.order is order), None)
    if late is None:
        return ""
    liquidation = price(late.liquidation, book.markets[order.market].grid)
    return f"past the liquidation price {liquidation} of {late.position.id}: it will not be reached"


@exact
def cancel(book: Book, order_id: str) -> Outcome:
    """Cancel one order; what it held is free again. KeyError for an unknown id."""
    left = tuple(order for order in book.orders if order.id != order_id)
    if len(left) == len(book.orders):
        raise KeyError(order_id)
    return Outcome(book, replace(book, orders=left))


@exact
def cancel_all(book: Book) -> Outcome:
    """Cancel every order."""
    return Outcome(book, replace(book, orders=()))


def _at_line(book: Book) -> dict[str, str]:
    """The scopes that orders can bring to their line and that stand there at the opening, each with its figures."""
    money, standings = book.amounts, opening(book)
    if book.top_up:
        tested = {
            position.id: (standings.cash_behind(i) + standings.pnl[i], standings.maintenance_margin[i])
            for i, position in enumerate(book.positions)
            if position.mode is Mode.CROSS
        }
    else:
        money = book.pool_amounts()
        pools = [pool for pool in standings.pools if pool.members]
        tested = {_called(book, pool): (pool.equity, pool.maintenance_margin) for pool in pools}
    return {
        scope: against(equity, need, money, of_assets=book.pools_assets and not book.top_up)
        for scope, (equity, need) in tested.items()
        if equity <= need
    }


def _called(book: Book, pool: PoolStanding) -> str:
    return f"the pool of {book.name_of(pool.coin)}" if pool.coin else "the pool"
