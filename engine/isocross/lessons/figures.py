"""The figures a lesson can name, each with how it is written: all read off frames, none typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from isocross.account.book import market_names
from isocross.cascade.events import EventKind
from isocross.figures.deposits import cash_lost, put_into
from isocross.figures.frame import Frame, PositionFrame
from isocross.format import NOTHING, percent, price
from isocross.money import text
from isocross.paths.bars import moment_words
from isocross.records import dataclass

Plain = Decimal | str | None


@dataclass(frozen=True)
class Figure:
    """A value, and its words."""

    value: Plain
    words: str
    currency: str = ""
    """Of an amount of money."""


def plain(value: Plain) -> str:
    """A value exactly, for machines; what there is none of in a word."""
    return NOTHING if value is None else text(value) if isinstance(value, Decimal) else value


def _money(amount: Decimal | None, frame: Frame) -> Figure:
    return Figure(amount, frame.book.amounts(amount), frame.book.currency)


def _share(share: Decimal | None) -> Figure:
    return Figure(share, percent(share, plus="+"))


def _count(number: int) -> Figure:
    return Figure(Decimal(number), str(number))


def _text(words: str) -> Figure:
    return Figure(words, words)


def _moment(frame: Frame, place: Decimal) -> str:
    """The time of a place, where the path has a clock, else its words."""
    moment = frame.path.known_time(place)
    return frame.path.words(place) if moment is None else moment_words(moment)


def _number(value: Decimal) -> Figure:
    return Figure(value, f"{value:,f}")


def _priced(mark: Decimal | None, row: PositionFrame, frame: Frame) -> Figure:
    return Figure(mark, price(mark, frame.book.market_of(row.position).grid))


OF_POSITION: Final[Mapping[str, Callable[[PositionFrame, Frame], Figure]]] = {
    "name": lambda row, frame: _text(market_names(frame.book)[row.index]),
    "side": lambda row, _: _text(str(row.position.side)),
    "mode": lambda row, _: _text(str(row.position.mode)),
    "status": lambda row, _: _text(str(row.status) if row.ended else "open"),
    "quantity": lambda row, _: _number(row.position.quantity),
    "leverage": lambda row, _: Figure(row.position.leverage, f"{row.position.leverage:f}x"),
    "entry": lambda row, frame: _priced(row.position.entry, row, frame),
    "mark": lambda row, frame: _priced(row.mark, row, frame),
    "move": lambda row, frame: _share(row.mark / frame.path.opening[row.position.market] - 1),
    "liq": lambda row, frame: _priced(row.liquidation_price, row, frame),
    "joint": lambda row, frame: _priced(row.joint_trigger, row, frame),
    "bankruptcy": lambda row, frame: _priced(row.bankruptcy_price, row, frame),
    "pnl": lambda row, frame: _money(row.unrealised_pnl, frame),
    "equity": lambda row, frame: _money(row.equity, frame),
    "margin": lambda row, frame: _money(row.margin, frame),
    "initial_margin": lambda row, frame: _money(row.initial_margin, frame),
    "maintenance_margin": lambda row, frame: _money(row.maintenance_margin, frame),
    "notional": lambda row, frame: _money(row.notional, frame),
    "worst_case": lambda row, frame: _money(row.worst_case, frame),
    "loss": lambda row, frame: _money(row.paid_by.total, frame),
    "paid_own": lambda row, frame: _money(row.paid_by.own_margin, frame),
    "paid_unused": lambda row, frame: _money(row.paid_by.unused, frame),
    "paid_others": lambda row, frame: _money(row.paid_by.others, frame),
    "paid_fund": lambda row, frame: _money(row.paid_by.fund, frame),
    "fell_mark": lambda row, frame: _priced(None if row.death is None else row.death.mark, row, frame),
    "fell_at": lambda row, frame: _text(NOTHING if row.death is None else _moment(frame, row.death.place)),
}
"""By name; of one position."""

OF_ACCOUNT: Final[Mapping[str, Callable[[Frame], Figure]]] = {
    "equity": lambda frame: _money(frame.account.equity, frame),
    "wallet": lambda frame: _money(frame.account.wallet, frame),
    "deposited": lambda frame: _money(put_into(frame), frame),
    "lost": lambda frame: _money(cash_lost(frame), frame),
    "open_pnl": lambda frame: _money(frame.account.equity - frame.account.wallet, frame),
    "unused": lambda frame: _money(frame.account.unused, frame),
    "available": lambda frame: _money(frame.account.available, frame),
    "initial_margin": lambda frame: _money(frame.account.initial_margin, frame),
    "maintenance_margin": lambda frame: _money(frame.account.maintenance_margin, frame),
    "pool_equity": lambda frame: _money(frame.account.pool_equity, frame),
    "ratio": lambda frame: Figure(frame.account.margin_ratio, percent(frame.account.margin_ratio)),
    "worst_case": lambda frame: _money(frame.account.worst_case, frame),
    "isolated_margin": lambda frame: _money(frame.account.isolated_margin, frame),
    "venue": lambda frame: _text(frame.book.profile.id),
    "positions": lambda frame: _count(len(frame.positions)),
    "survivors": lambda frame: _count(frame.open_positions),
    "falls": lambda frame: _count(len(frame.liquidated)),
    "first_fall": lambda frame: _text(_first(frame)),
    "drawn": lambda frame: _money(_drawn(frame), frame),
    "place": lambda frame: _text(_moment(frame, frame.place)),
}
"""By name; of the account."""

LABELS_OF_POSITION: Final[Mapping[str, str]] = {
    "quantity": "size",
    "leverage": "leverage",
    "entry": "entry",
    "mark": "mark",
    "move": "move",
    "liq": "liquidation price",
    "joint": "joint liquidation",
    "bankruptcy": "bankruptcy price",
    "pnl": "PnL",
    "equity": "equity",
    "margin": "margin",
    "initial_margin": "initial margin",
    "maintenance_margin": "maintenance margin",
    "notional": "notional",
    "worst_case": "worst case",
    "loss": "loss",
    "paid_own": "own margin paid",
    "paid_unused": "unused cash paid",
    "paid_others": "others paid",
    "paid_fund": "fund paid",
    "fell_mark": "liquidated at",
}
"""What stands over a figure of a position; one that is a word and no number has no label."""

LABELS_OF_ACCOUNT: Final[Mapping[str, str]] = {
    "shock": "shock",
    "crossover": "crossover",
    "equity": "equity",
    "wallet": "wallet",
    "deposited": "deposited",
    "lost": "lost from wallet",
    "open_pnl": "open PnL",
    "unused": "unused cash",
    "available": "available",
    "initial_margin": "initial margin",
    "maintenance_margin": "maintenance margin",
    "pool_equity": "pool equity",
    "ratio": "margin ratio",
    "worst_case": "worst case",
    "isolated_margin": "isolated margin",
    "positions": "positions",
    "survivors": "positions open",
    "falls": "liquidated",
    "drawn": "cash drawn",
}
"""The same of an account."""


def _first(frame: Frame) -> str:
    """Id of the position that fell first."""
    falls = (event for event in frame.events if event.kind is EventKind.LIQUIDATION and event.position is not None)
    first = next(falls, None)
    return NOTHING if first is None or first.position is None else frame.book.seats[first.position].id


def _drawn(frame: Frame) -> Decimal:
    """What top-up positions drew from unused cash."""
    return sum((event.amount for event in frame.events if event.kind is EventKind.REFILL), Decimal(0))
