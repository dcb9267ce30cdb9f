"""The smallest and the largest whole number for which something holds, by halving."""

from __future__ import annotations

from collections.abc import Callable


def least(works: Callable[[int], bool], most: int) -> int | None:
    """The least number from 1 to `most` that works while the one below it does not; None when `most` does not work.

    Where every number above a working one works too, it is the least of all. 0 is taken not to work.
    """
    if most < 1 or not works(most):
        return None
    below, found = 0, most
    while found - below > 1:
        middle = (below + found) // 2
        if works(middle):
            found = middle
        else:
            below = middle
    return found


def greatest(works: Callable[[int], bool], most: int) -> int | None:
    """The greatest number from 1 to `most` that works while the one above it does not; None when 1 does not work."""
    failing = least(lambda number: not works(number), most)
    return (max(0, most) if failing is None else failing - 1) or None
