"""How often an account as a whole would have been hit in past crashes: it is walked through their windows, all markets
together, from every full hour on. A count of past hours, never a probability.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from isocross.account.book import Book
from isocross.cascade.events import EventKind
from isocross.format import percent
from isocross.history.crashes import coin_of
from isocross.history.windows import Kind, PriceWindow, WindowInfo, load_window
from isocross.money import exact
from isocross.paths.bars import Bar
from isocross.records import dataclass
from isocross.rehearsal.replay import ReplayPlan, replay
from isocross.studies.odds import HORIZONS, Reached, own_symbol, source_words, sources
from isocross.work import Work

_HITS = frozenset((EventKind.LIQUIDATION, EventKind.REDUCTION))


@dataclass(frozen=True)
class AccountOdds:
    """What the windows did to an account that was opened at each of their hours."""

    kind: Kind | None
    """Whose prices; None: the mark price where there is one, else the futures'."""
    crashes: tuple[WindowInfo, ...]
    """The windows that have every coin of the account."""
    reached: tuple[Reached, ...]

    def sentence(self) -> str:
        """The counts in words, with what they are of."""
        told = ", ".join(f"{r.horizon} in {r.reached} of {r.hours:,} ({percent(r.share)})" for r in self.reached)
        one = len(self.crashes) == 1
        many = f"{len(self.crashes)} crash {'window that has' if one else 'windows that have'} all its coins"
        return (
            f"The account, all its markets together, opened at each hour of {many} ({source_words(self.kind)}): a "
            f"position was liquidated or reduced {told}. This counts hours of past crashes; it is not a probability."
        )


def walked_odds(book: Book, kind: Kind | None = None, work: Work | None = None) -> AccountOdds | None:
    """Count the hours from which on an account was hit; None where no window has all its coins, or it holds nothing.

    Args:
        book: the account; its marks are scaled to the open of each hour.
        kind: whose prices; None: the mark price where there is one, else the futures'.
        work: told of every hour; ends it with Stopped where the answer is no longer wanted.
    """
    coins = {coin_of(market) for market in _markets(book) if not book.markets[market].still}
    held = sources(kind, coins)
    if not book.positions or not held:
        return None
    hours = []
    for at, window in enumerate(held, start=1):
        for hour in _hours(book, load_window(window.id), {}):
            hours.append(hour)
            if work is not None:
                work.tell(f"crash {at} of {len(held)}, {len(hours):,} hours")
                work.spend()
    counted = []
    for words, length in HORIZONS:
        whole = [(opened, hit) for opened, ends, hit in hours if length is None or opened + length <= ends]
        within = (hit is not None and (length is None or hit <= opened + length) for opened, hit in whole)
        counted.append(Reached(words, len(whole), sum(within)))
    return AccountOdds(kind, held, tuple(counted))


def hours_hit(book: Book, window: str, stand_in: Mapping[str, str]) -> Reached:
    """Count the hours of one window from which on an account was hit before the window ended.

    Args:
        book: the account; its marks are scaled to the open of each hour.
        window: the id of the window.
        stand_in: by market that the window lacks: the symbol that it follows.
    """
    hits = [hit for _, _, hit in _hours(book, load_window(window), stand_in)]
    return Reached(HORIZONS[-1][0], len(hits), sum(hit is not None for hit in hits))


def _markets(book: Book) -> set[str]:
    """Those of positions and of resting orders, and those that price the assets."""
    priced = {asset.market for asset in book.coin.values()}
    quotes = {book.quotes[market] for market in priced if market in book.quotes}
    traded = {position.market for position in book.positions} | {order.market for order in book.orders}
    return traded | priced | quotes


@exact
def _hours(
    book: Book, window: PriceWindow, stand_in: Mapping[str, str]
) -> Iterator[tuple[datetime, datetime, datetime | None]]:
    """Every full hour of a window, its end, and when the account that was opened there was first hit."""
    markets = _markets(book)
    own = {market: symbol for market in markets if (symbol := own_symbol(window, coin_of(market)))}
    follows = own | dict(stand_in)
    doubtful = {time for symbol, time in window.doubtful if symbol in follows.values()}
    bars = [bar for bar in window.bars() if bar.time not in doubtful]
    kept = {symbol: market for symbol, market in book.markets.items() if symbol in markets}
    for at, bar in enumerate(bars):
        if not bar.time.minute and not bar.time.second:
            yield bar.time, window.end, _first_hit(replace(book, markets=kept), bars[at:], follows)


def _first_hit(book: Book, bars: list[Bar], follows: dict[str, str]) -> datetime | None:
    timeline = replay(book, iter(bars), ReplayPlan(stand_in=follows))
    first = next((event for event in timeline.happened if event.kind in _HITS), None)
    return None if first is None else timeline.path.time(first.place)
