"""After the fact: an account from before is walked through what happened, and through it again had it been otherwise.

Who was liquidated, when and at what mark is compared with the record of the venue. Each "otherwise" is the engine's
own replay of a changed account, the least cash too: it is found by halving, and the account with it is replayed once
more, as its judge.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import partial

from isocross.account.book import Book, Mode, market_names
from isocross.account.margin import worth
from isocross.cascade.events import Event, EventKind, Tested
from isocross.exchange.before import Before
from isocross.exchange.liquidations import Liquidated, Record
from isocross.format import percent, price
from isocross.history.windows import window_at
from isocross.money import ONE, ZERO, exact, posting
from isocross.moves import place
from isocross.moves.move import Do, Move, Planned
from isocross.paths.bars import Bar, HistoryError, PricesAs, same_coin
from isocross.records import dataclass
from isocross.rehearsal.kinds import lived_rehearsal
from isocross.rehearsal.kinds.replay import plan_of, shipped_history
from isocross.rehearsal.lived import LivedRehearsal
from isocross.rehearsal.replay import ReplayRehearsal, replay
from isocross.rehearsal.scenario import PathKind, Scenario
from isocross.rules.market import base_of
from isocross.studies.curves import in_one_mode
from isocross.studies.stops import stop_of
from isocross.studies.survive import least
from isocross.toml.faults import Fault, Faults, shown
from isocross.toml.places import listing
from isocross.workspace.build import book_of
from isocross.workspace.model import Workspace

RISES = 50
"""So many times what all positions are worth at the opening is the most cash that is tried: a short can need it."""
MORE = Decimal("0.1")
"""By so much the margin is raised in one of the questions."""
Replaying = Callable[[Book, Scenario], LivedRehearsal]
"""Walks an account through what happened, with what the user did on the way."""
Stops = Mapping[str, Decimal]
"""Levels of stops by the names, ids or markets of positions; none: halfway to each liquidation."""


@dataclass(frozen=True)
class Walk:
    """What happened to an account: prices, and what the user did on the way."""

    replaying: Replaying
    scenario: Scenario
    span: tuple[datetime, datetime] | None = None
    """When it begins and ends; None: there is no clock."""

    def of(self, book: Book) -> LivedRehearsal:
        """Walk an account through it."""
        return self.replaying(book, self.scenario)

    def with_margin(self, book: Book, index: int, until: Decimal, cash: Decimal) -> tuple[Book, Walk]:
        """Put cash from elsewhere into a position that is isolated at a place: when it opens, or at its last flip."""
        position, moves = book.positions[index], self.scenario.moves
        flips = [n for n, each in enumerate(moves)
                 if each.at <= until and each.move.do is Do.FLIP and each.move.position == position.id]  # fmt: skip
        richer = replace(book, wallet=book.wallet + cash)
        if not flips:
            return richer.with_position(position.with_margin(position.margin + cash)), self
        added = Planned(moves[flips[-1]].at, Move(Do.ADD_MARGIN, position.id, cash))
        planned = (*moves[: flips[-1] + 1], added, *moves[flips[-1] + 1 :])
        return richer, replace(self, scenario=replace(self.scenario, moves=planned))


@dataclass(frozen=True)
class Otherwise:
    """What would have happened to a changed account."""

    title: str
    liquidated: tuple[str, ...] = ()
    """Who would have been, in order."""
    equity: Decimal = ZERO
    """At the end."""
    refusal: str = ""
    """Why it could not have been so; empty: it could."""


@dataclass(frozen=True)
class Beside:
    """A liquidation of the record beside ours."""

    recorded: Liquidated
    name: str = ""
    """Of the position here; empty: nothing here was liquidated in that market and on that side."""
    mark: Decimal | None = None
    """Ours."""


@dataclass(frozen=True)
class Autopsy:
    """An account that was walked through what happened to it."""

    rehearsal: LivedRehearsal
    beside: tuple[Beside, ...]
    unrecorded: tuple[str, ...]
    """Who is liquidated here and not in the record."""
    otherwise: tuple[Otherwise, ...]
    cash: Decimal | None
    """The least more that would have held everything, in cents; None: none would have."""
    cash_for: tuple[tuple[str, Decimal], ...] = ()
    """Where it would have had to be: positions, and the wallet by an empty name."""
    outside: int = 0
    """Fills of the record from before the history or after it."""
    told: tuple[str, ...] = ()
    """How the account and its marks came about, where that was worked out."""


@exact
def walked(
    account: Workspace | Before, record: Record, bars: Sequence[Bar], title: str, stops: Stops | None = None
) -> Autopsy:
    """Walk an account through the candles of what happened to it.

    A rebuilt account begins with the first candle from which on only marks moved, at the prices of the candles.

    Args:
        account: the account from before.
        record: what the venue says of it.
        bars: the candles.
        title: of the candles.
        stops: of the question what stops would have changed.

    Raises:
        HistoryError: where the candles lack a market of the account, or begin after all.
        Faults: where a stop is of no position.
    """
    told: tuple[str, ...] = ()
    if isinstance(account, Before):
        since, told, workspace = account.since, account.told, account.workspace
        bars = [bar for bar in bars if since is None or bar.time >= since]
        if not bars:
            raise HistoryError(f"the candles end before the account was as it is here, at {since:%Y-%m-%d %H:%M}")
        workspace = replace(workspace, scenario=replace(workspace.scenario, prices=PricesAs.REAL))
    else:
        workspace = account
    book = book_of(workspace)
    known = bars[0].candles
    followed = {s: other for s in book.markets if s not in known and (other := same_coin(s, known)) is not None}
    stand_in = {**followed, **workspace.scenario.stand_in}
    told += tuple(f"{symbol} follows {stand_in[symbol]} of the candles" for symbol in followed)
    scenario = replace(workspace.scenario, path=PathKind.REPLAY, stand_in=stand_in)

    def replaying(held: Book, done: Scenario) -> LivedRehearsal:
        return ReplayRehearsal(replay(held, bars, plan_of(done), title=title), done)

    walk = Walk(replaying, scenario, (bars[0].time, bars[-1].time))
    return replace(autopsy(book, record, walk, stops), told=told)


def candles_of(record: Record, window: str | None = None) -> tuple[tuple[Bar, ...], str]:
    """Find the shipped candles that a record was in, or those of a name, with their title; raises HistoryError."""
    first = record.fills[0].moment
    name = window or window_at(first)
    if name is None:
        raise HistoryError(f"no shipped history has {first:%Y-%m-%d %H:%M}, when the first was liquidated")
    history = shipped_history(name)
    return tuple(history.bars()), history.title


def of_own_path(workspace: Workspace, stops: Stops | None = None) -> Autopsy:
    """Look into what a lived path of an account's own does to it; ValueError where its path is not lived."""
    scenario, nothing = workspace.scenario, Record("", (), 0)
    if scenario.path is PathKind.REPLAY:
        history = shipped_history(scenario.window or "")
        return walked(workspace, nothing, tuple(history.bars()), history.title, stops)
    return autopsy(book_of(workspace), nothing, Walk(lived_rehearsal, scenario), stops)


