"""From fork to the first content on the screen: the desk against a Textual app of one label, each in its own pty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median

from tests.bench.books import workspace_text
from tests.bench.markdown import Section, kilobytes, ms, times
from tests.bench.measured import interleaved
from tests.bench.places import ISOCROSS, ONE_LABEL, ROOT, environment
from tests.bench.terminal import Terminal, frames_in

SIZES = ((80, 24), (140, 45))
POSITIONS = (2, 50, 500)
BUDGET_S = 0.6
LABEL = "one label"
GUIDE = "desk, guide-cross"
FULL = {count: f"desk, {count} positions" for count in POSITIONS}
BUDGETED = (FULL[50], (140, 45))


@dataclass(frozen=True)
class Paint:
    """One start of one program."""

    content_s: float
    """From fork until its content is written."""
    cpu_s: float
    """CPU until then."""
    settled_s: float
    """From fork to the last byte before silence."""
    written: int
    """Bytes until silence."""
    frames: int


def paint(
    command: tuple[str, ...], content: bytes, size: tuple[int, int], around: Mapping[str, str], quiet_s: float = 0.3
) -> Paint:
    """Start a program, wait for what it has to say and then for silence."""
    with Terminal(command, size, around, ROOT) as terminal:
        content_s, cpu_s = terminal.wait_for(content), terminal.cpu_s
        terminal.wait_for_silence(quiet_s)
        written = bytes(terminal.written)
        return Paint(content_s, cpu_s, terminal.last_write_s, len(written), frames_in(written))


def programs(folder: Path) -> dict[str, tuple[tuple[str, ...], bytes]]:
    """Each program and the words that are its content."""
    started = {LABEL: (ONE_LABEL, b"label 0"), GUIDE: ((*ISOCROSS, "guide-cross"), b"equity")}
    for count, name in FULL.items():
        book = folder / f"first-paint-{count}.toml"
        book.write_text(workspace_text(count), encoding="utf-8")
        started[name] = ((*ISOCROSS, str(book)), b"equity")
    return started


def measure(folder: Path, rounds: int) -> dict[tuple[str, tuple[int, int]], list[Paint]]:
    """All starts of every program at every size."""
    around = environment(folder)
    started = programs(folder)
    attempts = {
        f"{name}|{size[0]}": partial(paint, command, content, size, around)
        for size in SIZES
        for name, (command, content) in started.items()
    }
    taken = interleaved(attempts, rounds)
    return {(name, size): taken[f"{name}|{size[0]}"] for size in SIZES for name in started}


def section(folder: Path, rounds: int) -> Section:
    """As a table."""
    starts = measure(folder, rounds)
    rows = []
    for (name, size), paints in starts.items():
        label = starts[LABEL, size]
        content_s, cpu_s = (median(p.content_s for p in paints), median(p.cpu_s for p in paints))
        rows.append(
            (
                f"{name}, {size[0]}×{size[1]}",
                ms(content_s),
                times(content_s / median(p.content_s for p in label)),
                ms(cpu_s),
                times(cpu_s / median(p.cpu_s for p in label)),
                ms(median(p.settled_s for p in paints)),
                kilobytes(paints[0].written),
                str(paints[0].frames),
            )
        )
    budgeted = median(p.content_s for p in starts[BUDGETED])
    return Section(
        "From fork to first content",
        f"Each program in a pty of its own, wall and CPU time, median of {rounds}; bytes and frames of one start, "
        "until silence.",
        ("program", "content", "against one label", "CPU", "against one label", "last byte", "written", "frames"),
        tuple(rows),
        (f"Budget of 0.6 s to content at 140×45 with 50 positions: {ms(budgeted)}, {_met(budgeted)}.",),
    )


def _met(content_s: float) -> str:
    return "met" if content_s <= BUDGET_S else "not met"
