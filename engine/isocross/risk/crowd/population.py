"""The accounts of a crowd on one market, each rehearsed exactly and once: what it trades and what it costs the fund."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from isocross.account.book import Book
from isocross.account.margin import notional
from isocross.cascade.events import Account, Event, EventKind
from isocross.cascade.ledger import Ledger
from isocross.cascade.solver import solve, solve_jumps
from isocross.errors import IsocrossError
from isocross.figures.standings import Standings, queue_of
from isocross.format import grouped
from isocross.money import ONE, ZERO, exact
from isocross.paths.glide import Glide
from isocross.records import dataclass
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.risk.crowd.policies import Winning
from isocross.risk.plain import is_plain
from isocross.work import Work

_ENDS = (EventKind.LIQUIDATION, EventKind.REDUCTION)


class CrowdError(IsocrossError, ValueError):
    """Say why an account cannot be one of a crowd."""


class Impulse(NamedTuple):
    """What one event does to the others."""

    place: Decimal
    """The size of the move at which it happens."""
    member: int
    sold: Decimal
    """What is traded in the direction of the move, as notional there; negative: against it."""
    to_fund: Decimal
    """What the fund gets; negative: pays."""
    ends: bool
    """Whether a position is liquidated, in whole or in part."""


def _place(impulse: Impulse) -> Decimal:
    return impulse.place


@dataclass(frozen=True, slots=True)
class Member:
    """One account of the crowd; a million of them have to fit."""

    name: str
    since: Decimal | None
    """The size of the move at which the first thing happens to it, on a glide; None: nothing does."""
    gains: bool
    """Whether it has a position that gains from the move."""
    again: Callable[[], Book]
    """Reads the account once more."""


Sizes = Sequence[Decimal]
"""The sizes of the move at the ends of some rounds, which rise."""


class Crowd:
    """Accounts that share one market and its mark."""

    def __init__(self, market: str, direction: int, *, jumps: bool = False) -> None:
        """Begin with nobody.

        Args:
            market: the symbol of the market that moves.
            direction: −1 for a drop, +1 for a rise.
            jumps: whether the price of each round is there at once, so that what is liquidated is closed at it; else it
                glides there, and each is closed at its own liquidation price.
        """
        self.market, self.direction, self.jumps = market, direction, jumps
        self.members: list[Member] = []
        self.mark: Decimal | None = None
        self.currency = ""
        self.end: Decimal | None = None
        """How far the market can move at most."""
        self.held = ZERO
        """What all of them hold in the market, long and short together, at its opening mark."""
        self._impulses: list[Impulse] = []
        """Of all members on a glide to the end, by their places."""
        self._in_order = True
        self._over: dict[int, Sizes] = {}
        """Of members who have nothing left, the sizes of the move after which it was gone."""

    def add(self, name: str, book: Book, again: Callable[[], Book] | None = None) -> None:
        """Rehearse an account as one of them; raises CrowdError where its currency or its mark is another.

        Args:
            name: of the account.
            book: the account.
            again: reads it once more where it is needed again; without it the account is kept.
        """
        self._check(book)
        if self.market in book.markets:
            self.mark = book.markets[self.market].mark
        self.currency = book.currency
        rehearsal = GlideRehearsal(replace(book, fund=None), self._betas(book), work=Work())
        whole = rehearsal.falling if self.direction < 0 else rehearsal.rising
        self.end = whole.limit if self.end is None else min(self.end, whole.limit)
        own = [position for position in book.positions if position.market == self.market]
        self.held += sum((notional(position, book.market_of(position).mark) for position in own), ZERO)
        gains = any(position.side.sign * self.direction > 0 for position in own)
        self._impulses += self._of(len(self.members), whole.happened, book)
        self._in_order = False
        since = whole.happened[0].place if whole.happened else None
        self.members.append(Member(name, since, gains, again or (lambda: book)))

    def _check(self, book: Book) -> None:
        if not is_plain(book):
            raise CrowdError("the account has several collaterals: a crowd is of accounts with one")
        if self.currency and book.currency != self.currency:
            raise CrowdError(f"the account is in {book.currency}, and those before it in {self.currency}")
        mark = book.markets[self.market].mark if self.market in book.markets else self.mark
        if self.mark is not None and mark is not None and mark != self.mark:
            why = f"the mark of {self.market} is {grouped(mark)}, and {grouped(self.mark)} in the accounts before it"
            raise CrowdError(f"{why}: a crowd has one price")

    def _betas(self, book: Book) -> dict[str, Decimal]:
        return {symbol: ONE if symbol == self.market else ZERO for symbol in book.markets}

    @exact
    def impulses(self, sizes: Sizes) -> list[Impulse]:
        """List what the last of some sizes of the move does, after those before it."""
        if not self._in_order:
            self._impulses.sort()
            self._in_order = True
        before = sizes[-2] if len(sizes) > 1 else -ONE
        if not self.jumps:
            since, until = (bisect_right(self._impulses, size, key=_place) for size in (before, sizes[-1]))
            return self._impulses[since:until]
        # whoever comes to anything on the way there is closed at the price of a round
        touched = [n for n, one in enumerate(self.members) if one.since is not None and one.since <= sizes[-1]]
        found: list[Impulse] = []
        for member, book in self._read(n for n in touched if not self._is_over(n, sizes)):
            happened = self._happened(book, sizes)
            found += (impulse for impulse in self._of(member, happened, book) if before < impulse.place)
            if not book.orders and not any(Ledger.after(book, happened).is_open):
                self._over[member] = tuple(sizes)
        return found

    def _is_over(self, member: int, sizes: Sizes) -> bool:
        """Whether a member had nothing left before the last of some sizes: nothing more comes of it then."""
        gone = self._over.get(member)
        return gone is not None and len(gone) < len(sizes) and tuple(sizes[: len(gone)]) == gone

    def _read(self, members: Iterable[int]) -> Iterator[tuple[int, Book]]:
        return ((member, replace(self.members[member].again(), fund=None)) for member in members)

    def _happened(self, book: Book, sizes: Sizes) -> tuple[Event, ...]:
        """What happens to an account up to the last of some sizes, gone to one after the other."""
        glide = Glide.common(book, self._betas(book), self.direction)
        solved = solve_jumps(book, glide, sizes, Work()) if self.jumps else solve(book, glide, sizes[-1], Work())
        return solved.happened

    def _of(self, member: int, happened: Iterable[Event], book: Book) -> Iterator[Impulse]:
        for event in happened:
            to_fund = sum((leg.amount for leg in event.postings if leg.account is Account.FUND), ZERO)
            sold = self._sold(event, book) if event.kind in _ENDS else ZERO
            if event.kind in _ENDS or to_fund:
                yield Impulse(event.place, member, sold, to_fund, event.kind in _ENDS)

    def _sold(self, event: Event, book: Book) -> Decimal:
        """What a close trades in the direction of the move: a long that is closed is sold."""
        if event.position is None or event.mark is None:
            return ZERO
        position = book.seats[event.position]
        if position.market != self.market:
            return ZERO
        quantity = event.figures.quantity or position.quantity
        value = quantity if position.inverse else quantity * event.mark
        return -position.side.sign * self.direction * value

    def winners(self, rounds: Sequence[Sizes]) -> list[list[Winning]]:
        """List every position that gains from a move, for the end of each of some rounds; each account is read once."""
        found: list[list[Winning]] = [[] for _ in rounds]
        for member, book in self._read(n for n, one in enumerate(self.members) if one.gains and rounds):
            for winners, sizes in zip(found, rounds, strict=True):
                winners.extend(self._winning(member, book, sizes))
        return found

    @exact
    def _winning(self, number: int, book: Book, sizes: Sizes) -> list[Winning]:
        """The open positions of an account that gain, as a policy sees them."""
        marks = Glide.common(book, self._betas(book), self.direction).marks(sizes[-1])
        ledger = Ledger.after(book, self._happened(book, sizes))
        standings = Standings.at(ledger, marks)
        queue, equity = queue_of(standings), ledger.equity(marks)
        found = []
        for i, pnl in standings.pnl.items():
            position = standings.positions[i]
            gains = position.side.sign * self.direction > 0
            if position.market == self.market and gains and pnl > 0 and equity > 0:
                score = queue[i].score if i in queue else pnl / position.initial_margin
                leverage = notional(position, marks[self.market]) / equity
                found.append(Winning(number, position.id, pnl, equity, score, leverage))
        return found
