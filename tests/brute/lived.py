"""What falls on a path of legs or candles, found by walking it: the referee of lived paths.

Built on the stepping account alone: how legs, jumps, candles and the hours of a venue work is written here once more,
from the words of the rules, and shares nothing with the engine's own paths.
"""

from __future__ import annotations

import decimal
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from isocross.account.book import Book, Mode
from isocross.rules.market import TierKey
from isocross.rules.procedure import Step, StepKind
from tests.brute.procedures import Procedure
from tests.brute.stepping import (
    GRID,
    GRID_PLACES,
    ZERO,
    Account,
    Due,
    Holding,
    Walked,
    first_due,
    high_precision,
    narrowness,
    on_path,
    open_profit,
    standing,
    stuck,
)

Marks = Mapping[str, Decimal]
Clock = Callable[[Decimal], Decimal]
STEPS = 6
"""Equal steps of a leg, apart from its bends."""


@dataclass(frozen=True)
class Stage:
    """One leg: from marks towards marks, or a jump at its end."""

    start: Marks
    towards: Marks
    jump: bool = False


@dataclass
class Road:
    """Stages in a row; leg k spans the grid points of the places k to k + 1."""

    book: Book
    stages: Sequence[Stage]

    def marks(self, point: int) -> dict[str, Decimal]:
        """The marks at a grid point; at a corner those at the end of the leg before it."""
        number = max(0, -(-point // GRID) - 1)
        stage = self.stages[number]
        part = point - number * GRID
        if stage.jump:
            return {s: max(ZERO, stage.towards[s] if part == GRID else m) for s, m in stage.start.items()}
        return {s: max(ZERO, m + (stage.towards[s] - m) * part / GRID) for s, m in stage.start.items()}

    def points(self, number: int) -> tuple[set[int], list[int]]:
        """The bends of a leg, and all grid points to look at."""
        stage, first = self.stages[number], number * GRID
        bends: set[int] = set()
        for position in self.book.positions:
            start, towards = stage.start[position.market], stage.towards[position.market]
            if start in (towards, ZERO):
                continue
            for mark in self._bending(position):
                below = int(((mark - start) / (towards - start) * GRID).to_integral_value(decimal.ROUND_FLOOR))
                bends |= {first + below, first + below + 1}
        bends = {point for point in bends if first < point < first + GRID}
        return bends | {first + GRID}, sorted(bends | {first + GRID * k // STEPS for k in range(1, STEPS + 1)})

    def _bending(self, position) -> Iterator[Decimal]:
        yield ZERO
        market = self.book.markets[position.market]
        if market.ladder.key is TierKey.NOTIONAL:
            yield from (tier.start / position.quantity for tier in market.ladder.tiers)


@dataclass
class LivedAccount(Account):
    """An account that settles and pays funding."""

    clock: Clock | None = None
    """The second of a place, where the path has a clock."""
    basis: dict[int, Decimal] = field(default_factory=dict)
    """The price that profit counts from, where it is not the entry."""

    def profit(self, holding: Holding, marks: Marks) -> Decimal:
        """Unrealised PnL since the last settlement."""
        position = holding.position
        counted = replace(position, entry=self.basis.get(holding.index, position.entry))
        return open_profit(counted, self.mark(holding, marks))

    def _gain(self, holding: Holding, amount: Decimal) -> None:
        """Cash from the other side, to where the position keeps it."""
        self.counterparty -= amount
        if holding.bucket is None:
            self.cash += amount
        else:
            holding.bucket += amount

    def fund_hour(self, place: Decimal, marks: Marks, rate: Decimal) -> None:
        """Longs pay shorts when the rate is positive."""
        for holding in [h for h in self.holdings if h.open]:
            position = holding.position
            paid = position.quantity * self.mark(holding, marks) * rate * position.side.sign
            if paid:
                self._gain(holding, -paid)
                self.note(place, "funding", holding.index, paid)

    def settle_hour(self, place: Decimal, marks: Marks) -> None:
        """Open profit becomes cash; of a top-up position what is above its initial margin leaves the bucket."""
        for holding in [h for h in self.holdings if h.open]:
            gained, mark = self.profit(holding, marks), self.mark(holding, marks)
            spare = ZERO
            if self.top_up and holding.position.mode is Mode.CROSS:
                spare = max(ZERO, holding.bucket + gained - holding.position.initial_margin)
            if not spare and mark == self.basis.get(holding.index, holding.position.entry):
                continue
            self._gain(holding, gained)
            if spare:
                holding.bucket -= spare
                self.cash += spare
            self.basis[holding.index] = mark
            self.note(place, "settlement", holding.index, gained)


@dataclass
class LivedProcedure(LivedAccount, Procedure):
    """The same under a venue's whole procedure; after an hour a position may draw again that had drawn its last."""

    now: Decimal | None = None
    """Seconds on the clock of the path, where it has one."""
    shares: list[tuple[Decimal, Holding]] = field(default_factory=list)
    """When a share of which position was closed."""

    def settle(self, place: Decimal, marks: Marks, due: Due) -> None:
        """Look at the clock first."""
        self.now = None if self.clock is None else self.clock(place)
        super().settle(place, marks, due)

    def reduce(self, step: Step, holding: Holding, part: Decimal, place: Decimal, marks: Marks) -> None:
        """Close a part, and remember when that was."""
        super().reduce(step, holding, part, place, marks)
        if step.kind is StepKind.FRACTION and self.now is not None:
            self.shares.append((self.now, holding))

    def whole_now(self, step: Step, holding: Holding) -> bool:
        """In the cooldown after a block with a share, all orders of the account are for whole positions."""
        if step.cooldown is None or self.now is None:
            return super().whole_now(step, holding)
        for then, cut in self.shares:
            left = then + step.cooldown - self.now
            self.closest = ZERO if abs(left) < Decimal("1e-6") else self.closest
            in_this_block = then == self.now and cut.open
            if left > ZERO and (cut is holding or not in_this_block):
                return True
        return False

    def fund_hour(self, place: Decimal, marks: Marks, rate: Decimal) -> None:
        """Funding, then what is spent is forgotten."""
        paid = len(self.happenings)
        super().fund_hour(place, marks, rate)
        if len(self.happenings) > paid:
            self.spent.clear()

    def settle_hour(self, place: Decimal, marks: Marks) -> None:
        """Settlement, then what is spent is forgotten."""
        settled = len(self.happenings)
        super().settle_hour(place, marks)
        if len(self.happenings) > settled:
            self.spent.clear()


@dataclass(frozen=True)
class Hour:
    """A corner at which the venue does something."""

    corner: int
    kind: str
    rate: Decimal = ZERO


@high_precision
def walk_stages(
    book: Book,
    stages: Sequence[Stage],
    hours: Sequence[Hour] = (),
    kind: type[LivedAccount] = LivedAccount,
    clock: Clock | None = None,
) -> Walked:
    """Walk legs from the opening to their end; what the hours bring comes at corners, before the next leg."""
    account, road = kind(book, clock=clock), Road(book, stages)
    before = account.ledger()
    opening, line = road.marks(0), standing(book.profile.line)
    account.settle(ZERO, opening, line)
    narrowest = Decimal(1)
    here = 0
    for number, stage in enumerate(stages):
        corner = (number + 1) * GRID
        if stage.jump:
            account.settle(Decimal(number + 1), road.marks(corner), line)
        else:
            bends, points = road.points(number)
            narrowest = min(narrowest, stuck(account, road.marks(here), road.marks(points[0])))
            for point in points:
                if point in bends:
                    narrowest = min(narrowest, narrowness(account, road.marks(point)))
                while here < point and account.any_due(road.marks(point), on_path):
                    here = first_due(account, road, here, point)
                    account.settle(Decimal(here).scaleb(-GRID_PLACES), road.marks(here), on_path)
                here = point
        here = corner
        due = [hour for hour in hours if hour.corner == number + 1]
        for hour in due:
            if hour.kind == "funding":
                account.fund_hour(Decimal(number + 1), road.marks(corner), hour.rate)
            else:
                account.settle_hour(Decimal(number + 1), road.marks(corner))
        if due:
            account.settle(Decimal(number + 1), road.marks(corner), line)
    return Walked(tuple(account.happenings), before, account.ledger(), min(narrowest, account.closest))


# roads


@high_precision
def stages_of_walk(
    book: Book, betas: Marks, steps: Sequence[tuple[Decimal, bool]], ways: Sequence[Marks] = ()
) -> list[Stage]:
    """Steps of a common move as shares of the opening marks; a mark that came to zero stays there.

    `ways` are, for each step, how far some markets go on it instead.
    """
    here = {symbol: market.mark for symbol, market in book.markets.items()}
    stages, went = [], dict.fromkeys(here, ZERO)
    for number, (step, jump) in enumerate(steps):
        own = ways[number] if ways else {}
        went = {s: gone + own.get(s, betas.get(s, Decimal(1)) * step) for s, gone in went.items()}
        towards = {s: ZERO if mark == ZERO else book.markets[s].mark * (1 + went[s]) for s, mark in here.items()}
        stages.append(Stage(here, towards, jump))
        here = {s: max(ZERO, mark) for s, mark in towards.items()}
    return stages


def clock_of_candles(seconds: int) -> Clock:
    """Seconds since the first bar: the way to an open takes none, each of the other three legs a third of a bar."""

    def second(place: Decimal) -> Decimal:
        bar, leg = divmod(place, 4)
        return seconds * (bar + max(ZERO, leg - 1) / 3)

    return second


@high_precision
def stages_of_candles(book: Book, candles: Sequence[Mapping[str, tuple[int, int, int, int]]], low_first) -> list[Stage]:
    """Open, extremes and close of every bar in proportion to the first open; `low_first(open, high, low)` decides."""
    first = {symbol: Decimal(candle[0]) for symbol, candle in candles[0].items()}

    def mark(symbol: str, price: int) -> Decimal:
        exact = price * book.markets[symbol].mark / first[symbol]
        return exact.quantize(Decimal(1).scaleb(-GRID_PLACES), rounding=decimal.ROUND_HALF_EVEN)

    stages, here = [], {symbol: market.mark for symbol, market in book.markets.items()}
    for bar in candles:
        for corner in range(4):
            towards = {}
            for symbol, (o, high, low, close) in bar.items():
                between = (low, high) if low_first(o, high, low) else (high, low)
                towards[symbol] = mark(symbol, (o, *between, close)[corner])
            stages.append(Stage(here, towards))
            here = towards
    return stages
