"""Triage: which position to close first, and what margin or a flip would do instead.

An account *survives* as far as all of its positions stand: to the move at which the first one falls on the whole
glide in the direction of the shock. That ranks; of equal ones, where fewer fall, and then the move at which no
position is left.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import field
from decimal import Decimal
from functools import cmp_to_key, partial

from isocross.account.book import Book, Position, market_names
from isocross.account.margin import notional
from isocross.figures.triggers import joint_falls
from isocross.format import IN_USD
from isocross.money import ONE, ZERO, exact, posting
from isocross.moves import no_bucket_by_hand
from isocross.moves.judge import FlipJudge
from isocross.moves.move import Do, Move, carry_out
from isocross.moves.outcome import Outcome
from isocross.records import dataclass
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.studies.reach import Reach, Reaches, exactly, read_reach
from isocross.studies.rough_reach import RoughReach

HUNDRED = Decimal(100)
_OF_A_COIN = Decimal("0.01")
"""Of one that the wallet has nothing of."""


@exact
def help_of(book: Book) -> Decimal:
    """The margin that is tried, and the notional that closing is measured by, in the account's currency.

    It is 100 of money, of several assets in USD. 100 of a coin can be a hundred times the account: there it is the
    power of ten up to a tenth of the wallet.
    """
    if book.coins or book.amounts == IN_USD:
        return HUNDRED
    return ONE.scaleb((book.wallet / 10).adjusted()) if book.wallet > ZERO else _OF_A_COIN


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
    after: Book | None = field(default=None, compare=False, repr=False)
    """The account then."""


@dataclass(frozen=True)
class TriageRow:
    """One position, and what could be done about it."""

    position: Position
    name: str
    falls: Decimal | None
    """The place of its own first fall today; None: it does not fall."""
    notional: Decimal
    """At the opening mark, in the account's currency; where it has several assets, in USD."""
    close: Remedy
    close_per_help: Decimal | None
    """The gain of closing it for each `help` of its notional."""
    margin: Remedy
    """`help` added: to its own bucket, or where it has none deposited into the pool."""
    flip: Remedy


@dataclass(frozen=True)
class Triage:
    """All positions, the best to close first."""

    today: Reach
    rows: tuple[TriageRow, ...]
    help: Decimal
    """As `help_of` the account."""

    @property
    def best(self) -> TriageRow | None:
        """The position to close first; None where closing any one of them brings the first fall no further."""
        row = next(iter(self.rows), None)
        return row if row is not None and row.close.gain is not None and row.close.gain > 0 else None


@exact
def triage(rehearsal: GlideRehearsal, direction: int) -> Triage:
    """Rank the positions by how far the account survives without each; ties by `Book.precedence`.

    Args:
        rehearsal: the account and its betas; whatever its path, a glide is looked at.
        direction: −1 for the whole glide down, +1 for the one up.
    """
    whole = rehearsal.falling if direction < 0 else rehearsal.rising
    today = read_reach(whole)
    falls = {index: event.place for index, event in joint_falls(whole).items()}
    names = market_names(rehearsal.book)
    reaches = Reaches(rehearsal, direction)
    turn, flips = rehearsal.book.in_turn(range(len(rehearsal.book.positions))), FlipJudge(rehearsal.book)
    rows = [_row(flips, reaches, today, index, names[index], falls.get(index)) for index in turn]
    rank = partial(_in_rank, _roughly(reaches, rows))
    return Triage(today, tuple(sorted(rows, key=cmp_to_key(rank), reverse=True)), help_of(rehearsal.book))


def _roughly(reaches: Reaches, rows: Sequence[TriageRow]) -> dict[str, RoughReach]:
    """What floats tell of the closes that move the first fall to where another one does, by position."""
    firsts = Counter(row.close.reach.stands_to for row in rows if row.close.reach is not None)
    tied = [row for row in rows if row.close.reach is not None and firsts[row.close.reach.stands_to] > 1]
    books = {row.position.id: row.close.after for row in tied if row.close.after is not None}
    told = zip(books, reaches.roughly(list(books.values())), strict=True)
    return {id: rough for id, rough in told if rough is not None}


def _in_rank(rough: Mapping[str, RoughReach], row: TriageRow, other: TriageRow) -> int:
    """Above zero where a row ranks higher; a refused close is last. The engine decides what floats cannot tell."""
    one, two = row.close.reach, other.close.reach
    if one is None or two is None:
        return (one is not None) - (two is not None)
    if one.first != two.first:
        return one.against(two)
    ours, theirs = rough.get(row.position.id) or exactly(one), rough.get(other.position.id) or exactly(two)
    told = ours.against(theirs)
    return one.against(two) if told is None else told


def _row(flips: FlipJudge, reaches: Reaches, today: Reach, index: int, name: str, falls: Decimal | None) -> TriageRow:
    book = flips.book
    position = book.positions[index]
    size = notional(position, book.market_of(position).mark) * _settled_price(book, position)
    close = _remedy(book, reaches, today, Move(Do.REDUCE, position.id, position.quantity))
    return TriageRow(
        position=position,
        name=name,
        falls=falls,
        notional=size,
        close=close,
        close_per_help=None if close.gain is None or size == 0 else close.gain * help_of(book) / size,
        margin=_remedy(book, reaches, today, _help_for(book, position)),
        flip=_judged(reaches, today, Move(Do.FLIP, position.id), flips.outcome(position.id)),
    )


def _help_for(book: Book, position: Position) -> Move:
    if no_bucket_by_hand(book, position) is not None:
        return Move(Do.DEPOSIT, None, help_of(book))
    return Move(Do.ADD_MARGIN, position.id, posting(help_of(book) / _settled_price(book, position)))


def _settled_price(book: Book, position: Position) -> Decimal:
    """The price in USD of what a position settles in, at the opening; of an account of one currency 1."""
    return book.coin_price(book.coin_of(position), {symbol: market.mark for symbol, market in book.markets.items()})


def _remedy(book: Book, reaches: Reaches, today: Reach, step: Move) -> Remedy:
    return _judged(reaches, today, step, carry_out(book, (step,)))


def _judged(reaches: Reaches, today: Reach, step: Move, outcome: Outcome) -> Remedy:
    if outcome.after is None:
        return Remedy((step,), None, None, str(outcome.refusal))
    reach = reaches.of(outcome.after)
    return Remedy((step,), reach, reach.stands_to - today.stands_to, after=outcome.after)
