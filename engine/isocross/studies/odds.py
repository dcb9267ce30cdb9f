"""How often past crashes reached a trigger, and the highest isolated leverage that lived through one.

It is a count of past hours, never a probability. Every full hour at which a bar of a window opens is taken as a moment
to open a position at that open. From one crash and one kind of price only one window counts, so that no hour counts
twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import ROUND_FLOOR, Decimal
from functools import cache

from isocross.account.book import Book, market_names
from isocross.figures.frame import Frame, PositionFrame, Status
from isocross.figures.prices import liquidation_prices
from isocross.format import percent
from isocross.history.crashes import coin_of
from isocross.history.windows import Kind, WindowInfo, load_window, windows
from isocross.money import ONE, ZERO, exact
from isocross.moves import flip
from isocross.moves.outcome import opening
from isocross.paths.bars import Bar
from isocross.records import dataclass
from isocross.rules.profile import Profile
from isocross.rules.tables import listed_market

HORIZONS: tuple[tuple[str, timedelta | None], ...] = (
    ("within 1 hour", timedelta(hours=1)),
    ("within 1 day", timedelta(days=1)),
    ("before the window ended", None),
)
"""How long a position is watched; None: to the end of its window."""
_ALONE = "Every other market does not move in its liquidation price; in a crash they all move."
SHOWN = Decimal("0.01")
"""A leverage is shown rounded down to this: the one that is read must have lived."""


@dataclass(frozen=True, slots=True)
class Reached:
    """How many hours led to the trigger within one horizon."""

    horizon: str
    hours: int
    """Hours of the windows that have the whole horizon after them."""
    reached: int

    @property
    def share(self) -> Decimal | None:
        """Reached ÷ hours, None where there are no hours."""
        return _share(self.reached, self.hours)


@dataclass(frozen=True, slots=True)
class Odds:
    """What the windows did to one trigger."""

    coin: str
    kind: Kind | None
    """Whose prices; None: the mark price where there is one, else the futures'."""
    move: Decimal
    """From the open to the trigger: negative for a long, positive for a short."""
    crashes: int
    """Windows that have this coin."""
    reached: tuple[Reached, ...]

    @property
    def told(self) -> str:
        """The counts alone."""
        return ", ".join(f"{r.horizon} in {r.reached} of {r.hours:,} ({percent(r.share)})" for r in self.reached)

    def sentence(self) -> str:
        """The counts in words, with what they are of."""
        windows_ = f"{self.crashes} crash window{'' if self.crashes == 1 else 's'}"
        source = source_words(self.kind)
        return (
            f"{self.coin} {percent(self.move, plus='+')} from the open of an hour, {windows_} ({source}): reached "
            f"{self.told}. This counts hours of past crashes; it is not a probability."
        )


def odds(symbol: str, move: Decimal, kind: Kind | None = None) -> Odds | None:
    """How often a move from the open of an hour was reached, None where no window of this kind has the coin.

    For an isolated position `move` is its trigger's distance. For a cross position it is that of its liquidation
    price, every other market standing still, which in a crash they do not.

    Args:
        symbol: a market; every window with the same coin counts.
        move: negative for a long, positive for a short, as a fraction of the price; zero is reached at once.
        kind: whose prices; None: the mark price where there is one, else the futures'.
    """
    coin = coin_of(symbol)
    held = [(window, own) for window in sources(kind, {coin}) if (own := own_symbol(window, coin)) is not None]
    if not held:
        return None
    extremes = [_extremes(window.id, own, move < ZERO) for window, own in held]
    counted = [
        Reached(words, len(moves), sum(_is_beyond(extreme, move) for extreme in moves))
        for at, (words, _) in enumerate(HORIZONS)
        for moves in [[extreme for window in extremes for extreme in window[at]]]
    ]
    return Odds(coin, kind, move, len(held), tuple(counted))


def source_words(kind: Kind | None) -> str:
    """Whose prices are counted, as a sentence has it."""
    return "futures, mark price where there is one" if kind is None else kind.words


def sources(kind: Kind | None, coins: Iterable[str]) -> tuple[WindowInfo, ...]:
    """One window of each crash that has all these coins: of one kind, or of the mark price before the futures'."""
    asked = set(coins)
    found: dict[str, WindowInfo] = {}
    for one in (Kind.MARK, Kind.FUTURES) if kind is None else (kind,):
        for window in widest(one):
            if all(own_symbol(window, coin) is not None for coin in asked):
                found.setdefault(window.crash, window)
    return tuple(found.values())


@cache
def widest(kind: Kind) -> tuple[WindowInfo, ...]:
    """One window of each crash, of one kind of price: with the most markets, of those the longest, then the finest."""
    best: dict[str, WindowInfo] = {}
    for window in windows():
        known = best.get(window.crash)
        if window.kind is kind and (known is None or _rank(window) > _rank(known)):
            best[window.crash] = window
    return tuple(best.values())


def _rank(window: WindowInfo) -> tuple[int, timedelta, int]:
    return len(window.symbols), window.end - window.start, -window.minutes


