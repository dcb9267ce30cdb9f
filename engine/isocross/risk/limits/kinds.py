"""The kinds of limit: each measures an account, and says where and at whom it does not hold."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from isocross.account.assets import counted
from isocross.account.book import Book, Mode
from isocross.cascade.events import Event, EventKind, PaidBy
from isocross.cascade.ledger import Ledger
from isocross.figures.frame import Frame, PositionFrame
from isocross.format import percent
from isocross.money import ONE, ZERO
from isocross.paths.bars import HistoryError
from isocross.paths.path import Path
from isocross.records import dataclass
from isocross.rehearsal.kinds.replay import plan_of, shipped_history
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.rehearsal.replay import ReplayRehearsal, replay
from isocross.rehearsal.scenario import PathKind, Scenario
from isocross.risk.limits.lost import Lost, first_below
from isocross.risk.moves import Moves, Put
from isocross.studies.curves import in_one_mode
from isocross.studies.twin import AS_IS
from isocross.work import Work

ENDS = (EventKind.LIQUIDATION, EventKind.REDUCTION)
"""What a position that survives has not had."""


class Status(StrEnum):
    """What a limit says of an account."""

    HOLDS = "holds"
    BROKEN = "broken"
    NOT_ASKED = "not-asked"
    """The limit is about something that the account does not have."""
    UNKNOWN = "unknown"
    """It cannot be judged."""


@dataclass(frozen=True)
class Case:
    """An account that limits are asked of."""

    book: Book
    betas: Mapping[str, Decimal]
    work: Work
    brief: bool = False
    """Whether only the status, the figure and the position of a breach are asked for: a search asks so."""

    def after(self, book: Book) -> Case:
        """The same with another book."""
        return replace(self, book=book)

    @property
    def rehearsal(self) -> GlideRehearsal:
        """Its marks on a common glide."""
        return GlideRehearsal(self.book, self.betas, work=self.work)


@dataclass(frozen=True)
class Breach:
    """Where a limit is broken."""

    position: str | None
    """Id of who is liquidated first, or of whom the figure is, or who loses most; None: the pool."""
    market: str | None = None
    price: Decimal | None = None
    """The exact mark of the market there; None where the limit is about no price."""
    time: str | None = None
    """When, on a path with a clock."""
    paid_by: PaidBy | None = None
    """Who pays the loss of that position, of all its loss up to the end of the moves."""
    liquidated: bool = True
    """Whether that position is liquidated on the way."""


@dataclass(frozen=True)
class Measured:
    """What a limit found; amounts and shares by the limit's own unit."""

    status: Status
    found: Decimal | None = None
    breach: Breach | None = None
    why: str = ""
    """Why it is not asked, or cannot be judged."""
    allowed: Decimal | None = None
    """The figure that must not be passed, of a limit with several."""
    way: Put | None = None
    """The glide on which it is broken, of which the advisor can be asked."""


HOLDS = Measured(Status.HOLDS)
_REPLAY, _REPLAY_OF_ASSETS = 100, 1_500
"""Steps of a past crash, which is replayed without a count of its own; with several assets it is slow."""


def not_asked(why: str) -> Measured:
    """Say that a limit is about something else."""
    return Measured(Status.NOT_ASKED, why=why)


class Limit(ABC):
    """One limit of a file."""

    of_each: ClassVar[bool] = True
    """Whether it is asked of every position with its own margin by itself, and not of the account as a whole."""

    @property
    @abstractmethod
    def words(self) -> str:
        """What must hold, in few words."""

    @property
    def allowed(self) -> Decimal | None:
        """The figure that must not be passed; None: nobody may be liquidated."""
        return None

    @abstractmethod
    def measure(self, case: Case) -> Measured:
        """Ask it of an account."""


def _breach(event: Event, frame: Frame, path: Path) -> Breach:
    row = frame.row(event.position or 0)
    moment = path.time(event.place)
    time = None if moment is None else moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    return Breach(row.position.id, row.position.market, event.mark, time, row.paid_by)


def _first_end(frame: Frame) -> Event | None:
    return next((event for event in frame.events if event.kind in ENDS and event.position is not None), None)


