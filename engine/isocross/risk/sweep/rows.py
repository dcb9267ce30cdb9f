"""The rows of one account: every way to hold it under every scenario, exactly."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace
from decimal import Decimal
from functools import cached_property

from isocross.account.book import Book, Mode
from isocross.account.margin import unrealised_pnl
from isocross.cascade.events import Event, EventKind
from isocross.cascade.ledger import Ledger
from isocross.cascade.solver import solve
from isocross.cascade.timeline import Timeline
from isocross.disk.spreadsheet import guarded
from isocross.errors import IsocrossError
from isocross.figures.frame import Frame, frame_at
from isocross.figures.prices import account_worst_case
from isocross.money import ONE, ZERO, exact, text, text_or_none
from isocross.moves import flip
from isocross.paths.glide import Glide
from isocross.paths.path import Marks
from isocross.records import dataclass
from isocross.rehearsal.kinds.replay import plan_of, shipped_history
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.rehearsal.replay import replay
from isocross.rehearsal.scenario import PathKind, Scenario
from isocross.risk.plain import is_plain
from isocross.risk.sweep.grid import OWN, Glided, Grid, Replayed
from isocross.studies.curves import in_one_mode
from isocross.studies.reach import Reaches
from isocross.studies.twin import AS_IS, FLIP, tally
from isocross.work import Work
from isocross.workspace import Faults, Workspace, book_of

COLUMNS = (
    *("account", "source", "venue", "mode", "scenario", "refused", "equity", "survivors", "positions"),
    *("first", "first_market", "first_price", "lost", "worst_case", "fund", "joint_trigger", "events"),
)
Row = tuple[str | None, ...]
"""Cells in the order of the columns, without the first two."""
_ENDS = (EventKind.LIQUIDATION, EventKind.REDUCTION)


@dataclass(frozen=True)
class Held:
    """One way to hold an account: under a venue, in a mode; or why there is none."""

    venue: str
    mode: str
    book: Book | None
    betas: Mapping[str, Decimal]
    refused: str = ""
    solved: dict[tuple[str | None, int], Timeline[Glide]] = field(default_factory=dict, compare=False, repr=False)
    """What happens on a common glide, by its shape and its direction."""

    @property
    def holding(self) -> Book:
        """The account; ValueError where it cannot be held so."""
        if self.book is None:
            raise ValueError(self.refused)
        return self.book

    @cached_property
    def opening(self) -> Mapping[str, Decimal]:
        """The marks at the opening."""
        return {symbol: market.mark for symbol, market in self.holding.markets.items()}

    @cached_property
    def worst_case(self) -> str:
        """The most that it can lose."""
        return text(account_worst_case(self.holding))

    @cached_property
    def joint_triggers(self) -> Mapping[int, str | None]:
        """By direction: the common move at which the first position is liquidated."""
        found = {}
        for direction in (-1, 1):
            rehearsal = GlideRehearsal(self.holding, self.betas, work=Work())
            reach = Reaches(rehearsal, direction).of(self.holding)
            found[direction] = text_or_none(None if reach.first is None else reach.move(reach.first))
        return found

    def refusal(self, scenario: str, why: str) -> Row:
        """The row of a scenario that it cannot be put through."""
        return (self.venue, self.mode, scenario, why, *(None,) * (len(COLUMNS) - 6))


def holdings(workspace: Workspace, grid: Grid, origin: str) -> Iterator[Held]:
    """Yield every way to hold an account that a grid asks for."""
    betas = workspace.scenario.betas
    for venue in grid.venues:
        try:
            book = book_of(workspace, None if venue == OWN else venue, origin)
        except Faults as faults:
            why = "; ".join(fault.finding for fault in faults.faults)
            for mode in grid.modes:
                yield Held(workspace.venue.profile if venue == OWN else venue, mode, None, betas, why)
            continue
        for mode in grid.modes:
            yield from _in_mode(book, mode, betas)


def _in_mode(book: Book, mode: str, betas: Mapping[str, Decimal]) -> Iterator[Held]:
    venue = book.profile.id
    if mode == AS_IS:
        yield Held(venue, mode, book, betas)
    elif mode == FLIP:
        for position in book.positions:
            outcome = flip(replace(book, strict=False), position.id)
            yield Held(venue, f"{FLIP}:{position.id}", outcome.after, betas, str(outcome.refusal or ""))
    else:
        held = in_one_mode(book, Mode(mode.removeprefix("all-")))
        if isinstance(held, str):
            yield Held(venue, mode, None, betas, held)
        else:
            yield Held(venue, mode, held, betas)


@dataclass(frozen=True)
class Left:
    """What is left of an account at the end of a scenario."""

    equity: Decimal
    survivors: int
    positions: int
    first: Event | None
    """The first liquidation, in whole or in part."""
    lost: Decimal | None
    fund: Decimal
    events: int


@exact
def glided(held: Held, scenario: Glided) -> Left | str:
    """Rehearse a glide by the engine; why it cannot be. Of moves along the same glide begin with the furthest."""
    moves = scenario.moves
    try:
        put = moves.put(held.holding, held.betas, Work())
        if not is_plain(held.holding):
            left = tally(put.rehearsal, put.move)
            return _framed(left.frame, left.lost)
        size, direction = abs(put.move), 1 if put.move > 0 else -1
        along = (None if moves.shape is None else moves.shape.id, direction) if moves.common is not None else None
        whole = held.solved.get(along) if along is not None else None
        if whole is None or whole.limit < size:
            glide = Glide.common(held.holding, put.rehearsal.betas, direction)
            whole = solve(held.holding, glide, size, put.rehearsal.work)
        if along is not None:
            held.solved[along] = whole
    except IsocrossError as error:
        return str(error)
    happened = whole.happened[: bisect_right(whole.happened, size, key=lambda event: event.place)]
    return _after(held.holding, happened, whole.path.marks(size))


@exact
def replayed(held: Held, scenario: Replayed) -> Left | str:
    """Replay a past crash by the engine; why it cannot be."""
    try:
        history = shipped_history(scenario.window)
        plan = plan_of(Scenario(path=PathKind.REPLAY, window=scenario.window))
        whole = replay(held.holding, history.bars(), plan, title=history.title)
    except IsocrossError as error:
        return str(error)
    if not is_plain(held.holding):
        return _framed(frame_at(whole, whole, whole.path.end), None)
    return _after(held.holding, whole.happened, whole.path.marks(whole.path.end))


@exact
def untouched(held: Held, ends: Mapping[str, Decimal]) -> Left:
    """What is left at the end of a glide on which nothing happens.

    Args:
        held: the account.
        ends: the move of each market to its end; those that are left out stay.
    """
    marks = {symbol: mark * (ONE + ends.get(symbol, ZERO)) for symbol, mark in held.opening.items()}
    return _after(held.holding, (), marks)


def row_of(held: Held, scenario: Glided | Replayed, left: Left | str) -> Row:
    """Write a row."""
    if isinstance(left, str):
        return held.refusal(scenario.id, left)
    first = left.first
    who = None if first is None or first.position is None else held.holding.seats[first.position]
    return (
        *(held.venue, held.mode, scenario.id, None, text(left.equity), str(left.survivors), str(left.positions)),
        *((None, None) if who is None else (guarded(who.id), guarded(who.market))),
        None if first is None else text_or_none(first.mark),
        *(text_or_none(left.lost), held.worst_case, text(left.fund)),
        *(held.joint_triggers[_direction(scenario)], str(left.events)),
    )


def _direction(scenario: Glided | Replayed) -> int:
    """Which way the joint trigger of a scenario is looked for: with the first of its moves that is one."""
    if isinstance(scenario, Replayed):
        return -1
    moves = scenario.moves
    given = [moves.common] if moves.common is not None else [move for _, move in moves.by_name]
    first = next((move for move in given if move), ZERO)
    return 1 if first > 0 else -1


def _framed(frame: Frame, lost: Decimal | None) -> Left:
    """What is left of an account of several collaterals: the frame at the end knows what they are worth."""
    alive = len(frame.held) - len(frame.liquidated)
    account, events = frame.account, frame.events
    return Left(account.equity, alive, len(frame.held), _first(events), lost, account.fund, len(events))


def _after(book: Book, happened: Sequence[Event], marks: Marks) -> Left:
    """What is left of an account of one currency."""
    ledger = Ledger.after(book, happened) if happened else None
    wallet = book.wallet if ledger is None else ledger.wallet
    is_open = [True] * len(book.positions) if ledger is None else ledger.is_open
    positions = book.positions if ledger is None else ledger.positions
    pnl = sum((unrealised_pnl(p, marks[p.market]) for p, alive in zip(positions, is_open, strict=True) if alive), ZERO)
    fund = (book.fund or ZERO) if ledger is None else ledger.fund
    lost = book.wallet - wallet
    return Left(wallet + pnl, sum(is_open), len(is_open), _first(happened), lost, fund, len(happened))


def _first(events: Sequence[Event]) -> Event | None:
    return next((event for event in events if event.kind in _ENDS and event.position is not None), None)
