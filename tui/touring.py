"""A desk that presents itself: to a room with large figures, and to a newcomer with a tour."""

from __future__ import annotations

from decimal import Decimal

from engine.state import DESK
from tui.face import Face
from tui.panes.bars import KeyBar
from tui.panes.stage import Stage
from tui.reasons import Reading
from tui.tour import STEPS, words_of
from tui.widgets.prose import Prose, Words, say


class Touring(Reading):
    """A desk with an audience."""

    face: Face
    presenting: bool = False
    """Whether the large figures are shown."""
    offers_tour: bool = False
    """Whether the footer offers the tour."""
    _step: int | None = None
    """Where the tour is; None: it is not taken."""

    # --- a room -----------------------------------------------------------------------------------

    @property
    def pace(self) -> Decimal:
        """How many times as long a play takes."""
        return self.face.settings.pace if self.presenting else Decimal(1)

    def do_view_present(self) -> None:
        """Show the large figures and let the rest step back, or the other way round."""
        self.presenting = not self.presenting
        screen = self.screen_stack[0]
        screen.set_class(self.presenting, "-presenting")
        screen.query_one(Stage).look_again()

    # --- a newcomer -------------------------------------------------------------------------------

    @property
    def touring(self) -> bool:
        """Whether the tour is being taken."""
        return self._step is not None

    def do_tour(self) -> None:
        """Begin the tour, from its first step."""
        self.offers_tour = False
        self.screen_stack[0].query_one(KeyBar).look_again()
        self._go_to_step(0)

    def tour_heard(self, command: str) -> None:
        """Go on when the user has done what the step asks for."""
        if self._step is not None and self.state.view == DESK and command in STEPS[self._step].done_by:
            self._go_to_step(self._step + 1)

    def leave_tour(self) -> None:
        """End the tour where it is."""
        self._go_to_step(len(STEPS))

    def _go_to_step(self, number: int) -> None:
        ended = number >= len(STEPS)
        self._step = None if ended else number
        screen = self.screen_stack[0]
        screen.set_class(not ended, "-touring")
        for pane in screen.query("Pane"):
            pane.set_class(not ended and pane.id == STEPS[number].pane, "-pointed")
        if not ended:
            screen.query_one("#tour", Prose).show(self._tour_words(number))

    def _tour_words(self, number: int) -> Words:
        step = STEPS[number]
        told = words_of(step, self.keymap.by_id)
        return (
            say(told, "accent"),
            say(f"Tour, {number + 1} of {len(STEPS)}: look at {step.pane}. esc leaves.", "muted"),
        )
