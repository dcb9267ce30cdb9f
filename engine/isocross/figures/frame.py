"""A frame: the book and all its figures at one place of a path. Every number on screen comes from here.

Each margin ratio stands twice: as it is defined everywhere, and as the venue writes it (page `venues`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Final

from isocross.account.book import Book, Mode, Position
from isocross.account.margin import notional
from isocross.cascade.adl import Rank
from isocross.cascade.events import Account, Event, PaidBy
from isocross.cascade.ledger import Ledger
from isocross.cascade.payers import loss_of, pool_payers
from isocross.cascade.sources import PoolPayers
from isocross.cascade.spare import initial_margins, spare
from isocross.cascade.timeline import Timeline
from isocross.figures.asset_frames import AssetFrame, PoolFrame, assets_of, pools_of, together, worth_of
from isocross.figures.columns import columns_of
from isocross.figures.final import final_pnl
from isocross.figures.nearness import Nearness, nearness
from isocross.figures.prices import account_worst_case, shown_of, worst_case
from isocross.figures.ratios import pool_ratio, position_ratio
from isocross.figures.standings import Standings, queue_of
from isocross.figures.triggers import Joint, Triggers, joint_triggers, moving_triggers, triggers_of
from isocross.format import IN_USD, Amounts
from isocross.lazily import Lazily
from isocross.money import PLACE_GRID, ZERO, exact
from isocross.paths.path import Path
from isocross.records import dataclass

WARNING_DISTANCE: Final = Decimal("0.2")
"""A position is at risk when its nearest trigger is less than this share of the mark away."""


class Status(StrEnum):
    """How an account or a position stands."""

    OPEN = "open"
    AT_RISK = "at_risk"
    LIQUIDATED = "liquidated"
    CLOSED = "closed"
    """Closed by hand."""

    @property
    def ended(self) -> bool:
        """Whether a position that stands so is open no more."""
        return self in _ENDED


_ENDED = frozenset((Status.LIQUIDATED, Status.CLOSED))


class Liquidation(StrEnum):
    """What a liquidation price says, or why there is none."""

    AT = "at"
    """There is one: at this price."""
    NEVER = "never"
    """No price of its market liquidates it."""
    DONE = "done"
    """It was liquidated."""
    CLOSED = "closed"
    """It was closed by hand."""


@dataclass(frozen=True)
class PositionFrame:
    """One position at a place. Amounts in the account's currency, prices in the market's quote currency."""

    index: int
    position: Position
    mark: Decimal
    margin: Decimal
    """Bucket cash; in a pool the margin it was allotted; 0 once it has ended."""
    notional: Decimal
    unrealised_pnl: Decimal
    told_pnl: Decimal
    """What is written as PnL: what is unrealised; of a position that is open no more, what all closes of it brought,
    less their fees: of parts of it, by the venue, by orders and by hand."""
    equity: Decimal
    """Margin + unrealised PnL."""
    initial_margin: Decimal
    maintenance_margin: Decimal
    margin_ratio: Decimal | None
    """MM ÷ equity, of a position of a pool the pool's; None when there is no MM or equity is not positive."""
    venue_ratio: Decimal | None
    """The ratio as this venue writes it; None where it has one of the pool only."""
    liquidation_price: Decimal | None
    liquidation_price_shown: Decimal | None
    liquidation: Liquidation
    """What the price says, or why there is none."""
    joint_trigger: Decimal | None
    bankruptcy_price: Decimal | None
    worst_case: Decimal
    distance: Decimal | None
    """How far the nearest trigger is, as a share of the mark."""
    status: Status
    paid_by: PaidBy
    death: Event | None
    """The liquidation that ended it."""
    closing: Event | None
    """What closed it last, by hand or by an order."""
    netted: bool = False
    """Whether it needs no margin, because a larger position of its pool stands against it."""
    adl: Rank | None = None
    """Where a winner stands in the venue's queue for deleveraging; None: no winner, or no known queue."""

    @property
    @exact
    def joint_is_nearer(self) -> bool:
        """Whether `distance` is to the joint liquidation: nearer than the liquidation price by more than a rounding."""
        own, nearest = self.liquidation_price, self.distance
        return nearest is not None and (own is None or abs(own - self.mark) / self.mark - nearest > PLACE_GRID)

    @property
    def ended(self) -> bool:
        """Whether it is open no more."""
        return self.status.ended