@dataclass(frozen=True)
class Survives(Limit):
    """Nobody is liquidated up to the end of some moves."""

    moves: Moves

    @property
    def words(self) -> str:
        """What must hold."""
        return f"survives {self.moves.words}"

    def measure(self, case: Case) -> Measured:
        """Rehearse the moves."""
        if not self.moves.touches(case.book):
            return not_asked(f"the account holds nothing in {', '.join(name for name, _ in self.moves.by_name)}")
        put = self.moves.put(case.book, case.betas, case.work)
        frame = put.rehearsal.frame(put.move)
        event = _first_end(frame)
        return HOLDS if event is None else Measured(Status.BROKEN, breach=_breach(event, frame, frame.path), way=put)


@dataclass(frozen=True)
class SurvivesCrash(Limit):
    """Nobody is liquidated in a past crash, replayed bar by bar."""

    window: str
    mode: str = AS_IS
    """`as-is`, `all-cross` or `all-isolated`."""

    @property
    def words(self) -> str:
        """What must hold."""
        return f"survives {self.window}" + ("" if self.mode == AS_IS else f", {self.mode.replace('-', ' ')}")

    def measure(self, case: Case) -> Measured:
        """Replay it."""
        if not case.book.positions:
            return HOLDS
        book = case.book if self.mode == AS_IS else in_one_mode(case.book, Mode(self.mode.removeprefix("all-")))
        if isinstance(book, str):
            return Measured(Status.UNKNOWN, why=book)
        scenario = Scenario(path=PathKind.REPLAY, window=self.window)
        try:
            history = shipped_history(self.window)
            case.work.spend(_REPLAY_OF_ASSETS if book.pools_assets else _REPLAY)
            whole = replay(book, history.bars(), plan_of(scenario), title=history.title)
        except HistoryError as error:
            return Measured(Status.UNKNOWN, why=str(error))
        frame = ReplayRehearsal(whole, scenario).frame(whole.path.end)
        event = _first_end(frame)
        return HOLDS if event is None else Measured(Status.BROKEN, breach=_breach(event, frame, whole.path))


@dataclass(frozen=True)
class MarginRatioMax(Limit):
    """No margin ratio at the opening is above a figure: of the pool, and of each position with its own margin."""

    most: Decimal

    @property
    def words(self) -> str:
        """What must hold."""
        return f"margin ratio at most {percent(self.most)}"

    @property
    def allowed(self) -> Decimal:
        """The highest ratio."""
        return self.most

    def measure(self, case: Case) -> Measured:
        """Read the ratios of the opening."""
        frame = case.rehearsal.frame(ZERO)
        account = frame.account
        due = frame.of(next(iter(frame.liquidated), None))
        if due is not None:
            return Measured(Status.BROKEN, breach=_at(due, due.mark), why="liquidated at the opening marks")
        ratios: list[tuple[Decimal, PositionFrame | None]] = []
        if account.margin_ratio is not None:
            ratios.append((account.margin_ratio, None))
        apart = (row for row in frame.positions if case.book.has_bucket(row.position))
        ratios += [(row.margin_ratio, row) for row in apart if row.margin_ratio is not None]
        worst, row = max(ratios, key=lambda pair: pair[0], default=(ZERO, None))
        if worst <= self.most:
            return Measured(Status.HOLDS, worst)
        breach = Breach(None) if row is None else _at(row, row.liquidation_price)
        return Measured(Status.BROKEN, worst, breach)


def _at(row: PositionFrame, price: Decimal | None) -> Breach:
    return Breach(row.position.id, row.position.market, price, paid_by=row.paid_by)


@dataclass(frozen=True)
class NearestLiquidationMin(Limit):
    """No liquidation is nearer to the marks than a share of them, of one market alone or of all together."""

    least: Decimal

    @property
    def words(self) -> str:
        """What must hold."""
        return f"nearest liquidation at least {percent(self.least)} away"

    @property
    def allowed(self) -> Decimal:
        """The shortest distance."""
        return self.least

    def measure(self, case: Case) -> Measured:
        """Read the distances of the opening."""
        frame = case.rehearsal.frame(ZERO)
        rows = [row for row in frame.positions if row.distance is not None or row.death is not None]
        near = min(rows, key=lambda row: row.distance or ZERO, default=None)
        if near is None:
            return HOLDS
        distance = near.distance or ZERO
        if distance >= self.least:
            return Measured(Status.HOLDS, distance)
        return self._broken(case, near, distance)

    def _broken(self, case: Case, near: PositionFrame, distance: Decimal) -> Measured:
        """Where it is liquidated, and who pays when it is."""
        mark, alone = near.mark, near.liquidation_price
        if case.brief:
            return Measured(Status.BROKEN, distance, Breach(near.position.id))
        by_itself = alone is not None and abs(alone - mark) <= distance * mark
        price = alone if by_itself else near.joint_trigger
        sign = -1 if price is not None and price < mark else 1
        name = near.position.market
        moves = Moves(by_name=((name, sign * self.least),)) if by_itself else Moves(common=sign * self.least)
        if not by_itself and case.betas.get(name, ONE) < 0:
            moves = Moves(common=-sign * self.least)
        put = moves.put(case.book, case.betas, case.work)
        frame = put.rehearsal.frame(put.move)
        fallen = frame.of(near.position.id)
        paid = None if fallen is None else fallen.paid_by
        return Measured(Status.BROKEN, distance, Breach(near.position.id, name, price, paid_by=paid), way=put)


