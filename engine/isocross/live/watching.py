"""What is watched of an account: prices, distances and ratios with their thresholds, and which of them are crossed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from isocross.account.book import Book, market_names
from isocross.errors import IsocrossError
from isocross.figures.frame import Frame
from isocross.format import percent, price
from isocross.money import ZERO, exact
from isocross.records import dataclass
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.studies.first_price import market_named

_PRICE = re.compile(r"\s*([^<>\s]+)\s*([<>])\s*([0-9]{1,18}(?:\.[0-9]{1,18})?)\s*")


class ThresholdError(IsocrossError, ValueError):
    """Say that nothing can be watched by these words."""


@dataclass(frozen=True)
class PriceLine:
    """A price of a market, and the side of it that is told."""

    market: str
    below: bool
    price: Decimal


@dataclass(frozen=True)
class Thresholds:
    """From where on something is told."""

    prices: tuple[PriceLine, ...] = ()
    distance: Decimal | None = None
    """A position that is no further from its nearest trigger, as a share of its mark."""
    ratio: Decimal | None = None
    """A margin ratio of the account or of an isolated position that is this high."""


@dataclass(frozen=True)
class Crossing:
    """A threshold that is crossed."""

    what: str
    """Which one, the same at every look."""
    told: str
    """In a few words, with the figure of now."""


def price_line(words: str) -> PriceLine:
    """Read a price such as BTC<84000; ThresholdError where it is none."""
    found = _PRICE.fullmatch(words)
    if found is None:
        raise ThresholdError(f"{words!r} is not a price to watch: expected one like BTC<84000 or ETH>5000")
    return PriceLine(found[1], found[2] == "<", Decimal(found[3]))


@exact
def crossed(book: Book, thresholds: Thresholds, betas: Mapping[str, Decimal]) -> tuple[Crossing, ...]:
    """Find each threshold that is crossed at the opening marks.

    Args:
        book: the account.
        thresholds: what is watched.
        betas: how its markets move together, which the nearest trigger hangs on.

    Raises:
        MarketError: where the account has no such market.
    """
    frame = frame_of(book, betas)
    found = [crossing for line in thresholds.prices for crossing in _price(book, line)]
    return (*found, *_distances(frame, thresholds.distance), *_ratios(frame, thresholds.ratio))


def frame_of(book: Book, betas: Mapping[str, Decimal]) -> Frame:
    """Work out what is watched of an account: its figures at the opening marks."""
    return GlideRehearsal(book, betas).frame(ZERO)


@exact
def nearest_words(frame: Frame) -> str:
    """Tell which position is nearest to its liquidation, how near, and at what price."""
    alive = [held for held in frame.positions if not held.ended and held.distance is not None]
    if not alive:
        return "nothing comes nearer to a liquidation"
    held = min(alive, key=lambda each: each.distance or ZERO)
    name, grid = market_names(frame.book)[held.index], frame.book.market_of(held.position).grid
    joint = held.joint_is_nearer
    at = price(held.joint_trigger if joint else held.liquidation_price_shown, grid)
    together = ", all markets moved together" if joint else ""
    return f"{name} is {percent(held.distance or ZERO)} from its liquidation at {at}{together}"


def _price(book: Book, line: PriceLine) -> Sequence[Crossing]:
    market = market_named(book, line.market)
    mark, grid = book.markets[market].mark, book.markets[market].grid
    if not (mark < line.price if line.below else mark > line.price):
        return []
    beyond = f"{'below' if line.below else 'above'} {price(line.price)}"
    return [Crossing(f"{line.market} {beyond}", f"{line.market} is at {price(mark, grid)}, {beyond}")]


def _distances(frame: Frame, limit: Decimal | None) -> Sequence[Crossing]:
    names = market_names(frame.book)
    return [
        Crossing(f"distance {held.index}", f"{names[held.index]} is {percent(held.distance)} from its liquidation")
        for held in frame.positions
        if limit is not None and held.distance is not None and held.distance <= limit
    ]


def _ratios(frame: Frame, limit: Decimal | None) -> Sequence[Crossing]:
    names = market_names(frame.book)
    of = [("the account", frame.account.margin_ratio)]
    apart = (held for held in frame.positions if frame.book.has_bucket(held.position))
    of += [(names[held.index], held.margin_ratio) for held in apart]
    return [
        Crossing(f"ratio {whose}", f"the margin ratio of {whose} is {percent(ratio)}")
        for whose, ratio in of
        if limit is not None and ratio is not None and ratio >= limit
    ]