@dataclass(frozen=True)
class AccountFrame:
    """The account at a place, in its currency."""

    wallet: Decimal
    equity: Decimal
    unused: Decimal
    available: Decimal
    reserved: Decimal
    """Cash that resting orders hold; it is in no other of these but the wallet and the equity."""
    initial_margin: Decimal
    maintenance_margin: Decimal
    pool_equity: Decimal | None
    """What is held against the pool's line: less `reserved` where the venue counts that."""
    pool_maintenance_margin: Decimal | None
    margin_ratio: Decimal | None
    venue_ratio: Decimal | None
    """The pool's ratio as this venue writes it; None where it has none of the pool."""
    worst_case: Decimal
    fund: Decimal
    fees: Decimal
    counterparty: Decimal
    outside: Decimal
    """Cash withdrawn less cash deposited since the opening."""
    isolated_margin: Decimal
    """Cash in isolated buckets."""
    status: Status
    assets: tuple[AssetFrame, ...] = ()
    """Of an account of several assets, whose amounts are in USD; else empty, as are its pools."""
    pools: tuple[PoolFrame, ...] = ()


@dataclass(frozen=True)
class Frame:
    """Everything at one place."""

    book: Book
    path: Path
    place: Decimal
    marks: Mapping[str, Decimal]
    account: AccountFrame
    positions: Sequence[PositionFrame]
    """Each worked out when it is first looked at."""
    columns: Mapping[str, Sequence[Decimal]]
    """Figures of the same positions that cost little, by name, without the rest of each."""
    statuses: Sequence[Status]
    """How each of the same positions stands, without the rest of it."""
    held: Mapping[int, Position]
    """The positions as they are here, by index; those that orders have opened among them."""
    events: tuple[Event, ...]
    """What has happened up to here."""
    acted_on: Book
    """The account whose worst cases these are, where what is done is done: at the opening, of a lived path here."""
    near: Nearness
    """Which positions are at risk."""
    reserves: Mapping[int, Decimal] = field(default_factory=dict)
    """What each order that still rests holds, by its index in the book."""

    @property
    def total_amounts(self) -> Amounts:
        """How amounts of all assets together are written: in USD, which is said beside them."""
        return IN_USD if self.book.coins else self.book.amounts

    def row(self, index: int) -> PositionFrame:
        """The position of an event, by its index; KeyError for one that is not opened yet."""
        return self.positions[self._places[index]]

    @property
    def liquidated(self) -> tuple[str, ...]:
        """Ids of the positions that a liquidation ended, in the account's order."""
        held = zip(self.held.values(), self.statuses, strict=True)
        return tuple(position.id for position, status in held if status is Status.LIQUIDATED)

    @property
    def open_positions(self) -> int:
        """How many positions are open, smaller ones included."""
        return sum(not status.ended for status in self.statuses)

    def of(self, id: str | None) -> PositionFrame | None:
        """The position of this id; None where there is none."""
        return next((self.row(index) for index, position in self.held.items() if position.id == id), None)

    @cached_property
    def _places(self) -> Mapping[int, int]:
        return {index: place for place, index in enumerate(self.held)}


