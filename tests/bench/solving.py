"""The solver against a naive walk in steps of one basis point: CPU, and what the walk gets wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.cascade.events import EventKind
from engine.cascade.solver import solve
from tests.bench import stepping
from tests.bench.books import falling_account
from tests.bench.markdown import Section, ms, times
from tests.bench.measured import cpu_of_call, interleaved

SIZES = (5, 50, 500)


@dataclass(frozen=True)
class Race:
    """One account, solved and walked."""

    positions: int
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


def race(size: int, rounds: int) -> Race:
    """Solve and walk one account in turn; the least of each."""
    book, ray = falling_account(size)
    taken = interleaved(
        {
            "solver": lambda: cpu_of_call(lambda: solve(book, ray)),
            "stepping": lambda: cpu_of_call(lambda: stepping.walk(book, ray)),
        },
        rounds,
    )
    events = solve(book, ray).events
    order = [event.position for event in events if event.kind is EventKind.LIQUIDATION]
    stepped = [fall.index for fall in stepping.walk(book, ray)]
    return Race(
        positions=size,
        events=len(events),
        falls=len(order),
        stepped_falls=len(stepped),
        misplaced=sum(a != b for a, b in zip(order, stepped, strict=False)),
        solver_s=min(taken["solver"]),
        stepping_s=min(taken["stepping"]),
    )


def section(rounds: int, sizes: Sequence[int] = SIZES) -> Section:
    """As a table."""
    races = [race(size, rounds) for size in sizes]
    return Section(
        "The solver against brute-force stepping",
        f"The whole glide to −95 % in mixed modes, CPU, least of {rounds}. The solver is exact (Decimal) and says who "
        "paid; the walk is plain floats in steps of 1 bp and says only what fell.",
        ("positions", "events", "solver", "stepping", "stepping ÷ solver", "falls", "by stepping", "out of order"),
        tuple(
            (
                str(r.positions),
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
