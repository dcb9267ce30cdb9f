"""Replaying a history: bar by bar, and leg by leg only where something can happen.

A cheap certificate, exact and never optimistic, that nothing can come due while marks stay within ranges.

Inside its tiers the requirement of a position is at most the largest of their lines, which is convex in what one unit
of quantity is worth (the mark, or 1 ÷ mark of an inverse contract), and PnL is a line in it; so the sum over the
positions of one market is at least its smaller value at the two ends of the market's range. A scope whose cash and
those values sum to more than zero is safe. What orders hold comes off the cash of a pool where the venue counts it.
That netting lowers a requirement is left out, and so is what a position may draw at its line: both are on the safe
side. A pool that all assets back counts each at the worse of its two prices; with a debt it is never taken for safe.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import chain

from isocross.account.assets import counted
from isocross.account.book import Book, Mode, Position
from isocross.account.margin import requirement_in_tier, tier_size, unrealised_pnl
from isocross.account.mates import mates
from isocross.cascade.ledger import Ledger
from isocross.cascade.resting import none_due
from isocross.cascade.spare import most_of_others
from isocross.cascade.timeline import Timeline
from isocross.money import ZERO, exact
from isocross.moves.move import Planned
from isocross.paths.bars import LEGS, Bar, BarPath, CandleOrder, HistoryError, PricesAs, Quotes, Span, quotes_of
from isocross.paths.clock import Clock
from isocross.paths.together import apart_words
from isocross.paths.walk import leg_at
from isocross.records import dataclass
from isocross.rehearsal.funding import Rates
from isocross.rehearsal.lived import LivedRehearsal
from isocross.rehearsal.run import Halt, LivedRun, halts_of
from isocross.rules.switches import OpenPnl

Ranges = Mapping[str, tuple[Decimal, Decimal]]
"""The lowest and the highest mark, by market."""


def nothing_due(ledger: Ledger, ranges: Ranges) -> bool:
    """Whether every scope is above its line at any marks within the ranges, and no order comes due."""
    book = ledger.book
    if book.orders and not none_due(ledger, ranges):
        return False
    for index, position in enumerate(ledger.positions):
        bucket = ledger.is_open[index] and book.has_bucket(position)
        if bucket and ledger.margins[index] + _least(book, [position], ranges[position.market]) <= 0:
            return False
    pooled = [] if book.top_up else [ledger.positions[i] for i in ledger.open_in(Mode.CROSS)]
    if book.pools_assets:
        owes = any(ledger.behind_pool_in(coin) < ZERO for coin in book.coin_names)
        return not owes and (not pooled or _least_of_assets(ledger, pooled, ranges) > 0)
    by_coin = _by(book.coin_of, pooled)
    return all(ledger.behind_pool_in(coin) + sum(_leasts(book, held, ranges), ZERO) > 0 for coin, held in by_coin)


def _by(key: Callable[[Position], str], held: Iterable[Position]) -> Iterable[tuple[str, list[Position]]]:
    found: dict[str, list[Position]] = {}
    for position in held:
        found.setdefault(key(position), []).append(position)
    return found.items()


def _leasts(book: Book, held: Iterable[Position], ranges: Ranges) -> Iterator[Decimal]:
    """A lower bound of PnL − MM of the positions of each market."""
    by_market = _by(lambda position: position.market, held)
    return (_least(book, own, ranges[symbol]) for symbol, own in by_market)


def _least_of_assets(ledger: Ledger, pooled: Iterable[Position], ranges: Ranges) -> Decimal:
    """A lower bound of what all assets count less what their pool asks for, in USD; there are no debts.

    What an asset counts rises with its price, and where open PnL is in it, with its amount.
    """
    book, own, others = ledger.book, -ledger.book.terms.asked_at_least, ZERO
    low, high = ({symbol: within[end] for symbol, within in ranges.items()} for end in (0, 1))
    held = dict(_by(book.coin_of, pooled))
    inside, most = book.terms.open_pnl is OpenPnl.INSIDE, most_of_others(book)
    for coin, asset in book.coin.items():
        cash, positions = ledger.behind_pool_in(coin), held.get(coin, [])
        amount, rest = cash, sum(_leasts(book, positions, ranges), ZERO)
        if inside and positions:
            amount += sum((min(unrealised_pnl(p, mark) for mark in ranges[p.market]) for p in positions), ZERO)
            rest = -sum((max(_asked_at_ends(book, p, ranges[p.market])) for p in positions), ZERO)
        prices = book.coin_price(coin, low), book.coin_price(coin, high)
        counts = min(counted(asset, amount, price) for price in prices) + min(rest * price for price in prices)
        if positions:
            own += counts
        else:
            others += counts
    return own + (others if most is None else min(others, most))


def _least(book: Book, held: Iterable[Position], within: tuple[Decimal, Decimal]) -> Decimal:
    """A lower bound of PnL − MM of positions of one market while its mark stays in a range."""
    ends = [ZERO, ZERO]
    for position in held:
        asked = _asked_at_ends(book, position, within)
        for end, mark in enumerate(within):
            ends[end] += unrealised_pnl(position, mark) - asked[end]
    return min(ends)


def _asked_at_ends(book: Book, position: Position, within: tuple[Decimal, Decimal]) -> list[Decimal]:
    """The largest MM at the two ends of a range, by any tier that the position has within it."""
    ladder = book.market_of(position).ladder
    tiers = [ladder.index_at(tier_size(position, book.profile, mark)) for mark in within]
    lines = [requirement_in_tier(position, book.profile, ladder, t) for t in range(min(tiers), max(tiers) + 1)]
    return [max(line.at(position.kind, mark) for line in lines) for mark in within]


LONE_BAR = timedelta(minutes=1)
"""How long the bar of a history of one bar lasts."""
SPREADS = tuple(Decimal(s) for s in ("0.5", "0.25", "0.12", "0.06", "0.03", "0.015", "0.008", "0.004", "0.002", "0"))
"""How far around a bar the prices are tried for safety, as shares of them, the widest first."""


@dataclass(frozen=True)
class ReplayPlan:
    """How a history is walked, and what the user does on it."""

    order: CandleOrder = CandleOrder.NEAR_FIRST
    prices: PricesAs = PricesAs.SCALED
    stand_in: Mapping[str, str] = field(default_factory=dict)
    rates: Rates = None
    moves: Sequence[Planned] = ()


@exact
def replay(
    book: Book,
    bars: Iterable[Bar],
    plan: ReplayPlan,
    *,
    limit: Decimal | None = None,
    keep_all: bool = False,
    fast: bool = True,
    title: str = "",
) -> Timeline[BarPath]:
    """Everything that happens to an account on a history; the bars are taken one by one.

    Args:
        book: the account; where the prices themselves are taken, its marks become those of the first bar.
        bars: the history, from the earliest on.
        plan: how it is walked.
        limit: a place to stop at; the end without it.
        keep_all: keep every bar, so that any place can be looked at; else those in which something happens.
        fast: pass over bars in which nothing can happen.
        title: of the history.

    Raises:
        HistoryError: where the history is empty, lacks a market, or takes a coin and what is margined in it apart.
    """
    known = list(bars) if keep_all else bars
    every, interval = _with_interval(known)
    first = next(every)
    opening = {symbol: market.mark for symbol, market in book.markets.items()}
    still = [symbol for symbol, market in book.markets.items() if market.still]
    assets = [symbol for symbol, market in book.markets.items() if market.is_asset]
    quotes = _together(book, quotes_of(first, opening, plan.stand_in, plan.prices, plan.order, still, assets))
    if not quotes.firsts:
        book = replace(book, markets={s: replace(m, mark=quotes.marks[s]) for s, m in book.markets.items()})
    # weights that get worse with an amount can make it count less where open PnL adds to it
    turning = book.terms.open_pnl is OpenPnl.INSIDE and any(asset.factor for asset in book.coins)
    going = _Pass(book, quotes, plan, interval, first.time, fast=fast and not turning)
    count = going.over(chain((first,), every), limit)
    spans = AllSpans(known, interval) if isinstance(known, list) else going.kept
    path = BarPath(quotes, spans, len(known) if isinstance(known, list) else count, title)
    return Timeline(book, path, path.end if limit is None else min(limit, path.end), tuple(going.run.events))


def _together(book: Book, quotes: Quotes) -> Quotes:
    """Return them; HistoryError where the price of a coin and what is margined in it follow different symbols."""
    for each in mates(book):
        first, *others = each.margined
        other = next((s for s in others if quotes.sources.get(s) != quotes.sources.get(first)), None)
        if other is not None:
            instead = "let both follow one symbol of the history, in [scenario]: stand_in"
            raise HistoryError(apart_words(each.coin, first, other, instead))
    return quotes


def _with_interval(bars: Iterable[Bar]) -> tuple[Iterator[Bar], timedelta]:
    """The same bars, and how long one lasts: as long as from the first to the second."""
    rest = iter(bars)
    first = next(rest, None)
    if first is None:
        raise HistoryError("the history has no bars")
    second = next(rest, None)
    if second is None:
        return iter((first,)), LONE_BAR
    if second.time <= first.time:
        raise HistoryError(f"the second bar, of {second.time:%Y-%m-%d %H:%M}, is not later than the first")
    return chain((first, second), rest), second.time - first.time


class AllSpans(Mapping[int, Span]):
    """Every bar of a history that is kept whole."""

    def __init__(self, bars: Sequence[Bar], interval: timedelta) -> None:
        self._bars = bars
        self._interval = interval

    def __getitem__(self, index: int) -> Span:
        if not 0 <= index < len(self._bars):
            raise KeyError(index)
        return Span.of(index, self._bars[index - 1] if index else None, self._bars[index], self._interval)

    def __iter__(self) -> Iterator[int]:
        return iter(range(len(self._bars)))

    def __len__(self) -> int:
        return len(self._bars)


class _Pass:
    """One pass over a history: quick over bars that stay where nothing can happen, leg by leg over the others."""

    def __init__(
        self, book: Book, quotes: Quotes, plan: ReplayPlan, interval: timedelta, opening: datetime, *, fast: bool
    ) -> None:
        self.run = LivedRun(book, plan.rates)
        self.kept: dict[int, Span] = {}
        """The bars in which something happened, and the last."""
        self._quotes = quotes
        self._interval = interval
        self._fast = fast
        self._timed = any(step.cooldown for step in book.profile.steps)
        self._clock = Clock(book.profile, opening, funded=plan.rates is not None)
        self._moves = deque(halts_of(plan.moves))
        self._box: list[tuple[str, Decimal, Decimal]] = []
        """Prices by source between which nothing can happen; empty: not known."""
        self._spread = 0
        """The widest spread that is worth a try."""

    def over(self, bars: Iterable[Bar], limit: Decimal | None) -> int:
        """Go over the bars, at most to a limit; how many were taken."""
        stop = None if limit is None else leg_at(limit) // LEGS
        index, bar, before, earlier = -1, None, None, None
        quiet_bar, quiet_time = -1, None
        for index, bar in enumerate(bars):
            earlier, before = before, bar
            if index < quiet_bar and (quiet_time is None or bar.time < quiet_time) and self._inside(bar):
                continue
            span = Span.of(index, earlier, bar, self._interval)
            self._through(span, limit)
            if index == stop:
                self.kept[index] = span
                break
            quiet_bar, quiet_time = self._quiet_until(stop)
        if bar is not None and index not in self.kept:
            self.kept[index] = Span.of(index, earlier, bar, self._interval)
        return index + 1

    def _inside(self, bar: Bar) -> bool:
        candles = bar.candles
        for source, low, high in self._box:
            candle = candles[source]
            if candle.low < low or candle.high > high:
                return False
        return True

    def _quiet_until(self, stop: int | None) -> tuple[int, datetime | None]:
        """The bar and the time from which on something else than the prices has to be looked at; −1: at once."""
        if not self._box:
            return -1, None
        waiting = [leg_at(self._moves[0].place) // LEGS] if self._moves else []
        bar = min([*waiting, *([] if stop is None else [stop])], default=sys.maxsize)
        due = self._clock.next
        return bar, None if due is None else due - self._interval

    def _through(self, span: Span, limit: Decimal | None) -> None:
        """Go through one bar, and find out how far around it nothing can happen."""
        if self._timed:
            self.run.ledger.second = span.second
        end = Decimal(span.index * LEGS + LEGS)
        halts = [Halt(span.place(moment), chime) for moment, chime in self._clock.chimes(span.ends)]
        while self._moves and self._moves[0].place <= end:
            halts.append(self._moves.popleft())
        halts.sort(key=lambda halt: halt.place)
        happened = len(self.run.events)
        if span.index == 0:
            self.run.open(self._quotes.marks, [halt for halt in halts if halt.place == 0])
        cut = limit is not None and limit < end
        if cut or not self._fast or any(0 < halt.place < end for halt in halts) or not self._safe(span):
            for leg in span.legs(self._quotes):
                if limit is None or leg.index < limit:
                    here = [halt for halt in halts if leg.index < halt.place <= leg.end]
                    self.run.leg(leg, here, end if limit is None else limit)
        elif halts:
            marks = self._quotes.corners(span.bar)[-1]
            self.run.stand(marks, end, [halt.deed for halt in halts if halt.place == end])
        if len(self.run.events) > happened:
            self.kept[span.index] = span
            self._box = []

    def _safe(self, span: Span) -> bool:
        """Whether nothing can happen within a bar; as far around it as that is so, bars need no look."""
        for at in range(self._spread, len(SPREADS)):
            prices = span.ranges(self._quotes, SPREADS[at])
            marks = {symbol: (mark, mark) for symbol, mark in self._quotes.still.items()}
            marks |= {symbol: self._quotes.range(symbol, *ends) for symbol, ends in prices.items()}
            if nothing_due(self.run.ledger, marks):
                self._box = [(self._quotes.sources[symbol], *ends) for symbol, ends in prices.items()]
                self._spread = max(0, at - 2)
                return True
        self._box = []
        self._spread = len(SPREADS) - 3
        return False


@dataclass(frozen=True)
class ReplayRehearsal(LivedRehearsal):
    """An account on the bars of a history."""

    whole: Timeline[BarPath]

    @property
    def path(self) -> BarPath:
        """Its bars."""
        return self.whole.path