@exact
def autopsy(book: Book, record: Record, walk: Walk, stops: Stops | None = None) -> Autopsy:
    """Walk an account through what happened; HistoryError where the history lacks a market of it.

    Args:
        book: the account from before.
        record: what the venue says of it; without fills nothing is set beside it.
        walk: what happened, and how an account is walked through it.
        stops: of the question what stops would have changed.
    """
    lived = walk.of(book)
    book = lived.book
    fallen = _liquidations(lived)
    beside = tuple(_beside(fill, book, fallen) for fill in record.fills)
    matched = {each.name for each in beside}
    names = market_names(book)
    here = tuple(dict.fromkeys(names[event.position] for event in fallen if event.position is not None))
    needs = _needs(book, walk) if fallen else ()
    return Autopsy(
        lived,
        beside,
        tuple(name for name in here if record.fills and name not in matched),
        _otherwise(book, walk, _stopped(lived, fallen, stops or {})),
        None if needs is None else sum((amount for _, amount in needs), ZERO),
        needs or (),
        sum(walk.span is not None and not walk.span[0] <= fill.moment <= walk.span[1] for fill in record.fills),
    )


def _liquidations(lived: LivedRehearsal) -> tuple[Event, ...]:
    kinds = (EventKind.LIQUIDATION,)
    return tuple(event for event in lived.whole.events if event.kind in kinds and event.position is not None)


def _beside(fill: Liquidated, book: Book, fallen: tuple[Event, ...]) -> Beside:
    names = market_names(book)
    for event in fallen:
        index = event.position or 0
        held = book.positions[index]
        alike = base_of(held.market, book.currency) == base_of(base_of(fill.market, book.currency), "USDT")
        if (held.market == fill.market or alike) and str(held.side) == fill.side:
            return Beside(fill, names[index], event.mark)
    return Beside(fill)


def _stopped(lived: LivedRehearsal, fallen: Sequence[Event], stops: Stops) -> tuple[str, Book | str] | None:
    """The account with stops, or why it cannot have them; None where nothing is liquidated and none were asked for."""
    book, names = lived.book, market_names(lived.book)
    levels = _levels(book, stops)
    for event in () if stops else fallen:
        index = event.position or 0
        market, side = book.market_of(book.positions[index]), book.positions[index].side
        # one that the pool took with it while it was ahead of its opening mark has no stop on the way there
        if index not in levels and event.mark is not None and side.sign * (event.mark - market.mark) < 0:
            middle = (market.mark + event.mark) / 2
            levels[index] = (middle / market.grid).to_integral_value() * market.grid
    if not levels:
        return None
    said = (f"{names[index]} at {price(level, book.market_of(book.positions[index]).grid)}"
            for index, level in levels.items())  # fmt: skip
    how = "a stop" if stops else "a stop halfway to each liquidation"
    title = f"with {how}: {', '.join(said)}"
    for index, level in levels.items():
        outcome = place(book, stop_of(book, book.positions[index], level))
        if outcome.after is None:
            return title, str(outcome.refusal)
        book = outcome.after
    return title, book


