"""Runs every benchmark and prints the tables: `python -m tests.bench`, or `python tests/bench/run.py`."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

sys.path.extend(str(Path(__file__).resolve().parents[2] / root) for root in ("engine", "tui", ""))

from tests.bench import (
    abuse,
    editing,
    first_paint,
    following,
    frontier,
    growth,
    headless,
    held_key,
    population,
    serving,
    several_assets,
    shock_keys,
    solving,
    studies,
    sweeps,
)
from tests.bench.markdown import Section

NAMES = (
    *("start", "paint", "keys", "held", "solver", "assets", "growth", "edit", "frontier", "studies"),
    *("sweep", "population", "serve", "class", "abuse"),
)


def machine() -> str:
    """Where and when this was measured."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    return (
        f"{os.cpu_count()} cores ({platform.machine()}, {platform.system()} {platform.release()}), "
        f"{platform.python_implementation()} {platform.python_version()}, "
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, load {load:.1f} at the start"
    )


_ENGINE: Final[Mapping[str, Callable[[int], Section]]] = {
    "solver": solving.section,
    "assets": several_assets.section,
    "growth": growth.section,
    "edit": editing.section,
    "frontier": frontier.section,
}
"""What measures the engine, each by how many rounds."""


def sections(names: tuple[str, ...], folder: Path, quick: bool, accounts: int = 2000) -> Iterator[Section]:
    """Measure what was asked for, one after the other."""
    starts, paints, passes, solves = (3, 1, 1, 2) if quick else (15, 7, 4, 5)
    if "start" in names:
        yield headless.section(folder, starts)
    if sys.platform == "linux":
        if "paint" in names:
            yield first_paint.section(folder, paints)
        if "keys" in names:
            yield shock_keys.section(folder, keys=8 if quick else 20, rounds=passes, idle_s=2.0 if quick else 5.0)
        if "held" in names:
            yield held_key.section(folder, keys=60)
    for name, measured in _ENGINE.items():
        if name in names:
            yield measured(solves)
    if "studies" in names:
        yield studies.section(1 if quick else 3)
    if "sweep" in names:
        yield sweeps.section(*((5, 1) if quick else (50, 3)))
    if "population" in names:
        yield population.section(folder / "population", 20 if quick else accounts)
    if serving.can_measure():
        yield from rooms(names, folder, quick)


def rooms(names: tuple[str, ...], folder: Path, quick: bool) -> Iterator[Section]:
    """Measure what needs a room with visitors."""
    if "serve" in names:
        yield serving.section(folder / "room", visitors=3 if quick else 20)
    if "class" in names:
        yield following.section(folder / "class", watching=3 if quick else 30, steps=2 if quick else 10)
    if "abuse" in names:
        yield abuse.section(folder / "abused", visitors=1 if quick else 5, loops=2 if quick else 30)


def main() -> None:
    """Print each table as soon as it is measured."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"some of {', '.join(NAMES)}; all without it")
    parser.add_argument("--quick", action="store_true", help="few rounds")
    parser.add_argument("--accounts", type=int, default=2000, help="how many a population has (default: 2000)")
    chosen = parser.parse_args()
    if unknown := set(chosen.names) - set(NAMES):
        parser.error(f"no measurement {', '.join(sorted(unknown))}: expected some of {', '.join(NAMES)}")
    print(f"# isocross, measured\n\n{machine()}\n")
    with tempfile.TemporaryDirectory(prefix="isocross-bench-") as folder:
        for section in sections(tuple(chosen.names) or NAMES, Path(folder), chosen.quick, chosen.accounts):
            print(section.written(), end="\n\n", flush=True)


if __name__ == "__main__":
    main()
