"""A frame or a timeline as plain text, for a terminal without a desk, a pipe or a screen reader."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from io import StringIO
from typing import Any

from isocross.account.book import Book, market_names
from isocross.account.checks import remarks
from isocross.account.orders import leverage_of
from isocross.cascade.events import PaidBy
from isocross.figures.asset_frames import PoolFrame
from isocross.figures.frame import AccountFrame, Frame, PositionFrame
from isocross.format import IN_USD, Amounts, amounts_in, grouped, percent, price
from isocross.money import ONE, ZERO, exact
from isocross.paths.shock import Shock
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.report.json import frame_json
from isocross.rules.collateral import DOLLAR
from isocross.words.assets import order_words
from isocross.words.events import sentence
from isocross.words.margins import margin_remarks
from isocross.words.orders import condition, size, status, stop_warnings
from isocross.words.outlook import account_warning, venue_ratio_words
from isocross.words.worst import uncounted_of_account, worst_case_words

POSITION_TITLES = (
    "position",
    "side",
    "mode",
    "mark",
    "PnL",
    "margin",
    "ratio",
    "liq. price",
    "joint",
    "worst case",
    "status",
)


def glide_title(name: str, rehearsal: GlideRehearsal, shock: Shock) -> str:
    """The workspace, the venue and the shock, in a line."""
    return f"{name}   {venue_and_currency(rehearsal.book)}   {shock_words(shock)}"


def venue_and_currency(book: Book) -> str:
    """The venue, and what amounts are in; an account of several assets says it of each, and has a mode."""
    if not book.coins:
        return f"{book.profile.id}   {book.currency}"
    named = book.profile.id if book.account_rule is None else f"{book.profile.id} {book.account}"
    return named if book.currency in DOLLAR else f"{named}   USD"


@exact
def frame_sheet(name: str, rehearsal: GlideRehearsal, shock: Shock, at: Decimal = ONE) -> str:
    """The account, its positions, who pays and what has happened, at a fraction of a shock."""
    return frame_text(glide_title(name, rehearsal, shock), rehearsal.frame(shock, at))


def frame_text(head: str, frame: Frame) -> str:
    """A frame as plain text below a line that says what it is of."""
    money, whole = frame.book.amounts, frame.book.whole_amounts
    account = frame.account
    lines = [
        head,
        "",
        f"wallet {whole(account.wallet)}   equity {whole(account.equity)}{_in_pool(account, frame)}   "
        f"unused {money(account.unused)}   available {money(account.available)}{_reserved(account, money)}",
        f"initial margin {whole(account.initial_margin)}   maintenance margin {whole(account.maintenance_margin)}   "
        f"margin ratio {percent(account.margin_ratio)}   worst case {whole(account.worst_case)}   "
        f"{account.status.value.replace('_', ' ')}",
        *([f"{frame.book.profile.title}: {own}"] if (own := venue_ratio_words(frame, None)) else []),
        *filter(None, (account_warning(frame), _left_out(frame))),
        *asset_lines(frame),
        *filter(None, (order_words(frame.book),)),
        *remarks(frame.book),
        *stop_warnings(frame.book),
        "",
        *columns([POSITION_TITLES, *position_rows(frame)], figures_from=3),
        "",
        *columns(
            [("who pays", "own margin", "cash", *(("borrowed",) if frame.book.coins else ()), "others", "fund")]
            + [(name, *_paid(frame, row)) for name, row in _named(frame)],
            figures_from=1,
        ),
        *_fees_apart(frame),
        *margin_remarks(frame),
        "",
        *_orders(frame),
        *event_lines(frame),
    ]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _in_pool(account: AccountFrame, frame: Frame) -> str:
    """The equity that the margin ratio is of, where it is another than the account's; of assets their table has it."""
    apart = account.pool_equity not in {None, account.equity} and not frame.book.coins
    return f"   pool equity {frame.book.amounts(account.pool_equity)}" if apart else ""


def _left_out(frame: Frame) -> str:
    """What the worst case leaves out; empty: nothing."""
    return worst_case_words(uncounted_of_account(frame))


