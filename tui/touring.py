"""The desk before an audience: large figures for a room, a tour for a newcomer."""

from __future__ import annotations

from engine.state import DESK
from tui.bridge import DeskApp, Handlers
from tui.controller import Controller
from tui.panes.bars import KeyBar
from tui.panes.stage import Stage
from tui.tour import STEPS, words_of
from tui.widgets.prose import Prose, Words, say


class Tour(Controller):
    """What is shown to whoever looks on."""

    def __init__(self, desk: DeskApp) -> None:
        """Take no tour yet."""
        super().__init__(desk)
        self._step: int | None = None
        """Where the tour is; None: it is not taken."""

    @property
    def commands(self) -> Handlers:
        """The room and the newcomer."""
        return {"view.present": self.present, "tour": self.begin}

    def present(self) -> None:
        """Show the large figures and let the rest step back, or the other way round."""
        self.desk.presenting = not self.desk.presenting
        screen = self.desk.ground
        screen.set_class(self.desk.presenting, "-presenting")
        screen.query_one(Stage).look_again()

    # --- a newcomer -------------------------------------------------------------------------------

    @property
    def is_on(self) -> bool:
        """Whether the tour is being taken."""
        return self._step is not None

    def begin(self) -> None:
        """Begin the tour, from its first step."""
        self.desk.offers_tour = False
        self.desk.ground.query_one(KeyBar).look_again()
        self._go_to_step(0)

    def hear(self, command: str) -> None:
        """Go on when the user has done what the step asks for."""
        if self._step is not None and self.state.view == DESK and command in STEPS[self._step].done_by:
            self._go_to_step(self._step + 1)

    def leave(self) -> None:
        """End the tour where it is."""
        self._go_to_step(len(STEPS))

    def _go_to_step(self, number: int) -> None:
        ended = number >= len(STEPS)
        self._step = None if ended else number
        screen = self.desk.ground
        screen.set_class(not ended, "-touring")
        for pane in screen.query("Pane"):
            pane.set_class(not ended and pane.id == STEPS[number].pane, "-pointed")
        if not ended:
            screen.query_one("#tour", Prose).show(self._tour_words(number))

    def _tour_words(self, number: int) -> Words:
        step = STEPS[number]
        told = words_of(step, self.desk.keymap.by_id)
        return (
            say(told, "accent"),
            say(f"Tour, {number + 1} of {len(STEPS)}: look at {step.pane}. esc leaves.", "muted"),
        )
