"""A class over SSH: how soon each follower shows a step of the presenter, one frozen and one on their own."""

from __future__ import annotations

import os
import select
import signal
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from tests.bench.markdown import Section, ms
from tests.bench.places import ROOT

sys.path.insert(0, str(ROOT / "tests" / "pty"))

from pty_terminal import Terminal
from ssh_class import Class, seen

LEFT = "\x1b[D"
BREAK_AWAY = "\x06"
QUIET_S = 0.8
"""So long nothing more is painted after a step."""
COMES_S = 20.0
"""Within that the first of it is painted."""


def step(presenter: Terminal, followers: Sequence[Terminal]) -> list[float]:
    """Press a key of the presenter's; seconds from it to the last byte that each follower's terminal got of it."""
    by_master = {follower.master: number for number, follower in enumerate(followers)}
    last: dict[int, float] = {}
    presenter.type(LEFT)
    begun = latest = time.perf_counter()
    while time.perf_counter() - latest < (QUIET_S if len(last) == len(followers) else COMES_S):
        for master in select.select([*by_master, presenter.master], [], [], 0.05)[0]:
            read = os.read(master, 65536)
            if master in by_master:
                followers[by_master[master]].written += read
                last[by_master[master]] = latest = time.perf_counter()
    if len(last) < len(followers):
        raise TimeoutError(f"{len(followers) - len(last)} followers show nothing of a step")
    return [at - begun for at in last.values()]


def lags(presenter: Terminal, followers: Sequence[Terminal], steps: int) -> list[float]:
    """Of each step the time until the last follower has it."""
    for terminal in (presenter, *followers):
        while terminal.read(QUIET_S / len(followers)):
            pass
    return [max(step(presenter, followers)) for _ in range(steps)]


def gathered(room: Class, stack: ExitStack, watching: int) -> list[Terminal]:
    """So many followers, each at the desk."""
    followers = []
    for number in range(watching):
        followers.append(stack.enter_context(room.follower((80 + 2 * number, 24 + number % 12))))
        # one after the other, as people come
        followers[-1].wait_for("You follow the presenter")
    return followers


def section(folder: Path, watching: int, steps: int) -> Section:
    """As a table."""
    folder.mkdir(exist_ok=True)
    rows: list[tuple[str, ...]] = []

    def measured(what: str, followers: Sequence[Terminal], equal: Callable[[], None]) -> None:
        taken = lags(room.presenter, followers, steps)
        equal()
        rows.append((what, ms(statistics.median(taken)), ms(max(taken))))

    limits = ("--visits", "64", "--per-address", "64", "--connects", "1000")
    with Class(folder, *limits) as room, ExitStack() as stack:
        followers = gathered(room, stack, watching)
        frozen, away, *others = followers
        shock = -30

        def all_equal(who: Sequence[Terminal]) -> Callable[[], None]:
            def equal() -> None:
                nonlocal shock
                shock -= steps
                for follower in who:
                    seen(follower, f"BTC −{-shock}")

            return equal

        measured(f"a step with {watching} followers", followers, all_equal(followers))
        frozen.process.send_signal(signal.SIGSTOP)

        def thaw() -> None:
            # not later: a line that answers nothing for a minute is given up
            frozen.process.send_signal(signal.SIGCONT)
            all_equal(followers)()

        measured("the same with one frozen", [away, *others], thaw)
        away.type(BREAK_AWAY)
        seen(away, "You are on your own", f"BTC −{-shock}")
        measured("the same with one on their own", [frozen, *others], all_equal([frozen, *others]))
        away.type(BREAK_AWAY)
        seen(away, "You follow the presenter", f"BTC −{-shock}")
    return Section(
        "A class over SSH",
        f"`isocross serve ssh --follow` with as many real clients on the same machine, each at another size; {steps} "
        "steps of the price. From the presenter's key to the last byte that the last follower gets. After each row all "
        "were compared with the presenter, and at the end who had been on their own, too.",
        ("what", "median", "most"),
        tuple(rows),
    )
