"""The liquidation formulas that venues publish, in fractions, beside the engine and without it.

Each is the fraction of the venue's own help (Binance, Bybit, OKX, Gate): what stands behind a position, with the
deductions of its tiers, over its quantities with their rates. Which tiers are the valid ones is found as the pages say:
take those at the price that comes out, and work it out again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

TAKER = {"binance": Fraction(0), "bybit": Fraction("0.00055"), "okx": Fraction("0.0005"), "gate": Fraction("0.00075")}


@dataclass(frozen=True)
class Tier:
    start: Fraction
    rate: Fraction
    deduction: Fraction


@dataclass(frozen=True)
class Held:
    """A position as its venue has it."""

    market: str
    sign: int
    mode: str
    quantity: Fraction
    entry: Fraction
    leverage: Fraction
    inverse: bool
    margin: Fraction
    tiers: tuple[Tier, ...]

    def value(self, price: Fraction) -> Fraction:
        return self.quantity / price if self.inverse else self.quantity * price

    def profit(self, price: Fraction) -> Fraction:
        gained = self.value(price) - self.value(self.entry)
        return -self.sign * gained if self.inverse else self.sign * gained


@dataclass(frozen=True)
class Account:
    venue: str
    wallet: Fraction
    marks: dict[str, Fraction]
    held: tuple[Held, ...]

    @property
    def pool(self) -> list[Held]:
        return [one for one in self.held if one.mode == "cross"]

    @property
    def pool_cash(self) -> Fraction:
        return self.wallet - sum(one.margin for one in self.held if one.mode == "isolated")

    def close_rate(self, one: Held) -> Fraction:
        """The fee to close that counts, on the value at the mark."""
        beside_margin = self.venue == "bybit" and one.mode == "isolated"
        return Fraction(0) if beside_margin else TAKER[self.venue]

    def asked(self, one: Held) -> bool:
        """Whether margin is asked of it: at Gate not of the smaller leg of a cross hedge, of equal ones the short."""
        if self.venue != "gate" or one.mode == "isolated":
            return True
        legs = {s: sum(p.quantity for p in self.pool if p.market == one.market and p.sign == s) for s in (1, -1)}
        return legs[one.sign] > legs[-one.sign] or (legs[one.sign] == legs[-one.sign] and one.sign == 1)

    def tier(self, one: Held, price: Fraction) -> Tier:
        """OKX keys its tiers on the quantity, a border in the one below; the others on the value at the mark."""
        if self.venue == "okx":
            return [tier for tier in one.tiers if not tier.start or tier.start < one.quantity][-1]
        return [tier for tier in one.tiers if tier.start <= one.value(price)][-1]

    def maintenance(self, one: Held, price: Fraction) -> Fraction:
        if not self.asked(one):
            return Fraction(0)
        tier = self.tier(one, price)
        return one.value(price) * (tier.rate + self.close_rate(one)) - tier.deduction

    def pool_equity(self) -> Fraction:
        return self.pool_cash + sum(one.profit(self.marks[one.market]) for one in self.pool)

    def pool_maintenance(self) -> Fraction:
        return sum((self.maintenance(one, self.marks[one.market]) for one in self.pool), Fraction(0))

    def liquidation_price(self, one: Held) -> Fraction | None:
        """The price nearest to the mark at which the formula holds with the tiers that are valid there."""
        mark = self.marks[one.market]
        movers, behind = [one], one.margin
        if one.mode == "cross":
            movers = [p for p in self.pool if p.market == one.market]
            others = [p for p in self.pool if p.market != one.market]
            behind = self.pool_cash + sum(
                p.profit(self.marks[p.market]) - self.maintenance(p, self.marks[p.market]) for p in others
            )
        found = [price for price in self._prices(movers, behind) if price is not None]
        return min(found, key=lambda price: abs(price - mark), default=None)

    def _prices(self, movers: list[Held], behind: Fraction) -> Iterator[Fraction | None]:
        """One price for every set of tiers between two borders, where it lies between them."""
        borders = sorted(set(self._borders(movers)))
        for low, high in zip([Fraction(0), *borders], [*borders, None], strict=True):
            middle = low + 1 if high is None else (low + high) / 2
            price = self._fraction(movers, behind, middle)
            if price is not None and low <= price and price > 0 and (high is None or price <= high):
                yield price

    def _borders(self, movers: Iterable[Held]) -> Iterator[Fraction]:
        if self.venue == "okx":
            return
        for one in movers:
            for tier in one.tiers[1:]:
                yield one.quantity / tier.start if one.inverse else tier.start / one.quantity

    def _fraction(self, movers: list[Held], behind: Fraction, at: Fraction) -> Fraction | None:
        """(WB − TMM + UPNL + cum − Σ side × q × EP) ÷ (Σ q × MMR − side × q); coin-margined one over it."""
        above, below = behind, Fraction(0)
        for one in movers:
            above -= (-one.sign if one.inverse else one.sign) * one.value(one.entry)
            below -= (-one.sign if one.inverse else one.sign) * one.quantity
            if self.asked(one):
                tier = self.tier(one, at)
                above += tier.deduction
                below += one.quantity * (tier.rate + self.close_rate(one))
        inverse = movers[0].inverse
        if (above if inverse else below) == 0:
            return None
        return below / above if inverse else above / below

    def bankruptcy_price(self, one: Held) -> Fraction | None:
        """Where the cash behind it is gone: the same fraction without rates and deductions."""
        movers, behind = [one], one.margin
        if one.mode == "cross":
            movers = [p for p in self.pool if p.market == one.market]
            behind = self.pool_cash + sum(p.profit(self.marks[p.market]) for p in self.pool if p.market != one.market)
        ways = [-p.sign if p.inverse else p.sign for p in movers]
        above = behind - sum(way * p.value(p.entry) for way, p in zip(ways, movers, strict=True))
        below = -sum((way * p.quantity for way, p in zip(ways, movers, strict=True)), Fraction(0))
        if above == 0 or below == 0:
            return None
        price = below / above if one.inverse else above / below
        return price if price > 0 else None
