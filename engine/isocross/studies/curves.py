"""Equity against the shock, as the corners of a line: between two of them it is straight.

With inverse positions it bends between them, so exact points at equal steps stand between the corners.
"""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from decimal import Decimal

from isocross.account.book import Book, Mode, market_names
from isocross.cascade.timeline import Timeline
from isocross.figures.running import Running
from isocross.money import ZERO, exact
from isocross.moves.judge import FlipJudge
from isocross.paths.glide import Glide
from isocross.records import dataclass
from isocross.rehearsal.rehearsal import GlideRehearsal

SAMPLES = 96
"""Steps of a glide on which equity bends."""


@dataclass(frozen=True)
class EquityCurve:
    """One variant of an account over both glides."""

    name: str
    points: tuple[tuple[Decimal, Decimal], ...]
    """(common move, equity) from the deepest fall to the highest rise; a drop has two points at one move."""
    refusal: str = ""
    """Why this variant cannot be set up; it then has no points."""


def corner_places(glide: Timeline[Glide]) -> set[Decimal]:
    """The places of the corners of a glide."""
    zeros = {Decimal(-1) / slope for slope in glide.path.slopes.values() if slope < 0}
    places = {event.place for event in glide.happened} | {place for place in zeros if place < glide.limit}
    if glide.book.inverse_markets:
        places |= {glide.limit * step / SAMPLES for step in range(1, SAMPLES)}
    return {ZERO, glide.limit} | places


@exact
def equity_corners(glide: Timeline[Glide]) -> list[tuple[Decimal, Decimal]]:
    """(common move, equity) at the opening, before and after each place of events, at zero marks and the end.

    Of an account with inverse positions also in between.
    """
    account = Running(glide.book)
    ahead = deque(glide.happened)
    corners: list[tuple[Decimal, Decimal]] = []
    for place in sorted(corner_places(glide)):
        move, marks = glide.path.move(place), glide.path.marks(place)
        corners.append((move, account.equity(marks)))
        while ahead and ahead[0].place == place:
            account.apply(ahead.popleft())
        corners.append((move, account.equity(marks)))
    return [corner for n, corner in enumerate(corners) if n == 0 or corner != corners[n - 1]]


def equity_curve(name: str, rehearsal: GlideRehearsal) -> EquityCurve:
    """The curve of one rehearsal over both glides."""
    falling = list(reversed(equity_corners(rehearsal.falling)))
    return EquityCurve(name, tuple(falling + equity_corners(rehearsal.rising)[1:]))


def in_one_mode(book: Book, mode: Mode) -> Book | str:
    """The same account with every position in one mode, or why it cannot be set up."""
    return _in_one_mode(book, mode, FlipJudge(replace(book, strict=False)))


def in_each_mode(book: Book) -> dict[Mode, Book | str]:
    """`in_one_mode` for every mode, each position judged once for all."""
    judge = FlipJudge(replace(book, strict=False))
    return {mode: _in_one_mode(book, mode, judge) for mode in Mode}


def _in_one_mode(book: Book, mode: Mode, judge: FlipJudge) -> Book | str:
    sums, done = judge.sums, frozenset[str]()
    for position in book.positions:
        if position.mode is not mode:
            sums = judge.after(sums, position.id)
            if not judge.clearly_allows(sums, position.id):
                refusal = judge.judge(done, position.id).refusal
                if refusal is not None:
                    name = market_names(book)[book.index_of(position.id)]
                    return f"{name} cannot be {mode}, because {refusal}"
            done |= {position.id}
    return judge.book_with(done) if done else book


def curves_by_mode(rehearsal: GlideRehearsal) -> tuple[EquityCurve, ...]:
    """The account as it is, all cross and all isolated; a variant equal to it is left out."""
    curves = [equity_curve("as it is", rehearsal)]
    for mode, variant in in_each_mode(rehearsal.book).items():
        if isinstance(variant, str):
            curves.append(EquityCurve(f"all {mode}", (), variant))
        elif variant.positions != rehearsal.book.positions:
            curves.append(equity_curve(f"all {mode}", replace(rehearsal, book=variant)))
    return tuple(curves)
