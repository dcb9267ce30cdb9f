"""After the fact: an account from before is walked through what happened, and through it again had it been otherwise.

Who was liquidated, when and at what mark is compared with the record of the venue. Each "otherwise" is the engine's
own replay of a changed account, the least cash too: it is found by halving, and the account with it is replayed once
more, as its judge.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import partial

from isocross.account.book import Book, Mode, Position, market_names
from isocross.cascade.events import Event, EventKind
from isocross.exchange.liquidations import Liquidated, Record
from isocross.money import ONE, ZERO, exact, posting
from isocross.records import dataclass
from isocross.rehearsal.lived import LivedRehearsal
from isocross.rules.market import base_of
from isocross.studies.curves import in_one_mode
from isocross.studies.survive import CENT, least

MORE = Decimal("0.1")
"""By so much the margin is raised in one of the questions."""
Replaying = Callable[[Book], LivedRehearsal]
"""Walks an account through what happened."""


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


@exact
def autopsy(book: Book, record: Record, replaying: Replaying, span: tuple[datetime, datetime]) -> Autopsy:
    """Walk an account through what happened; HistoryError where the history lacks a market of it.

    Args:
        book: the account from before.
        record: what the venue says of it.
        replaying: how an account is walked through.
        span: when that begins and ends.
    """
    lived = replaying(book)
    fallen = _liquidations(lived)
    beside = tuple(_beside(fill, book, fallen) for fill in record.fills)
    matched = {each.name for each in beside}
    names = market_names(book)
    here = tuple(dict.fromkeys(names[event.position] for event in fallen if event.position is not None))
    needs = _needs(book, replaying) if fallen else ()
    return Autopsy(
        lived,
        beside,
        tuple(name for name in here if name not in matched),
        _otherwise(book, replaying),
        None if needs is None else sum((amount for _, amount in needs), ZERO),
        needs or (),
        sum(not span[0] <= fill.moment <= span[1] for fill in record.fills),
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


def _otherwise(book: Book, replaying: Replaying) -> tuple[Otherwise, ...]:
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
