"""One edit of an account against loading it: the edit itself, and up to the next frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from isocross.desk import selectors
from isocross.desk.actions.account import Flip
from isocross.desk.state import State
from isocross.desk.store import Store
from isocross.workspace import load_text
from tests.bench.books import workspace_text
from tests.bench.markdown import Section, ms, times
from tests.bench.measured import cpu_of_call, interleaved

SIZES = (50, 500)


@dataclass(frozen=True)
class Edit:
    """One account; the least CPU of each."""

    positions: int
    load_s: float
    """From the text of its file to a store."""
    frame_s: float
    """From there to its first frame: both glides of the marks and every figure."""
    edit_s: float
    """A flip, judged by the venue's rules, its outcome in the store."""
    next_frame_s: float


def measure(size: int, rounds: int) -> Edit:
    """Load, look, flip and look again, in turn."""
    text = workspace_text(size)

    def opened() -> Store[State]:
        return Store(State.opened(load_text(text, f"bench-{size}")))

    desk = opened()
    selectors.frame(desk.state)

    def fresh_frame() -> float:
        other = opened()
        return cpu_of_call(lambda: selectors.frame(other.state))

    taken = interleaved(
        {
            "load": lambda: cpu_of_call(opened),
            "frame": fresh_frame,
            "edit": lambda: cpu_of_call(lambda: desk.dispatch(Flip())),
            "next frame": lambda: cpu_of_call(lambda: selectors.frame(desk.state)),
        },
        rounds,
    )
    return Edit(size, *(min(taken[name]) for name in ("load", "frame", "edit", "next frame")))


def section(rounds: int, sizes: Sequence[int] = SIZES) -> Section:
    """As a table."""
    edits = [measure(size, rounds) for size in sizes]
    return Section(
        "An edit against loading",
        f"A flip on an open desk against opening the file, CPU, least of {rounds}.",
        ("positions", "load", "first frame", "edit", "next frame", "load ÷ edit"),
        tuple(
            (
                str(e.positions),
                ms(e.load_s),
                ms(e.frame_s),
                ms(e.edit_s),
                ms(e.next_frame_s),
                times(e.load_s / e.edit_s),
            )
            for e in edits
        ),
    )
