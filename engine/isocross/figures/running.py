"""An account along a timeline: its equity from running sums, each event changing only what it concerns."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from decimal import Decimal

from isocross.account.book import Book
from isocross.account.margin import unrealised_pnl
from isocross.cascade.events import MARGIN, POOL, Event
from isocross.cascade.ledger import Ledger
from isocross.cascade.timeline import Timeline
from isocross.money import ZERO
from isocross.paths.path import Path


class Running:
    """A ledger, and sums of what is open.

    The PnL of a linear market is its net exposure × mark − what the positions were worth where they count from; of
    inverse ones it is a quotient for each, which is rounded, so they are not summed up.
    """

    def __init__(self, book: Book) -> None:
        """Stand at the opening."""
        self.ledger = Ledger(book)
        self._wallet = self.ledger.wallet
        self._began = ZERO
        self._net: dict[str, Decimal] = {}
        self._bent: set[int] = set()
        for index in range(len(book.positions)):
            self._count(index, 1)

    @classmethod
    def after(cls, glide: Timeline[Path], place: Decimal) -> Running:
        """Stand at a place of a glide, what happens there included."""
        account = cls(glide.book)
        for event in glide.happened[: bisect_right(glide.happened, place, key=lambda event: event.place)]:
            account.apply(event)
        return account

    @property
    def standing(self) -> frozenset[str]:
        """Ids of the positions that are open."""
        ledger = self.ledger
        return frozenset(p.id for p, alive in zip(ledger.positions, ledger.is_open, strict=True) if alive)

    def apply(self, event: Event) -> None:
        """Book an event."""
        touched = {index for index, _ in event.became}
        if event.position is not None:
            touched.add(event.position)
        for index in touched:
            self._count(index, -1)
        self.ledger.apply(event)
        for index in touched:
            self._count(index, 1)
        self._wallet += sum((leg.amount for leg in event.postings if leg.account in (POOL, MARGIN)), ZERO)

    def equity(self, marks: Mapping[str, Decimal]) -> Decimal:
        """Equity of the account at these marks = wallet + unrealised PnL of what is open, in its currency."""
        if self.ledger.book.coins:
            return self.ledger.equity(marks)
        straight = sum((net * marks[market] for market, net in self._net.items() if net), self._wallet - self._began)
        positions = self.ledger.positions
        bent = (unrealised_pnl(positions[i], marks[positions[i].market]) for i in sorted(self._bent))
        return straight + sum(bent, ZERO)

    def _count(self, index: int, sign: int) -> None:
        """Put an open position in (1) or take it out (−1)."""
        if not self.ledger.is_open[index]:
            return
        position = self.ledger.positions[index]
        if position.inverse:
            (self._bent.add if sign > 0 else self._bent.discard)(index)
            return
        self._net[position.market] = self._net.get(position.market, ZERO) + sign * position.exposure
        self._began += sign * position.exposure * position.counts_from
