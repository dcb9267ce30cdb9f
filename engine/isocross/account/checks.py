"""What a venue would not allow of an account as it stands, although it can be rehearsed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from isocross.account.book import Book, Position, Side
from isocross.rules.profile import LeverageScope, Profile

Breach = tuple[int, str, str, str]
"""Index of the position, its key, what is wrong, and what was expected."""


def breaches(profile: Profile, positions: Sequence[Position]) -> Iterator[Breach]:
    """Every rule of the venue that a position breaks by being there (Bybit's help)."""
    sides: dict[str, Side] = {}
    for index, position in enumerate(positions):
        first = sides.setdefault(position.market, position.side)
        if first is not position.side and not profile.hedge_mode:
            who = "this account is one-way and" if "hedge_mode" in dict(profile.overrides) else profile.title
            message = f"{who} has one position per market, no long and short of {position.market} at once"
            yield index, "side", message, f'"{first}", as the other position in it'
        if position.auto_margin and not profile.auto_replenish:
            message = f"{profile.title} has no isolated position that draws margin by itself"
            yield index, "auto_margin", message, "false"


def other_leverage(profile: Profile, positions: Sequence[Position], position: Position) -> str:
    """Say what leverage is in force where the venue has one for several positions, and this one's is another."""
    scope = profile.leverage_scope
    for other in positions:
        alike = scope is LeverageScope.MARKET or (other.side, other.mode) == (position.side, position.mode)
        shares = other.market == position.market and alike and scope is not LeverageScope.POSITION
        if shares and other.id != position.id and other.leverage != position.leverage:
            theirs, ours = f"{other.leverage:f}x", f"{position.leverage:f}x"
            return f"{profile.title} has one leverage for {position.market}: {theirs} is in force, not {ours}"
    return ""


def remarks(book: Book) -> tuple[str, ...]:
    """The same as sentences, for an account that is rehearsed anyway."""
    found = (f"{message}; rehearsed anyway." for _, _, message, _ in breaches(book.profile, book.positions))
    return tuple(dict.fromkeys(found))
