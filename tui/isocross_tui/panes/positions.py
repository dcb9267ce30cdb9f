"""The positions: a row each; those that are gone stay, struck, with when they ended.

The columns are so wide that they stand still while the price moves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.geometry import Size

from isocross.account.book import Book, Mode, Position, Side
from isocross.account.margin import unrealised_pnl
from isocross.cascade.adl import LIGHTS
from isocross.desk import selectors
from isocross.desk.actions.shock import Select
from isocross.desk.state import State
from isocross.desk.store import once_per_state
from isocross.figures.frame import Frame, PositionFrame, Status
from isocross.format import NOTHING, Amounts, brief, percent, price
from isocross.money import ONE
from isocross.paths.glide import DEEPEST_FALL
from isocross.rules.profile import AdlFormula
from isocross.studies.preview import Preview, TriggerChange
from isocross_tui.bridge import Pane, desk_of, store_of
from isocross_tui.panes.tones import BookTable
from isocross_tui.widgets.prose import Paragraph, Prose, Words, say
from isocross_tui.widgets.spans import Span
from isocross_tui.widgets.table import Cell, Column, LineTable, Row, Table

COLUMNS: Final = (
    Column("market", "market", "left", 5, 20),
    Column("side", "side", "left", 1, 19),
    Column("mode", "mode", "left", 7, 18),
    Column("size", "size", "right", 6, 7),
    Column("entry", "entry", "right", 8, 8),
    Column("mark", "mark", "right", 8, 11),
    Column("pnl", "PnL", "right", 7, 17),
    Column("margin", "margin", "right", 7, 10),
    Column("ratio", "ratio", "right", 6, 9),
    Column("liquidation", "liq", "right", 6, 16),
    Column("joint", "joint", "right", 6, 15),
    Column("distance", "away", "right", 8, 12),
    Column("worst", "worst", "right", 7, 6),
    Column("adl", "ADL", "left", 5, 5),
)
_SHORT_TITLES: Final = {"side": "L/S"}
"""Where sides are single letters."""
_LOW, _HIGH = -DEEPEST_FALL, ONE
"""Common moves between which no figure of a mark or a PnL needs more room; further up a column may grow."""

Writing = tuple[Callable[..., str], Callable[[Decimal], str]]


def writing(money: Amounts, roomy: bool) -> Writing:
    """How triggers and amounts are written where there is room, or where there is not."""
    return (price, money) if roomy else (brief, money.tight)


def columns(state: State, roomy: bool) -> tuple[Column, ...]:
    """The columns for an account, whatever the cursor is at."""
    return _columns(state)[roomy]


def _made(state: State) -> tuple[tuple[Column, ...], tuple[Column, ...]]:
    book, betas = selectors.book_now(state), state.workspace.scenario.betas
    queued = book.profile.adl_formula is not AdlFormula.NONE
    shown = COLUMNS if queued else COLUMNS[:-1]
    narrow, roomy = (_needs(book, betas, writing(book.amounts, roomy)) for roomy in (False, True))
    titled = (replace(c, title=_SHORT_TITLES.get(c.key, c.title)) for c in shown)
    return tuple(_widened(c, narrow) for c in titled), tuple(_widened(c, roomy) for c in shown)


_columns = once_per_state(_made, key=lambda state: state.moment.workspace)


def _widened(column: Column, needs: dict[str, int]) -> Column:
    return replace(column, width=max(column.width, needs.get(column.key, 0)))


def _needs(book: Book, betas: Mapping[str, Decimal], written: Writing) -> dict[str, int]:
    """The widest figure of each column over all positions."""
    needs: dict[str, int] = {}
    for position in book.positions:
        for key, figures in _figures(book, position, betas.get(position.market, ONE), written):
            needs[key] = max(needs.get(key, 0), *map(cell_len, figures))
    return needs


def _figures(book: Book, position: Position, beta: Decimal, written: Writing) -> Iterable[tuple[str, tuple[str, ...]]]:
    """By column, figures that take as much room as any that the position comes to."""
    trigger, amount = written
    market = book.market_of(position)
    marks = [market.mark * max(1 + beta * move, 1 + _LOW) for move in (_LOW, _HIGH)]
    yield "mark", tuple(price(mark, market.grid) for mark in marks)
    yield "pnl", tuple(amount(unrealised_pnl(position, mark)) for mark in marks)
    highest = _highest_trigger(position)
    yield "liquidation", (trigger(highest, market.grid),)
    yield "joint", (trigger(highest, market.grid),)
    yield "ratio", (percent(ONE) if book.has_bucket(position) else f"pool {percent(ONE)}",)


def _highest_trigger(position: Position) -> Decimal:
    """A long's triggers lie under its entry; a short's about as far above as its leverage lets it come."""
    return position.entry * (1 if position.side is Side.LONG else 1 + 1 / position.leverage)


ROOMY_WIDTH = 60
LIT, UNLIT = "*", "."
"""A light of the queue for deleveraging, readable without colours and in ASCII."""
_SIDES = {Side.LONG: ("L", "L long"), Side.SHORT: ("S", "S short")}
_MODES = {Mode.CROSS: ("X cross", "X cross"), Mode.ISOLATED: ("I isol.", "I isolated")}
"""Letters that need no colour, and where there is room the words."""
_FAR = 10
"""From this distance on, in marks, its share is written without places."""


@dataclass(frozen=True)
class PositionsView:
    """What the pane shows."""

    title: str
    table: Table
    sentence: Words
    keys: str = ""
    """What does a move that is previewed, and what puts it away."""


class PositionsPane(Pane[PositionsView]):
    """The table of positions and a sentence on the selected one."""

    HELP = "One row per position. liq: no other market moves; joint: all move with the shock."

    def has_room(self, size: Size) -> bool:
        """Whether sides, modes and prices can be written out."""
        return size.width >= ROOMY_WIDTH

    def compose(self) -> ComposeResult:
        """The table above its sentence."""
        table = BookTable(id="positions-table")
        table.can_focus = False
        yield table
        yield Prose(id="positions-sentence", classes="sentence")

    def slice_of(self, state: State) -> PositionsView:
        """All rows, and what is to be said of the selected one or of the previewed flip."""
        frame = selectors.frame(state)
        names = selectors.names(state)
        rows = tuple(_row(frame, row, names[row.index], self.roomy) for row in frame.positions)
        table = Table(columns(state, self.roomy), rows, state.selected)
        return PositionsView(_title(state), table, _sentence(state, self.roomy), self._keys(state))

    def _keys(self, state: State) -> str:
        proposed = selectors.proposed(state)
        if proposed is None:
            return ""
        keys = desk_of(self).keymap.by_id
        away = f"{keys['position.preview'].first_key} puts it away"
        return away if proposed.outcome.after is None else f"{keys['position.flip'].first_key} does it   {away}"

    def show_slice(self, value: PositionsView) -> None:
        """Give each part its value."""
        self.entitle(value.title, value.keys)
        self.query_one(LineTable).show(value.table)
        self.query_one("#positions-sentence", Prose).show(value.sentence)

    @on(LineTable.RowPicked)
    def pick(self, message: LineTable.RowPicked) -> None:
        """A click selects."""
        store_of(self).dispatch(Select(message.key))


def _title(state: State) -> str:
    """What the pane is about; a what-if is previewed where it starts, which may not be where the rows stand."""
    cursor = state.moment.cursor
    elsewhere = state.previews and selectors.rehearsal(state).acted_at(cursor) != cursor
    return "Positions · preview at the opening marks" if elsewhere else "Positions"


def _row(frame: Frame, row: PositionFrame, name: str, roomy: bool) -> Row:
    position = row.position
    tick = frame.book.market_of(position).grid
    written, amount = writing(frame.book.amounts, roomy)
    dead = row.ended
    near = "warn" if row.status is Status.AT_RISK else ""
    trigger = _fell(frame, row, roomy) if dead else Cell(written(row.liquidation_price_shown, tick), near)
    return Row(
        position.id,
        (
            Cell(name),
            Cell(_SIDES[position.side][roomy], position.side.value),
            Cell(_mode(row, roomy), position.mode.value),
            Cell(f"{position.quantity:f}"),
            Cell(price(position.entry, tick)),
            Cell(price(row.mark, tick)),
            _pnl(row, amount),
            Cell(amount(row.margin)),
            Cell(NOTHING, "muted") if dead else Cell(_ratio(frame, row)),
            trigger,
            Cell(written(row.joint_trigger, tick), near),
            Cell(_away(row), "muted" if dead else near),
            Cell(amount(row.worst_case)),
            Cell(_lights(row.adl.lights if row.adl else 0)),
        ),
        struck=dead,
    )


def _mode(row: PositionFrame, roomy: bool) -> str:
    """The mode; a plus for an isolated position that draws margin by itself."""
    drawing = row.position.auto_margin and row.position.mode is Mode.ISOLATED
    return _MODES[row.position.mode][roomy].rstrip(".") + "+" if drawing else _MODES[row.position.mode][roomy]


def _lights(lit: int) -> str:
    """Five lights, all lit for the first to be deleveraged of the account's own winners; none lit: it is no winner."""
    return LIT * lit + UNLIT * (LIGHTS - lit)


