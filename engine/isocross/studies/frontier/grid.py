"""The grid: the outcome of every cell of a plane at once, in floats, tested against the exact engine.

What floats can work out is decided first, and what is left to the exact engine is said in words (`Unmodelled`). Numpy
is loaded by this module and by those it is made of, and by nothing else of the library.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING, Field, fields
from functools import cache
from typing import Any, Final

import numpy as np

from isocross.account.book import Book, Mode, Position
from isocross.account.margin import opposed, unrealised_pnl
from isocross.cascade.ledger import Ledger
from isocross.cascade.solver import solve
from isocross.cascade.timeline import Timeline
from isocross.errors import IsocrossError
from isocross.money import ZERO, exact
from isocross.paths.glide import Glide
from isocross.records import dataclass
from isocross.rules.declared import declared
from isocross.rules.market import Ladder, Market, TierMethod
from isocross.rules.procedure import StepKind
from isocross.rules.profile import Basis, Netting, Victim
from isocross.studies.frontier.buckets import BucketRun
from isocross.studies.frontier.cell import ENDS, Cell, cell_at, cells_along
from isocross.studies.frontier.cells import Record, Returns
from isocross.studies.frontier.lines import EDGE, Alone, Flags, Floats, Ints, alone_along, lines_of
from isocross.studies.frontier.plane import Plane
from isocross.studies.frontier.pooled import PooledRun
from isocross.work import Work


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


_KNOWN: Final[dict[type, frozenset[str]]] = {
    Market: _names("symbol mark ladder tick lot liquidation_fee as_of"),
    Ladder: _names("tiers key border"),
    Position: _names("id market side mode quantity entry leverage given_margin stated"),
    Book: _names("profile wallet markets positions fund strict currency"),
}
"""The fields whose every value is modelled, or has no part in what falls, of what no profile declares."""


def unmodelled(book: Book) -> str | None:
    """The first rule of an account that the grid does not model, in words; None when it models them all.

    Only what is known is trusted: a field or a switch that was added to the rules later counts as not modelled
    as soon as an account makes use of it, unless it is declared as modelled.
    """
    profile = book.profile
    strange = next((choice for part in (profile, *profile.steps) for choice in _strange_choices(part)), None)
    if strange is not None:
        return f"the rule {strange}"
    rare = _kept(book) or _rare(book)
    if rare:
        return rare
    held = {position.market: book.market_of(position) for position in book.positions}
    ladders = [market.ladder for market in held.values()]
    tiers = [tier for ladder in ladders for tier in ladder.tiers]
    for thing in (book, profile, *profile.steps, *held.values(), *ladders, *tiers, *book.positions):
        used = _unknown_in_use(thing)
        if used:
            return f"the rule {used}"
    return None


def _kept(book: Book) -> str | None:
    """What an account has that is not modelled, as people call it; None where it has nothing of the kind."""
    has = {
        "collateral of several assets": book.coins,
        "coin margin": book.inverse_markets,
        "margin that is drawn by itself": any(position.auto_margin for position in book.positions),
        "the rule of resting orders": book.orders,
    }
    return next((words for words, used in has.items() if used), None)


def _rare(book: Book) -> str | None:
    """What is modelled only while it has no part in this account, in words; None where it has none."""
    profile, kinds = book.profile, {step.kind for step in book.profile.steps}
    cross = {i: p for i, p in enumerate(book.positions) if p.mode is Mode.CROSS}
    hedges = StepKind.NET_HEDGES in kinds and opposed(cross, Netting.LARGER_LEG)
    if hedges or opposed(cross, profile.netting):
        return "the rule of hedged pairs"
    if any(_risen(position, book.market_of(position).ladder) for position in book.positions):
        return "a rate that rises with the size"
    jumps = profile.tier_method is TierMethod.FLAT and profile.maintenance_basis is Basis.MARK
    return "a backstop behind tiers that jump" if StepKind.BACKSTOP in kinds and jumps else None


def _risen(position: Position, ladder: Ladder) -> bool:
    """Whether the rate is above its tier's; below that it stays what it is, as quantities only become smaller."""
    return any(tier.rate_at(position.quantity) != tier.rate for tier in ladder.tiers)


def _strange_choices(part: Any) -> Iterator[object]:
    """The values of those rules of which only some are modelled, where it is another."""
    for field in fields(part):
        rule, value = declared(field), getattr(part, field.name)
        if rule is not None and isinstance(rule.modelled, tuple) and value not in rule.modelled:
            yield value


def _unknown_in_use(thing: Any) -> str | None:
    kind: Any = type(thing)
    strange = (name for name, plain in _unknown(kind) if getattr(thing, name) != plain)
    return next((name.replace("_", " ") for name in strange), None)


