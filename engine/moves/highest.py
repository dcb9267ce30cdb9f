"""The highest leverage that a venue gives for a size."""

from __future__ import annotations

from decimal import Decimal

from engine.book import Book, Position
from engine.margin import tier_size
from engine.money import exact


@exact
def highest_leverage(book: Book, position: Position) -> Decimal:
    """The highest leverage of the tier that this position is in at its entry."""
    return book.market_of(position).ladder.max_leverage_at(tier_size(position, book.profile, position.entry))
