"""Live: accounts that walk through a crash in real time, and what a venue would answer of them.

`walking` takes an account along its path by a clock, faster or slower, and knows at every moment where it stands;
nothing is stepped, so a question costs one frame however long nobody asked. `hyperliquid` and `binance` put a frame
into the words of these venues, each answer by the question, so that the importers read back the very account.

In: an account on a path. Out: frames of now, and JSON as a venue writes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from isocross.faces import handed_on

if TYPE_CHECKING:
    from isocross.live.walking import Walk, walk_of
else:
    __getattr__ = handed_on(__name__)

__all__ = ["Walk", "walk_of"]