@cache
def _unknown(kind: Any) -> tuple[tuple[str, Any], ...]:
    """The fields of a class that are not modelled, and the value by which each says nothing."""
    known = next((names for one, names in _KNOWN.items() if issubclass(kind, one)), frozenset[str]())
    strange = (field for field in fields(kind) if field.name not in known and not _is_modelled(field))
    return tuple((field.name, _plain(field)) for field in strange)


def _is_modelled(field: Field[Any]) -> bool:
    rule = declared(field)
    return rule is not None and rule.modelled is not False


def _plain(field: Field[Any]) -> Any:
    """The value of a field that says nothing."""
    return field.default if field.default_factory is MISSING else field.default_factory()


AT_ONCE = 250_000
"""Positions times cells that are worked out together: what a core keeps near, and a bound on memory."""


class Unmodelled(IsocrossError, ValueError):
    """The account makes use of a rule that the grid does not model."""


@dataclass(frozen=True, eq=False)
class Grid:
    """The outcome of every cell; rows are the second market's moves, columns the first's, both rising."""

    plane: Plane
    held: int
    """How many positions the account has."""
    survivors: Ints
    first: Ints
    """The position that falls first, by its place in the book; −1 where none does."""
    equity: Floats
    """What is left of the account, in its currency."""
    whole: Flags
    """Whether nothing fell and nothing was reduced."""
    doubtful: Flags
    """Where floats cannot tell what happens: to be settled by the exact engine."""

    def put(self, row: int, column: int, cell: Cell) -> None:
        """Write down one cell as the exact engine has it."""
        self.survivors[row, column] = len(cell.survivors)
        self.first[row, column] = -1 if cell.first is None else cell.first
        self.equity[row, column] = float(cell.equity)
        self.whole[row, column] = cell.whole
        self.doubtful[row, column] = False


def unsolved_grid(book: Book, plane: Plane) -> Grid:
    """A grid of which nothing is known yet: every cell is left to the exact engine."""
    shape = (len(plane.ys), len(plane.xs))
    nobody = np.full(shape, -1, dtype=np.int64)
    held = len(book.positions)
    return Grid(
        plane, held, np.full(shape, held), nobody, np.zeros(shape), np.ones(shape, np.bool_), np.ones(shape, np.bool_)
    )


def settle_doubts(book: Book, grid: Grid, work: Work | None = None) -> Iterator[None]:
    """Have the exact engine decide every doubtful cell, one a step; the whole plane coarsely first, then between."""
    doubts = np.argwhere(grid.doubtful)
    if grid.plane.y is None:
        columns = {grid.plane.xs[column]: column for _, column in doubts}
        for move, cell in cells_along(book, grid.plane.x, tuple(columns), work):
            grid.put(0, columns[move], cell)
            yield
        return
    order = np.lexsort((*(doubts.T), *(row for apart in (2, 4, 8) for row in doubts.T % apart != 0)))
    for row, column in doubts[order]:
        grid.put(row, column, cell_at(book, grid.plane.shocks(column, row), work))
        yield


@exact
def solve_grid(book: Book, plane: Plane) -> Grid:
    """Whole cascades of every cell.

    What happens at the opening is solved exactly once, for it is the same everywhere; so are isolated
    positions along each axis, for they stand alone. The cross machine runs over all cells at once, from
    event to event, each a root of its piece.

    Raises:
        Unmodelled: with the rule in words.
    """
    reason = unmodelled(book)
    if reason:
        raise Unmodelled(reason)
    with np.errstate(divide="ignore", invalid="ignore"):
        return _Whole(book, plane).grid()


