"""How often past crashes reached the trigger of each position of an account."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from engine.book import Book
from engine.frame import Frame, PositionFrame, Status
from engine.history.coins import coin_of
from engine.history.odds import odds
from engine.history.windows import Kind
from engine.money import ONE, exact
from engine.moves import flip
from engine.moves.outcome import opening
from engine.numbers import percent
from engine.scene import market_names
from engine.triggers import liquidation_prices

_ALONE = "Every other market stands still in its liquidation price; in a crash they all move."


def account_odds(frame: Frame, kind: Kind = Kind.SPOT) -> tuple[tuple[str, str], ...]:
    """The name of each position and one paragraph: its liquidation price's distance and the counts, in both modes.

    As it is, from where it stands; in its other mode, from the opening marks, where it can be flipped.
    """
    names = market_names(frame.book)
    return tuple(
        (names[row.index], f"{_told(row, kind)} {_otherwise(frame.book, row, kind)}") for row in frame.positions
    )


@exact
def _otherwise(book: Book, row: PositionFrame, kind: Kind) -> str:
    """The same for the position in its other mode."""
    position, mode = book.positions[row.index], book.positions[row.index].mode.other
    outcome = flip(replace(book, strict=False), position.id)
    if outcome.after is None:
        return f"On {mode} it cannot be set up: {outcome.refusal}."
    price, mark = liquidation_prices(opening(outcome.after))[row.index], book.market_of(position).mark
    if price is None:
        return f"On {mode} no price of {position.market} alone liquidates it."
    counted = odds(position.market, price / mark - ONE, kind)
    return "" if counted is None else f"On {mode}, {percent(counted.move, plus='+')}: {counted.told}."


def _told(row: PositionFrame, kind: Kind) -> str:
    position = row.position
    if row.status is Status.LIQUIDATED:
        return "It has ended already."
    move = distance(row)
    if move is None:
        return f"No price of {position.market} alone liquidates it."
    counted = odds(position.market, move, kind)
    if counted is None:
        return f"No shipped window has prices of {coin_of(position.market)} ({kind.words})."
    return f"{counted.sentence()} {_ALONE}" if position.mode == "cross" else counted.sentence()


@exact
def distance(row: PositionFrame) -> Decimal | None:
    """From the mark to the liquidation price as a relative move, None where there is none."""
    price = row.liquidation_price
    return None if price is None or row.mark <= 0 else price / row.mark - ONE
