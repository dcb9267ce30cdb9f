"""How each face takes what a payload does not say, as the sentences of an import name it; each begins with a blank."""

from __future__ import annotations

from isocross.records import dataclass


@dataclass(frozen=True, slots=True)
class Ways:
    """Ends of sentences; one that is empty is for a face that cannot take it.

    The default ones are those of the library, and name its arguments.
    """

    wallet: str = "`wallet`"
    """What gives the wallet."""
    another_wallet: str = "; `wallet` gives another"
    leverage: str = "; `leverage` names another"
    currency: str = "; `currency` = {currency} imports them"
    venue: str = ", unless `venue` names others"
    rehearsed: str = "rehearse the imported account under others"
    """How an account is put under another venue's rules."""
    tiers: str = "; `tiers` = shipped takes them"


LIBRARY = Ways()
