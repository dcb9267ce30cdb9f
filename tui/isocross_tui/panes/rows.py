"""The rows of the positions: each written when it comes in sight, in cells of fixed widths."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from itertools import islice
from typing import Final

from rich.cells import cell_len

from isocross.account.book import Mode, Side
from isocross.cascade.adl import LIGHTS
from isocross.figures.frame import Frame, PositionFrame, Status
from isocross.format import NOTHING, brief, fixed, percent, price
from isocross.lazily import Lazily
from isocross.memo import Memo
from isocross.rules.market import base_of
from isocross.words.outlook import JOINT, away_words
from isocross_tui.panes.columns import Layout
from isocross_tui.widgets.gauge import bar
from isocross_tui.widgets.glyphs import Glyphs
from isocross_tui.widgets.spans import cells_in, fit
from isocross_tui.widgets.table import Cell, Row

LIT, UNLIT = "*", "."
"""A light of the queue for deleveraging, readable without colours and in ASCII."""
_SIDES: Final = {Side.LONG: ("L", "long"), Side.SHORT: ("S", "short")}
_MODES: Final = {Mode.CROSS: ("X", "cross"), Mode.ISOLATED: ("I", "isolated")}
"""Letters that need no colour, and where there is room the words."""
_FAR: Final = 10
"""From this distance on, in marks, its share is written without places."""
_FULL: Final = Decimal("0.5")
"""The distance at which a bar is full."""
_TELLING: Final = 60
"""As many rows tell how a column of amounts is written."""
_PLACES: Final = 12
_NEXT_UNIT: Final = 1000
_UNITS: Final = ((3, "k"), (6, "M"), (9, "B"), (12, "T"))
"""Powers of ten, and how they are written."""


def fitted(width: int, written: Sequence[Callable[[], str]]) -> str:
    """Return the first of several ways to write something that fits; the last one where none does."""
    for write in written:
        text = write()
        if cells_in(text) <= width:
            return text
    return text


def fitted_number(number: Decimal, width: int) -> str:
    """Return a number with as many places as fit, in thousands, millions … where not even its whole part does."""
    for places in range(min(_PLACES, max(0, width - 2)), -1, -1):
        text = fixed(number, places)
        if len(text) <= width:
            return text
    for unit, letter in _UNITS:
        share = number.scaleb(-unit)
        texts = [f"{fixed(share, places)}{letter}" for places in (2, 1, 0)] if abs(share) < _NEXT_UNIT else []
        for text in texts:
            if len(text) <= width:
                return text
    return f"{number:.0e}"


def fitted_price(mark: Decimal | None, tick: Decimal | None, width: int) -> str:
    """Return a price on its grid, briefly, or with as many places as fit."""
    if mark is None:
        return NOTHING
    return fitted(width, (lambda: price(mark, tick), lambda: brief(mark, tick), lambda: fitted_number(mark, width)))


class FrameRows(Lazily[Row]):
    """The positions of a frame that are listed; equal to others of the same frame, told without a look at a row."""

    def __init__(
        self,
        frame: Frame,
        shown: tuple[int, ...],
        names: tuple[str, ...],
        layout: Layout,
        glyphs: Glyphs,
        written: Memo,
    ) -> None:
        """Write nothing yet.

        Args:
            frame: the figures.
            shown: which positions are listed.
            names: what they are called.
            layout: the columns.
            glyphs: the characters to write with.
            written: keeps what does not move with the price, for all frames of these names and columns.
        """
        super().__init__(len(shown), self._row)
        self._frame, self._shown, self._layout, self._glyphs = frame, shown, layout, glyphs
        self._money, self._currency = frame.book.amounts, frame.book.currency
        self._names, self._written = names, written
        self._ways: dict[str, Callable[[Decimal], str]] = {}
        """How the amounts of a column are written, by the figure that it shows."""

    def __eq__(self, other: object) -> bool:
        """Tell whether others show the same."""
        if not isinstance(other, FrameRows):
            return NotImplemented
        alike = (self._shown, self._layout, self._glyphs) == (other._shown, other._layout, other._glyphs)
        return self._frame is other._frame and alike

    def __hash__(self) -> int:
        """By the frame."""
        return hash((id(self._frame), self._shown))

    def _row(self, at: int) -> Row:
        row = self._frame.positions[self._shown[at]]
        still = self._written.once((row.index, row.position), lambda: self._still(row))
        cells = (
            still.get(column.key) or _CELLS[column.key](self, row, column.width) for column in self._layout.columns
        )
        return Row(row.position.id, tuple(cells), struck=row.ended, dead=row.status is Status.LIQUIDATED)

    def _still(self, row: PositionFrame) -> Mapping[str, Cell]:
        columns = (column for column in self._layout.columns if column.key in _STILL)
        return {column.key: _CELLS[column.key](self, row, column.width) for column in columns}

    # --- what does not move with the price ---------------------------------------------------------

    def _market(self, row: PositionFrame, width: int) -> Cell:
        """The market; where there is no room for a name beside it, the name of a position that is not the only one."""
        named = self._layout.names_only
        return self._named(self._names[row.index] if named else base_of(row.position.market, self._currency), width)

    def _position(self, row: PositionFrame, width: int) -> Cell:
        return self._named(row.position.id, width)

    def _named(self, name: str, width: int) -> Cell:
        return Cell(name if cell_len(name) <= width else fit(name, width, self._glyphs.ellipsis))

    def _side(self, row: PositionFrame, _width: int) -> Cell:
        side = row.position.side
        return Cell(_SIDES[side][self._layout.roomy], side.value)

    def _mode(self, row: PositionFrame, _width: int) -> Cell:
        """The mode; a plus for an isolated position that draws margin by itself."""
        mode = row.position.mode
        drawing = row.position.auto_margin and mode is Mode.ISOLATED
        return Cell(_MODES[mode][self._layout.roomy] + "+" * drawing, mode.value)

    def _leverage(self, row: PositionFrame, width: int) -> Cell:
        return Cell(f"{_plain(row.position.leverage.normalize(), width - 1)}×")

    def _size(self, row: PositionFrame, width: int) -> Cell:
        return Cell(_plain(row.position.quantity, width))

    def _entry(self, row: PositionFrame, width: int) -> Cell:
        return Cell(self._price(row, row.position.entry, width))

    # --- what does -----------------------------------------------------------------------------------

    def _mark(self, row: PositionFrame, width: int) -> Cell:
        return Cell(self._price(row, row.mark, width))

    def _margin(self, row: PositionFrame, width: int) -> Cell:
        return Cell(self._own_amount("margin", row, row.margin, width))

    def _ratio(self, row: PositionFrame, width: int) -> Cell:
        """The ratio that is measured against 100 %: the pool's for a position that stands on it."""
        if row.ended:
            return Cell(NOTHING, "muted")
        if self._frame.book.has_bucket(row.position):
            return Cell(_share(row.margin_ratio, width))
        pool = self._frame.account.margin_ratio
        return Cell(fitted(width, (lambda: f"pool {percent(pool)}", lambda: _share(pool, width))))

    def _pnl(self, row: PositionFrame, width: int) -> Cell:
        pnl = row.told_pnl
        return Cell(self._own_amount("told_pnl", row, pnl, width), "good" if pnl > 0 else "bad" if pnl < 0 else "")

    def _liquidation(self, row: PositionFrame, width: int) -> Cell:
        """Its liquidation price; of one that was liquidated where that was, and none of one that was closed."""
        if not row.ended:
            return Cell(self._price(row, row.liquidation_price_shown, width), _near(row))
        if row.death is None:
            return Cell(NOTHING, "muted")
        place = self._frame.path.short(row.death.place)
        ways = (lambda: place, lambda: place.replace(" %", "%"), lambda: place.split()[-1])
        return Cell(fitted(width, ways), "bad")

    def _joint(self, row: PositionFrame, width: int) -> Cell:
        return Cell(self._price(row, row.joint_trigger, width), _near(row))

    def _worst(self, row: PositionFrame, width: int) -> Cell:
        return Cell(self._amount("worst_case", row.worst_case, width))

    def _adl(self, row: PositionFrame, _width: int) -> Cell:
        """Five lights, all lit for the first to be deleveraged of the account's own winners; none lit: no winner."""
        if row.ended:
            return Cell("")
        lit = row.adl.lights if row.adl else 0
        return Cell(LIT * lit + UNLIT * (LIGHTS - lit))

    def _distance(self, row: PositionFrame, width: int) -> Cell:
        """How far the nearest trigger is; a bang where that is near, a letter where it is the joint one."""
        if row.ended:
            return Cell("ended" if row.death else "closed", "muted")
        if row.status is Status.AT_RISK:
            ways = (lambda: f"! {away_words(row)}", lambda: f"!{away_words(row)}", lambda: f"!{away_words(row, 0)}")
            return Cell(fitted(width, ways), "warn")
        return Cell(_away(row, width))

    def _bar(self, row: PositionFrame, width: int) -> Cell:
        """How far that is as a bar, full where nothing liquidates it; only what is near stands out."""
        if row.ended:
            return Cell("")
        share = 1.0 if row.distance is None else float(min(row.distance, _FULL) / _FULL)
        return Cell(bar(share, width, self._glyphs), _near(row) or "muted")

    def _price(self, row: PositionFrame, mark: Decimal | None, width: int) -> str:
        return fitted_price(mark, self._frame.book.market_of(row.position).grid, width)

    def _own_amount(self, figure: str, row: PositionFrame, amount: Decimal, width: int) -> str:
        """An amount in what a position settles in: of another asset with its name where there is room for it."""
        book = self._frame.book
        if not book.coin_of(row.position):
            return self._amount(figure, amount, width)
        own = book.amounts_for(row.position)
        return fitted(width, (lambda: own(amount), lambda: own.tight(amount), lambda: fitted_number(amount, width)))

    def _amount(self, figure: str, amount: Decimal, width: int) -> str:
        """An amount as all of its column are written; where that is too long in any way, as long as there is room."""
        if figure not in self._ways:
            # a long table is not worked out for its looks: the first rows tell how its columns are written
            column = islice(self._frame.columns[figure], _TELLING)
            self._ways[figure] = self._money.column(column, width) or (lambda own: fitted_number(own, width))
        written = self._ways[figure](amount)
        return written if len(written) <= width else fitted_number(amount, width)