def asset_lines(frame: Frame) -> list[str]:
    """A line for each asset and each pool of an account of several; nothing where there is a wallet alone."""
    if not frame.book.coins:
        return []
    titles, *rows = asset_rows(frame)
    # the account's equity leaves no weight out: what the weights leave has another name
    weighed = "counts" if frame.book.pools_assets else "equity"
    pools = [
        (
            pool.name,
            pool_amounts(frame, pool)(pool.equity),
            pool_amounts(frame, pool)(pool.maintenance_margin),
            percent(pool.ratio),
        )
        for pool in frame.account.pools
    ]
    return [
        "",
        *columns([titles, *rows], figures_from=1),
        "",
        *columns([("pool", weighed, "maintenance margin", "ratio"), *pools], figures_from=1),
    ]


def asset_rows(frame: Frame) -> list[tuple[str, ...]]:
    """The figures of every asset below their titles, as people read them; what is not its own amount is in USD.

    Read from left to right they are a sum: isolated margins and open PnL have a column wherever there are any.
    """
    assets, usd = frame.account.assets, IN_USD
    apart = any(asset.balance != asset.cash for asset in assets)
    gains = any(asset.pnl for asset in assets)
    isolated, open_pnl = ("in isolated",) if apart else (), ("open PnL",) if gains else ()
    titles = ("asset", "balance", *isolated, "price", "value", *open_pnl, "counts", "lost", "weight", "weight of")
    rows = [titles]
    for asset in assets:
        own = amounts_in(asset.name)
        rows.append(
            (
                asset.name,
                own(asset.balance),
                *((own(asset.balance - asset.cash),) if apart else ()),
                price(asset.price),
                usd(asset.value),
                *((usd(asset.pnl * asset.price),) if gains else ()),
                usd(asset.counted),
                usd(asset.lost),
                percent(asset.weight),
                asset.as_of if asset.collateral else "not collateral",
            )
        )
    return rows


def pool_amounts(frame: Frame, pool: PoolFrame) -> Amounts:
    """How amounts of a pool are written: of one of all assets in USD, else in its token."""
    return IN_USD if frame.book.pools_assets else amounts_in(pool.name)


def _fees_apart(frame: Frame) -> Iterator[str]:
    """Name the fees that the wallet paid and no row has: of orders that opened a position or added to one."""
    paid: dict[Amounts, Decimal] = {}
    for event in frame.events:
        if event.fill is not None and event.fill.opens and event.figures.fee:
            money = frame.book.amounts_for(frame.book.orders[event.fill.order])
            paid[money] = paid.get(money, ZERO) + event.figures.fee
    if paid:
        told = " and ".join(money(amount) for money, amount in paid.items())
        yield f"No row has the fee to open, {told}. The PnL of a closed position has the fee to close."


def _paid(frame: Frame, row: PositionFrame) -> Iterable[str]:
    """What each of them pays, in what the position settles in."""
    return map(frame.book.amounts_for(row.position), _payers(frame, row.paid_by))


def _payers(frame: Frame, paid: PaidBy) -> tuple[Decimal, ...]:
    """Who pays, in the order of the columns."""
    lent = (paid.borrowed,) if frame.book.coins else ()
    return (paid.own_margin, paid.unused, *lent, paid.others, paid.fund)


@exact
def timeline_sheet(name: str, rehearsal: GlideRehearsal, shock: Shock) -> str:
    """Everything that happens up to a shock, a sentence each."""
    return events_text(glide_title(name, rehearsal, shock), rehearsal.frame(shock))


def events_text(head: str, frame: Frame) -> str:
    """What has happened up to a frame below a line that says what it is of, a sentence each."""
    money = frame.book.whole_amounts
    account = frame.account
    end = f"At the end: wallet {money(account.wallet)}, equity {money(account.equity)}, fund {money(account.fund)}."
    return "\n".join([head, "", *event_lines(frame), "", end]) + "\n"


def event_lines(frame: Frame) -> list[str]:
    """A numbered sentence for each event, or one that says that nothing happens."""
    names = market_names(frame.book)
    told = [sentence(event, frame.book, frame.path, names) for event in frame.events]
    return [f"{n}. {line}" for n, line in enumerate(told, start=1)] or ["Nothing is liquidated up to here."]


_ENDED = "ended"
"""In the place of the price at which a position would be liquidated, where it is open no more."""
EVENT_COLUMNS = (
    *("n", "t", "time", "move", "kind", "position", "mark", "amount", "from", "equity", "maintenance_margin"),
    "count",
)