@exact
def frame_at(
    timeline: Timeline[Path],
    whole: Timeline[Path],
    place: Decimal,
    *,
    lived: bool = False,
    warning: Decimal = WARNING_DISTANCE,
) -> Frame:
    """Work out every figure at a place, after everything that happened there.

    Args:
        timeline: what happens on the path.
        whole: what happens further on, for the joint triggers: the same, on a gap with a glide after its jump.
        place: where the cursor is.
        lived: whether what is done is done at the place, and not at the opening.
        warning: distance under which a position is at risk, as a share of the mark.
    """
    book, events, marks = timeline.book, timeline.until(place), timeline.path.marks(place)
    standings = Standings.at(Ledger.after(book, events), marks)
    joint = joint_triggers(standings, whole, place)
    near = nearness(standings, moving_triggers(standings, whole, joint), warning)
    shares = _Shares(standings, standings.ledger.book_at(marks) if lived else book, near, events)
    triggers = _triggers(timeline, whole, place, standings, joint)
    held = {i: p for i, p in enumerate(standings.positions) if standings.ledger.was_opened(i)}
    known = tuple(held)
    return Frame(
        book=book,
        path=timeline.path,
        place=place,
        marks=marks,
        account=_account(shares),
        positions=Lazily(len(known), lambda at: _position(standings, known[at], triggers, shares)),
        columns=columns_of(standings, known, shares.told_pnl, shares.worst),
        statuses=tuple(_standing(standings.ledger, index, index in near.at_risk) for index in known),
        held=held,
        events=events,
        acted_on=shares.acted_on,
        near=near,
        reserves=standings.ledger.reserves,
    )


def _triggers(
    timeline: Timeline[Path], whole: Timeline[Path], place: Decimal, now: Standings, joint: Joint
) -> Sequence[Triggers]:
    """Those of every position; one that was liquidated right here keeps the prices at which it was."""
    triggers = triggers_of(now, whole, place, joint)
    ended = {index for index, death in now.ledger.deaths.items() if death.place == place}
    if not ended:
        return triggers
    last = triggers_of(Standings.at(Ledger.after(now.book, timeline.before(place)), now.marks), whole, place)
    return Lazily(len(triggers), lambda i: replace(last[i], joint=triggers[i].joint) if i in ended else triggers[i])


@dataclass(frozen=True)
class _Shares:
    """What is worked out for all positions at once, and then read off for each."""

    standings: Standings
    acted_on: Book
    near: Nearness
    events: tuple[Event, ...]

    @cached_property
    def final(self) -> Mapping[int, Decimal]:
        """What the closes of each position brought."""
        return final_pnl(self.events)

    @cached_property
    def payers(self) -> PoolPayers | None:
        """Who pays for the positions of the pool, where there is one."""
        standings = self.standings
        return None if standings.book.top_up else pool_payers(standings.ledger, standings.marks, standings.pnl)

    @cached_property
    def initial(self) -> Mapping[int, Decimal]:
        """Initial margins of what is open."""
        return initial_margins(self.standings.ledger, self.standings.marks)

    @cached_property
    def queue(self) -> Mapping[int, Rank]:
        """The queue for deleveraging."""
        return queue_of(self.standings)

    @cached_property
    def _acted(self) -> Mapping[str, int]:
        return {position.id: n for n, position in enumerate(self.acted_on.positions)}

    def told_pnl(self, index: int) -> Decimal:
        """What is written as PnL."""
        standings = self.standings
        return standings.pnl[index] if standings.ledger.is_open[index] else self.final.get(index, ZERO)

    def worst(self, position: Position) -> Decimal:
        """The most that a position can lose; nothing where it is gone."""
        index = self._acted.get(position.id)
        return ZERO if index is None else worst_case(self.acted_on, index)


