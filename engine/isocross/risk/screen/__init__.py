"""The screen: what becomes of many accounts under many scenarios, in floats, and of which cells that is sure.

`arrays` makes rows of accounts. `calm` looks at both ends of a glide for all cells at once: where nothing happens, that
mostly settles it. `kernel` works out the cascade of each cell that is left, whole, with a bound of how far off it can
be; numba compiles it where it is there (`compiled`), and without numba the same functions run as Python. Both do the
same sums in the same order, so they say the same to the last bit. What floats cannot tell, and what is not modelled
here, is left to the exact engine by who asks (`asking`).

In: accounts and moves of their markets. Out: `Verdicts`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from isocross.faces import handed_on

if TYPE_CHECKING:
    from isocross.risk.screen.asking import Screen, Verdicts
    from isocross.risk.screen.compiled import HAS_NUMBA, NO_NUMBA
else:
    __getattr__ = handed_on(__name__)

__all__ = ["HAS_NUMBA", "NO_NUMBA", "Screen", "Verdicts"]
