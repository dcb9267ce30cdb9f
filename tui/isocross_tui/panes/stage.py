"""What an audience reads from afar: the figures of an answer, or equity and the next liquidation, and what happened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.geometry import Size

from isocross.desk import selectors
from isocross.desk.state import State
from isocross.figures.deposits import put_into
from isocross.figures.frame import Frame, Status
from isocross.records import dataclass
from isocross.words.latest import last_event
from isocross_tui.bridge import Bound, desk_of
from isocross_tui.widgets.digits import ROWS, large
from isocross_tui.widgets.drawing import Drawing
from isocross_tui.widgets.glyphs import Glyphs
from isocross_tui.widgets.prose import Prose, say
from isocross_tui.widgets.spans import Line, Span, line_of, pad_left, pad_right

_GAP: Final = 2
"""Columns that are between two figures at least."""


@dataclass(frozen=True, slots=True)
class LargeFigure:
    """A figure that is drawn large."""

    label: str
    words: str
    """Empty: there is none, and the label says so."""
    tone: str = ""
    brief: str = ""
    """The label where there is no room for it; empty: it is the same."""


@dataclass(frozen=True, slots=True)
class StageAct:
    """What stands on the stage."""

    figures: tuple[LargeFigure, ...]
    told: str = ""
    """A sentence below them."""


class LargeFigures(Drawing[tuple[LargeFigure, ...]]):
    """Figures side by side, as many as there is room for; the first comes first."""

    def draw(self, value: tuple[LargeFigure, ...], size: Size, glyphs: Glyphs) -> Sequence[Line]:
        """Return the labels, and below them the figures; the last one at the right edge."""
        room = max(size.width - 2, 0)
        columns = _fitting([_column(figure, figure.label, glyphs) for figure in value], room)
        if len(columns) < len(value):
            columns = _fitting([_column(figure, figure.brief or figure.label, glyphs) for figure in value], room)
        between = len(columns) - 1
        spare = room - sum(cell_len(rows[0]) for rows in columns)
        gap = spare // between if between else 0
        lines = []
        for row in range(1 + ROWS):
            spans = [Span(" ")]
            for n, (figure, rows) in enumerate(zip(value, columns, strict=False)):
                # what the division leaves goes before the last
                blanks = gap + spare - gap * between if n == between else gap
                spans.append(Span(" " * (blanks if n else 0)))
                right = n and n == between
                text = pad_left(rows[row].rstrip(), cell_len(rows[0])) if right and not row else rows[row]
                spans.append(Span(text, figure.tone if row else "muted"))
            lines.append(line_of(*spans))
        return lines


def _short(words: str) -> str:
    """A figure without places that are all zero: the value is the same, and more of them fit."""
    whole, point, places = words.partition(".")
    return whole if point and not places.strip("0") else words


def _column(figure: LargeFigure, label: str, glyphs: Glyphs) -> tuple[str, ...]:
    """The rows of a figure under its label, all as wide."""
    drawn = large(figure.words, glyphs) if figure.words else ("",) * ROWS
    width = max(cell_len(label), cell_len(drawn[0]))
    return pad_right(label, width), *(pad_right(row, width) for row in drawn)


def _fitting(columns: Sequence[tuple[str, ...]], room: int) -> Sequence[tuple[str, ...]]:
    """The first columns that fit beside each other; at least one."""
    used = 0
    for n, rows in enumerate(columns):
        used += cell_len(rows[0]) + (_GAP if n else 0)
        if n and used > room:
            return columns[:n]
    return columns


def _nothing_open(frame: Frame) -> str:
    """That nothing is left to be liquidated; empty where something is, or never was."""
    ends = {row.status for row in frame.positions}
    if not ends or not ends <= {Status.LIQUIDATED, Status.CLOSED}:
        return ""
    return "all liquidated" if ends == {Status.LIQUIDATED} else "no position is open"


class StagePane(Vertical, Bound[StageAct | None]):
    """Large figures over a sentence; nothing is worked out while nobody presents, nor shown while a question is."""

    def compose(self) -> ComposeResult:
        """The figures above the sentence."""
        yield LargeFigures(id="stage-figures")
        yield Prose(id="stage-words")

    def slice_of(self, state: State) -> StageAct | None:
        """The figures of the answer that is told, else those at the cursor."""
        desk = desk_of(self)
        if not desk.presenting:
            return None
        if desk.asked is not None and desk.asked.at in (None, state.moment):
            return StageAct(tuple(LargeFigure(label, _short(words), "accent") for label, words in
                                  desk.asked.card.figures))  # fmt: skip
        frame, story, cursor = selectors.frame(state), selectors.story(state), state.moment.cursor
        fall, equity = story.next_fall(cursor), frame.account.equity
        unit = "USD" if frame.book.coins else frame.book.currency
        tone = "bad" if equity < put_into(frame) else "good"
        return StageAct(
            (
                LargeFigure(f"equity, {unit}", frame.total_amounts(equity), tone),
                LargeFigure(_nothing_open(frame) or fall.words, fall.figure, "accent", fall.brief),
            ),
            last_event(frame) or story.next_words(cursor),
        )

    def show_slice(self, value: StageAct | None) -> None:
        """Draw it."""
        self.set_class(value is None or not value.figures, "-nothing")
        if value is not None:
            self.query_one(LargeFigures).show(value.figures)
            self.query_one(Prose).show((say(value.told),))
