"""What keeps a desk safe from its own end: every change is in a journal before it is drawn.

A `Recorder` hears the store and writes each step of the line of moments that undo and redo walk along (`line`). A
desk that ends without a word leaves its journal, and the next one that opens the same file finds it (`found`) and
asks. Two desks on one file are told of each other; nothing is overwritten unasked.

In: changes of a store. Out: a journal in the user's state folder, and what to say about one that was left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from isocross.faces import handed_on

if TYPE_CHECKING:
    from isocross_tui.recorder.found import (
        Found,
        Opened,
        conflict_words,
        difference,
        first_fault,
        found_in,
        mine_beside,
        offer_words,
        other_words,
    )
    from isocross_tui.recorder.line import MomentLine, NotALineError
    from isocross_tui.recorder.recorder import Clocks, Recorder, Recorders
else:
    __getattr__ = handed_on(__name__)

__all__ = [
    "Clocks",
    "Found",
    "MomentLine",
    "NotALineError",
    "Opened",
    "Recorder",
    "Recorders",
    "conflict_words",
    "difference",
    "first_fault",
    "found_in",
    "mine_beside",
    "offer_words",
    "other_words",
]
