"""The desk before an audience: large figures for a room, and a tour for a newcomer.

The tour has eight sentences, each asking for a real key; a step is over when the user has done it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from isocross.desk import selectors
from isocross.desk.state import DESK
from isocross.records import dataclass
from isocross_tui.bridge import DeskApp, Handlers
from isocross_tui.commands import Command
from isocross_tui.controllers.controller import Controller
from isocross_tui.panes.bars import KeyBar
from isocross_tui.panes.pool import PoolPane
from isocross_tui.panes.stage import StagePane
from isocross_tui.widgets.prose import Prose, Words, say


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do."""

    pane: str
    """Id of the pane it speaks of."""
    words: str
    """What to do and why; a command's id in braces stands for its key."""
    done_by: tuple[str, ...]
    """The commands that lead on."""


STEPS: Final = (
    Step("shock", "This is the price, and everything follows it. Press {shock.down} to let it drop.",
         ("shock.down", "shock.far-down", "shock.up", "shock.far-up")),
    Step("pool", "The pool pays for the loss, and its last rows say who pays, in order. Press {shock.far-down} for "
         "ten steps at once.", ("shock.far-down", "shock.far-up")),
    Step("positions", "Each row is a position, and liq is its liquidation price. Press {position.flip} to give this "
         "one margin of its own.", ("position.flip", "position.flip-all")),
    Step("cascade", "Each liquidation on the way is listed here. Press {event} to go to the {which} event.",
         ("shock.next-event", "shock.previous-event")),
    Step("cascade", "Take no figure on trust. Press {why} for the arithmetic; {why} again puts it away.", ("why",)),
    Step("positions", "Nothing here is final. Press {history.undo} to take back a step.", ("history.undo",)),
    Step("positions", "The same account under other rules can end otherwise. Press {venue.next} for the next venue.",
         ("venue.next",)),
    Step("pool", "{help} lists every key, and {palette} finds a command by its words. Press {help} to see them.",
         ("help", "palette")),
)  # fmt: skip


def words_of(step: Step, commands: Mapping[str, Command], *, ahead: bool = True) -> str:
    """A step with the keys that its commands have here; one without a key is found in the palette.

    Args:
        step: what is to be done.
        commands: by their ids.
        ahead: whether an event lies ahead, to which a key leads.
    """
    which = "next" if ahead else "previous"
    words = step.words.replace("{event}", f"{{shock.{which}-event}}").replace("{which}", which)
    for id, command in commands.items():
        words = words.replace(f"{{{id}}}", command.first_key)
    return words


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
        """Show the large figures, and below them whole what they are about, or the desk as it was."""
        self.desk.presenting = not self.desk.presenting
        screen = self.desk.ground
        screen.set_class(self.desk.presenting, "-presenting")
        screen.query_one(StagePane).look_again()
        screen.query_one(PoolPane).look_again()

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
        ahead = selectors.stop_beyond(self.state, 1) is not None
        told = words_of(step, self.desk.keymap.by_id, ahead=ahead)
        return (
            say(told, "accent"),
            say(f"Tour, {number + 1} of {len(STEPS)}: look at the {step.pane.capitalize()} pane. esc leaves.", "muted"),
        )
