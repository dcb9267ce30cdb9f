"""A sequence whose items are worked out when they are first looked at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar, overload

V = TypeVar("V")


class Lazily(Sequence[V]):
    """Items by index, each worked out once, under whatever context `work` brings with it; `work` has to be pure."""

    def __init__(self, length: int, work: Callable[[int], V]) -> None:
        """Work nothing out yet."""
        self._length, self._work = length, work
        self._known: dict[int, V] = {}

    def __len__(self) -> int:
        """How many there are."""
        return self._length

    @overload
    def __getitem__(self, index: int) -> V: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[V]: ...

    def __getitem__(self, index: int | slice) -> V | Sequence[V]:
        """Return one, worked out if nobody has asked for it before, or several."""
        if isinstance(index, slice):
            return tuple(self[at] for at in range(*index.indices(self._length)))
        at = range(self._length)[index]
        if at not in self._known:
            # kept in one step: of two threads that ask at once one of the equal answers stays
            self._known.setdefault(at, self._work(at))
        return self._known[at]

    def __eq__(self, other: object) -> bool:
        """Tell whether another sequence has equal items."""
        if not isinstance(other, Sequence):
            return NotImplemented
        return self is other or (len(self) == len(other) and all(a == b for a, b in zip(self, other, strict=True)))

    def __hash__(self) -> int:
        """That of the items, as a tuple has it."""
        return hash(tuple(self))

    def __repr__(self) -> str:
        """The items, as a tuple has them."""
        return repr(tuple(self))
