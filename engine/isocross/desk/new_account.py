"""An account entered row by row: what each row leads to, and which position is liquidated first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from isocross import moves
from isocross.account.book import Book, Position, market_names
from isocross.cascade.events import Event, EventKind
from isocross.desk.document import told
from isocross.figures.frame import PositionFrame
from isocross.format import percent
from isocross.money import ZERO
from isocross.paths.glide import Glide
from isocross.records import dataclass
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.toml.faults import Faults
from isocross.workspace.build import book_of
from isocross.workspace.markets import kind_in
from isocross.workspace.model import Workspace


@dataclass(frozen=True)
class Row:
    """A position that was entered, and what the account makes of it."""

    position: Position
    fault: str = ""
    """Why no account can hold it; empty: this one does."""
    remark: str = ""
    """Why the venue would not open it; it is rehearsed anyway."""
    joined: Position | None = None
    """What the position that it would be merged with would be then."""
    figures: PositionFrame | None = None
    grid: Decimal | None = None
    """The steps in which prices of its market are written."""
    available: Decimal | None = None
    """Cash that is left to open the next one with."""


@dataclass(frozen=True)
class NewAccount:
    """Everything that is worked out of an account that is entered."""

    workspace: Workspace
    """The account with the rows that it can hold."""
    rows: tuple[Row, ...]
    fault: str = ""
    """What is wrong with the account, whatever its rows are."""
    available: Decimal | None = None
    first: str | None = None
    """Id of the position that the nearest common move liquidates."""
    words: str = ""
    """Which position is liquidated first on the way down, and on the way up."""


def new_account(workspace: Workspace) -> NewAccount:
    """Enter the positions of a workspace one after the other, and look at what stands there in the end."""
    empty = replace(workspace, positions=(), orders=())
    try:
        held = book_of(empty)
    except Faults as faults:
        unread = tuple(Row(position) for position in workspace.positions)
        return NewAccount(empty, unread, f"{told(faults.faults[0])}.")
    account, rows = empty, list[Row]()
    for position in workspace.positions:
        put = replace(position, kind=kind_in(account, position.market))
        more = replace(account, positions=(*account.positions, put))
        try:
            held = book_of(more)
        except Faults as faults:
            rows.append(Row(position, fault=told(faults.faults[0])))
            continue
        account = more
        rows.append(_entered(held, put))
    try:
        held = book_of(account := replace(account, orders=workspace.orders))
    except Faults as faults:
        return NewAccount(account, tuple(rows), f"{told(faults.faults[0])}.")
    return _looked_at(account, held, rows)


def _entered(book: Book, position: Position) -> Row:
    refusal = moves.not_accepted(book, position.id)
    held = moves.same_side(book, position)
    return Row(
        position,
        remark="" if refusal is None else str(refusal),
        joined=None if held is None else moves.merged(held, position),
        grid=book.market_of(position).grid,
        available=moves.available(book),
    )


def _looked_at(account: Workspace, book: Book, rows: Sequence[Row]) -> NewAccount:
    """Every figure of the whole account at its opening marks."""
    rehearsal = GlideRehearsal(book, account.scenario.betas)
    figures = {row.position.id: row for row in rehearsal.frame(ZERO).positions}
    known = tuple(row if row.fault else replace(row, figures=figures[row.position.id]) for row in rows)
    down, up = _first(rehearsal.falling.happened), _first(rehearsal.rising.happened)
    ways = [(e, path) for e, path in ((down, rehearsal.falling.path), (up, rehearsal.rising.path)) if e is not None]
    nearest = min(ways, key=lambda way: way[0].place, default=None)
    first = None if nearest is None or nearest[0].position is None else book.seats[nearest[0].position].id
    return NewAccount(account, known, "", moves.available(book), first, _words(book, ways))


def _first(events: Sequence[Event]) -> Event | None:
    return next((e for e in events if e.kind is EventKind.LIQUIDATION and e.position is not None), None)


def _words(book: Book, ways: Sequence[tuple[Event, Glide]]) -> str:
    if not book.positions:
        return ""
    names = market_names(book)
    said = []
    for event, path in ways:
        if event.position is None:
            continue
        move = path.move(event.place)
        if not move:
            return f"{names[event.position]} is liquidated at once, at these marks."
        way = "drop" if move < 0 else "rise"
        said.append(
            (
                abs(move),
                f"If all prices {way}, {names[event.position]} is liquidated first, at {percent(move, plus='+')}.",
            )
        )
    return " ".join(words for _, words in sorted(said)) or "No common move of the prices liquidates any of them."
