"""An order in words: what it is, and what became of it."""

from __future__ import annotations

from decimal import Decimal

from isocross.account.book import Book, Order, market_names
from isocross.account.order_kinds import FeeAs, OrderKind, TriggerBy
from isocross.cascade.events import Event, EventKind, Fill
from isocross.figures.frame import Frame
from isocross.figures.stops import Unreached, unreached_stops
from isocross.format import Amounts, grouped, percent, price
from isocross.money import ZERO, exact
from isocross.paths.path import Path
from isocross.rules.market import Market

_NAMES = {
    None: "order",
    OrderKind.LIMIT: "limit order",
    OrderKind.STOP_MARKET: "stop",
    OrderKind.STOP_LIMIT: "stop-limit order",
    OrderKind.TAKE_PROFIT: "take-profit order",
    OrderKind.TRAILING: "trailing stop",
}


RESTING = "resting"
"""How an order stands that can still be filled."""


def kind_name(order: Order) -> str:
    """Call an order by its kind."""
    return _NAMES[order.fills]


def condition(order: Order, market: Market) -> str:
    """Say at which price an order is due: `at 1,920`, `at 1,910 once at 1,920`, `5 % behind the best price`."""
    by = " by the last price" if order.trigger_by is TriggerBy.LAST else ""
    if order.fills is OrderKind.TRAILING:
        since = "" if order.trigger is None else f" once at {price(order.trigger, market.grid)}"
        return f"{percent(order.trail or ZERO)} behind the best price{since}{by}"
    if order.fills is OrderKind.STOP_LIMIT and order.trigger is not None:
        return f"at {price(order.price, market.grid)} once at {price(order.trigger, market.grid)}{by}"
    return f"at {price(order.price if order.trigger is None else order.trigger, market.grid)}{by}"


def size(order: Order) -> str:
    """Say how much of an order is filled: `0.1`, `at most 0.1`, `the whole position`."""
    if order.close_position:
        return "the whole position"
    return f"at most {grouped(order.quantity)}" if order.reduce_only else grouped(order.quantity)


def of_order(event: Event, book: Book, name: str, path: Path) -> str:
    """Tell what became of an order: it was triggered, filled, or cancelled instead."""
    if event.kind is EventKind.FILL:
        return filled(event, book, name, path)
    return triggered(event, book, path) if event.kind is EventKind.TRIGGER else voided(event, book, path)


def others_paid(unused: Decimal, others: Decimal, money: Amounts) -> str:
    """Say in brackets what a loss took of unused cash and of other positions; empty: nothing."""
    parts = []
    if unused > 0:
        parts.append(f"unused cash paid {money(unused)}")
    if others > 0:
        parts.append(f"other positions {'' if parts else 'paid '}{money(others)}")
    return f" ({', '.join(parts)})" if parts else ""


def filled(event: Event, book: Book, name: str, path: Path) -> str:
    """Tell a fill: its price, what it made of the position, the cash, and what the way to it cost."""
    fill, figures = _fill(event), event.figures
    order = book.orders[fill.order]
    money = book.amounts_for(order)
    fee = f", and a fee of {money(figures.fee)}{_taker(order, fill, book)}" if figures.fee else ""
    head = f"The {kind_name(order)} {order.id} was filled {_at(fill, book, event, path)}: "
    if fill.opens:
        grown = f"{name} is {grouped(fill.left)} at an entry of {_price(fill.entry or ZERO, book, order)} now"
        told = f"{head}{grouped(fill.quantity)} {bought_or_sold(order)}{fee}; {grown}."
    else:
        others = others_paid(event.paid_by.unused, event.paid_by.others, money) if event.paid_by else ""
        rest = f"{grouped(fill.left)} of {name} is left" if fill.left else f"{name} is closed"
        told = (
            f"{head}{grouped(fill.quantity)} {bought_or_sold(order)}{_earned(figures.pnl, money)}{fee}{others}; {rest}."
        )
        cash = "margin" if figures.tested.value in {"isolated", "bucket"} else "pool"
        told += f" The {cash} has {money(figures.left)} of cash now." if fill.left or cash == "pool" else ""
    return told + _costs(fill, order, book) + _cancels(event, fill, book)


