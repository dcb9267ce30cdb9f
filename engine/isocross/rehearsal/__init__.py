"""A book on a path: the one value that a screen, a report and a study look at.

A `Scenario` says how marks move and what the user does on the way. A rehearsal solves it once and is then only read:
the timeline of what happens, the frame at a cursor, the book as it stands there, the next stop. What-if rehearsals
are glides without a memory: back at the opening, everybody stands again. Lived ones go through time (`run`): what is
closed stays closed, funding and settlement come at their hours (`funding`), and a move is judged at the marks of its
moment. A replay of a history looks bar by bar and leg by leg only where something can come due (`replay`).

In: a `Book` and a `Scenario`. Out: a `Rehearsal`. It is immutable, so a worker may keep one while the desk goes on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from isocross.faces import handed_on

if TYPE_CHECKING:
    from isocross.rehearsal.rehearsal import Rehearsal
    from isocross.rehearsal.run import LivedRun, live
    from isocross.rehearsal.scenario import PathKind, Scenario
else:
    __getattr__ = handed_on(__name__)

__all__ = ["LivedRun", "PathKind", "Rehearsal", "Scenario", "live"]
