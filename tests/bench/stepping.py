"""The naive rival of the solver: plain floats, small equal steps, and every scope tested at each of them.

It knows the rules of the accounts in `books` only (one pool, marginal tiers by notional at mark, takeovers to the
fund, largest maintenance margin first, whole or tier by tier), keeps no ledger of who paid, and says where things fell
to one step.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from isocross.account.book import Book, Mode
from isocross.paths.glide import Glide
from isocross.rules.procedure import StepKind

STEPS_TO_ONE = 10_000
"""A step of one basis point of the common move."""


@dataclass(slots=True)
class Held:
    """An open position in floats."""

    index: int
    start: float
    slope: float
    size: float
    """Signed."""
    entry: float
    margin: float
    borders: list[float]
    rates: list[float]
    deductions: list[float]

    floor: int
    """The tier that it was last brought down to; at first one above all."""
    fee_rate: float
    """Of the notional that the venue closes."""

    def standing(self, place: float) -> tuple[float, float, float, int]:
        """Open profit, maintenance margin, notional and tier at a place."""
        mark = max(self.start + self.slope * place, 0.0)
        notional = abs(self.size) * mark
        tier = bisect_right(self.borders, notional) - 1
        return self.size * (mark - self.entry), notional * self.rates[tier] - self.deductions[tier], notional, tier

    def step_down(self, place: float) -> float | None:
        """Close down to the next tier; the share that was closed. None in the lowest tier."""
        _, _, notional, tier = self.standing(place)
        tier = min(tier, self.floor)
        if tier == 0 or notional <= 0:
            return None
        share = 1 - self.borders[tier] / notional
        self.size *= 1 - share
        self.floor = tier - 1
        return share


@dataclass(frozen=True)
class Fall:
    """A position that fell, and the step it fell on."""

    index: int
    place: float


@dataclass(slots=True)
class Walker:
    """The account on its way, in floats."""

    isolated: list[Held]
    cross: list[Held]
    pool: float
    tier_by_tier: bool
    falls: list[Fall]

    @classmethod
    def of(cls, book: Book, path: Glide) -> Walker:
        """Stand at the opening marks."""
        return cls(
            held(book, path, Mode.ISOLATED),
            held(book, path, Mode.CROSS),
            float(book.pool_cash),
            any(step.kind is StepKind.TIER_DOWN for step in book.profile.steps),
            [],
        )

    def stand(self, place: float) -> None:
        """Test every scope at a place."""
        self.isolated = [position for position in self.isolated if self._survives(position, place)]
        self._test_pool(place)

    def _survives(self, position: Held, place: float) -> bool:
        """Whether an isolated position is open after its test; tier by tier it pays for the part that is closed."""
        while True:
            profit, need, notional, _ = position.standing(place)
            equity = position.margin + profit
            if equity - need > 0:
                return True
            share = position.step_down(place) if self.tier_by_tier and equity > 0 else None
            if share is None:
                self.falls.append(Fall(position.index, place))
                return False
            position.margin += share * profit - min(position.fee_rate * share * notional, max(0.0, equity))

    def _test_pool(self, place: float) -> None:
        """Test the pool, and close of its largest requirement until it stands or is empty."""
        while self.cross:
            equity, needed, largest, victim = self.pool, 0.0, -1.0, (0, 0.0, 0.0)
            for at, position in enumerate(self.cross):
                profit, need, notional, _ = position.standing(place)
                equity += profit
                needed += need
                if need > largest:
                    largest, victim = need, (at, profit, notional)
            if equity - needed > 0:
                return
            at, profit, notional = victim
            share = self.cross[at].step_down(place) if self.tier_by_tier and equity > 0 else None
            part = 1.0 if share is None else share
            self.pool += part * profit - min(self.cross[at].fee_rate * part * notional, max(0.0, equity))
            if share is None:
                self.falls.append(Fall(self.cross.pop(at).index, place))
        self.pool = max(self.pool, 0.0)


def held(book: Book, path: Glide, mode: Mode) -> list[Held]:
    """The positions of one mode."""
    found = []
    for index, position in enumerate(book.positions):
        if position.mode is mode:
            start, slope = path.course(position.market)
            tiers = book.market_of(position).ladder.tiers
            found.append(
                Held(
                    index,
                    float(start),
                    float(slope),
                    position.side.sign * float(position.quantity),
                    float(position.entry),
                    float(position.margin),
                    [float(tier.start) for tier in tiers],
                    [float(tier.rate) for tier in tiers],
                    [float(tier.deduction) for tier in tiers],
                    len(tiers),
                    float(book.liquidation_fee_of(position)),
                )
            )
    return found


def walk(book: Book, path: Glide) -> list[Fall]:
    """Everything that falls on the whole glide."""
    walker = Walker.of(book, path)
    for step in range(int(path.end * STEPS_TO_ONE) + 1):
        walker.stand(step / STEPS_TO_ONE)
    return walker.falls
