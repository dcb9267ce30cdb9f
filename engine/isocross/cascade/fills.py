"""What becomes of an order that is due, as events: it is triggered, filled, or cancelled because nothing can be done.

A fill first closes what stands against it in its market, and opens or adds to a position with what is left, as a
one-way account does; where a position on its own side is open too, it adds to that, as in a hedge. One that only
closes never opens. At the end of a jump everything that is at the market is filled at the far side.

PnL, fee and margin are in what the market settles in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from isocross.account.book import Mode, Order, Position
from isocross.account.margin import maintenance_margin, unrealised_pnl, worth
from isocross.account.order_kinds import FeeAs, OrderKind
from isocross.account.orders import leverage_of
from isocross.account.sizing import enlarged, left_of
from isocross.cascade.endings import fund_pays
from isocross.cascade.events import (
    FEES,
    MARGIN,
    POOL,
    Account,
    Event,
    EventKind,
    Figures,
    Fill,
    PaidBy,
    Posting,
    Tested,
)
from isocross.cascade.ledger import Ledger
from isocross.cascade.payers import bucket_payers
from isocross.cascade.resting import Wait
from isocross.cascade.scope import Scope
from isocross.cascade.spare import room_for
from isocross.cascade.standing import scope_at
from isocross.money import ONE, ZERO, posting
from isocross.records import dataclass


class Deal(NamedTuple):
    """The price of a fill, and what it was meant to be."""

    level: Decimal
    """What the order waited for, in the prices of trades."""
    market: Decimal
    """The price of trades when it is filled."""
    price: Decimal
    """At which it is filled, slippage included."""
    taker: bool


@dataclass(frozen=True)
class Due:
    """An order that is due, on the marks of a place."""

    ledger: Ledger
    marks: Mapping[str, Decimal]
    place: Decimal
    index: int
    wait: Wait
    here: Decimal
    """The price of trades: that of its level where the price came to it on the way."""
    rested: bool
    """Whether it rested before the price came here; else it is placed here: at the opening, or by its trigger."""

    @property
    def order(self) -> Order:
        """The order."""
        return self.ledger.book.orders[self.index]

    @property
    def only_triggers(self) -> bool:
        """Whether it is not filled yet: it begins to trail, or rests as a limit from here on."""
        return self.wait.begins or (self.order.fills is OrderKind.STOP_LIMIT and not self.wait.limit)

    def events(self) -> Iterator[Event]:
        """What happens; each event is to be booked before the next one is asked for."""
        if self.only_triggers:
            yield self._triggered()
        else:
            yield from self._filled(self._deal())

    @property
    def coin(self) -> str:
        """The asset that its market settles in; "": the account's currency."""
        return self.ledger.book.coin_of(self.order)

    def _triggered(self) -> Event:
        fill = Fill(self.index, self.wait.level, self.here * self.wait.level / self.wait.trades)
        return self._event(EventKind.TRIGGER, None, ZERO, "orders", fill)

    def _deal(self) -> Deal:
        """At which price it is filled."""
        order, wait, here = self.order, self.wait, self.here
        if wait.limit:
            # what rested in the book is filled at its own price, wherever the price is by now
            return (
                Deal(wait.level, here, wait.level, taker=False) if self.rested else Deal(here, here, here, taker=True)
            )
        worse = here * (ONE + order.slippage * order.side.sign)
        return Deal(wait.trades if self.rested else here, here, worse, taker=True)

    def _filled(self, deal: Deal) -> Iterator[Event]:
        ledger, order = self.ledger, self.order
        against = self._against()
        sizes = [ledger.positions[i].quantity for i in against]
        rest = sum(sizes, ZERO) if order.close_position else order.quantity
        gone, held = (self.index, *self._cancelled()), bool(ledger.reserves[self.index])
        for index, size in zip(against, sizes, strict=True):
            part = min(rest, size)
            if part > ZERO:
                yield self._closing(index, part, deal)._replace(orders=gone)
                rest, gone = rest - part, ()
        if rest > ZERO and not order.closes_only:
            yield self._opening(rest, deal, gone, held=held)
        elif gone:
            yield self._void("there is nothing left that it could close", gone)

    def _cancelled(self) -> tuple[int, ...]:
        """The others of its group, which still rest."""
        orders, group = self.ledger.book.orders, self.order.oco
        others = (i for i in self.ledger.reserves if i != self.index and orders[i].oco == group)
        return tuple(others) if group is not None else ()

    def _against(self) -> list[int]:
        """The open positions that it closes, in their turn."""
        ledger, order = self.ledger, self.order
        held = [i for i, p in enumerate(ledger.positions) if ledger.is_open[i] and p.market == order.market]
        opposite = [i for i in held if ledger.positions[i].side is not order.side]
        if order.closes_only:
            turn = ledger.book.in_turn(opposite)
            return sorted(turn, key=lambda i: ledger.positions[i].mode is not order.mode)
        if self._own() is not None:
            return []
        return ledger.book.in_turn(i for i in opposite if ledger.positions[i].mode is order.mode)

    def _own(self) -> int | None:
        """The open position on its own side that it adds to; None: there is none."""
        ledger, order = self.ledger, self.order
        wanted = (order.market, order.side, order.mode)
        found = [
            i for i, p in enumerate(ledger.positions) if ledger.is_open[i] and (p.market, p.side, p.mode) == wanted
        ]
        return min(found, key=ledger.book.precedence.__getitem__, default=None)

    def _fee(self, quantity: Decimal, deal: Deal) -> Decimal:
        profile, order = self.ledger.book.profile, self.order
        taker = deal.taker if order.fee is None else order.fee is FeeAs.TAKER
        rate = profile.taker_fee if taker or profile.maker_fee is None else profile.maker_fee
        return posting(worth(order.kind, quantity, deal.price) * rate)

    def _fill(self, quantity: Decimal, deal: Deal, after: Position | None, *, opens: bool = False) -> Fill:
        """What it was filled at, and what the way there cost."""
        order = self.order

        def cost(meant: Decimal, got: Decimal) -> Decimal:
            way = Position("", order.market, order.side, order.mode, quantity, got, ONE, kind=order.kind)
            return max(ZERO, posting(unrealised_pnl(way, meant)) * -1 if meant and got else ZERO)

        # a limit that a jump went past is worth less than it paid; at the market the jump made the price worse
        gap = cost(deal.market, deal.level) if self.wait.limit and not deal.taker else cost(deal.level, deal.market)
        return Fill(
            order=self.index,
            level=self.wait.level,
            price=deal.price,
            quantity=quantity,
            gap=gap,
            slipped=cost(deal.market, deal.price) if deal.taker else ZERO,
            opens=opens,
            entry=None if after is None else after.entry,
            left=ZERO if after is None else after.quantity,
        )

    def _closing(self, index: int, part: Decimal, deal: Deal) -> Event:
        """Close a part of a position, or the whole, at the price of the fill."""
        ledger, position = self.ledger, self.ledger.positions[index]
        bucket = ledger.book.has_bucket(position)
        pnl = posting(unrealised_pnl(replace(position, quantity=part), deal.price))
        left = left_of(position.with_margin(ledger.margins[index]) if bucket else position, part)
        released = ledger.margins[index] - (left.margin if left is not None else ZERO) if bucket else ZERO
        scope, fee, hole = scope_at(ledger, self.marks, self.place, index), self._fee(part, deal), ZERO
        if bucket:
            most = released + pnl + (max(ZERO, ledger.unreserved) if position.mode is Mode.CROSS else ZERO)
            fee, hole = min(fee, max(ZERO, most)), max(ZERO, -most)
        paid = fund_pays(ledger, scope, self.coin, hole) if hole else ZERO
        legs = (
            Posting(MARGIN, -released, index),
            Posting(POOL, released + pnl - fee + hole),
            Posting(FEES, fee),
            Posting(Account.FUND, -paid),
            Posting(Account.COUNTERPARTY, paid - hole - pnl),
        )
        lost = fee - pnl - hole
        cash = ledger.margins[index] - released if bucket else ledger.cash_in(self.coin) - lost
        figures = self._tested(index, scope, part)._replace(left=cash, pnl=pnl, fee=fee, to_fund=-paid)
        event = self._event(EventKind.FILL, index, lost, MARGIN if bucket else POOL, self._fill(part, deal, left))
        return event._replace(
            figures=figures,
            postings=tuple(leg for leg in legs if leg.amount),
            paid_by=self._paid_by(index, part, lost, hole) if bucket else None,
            became=((index, left),),
        )

    def _paid_by(self, index: int, part: Decimal, lost: Decimal, hole: Decimal) -> PaidBy:
        """Who paid for a part of a position with a bucket: what was put in, then what it drew, then the fund."""
        share = bucket_payers(self.ledger, index, self.mark).share(part / self.ledger.positions[index].quantity)
        loss = max(ZERO, lost)
        unused = min(loss, posting(share.unused))
        return PaidBy(loss - unused, unused, ZERO, hole)

    def _opening(self, quantity: Decimal, deal: Deal, gone: tuple[int, ...], *, held: bool) -> Event:
        """Open a position at the price of the fill, or add to one; cancel where its margin is not there."""
        ledger, index = self.ledger, self._own()
        if index is None:
            index = self._seat()
            before, larger = None, self._new(index, quantity, deal.price)
        else:
            before = ledger.positions[index]
            before = before.with_margin(ledger.margins[index]) if ledger.book.has_bucket(before) else before
            larger = enlarged(before, quantity, deal.price)
        bucket = ledger.book.has_bucket(larger)
        fee = self._fee(quantity, deal)
        added = larger.margin - (ZERO if before is None else before.margin)
        if short := self._short(added, fee, gone, bucket=bucket, held=held):
            return self._void(short if gone else f"the rest: {short}", gone)
        event = self._event(EventKind.FILL, index, fee, POOL, self._fill(quantity, deal, larger, opens=True))
        moved = added if bucket else ZERO
        legs = (Posting(MARGIN, moved, index), Posting(POOL, -moved - fee), Posting(FEES, fee))
        return event._replace(
            figures=event.figures._replace(left=ledger.cash_in(self.coin) - moved - fee, fee=fee),
            postings=tuple(leg for leg in legs if leg.amount),
            became=((index, larger),),
            orders=gone,
        )

    def _seat(self) -> int:
        """The place among the positions that it opens: one that is closed by now, or one that is kept for it."""
        order, book = self.order, self.ledger.book
        wanted = (order.market, order.side, order.mode)
        return book.in_turn(i for i, p in enumerate(book.seats) if (p.market, p.side, p.mode) == wanted)[0]

    def _new(self, index: int, quantity: Decimal, price: Decimal) -> Position:
        order, book = self.order, self.ledger.book
        name = book.seats[index].id
        leverage = leverage_of(order, book)
        return Position(name, order.market, order.side, order.mode, quantity, price, leverage, kind=order.kind)

    def _short(self, added: Decimal, fee: Decimal, gone: tuple[int, ...], *, bucket: bool, held: bool) -> str:
        """Why what it opens has no margin; empty: it has.

        What was held for it since it was placed is its own. One that holds nothing needs what is available. What the
        orders held that are gone with it, filled or not, is free.
        """
        ledger, money = self.ledger, self.ledger.book.amounts_of(self.coin)
        if held and not bucket:
            return ""
        resting = ledger.reserves
        ledger.reserves = {order: amount for order, amount in resting.items() if order not in gone}
        free = ledger.unreserved_in(self.coin) if held else room_for(ledger, self.marks, self.order)
        ledger.reserves = resting
        if added + fee <= free:
            return ""
        return f"it needs {money(added + fee)} with its fee, and {money(max(ZERO, free))} is available"

    def _void(self, why: str, gone: tuple[int, ...]) -> Event:
        """Cancel it, and say why it was not filled; what is free again is told in what its market settles in."""
        ledger, coin = self.ledger, self.coin
        own = (order for order in gone if ledger.book.coin_of(ledger.book.orders[order]) == coin)
        freed = sum((ledger.reserves.get(order, ZERO) for order in own), ZERO)
        event = self._event(EventKind.ORDER_CANCEL, None, freed, "orders", Fill(self.index, self.wait.level, self.here))
        figures = event.figures._replace(left=ledger.unreserved_in(coin) + freed)
        return event._replace(figures=figures, note=why, orders=gone, asset=coin)

    def _event(self, kind: EventKind, index: int | None, amount: Decimal, source: str, fill: Fill) -> Event:
        """An event about it, with what stood here before of the whole account."""
        ledger, marks = self.ledger, self.marks
        markets, profile = ledger.book.markets, ledger.book.profile
        need = ZERO
        for i, position in enumerate(ledger.positions):
            if ledger.is_open[i]:
                asked = maintenance_margin(position, profile, markets[position.market].ladder, marks[position.market])
                need += asked * ledger.book.coin_price(ledger.coin_of(i), marks)
        cash = ledger.cash_worth(marks)
        figures = Figures(Tested.ACCOUNT, ledger.equity(marks), need, cash, cash, quantity=fill.quantity)
        mark = None if index is None else self.mark
        return Event(self.place, kind, index, mark, amount, source, figures, (), fill=fill)

    def _tested(self, index: int, scope: Scope, quantity: Decimal) -> Figures:
        """What stood here before of the scope of a position, a part of which is closed."""
        ledger, position = self.ledger, self.ledger.positions[index]
        cash = ledger.margins[index] if ledger.book.has_bucket(position) else ledger.cash_in(self.coin)
        tested = Tested.POOL
        if ledger.book.has_bucket(position):
            tested = Tested.ISOLATED if position.mode is Mode.ISOLATED else Tested.BUCKET
        return Figures(tested, scope.equity, scope.requirement, cash, cash, quantity=quantity)

    @property
    def mark(self) -> Decimal:
        """The mark of its market."""
        return self.marks[self.order.market]