@exact
def timeline_csv(rehearsal: GlideRehearsal, shock: Shock) -> str:
    """Everything that happens up to a shock, a line each; exact figures."""
    return events_csv(frame_json("", rehearsal, shock)["events"])


def events_csv(events: Iterable[dict[str, Any]]) -> str:
    """Events as a report has them in JSON, a line each; the same columns whatever the path."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    listed = [event | asset_cells(event) for event in events]
    columns = (*EVENT_COLUMNS, *ASSET_COLUMNS) if any("asset" in event for event in listed) else EVENT_COLUMNS
    writer.writerow(columns)
    for event in listed:
        writer.writerow("" if event[column] is None else event[column] for column in columns)
    return out.getvalue()


ASSET_COLUMNS = ("asset", "sold", "sold_quantity", "fee")
"""What a row of an event has more in an account of several assets."""


def asset_cells(event: Mapping[str, Any]) -> dict[str, Any]:
    """The cells of those columns; nothing of an account that has a wallet alone."""
    if "asset" not in event:
        return {}
    trade = event["trade"] or {}
    return {"asset": event["asset"], "sold": trade.get("sold"), "sold_quantity": trade.get("quantity")}


def _reserved(account: AccountFrame, money: Amounts) -> str:
    return f"   orders hold {money(account.reserved)}" if account.reserved else ""


def _orders(frame: Frame) -> list[str]:
    """A line for each order, and a blank one below; nothing where there is none."""
    if not frame.book.orders:
        return []
    rows = [
        (
            order.id,
            order.side.trade,
            order.mode.value,
            grouped(order.quantity),
            price(order.price),
            f"{leverage_of(order, frame.book):f}x",
            frame.book.amounts_for(order)(frame.reserves.get(index, ZERO)),
            status(frame, index),
        )
        for index, order in enumerate(frame.book.orders)
        if order.fills is None
    ]
    titles = ("order", "side", "mode", "quantity", "price", "leverage", "holds", "status")
    holding = [*columns([titles, *rows], figures_from=3), ""] if rows else []
    return [*holding, *_orders_that_fill(frame)]


def _orders_that_fill(frame: Frame) -> list[str]:
    """A line for each order that can be filled, and a blank one below; nothing where there is none."""
    book = frame.book
    rows = [
        (
            order.id,
            order.side.trade,
            str(order.fills),
            size(order),
            condition(order, book.markets[order.market]),
            book.amounts_for(order)(frame.reserves.get(index, ZERO)),
            status(frame, index),
        )
        for index, order in enumerate(book.orders)
        if order.fills is not None
    ]
    titles = ("order", "side", "kind", "quantity", "due", "holds", "status")
    return [*columns([titles, *rows], figures_from=6), ""] if rows else []


def _named(frame: Frame) -> list[tuple[str, PositionFrame]]:
    names = market_names(frame.book)
    return [(names[row.index], row) for row in frame.positions]


def shock_words(shock: Shock) -> str:
    """A shock as the head of a table says it."""
    if isinstance(shock, Decimal):
        return f"shock {percent(shock, plus='+')}"
    return "shock " + ", ".join(f"{symbol} {percent(end, plus='+')}" for symbol, end in shock.items())


def position_rows(frame: Frame) -> list[tuple[str, ...]]:
    """The figures of every position, as people read them."""
    return [_row(frame, name, row) for name, row in _named(frame)]


def _row(frame: Frame, name: str, row: PositionFrame) -> tuple[str, ...]:
    money = frame.book.amounts_for(row.position)
    worst = IN_USD if frame.book.pools_assets else money
    tick = frame.book.market_of(row.position).grid
    return (
        name,
        row.position.side.value,
        row.position.mode.value,
        price(row.mark, tick),
        money(row.told_pnl),
        money(row.margin),
        percent(row.margin_ratio),
        _ENDED if row.ended else price(row.liquidation_price_shown, tick),
        price(row.joint_trigger, tick),
        worst(row.worst_case),
        row.status.value.replace("_", " "),
    )


def columns(rows: Sequence[Sequence[str]], figures_from: int) -> list[str]:
    """Rows set in columns; figures to the right."""
    widths = [max(len(row[c]) for row in rows) for c in range(len(rows[0]))]
    return [
        "  ".join(
            cell.rjust(w) if c >= figures_from else cell.ljust(w)
            for c, (cell, w) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]
