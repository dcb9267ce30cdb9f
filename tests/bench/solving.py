"""The solver against a naive walk in steps of one basis point: CPU, and what the walk gets wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from isocross.account.book import Book
from isocross.cascade.events import EventKind
from isocross.cascade.solver import solve
from isocross.paths.glide import Glide
from isocross.rules.procedure import Step, StepKind
from tests.bench import stepping
from tests.bench.books import ORDINARY, RECKLESS, Temper, falling_account
from tests.bench.markdown import Section, ms, times
from tests.bench.measured import cpu_of_call, interleaved

WHOLE_GLIDE = Decimal("0.95")
SOLVED_A_ROUND = 10
"""The solver is over so soon that one call between two walks would be timed on cold caches."""


@dataclass(frozen=True)
class Case:
    """An account, and how far down it goes."""

    positions: int
    temper: Temper = RECKLESS
    end: Decimal = WHOLE_GLIDE
    tier_by_tier: bool = False

    @property
    def name(self) -> str:
        """In a few words."""
        kind = "ordinary" if self.temper is ORDINARY else "reckless"
        closes = "tier by tier" if self.tier_by_tier else "whole closes"
        return f"{self.positions} {kind}, to −{100 * self.end:.0f} %, {closes}"

    def account(self) -> tuple[Book, Glide]:
        """The account and its way down."""
        book, path = falling_account(self.positions, temper=self.temper)
        if self.tier_by_tier:
            steps = (Step(StepKind.TIER_DOWN, Decimal(1)),)
            book = replace(book, profile=replace(book.profile, steps=steps))
        return book, replace(path, end=self.end)


CASES = (
    Case(50, ORDINARY, Decimal("0.4")),
    Case(500, tier_by_tier=True),
    Case(5),
    Case(50),
    Case(500),
)


@dataclass(frozen=True)
class Race:
    """One account, solved and walked."""

    case: Case
    events: int
    falls: int
    stepped_falls: int
    misplaced: int
    """Falls that the walk has in another place of the order."""
    solver_s: float
    stepping_s: float

    @property
    def ratio(self) -> float:
        """How many times the walk takes what the solver takes."""
        return self.stepping_s / self.solver_s


def race(case: Case, rounds: int) -> Race:
    """Solve and walk one account in turn; the least of each."""
    book, path = case.account()
    taken = interleaved(
        {
            "solver": lambda: min(cpu_of_call(lambda: solve(book, path)) for _ in range(SOLVED_A_ROUND)),
            "stepping": lambda: cpu_of_call(lambda: stepping.walk(book, path)),
        },
        rounds,
    )
    events = solve(book, path).happened
    order = [event.position for event in events if event.kind is EventKind.LIQUIDATION]
    stepped = [fall.index for fall in stepping.walk(book, path)]
    return Race(
        case=case,
        events=len(events),
        falls=len(order),
        stepped_falls=len(stepped),
        misplaced=sum(a != b for a, b in zip(order, stepped, strict=False)),
        solver_s=min(taken["solver"]),
        stepping_s=min(taken["stepping"]),
    )


def section(rounds: int, cases: Sequence[Case] = CASES) -> Section:
    """As a table."""
    races = [race(case, rounds) for case in cases]
    return Section(
        "The solver against brute-force stepping",
        f"Positions in mixed modes, CPU, least of {rounds}. The solver is exact (Decimal) and keeps a ledger; the walk "
        "is plain floats in steps of 1 bp and says only what fell.",
        ("account", "events", "solver", "stepping", "stepping ÷ solver", "falls", "by stepping", "out of order"),
        tuple(
            (
                r.case.name,
                str(r.events),
                ms(r.solver_s),
                ms(r.stepping_s),
                times(r.ratio),
                str(r.falls),
                str(r.stepped_falls),
                str(r.misplaced),
            )
            for r in races
        ),
    )
