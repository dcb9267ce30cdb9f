"""Work: how much of it one answer may take, counted in steps, so that the same file always ends in the same way."""

from __future__ import annotations

from collections.abc import Callable

from isocross.errors import IsocrossError

TOO_MUCH = "That is more work than one answer may take."
MOST_OF_A_STUDY = 400_000
"""Of all paths of a study together."""


class TooMuchWork(IsocrossError, ValueError):
    """An answer that would take more work than it may, with the figure."""


class Stopped(Exception):
    """Work that was given up because its answer is no longer wanted."""


def _never() -> bool:
    return False


def _nobody(work: Work) -> None:
    pass


class Work:
    """What is done for one study, over all of its paths.

    Args:
        most: the steps that it may take.
        stopped: asked now and then whether the answer is no longer wanted.
        told: told now and then how far it is.
    """

    def __init__(
        self, most: int = MOST_OF_A_STUDY, stopped: Callable[[], bool] = _never, told: Callable[[Work], None] = _nobody
    ) -> None:
        """Begin with nothing done."""
        self.most = most
        self.done = 0
        self.far = ""
        """How far it is, in words; empty where only the steps tell."""
        self._stopped, self._told = stopped, told

    def tell(self, far: str) -> None:
        """Say how far it is."""
        self.far = far

    def spend(self, steps: int = 1) -> None:
        """Count steps; raises Stopped or TooMuchWork."""
        self.done += steps
        self._told(self)
        if self._stopped():
            raise Stopped
        if self.done > self.most:
            raise TooMuchWork(f"This takes more than {self.most:,} steps. {TOO_MUCH}")