def _taker(order: Order, fill: Fill, book: Book) -> str:
    """Say that a limit order that rested pays as a taker, because the venue's rate of makers is not known."""
    limit = order.fills in {OrderKind.LIMIT, OrderKind.STOP_LIMIT} and order.fee is not FeeAs.TAKER
    rests = limit and fill.price == order.price
    return " (the taker rate: no maker rate is known)" if rests and book.profile.maker_fee is None else ""


def triggered(event: Event, book: Book, path: Path) -> str:
    """Tell that an order was triggered, and how it rests from there on."""
    fill = _fill(event)
    order = book.orders[fill.order]
    head = f"The {kind_name(order)} {order.id} was triggered {_at(fill, book, event, path)}"
    if order.fills is OrderKind.TRAILING:
        return f"{head}: it follows the best price from there on."
    return f"{head}: it rests as a limit at {_price(order.price, book, order)} from there on."


def voided(event: Event, book: Book, path: Path) -> str:
    """Tell why an order that was due is cancelled."""
    fill = _fill(event)
    order = book.orders[fill.order]
    return f"The {kind_name(order)} {order.id} was not filled {_at(fill, book, event, path)}: {event.note}."


@exact
def stop_warnings(book: Book) -> tuple[str, ...]:
    """Say of each stop past a liquidation price that it will not be reached."""
    return tuple(unreached_words(late, book) for late in unreached_stops(book))


def unreached_words(late: Unreached, book: Book) -> str:
    """Say that a stop is past the liquidation price of its position."""
    grid = book.market_of(late.position).grid
    level, liquidation = price(late.level, grid), price(late.liquidation, grid)
    at = "at" if level == liquidation else "past"
    way = "rises" if late.position.side.sign > 0 else "drops"
    unless = f" unless the price {way} first" if late.follows else ""
    kind, name = kind_name(late.order), market_names(book)[book.index_of(late.position.id)]
    return (
        f"Your {kind} at {level} is {at} the liquidation price {liquidation} of {name}: it will not be reached{unless}."
    )


def status(frame: Frame, index: int) -> str:
    """Say how an order stands at a frame: it rests, was filled, or was cancelled."""
    if index in frame.reserves:
        return RESTING
    filled = any(event.kind is EventKind.FILL and event.fill and event.fill.order == index for event in frame.events)
    return "filled" if filled else "cancelled"


def _fill(event: Event) -> Fill:
    if event.fill is None:
        raise ValueError("the event is about no order")
    return event.fill


def _at(fill: Fill, book: Book, event: Event, path: Path) -> str:
    return f"at {_price(fill.price, book, book.orders[fill.order])} ({path.words(event.place)})"


def _price(value: Decimal, book: Book, order: Order) -> str:
    return price(value, book.markets[order.market].grid)


def bought_or_sold(order: Order) -> str:
    """Say what is done where an order is filled."""
    return "bought" if order.side.sign > 0 else "sold"


def _earned(pnl: Decimal, money: Amounts) -> str:
    """What a fill made final, as the end of a phrase."""
    if not pnl:
        return " at its entry"
    return f" for a {'profit' if pnl > 0 else 'loss'} of {money(abs(pnl))}"


def _costs(fill: Fill, order: Order, book: Book) -> str:
    """What the gap and the slippage cost, where they cost anything."""
    money, told = book.amounts_for(order), ""
    if fill.gap:
        told += f" The price jumped past {_price(fill.level, book, order)}, which cost {money(fill.gap)}."
    if fill.slipped:
        told += f" Slippage of {percent(order.slippage, 2)} cost {money(fill.slipped)}."
    return told


def _cancels(event: Event, fill: Fill, book: Book) -> str:
    others = [book.orders[i].id for i in event.orders if i != fill.order]
    return f" It cancels {', '.join(others)}." if others else ""


def uncounted(book: Book) -> str:
    """Say what a worst case leaves out; empty: nothing."""
    adds = any(order.fills is not None and not order.closes_only for order in book.orders)
    return "What resting orders would open or add is not counted." if adds else ""
