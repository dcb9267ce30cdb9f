"""Who works out the parts: processes that are killed, a cluster that loses a worker, no cluster at all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from isocross.risk.named import Named, read_as
from isocross.risk.sweep import Kept, Task, WorkerError, finished, run_part, workers
from isocross.risk.sweep.grid import grid_in
from isocross.risk.sweep.part import Part
from isocross.workspace.resolve import load

unix = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL and no named pipe")
TASK = Task(grid_in('common = { from = "-50%", to = "50%", step = "10%" }'), "seed")
NAMES = ("basket", "hedge", "ladder", "guide-mixed", "guide-cross", "inverse")


def reading(name: str) -> partial[Named]:
    return partial(read_as, name, partial(load, name))


PARTS = [(number, [reading(name)]) for number, name in enumerate(NAMES)]


def lines(parts: list[Part]) -> list[list[str]]:
    assert sorted(part.number for part in parts) == list(range(len(NAMES)))
    return [part.lines for part in sorted(parts, key=lambda part: part.number)]


ALONE = [run_part(TASK, *part).lines for part in PARTS]


class Deadly:
    """Reads an account; the first time that it is asked to, it kills the process that asks."""

    def __init__(self, mark: str, name: str) -> None:
        self.mark, self.name = mark, name

    def __call__(self) -> Named:
        try:
            os.close(os.open(self.mark, os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            return reading(self.name)()
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError


@pytest.mark.slow
@unix
def test_a_process_that_is_killed_costs_nothing(tmp_path):
    parts = [*PARTS[:2], (2, [Deadly(str(tmp_path / "mark"), NAMES[2])]), *PARTS[3:]]
    assert lines(list(finished(TASK, parts, workers=2))) == ALONE
    assert (tmp_path / "mark").exists()


@pytest.mark.slow
@unix
def test_processes_that_end_again_and_again_are_told(tmp_path, monkeypatch):
    monkeypatch.setattr(workers, "_TRIES", 1)
    marks = [(number, [Deadly(str(tmp_path / f"{number}-{n}"), "basket") for n in range(4)]) for number in range(2)]
    with pytest.raises(WorkerError, match="the processes ended 1 times"):
        list(finished(TASK, marks, workers=2))


@unix
def test_a_cluster_gives_the_same_parts_also_when_it_loses_a_worker(tmp_path):
    distributed = pytest.importorskip("distributed", reason="a cluster needs dask.distributed")
    parts = [*PARTS[:2], (2, [Deadly(str(tmp_path / "mark"), NAMES[2])]), *PARTS[3:]]
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None, silence_logs=50
    ) as cluster:
        assert lines(list(finished(TASK, parts, cluster=cluster.scheduler_address))) == ALONE
    assert (tmp_path / "mark").exists()


def test_a_scheduler_that_is_not_there_is_told(monkeypatch):
    monkeypatch.setattr(workers, "_PATIENCE", "1s")
    pytest.importorskip("distributed", reason="a cluster needs dask.distributed")
    with pytest.raises(WorkerError, match=r"the cluster at tcp://127.0.0.1:1 is lost .*: begin again to go on"):
        list(finished(TASK, PARTS, cluster="tcp://127.0.0.1:1"))


# --- a cluster of programs of its own --------------------------------------------------------------


class Noted:
    """Reads an account, and notes that it was asked to; where there is a pipe, it waits for a word from it first."""

    def __init__(self, log: str, name: str, pipe: str | None = None) -> None:
        self.log, self.name, self.pipe = log, name, pipe

    def __call__(self) -> Named:
        note = os.open(self.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(note, f"{self.name}\n".encode())
        os.close(note)
        if self.pipe is not None:
            Path(self.pipe).read_text(encoding="utf-8")
        return reading(self.name)()


def noted(log: Path, pipe: Path | None = None) -> list[tuple[int, list[Noted]]]:
    return [
        (number, [Noted(str(log), name, None if number or pipe is None else str(pipe))])
        for number, name in enumerate(NAMES)
    ]


@dataclass
class Programs:
    """A scheduler and two workers, each a program of its own on loopback."""

    address: str
    scheduler: subprocess.Popen[bytes]


@pytest.fixture
def programs(tmp_path: Path) -> Iterator[Programs]:
    distributed = pytest.importorskip("distributed", reason="a cluster needs dask.distributed")
    told = tmp_path / "scheduler.json"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    common = ["--scheduler-file", str(told), "--no-dashboard", "--host", "127.0.0.1"]
    path = os.pathsep.join([str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")])
    env = os.environ | {"PYTHONPATH": path}

    def started(program: str, *more: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.{program}", *common, *more]
        return subprocess.Popen(command, cwd=tmp_path, env=env, **quiet)

    running = [started("dask_scheduler", "--port", "0")]
    running += [started("dask_worker", "--nthreads", "1", "--no-nanny", "--name", str(n)) for n in range(2)]
    try:
        with distributed.Client(scheduler_file=str(told), timeout="60s", set_as_default=False) as client:
            client.wait_for_workers(2, timeout=60)
            address = client.scheduler_info()["address"]
        yield Programs(address, running[0])
    finally:
        for program in running:
            program.kill()
            program.wait()


@unix
def test_a_slow_worker_holds_up_nobody_else(tmp_path, programs):
    log, pipe = tmp_path / "log", tmp_path / "pipe"
    os.mkfifo(pipe)
    coming = finished(TASK, noted(log, pipe), cluster=programs.address)
    done = [next(coming) for _ in NAMES[1:]]
    assert 0 not in {part.number for part in done}
    pipe.write_text("go on", encoding="utf-8")
    assert lines([*done, *coming]) == ALONE
    assert sorted(log.read_text(encoding="utf-8").split()) == sorted(NAMES)


@unix
def test_where_the_scheduler_is_lost_what_was_finished_is_there_and_the_rest_is_done_once(tmp_path, programs):
    log, kept = tmp_path / "log", Kept(tmp_path / "parts")
    kept.begin()
    parts = noted(log)
    with pytest.raises(WorkerError, match=r"is lost .*: begin again to go on"):
        for part in finished(TASK, parts, cluster=programs.address):
            kept.keep(part, "key")
            programs.scheduler.kill()
            programs.scheduler.wait()
    there = {number for number, _ in parts if kept.found(number, "key")}
    assert 0 < len(there) < len(NAMES)
    log.unlink()
    for part in finished(TASK, [part for part in parts if part[0] not in there]):
        kept.keep(part, "key")
    assert log.read_text(encoding="utf-8").split() == [name for n, name in enumerate(NAMES) if n not in there]
    assert "".join(kept.texts(len(NAMES))) == "".join(line for part in ALONE for line in part)


def test_workers_that_do_not_know_what_they_are_handed_are_told_as_one_sentence(programs):
    class Strange:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return __import__, ("no_such_module_anywhere",)

    with pytest.raises(WorkerError, match=r"the cluster at .* cannot do it .*: do its workers have the same isocross"):
        list(finished(TASK, [(0, [Strange()]), (1, [reading("basket")])], cluster=programs.address))
