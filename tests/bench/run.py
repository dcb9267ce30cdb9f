"""Runs every benchmark and prints the tables: `python -m tests.bench`, or `python tests/bench/run.py`."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

sys.path.extend(str(Path(__file__).resolve().parents[2] / root) for root in ("engine", "tui", ""))

from tests.bench import (
    editing,
    first_paint,
    frontier,
    growth,
    headless,
    held_key,
    serving,
    several_assets,
    shock_keys,
    solving,
    studies,
)
from tests.bench.markdown import Section

NAMES = ("start", "paint", "keys", "held", "solver", "assets", "growth", "edit", "frontier", "studies", "serve")


def machine() -> str:
    """Where and when this was measured."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    return (
        f"{os.cpu_count()} cores ({platform.machine()}, {platform.system()} {platform.release()}), "
        f"{platform.python_implementation()} {platform.python_version()}, "
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, load {load:.1f} at the start"
    )


def sections(names: tuple[str, ...], folder: Path, quick: bool) -> Iterator[Section]:
    """Measure what was asked for, one after the other."""
    starts, paints, sweeps, solves = (3, 1, 1, 2) if quick else (15, 7, 4, 5)
    if "start" in names:
        yield headless.section(folder, starts)
    if sys.platform == "linux":
        if "paint" in names:
            yield first_paint.section(folder, paints)
        if "keys" in names:
            yield shock_keys.section(folder, keys=8 if quick else 20, rounds=sweeps, idle_s=2.0 if quick else 5.0)
        if "held" in names:
            yield held_key.section(folder, keys=60)
    if "solver" in names:
        yield solving.section(solves)
    if "assets" in names:
        yield several_assets.section(solves)
    if "growth" in names:
        yield growth.section(solves)
    if "edit" in names:
        yield editing.section(solves)
    if "frontier" in names:
        yield frontier.section(solves)
    if "studies" in names:
        yield studies.section(1 if quick else 3)
    if "serve" in names and serving.can_measure():
        yield serving.section(folder / "room", visitors=3 if quick else 20)


def main() -> None:
    """Print each table as soon as it is measured."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"some of {', '.join(NAMES)}; all without it")
    parser.add_argument("--quick", action="store_true", help="few rounds")
    chosen = parser.parse_args()
    if unknown := set(chosen.names) - set(NAMES):
        parser.error(f"no measurement {', '.join(sorted(unknown))}: expected some of {', '.join(NAMES)}")
    print(f"# isocross, measured\n\n{machine()}\n")
    with tempfile.TemporaryDirectory(prefix="isocross-bench-") as folder:
        for section in sections(tuple(chosen.names) or NAMES, Path(folder), chosen.quick):
            print(section.written(), end="\n\n", flush=True)


if __name__ == "__main__":
    main()
