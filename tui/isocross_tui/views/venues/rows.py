"""The rows of the venue board: the figures of each venue, every position's liquidation price, and what it refuses."""

from __future__ import annotations

from collections.abc import Sequence

from isocross.account.book import market_names
from isocross.desk.state import State
from isocross.desk.venue_board import VenueRow, rules_dated
from isocross.figures.frame import Liquidation, PositionFrame
from isocross.format import NOTHING, brief, price
from isocross_tui.widgets.prose import Paragraph, Words, say
from isocross_tui.widgets.table import Cell, Column, Row, Table

_ENDED = {Liquidation.DONE: "liquidated", Liquidation.CLOSED: "closed", Liquidation.NEVER: "none"}
_OBJECTIONS_TOLD = 3
"""So many rules are told in full below the table."""


def board_of(
    rows: Sequence[VenueRow], marked: VenueRow, state: State, columns: tuple[Column, ...], *, roomy: bool
) -> Table:
    """The table of the figures, a row for each venue."""
    keys = {column.key for column in columns}
    made = []
    for row in rows:
        cells = cells_of(row, state, roomy=roomy)
        made.append(Row(row.ruled.profile.id, tuple(cell for key, cell in cells.items() if key in keys)))
    return Table(columns, tuple(made), marked.ruled.profile.id)


def prices_of(rows: Sequence[VenueRow], marked: VenueRow, frames: Sequence[PositionFrame]) -> Table:
    """Every position's liquidation price under every venue; the positions that are nearest now are shown first."""
    held = next(row.ruled.book for row in rows if row.is_own)
    names = market_names(held)
    near = sorted(frames, key=lambda found: (found.ended, found.distance is None, found.distance or 0))
    ranks = {found.index: len(near) - n for n, found in enumerate(near)}
    each = enumerate(held.positions)
    columns = tuple(Column(position.id, names[n], "right", priority=ranks[n]) for n, position in each)
    made = [
        Row(row.ruled.profile.id, (Cell(f"{row.ruled.called} ●" if row.is_own else row.ruled.called), *_prices(row)))
        for row in rows
        if row.frame is not None
    ]
    title = Column("venue", "liquidation prices", priority=len(names) + 1)
    return Table((title, *columns), tuple(made), marked.ruled.profile.id)


def _prices(row: VenueRow) -> list[Cell]:
    held = row.frame.positions[: len(row.frame.book.positions)] if row.frame else ()
    return [_liquidation(row, found, roomy=True) for found in held]


def columns_of(roomy: bool, name: str, *, walked: bool) -> tuple[Column, ...]:
    falls = (("up", "first on the way" if roomy else "first", 16),) if walked else (
        ("down", "first, down" if roomy else "first ↓", 18),
        ("up", "first, up" if roomy else "first ↑", 15),
    )  # fmt: skip
    titled = (
        *falls,
        ("liq", f"{name} liq. price" if roomy else f"{name} liq", 17),
        ("maintenance", "maintenance" if roomy else "maint.", 14),
        ("available", "available" if roomy else "avail.", 13),
    )
    return (
        Column("venue", "venue", priority=20),
        *(Column(key, title, "right", priority=rank) for key, title, rank in titled if key != "liq" or name),
        Column("refuses", "would refuse" if roomy else "refuses", priority=16),
        Column("dated", "newest rule" if roomy else "newest", priority=12),
    )


def cells_of(row: VenueRow, state: State, *, roomy: bool) -> dict[str, Cell]:
    """The cells by their columns."""
    ruled, frame = row.ruled, row.frame
    own = Cell(f"{ruled.called} ●" if row.is_own else ruled.called)
    dated = Cell(ruled.dated or "undated", "muted")
    if frame is None:
        nothing = dict.fromkeys(("down", "up", "liq", "maintenance", "available"), Cell("refused", "muted"))
        return {"venue": own, **nothing, "refuses": Cell("the account", "bad"), "dated": dated}
    money, total = frame.book.amounts, frame.total_amounts
    write = money if roomy else money.rough
    selected = next((p for p in frame.positions if p.position.id == state.selected), None)
    return {
        "venue": own,
        "down": _fall(row, -1, roomy=roomy),
        "up": _fall(row, 1, roomy=roomy),
        "liq": Cell(NOTHING) if selected is None else _liquidation(row, selected, roomy=roomy),
        "maintenance": Cell((total if roomy else total.rough)(frame.account.maintenance_margin)),
        "available": Cell(write(frame.account.available)),
        "refuses": _refuses(row, roomy=roomy),
        "dated": dated,
    }


def _fall(row: VenueRow, way: int, *, roomy: bool) -> Cell:
    stop = row.ruled.first_fall(way)
    if stop is None or row.ruled.rehearsal is None:
        return Cell(NOTHING, "good")
    place = row.ruled.rehearsal.named(stop.at)
    return Cell(f"{row.ruled.faller(stop)} {place if roomy else place.replace(' %', '%')}")


def _liquidation(row: VenueRow, found: PositionFrame, *, roomy: bool) -> Cell:
    word = _ENDED.get(found.liquidation)
    if word is not None:
        return Cell(word, "good" if word == "none" else "muted")
    write = price if roomy else brief
    return Cell(write(found.liquidation_price_shown, row.ruled.book.market_of(found.position).grid))


def _refuses(row: VenueRow, *, roomy: bool) -> Cell:
    """What it would refuse, in a few words; of many positions how many."""
    whats = [objection.what for objection in row.objections]
    opens = [what for what in whats if what != "flip"]
    told = [opens[0] if len(opens) == 1 else f"{len(opens)} positions"] if opens else []
    told += ["a flip" if roomy else "flip"] if "flip" in whats else []
    return Cell(", ".join(told), "warn") if told else Cell("nothing", "muted")


def words_of(row: VenueRow, state: State) -> Words:
    """What the marked venue would refuse, rule by rule, and of when its rules are."""
    ruled, title = row.ruled, row.ruled.titled
    own = " The account is under these rules." if row.is_own else ""
    if ruled.refusal:
        return (say(f"{title} cannot hold this account: {ruled.refusal}.", "bad"), _rules(row))
    if state.workspace.venue.overrides and not row.is_own:
        own = f" Changes of {state.workspace.venue.profile}'s rules do not count there."
    told = row.objections[:_OBJECTIONS_TOLD]
    more = len(row.objections) - len(told)
    rules = ". Also ".join(objection.rule for objection in told) + (f". And {more} more" if more > 0 else "")
    refused = f"{title} would refuse {rules}." if rules else f"{title} refuses nothing of this account."
    return (say(f"{refused}{own}"), _rules(row))


def _rules(row: VenueRow) -> Paragraph:
    return say(rules_dated(row.ruled.profile), "muted")
