"""How things are measured: CPU time, all alternatives in turn in each round, the least or the median of the rounds."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import TypeVar

T = TypeVar("T")


def interleaved(alternatives: Mapping[str, Callable[[], T]], rounds: int) -> dict[str, list[T]]:
    """Try every alternative once a round, so that a busy minute of the machine falls on all of them."""
    taken: dict[str, list[T]] = {name: [] for name in alternatives}
    for _ in range(rounds):
        for name, attempt in alternatives.items():
            taken[name].append(attempt())
    return taken


def cpu_of_call(call: Callable[[], object]) -> float:
    """Seconds of CPU this process spends in a call."""
    begin = time.process_time()
    call()
    return time.process_time() - begin


def operations_of_call(call: Callable[[], object]) -> int:
    """Functions that a call calls, its own and those of C alike: the same on every machine, however busy."""
    called = 0

    def count(_frame: FrameType, event: str, _of: object) -> None:
        nonlocal called
        called += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        call()
    finally:
        sys.setprofile(before)
    return called


def cpu_of_process(command: Sequence[str], environment: Mapping[str, str], folder: Path) -> float:
    """Seconds of CPU, user and system, of a whole process from its start to its end."""
    nowhere = subprocess.DEVNULL
    process = subprocess.Popen(command, env=environment, cwd=folder, stdin=nowhere, stdout=nowhere)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    return usage.ru_utime + usage.ru_stime
