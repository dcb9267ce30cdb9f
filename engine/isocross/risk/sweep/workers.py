"""Who works out the parts: this process, some processes of this machine, or a cluster; the parts are the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from importlib import import_module
from itertools import islice
from multiprocessing import get_context
from typing import Any

from isocross.errors import IsocrossError
from isocross.risk.named import Reader
from isocross.risk.sweep.part import DisagreementError, Part, Task, run_part

Parts = Sequence[tuple[int, Sequence[Reader]]]
"""The number of each part, and what reads its accounts."""
_AHEAD = 2
"""Parts that are handed out for each worker, so that none of them waits."""
_TRIES = 3
"""How often a part is handed out again after its worker has ended."""
_PATIENCE = "10s"
"""How long a scheduler is waited for."""
NO_DASK = "A cluster needs dask.distributed: pip install 'isocross[cluster]'"


class WorkerError(IsocrossError, RuntimeError):
    """Say that workers ended before their parts were done."""


def finished(task: Task, parts: Parts, workers: int = 1, cluster: str | None = None) -> Iterator[Part]:
    """Yield each part when it is finished, in any order; raises WorkerError.

    Args:
        task: the sweep.
        parts: what is to be done.
        workers: processes of this machine; 1: this one.
        cluster: the address of a scheduler of dask.distributed, whose workers are used instead.
    """
    if cluster is not None:
        return _on_cluster(task, parts, cluster)
    if workers <= 1 or len(parts) <= 1:
        return (run_part(task, number, readers) for number, readers in parts)
    return _in_processes(task, parts, workers)


_task: list[Task] = []
"""The sweep that this process works for."""


def _begin(task: Task) -> None:
    _task[:] = [task]


def _run(number: int, readers: Sequence[Reader]) -> Part:
    return run_part(_task[0], number, readers)


def _in_processes(task: Task, parts: Parts, workers: int) -> Iterator[Part]:
    """Parts in processes that keep the grid; where one of them is killed, what it had is handed out again."""
    left = dict(parts)
    for _ in range(_TRIES):
        # a process of its own kind: not a copy of this one, whose threads it would not have
        with ProcessPoolExecutor(workers, get_context("spawn"), _begin, (task,)) as pool:
            try:
                for part in _in_turn(pool, _run, list(left.items()), workers):
                    del left[part.number]
                    yield part
            except BrokenProcessPool:
                continue
        return
    raise WorkerError(f"the processes ended {_TRIES} times before they were done: begin again to go on")


def _in_turn(pool: Executor, run: Callable[..., Part], parts: Parts, workers: int) -> Iterator[Part]:
    """Hand out a few parts ahead, and yield each as it comes."""
    ahead, waiting = iter(parts), set[Future[Part]]()
    try:
        waiting |= {pool.submit(run, *part) for part in islice(ahead, workers * _AHEAD)}
        while waiting:
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()
            waiting |= {pool.submit(run, *part) for part in islice(ahead, len(done))}
    finally:
        for future in waiting:
            future.cancel()


def _why(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]


def _dask() -> Any:
    """Import dask.distributed, an extra and slow to import, whose log of what goes wrong is told in a sentence here."""
    try:
        config = import_module("dask.config")
        config.set({"distributed.logging": dict.fromkeys(("distributed", "distributed.client"), "critical")})
        return import_module("distributed")
    except ModuleNotFoundError:
        raise WorkerError(NO_DASK) from None


def _on_cluster(task: Task, parts: Parts, address: str) -> Iterator[Part]:
    """Parts on a cluster; a part whose worker is lost is handed to another one by the scheduler."""
    distributed = _dask()
    try:
        with distributed.Client(address, timeout=_PATIENCE, set_as_default=False) as client:
            ahead, shared = iter(parts), client.scatter(task, broadcast=True, hash=False)
            width = max(1, len(client.scheduler_info()["workers"])) * _AHEAD

            def handed(count: int) -> list[Any]:
                return [
                    client.submit(run_part, shared, number, readers, pure=False, retries=_TRIES)
                    for number, readers in islice(ahead, count)
                ]

            coming = distributed.as_completed(handed(width), loop=client.loop)
            for future in coming:
                yield future.result()
                coming.update(handed(1))
    except DisagreementError:
        raise
    except (OSError, TimeoutError, distributed.client.FutureCancelledError, distributed.KilledWorker) as error:
        raise WorkerError(f"the cluster at {address} is lost ({_why(error)}): begin again to go on") from None
    except Exception as error:
        # what dask makes of it has no type of its own; workers with another isocross come to this
        asked = "do its workers have the same isocross and the same packages?"
        raise WorkerError(f"the cluster at {address} cannot do it ({_why(error)}): {asked}") from None
