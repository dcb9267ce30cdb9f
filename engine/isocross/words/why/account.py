"""The arithmetic behind the account: its figures, what resting orders hold, who pays, and the marks on the slider."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final

from isocross.account.book import Book, Mode, Order, market_names
from isocross.account.order_kinds import OrderKind
from isocross.account.orders import leverage_of, open_loss
from isocross.cascade.events import Event
from isocross.figures.frame import Frame, PositionFrame
from isocross.format import Amounts, fine, grouped, percent, price
from isocross.money import ONE, ZERO, exact
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.rules.profile import OrderReserve
from isocross.words.events import sentence
from isocross.words.margins import own_margin_words
from isocross.words.orders import uncounted
from isocross.words.why.assets import reasons_of_assets
from isocross.words.why.reason import TERMS_SHOWN, TIMES, Moment, Reason, added, added_up, rate_words, signed

FORMULAS: Final[Mapping[OrderReserve, str]] = {
    OrderReserve.NONE: "an order holds no cash under this venue's rules",
    OrderReserve.IM: "its value at its price ÷ leverage",
    OrderReserve.IM_FEE: "its value at its price ÷ leverage + its value × taker fee",
    OrderReserve.IM_OPEN_LOSS: "its value at its price ÷ leverage + what it would lose at once, filled at the mark",
}


def order_reasons(frame: Frame, market: str | None = None) -> tuple[Reason, ...]:
    """What each order that still rests holds, in what it settles in; of one market, or of all."""
    resting = ((frame.book.orders[index], held) for index, held in frame.reserves.items())
    counts = "; it comes off the equity of the pool too" if frame.book.profile.order_counts else ""
    return tuple(
        _of(frame.book, order, held, f"the order {order.id} holds", counts if held else "")
        for order, held in resting
        if market in (None, order.market)
    )


def cancelled_reasons(moment: Moment) -> tuple[Reason, ...]:
    """What each order held that an event cancelled, and what is free after it."""
    money = moment.amounts
    event, ledger, book = moment.event, moment.ledger, moment.frame.book
    freed = [ledger.reserves[order] for order in event.orders]
    held = (_of(book, book.orders[i], ledger.reserves[i], f"the order {book.orders[i].id} held") for i in event.orders)
    others, cash = sum(freed, ZERO) - ledger.reserved_in(event.asset), ledger.cash_in(event.asset)
    return (
        *held,
        Reason("free again", "sum of what they held", added_up(money, freed, "orders")),
        Reason("free cash now", "cash in no margin − what other orders hold", added(money, cash, others)),
    )


def _of(book: Book, order: Order, held: Decimal, title: str, counts: str = "") -> Reason:
    money = book.amounts_for(order)
    profile = book.profile
    if order.held is not None:
        return Reason(title, "what it has held since it was placed", f"= {money(held)}", profile.title)
    if order.closes_only or order.fills not in (None, OrderKind.LIMIT):
        return Reason(
            title, "an order that only closes, or waits for its trigger price, holds no cash", f"= {money(held)}"
        )
    value = f"{grouped(order.quantity)} {TIMES[order.kind]} {fine(order.price)}"
    put = f"{value} ÷ {leverage_of(order, book):f}"
    if profile.order_reserve is OrderReserve.IM_FEE:
        put += f" + {value} × {rate_words(profile.taker_fee)}"
    if profile.order_reserve is OrderReserve.IM_OPEN_LOSS:
        put += f" + {money(open_loss(order, book.markets[order.market].mark))}"
    if profile.order_reserve is OrderReserve.NONE:
        put = ""
    return Reason(title, FORMULAS[profile.order_reserve] + counts, f"{put} = {money(held)}".strip(), profile.title)


MOVE_PLACES = 4
"""Of a move that prices are worked out from, so that the prices come out as they are shown."""


@exact
def account_reasons(frame: Frame) -> tuple[Reason, ...]:
    """The arithmetic of every figure of the account at the cursor, in the order it is worked out.

    Amounts are in the account's currency; what only pools have is left out where there is no pool.
    """
    if frame.book.coins:
        return (*reasons_of_assets(frame), *order_reasons(frame))
    money = frame.book.amounts
    account = frame.account
    alive = [row for row in frame.positions if row.death is None]
    equity = f"{money(account.wallet)}{signed(money, *(row.unrealised_pnl for row in alive))} = {money(account.equity)}"
    reasons = [
        Reason("equity", "wallet + unrealised PnL of all open positions", equity),
        _unused(frame, alive),
        _available(frame, alive),
        Reason(
            "initial margin", "sum of quantity × entry ÷ leverage", added_up(money, [r.initial_margin for r in alive])
        ),
        Reason("maintenance margin", "sum of the positions' maintenance margins", _needs(alive, money)),
    ]
    if account.pool_equity is not None:
        reasons += _pool(frame, [row for row in alive if row.position.mode is Mode.CROSS])
    return (*reasons, _worst(frame), *order_reasons(frame))


def _needs(rows: Iterable[PositionFrame], money: Amounts) -> str:
    return added_up(money, [row.maintenance_margin for row in rows])


def pool_equity_reason(frame: Frame) -> tuple[str, str]:
    """The equity of a pool: its formula, and the same with numbers put in."""
    money = frame.book.amounts
    account = frame.account
    if frame.book.pools_assets:
        return "what the assets count, open PnL included", added_up(
            money, [a.counted for a in account.assets], "assets"
        )
    cross = (row.unrealised_pnl for row in frame.positions if row.position.mode is Mode.CROSS)
    formula, put = (
        "cash in no isolated margin + PnL of cross positions",
        money(account.wallet - account.isolated_margin),
    )
    put += signed(money, *cross)
    if frame.book.profile.order_counts and account.reserved:
        formula, put = f"{formula} − what orders hold", f"{put}{signed(money, -account.reserved)}"
    return formula, f"{put} = {money(account.pool_equity)}"


def _unused(frame: Frame, alive: Sequence[PositionFrame]) -> Reason:
    money = frame.book.amounts
    account, margins = frame.account, sum((row.margin for row in alive), ZERO)
    put = f"{money(account.wallet)} − {money(margins)}"
    used = account.wallet - margins - account.reserved - account.unused
    formula = "wallet − margins of open positions"
    if used:
        formula += " − what losses beyond their margins have drawn"
        put += f" {'+' if used < 0 else '−'} {money(abs(used))}"
    if account.reserved:
        formula += " − what orders hold"
        put += f" − {money(account.reserved)}"
    return Reason("unused", formula, f"{put} = {money(account.unused)}")


def _available(frame: Frame, alive: Sequence[PositionFrame]) -> Reason:
    money = frame.book.amounts
    account = frame.account
    if frame.book.top_up:
        return Reason("available", "unused cash", f"= {money(account.available)}")
    cross = sum((row.initial_margin for row in alive if row.position.mode is Mode.CROSS), ZERO)
    # without a pool the cash outside the buckets is what could back a new position
    held = cross + account.available if account.pool_equity is None else account.pool_equity
    formula = "pool equity − initial margins of cross positions, never below zero"
    put = f"{money(held)} − {money(cross)}"
    # where the venue counts orders against the line, they are off the pool's equity already
    if account.reserved and account.pool_equity is not None and not frame.book.profile.order_counts:
        formula = "pool equity − initial margins of cross positions − what orders hold, never below zero"
        put += f" − {money(account.reserved)}"
    return Reason("available", formula, f"{put} → {money(account.available)}")


def _pool(frame: Frame, cross: Sequence[PositionFrame]) -> list[Reason]:
    money = frame.book.amounts
    account = frame.account
    equity, need = account.pool_equity or ZERO, account.pool_maintenance_margin or ZERO
    ratio = percent(account.margin_ratio)
    told = (
        f"{money(need)} ÷ {money(equity)} = {ratio}" if account.margin_ratio is not None else f"{money(equity)}: none"
    )
    return [
        Reason("pool equity", *pool_equity_reason(frame)),
        Reason("the pool's liquidation threshold", "maintenance margin of cross positions", _needs(cross, money)),
        Reason("margin ratio", "maintenance margin ÷ pool equity; at 100 % the pool is liquidated", told),
    ]


def _worst(frame: Frame) -> Reason:
    money = frame.book.amounts
    isolated = sum((p.margin for p in frame.acted_on.positions if p.mode is Mode.ISOLATED), ZERO)
    worst = frame.account.worst_case
    put = f"{money(isolated)} + {money(worst - isolated)} = {money(worst)}"
    reach = "the smaller of pool cash and the largest loss of the cross positions over all marks"
    since = "from the opening" if frame.acted_on is frame.book else "from here on"
    return Reason("worst case", f"isolated margins + {reach}, {since}", put, uncounted(frame.acted_on))


@exact
def payer_reasons(frame: Frame, row: PositionFrame, name: str) -> tuple[Reason, ...]:
    """Who pays a position's loss: each part of the waterfall, and what is left for the next."""
    paid, money = row.paid_by, frame.book.amounts_for(row.position)
    rest, reasons = paid.total, []
    shared = own_margin_words(frame) if row.position.mode is Mode.CROSS else ""
    own = f"the loss, at most its own margin{f'. {shared}'.removesuffix('.') if shared else ''}"
    lent = "the rest, at most its share of what other assets count, less debts"
    parts = (
        ("own margin", own, paid.own_margin),
        ("cash", "the rest, at most its share of the unused cash", paid.unused),
        *((("borrowed cash", lent, paid.borrowed),) if paid.borrowed else ()),
        ("others", "the rest, at most its share of the profit and margin of other cross positions", paid.others),
        ("fund", "the rest", paid.fund),
    )
    for title, formula, amount in parts:
        after = rest - amount
        told = f"{money(amount)} of {money(rest)}, {money(after)} left"
        reasons.append(Reason(f"{name}'s loss, paid by {title}", formula, told))
        rest = after
    return tuple(reasons)


