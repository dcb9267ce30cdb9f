"""What keys do on the frontier: each action changes only how it is looked at, never the account or its shock."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Final

from isocross.account.book import Book, Mode
from isocross.desk import selectors
from isocross.desk.state import Look, Sight, State, stepped
from isocross.desk.store import once_per_state
from isocross.money import ZERO
from isocross.records import dataclass
from isocross.studies.curves import in_one_mode
from isocross.studies.frontier.cell import Cell, cell_at
from isocross.studies.frontier.plane import Point, common_point, shocks_to, two_markets
from isocross.work import TooMuchWork, Work

QUICK: Final = 200
"""The steps of work that may be done between two keys; so many events take about a twentieth of a second."""


def pair(state: State) -> tuple[str, str | None]:
    """The two markets that are looked at; raises ValueError without positions."""
    position = selectors.position_now(state)
    chosen = state.frontier.x or (position.market if position else None)
    return two_markets(selectors.book_now(state), chosen, state.frontier.y)


def desk_point(state: State) -> Point:
    """Where the desk's common move has brought the two markets."""
    betas = selectors.book_now(state).betas_with(selectors.what_if_now(state).betas)
    return common_point(*pair(state), betas, state.moment.ahead)


def point(state: State) -> Point:
    """The point that is looked at; with one market it has no second move."""
    x, y = state.frontier.point or desk_point(state)
    return x, y if pair(state)[1] is not None else ZERO


def sight(state: State) -> Sight:
    """How the frontier is looked at: its window holds the point, also where the common move brought it there."""
    return state.frontier.at(point(state))


@dataclass(frozen=True)
class MovePoint(Look):
    """Move the point by so many steps of either market."""

    x: int = 0
    y: int = 0

    def apply(self, state: State) -> State:
        """Never beyond −95 % or +300 %; the window follows."""
        x, y = point(state)
        if self.y and pair(state)[1] is None:
            return state.saying("This account has one market, and no second one to move.")
        to = stepped(x, self.x, state.step), stepped(y, self.y, state.step)
        return replace(state, frontier=state.frontier.at(to))


@dataclass(frozen=True)
class PutPoint(Look):
    """Put the point at two moves; None: where the desk's common move has brought the markets, and with it."""

    to: Point | None

    def apply(self, state: State) -> State:
        """The window follows."""
        if self.to is not None:
            return replace(state, frontier=state.frontier.at(self.to))
        seen = state.frontier.at(desk_point(state))
        return replace(state, frontier=replace(seen, point=None))


@dataclass(frozen=True)
class NextLens(Look):
    """Look through the next lens."""

    def apply(self, state: State) -> State:
        """After the last comes the first."""
        return replace(state, frontier=state.frontier.next_lens())


@dataclass(frozen=True)
class Zoom(Look):
    """Look from nearer (1) or farther (−1), about the point."""

    steps: int

    def apply(self, state: State) -> State:
        """It stops at both ends."""
        return replace(state, frontier=state.frontier.zoomed(self.steps, point(state)))


@dataclass(frozen=True)
class LookAt(Look):
    """Look at two markets."""

    x: str
    y: str | None

    def apply(self, state: State) -> State:
        """The point goes back to the desk's."""
        return replace(state, frontier=replace(state.frontier, x=self.x, y=self.y, point=None))


@dataclass(frozen=True)
class Asked:
    """The cell at the point as a question: the account, and how far each market moves."""

    book: Book
    shocks: tuple[tuple[str, Decimal], ...]

    def answer(self, work: Work) -> Cell:
        """Work it out; raises TooMuchWork or Stopped."""
        return cell_at(self.book, dict(self.shocks), work)


def asked(state: State) -> Asked:
    """What is asked of the point."""
    x, y = pair(state)
    return Asked(selectors.book_now(state), tuple(shocks_to(x, y, *point(state)).items()))


def _cell(state: State) -> Cell:
    return asked(state).answer(Work())


cell = once_per_state(_cell)
"""The cell at the point, by the exact engine."""


def _quick_cell(state: State) -> Cell | None:
    try:
        return asked(state).answer(Work(QUICK))
    except TooMuchWork:
        return None


quick_cell = once_per_state(_quick_cell)
"""The same where it is worked out between two keys; None: it takes longer."""


def modes(book: Book) -> dict[Mode, Book | str]:
    """The same account all in one mode, or why it cannot be set up; a mode it is all in already is left out."""
    variants: dict[Mode, Book | str] = {}
    for mode in Mode:
        variant = in_one_mode(book, mode)
        if isinstance(variant, str) or variant.positions != book.positions:
            variants[mode] = variant
    return variants
