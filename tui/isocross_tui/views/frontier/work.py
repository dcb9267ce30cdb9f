"""Working out the grids of the frontier off the key path: in a thread, then cell by cell."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import field
from itertools import chain

from isocross.account.book import Book, Mode
from isocross.desk.actions.frontier import modes
from isocross.records import dataclass
from isocross.studies.frontier.grid import Grid, Unmodelled, settle_doubts, solve_grid, unsolved_grid
from isocross.studies.frontier.plane import Plane
from isocross.work import Work

COARSE = (24, 15)
"""The most columns and rows that the exact engine works out by itself."""


@dataclass(frozen=True)
class Wanted:
    """What a map is of; equal ones have the same cells."""

    book: Book
    """The account: at the opening, or as it stands at the cursor of a lived path."""
    plane: Plane


@dataclass(eq=False)
class Grids:
    """The account as it is, and in either mode."""

    wanted: Wanted
    as_it_is: Grid
    variants: dict[Mode, Grid] = field(default_factory=dict)
    refused: dict[Mode, str] = field(default_factory=dict)
    unmodelled: str = ""
    """The rule for which the exact engine has to do it all; empty: there is none."""
    whole: bool = False
    """Whether the variants are there, too."""

    @property
    def book(self) -> Book:
        """The account as it is."""
        return self.wanted.book

    def open_cells(self) -> int:
        """How many cells are still to be settled."""
        return sum(int(grid.doubtful.sum()) for grid in (self.as_it_is, *self.variants.values()))


def first_grids(wanted: Wanted) -> Grids:
    """The account as it is."""
    try:
        return Grids(wanted, solve_grid(wanted.book, wanted.plane))
    except Unmodelled as reason:
        return Grids(wanted, unsolved_grid(wanted.book, wanted.plane.coarser(*COARSE)), unmodelled=str(reason))


def add_variants(grids: Grids) -> Grids:
    """The same with both modes beside it."""
    done = Grids(grids.wanted, grids.as_it_is, unmodelled=grids.unmodelled, whole=True)
    for mode, book in modes(grids.book).items():
        if isinstance(book, str):
            done.refused[mode] = book
        elif grids.unmodelled:
            done.variants[mode] = unsolved_grid(book, grids.as_it_is.plane)
        else:
            done.variants[mode] = solve_grid(book, grids.wanted.plane)
    return done


def settling(grids: Grids, work: Work) -> Iterator[None]:
    """Settle what is open, a cell a step: the account as it is first."""
    books = modes(grids.book)
    steps = [settle_doubts(grids.book, grids.as_it_is, work)]
    for mode, grid in grids.variants.items():
        book = books[mode]
        if not isinstance(book, str):
            steps.append(settle_doubts(book, grid, work))
    return chain(*steps)


def settle_some(steps: Iterator[None], seconds: float) -> bool:
    """Settle cells for a moment, at least one; tell whether all are."""
    until = time.monotonic() + seconds
    done = False
    while not done:
        done = next(steps, steps) is steps
        if time.monotonic() >= until:
            break
    return done
