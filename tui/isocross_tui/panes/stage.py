"""What an audience reads from afar: equity, where the next fall is, and what happened last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual.geometry import Size

from isocross.desk import selectors
from isocross.desk.state import State
from isocross.words.outlook import last_event
from isocross_tui.bridge import Bound, desk_of
from isocross_tui.widgets.digits import large
from isocross_tui.widgets.drawing import Drawing
from isocross_tui.widgets.glyphs import Glyphs
from isocross_tui.widgets.spans import Line, Span, fit, line_of


@dataclass(frozen=True, slots=True)
class StageAct:
    """What stands on the stage."""

    equity: str
    tone: str
    to_fall: str
    """How far the next fall is, or where."""
    fall: str
    """Where the next fall is, in words."""
    told: str


class StagePane(Drawing[StageAct], Bound[StageAct | None]):
    """Two large figures over a sentence; nothing is worked out while nobody presents."""

    def slice_of(self, state: State) -> StageAct | None:
        """The figures at the cursor."""
        if not desk_of(self).presenting:
            return None
        frame, story, cursor = selectors.frame(state), selectors.story(state), state.moment.cursor
        fall, equity = story.next_fall(cursor), frame.account.equity
        return StageAct(
            equity=frame.book.amounts(equity),
            tone="bad" if equity < frame.book.opening_cash else "good",
            to_fall=fall.figure,
            fall=fall.words,
            told=last_event(frame) or story.next_words(cursor),
        )

    def show_slice(self, value: StageAct | None) -> None:
        """Draw it."""
        if value is not None:
            self.show(value)

    def draw(self, value: StageAct, size: Size, glyphs: Glyphs) -> Sequence[Line]:
        """Return labels, figures and sentence; two figures side by side."""
        left = large(value.equity, glyphs)
        right = large(value.to_fall, glyphs) if value.to_fall else ("", "", "")
        room = max(size.width - 2, 0)
        gap = max(room - cell_len(left[0]) - cell_len(right[0]), 1)
        labels = max(room - len("equity") - cell_len(value.fall), 1)
        lines = [line_of(Span(f" equity{' ' * labels}{value.fall}", "muted"))]
        for mine, other in zip(left, right, strict=True):
            lines.append(line_of(Span(f" {mine}", value.tone), Span(" " * gap), Span(other, "accent")))
        return [*lines, line_of(Span(f" {fit(value.told, room, glyphs.ellipsis)}"))]
