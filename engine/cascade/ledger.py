"""The cash of an account along a timeline, changed by nothing but events."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from engine.book import Book, Mode
from engine.cascade.events import Account, Event, EventKind
from engine.money import ZERO


class Ledger:
    """Balances, which positions are open, and how the dead were paid for."""

    def __init__(self, book: Book) -> None:
        """Open the books at the opening marks."""
        self.book = book
        self.margins = [p.margin if book.has_bucket(p) else ZERO for p in book.positions]
        """Cash in each position's bucket; zero where the cash is the pool's."""
        self.pool = book.wallet - sum(self.margins, ZERO)
        """Cash in no bucket."""
        self.fund = book.fund or ZERO
        self.fees = ZERO
        self.counterparty = ZERO
        self.is_open = [True] * len(book.positions)
        self.drawn = [ZERO] * len(book.positions)
        """Refills each position has had."""
        self.claims = ZERO
        """What dead positions used of the profit and margin of those still open."""
        self.owed_by_fund = ZERO
        """What dead positions lost beyond all sources; the fund pays it after the last close."""
        self.deaths: dict[int, Event] = {}

    @classmethod
    def after(cls, book: Book, events: Iterable[Event]) -> Ledger:
        """The ledger once these events have happened."""
        ledger = cls(book)
        for event in events:
            ledger.apply(event)
        return ledger

    def apply(self, event: Event) -> None:
        """Book an event."""
        for posting in event.postings:
            if posting.account is Account.MARGIN and posting.position is not None:
                self.margins[posting.position] += posting.amount
            else:
                self._post(posting.account, posting.amount)
        self.claims += event.claims
        self.owed_by_fund += event.owed_by_fund
        if event.position is not None and event.kind is EventKind.REFILL:
            self.drawn[event.position] += event.amount
        if event.position is not None and event.kind is EventKind.LIQUIDATION:
            self.is_open[event.position] = False
            self.deaths[event.position] = event

    def _post(self, account: Account, amount: Decimal) -> None:
        match account:
            case Account.POOL:
                self.pool += amount
            case Account.FUND:
                self.fund += amount
            case Account.FEES:
                self.fees += amount
            case _:
                self.counterparty += amount

    @property
    def wallet(self) -> Decimal:
        """All cash of the trader."""
        return self.pool + sum(self.margins, ZERO)

    @property
    def total(self) -> Decimal:
        """Wallet + fund + fees + counterparty: constant over any timeline."""
        return self.wallet + self.fund + self.fees + self.counterparty

    def fund_pays(self, hole: Decimal) -> Decimal:
        """How much of a hole the fund can pay."""
        return hole if self.book.fund is None else max(ZERO, min(self.fund, hole))

    def open_in(self, mode: Mode) -> list[int]:
        """Indexes of the open positions of one mode, in file order."""
        return [i for i, p in enumerate(self.book.positions) if self.is_open[i] and p.mode is mode]
