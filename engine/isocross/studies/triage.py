"""Triage: which position to close first, and what margin or a flip would do instead.

An account *survives* as far as all of its positions stand: to the move at which the first one falls on the whole
glide in the direction of the shock. That ranks; of equal ones, where fewer fall, and then the move at which no
position is left.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from isocross.account.book import Book, Position, market_names
from isocross.account.margin import notional
from isocross.figures.triggers import Reach, joint_falls, reach_of, read_reach
from isocross.money import ONE, exact
from isocross.moves import no_bucket_by_hand
from isocross.moves.move import Do, Move, carry_out
from isocross.rehearsal.rehearsal import Scene

HELP = Decimal(100)
"""The margin that is tried, and the notional that closing is measured by, in the account's currency."""


@dataclass(frozen=True)
class Remedy:
    """One thing to do about a position, and how far the account goes then."""

    steps: tuple[Move, ...]
    reach: Reach | None
    """None: it is refused."""
    gain: Decimal | None
    """How much further every position then stands, as a share of the opening marks; negative: it falls sooner.

    Where nothing falls any more it is counted to the end of the glide, and is at least that much.
    """
    refusal: str = ""


@dataclass(frozen=True)
class TriageRow:
    """One position, and what could be done about it."""

    position: Position
    name: str
    falls: Decimal | None
    """The place of its own first fall today; None: it does not fall."""
    notional: Decimal
    """At the opening mark."""
    close: Remedy
    close_per_help: Decimal | None
    """The gain of closing it for each `HELP` of its notional."""
    margin: Remedy
    """`HELP` added: to its own bucket, or where it has none deposited into the pool."""
    flip: Remedy


@dataclass(frozen=True)
class Triage:
    """All positions, the best to close first."""

    today: Reach
    rows: tuple[TriageRow, ...]

    @property
    def best(self) -> TriageRow | None:
        """The position to close first; None where closing any one of them brings the first fall no further."""
        row = next(iter(self.rows), None)
        return row if row is not None and row.close.gain is not None and row.close.gain > 0 else None


@exact
def triage(scene: Scene, direction: int) -> Triage:
    """Rank the positions by how far the account survives without each; ties in file order.

    Args:
        scene: the account and its betas; whatever its path, a glide is looked at.
        direction: −1 for the whole glide down, +1 for the one up.
    """
    whole = scene.falling if direction < 0 else scene.rising
    today = read_reach(whole)
    falls = {index: event.place for index, event in joint_falls(whole).items()}
    names = market_names(scene.book)
    rows = [_row(scene, today, index, names[index], falls.get(index)) for index in range(len(names))]
    return Triage(today, tuple(sorted(rows, key=_rank, reverse=True)))


def _rank(row: TriageRow) -> tuple[Decimal, int, Decimal]:
    """The further the larger; a refused close is last."""
    return (-ONE, 0, -ONE) if row.close.reach is None else row.close.reach.rank


def _row(scene: Scene, today: Reach, index: int, name: str, falls: Decimal | None) -> TriageRow:
    book = scene.book
    position = book.positions[index]
    size = notional(position, book.market_of(position).mark)
    close = _remedy(scene, today, Move(Do.REDUCE, position.id, position.quantity))
    return TriageRow(
        position=position,
        name=name,
        falls=falls,
        notional=size,
        close=close,
        close_per_help=None if close.gain is None or size == 0 else close.gain * HELP / size,
        margin=_remedy(scene, today, _help_for(book, position)),
        flip=_remedy(scene, today, Move(Do.FLIP, position.id)),
    )


def _help_for(book: Book, position: Position) -> Move:
    by_hand = no_bucket_by_hand(book, position) is None
    return Move(Do.ADD_MARGIN, position.id, HELP) if by_hand else Move(Do.DEPOSIT, None, HELP)


def _remedy(scene: Scene, today: Reach, step: Move) -> Remedy:
    outcome = carry_out(scene.book, (step,))
    if outcome.after is None:
        return Remedy((step,), None, None, str(outcome.refusal))
    reach = reach_of(outcome.after, scene.betas, today.direction)
    return Remedy((step,), reach, reach.stands_to - today.stands_to)
