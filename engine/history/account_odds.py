"""How often past crashes reached the trigger of each position of an account."""

from __future__ import annotations

from decimal import Decimal

from engine.frame import Frame, PositionFrame, Status
from engine.history.coins import coin_of
from engine.history.odds import odds
from engine.history.windows import Kind
from engine.money import ONE, exact
from engine.scene import market_names

_ALONE = "Every other market stands still in its liquidation price; in a crash they all move."


def account_odds(frame: Frame, kind: Kind = Kind.SPOT) -> tuple[tuple[str, str], ...]:
    """The name of each position and one paragraph: its liquidation price's distance from here, and the counts."""
    names = market_names(frame.book)
    return tuple((names[row.index], _told(row, kind)) for row in frame.positions)


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
