"""What visitors do to a room: how much memory that costs the server, and how long another visitor waits meanwhile."""

from __future__ import annotations

import os
import signal
import socket
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from tests.bench.markdown import Section, ms
from tests.bench.places import ROOT
from tests.bench.serving import DEADLINE_S, OPTIONS

sys.path.insert(0, str(ROOT / "tests" / "pty"))

from pty_terminal import Terminal
from ssh_room import FIRST_WORDS, SshRoom, ssh_room

KEYS = 6
LEFT, RIGHT = "\x1b[D", "\x1b[C"


def answers(witness: Terminal) -> list[float]:
    """Seconds from each of some keys to the first of what is painted."""
    taken = []
    for number in range(KEYS):
        while witness.read(0.1):
            pass
        begun = time.perf_counter()
        witness.type(LEFT if number % 2 else RIGHT)
        while not witness.read(0.01):
            if time.perf_counter() - begun > DEADLINE_S:
                raise TimeoutError("another visitor gets no answer")
        taken.append(time.perf_counter() - begun)
    return taken


def freeze(visitor: Terminal, loops: int) -> None:
    """Have ever more painted, and read nothing of it."""
    _pour(visitor, b"t" + b"\x1b[B\x1b[A" * 20 * loops)
    visitor.process.send_signal(signal.SIGSTOP)


def paste(visitor: Terminal, loops: int) -> None:
    """Paste without an end."""
    _pour(visitor, b"\x1b[200~" + b"x" * 4000 * loops)


def hold(visitor: Terminal, loops: int) -> None:
    """Hold an arrow key."""
    _pour(visitor, b"\x1b[D\x1b[C" * 2 * loops)


def resize(visitor: Terminal, loops: int) -> None:
    """Have another size every moment."""
    for number in range(10 * loops):
        visitor.resize(60 + number % 240, 20 + number % 80)
        visitor.process.send_signal(signal.SIGWINCH)
        visitor.read(0)


def leave(visitor: Terminal, _loops: int) -> None:
    """Be gone without a word."""
    visitor.process.kill()


def _pour(visitor: Terminal, keys: bytes) -> None:
    """Write as much as the line takes."""
    os.set_blocking(visitor.master, False)
    for at in range(0, len(keys), 4000):
        try:
            os.write(visitor.master, keys[at : at + 4000])
        except BlockingIOError:
            return


def knock(room: SshRoom, lines: int) -> None:
    """Hold connections and say nothing."""
    with ExitStack() as stack:
        for _ in range(lines):
            stack.enter_context(socket.create_connection(("127.0.0.1", room.port), timeout=DEADLINE_S))


def among(room: SshRoom, visitors: int, loops: int, does: Callable[[Terminal, int], None]) -> list[float]:
    """What a visitor waits for while so many others do something."""
    with ExitStack() as stack:
        witness, *others = (stack.enter_context(room.visitor()) for _ in range(1 + visitors))
        for visitor in (witness, *others):
            visitor.wait_for(FIRST_WORDS, DEADLINE_S)
        for visitor in others:
            does(visitor, loops)
        return answers(witness)


def knocked(room: SshRoom, lines: int) -> list[float]:
    """The same while connections are held in silence."""
    with room.visitor() as witness:
        witness.wait_for(FIRST_WORDS, DEADLINE_S)
        knock(room, lines)
        return answers(witness)


def section(folder: Path, visitors: int, loops: int) -> Section:
    """As a table."""
    folder.mkdir(exist_ok=True)
    lines = 10 * loops
    rows: list[tuple[str, ...]] = []
    with ssh_room(folder, *OPTIONS) as room:
        done: tuple[tuple[str, Callable[[], list[float]]], ...] = (
            ("nothing", partial(among, room, 0, loops, hold)),
            (f"{visitors} read nothing", partial(among, room, visitors, loops, freeze)),
            (f"{visitors} hold an arrow key", partial(among, room, visitors, loops, hold)),
            (f"{visitors} paste without an end", partial(among, room, visitors, loops, paste)),
            (f"{visitors} change their size {10 * loops} times", partial(among, room, visitors, loops, resize)),
            (f"{visitors} are gone without a word", partial(among, room, visitors, loops, leave)),
            (f"{lines} connections say nothing", partial(knocked, room, lines)),
        )
        for what, measured in done:
            before = room.memory
            taken = measured()
            room.wait_until_empty(DEADLINE_S)
            rows.append(
                (what, ms(statistics.median(taken)), ms(max(taken)), f"{(room.memory - before) / 1024:.1f} MiB")
            )
    return Section(
        "The room over SSH under abuse",
        "What another visitor waits for, from a key to the first of what is painted, while others do this; and how "
        "much more memory the server has afterwards.",
        ("what others do", "a key, median", "most", "the server grows by"),
        tuple(rows),
    )
