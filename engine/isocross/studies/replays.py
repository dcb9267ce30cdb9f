"""One account on one path in every mode: what becomes of each, read off at any place; and which crashes fit it.

A shipped crash fits where it has every market of the account, or where another market may stand in for one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import cache, cached_property
from itertools import accumulate

from isocross.account.book import Book, market_names
from isocross.cascade.events import Event, EventKind
from isocross.cascade.ledger import Ledger
from isocross.figures.prices import liquidation_prices
from isocross.figures.standings import Standings
from isocross.history.collateral import CollateralWindow, collateral_windows
from isocross.history.windows import WindowInfo, load_window, windows
from isocross.money import ONE, ZERO, exact
from isocross.paths.bars import nearest, same_coin
from isocross.records import dataclass
from isocross.rehearsal.kinds import lived_rehearsal
from isocross.rehearsal.lived import LivedRehearsal
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.rehearsal.scenario import Scenario
from isocross.studies.twin import AS_IS, Variant, in_both_modes

LOOKS = 400
"""At about so many closes of a path a trigger is worked out; around what happens always."""
Marks = Mapping[str, Decimal]


@dataclass(frozen=True)
class LivedFall:
    """A liquidation on a lived path."""

    position: str
    """Id of the position."""
    name: str
    """What it is called."""
    event: Event
    time: datetime | None
    """None on a path without a clock."""

    @property
    def place(self) -> Decimal:
        """Where it happened."""
        return self.event.place


@dataclass(frozen=True)
class Standing:
    """What a life comes to at a place; amounts in the account's currency."""

    equity: Decimal
    """Wallet + unrealised PnL of what is open."""
    lost: Decimal
    """Wallet at the opening, and what was deposited since, less the wallet now; negative: cash was gained."""
    lowest: Decimal
    """The lowest equity so far, of the corners of the path, of what happened, and of here."""
    survivors: int
    """Positions that are open: neither liquidated nor closed by an order."""
    liquidated: int
    """Positions that were, and are not open again."""
    positions: int
    """How many there were at the opening."""
    falls: tuple[LivedFall, ...]
    """Liquidations so far, in order."""

    @property
    def first(self) -> LivedFall | None:
        """Who fell first; None: nobody yet."""
        return self.falls[0] if self.falls else None


