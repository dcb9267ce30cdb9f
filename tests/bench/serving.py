"""The room over SSH under load: first screens one by one and all at once, memory, and how soon a visit is gone."""

from __future__ import annotations

import re
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from tests.bench.markdown import Section
from tests.bench.places import ROOT

sys.path.insert(0, str(ROOT / "tests" / "pty"))

from pty_terminal import Terminal
from ssh_room import CLIENT, FIRST_WORDS, SshRoom, alive, ssh_room

OPTIONS = ("guide-cross", "--anonymous", "--visits", "64", "--per-address", "64", "--connects", "10000")
DEADLINE_S = 120.0


def one_by_one(room: SshRoom, visitors: int) -> list[float]:
    """Seconds from the client's start to its first screen, each once the one before is there."""
    taken = []
    for _ in range(visitors):
        begun = time.perf_counter()
        with room.visitor(size=(120, 36)) as visitor:
            visitor.wait_for(FIRST_WORDS, DEADLINE_S)
            taken.append(time.perf_counter() - begun)
    room.wait_until_empty()
    return taken


def all_at_once(room: SshRoom, visitors: int, look: Callable[[], None]) -> list[float]:
    """The same when all begin in the same moment; what is looked at, with all of them there."""
    taken: dict[int, float] = {}
    with ExitStack() as stack:
        begun = time.perf_counter()
        there: list[Terminal] = [stack.enter_context(room.visitor(size=(120, 36))) for _ in range(visitors)]
        while len(taken) < visitors:
            if time.perf_counter() - begun > DEADLINE_S:
                raise TimeoutError("not everybody got a desk")
            for number, visitor in enumerate(there):
                visitor.read(0.005)
                if number not in taken and FIRST_WORDS in visitor.text:
                    taken[number] = time.perf_counter() - begun
        look()
    room.wait_until_empty()
    return list(taken.values())


def gone_after(room: SshRoom) -> float:
    """Seconds from the end of a client, without a word, to the end of its desk."""
    with room.visitor() as visitor:
        visitor.wait_for(FIRST_WORDS, DEADLINE_S)
        (desk,) = room.desks
        visitor.process.kill()
        begun = time.perf_counter()
        while alive(desk):
            time.sleep(0.005)
        return time.perf_counter() - begun


def shares(processes: Sequence[int]) -> list[int]:
    """KiB that each process holds, what is held in common divided among those who hold it."""
    rollups = [Path(f"/proc/{process}/smaps_rollup").read_text(encoding="utf-8") for process in processes]
    return [int(found[1]) for rollup in rollups if (found := re.search(r"^Pss:\s+(\d+)", rollup, re.MULTILINE))]


def section(folder: Path, visitors: int) -> Section:
    """As a table."""
    folder.mkdir(exist_ok=True)
    held: list[int] = []
    with ssh_room(folder, *OPTIONS) as room:

        def look() -> None:
            held.extend(shares([room.process.pid, room.nursery, *room.desks]))

        single = one_by_one(room, max(2, visitors // 2))
        crowd = all_at_once(room, visitors, look)
        gone = [gone_after(room) for _ in range(3)]
    return Section(
        "The room over SSH",
        f"`isocross serve ssh` and as many real clients on the same machine, at 120×36; {len(single)} visitors one by "
        f"one, then {visitors} in the same moment. Memory is the proportional share.",
        ("what", "median", "most"),
        (
            ("first screen, one by one", *_seconds(single)),
            (f"first screen, {visitors} at once", *_seconds(crowd)),
            ("memory of a visit", *(f"{kib / 1024:.0f} MiB" for kib in (statistics.median(held[2:]), max(held[2:])))),
            (f"memory of all, with {visitors} visits", f"{sum(held) / 1024:.0f} MiB", ""),
            ("a visit whose client was killed is gone after", *_seconds(gone)),
        ),
    )


def _seconds(taken: Sequence[float]) -> tuple[str, str]:
    return f"{statistics.median(taken):.2f} s", f"{max(taken):.2f} s"


def can_measure() -> bool:
    """Whether there is what this needs."""
    return CLIENT is not None and sys.platform == "linux"
