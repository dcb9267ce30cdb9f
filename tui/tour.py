"""The tour: eight sentences, each asking for a real key; a step is over when the user has done it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from engine.regular import is_absent
from tui.commands import Command

_MARK: Final = "toured"


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
    Step("shock", "This is the price, and everything follows it. Press {shock.down} to let it fall.",
         ("shock.down", "shock.far-down", "shock.up", "shock.far-up")),
    Step("pool", "The pool pays for the loss; below stands who pays, in order. Press {shock.far-down} for ten steps at "
         "once.", ("shock.far-down", "shock.far-up")),
    Step("positions", "Each row is a position, and liq is where it falls. Press {position.flip} to give this one cash "
         "of its own.", ("position.flip", "position.flip-all")),
    Step("cascade", "Whatever falls on the way stands here. Press {shock.next-event} to go to the next event.",
         ("shock.next-event", "shock.previous-event")),
    Step("cascade", "It fell, or it did not: never take a figure on trust. Press {why} for the arithmetic; {why} again "
         "puts it away.", ("why",)),
    Step("positions", "Nothing here is final. Press {history.undo} to take back a step.", ("history.undo",)),
    Step("positions", "The same account under other rules can end otherwise. Press {venue.next} for the next venue.",
         ("venue.next",)),
    Step("pool", "All keys are in the footer, in {help}, and by their words in {palette}. Press {help} to see them.",
         ("help", "palette")),
)  # fmt: skip


def words_of(step: Step, commands: Mapping[str, Command]) -> str:
    """A step with the keys that its commands have here; one without a key is found in the palette."""
    words = step.words
    for id, command in commands.items():
        words = words.replace(f"{{{id}}}", command.first_key)
    return words


def first_start(folder: Path) -> bool:
    """Whether the desk was never started before without a file; from now on it was.

    Args:
        folder: where the program keeps what it remembers; where it cannot write, every start is the first;
            where it cannot even look, none is.
    """
    mark = folder / _MARK
    if not is_absent(mark):
        return False
    try:
        folder.mkdir(parents=True, exist_ok=True)
        mark.touch()
    except OSError:
        return True
    return True
