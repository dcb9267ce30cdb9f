"""The accounts of a crowd on one market, each rehearsed exactly and once: what it trades and what it costs the fund."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from isocross.account.book import Book
from isocross.account.margin import notional
from isocross.cascade.events import Account, Event, EventKind
from isocross.cascade.ledger import Ledger
from isocross.cascade.solver import solve_jumps
from isocross.cascade.timeline import Timeline
from isocross.errors import IsocrossError
from isocross.figures.standings import Standings, queue_of
from isocross.money import ONE, ZERO, exact, text
from isocross.paths.glide import Glide
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.risk.crowd.policies import Winning
from isocross.risk.plain import is_plain
from isocross.work import Work

_ENDS = (EventKind.LIQUIDATION, EventKind.REDUCTION)


class CrowdError(IsocrossError, ValueError):
    """Say why an account cannot be one of a crowd."""


@dataclass(frozen=True)
class Impulse:
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


@dataclass(frozen=True)
class Member:
    """One account, and what happens to it when only this market glides."""

    name: str
    whole: Timeline[Glide]

    def happened(self, sizes: Sequence[Decimal], *, jumps: bool) -> tuple[Event, ...]:
        """What happens up to the last of some sizes of the move, gone to one after the other."""
        until = bisect_right(self.whole.happened, sizes[-1], key=lambda event: event.place)
        if not jumps or not until:
            return self.whole.happened[:until]
        return solve_jumps(self.whole.book, self.whole.path, sizes, Work()).happened


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
        self._held: list[Decimal] = []

    def add(self, name: str, book: Book) -> None:
        """Rehearse an account as one of them; raises CrowdError where its currency or its mark is another."""
        if not is_plain(book):
            raise CrowdError("the account has several collaterals: a crowd is of accounts with one")
        if self.currency and book.currency != self.currency:
            raise CrowdError(f"the account is in {book.currency}, and those before it in {self.currency}")
        if self.market in book.markets:
            mark = book.markets[self.market].mark
            if self.mark is not None and mark != self.mark:
                why = f"the mark of {self.market} is {text(mark)}, and {text(self.mark)} in the accounts before it"
                raise CrowdError(f"{why}: a crowd has one price")
            self.mark = mark
        self.currency = book.currency
        betas = {symbol: ONE if symbol == self.market else ZERO for symbol in book.markets}
        rehearsal = GlideRehearsal(replace(book, fund=None), betas, work=Work())
        whole = rehearsal.falling if self.direction < 0 else rehearsal.rising
        self.end = whole.limit if self.end is None else min(self.end, whole.limit)
        self._held += [notional(p, book.market_of(p).mark) for p in book.positions if p.market == self.market]
        self.members.append(Member(name, whole))

    @exact
    def impulses(self, sizes: Sequence[Decimal]) -> list[Impulse]:
        """List what the last of some sizes of the move does, after those before it."""
        before = sizes[-2] if len(sizes) > 1 else -ONE
        return [
            impulse
            for member, account in enumerate(self.members)
            for impulse in self._of(member, account.happened(sizes, jumps=self.jumps), account.whole.book)
            if before < impulse.place
        ]

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

    @property
    def held(self) -> Decimal:
        """What all of them hold in the market, long and short together, at its opening mark."""
        return sum(self._held, ZERO)

    def winners(self, sizes: Sequence[Decimal]) -> list[Winning]:
        """List every position that gains from a move to the last of some sizes."""
        return [winning for number in range(len(self.members)) for winning in self._winning(number, sizes)]

    @exact
    def _winning(self, number: int, sizes: Sequence[Decimal]) -> list[Winning]:
        """The open positions of an account that gain, as a policy sees them."""
        member = self.members[number]
        marks = member.whole.path.marks(sizes[-1])
        ledger = Ledger.after(member.whole.book, member.happened(sizes, jumps=self.jumps))
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