class _Whole:
    """What is put together from the opening, both axes and the cross machine."""

    def __init__(self, book: Book, plane: Plane) -> None:
        self.book, self.plane = book, plane
        self.opening: Timeline[Glide] = solve(book, Glide.towards(book, {}), ZERO)
        self.ledger = Ledger.after(book, self.opening.happened)
        self.columns = alone_along(book, plane.x, plane.xs)
        self.rows = alone_along(book, plane.y, plane.ys) if plane.y is not None else None
        self.x = np.tile(np.array([float(move) for move in plane.xs]), len(plane.ys))
        self.y = np.repeat(np.array([float(move) for move in plane.ys]), len(plane.xs))
        self.slopes = np.stack([self.x, self.y, np.zeros_like(self.x)])

    def grid(self) -> Grid:
        record = self._cross()
        self._count_isolated(record)
        self._first_isolated(record)
        still, fell = self._still()
        record.equity += still
        opened = [event for event in self.opening.happened if event.kind in ENDS]
        if opened:
            record.whole[:] = False
        first = Cell(self.opening).first
        if first is not None:
            record.first[:] = first
        record.fallen += fell
        shape = (len(self.plane.ys), len(self.plane.xs))
        held = len(self.book.positions)
        return Grid(
            plane=self.plane,
            held=held,
            survivors=(held - record.fallen).astype(np.int64).reshape(shape),
            first=record.first.reshape(shape),
            equity=record.equity.reshape(shape),
            whole=record.whole.reshape(shape),
            doubtful=record.doubtful.reshape(shape),
        )

    def _cross(self) -> Record:
        """The cross machine over all cells."""
        axes = {self.plane.x: 0} | ({self.plane.y: 1} if self.plane.y is not None else {})
        by_file = self.book.profile.victim is Victim.FILE_ORDER and not self.book.top_up
        cross = self.ledger.open_in(Mode.CROSS)
        standing = {i: self.ledger.positions[i] for i in (cross if by_file else self.book.in_turn(cross))}
        credits = [(axis, credit) for axis, alone in self._sides() for credit in alone.credits]
        machine = BucketRun if self.book.top_up else PooledRun
        lines = lines_of(self.book, standing, axes)
        size = max(1, AT_ONCE // max(1, lines.count))
        chunks = [self.slopes[:, start : start + size] for start in range(0, len(self.x), size)]
        return Record.joined([machine(self.book, self.ledger, lines, s, Returns(credits, s)).run() for s in chunks])

    def _sides(self) -> list[tuple[int, Alone]]:
        return [(0, self.columns)] + ([(1, self.rows)] if self.rows is not None else [])

    def _spread(self, axis: int, values: Floats | Flags) -> Floats:
        """Values of an axis in every cell."""
        spread: Floats = np.tile(values, len(self.plane.ys)) if axis == 0 else np.repeat(values, len(self.plane.xs))
        return spread

    def _count_isolated(self, record: Record) -> None:
        for axis, alone in self._sides():
            record.equity += self._spread(axis, alone.equity)
            record.fallen += self._spread(axis, alone.fallen)
            record.whole &= self._spread(axis, alone.whole).astype(np.bool_)
            record.doubtful |= self._spread(axis, alone.edge).astype(np.bool_)

    def _first_isolated(self, record: Record) -> None:
        """Put the isolated falls before the cross ones that come later, or at the same place."""
        deaths = [(axis, *death) for axis, alone in self._sides() for death in alone.deaths]
        places = np.full((len(deaths) + 1, len(self.x)), np.inf)
        for n, (axis, direction, move, _) in enumerate(deaths):
            slope = self.slopes[axis]
            place = move / slope
            places[n] = np.where((slope * direction > 0) & (place <= 1), place, np.inf)
        order = sorted(range(len(deaths)), key=lambda n: self.book.precedence[deaths[n][3]])
        places = places[[*order, len(deaths)]]
        positions = np.array([*(deaths[n][3] for n in order), -1], dtype=np.int64)
        rows, every = places.argmin(axis=0), np.arange(len(self.x))
        best = places[rows, every]
        places[rows, every] = np.inf
        second = np.minimum(places.min(axis=0), record.first_at)
        tied = np.abs(second - best) < EDGE
        record.doubtful |= tied & self._differ(best, rows, places, positions, record)
        earlier = best <= record.first_at
        record.first = np.where(earlier & np.isfinite(best), positions[rows], record.first)

    def _differ(self, best: Floats, rows: Ints, places: Floats, positions: Ints, record: Record) -> Flags:
        """Whether a tie is more than two equal places of one market, which `Book.precedence` decides."""
        same_market = np.array([[self._market(a) == self._market(b) for b in positions] for a in positions])
        second = places.argmin(axis=0)
        every = np.arange(len(best))
        alike = same_market[rows, second] & (places[second, every] == best) & ~(record.first_at <= best + EDGE)
        differ: Flags = ~alike
        return differ

    def _market(self, position: int) -> str:
        return self.book.positions[position].market if position >= 0 else ""

    def _still(self) -> tuple[float, float]:
        """Isolated positions of markets that stand still: what they hold, and how many fell at the opening.

        Cross positions that fell at the opening are counted here, too.
        """
        moving, equity, fallen = {self.plane.x, self.plane.y}, ZERO, 0
        for i, position in enumerate(self.ledger.positions):
            counted = position.mode is Mode.ISOLATED and position.market in moving
            if counted:
                continue
            if not self.ledger.is_open[i]:
                fallen += 1
            elif position.mode is Mode.ISOLATED:
                mark = self.book.market_of(position).mark
                equity += self.ledger.margins[i] + unrealised_pnl(position, mark)
        return float(equity), float(fallen)