def own_symbol(window: WindowInfo, coin: str) -> str | None:
    """The symbol that a window has for a coin; None where it has none."""
    return next((symbol for symbol in window.symbols if coin_of(symbol) == coin), None)


def _is_beyond(extreme: Decimal, move: Decimal) -> bool:
    return extreme <= move if move < ZERO else extreme >= move


@cache
def _extremes(window_id: str, symbol: str, falling: bool) -> tuple[tuple[Decimal, ...], ...]:
    """For each horizon, the furthest move from the open of every hour that has the whole horizon after it."""
    window = load_window(window_id)
    bars = [bar for bar in window.bars() if (symbol, bar.time) not in window.doubtful]
    return tuple(tuple(furthest_moves(bars, symbol, window.end, length, falling)) for _, length in HORIZONS)


@exact
def furthest_moves(
    bars: Sequence[Bar], symbol: str, ends: datetime, horizon: timedelta | None, falling: bool
) -> list[Decimal]:
    """The furthest relative move down (or up) inside the horizon, from the open of every full hour."""
    found = []
    lasts = [bar.candles[symbol].low if falling else bar.candles[symbol].high for bar in bars]
    end = 0
    for at, bar in enumerate(bars):
        until = ends if horizon is None else bar.time + horizon
        if bar.time.minute or bar.time.second or until > ends:
            continue
        while end < len(bars) and bars[end].time < until:
            end += 1
        opened = bar.candles[symbol].open
        far = min(lasts[at:end]) if falling else max(lasts[at:end])
        found.append(far / opened - 1)
    return found


@exact
def _share(part: int, whole: int) -> Decimal | None:
    return Decimal(part) / whole if whole else None


_ALONE = "A liquidation price assumes that no other market moves; in a crash they all move."


def account_odds(frame: Frame, kind: Kind | None = None) -> tuple[tuple[str, str], ...]:
    """The name of each position and one paragraph: its liquidation price's distance and the counts, in both modes.

    As it is, from where it stands; in its other mode, from the opening marks, where it can be flipped.
    """
    names = market_names(frame.book)
    return tuple(
        (names[row.index], f"{_told(row, kind)} {_otherwise(frame.book, row, kind)}")
        for row in frame.positions[: len(frame.book.positions)]
    )


@exact
def _otherwise(book: Book, row: PositionFrame, kind: Kind | None) -> str:
    """The same for the position in its other mode."""
    position, mode = book.positions[row.index], book.positions[row.index].mode.other
    outcome = flip(replace(book, strict=False), position.id)
    if outcome.after is None:
        return f"On {mode} it cannot be set up: {outcome.refusal}."
    price, mark = liquidation_prices(opening(outcome.after))[row.index], book.market_of(position).mark
    if price is None:
        return f"On {mode} no price of {position.market} alone liquidates it."
    counted = odds(position.market, price / mark - ONE, kind)
    return "" if counted is None else f"On {mode}, {percent(counted.move, plus='+')}: {counted.told}."


def _told(row: PositionFrame, kind: Kind | None) -> str:
    position = row.position
    if row.status is Status.LIQUIDATED:
        return "It has ended already."
    move = distance(row)
    if move is None:
        return f"No price of {position.market} alone liquidates it."
    counted = odds(position.market, move, kind)
    if counted is None:
        return f"No shipped window has prices of {coin_of(position.market)} ({source_words(kind)})."
    return f"{counted.sentence()} {_ALONE}" if position.mode == "cross" else counted.sentence()


@exact
def distance(row: PositionFrame) -> Decimal | None:
    """From the mark to the liquidation price as a relative move, None where there is none."""
    price = row.liquidation_price
    return None if price is None or row.mark <= 0 else price / row.mark - ONE


@exact
def survived_leverage(move: Decimal, rate: Decimal) -> Decimal | None:
    """The leverage below which an isolated position lived through a move against it, without fees.

    A long through a fall d: L = 1 ÷ (1 − (1 − d)(1 − r)); a short through a rise u: L = 1 ÷ ((1 + u)(1 + r) − 1).
    Both are entry, margin and maintenance margin at the far end put equal.

    Args:
        move: relative change of the price, negative for the long, positive for the short.
        rate: maintenance margin rate of the venue's first tier, a fraction.

    Returns:
        None where any leverage lived.
    """
    kept = (ONE + move) * (ONE - rate) if move < ZERO else (ONE + move) * (ONE + rate)
    needed = abs(kept - ONE)
    return None if needed == ZERO else ONE / needed


def first_rate(profile: Profile, symbol: str) -> Decimal | None:
    """The maintenance margin rate of a market's first tier at a venue, None where the venue does not know it."""
    listed = listed_market(profile, symbol)
    tiers = (listed.tiers if listed is not None else None) or profile.default_tiers
    return tiers[0].rate if tiers else None


def shown_leverage(leverage: Decimal | None) -> str:
    """A leverage in words, rounded down; no venue has one below 1."""
    if leverage is None:
        return "any"
    return f"{leverage.quantize(SHOWN, ROUND_FLOOR)}x" if leverage >= ONE else "none"
