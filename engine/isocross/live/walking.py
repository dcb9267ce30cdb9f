"""An account that walks along its path in real time, faster or slower: where it stands now, and what was liquidated."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import field, replace
from datetime import timedelta
from decimal import Decimal

from isocross.account.book import market_names
from isocross.cascade.events import EventKind
from isocross.figures.frame import Frame
from isocross.history.collateral import every_window
from isocross.money import ZERO
from isocross.moves.move import Move, Planned, carry_out
from isocross.paths.bars import same_coin
from isocross.records import dataclass
from isocross.rehearsal.kinds import LivedType, lived_rehearsal, type_of
from isocross.rehearsal.lived import LivedRehearsal
from isocross.rehearsal.scenario import PathKind
from isocross.toml.faults import Fault, Faults, shown
from isocross.workspace.build import book_of
from isocross.workspace.model import Workspace

STEP_S = 60
"""Seconds from one place to the next of a path without a clock."""


@dataclass
class Walk:
    """An account on a lived path, which it goes along from the moment that this was made."""

    rehearsal: LivedRehearsal
    speed: Decimal = Decimal(1)
    """How many seconds of the path pass in one second."""
    clock: Callable[[], float] = time.monotonic
    began: float = field(init=False)

    def __post_init__(self) -> None:
        """Begin."""
        self.began = self.clock()

    @property
    def place(self) -> Decimal:
        """Where it is now; at the end it stays."""
        passed = Decimal(repr(self.clock() - self.began)) * self.speed
        path = self.rehearsal.path
        first = path.time(ZERO)
        at = None if first is None else self.rehearsal.place_of(first + timedelta(seconds=float(passed)))
        return min(path.end, passed / STEP_S if at is None else at)

    @property
    def frame(self) -> Frame:
        """Every figure of it now."""
        return self.rehearsal.frame(self.place)

    @property
    def words(self) -> str:
        """Where it is, in words."""
        return self.rehearsal.path.words(self.place)

    def do(self, move: Move) -> str:
        """Make a move of the user where it is now; why it is refused in words, empty where it is done."""
        place, scenario = self.rehearsal.within(self.place), self.rehearsal.scenario
        outcome = carry_out(self.rehearsal.book_at(place), [move])
        if outcome.after is None:
            return str(outcome.refusal)
        planned = replace(scenario, moves=(*scenario.moves, Planned(place, move)))
        self.rehearsal = lived_rehearsal(self.rehearsal.book, planned)
        return ""


def walk_of(
    workspace: Workspace,
    venue: str,
    window: str | None,
    speed: Decimal,
    clock: Callable[[], float] = time.monotonic,
) -> Walk:
    """Put an account on a shipped crash, or on its own lived path, under a venue's rules.

    Args:
        workspace: the account.
        venue: whose rules.
        window: a shipped history, also with the word crash before it; None: the workspace's own path.
        speed: seconds of the path in one second.
        clock: seconds.

    Raises:
        Faults: where there is no such path, or what the venue does not allow is in the account.
        HistoryError: where the path lacks a market of the account.
    """
    scenario = workspace.scenario
    own = workspace.venue.profile == venue
    book = book_of(workspace, venue=None if own else venue)
    if window is not None:
        name = window.removeprefix("crash-")
        info = next((info for info in every_window() if info.id == name), None)
        if info is None:
            expected = "the name of a shipped history; isocross history lists them"
            raise Faults("--path", [Fault("", f"no history is called {shown(window)}", expected)])
        alike = {s: same_coin(s, info.symbols) for s in book.markets if s not in info.symbols}
        followed = {symbol: other for symbol, other in alike.items() if other is not None}
        stand_in = {**followed, **scenario.stand_in}
        scenario = replace(scenario, path=PathKind.REPLAY, window=name, stand_in=stand_in)
    if not isinstance(type_of(scenario), LivedType):
        message = "the account is not on a path through time"
        raise Faults(workspace.name, [Fault("scenario.path", message, "a shipped history by --path")])
    return Walk(lived_rehearsal(book, scenario), speed, clock)


def liquidated(frame: Frame) -> list[str]:
    """Name the positions that were liquidated on the way, in order."""
    names = market_names(frame.book)
    falls = (event for event in frame.events if event.kind is EventKind.LIQUIDATION and event.position is not None)
    return [names[event.position] for event in falls if event.position is not None]