def _pnl(row: PositionFrame, amount: Callable[[Decimal], str]) -> Cell:
    pnl = row.told_pnl
    return Cell(amount(pnl), "good" if pnl > 0 else "bad" if pnl < 0 else "")


def _ratio(frame: Frame, row: PositionFrame) -> str:
    """The ratio that is measured against 100 %: the pool's for a position that stands on it."""
    if frame.book.has_bucket(row.position):
        return percent(row.margin_ratio)
    return f"pool {percent(frame.account.margin_ratio)}"


def _fell(frame: Frame, row: PositionFrame, roomy: bool) -> Cell:
    """Where a dead position fell, in the place of its liquidation price."""
    if row.death is None:
        return Cell("closed", "muted")
    place = frame.path.short(row.death.place)
    return Cell(place if roomy else place.replace(" %", "%"), "bad")


def _away(row: PositionFrame) -> str:
    """How far the nearest trigger is; a bang where that is near."""
    if row.ended:
        return "ended" if row.death else "closed"
    far = row.distance is not None and row.distance >= _FAR
    away = percent(row.distance, 0 if far else 1)
    return f"! {away}" if row.status is Status.AT_RISK else away


def _sentence(state: State, roomy: bool) -> Words:
    proposed = selectors.proposed(state)
    if proposed is not None:
        return _preview_words(state, proposed, roomy)
    row = selectors.selected_frame(state)
    if row is None:
        return (say("No positions. Press a to add one, or o to open a workspace.", "muted"),)
    story = selectors.story(state)
    told, near = say(story.position_words(state.moment.cursor, row), "muted"), story.risk_words(row)
    return (say(near, "warn"), told) if near else (told,)