@dataclass(frozen=True)
class Life:
    """One variant of an account on the path."""

    variant: Variant
    rehearsal: LivedRehearsal | None
    """None: it cannot be set up."""

    @property
    def book(self) -> Book:
        """The account at the opening, in this variant."""
        return self.lived.book

    @property
    def lived(self) -> LivedRehearsal:
        """Its rehearsal; ValueError for one that cannot be set up."""
        if self.rehearsal is None:
            raise ValueError(self.variant.refusal)
        return self.rehearsal

    @cached_property
    def falls(self) -> tuple[LivedFall, ...]:
        """Every liquidation on the whole path."""
        rehearsal = self.lived
        names = market_names(rehearsal.book)
        return tuple(
            LivedFall(rehearsal.book.seats[event.position].id, names[event.position], event, time)
            for event, time in rehearsal.happenings
            if event.kind is EventKind.LIQUIDATION and event.position is not None
        )

    @cached_property
    @exact
    def _walked(self) -> tuple[tuple[Decimal, Decimal, Decimal], ...]:
        """(place, equity, what was deposited up to there) wherever the line has a point."""
        timeline = self.lived.whole
        walked = timeline.walk(timeline.path.corners())
        return tuple((place, ledger.equity(marks), ledger.paid_in) for place, ledger, marks in walked)

    @cached_property
    def line(self) -> tuple[tuple[Decimal, Decimal], ...]:
        """(place, equity) at every corner of the path, and before and after what happens; straight in between."""
        return tuple((place, equity) for place, equity, _ in self._walked)

    @cached_property
    @exact
    def least_share(self) -> Decimal:
        """The least that was left: equity as a share of that at the opening and what was deposited since.

        ZERO where nothing was put in.
        """
        opening = self.line[0][1]
        shares = [equity / (opening + paid_in) for _, equity, paid_in in self._walked if opening + paid_in > 0]
        return max(ZERO, min(shares, default=ZERO))

    @cached_property
    def _lowest(self) -> tuple[list[Decimal], list[Decimal]]:
        """The places of the line, and the lowest equity up to each."""
        return [place for place, _ in self.line], list(accumulate((equity for _, equity in self.line), min))

    @exact
    def standing(self, place: Decimal) -> Standing:
        """What it comes to at a place, with what happened there."""
        rehearsal = self.lived
        place = rehearsal.within(place)
        ledger = Ledger.after(rehearsal.book, rehearsal.whole.until(place))
        equity = ledger.equity(rehearsal.path.marks(place))
        opened = sum(ledger.was_opened(index) for index in range(len(ledger.positions)))
        places, lowest = self._lowest
        before = lowest[max(0, bisect_right(places, place) - 1)]
        return Standing(
            equity=equity,
            lost=rehearsal.book.opening_cash + ledger.paid_in - ledger.cash_worth(rehearsal.path.marks(place)),
            lowest=min(before, equity),
            survivors=sum(ledger.is_open),
            liquidated=len(ledger.deaths),
            positions=opened,
            falls=tuple(fall for fall in self.falls if fall.place <= place),
        )

    @exact
    def triggers(self, position: str) -> tuple[tuple[Decimal, Decimal | None], ...]:
        """(place, liquidation price) of a position along the path, before and after all that happens.

        None where no price of its market liquidates it, or it is not open; KeyError for an unknown id.
        """
        timeline = self.lived.whole
        path, index = timeline.path, timeline.book.index_of(position)
        every = max(1, path.count // path.stride // LOOKS) * path.stride
        looks = [corner for corner in path.corners() if corner % every == 0]
        found = [(place, _trigger(ledger, marks, index)) for place, ledger, marks in timeline.walk(looks)]
        # at the opening what happens there has happened
        return tuple(found[1:] if len(found) > 1 and found[1][0] == 0 else found)


def _trigger(ledger: Ledger, marks: Marks, index: int) -> Decimal | None:
    if not ledger.is_open[index]:
        return None
    return liquidation_prices(Standings.at(ledger, marks)).get(index)


def lives_of(book: Book, scenario: Scenario, as_it_is: LivedRehearsal | None = None) -> tuple[Life, ...]:
    """The account as it is, all cross and all isolated on one path; what the user does there is done in each.

    What is held in one mode stays in it: no flip on the way is done there, and its title says always.

    Args:
        book: the account at the opening.
        scenario: its lived path.
        as_it_is: what happens to the account as it is, where that is known already.
    """
    lived: dict[str, LivedRehearsal] = {}
    found = []
    steady = scenario.without_flips
    for held in in_both_modes(GlideRehearsal(book, scenario.betas)):
        flips = steady != scenario and held.key != AS_IS
        variant = replace(held, title=held.title.replace("all", "always", 1), same_as="") if flips else held
        key = variant.same_as or variant.key
        if variant.rehearsal is not None and key not in lived:
            known = as_it_is if key == AS_IS else None
            lived[key] = known or lived_rehearsal(variant.rehearsal.book, steady if flips else scenario)
        found.append(Life(variant, None if variant.rehearsal is None else lived[key]))
    return tuple(found)


@dataclass(frozen=True)
class Offer:
    """A window, and what stands in for what it lacks."""

    window: WindowInfo
    stand_in: dict[str, str]
    """By market of the account that the window lacks: the symbol that it follows."""

    @property
    def title(self) -> str:
        """What the crash is called, with its date."""
        return f"{self.window.crash} {self.window.title}"

    @property
    def words(self) -> str:
        """Whose prices, how fine, how long; and what stands in."""
        window = self.window
        hours = round((window.end - window.start).total_seconds() / 3600)
        told = f"{window.kind.words}, {window.interval_words}, {hours} hours"
        stands = ", ".join(f"{source} for {symbol}" for symbol, source in self.stand_in.items())
        return f"{told}; {stands}" if stands else told


def offers(book: Book, chosen: dict[str, str] | None = None) -> tuple[Offer, ...]:
    """Every shipped window, those that have all markets of the account first, the newest crash before older ones.

    Those with the prints of collateral are among them where the account has some of it.

    Args:
        book: the account.
        chosen: stand-ins of the user's own, taken where a window has them.
    """
    held = [symbol for symbol, market in book.markets.items() if not market.still]
    known = (*windows(), *(window for window in collateral_windows() if _has_some(book, window)))
    found = [Offer(window, stand_ins(held, window.symbols, chosen or {})) for window in known]
    order = {window.id: n for n, window in enumerate(known)}
    newest = sorted(found, key=lambda offer: (offer.window.crash, -order[offer.window.id]), reverse=True)
    return tuple(sorted(newest, key=lambda offer: len(offer.stand_in)))


def _has_some(book: Book, window: CollateralWindow) -> bool:
    """Whether an account has an asset that a window has a print of."""
    own = [symbol for symbol, market in book.markets.items() if market.is_asset]
    return any(same_coin(symbol, window.printed) for symbol in own)


@exact
def deepest(offer: Offer, markets: Iterable[str]) -> tuple[str, Decimal]:
    """Which of some markets went furthest below its first price in a window, and how far: negative, or zero."""
    moves = {market: _lowest_move(offer.window.id, offer.stand_in.get(market, market)) for market in markets}
    market = min(moves, key=lambda market: moves[market])
    return market, moves[market]


@cache
@exact
def _lowest_move(window: str, symbol: str) -> Decimal:
    candles = [bar.candles[symbol] for bar in load_window(window).bars() if symbol in bar.candles]
    return min(ZERO, min(candle.low for candle in candles) / candles[0].open - ONE)


def stand_ins(held: Iterable[str], symbols: tuple[str, ...], chosen: dict[str, str]) -> dict[str, str]:
    """What each market that a history lacks follows: the user's choice, its own coin, else a large one."""
    found = {}
    for market in held:
        if chosen.get(market) in symbols:
            found[market] = chosen[market]
        elif market not in symbols:
            found[market] = nearest(market, symbols)
    return found
