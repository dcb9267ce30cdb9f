"""A position that is entered by hand: what the venue would refuse of it, and the position it would be added to."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from isocross.account.book import Book, Position, market_names
from isocross.account.checks import breaches, other_leverage
from isocross.account.sizing import enlarged
from isocross.cascade.ledger import Ledger
from isocross.cascade.spare import spare
from isocross.money import ZERO, exact
from isocross.moves.outcome import Refusal, available, breach
from isocross.rules.profile import FlipScope, Merging


def not_accepted(book: Book, position_id: str) -> Refusal | None:
    """Say why the venue would not open a position of a book beside its others; None where it would.

    KeyError for an unknown id.
    """
    position = book.positions[book.index_of(position_id)]
    before = replace(book, positions=tuple(p for p in book.positions if p.id != position_id))
    rule = (
        _held_already(before, position)
        or other_leverage(book.profile, before.positions, position)
        or _other_side(book, position)
        or _margin_short(before, book, book.coin_of(position))
    )
    return Refusal(rule) if rule else breach(book, position)


def not_as_it_stands(book: Book) -> tuple[str, ...]:
    """Say what the venue would not have of an account as it stands, each rule once."""
    title, names = book.profile.title, market_names(book)
    found = []
    for position, name in zip(book.positions, names, strict=True):
        refusal = not_accepted(book, position.id)
        if refusal is not None:
            found.append(f"{title} would not open {name} beside the rest: {refusal}.")
    modes = {position.mode for position in book.positions}
    if book.profile.flip.scope is FlipScope.ACCOUNT and len(modes) > 1:
        found.append(
            f"{title} has one margin mode for the whole account, and this one has cross and isolated positions."
        )
    for coin, asset in book.coin.items():
        settled = [name for p, name in zip(book.positions, names, strict=True) if book.coin_of(p) == coin]
        if settled and not asset.collateral:
            found.append(f"{settled[0]} settles in {asset.name}, so it cannot be switched off as collateral.")
    return tuple(dict.fromkeys(found))


def same_side(book: Book, position: Position) -> Position | None:
    """Find the other position that the venue would add this one to; None: it would stand by itself."""
    merging = book.profile.merging
    if merging is Merging.NONE:
        return None
    for other in book.positions:
        alike = (other.market, other.side) == (position.market, position.side) and other.id != position.id
        if alike and (merging is Merging.SIDE or other.mode is position.mode):
            return other
    return None


@exact
def merged(held: Position, added: Position) -> Position:
    """Add a position to one that is held: it keeps its mode and leverage, and its entry is the mean by size."""
    larger = enlarged(held, added.quantity, added.entry)
    if held.given_margin is None and added.given_margin is None:
        return larger
    return larger.with_margin(held.margin + added.margin)


def _held_already(before: Book, position: Position) -> str | None:
    held = same_side(before, position)
    if held is None:
        return None
    apart = " and mode" if before.profile.merging is Merging.SIDE_AND_MODE else ""
    return f"{before.profile.title} has one {position.side} position{apart} of {position.market}: it would be merged"


def _other_side(book: Book, position: Position) -> str | None:
    """What the venue says of a long and a short at once, in whichever order they stand."""
    if book.profile.hedge_mode:
        return None
    others = (p for p in book.positions if p.market == position.market and p.id != position.id)
    found = breaches(book.profile, (*others, position))
    return next((message for _, key, message, _ in found if key == "side"), None)


@exact
def _margin_short(before: Book, after: Book, coin: str) -> str | None:
    """An order needs what it takes off the cash that new positions could stand on (Binance's help)."""
    left = _spare(after, coin)
    if left >= ZERO:
        return None
    money, free = before.amounts_of(coin), available(before, coin)
    return f"it needs {money(_spare(before, coin) - left)} of margin, and {money(free)} is available"


def _spare(book: Book, coin: str) -> Decimal:
    return spare(Ledger(book), {symbol: market.mark for symbol, market in book.markets.items()}, coin)
