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

from isocross.account.book import Book, Mode, Position, market_names
from isocross.cascade.events import Event, EventKind
from isocross.exchange.before import Before
from isocross.exchange.liquidations import Liquidated, Record
from isocross.format import price
from isocross.history.windows import window_at
from isocross.money import ONE, ZERO, exact, posting
from isocross.moves import place
from isocross.paths.bars import Bar, HistoryError, PricesAs, same_coin
from isocross.records import dataclass
from isocross.rehearsal.kinds import lived_rehearsal
from isocross.rehearsal.kinds.replay import plan_of, shipped_history
from isocross.rehearsal.lived import LivedRehearsal
from isocross.rehearsal.replay import ReplayRehearsal, replay
from isocross.rehearsal.scenario import PathKind
from isocross.rules.market import base_of
from isocross.studies.curves import in_one_mode
from isocross.studies.stops import stop_of
from isocross.studies.survive import CENT, least
from isocross.toml.faults import Fault, Faults, shown
from isocross.toml.places import listing
from isocross.workspace.build import book_of
from isocross.workspace.model import Workspace

MORE = Decimal("0.1")
"""By so much the margin is raised in one of the questions."""
Replaying = Callable[[Book], LivedRehearsal]
"""Walks an account through what happened."""
Stops = Mapping[str, Decimal]
"""Levels of stops by the names, ids or markets of positions; none: halfway to each liquidation."""


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

    def replaying(held: Book) -> LivedRehearsal:
        return ReplayRehearsal(replay(held, bars, plan_of(scenario), title=title), scenario)

    return replace(autopsy(book, record, replaying, (bars[0].time, bars[-1].time), stops), told=told)


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
    return autopsy(book_of(workspace), nothing, lambda book: lived_rehearsal(book, scenario), None, stops)


@exact
def autopsy(
    book: Book,
    record: Record,
    replaying: Replaying,
    span: tuple[datetime, datetime] | None,
    stops: Stops | None = None,
) -> Autopsy:
    """Walk an account through what happened; HistoryError where the history lacks a market of it.

    Args:
        book: the account from before.
        record: what the venue says of it; without fills nothing is set beside it.
        replaying: how an account is walked through.
        span: when that begins and ends; None: there is no clock.
        stops: of the question what stops would have changed.
    """
    lived = replaying(book)
    book = lived.book
    fallen = _liquidations(lived)
    beside = tuple(_beside(fill, book, fallen) for fill in record.fills)
    matched = {each.name for each in beside}
    names = market_names(book)
    here = tuple(dict.fromkeys(names[event.position] for event in fallen if event.position is not None))
    needs = _needs(book, replaying) if fallen else ()
    return Autopsy(
        lived,
        beside,
        tuple(name for name in here if record.fills and name not in matched),
        _otherwise(book, replaying, _stopped(lived, fallen, stops or {})),
        None if needs is None else sum((amount for _, amount in needs), ZERO),
        needs or (),
        sum(span is not None and not span[0] <= fill.moment <= span[1] for fill in record.fills),
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
        market = book.market_of(book.positions[index])
        if index not in levels and event.mark is not None:
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


def _otherwise(book: Book, replaying: Replaying, stopped: tuple[str, Book | str] | None) -> tuple[Otherwise, ...]:
    more = replace(
        book,
        wallet=posting(book.wallet * (ONE + MORE)),
        positions=tuple(
            held.with_margin(posting(held.margin * (ONE + MORE))) if held.mode is Mode.ISOLATED else held
            for held in book.positions
        ),
    )
    asked: list[tuple[str, Book | str]] = [
        ("all cross", in_one_mode(book, Mode.CROSS)),
        ("all isolated", in_one_mode(book, Mode.ISOLATED)),
        ("10 % more margin", more),
        *(() if stopped is None else (stopped,)),
    ]
    return tuple(
        Otherwise(title, refusal=held) if isinstance(held, str) else _ended(title, replaying(held))
        for title, held in asked
    )


def _ended(title: str, lived: LivedRehearsal) -> Otherwise:
    names = market_names(lived.book)
    gone = tuple(names[event.position] for event in _liquidations(lived) if event.position is not None)
    return Otherwise(title, gone, lived.frame(lived.path.end).account.equity)


def _needs(book: Book, replaying: Replaying) -> tuple[tuple[str, Decimal], ...] | None:
    """Find the least cash that would have held everything: of each isolated position by itself, then of the wallet."""
    names, needs, held = market_names(book), [], book
    most = int(sum(p.quantity * book.markets[p.market].mark for p in book.positions) / CENT)
    for index, position in enumerate(book.positions):
        if position.mode is not Mode.ISOLATED or index not in _gone(replaying(held)):
            continue
        cents = least(partial(_holds, held, index, replaying), most)
        if cents is None:
            return None
        needs.append((names[index], cents * CENT))
        held = _into(held, index, cents * CENT)
    if _gone(replaying(held)):
        cents = least(lambda number: not _gone(replaying(replace(held, wallet=held.wallet + number * CENT))), most)
        if cents is None:
            return None
        needs.append(("", cents * CENT))
    return tuple(needs)


def _holds(book: Book, index: int, replaying: Replaying, cents: int) -> bool:
    """Whether an isolated position survives with so much more."""
    return index not in _gone(replaying(_into(book, index, cents * CENT)))


def _gone(lived: LivedRehearsal) -> frozenset[int]:
    return frozenset(event.position for event in _liquidations(lived) if event.position is not None)


def _into(book: Book, index: int, cash: Decimal) -> Book:
    """Put cash from elsewhere into an isolated position."""

    def raised(at: int, held: Position) -> Position:
        return held.with_margin(held.margin + cash) if at == index else held

    positions = tuple(raised(at, held) for at, held in enumerate(book.positions))
    return replace(book, wallet=book.wallet + cash, positions=positions)
