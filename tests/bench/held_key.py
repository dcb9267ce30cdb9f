"""A shock key held down: how many frames are painted meanwhile, and how long the program goes on after the release."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.bench.markdown import Section, ms
from tests.bench.shock_keys import RETURN_S, RIGHT, SIZE, start_all
from tests.bench.terminal import Terminal, frames_in

KEYS_A_SECOND = 30
POSITIONS = 50


@dataclass(frozen=True)
class Held:
    """One hold of the key."""

    keys: int
    frames: int
    """Painted while it was held."""
    lag_s: float
    """From the release to the last byte."""


def hold(terminal: Terminal, keys: int) -> Held:
    """Hold the key for as long as it repeats this often."""
    begin, started = len(terminal.written), time.perf_counter()
    for n in range(1, keys + 1):
        terminal.press(RIGHT)
        terminal.listen(started + n / KEYS_A_SECOND - time.perf_counter())
    frames, released_s = frames_in(bytes(terminal.written[begin:])), time.perf_counter() - terminal.started
    terminal.wait_for_silence(RETURN_S)
    return Held(keys, frames, max(0.0, terminal.last_write_s - released_s))


def stall(terminal: Terminal, keys: int) -> None:
    """Hold the key for as long, while nothing that the program writes is read: a line that hangs for a while."""
    for _ in range(keys):
        terminal.press(RIGHT)
        time.sleep(1 / KEYS_A_SECOND)
    terminal.wait_for_silence(RETURN_S)


def measure(terminals: Mapping[str, Terminal], keys: int) -> dict[str, Held]:
    """One program after the other: a hold, and one more after a stall."""
    taken = {}
    for name, terminal in terminals.items():
        taken[name] = hold(terminal, keys)
        stall(terminal, keys)
        taken[f"{name}, after a stall"] = hold(terminal, keys)
    return taken


def section(folder: Path, keys: int) -> Section:
    """Start a desk and its rival, and hold the key."""
    with ExitStack() as stack:
        return as_table(measure(start_all(stack, folder, (POSITIONS,)), keys))


def as_table(taken: Mapping[str, Held]) -> Section:
    """Each hold."""
    return Section(
        "A shock key held down",
        f"`right`, {KEYS_A_SECOND} times a second, at {SIZE[0]}×{SIZE[1]}; wall time, once; then "
        "once more, after the terminal read nothing for as long.",
        ("program", "frames while held", "last byte after the release"),
        tuple((name, f"{held.frames} of {held.keys}", ms(held.lag_s)) for name, held in taken.items()),
    )
