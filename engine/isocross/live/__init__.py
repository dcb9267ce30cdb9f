"""Live: real accounts as they are now, and accounts that walk through a crash in real time.

`asking` has the closed list of questions that may go to a venue: nothing in this package can place an order or move
money. `sources` reads what is known by an address through the importers, so that a live account is what a file of its
answers would be. `reading` is such an account with its moment. `following` keeps the last good state with its age;
whatever goes wrong is one sentence.

`keyed` reads an account with a key: `keys` finds it and keeps it out of all that is written, `rights` refuses one that
can do more than read, `questions` is the closed list of what it is used for, and `signing` signs them.

`watching` says which thresholds an account has crossed.

`walking` takes an account along its path by a clock, faster or slower, and knows at every moment where it stands;
nothing is stepped, so a question costs one frame however long nobody asked. `hyperliquid`, `binance` and `bybit` put
a frame into the words of these venues, each answer by the question, so that the importers read back the very account.

In: an address, a venue with a key, or an account on a path. Out: an `Imported` with its age; frames of now, and JSON
as a venue writes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from isocross.faces import handed_on

if TYPE_CHECKING:
    from isocross.live.asking import Asker, AskError
    from isocross.live.following import Following
    from isocross.live.reading import Reading, Source
    from isocross.live.sources import LiveSource, SourceError, is_live, source_named
    from isocross.live.walking import Walk, walk_of
else:
    __getattr__ = handed_on(__name__)

__all__ = [
    "AskError",
    "Asker",
    "Following",
    "LiveSource",
    "Reading",
    "Source",
    "SourceError",
    "Walk",
    "is_live",
    "source_named",
    "walk_of",
]