@dataclass(frozen=True)
class MaxLoss(Limit):
    """Some moves cost no more than a share of the equity at the opening."""

    of_each = False
    moves: Moves
    of_equity: Decimal

    @property
    def words(self) -> str:
        """What must hold."""
        return f"loses at most {percent(self.of_equity)} of equity under {self.moves.words}"

    @property
    def allowed(self) -> Decimal:
        """The largest share."""
        return self.of_equity

    def measure(self, case: Case) -> Measured:
        """Rehearse the moves, and take the equity at their end."""
        if not self.moves.touches(case.book):
            return not_asked(f"the account holds nothing in {', '.join(name for name, _ in self.moves.by_name)}")
        opening = Ledger(case.book).equity({symbol: market.mark for symbol, market in case.book.markets.items()})
        if opening <= 0:
            return Measured(Status.UNKNOWN, why="the account has no equity at its opening marks")
        put = self.moves.put(case.book, case.betas, case.work)
        frame = put.rehearsal.frame(put.move)
        lost = (opening - frame.account.equity) / opening
        if lost <= self.of_equity:
            return Measured(Status.HOLDS, lost)
        if case.brief:
            return Measured(Status.BROKEN, lost, Breach(self._row(frame).position.id), way=put)
        where = first_below(put.rehearsal.timeline(put.move), opening * (ONE - self.of_equity), abs(put.move))
        return Measured(Status.BROKEN, lost, self._breach(frame, where), way=put)

    def _breach(self, frame: Frame, where: Lost) -> Breach:
        """Who is liquidated first, else who loses most; the price of its market where the loss passes the figure."""
        row = self._row(frame)
        market = row.position.market
        return Breach(row.position.id, market, where.marks[market], None, row.paid_by, row.death is not None)

    def _row(self, frame: Frame) -> PositionFrame:
        event = _first_end(frame)
        if event is None:
            return min(frame.positions, key=lambda row: row.unrealised_pnl)
        return frame.row(event.position or 0)


@dataclass(frozen=True)
class CollateralShareMax(Limit):
    """No coin is more than a share of what counts as an account's collateral, at the opening marks."""

    of_each = False
    shares: tuple[tuple[str, Decimal], ...]

    @property
    def words(self) -> str:
        """What must hold."""
        told = ", ".join(f"{coin} at most {percent(share)}" for coin, share in self.shares)
        return f"collateral: {told}"

    @property
    def allowed(self) -> Decimal | None:
        """The share, where there is one."""
        return self.shares[0][1] if len(self.shares) == 1 else None

    def measure(self, case: Case) -> Measured:
        """Weigh each asset; an account with one collateral is not asked."""
        book = case.book
        if book.account_rule is None:
            return not_asked(f"the account has one collateral, {book.currency}")
        marks = {symbol: market.mark for symbol, market in book.markets.items()}
        counts = {
            book.name_of(coin).upper(): max(
                ZERO, counted(book.coin[coin], book.balance_of(coin), book.coin_price(coin, marks))
            )
            for coin in book.coin_names
        }
        total = sum(counts.values(), ZERO)
        if not total:
            return not_asked("nothing in the account counts as collateral")
        found = [(counts.get(coin.upper(), ZERO) / total, share, coin) for coin, share in self.shares]
        most, share, coin = max(found, key=lambda one: one[0] - one[1])
        if most <= share:
            return Measured(Status.HOLDS, most, allowed=share)
        return Measured(Status.BROKEN, most, Breach(None), why=f"the share of {coin}", allowed=share)
