"""Keep what pure functions came to, so that each is worked out once."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar, cast

V = TypeVar("V")


class Memo:
    """Answers by question. Where two threads ask at once both may work, and one of the equal answers is kept."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._known: dict[Hashable, object] = {}

    def once(self, question: Hashable, work: Callable[[], V]) -> V:
        """Return what `work` came to the first time it was asked under this question; `work` has to be pure."""
        if question not in self._known:
            # kept in one step, which no other thread can come between
            self._known.setdefault(question, work())
        return cast("V", self._known[question])
