"""The positions: a row each, in the order and with the words that are asked for, and a sentence on the selected one.

Those that are gone stay, struck, with when they ended.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from textual import events, on
from textual.app import ComposeResult
from textual.geometry import Size
from textual.reactive import reactive

from isocross.desk import selectors
from isocross.desk.actions.listing import Filter, SortBy
from isocross.desk.actions.shock import Select
from isocross.desk.listing import AS_HELD, Listing
from isocross.desk.state import State
from isocross.desk.store import once_per_state
from isocross.format import Amounts, brief, price
from isocross.memo import Memo
from isocross.records import dataclass
from isocross.rules.market import base_of
from isocross.studies.preview import Preview, TriggerChange
from isocross_tui.bridge import Pane, desk_of, store_of
from isocross_tui.panes.columns import Layout, layout
from isocross_tui.panes.filter_field import FilterField
from isocross_tui.panes.rows import FrameRows
from isocross_tui.panes.tones import BookTable
from isocross_tui.widgets.prose import Paragraph, Prose, Words, say
from isocross_tui.widgets.spans import Span
from isocross_tui.widgets.table import LineTable, Table

Writing = tuple[Callable[..., str], Callable[[Decimal], str]]


def writing(money: Amounts, roomy: bool) -> Writing:
    """How triggers and amounts are written where there is room, or where there is not."""
    return (price, money) if roomy else (brief, money.tight)


ROOMY_WIDTH = 60
SCROLLBAR = 1
"""Cells that are kept free for it, so that no column moves when there is one more position."""
MANY = 8
"""From so many positions on the pane says how they are sorted and filtered."""


@dataclass(frozen=True)
class PositionsView:
    """What the pane shows."""

    title: str
    table: Table
    sentence: Words
    keys: str = ""
    """What does a move that is previewed, and what puts it away."""
    listing: Listing = AS_HELD


class PositionsPane(Pane[PositionsView]):
    """The table of positions and a sentence on the selected one."""

    HELP = "One row per position. liq: no other market moves; joint: all move with the shock."
    room = reactive(0)
    """The cells that the table has; 0: it is not laid out yet."""
    _listing = AS_HELD
    """How the rows were listed last; where that changes, the first ones are looked at."""

    def has_room(self, size: Size) -> bool:
        """Whether prices can be written out."""
        return size.width >= ROOMY_WIDTH

    def on_resize(self, event: events.Resize) -> None:
        """Find out which columns there is room for."""
        self.room = event.size.width - self.gutter.width - SCROLLBAR

    def watch_room(self) -> None:
        """Draw other columns."""
        if self.is_mounted:
            self.look_again()

    def compose(self) -> ComposeResult:
        """The table above its sentence."""
        table = BookTable(id="positions-table")
        table.can_focus = False
        yield table
        yield Prose(id="positions-sentence", classes="sentence")

    def slice_of(self, state: State) -> PositionsView:
        """The rows that are listed, and what is to be said of the selected one or of the previewed flip."""
        title, sentence = _title(state), _sentence(state, self.roomy)
        return PositionsView(title, self._table(state), sentence, self._keys(state), state.listing)

    def _table(self, state: State) -> Table:
        if not self.room:
            return Table()
        arranged, written = _by_room(state).once(self.room, lambda: (_layout(state, self.room), Memo()))
        shown, names = selectors.shown_positions(state), selectors.names(state)
        rows = FrameRows(selectors.frame(state), shown, names, arranged, desk_of(self).glyphs, written)
        columns = arranged.sorted_by(state.listing.by)
        return Table(columns, rows, state.selected, selectors.listed_ids(state))

    def _keys(self, state: State) -> str:
        keys = desk_of(self).keymap.by_id
        proposed = selectors.proposed(state)
        if proposed is not None:
            away = f"{keys['position.preview'].first_key} puts it away"
            return away if proposed.outcome.after is None else f"{keys['position.flip'].first_key} does it   {away}"
        if len(state.workspace.positions) < MANY and state.listing == AS_HELD:
            return ""
        return f"{keys['rows.order'].first_key} order   {keys['rows.filter'].first_key} filter"

    def show_slice(self, value: PositionsView) -> None:
        """Give each part its value."""
        self.entitle(value.title, value.keys)
        table = self.query_one(LineTable)
        table.show(value.table)
        self.query_one("#positions-sentence", Prose).show(value.sentence)
        if value.listing != self._listing:
            self._listing = value.listing
            table.scroll_to(y=0, animate=False, force=True)

    def ask_filter(self) -> None:
        """Let words be typed that the listed positions have."""
        found = self.query(FilterField)
        field = found.first() if found else FilterField(store_of(self).state.listing.words)
        if not found:
            self.mount(field, after="#positions-table")
        field.focus()

    @on(FilterField.Changed)
    def filter(self, message: FilterField.Changed) -> None:
        """List what has the words, at each letter."""
        message.stop()
        store_of(self).dispatch(Filter(message.value))

    @on(FilterField.Left)
    def end_filter(self, message: FilterField.Left) -> None:
        """Put the field away; what it found stays, or all is listed again."""
        message.field.remove()
        if not message.kept:
            store_of(self).dispatch(Filter(""))
        self.focus()

    @on(LineTable.RowPicked)
    def pick(self, message: LineTable.RowPicked) -> None:
        """A click selects."""
        store_of(self).dispatch(Select(message.key))

    @on(LineTable.HeaderPicked)
    def sort(self, message: LineTable.HeaderPicked) -> None:
        """A click on a title sorts."""
        store_of(self).dispatch(SortBy(message.key))


def _layout(state: State, room: int) -> Layout:
    book = selectors.book(state)
    markets = {base_of(position.market, book.currency) for position in book.positions}
    several = len({position.market for position in book.positions}) < len(book.positions)
    return layout(room, markets, [position.id for position in book.positions] if several else ())


def _room_memo(_state: State) -> Memo:
    return Memo()


_by_room = once_per_state(_room_memo, key=lambda state: state.moment.workspace)
"""Layouts by the room there is, each with what was written in it."""


def _title(state: State) -> str:
    """What the pane is about, in which order, and how many of the positions are listed.

    A what-if is previewed where it starts, which may not be where the rows stand.
    """
    listing = state.listing
    elsewhere = state.previews and selectors.acts_elsewhere(state)
    parts = ["Positions", "preview at the opening marks" if elsewhere else "", listing.told]
    if listing.words:
        listed = f"{len(selectors.shown_positions(state))} of {len(state.workspace.positions)}"
        parts.append(f"{listed} with “{listing.words}”")
    return " · ".join(filter(None, parts))


def _sentence(state: State, roomy: bool) -> Words:
    proposed = selectors.proposed(state)
    if proposed is not None:
        return _preview_words(state, proposed, roomy)
    row = selectors.selected_frame(state)
    if row is None:
        return (say("No positions. Press a to add one, or o to open a workspace.", "muted"),)
    if not selectors.shown_positions(state):
        return (say(f"No position has “{state.listing.words}” in its name, market, side or mode.", "warn"),)
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
    at = " at the opening" if selectors.acts_elsewhere(state) else ""
    # where room is short the end is cut off, so what is flipped comes first and what stays as it was not at all
    for row in sorted((row for row in proposed.rows if row.moved or row.changed), key=lambda row: not row.moved):
        tick = book.market_of(book.seats[row.index]).grid
        before, after = written(row.liquidation_before, tick), written(row.liquidation_after, tick)
        joint = _joint_words(row, written(row.joint_before, tick), written(row.joint_after, tick))
        lines.append(Paragraph((Span(f"{row.name} ", "muted"), Span(f"liq{at} {before} → {after}{joint}")), hang=2))
    return (*lines, say(outcome.remark, "muted")) if outcome.remark else tuple(lines)


def _joint_words(row: TriggerChange, before: str, after: str) -> str:
    return f", joint {before} → {after}" if row.joint_before != row.joint_after else ""