def _near(row: PositionFrame) -> str:
    return "warn" if row.status is Status.AT_RISK else ""


def _away(row: PositionFrame, width: int) -> str:
    """The same in a column, as exactly as there is room."""
    letter = JOINT if row.joint_is_nearer else ""
    return f"{letter}{_share(row.distance, width - len(letter))}"


def _share(share: Decimal | None, width: int) -> str:
    far = share is not None and share >= _FAR
    text = percent(share, 0 if far else 1)
    return text if share is None or len(text) <= width else f"{fitted_number(share * 100, width - 1)}%"


def _plain(number: Decimal, width: int) -> str:
    """Return a number as it was entered, or with as many places as fit."""
    text = f"{number:f}"
    return text if len(text) <= width else fitted_number(number, width)


_CELLS: Final[Mapping[str, Callable[[FrameRows, PositionFrame, int], Cell]]] = {
    "market": FrameRows._market,
    "position": FrameRows._position,
    "side": FrameRows._side,
    "mode": FrameRows._mode,
    "leverage": FrameRows._leverage,
    "size": FrameRows._size,
    "entry": FrameRows._entry,
    "mark": FrameRows._mark,
    "margin": FrameRows._margin,
    "ratio": FrameRows._ratio,
    "pnl": FrameRows._pnl,
    "liquidation": FrameRows._liquidation,
    "joint": FrameRows._joint,
    "worst": FrameRows._worst,
    "adl": FrameRows._adl,
    "distance": FrameRows._distance,
    "bar": FrameRows._bar,
}
"""What writes the cell of a column."""
_STILL: Final = frozenset(("market", "position", "side", "mode", "leverage", "size", "entry"))
"""The columns that do not move with the price."""