def _levels(book: Book, stops: Stops) -> dict[int, Decimal]:
    """Find the positions of stops; raises Faults."""
    found = {}
    for name, level in stops.items():
        called = [{names.upper(), held.id.upper(), held.market.upper()}
                  for names, held in zip(market_names(book), book.positions, strict=True)]  # fmt: skip
        index = next((n for n, each in enumerate(called) if name.upper() in each), None)
        if index is None:
            raise Faults("a stop", [Fault("", f"no position is called {shown(name)}", listing(market_names(book)))])
        found[index] = level
    return found


def _otherwise(book: Book, walk: Walk, stopped: tuple[str, Book | str] | None) -> tuple[Otherwise, ...]:
    more = replace(
        book,
        wallet=book.wallet + _more_cash(book),
        positions=tuple(
            held.with_margin(posting(held.margin * (ONE + MORE))) if held.mode is Mode.ISOLATED else held
            for held in book.positions
        ),
    )
    steady = replace(walk, scenario=walk.scenario.without_flips)
    every = "all" if steady == walk else "always"
    asked: list[tuple[str, Book | str, Walk]] = [
        *((f"{every} {mode}", in_one_mode(book, mode), steady) for mode in Mode),
        (_more_words(book), more, walk),
        *(() if stopped is None else ((*stopped, walk),)),
    ]
    return tuple(
        Otherwise(title, refusal=held) if isinstance(held, str) else _ended(title, through.of(held))
        for title, held, through in asked
    )


def _more_words(book: Book) -> str:
    """Say what is added, in cash and as a share: to the wallet, and of it to each isolated margin."""
    share = percent(MORE, 0)
    isolated = any(held.mode is Mode.ISOLATED for held in book.positions)
    each = f", each isolated margin {share} larger" if isolated else ""
    of_all = " of all assets" if book.coins else ""
    return f"{book.amounts(_more_cash(book))} more in the wallet ({share}{of_all}){each}"


def _more_cash(book: Book) -> Decimal:
    """So much more is in the wallet: a share of it, where several assets back the account of what they are worth."""
    marks = {symbol: market.mark for symbol, market in book.markets.items()}
    return posting(book.opening_cash * MORE / book.coin_price("", marks))


def _ended(title: str, lived: LivedRehearsal) -> Otherwise:
    names = market_names(lived.book)
    gone = tuple(names[event.position] for event in _liquidations(lived) if event.position is not None)
    return Otherwise(title, gone, lived.frame(lived.path.end).account.equity)


def _needs(book: Book, walk: Walk) -> tuple[tuple[str, Decimal], ...] | None:
    """Find the least cash that would have held everything: of each isolated position by itself, then of the wallet."""
    names, needs, falls = market_names(book), [], _falls(walk.of(book))
    for index in range(len(book.positions)):
        fall = falls.get(index)
        if fall is None or fall.figures.tested is not Tested.ISOLATED:
            continue
        with_more = partial(walk.with_margin, book, index, fall.place)
        cash = _least_cash(book, partial(_holds, with_more, index))
        if cash is None:
            return None
        needs.append((names[index], cash))
        book, walk = with_more(cash)
        falls = _falls(walk.of(book))
    if falls:
        cash = _least_cash(book, lambda cash: not _falls(walk.of(replace(book, wallet=book.wallet + cash))))
        if cash is None:
            return None
        needs.append(("", cash))
    return tuple(needs)


def _least_cash(book: Book, holds: Callable[[Decimal], bool]) -> Decimal | None:
    """Find the least cash that holds, to the last digit shown; None where none up to so many times their worth does."""
    step = book.amounts.step
    held = int(sum(worth(p.kind, p.quantity, book.markets[p.market].mark) for p in book.positions) / step)
    found = (least(lambda units: holds(units * step), most) for most in (held, held * RISES))
    return next((units * step for units in found if units is not None), None)


def _holds(with_more: Callable[[Decimal], tuple[Book, Walk]], index: int, cash: Decimal) -> bool:
    """Whether an isolated position survives with so much more."""
    book, walk = with_more(cash)
    return index not in _falls(walk.of(book))


def _falls(lived: LivedRehearsal) -> dict[int, Event]:
    """The last liquidation of each position that has one."""
    return {event.position: event for event in _liquidations(lived) if event.position is not None}
