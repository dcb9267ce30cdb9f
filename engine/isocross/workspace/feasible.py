"""Whether an account can be rehearsed at all: that neither glide, nor its lived path, has events without end."""

from __future__ import annotations

from contextlib import suppress

from isocross.account.book import Book, Mode
from isocross.cascade.solver import solve
from isocross.cascade.watch import MOST_STEPS, refuse_legs
from isocross.paths.bars import HistoryError
from isocross.paths.glide import Glide
from isocross.paths.together import ApartError
from isocross.rehearsal.kinds import rehearse
from isocross.rehearsal.scenario import PathKind
from isocross.rehearsal.together import taken_apart
from isocross.rules.procedure import StepKind
from isocross.workspace.build import book_of
from isocross.workspace.model import Workspace

_REPEATED = frozenset((StepKind.PORTION, StepKind.RESTORE))
"""Steps that a venue does time and again with one position."""


def refuse_endless(workspace: Workspace) -> None:
    """TooMuchWork for an account whose rehearsal would take more work than one answer may take.

    ApartError for one on whose path the price of a coin and what is margined in it move apart.
    """
    book, scenario = book_of(workspace), workspace.scenario
    apart = taken_apart(book, scenario)
    if apart is not None:
        raise ApartError(apart[1])
    if scenario.path is PathKind.WALK:
        refuse_legs(len(scenario.legs), len(book.positions), len(scenario.moves))
    if _surely_short(book):
        return
    for direction in (-1, 1):
        solve(book, Glide.common(book, scenario.betas, direction))
    # a history that cannot be walked is told where it is shown
    with suppress(HistoryError):
        rehearse(book, scenario)


def _surely_short(book: Book) -> bool:
    """Whether no path can have too many events: a few for each position and its tiers, where none draws margin."""
    repeated = any(step.kind in _REPEATED for step in book.profile.steps)
    if repeated or any(position.auto_margin for position in book.positions):
        return False
    if book.top_up and any(position.mode is Mode.CROSS for position in book.positions):
        return False
    return 2 * sum(2 + len(book.market_of(position).ladder.tiers) for position in book.positions) <= MOST_STEPS