@exact
def _position(standings: Standings, index: int, all_triggers: Sequence[Triggers], shares: _Shares) -> PositionFrame:
    position, ledger = standings.positions[index], standings.ledger
    alive = ledger.is_open[index]
    mark, pnl = standings.marks[position.market], standings.pnl.get(index, ZERO)
    margin = standings.margin_of(index)
    triggers = all_triggers[index]
    status = _standing(ledger, index, index in shares.near.at_risk)
    return PositionFrame(
        index=index,
        position=position,
        mark=mark,
        margin=margin,
        notional=notional(position, mark) if alive else ZERO,
        unrealised_pnl=pnl,
        told_pnl=shares.told_pnl(index),
        equity=margin + pnl,
        initial_margin=shares.initial.get(index, ZERO),
        maintenance_margin=standings.maintenance_margin.get(index, ZERO),
        margin_ratio=standings.ratio_of(index, margin + pnl) if alive else None,
        liquidation_price=triggers.liquidation,
        liquidation_price_shown=shown_of(standings.book, position, triggers.liquidation),
        liquidation=_liquidation(status, triggers.liquidation),
        venue_ratio=position_ratio(standings, index) if alive else None,
        joint_trigger=triggers.joint,
        bankruptcy_price=triggers.bankruptcy,
        worst_case=shares.worst(position),
        distance=triggers.distance(mark) if alive else None,
        status=status,
        paid_by=loss_of(ledger, standings.marks, shares.payers, index),
        death=ledger.deaths.get(index),
        closing=ledger.closings.get(index),
        netted=index in standings.netted,
        adl=shares.queue.get(index),
    )


def _liquidation(status: Status, price: Decimal | None) -> Liquidation:
    if status is Status.LIQUIDATED:
        return Liquidation.DONE
    if status is Status.CLOSED:
        return Liquidation.CLOSED
    return Liquidation.NEVER if price is None else Liquidation.AT


def _standing(ledger: Ledger, index: int, at_risk: bool) -> Status:
    if ledger.is_open[index]:
        return Status.AT_RISK if at_risk else Status.OPEN
    return Status.LIQUIDATED if index in ledger.deaths else Status.CLOSED


def _account(shares: _Shares) -> AccountFrame:
    standings, acted_on, payers = shares.standings, shares.acted_on, shares.payers
    ledger, marks, book = standings.ledger, standings.marks, standings.book
    has_pool = not book.top_up and any(p.mode is Mode.CROSS for p in ledger.positions)
    worth = {coin: book.coin_price(coin, marks) for coin in book.coin_names}
    isolated = {i: ledger.margins[i] for i, p in enumerate(ledger.positions) if p.mode is Mode.ISOLATED}
    return AccountFrame(
        wallet=ledger.cash_worth(marks),
        equity=ledger.equity(marks, standings.pnl),
        unused=ledger.unreserved if payers is None else payers.unused - ledger.reserved_in(""),
        available=max(ZERO, spare(ledger, marks, asked=shares.initial, pnl=standings.pnl)),
        reserved=sum((ledger.reserved_in(coin) * worth[coin] for coin in worth), ZERO),
        initial_margin=together(standings, shares.initial),
        maintenance_margin=together(standings, standings.maintenance_margin),
        pool_equity=standings.pool_equity if has_pool else None,
        pool_maintenance_margin=standings.pool_maintenance_margin if has_pool else None,
        margin_ratio=standings.pool.ratio if has_pool else None,
        venue_ratio=pool_ratio(standings) if has_pool else None,
        worst_case=acted_on.memo.once("worst case", lambda: account_worst_case(acted_on)),
        fund=worth_of(ledger, Account.FUND, worth),
        fees=worth_of(ledger, Account.FEES, worth),
        counterparty=worth_of(ledger, Account.COUNTERPARTY, worth),
        outside=worth_of(ledger, Account.OUTSIDE, worth),
        isolated_margin=together(standings, isolated),
        status=_status(ledger, shares.near),
        assets=assets_of(standings),
        pools=pools_of(standings),
    )


def _status(ledger: Ledger, near: Nearness) -> Status:
    if ledger.deaths and not any(ledger.is_open):
        return Status.LIQUIDATED
    return Status.AT_RISK if near.at_risk else Status.OPEN