def _preview_words(state: State, proposed: Preview, roomy: bool) -> Words:
    """The cash a flip moves, and every position's liquidation price before and after."""
    outcome = proposed.outcome
    if outcome.after is None:
        return (say(f"A flip would be refused: {outcome.refusal}.", "bad"),)
    money = outcome.before.amounts
    moved = f"{money(abs(outcome.cash_moved))} {'into its margin' if outcome.cash_moved > 0 else 'back to the pool'}"
    head = f"The flip moves {moved}." if outcome.cash_moved else "The flip moves no cash."
    book, (written, _) = selectors.book_now(state), writing(state.workspace.amounts, roomy)
    lines = [say(f"{head} {outcome.verdict}".strip(), "accent")]
    # where room is short the end is cut off, so what is flipped comes first and what stays as it was not at all
    for row in sorted((row for row in proposed.rows if row.moved or row.changed), key=lambda row: not row.moved):
        tick = book.market_of(book.seats[row.index]).grid
        before, after = written(row.liquidation_before, tick), written(row.liquidation_after, tick)
        joint = _joint_words(row, written(row.joint_before, tick), written(row.joint_after, tick))
        lines.append(Paragraph((Span(f"{row.name} ", "muted"), Span(f"liq {before} → {after}{joint}")), hang=2))
    return (*lines, say(outcome.remark, "muted")) if outcome.remark else tuple(lines)


def _joint_words(row: TriggerChange, before: str, after: str) -> str:
    return f", joint {before} → {after}" if row.joint_before != row.joint_after else ""
