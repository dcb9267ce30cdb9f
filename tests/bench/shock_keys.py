"""One shock key: CPU, bytes and frames of the desk, against the same key in a Textual app of one label."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.bench.books import workspace_text
from tests.bench.markdown import Section, kilobytes, ms, times
from tests.bench.places import ISOCROSS, ONE_LABEL, ROOT, environment
from tests.bench.terminal import Terminal, frames_in

SIZE = (140, 45)
POSITIONS = (2, 50, 500)
RIGHT, LEFT = b"\x1b[C", b"\x1b[D"
RETURN_S = 0.6
"""Silence after which many keys at once are taken to be answered."""
BUDGET_BYTES = 12_000
BUDGET_CPU_S = 0.03
LABEL = "one label"


def desk_of(positions: int) -> str:
    """The name of a desk on an account of this size."""
    return f"desk, {positions} positions"


@dataclass(frozen=True)
class Answer:
    """What one key cost."""

    cpu_s: float
    written: int
    frames: int


@dataclass(frozen=True)
class Keys:
    """All keys of one program, and what it did when left alone."""

    answers: tuple[Answer, ...]
    idle_bytes_s: float
    idle_cpu_share: float

    @property
    def cpu_s(self) -> float:
        """Median CPU of a key."""
        return median(answer.cpu_s for answer in self.answers)

    @property
    def written(self) -> float:
        """Median bytes of a key."""
        return median(answer.written for answer in self.answers)


def answer(terminal: Terminal) -> Answer:
    """Press the key and wait until all is painted."""
    before = terminal.cpu_s
    written = terminal.answer_to(RIGHT)
    return Answer(terminal.cpu_s - before, len(written), frames_in(written))


def idle(terminal: Terminal, seconds: float) -> tuple[float, float]:
    """Bytes a second and share of a core of a program that is left alone."""
    before = terminal.cpu_s
    written = terminal.listen(seconds)
    return len(written) / seconds, (terminal.cpu_s - before) / seconds


def sweep(terminals: Mapping[str, Terminal], keys: int) -> dict[str, list[Answer]]:
    """The same keys in all programs, key by key, and back to where they were."""
    answers: dict[str, list[Answer]] = {name: [] for name in terminals}
    for _ in range(keys):
        for name, terminal in terminals.items():
            answers[name].append(answer(terminal))
    for terminal in terminals.values():
        terminal.answer_to(LEFT * keys, quiet_s=RETURN_S)
    return answers


def cheapest(tries: Sequence[Answer]) -> Answer:
    """Of the same key pressed at the same place several times, the one that cost the least CPU."""
    return min(tries, key=lambda tried: tried.cpu_s)


def measure(terminals: Mapping[str, Terminal], keys: int, rounds: int, idle_s: float) -> dict[str, Keys]:
    """Sweep all programs several times, then leave them alone."""
    sweeps = [sweep(terminals, keys) for _ in range(rounds)]
    return {
        name: Keys(
            tuple(cheapest(tries) for tries in zip(*(taken[name] for taken in sweeps), strict=True)),
            *idle(terminal, idle_s),
        )
        for name, terminal in terminals.items()
    }


def start_all(stack: ExitStack, folder: Path, positions: Sequence[int] = POSITIONS) -> dict[str, Terminal]:
    """The desks and their rival, all painted and silent; the stack ends them."""
    around = environment(folder)
    commands = {LABEL: ONE_LABEL}
    for count in positions:
        book = folder / f"shock-keys-{count}.toml"
        book.write_text(workspace_text(count), encoding="utf-8")
        commands[desk_of(count)] = (*ISOCROSS, str(book))
    terminals = {name: stack.enter_context(Terminal(command, SIZE, around, ROOT)) for name, command in commands.items()}
    for name, terminal in terminals.items():
        terminal.wait_for(b"label 0" if name == LABEL else b"equity")
        terminal.wait_for_silence(0.5)
    return terminals


def section(folder: Path, keys: int, rounds: int, idle_s: float) -> Section:
    """Start all, sweep once for nothing, measure."""
    with ExitStack() as stack:
        terminals = start_all(stack, folder)
        sweep(terminals, keys)
        taken = measure(terminals, keys, rounds, idle_s)
    return as_table(taken, rounds, idle_s)


def as_table(taken: Mapping[str, Keys], rounds: int, idle_s: float) -> Section:
    """All programs, and whether the desks keep their budgets."""
    label = taken[LABEL]
    rows = tuple(
        (
            name,
            ms(run.cpu_s),
            ms(max(a.cpu_s for a in run.answers)),
            times(run.cpu_s / label.cpu_s),
            kilobytes(run.written),
            kilobytes(max(a.written for a in run.answers)),
            f"{median(a.frames for a in run.answers):g} (at most {max(a.frames for a in run.answers)})",
            f"{run.idle_bytes_s:.0f} B/s",
            f"{run.idle_cpu_share:.2%}",
        )
        for name, run in taken.items()
    )
    return Section(
        "One shock key, from the key to the painted frame",
        f"`right` at {SIZE[0]}×{SIZE[1]}, key by key in all programs: the median and the most of {len(label.answers)} "
        f"places, each with the least CPU of {rounds} sweeps; then {idle_s:g} s without a key.",
        ("program", "CPU", "most", "against one label", "written", "most", "frames", "idle", "idle CPU"),
        rows,
        tuple(_budgets(name, run) for name, run in taken.items() if name != LABEL),
    )


def _budgets(name: str, desk: Keys) -> str:
    within = sum(a.cpu_s <= BUDGET_CPU_S and a.written <= BUDGET_BYTES for a in desk.answers)
    return (
        f"Budgets, {name}: {_held(desk.cpu_s, BUDGET_CPU_S, ms)}; {_held(desk.written, BUDGET_BYTES, kilobytes)}; "
        f"idle 0 B/s {'met' if desk.idle_bytes_s == 0 else 'not met'}; "
        f"{within} of {len(desk.answers)} keys are within both."
    )


def _held(value: float, budget: float, written: Callable[[float], str]) -> str:
    return f"{written(budget)} {'met' if value <= budget else 'not met'} with {written(value)}"
