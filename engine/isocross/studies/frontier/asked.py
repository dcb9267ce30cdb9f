"""A frontier that was asked for in words: its two markets, its ends, and its cells, by the grid or exactly."""

from __future__ import annotations

from itertools import islice, product
from math import isqrt

from isocross.account.book import Book
from isocross.account.mates import one_price
from isocross.errors import IsocrossError
from isocross.paths.shock import ShockError, parse_move
from isocross.records import dataclass
from isocross.studies.frontier.cell import cell_at
from isocross.studies.frontier.cells import MOST_ROUNDS
from isocross.studies.frontier.grid import Grid, Unmodelled, settle_doubts, solve_grid, unsolved_grid
from isocross.studies.frontier.plane import HIGHEST, LOWEST, Plane, axis, markets_held, two_markets
from isocross.work import TOO_MUCH, TooMuchWork, Work

_COARSE = 25
"""The most columns and rows that the exact engine works out by itself."""
FEWEST_ASKED, MOST_ASKED = 2, 401
"""Columns or rows that can be asked for."""
_FEWEST = 3
"""Columns and rows below which nothing is a map."""
MOST_OF_A_MAP = 50_000
"""Steps of the exact engine that a map may take; where its cells would take more, there are fewer of them."""
_SAMPLE = 24
"""Cells all over the map, after which it is seen how many steps all of them would take."""


class FrontierError(IsocrossError, ValueError):
    """Say that there is no such frontier; `about` is what was asked wrongly: x, y, range or nothing of these."""

    def __init__(self, about: str, said: str) -> None:
        super().__init__(said)
        self.about = about


@dataclass(frozen=True)
class SolvedPlane:
    """The outcome of every cell."""

    grid: Grid
    unmodelled: str = ""
    """What of the account the grid does not model, so that the exact engine worked out coarser cells; empty: all is."""


def plane_of(
    book: Book, x: str | None, y: str | None, ends: tuple[str, str], size: tuple[int, int], selected: str | None = None
) -> Plane:
    """Set up the plane of two markets; raises FrontierError.

    Args:
        book: the account.
        x: the market of the columns; None: the selected position's, or the largest.
        y: the market of the rows; None: the largest other one.
        ends: the lowest and the highest move of both.
        size: columns and rows.
        selected: the market of the position that is selected.
    """
    if not book.positions:
        raise FrontierError("", "a frontier needs a position, and this account has none")
    if min(size) < FEWEST_ASKED or max(size) > MOST_ASKED:
        raise FrontierError("cells", f"a frontier has {FEWEST_ASKED} to {MOST_ASKED} cells on each axis")
    held = set(markets_held(book))
    for about, symbol in (("x", x), ("y", y)):
        if symbol is not None and symbol not in held:
            assets = ", and no asset with a price of that name" if book.coins else ""
            known = ", ".join(sorted(held))
            raise FrontierError(about, f"no position in {symbol!r}{assets}: expected one of {known}")
    if x is not None and x == y:
        raise FrontierError("y", f"{y} is in the columns already: expected another market")
    columns, rows = two_markets(book, x or (selected if selected != y else None), y)
    if y is not None and rows != y and one_price(book, columns, y):
        raise FrontierError("y", f"{y} moves with {columns}, for one coin is margin of both: expected another market")
    try:
        low, high = max(LOWEST, parse_move(ends[0])), min(HIGHEST, parse_move(ends[1]))
    except ShockError as error:
        raise FrontierError("range", str(error)) from None
    if low >= high:
        raise FrontierError("range", f"{' '.join(ends)} goes down: expected the lower end first")
    xs = axis(low, high, size[0])
    return Plane(columns, None, xs) if rows is None else Plane(columns, rows, xs, axis(low, high, size[1]))


def solve_plane(book: Book, plane: Plane, work: Work | None = None) -> SolvedPlane:
    """Work out every cell by the grid; where it does not model the account, coarser ones by the exact engine.

    Those are coarser still where each takes very many steps; TooMuchWork where so few would be left that it is no map.
    """
    work = work or Work()
    dearest = _dearest(book, plane, work)
    if dearest > MOST_ROUNDS:
        return _coarse(book, plane, dearest, "so many events", work)
    why = ""
    try:
        grid = solve_grid(book, plane)
    except Unmodelled as reason:
        grid, why = unsolved_grid(book, plane.coarser(_COARSE, _COARSE)), str(reason)
    if plane.y is not None:
        a_cell = _steps_of_some(book, grid, work)
        if a_cell * int(grid.doubtful.sum()) > MOST_OF_A_MAP:
            return _coarse(book, plane, a_cell, why or "so many close calls", work)
    for _ in settle_doubts(book, grid, work):
        pass
    return SolvedPlane(grid, why)


def _steps_of_some(book: Book, grid: Grid, work: Work) -> int:
    """Settle some cells all over the map; how many steps each took."""
    before, settled = work.done, 0
    for _ in islice(settle_doubts(book, grid, work), _SAMPLE):
        settled += 1
    return (work.done - before) // max(1, settled)


def _dearest(book: Book, plane: Plane, work: Work) -> int:
    """The most steps that a corner takes; 0 where there is one row, through which two glides lead."""
    if plane.y is None:
        return 0
    steps = []
    for column, row in product((0, -1), repeat=2):
        before = work.done
        cell_at(book, plane.shocks(column, row), work)
        steps.append(work.done - before)
    return max(steps)


def _coarse(book: Book, plane: Plane, steps: int, why: str, work: Work) -> SolvedPlane:
    """As many cells as there may be where each takes so many steps of the exact engine."""
    side = min(_COARSE, isqrt(MOST_OF_A_MAP // steps))
    if side < _FEWEST:
        raise TooMuchWork(f"Each cell of this map takes {steps:,} steps. {TOO_MUCH}")
    grid = unsolved_grid(book, plane.coarser(side, side))
    for _ in settle_doubts(book, grid, work):
        pass
    return SolvedPlane(grid, why)
