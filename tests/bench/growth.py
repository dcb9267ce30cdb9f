"""How the solver's time grows with the account: the exponent of the size."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from engine.book import Book
from engine.cascade.solver import solve
from engine.path import Ray
from tests.bench.books import falling_account
from tests.bench.markdown import Section, ms, times
from tests.bench.measured import cpu_of_call, interleaved

SIZES = (250, 500, 1000, 2000, 4000, 8000)


@dataclass(frozen=True)
class Size:
    """One account."""

    positions: int
    events: int
    cpu_s: float


def measure(rounds: int, sizes: Sequence[int] = SIZES) -> list[Size]:
    """The least CPU of each size, all sizes in turn."""
    accounts = {str(size): falling_account(size) for size in sizes}
    taken = interleaved({name: partial(_cpu, *account) for name, account in accounts.items()}, rounds)
    return [Size(int(name), len(solve(*accounts[name]).events), min(taken[name])) for name in accounts]


def _cpu(book: Book, ray: Ray) -> float:
    return cpu_of_call(lambda: solve(book, ray))


def exponent(sizes: Sequence[Size]) -> float:
    """The slope of log time over log size, by least squares."""
    xs, ys = [math.log(s.positions) for s in sizes], [math.log(s.cpu_s) for s in sizes]
    mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
    above = sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True))
    return above / sum((x - mean_x) ** 2 for x in xs)


def section(rounds: int, sizes: Sequence[int] = SIZES) -> Section:
    """As a table."""
    measured = measure(rounds, sizes)
    return Section(
        "Growth of the solver",
        f"The same kind of account, CPU, least of {rounds}.",
        ("positions", "events", "solver", "against the first", "an event"),
        tuple(
            (
                str(s.positions),
                str(s.events),
                ms(s.cpu_s),
                times(s.cpu_s / measured[0].cpu_s),
                ms(s.cpu_s / max(1, s.events)),
            )
            for s in measured
        ),
        (f"CPU grows with the {exponent(measured):.2f}th power of the number of positions.",),
    )
