"""What a user can do to a book, and what refuses it.

A move is judged at the opening marks. A refusal names the rule, its figures and the venue's own code
where known. What only the venue forbids is rehearsed anyway and remarked on, unless the book is strict.

In: a `Book` and one move: a flip, margin, leverage, size, cash, an order. Out: an `Outcome`, with the book after it or
the rule that refuses it. A `Move` says one as data, so that a scenario can plan it (`move`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from isocross.faces import handed_on

if TYPE_CHECKING:
    from isocross.moves.assets import convert, deposit_asset, switch_account, switch_collateral, withdraw_asset
    from isocross.moves.entering import merged, not_accepted, not_as_it_stands, same_side
    from isocross.moves.flips import flip, flip_all
    from isocross.moves.margin import (
        add_margin,
        highest_leverage,
        no_bucket_by_hand,
        removable,
        remove_margin,
        set_leverage,
        switch_auto_margin,
    )
    from isocross.moves.orders import cancel, cancel_all, due_at_once, place
    from isocross.moves.outcome import Outcome, Refusal, available
    from isocross.moves.room import Room, largest_increase, largest_removal
    from isocross.moves.size import close, deposit, increase, reduce, withdraw
else:
    __getattr__ = handed_on(__name__)

__all__ = [
    "Outcome",
    "Refusal",
    "Room",
    "add_margin",
    "available",
    "cancel",
    "cancel_all",
    "close",
    "convert",
    "deposit",
    "deposit_asset",
    "due_at_once",
    "flip",
    "flip_all",
    "highest_leverage",
    "increase",
    "largest_increase",
    "largest_removal",
    "merged",
    "no_bucket_by_hand",
    "not_accepted",
    "not_as_it_stands",
    "place",
    "reduce",
    "removable",
    "remove_margin",
    "same_side",
    "set_leverage",
    "switch_account",
    "switch_auto_margin",
    "switch_collateral",
    "withdraw",
    "withdraw_asset",
]
