"""How the solver's time and its operations grow with the account: the exponents of the size."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from isocross.account.book import Book
from isocross.cascade.solver import solve
from isocross.paths.glide import Glide
from tests.bench.books import falling_account
from tests.bench.markdown import Section, ms, times
from tests.bench.measured import cpu_of_call, interleaved, operations_of_call

SIZES = (250, 500, 1000, 2000, 4000, 8000)


@dataclass(frozen=True)
class Size:
    """One account."""

    positions: int
    events: int
    cpu_s: float
    operations: int
    """Functions called."""


def measure(rounds: int, sizes: Sequence[int] = SIZES) -> list[Size]:
    """The least CPU of each size, all sizes in turn."""
    accounts = {str(size): falling_account(size) for size in sizes}
    taken = interleaved({name: partial(_cpu, *account) for name, account in accounts.items()}, rounds)
    return [
        Size(
            int(name),
            len(solve(*account).happened),
            min(taken[name]),
            operations_of_call(partial(solve, *account)),
        )
        for name, account in accounts.items()
    ]


def _cpu(book: Book, path: Glide) -> float:
    return cpu_of_call(lambda: solve(book, path))


def exponent(sizes: Sequence[Size], of: Callable[[Size], float]) -> float:
    """The slope of a figure's logarithm over that of the size, by least squares."""
    xs, ys = [math.log(s.positions) for s in sizes], [math.log(of(s)) for s in sizes]
    mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
    above = sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True))
    return above / sum((x - mean_x) ** 2 for x in xs)


def section(rounds: int, sizes: Sequence[int] = SIZES) -> Section:
    """As a table."""
    measured = measure(rounds, sizes)
    by_time, by_count = exponent(measured, lambda s: s.cpu_s), exponent(measured, lambda s: s.operations)
    return Section(
        "Growth of the solver",
        f"The same kind of account, CPU, least of {rounds}; operations are functions called.",
        ("positions", "events", "solver", "against the first", "an event", "operations"),
        tuple(
            (
                str(s.positions),
                str(s.events),
                ms(s.cpu_s),
                times(s.cpu_s / measured[0].cpu_s),
                ms(s.cpu_s / max(1, s.events)),
                f"{s.operations:,}",
            )
            for s in measured
        ),
        (
            f"CPU grows with the {by_time:.2f}th power of the number of positions, operations with the "
            f"{by_count:.2f}th.",
        ),
    )
