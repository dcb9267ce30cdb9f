"""Who works out the parts: processes that are killed, a cluster that loses a worker, no cluster at all."""

from __future__ import annotations

import os
import signal
import sys
from functools import partial

import pytest

from isocross.risk.named import Named, read_as
from isocross.risk.sweep import Task, WorkerError, finished, run_part, workers
from isocross.risk.sweep.grid import grid_in
from isocross.risk.sweep.part import Part
from isocross.workspace.resolve import load

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


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_process_that_is_killed_costs_nothing(tmp_path):
    parts = [*PARTS[:2], (2, [Deadly(str(tmp_path / "mark"), NAMES[2])]), *PARTS[3:]]
    assert lines(list(finished(TASK, parts, workers=2))) == ALONE
    assert (tmp_path / "mark").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_processes_that_end_again_and_again_are_told(tmp_path, monkeypatch):
    monkeypatch.setattr(workers, "_TRIES", 1)
    marks = [(number, [Deadly(str(tmp_path / f"{number}-{n}"), "basket") for n in range(4)]) for number in range(2)]
    with pytest.raises(WorkerError, match="the processes ended 1 times"):
        list(finished(TASK, marks, workers=2))


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
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
