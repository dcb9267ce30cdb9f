"""The start of the commands that print, against an interpreter that does nothing: CPU of the whole process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median

from tests.bench.markdown import Section, ms, times
from tests.bench.measured import cpu_of_process, interleaved
from tests.bench.places import ISOCROSS, NOTHING, ROOT, environment

BARE = "python -c pass"
COMMANDS = {
    BARE: NOTHING,
    "isocross --version": (*ISOCROSS, "--version"),
    "isocross report guide-cross": (*ISOCROSS, "report", "guide-cross"),
    "isocross venues": (*ISOCROSS, "venues"),
}


@dataclass(frozen=True)
class Start:
    """One command."""

    command: str
    cpu_s: float


def measure(folder: Path, rounds: int) -> list[Start]:
    """The median CPU of each command."""
    around = environment(folder)
    attempts: dict[str, Callable[[], float]] = {
        name: partial(cpu_of_process, command, around, ROOT) for name, command in COMMANDS.items()
    }
    return [Start(name, median(taken)) for name, taken in interleaved(attempts, rounds).items()]


def section(folder: Path, rounds: int) -> Section:
    """As a table."""
    starts = measure(folder, rounds)
    bare = next(start.cpu_s for start in starts if start.command == BARE)
    return Section(
        "Start of the commands that print",
        f"CPU (user + system) of the whole process, median of {rounds}.",
        ("command", "CPU", f"against `{BARE}`"),
        tuple((f"`{start.command}`", ms(start.cpu_s), times(start.cpu_s / bare)) for start in starts),
    )
