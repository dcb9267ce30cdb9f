"""A pool that several assets back against the same account in one: CPU of the whole glide down."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from isocross.account.assets import Asset
from isocross.account.book import Book, Mode
from isocross.cascade.solver import solve
from isocross.paths.glide import Glide
from isocross.rules.accounts import AccountRule
from isocross.rules.market import Ladder, Market, Tier, TierKey
from isocross.rules.switches import AccountMode, OpenPnl, Pools, Repays
from tests.bench.books import falling_account
from tests.bench.markdown import Section, ms, times
from tests.bench.measured import cpu_of_call, interleaved

SOLVED_A_ROUND = 5
OTHERS = ("A", "B", "C", "D", "E")
RULE = AccountRule(
    AccountMode.UNIFIED, "Unified", Pools.ONE, OpenPnl.BESIDE, "bybit-collateral", borrows=True, repays=Repays.AT_LINE
)


def unified(size: int, others: int) -> tuple[Book, Glide]:
    """An account of so many assets beside its currency, which has the rest of the cash."""
    book, _ = falling_account(size)
    book = replace(book, positions=tuple(replace(p, mode=Mode.CROSS) for p in book.positions))
    ladder = Ladder((Tier(Decimal(0), Decimal(0), Decimal(1)),), TierKey.NOTIONAL)
    held = sorted(book.markets)[:others]
    worth = book.wallet / (others + 1)
    moving = [(name, symbol, book.markets[symbol].mark) for name, symbol in zip(OTHERS, held, strict=False)]
    tiers = ((Decimal(0), Decimal("0.95")), ((worth / 2).quantize(Decimal(1)), Decimal("0.9")))
    assets = [
        Asset(name, symbol, (worth / mark).quantize(Decimal("0.0001")), tiers=tiers) for name, symbol, mark in moving
    ]
    markets = {**book.markets, book.currency: Market(book.currency, Decimal(1), ladder, is_asset=True, still=True)}
    whole = replace(
        book,
        profile=replace(book.profile, accounts=(RULE,)),
        wallet=worth.quantize(Decimal("0.01")),
        markets=markets,
        account=AccountMode.UNIFIED,
        coins=(Asset(book.currency, book.currency), *assets),
    )
    return whole, Glide.common(whole, {}, -1)


@dataclass(frozen=True)
class Backed:
    """One account of positions, backed by one asset and by six."""

    positions: int
    one_s: float
    six_s: float
    events: int
    """With six."""

    @property
    def ratio(self) -> float:
        """How many times six take what one takes."""
        return self.six_s / self.one_s


def measure(positions: int, rounds: int) -> Backed:
    """Solve both in turn; the least of each."""
    (one, one_path), (six, six_path) = unified(positions, 0), unified(positions, len(OTHERS))
    taken = interleaved(
        {
            "one": lambda: min(cpu_of_call(lambda: solve(one, one_path)) for _ in range(SOLVED_A_ROUND)),
            "six": lambda: min(cpu_of_call(lambda: solve(six, six_path)) for _ in range(SOLVED_A_ROUND)),
        },
        rounds,
    )
    events = len(solve(six, six_path).happened)
    return Backed(positions, min(taken["one"]), min(taken["six"]), events)


def section(rounds: int, sizes: tuple[int, ...] = (50, 200)) -> Section:
    """As a table."""
    found = [measure(size, rounds) for size in sizes]
    return Section(
        "Six assets against one",
        f"The same cross positions, to −95 %, CPU, least of {rounds}. Debts are repaid at the threshold.",
        ("positions", "one asset", "six assets", "six ÷ one", "events with six"),
        tuple((str(b.positions), ms(b.one_s), ms(b.six_s), times(b.ratio), str(b.events)) for b in found),
    )