@exact
def mark_reasons(rehearsal: GlideRehearsal, stops: Sequence[tuple[Decimal, Sequence[Event]]]) -> tuple[Reason, ...]:
    """The marks on the slider: where each stands, the prices there, and what happens.

    Args:
        rehearsal: the account and how its marks move.
        stops: the common move of each mark, and its events in order.
    """
    names = market_names(rehearsal.book)
    held = dict.fromkeys(p.market for p in rehearsal.book.positions)
    reasons = []
    for move, events in stops:
        path = (rehearsal.rising if move > 0 else rehearsal.falling).path
        put = []
        for symbol in (symbol for symbol in held if path.slopes[symbol]):
            beta, mark = rehearsal.betas.get(symbol, ONE), path.mark(symbol, abs(move))
            worked_out = f"{price(path.opening[symbol])} × (1 + {beta:f} × {percent(move, MOVE_PLACES)})"
            put.append(f"{symbol} {worked_out} = {price(mark, rehearsal.book.markets[symbol].grid)}")
        told = " ".join(sentence(event, rehearsal.book, path, names) for event in events)
        shown = "; ".join(put[:TERMS_SHOWN])
        reasons.append(Reason(percent(move, plus="+"), "opening mark × (1 + beta × common move)", shown, told))
    return tuple(reasons)
