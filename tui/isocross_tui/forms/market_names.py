"""What a market may be called where an account is entered: its name, its coin, or the first letters of either."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Self

from isocross.records import dataclass
from isocross.rules.catalogue import listed_symbols
from isocross.rules.profile import Profile
from isocross.workspace.model import Workspace
from isocross.workspace.reading import made_id


@dataclass(frozen=True)
class MarketNames:
    """The markets of an account's venue, in the order in which they are offered."""

    names: Mapping[str, str]
    """Full names by themselves and by their coin, in capitals; of this currency where there are several."""
    currency: str
    _found: dict[str, str] = field(default_factory=dict, compare=False, repr=False)
    """What was meant by what was typed; a sheet asks for each of its cells, and a venue lists hundreds of markets."""

    @classmethod
    def of(cls, profile: Profile, base: Workspace, currency: str) -> Self:
        """Collect what the venue lists and what the account began with."""
        known = (*listed_symbols(profile), *(entry.symbol for entry in base.markets))
        names = {symbol.upper(): symbol for symbol in known}
        for symbol in sorted(known, key=lambda symbol: currency not in symbol):
            names.setdefault(made_id(symbol, currency).upper(), symbol)
        return cls(names, currency)

    def meant(self, typed: str) -> str:
        """Find the market that is meant; what was typed where there is none."""
        found = self._found.get(typed)
        if found is None:
            found = self._found[typed] = next(iter(self.beginning(typed)), typed.upper())
        return found

    def beginning(self, typed: str) -> list[str]:
        """List the markets whose name or coin begins so, the one that is meant first."""
        typed = typed.upper()
        if not typed:
            return []
        # a figure alone is one that belongs into another cell, not the beginning of 1000PEPEUSDT
        begins = not typed.isdigit()
        found = [symbol for name, symbol in self.names.items() if begins and name.startswith(typed)]
        exact = [self.names[typed]] if typed in self.names else []
        return list(dict.fromkeys((*exact, *sorted(found, key=lambda symbol: self.currency not in symbol))))
