"""What a user can do to a book, and what refuses it.

A move is judged at the opening marks. A refusal names the rule, its figures and the venue's own code
where known. What only the venue forbids is rehearsed anyway and remarked on, unless the book is strict.
"""

from __future__ import annotations

from engine.moves.cash import deposit, withdraw
from engine.moves.flips import flip, flip_all
from engine.moves.highest import highest_leverage
from engine.moves.margin import add_margin, no_bucket_by_hand, remove_margin, set_leverage, switch_auto_margin
from engine.moves.outcome import Outcome, Refusal, available
from engine.moves.removal import removable
from engine.moves.resting import cancel, cancel_all, place
from engine.moves.size import close, increase, reduce

__all__ = [
    "Outcome",
    "Refusal",
    "add_margin",
    "available",
    "cancel",
    "cancel_all",
    "close",
    "deposit",
    "flip",
    "flip_all",
    "highest_leverage",
    "increase",
    "no_bucket_by_hand",
    "place",
    "reduce",
    "removable",
    "remove_margin",
    "set_leverage",
    "switch_auto_margin",
    "withdraw",
]
