"""Many accounts: the totals of a sweep by one process, two, and a cluster; memory, and the ratio to a pass of numpy."""

from __future__ import annotations

import csv
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from isocross.risk.screen import HAS_NUMBA
from tests.bench.markdown import Section, times
from tests.bench.measured import cpu_of_call

MARKS = {"BTCUSDT": 60_000, "ETHUSDT": 3_000, "SOLUSDT": 150, "XRPUSDT": 2, "DOGEUSDT": 0.2}
GRID = """
common = { from = "-30%", to = "28%", step = "2%" }
[[pairs]]
x = "BTC"
y = "ETH"
x_moves = { from = "-24%", to = "24%", step = "8%" }
y_moves = { from = "-24%", to = "30%", step = "6%" }
"""
SHOCKS = 100
LEVERAGES = (2, 3, 3, 5, 5, 10, 10, 20)


def write_accounts(path: Path, accounts: int) -> None:
    """Write a table of accounts of five positions each, the same every time."""
    chance = random.Random(1)
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(("account", "wallet", "venue", "market", "side", "mode", "quantity", "entry", "leverage", "mark"))
        for n in range(accounts):
            rows, margins = [], 0.0
            for market, mark in MARKS.items():
                leverage, notional = chance.choice(LEVERAGES), chance.choice((500, 2_000, 8_000, 40_000))
                side, mode = chance.choice(("long", "long", "short")), chance.choice(("cross", "cross", "isolated"))
                entry = float(f"{mark * (1 + chance.uniform(-0.02, 0.02)):.4g}")
                rows.append((market, side, mode, f"{notional / mark:.3g}", entry, leverage, mark))
                margins += notional / leverage
            wallet = round(margins * chance.choice((1.1, 1.3, 1.6, 2.5)), 2)
            out.writerows((f"a{n}", wallet, "binance", *row) for row in rows)


@dataclass(frozen=True)
class Run:
    """One sweep, as a program of its own."""

    wall_s: float
    cpu_s: float
    peak_mb: float
    """Of the largest process."""
    told: str
    """Its last line."""


def run(folder: Path, *options: str) -> Run:
    """Sweep the accounts of a folder."""
    command = [sys.executable, "-m", "isocross", "sweep", "accounts.csv", "--shocks", "grid.toml", "--totals"]
    begin, told = time.perf_counter(), folder / "told.txt"
    with told.open("w", encoding="utf-8") as errors:
        process = subprocess.Popen([*command, "-o", "out.csv", "--force", *options], cwd=folder, stderr=errors)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    said = told.read_text(encoding="utf-8").splitlines()
    if process.returncode:
        raise RuntimeError("\n".join(said))
    wall, cpu = time.perf_counter() - begin, usage.ru_utime + usage.ru_stime
    return Run(wall, cpu, usage.ru_maxrss / 1024, said[-1])


@contextmanager
def cluster() -> Iterator[str]:
    """Start a scheduler and two workers on loopback."""
    distributed: Any = __import__("distributed")
    quiet = {"dashboard_address": None, "silence_logs": 50}
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, host="127.0.0.1", **quiet) as made:
        yield made.scheduler_address


def bare_s(accounts: int) -> float:
    """CPU of one bare pass of numpy: the equity of every account under every shock, and whether it is above zero."""
    moves, sizes = np.linspace(-0.3, 0.3, SHOCKS * len(MARKS)).reshape(len(MARKS), SHOCKS), np.ones(len(MARKS))

    def passed() -> None:
        for start in range(0, accounts, 1000):
            held = np.repeat(sizes[None, :], min(1000, accounts - start), axis=0)
            _ = (held @ moves > 0).sum(axis=0)

    return max(1e-9, min(cpu_of_call(passed) for _ in range(3)))


def measure(folder: Path, accounts: int, *, ways: Sequence[str]) -> dict[str, Run]:
    """Sweep them in each of some ways: `one`, `two` processes, `dask`."""
    folder.mkdir(exist_ok=True)
    write_accounts(folder / "accounts.csv", accounts)
    (folder / "grid.toml").write_text(GRID, encoding="utf-8")
    found: dict[str, Run] = {}
    for way in ways:
        if way == "dask":
            with cluster() as address:
                found[way] = run(folder, "--cluster", address)
        else:
            found[way] = run(folder, "--workers", "2" if way == "two" else "1")
    return found


def section(folder: Path, accounts: int, *, ways: Sequence[str] = ("one", "two", "dask")) -> Section:
    """The figures of a population."""
    asked = [way for way in ways if way != "dask" or find_spec("distributed")]
    found, cells = measure(folder, accounts, ways=asked), accounts * SHOCKS
    names = {"one": "one process", "two": "two processes", "dask": "dask, two workers on loopback"}
    first = next(iter(found.values()))
    rows = [
        (names[way], f"{cells / taken.wall_s:,.0f}", f"{taken.wall_s:.1f} s", f"{taken.peak_mb:,.0f} MB",
         times(first.wall_s / taken.wall_s))
        for way, taken in found.items()
    ]  # fmt: skip
    bare = bare_s(accounts)
    compiled = "compiled" if HAS_NUMBA else "not compiled"
    return Section(
        f"Totals of {accounts:,} accounts under {SHOCKS} shocks",
        f"Accounts × shocks a second, from a table of {len(MARKS)} positions each, all of the program counted; the "
        f"cascades of the screen are {compiled}. {first.told.partition('written. ')[2]} A bare pass of numpy takes "
        f"{bare:.2f} s of CPU; the first row took {first.cpu_s / bare:,.0f} times that.",
        ("who", "a second", "wall", "peak of a process", "against the first"),
        rows,
    )
