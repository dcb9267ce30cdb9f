"""What a picture to share says of an account: the move, who is liquidated first and where, what each mode leaves."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from isocross.account.book import Book
from isocross.figures.frame import Frame
from isocross.format import IN_USD, percent, price
from isocross.money import ONE, ZERO, exact
from isocross.paths.shock import Shock
from isocross.records import dataclass
from isocross.rehearsal.kinds import type_of
from isocross.rehearsal.lived import LivedRehearsal
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.rules.market import base_of
from isocross.rules.profile import Profile
from isocross.studies.replays import Life, LivedFall, lives_of
from isocross.studies.twin import AS_IS, ASIDE, Fall, Result, Tally, Twin, Variant
from isocross.workspace.model import Workspace


@dataclass(frozen=True)
class Side:
    """What one mode leaves."""

    title: str
    left: str = ""
    """Equity at the end; empty: it cannot be set up."""
    share: Decimal = ZERO
    """Of the largest amount on the card, from 0 to 1."""
    told: str = ""
    """How many are open, and who is liquidated first; else why it cannot be set up."""


@dataclass(frozen=True)
class Card:
    """Every word of the picture."""

    name: str
    account: str
    """The venue, the wallet, and how many positions."""
    positions: tuple[str, ...]
    move: str
    """The common move; of a lived path its name; empty where markets go ways of their own."""
    path: bool
    """Whether it is a lived path, and no move."""
    markets: str
    """How far each market goes."""
    first: str
    """Who is liquidated first, and at which mark; or that nobody is."""
    where: str
    """At which move, or when."""
    sides: tuple[Side, ...]
    rules: str
    """Whose rules, and of when."""


@exact
def card_of_glide(workspace: Workspace, rehearsal: GlideRehearsal, shock: Shock) -> Card:
    """Tell of an account under a shock."""
    results = [side for side in Twin(rehearsal).sides(shock) if side.variant.key not in ASIDE]
    tallies = [None if r.variant.same_as else r.tally for r in results]
    most = _most(rehearsal.book, (t.equity for t in tallies if t is not None))
    own = results[0].tally
    assert own is not None, "the account as it is can always be set up"
    whole = shock if isinstance(shock, Decimal) else None
    first, where = _first(own.first_fall, own.frame, common=whole is not None)
    sides = tuple(
        _side(r, _same(r.variant, (x.variant for x in results)), most) for r in results if not r.variant.same_as
    )
    return _card(
        workspace,
        own.frame,
        move="" if whole is None else percent(whole, plus="+"),
        path=False,
        first=first,
        where=where,
        sides=sides,
    )


@exact
def card_of_path(workspace: Workspace, rehearsal: LivedRehearsal) -> Card:
    """Tell of an account at the end of its lived path."""
    lives = lives_of(rehearsal.book, workspace.scenario, rehearsal)
    shown = [life for life in lives if not life.variant.same_as]
    frame = rehearsal.frame(rehearsal.path.end)
    most = _most(rehearsal.book, (_end(life).account.equity for life in shown if life.rehearsal is not None))
    falls = lives[0].falls
    return _card(
        workspace,
        frame,
        move=type_of(workspace.scenario).called(workspace.scenario),
        path=True,
        first=_fell(falls[0], frame) if falls else "Nobody",
        where=rehearsal.path.at_words(falls[0].place) if falls else "on this path",
        sides=tuple(_lived_side(life, _same(life.variant, (x.variant for x in lives)), most) for life in shown),
    )


def _card(workspace: Workspace, frame: Frame, *, move: str, path: bool, first: str, where: str,
          sides: tuple[Side, ...]) -> Card:  # fmt: skip
    book = frame.book
    count = len(book.positions)
    held = f"{count} position{'' if count == 1 else 's'}"
    return Card(
        name=workspace.name,
        account=f"{book.profile.title} · {_wallet(book)} · {held}",
        positions=tuple(
            f"{p.side} {base_of(p.market, book.currency)} {p.leverage.normalize():f}x {p.mode}" for p in book.positions
        ),
        move=move,
        path=path,
        markets=_markets(frame),
        first=first,
        where=where,
        sides=sides,
        rules=_rules(book.profile),
    )


def _markets(frame: Frame) -> str:
    """How far each market went from its opening mark."""
    book = frame.book
    ends = {row.position.market: row.mark for row in frame.positions}
    return " · ".join(
        f"{base_of(symbol, book.currency)} {percent(mark / book.markets[symbol].mark - ONE, plus='+')}"
        for symbol, mark in ends.items()
    )


def _first(fall: Fall | None, frame: Frame, *, common: bool) -> tuple[str, str]:
    if fall is None:
        return "Nobody", "however far this move goes on"
    place = f"at {percent(fall.move, plus='+')}" if common else f"after {percent(fall.move)} of the way"
    mark = _at(fall.mark, fall.position, frame)
    if fall.happened:
        return f"{fall.name}{mark}", place
    put = f" ({percent(fall.move, plus='+')})" if common else f", {place}"
    return "Nobody", f"{fall.name} would be liquidated{mark}{put}"


def _fell(fall: LivedFall, frame: Frame) -> str:
    return f"{fall.name}{_at(fall.event.mark, fall.position, frame)}"


def _at(mark: Decimal | None, position: str, frame: Frame) -> str:
    """The mark of a liquidation, in the steps of its market; one of the whole pool has none."""
    if mark is None:
        return ""
    held = next(seat for seat in frame.book.seats if seat.id == position)
    return f" at {price(mark, frame.book.market_of(held).grid)}"


def _side(result: Result, title: str, most: Decimal) -> Side:
    tally = result.tally
    if tally is None:
        return Side(title, told=f"cannot be set up: {result.variant.refusal}")
    return Side(title, tally.amounts(tally.equity), _share(tally.equity, most), _told(tally))


def _wallet(book: Book) -> str:
    """What is in the account; of several assets what they are worth together, and which they are."""
    if not book.coins:
        return f"wallet {book.amounts(book.wallet)} {book.currency}"
    return f"wallet {IN_USD(book.opening_cash)} USD in {', '.join(coin.name for coin in book.coins)}"


def _told(tally: Tally) -> str:
    first = tally.first_fall
    who = f" · {first.name} liquidated first" if first is not None and first.happened else ""
    return f"{tally.survivors} of {tally.positions} open{who}"


def _lived_side(life: Life, title: str, most: Decimal) -> Side:
    if life.rehearsal is None:
        return Side(title, told=f"cannot be set up: {life.variant.refusal}")
    end, money = life.standing(life.lived.path.end), life.book.amounts
    who = f" · {end.first.name} liquidated first" if end.first is not None else ""
    return Side(title, money(end.equity), _share(end.equity, most), f"{end.survivors} of {end.positions} open{who}")


def _end(life: Life) -> Frame:
    return life.lived.frame(life.lived.path.end)


def _same(variant: Variant, others: Iterable[Variant]) -> str:
    """A variant's title, with those of the variants that equal it."""
    title = "as it is" if variant.key == AS_IS else variant.title
    return " = ".join((title, *(other.title for other in others if other.same_as == variant.key)))


def _most(book: Book, equities: Iterable[Decimal]) -> Decimal:
    return max((book.opening_cash, *equities))


def _share(equity: Decimal, most: Decimal) -> Decimal:
    return max(ZERO, equity / most) if most > ZERO else ZERO


def _rules(profile: Profile) -> str:
    """Whose rules, how the account changes them, and of when they are."""
    changed = dict(profile.overrides)
    one_way = ", one-way" if changed.pop("hedge_mode", None) is False else ""
    own = ", changed by the account's file" if changed else ""
    # a text without a date says what it is
    told = profile.source if profile.as_of == "undated" else profile.as_of
    title = re.sub("^The ", "the ", profile.title)
    return f"Rules of {title}{one_way}{own}: {told}"
