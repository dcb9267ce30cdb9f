"""What dYdX's indexer answers of an account: a parent with its subaccounts, and the markets.

Numbers are texts; the shapes are those of its public documentation, and those that the importer of this venue reads.
The USDC of a subaccount is what is left after its positions were paid for. An isolated position has a subaccount of its
own. A position has no leverage: its market has an initial margin fraction.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from isocross.account.book import Mode
from isocross.figures.frame import Frame, PositionFrame
from isocross.live.hyperliquid import coin
from isocross.money import ONE, ZERO, exact, text

FIRST_ISOLATED: Final = 128
"""Numbers of subaccounts from here on are of isolated positions."""
DOLLARS: Final = "-USD"
FRACTION_GRID: Final = Decimal("0.000001")


def ticker(frame: Frame, market: str) -> str:
    """Write a market as the venue does: the coin in dollars."""
    return market if market.endswith(DOLLARS) else coin(frame, market) + DOLLARS


@exact
def parent(frame: Frame, address: str) -> dict[str, Any]:
    """Answer `/v4/addresses/ADDRESS/parentSubaccountNumber/0`."""
    held = [position for position in frame.positions if not position.ended]
    alone = [position for position in held if position.position.mode is Mode.ISOLATED]
    crossed = [position for position in held if position not in alone]
    cash = frame.account.wallet - sum((position.margin for position in alone), ZERO)
    children = [_subaccount(frame, address, 0, cash, crossed)]
    children += [_subaccount(frame, address, FIRST_ISOLATED + n, each.margin, [each]) for n, each in enumerate(alone)]
    free = text(max(ZERO, frame.account.available))
    whole = {"address": address, "parentSubaccountNumber": 0, "equity": text(frame.account.equity)}
    return {"subaccount": {**whole, "freeCollateral": free, "childSubaccounts": children}}


def _subaccount(
    frame: Frame, address: str, number: int, cash: Decimal, held: Sequence[PositionFrame]
) -> dict[str, Any]:
    paid = sum((each.position.quantity * each.position.side.sign * each.position.entry for each in held), ZERO)
    equity = cash + sum((each.unrealised_pnl for each in held), ZERO)
    usdc = cash - paid
    side = "LONG" if usdc >= ZERO else "SHORT"
    asset = {"symbol": "USDC", "size": text(abs(usdc)), "side": side, "assetId": "0", "subaccountNumber": number}
    needed = sum((each.initial_margin for each in held), ZERO)
    free = text(max(ZERO, equity - needed))
    rows = [_position(each, number, ticker(frame, each.position.market)) for each in held]
    return {"address": address, "subaccountNumber": number, "equity": text(equity), "freeCollateral": free,
            "marginEnabled": True, "assetPositions": {"USDC": asset},
            "openPerpetualPositions": {row["market"]: row for row in rows}}  # fmt: skip


def _position(held: PositionFrame, number: int, market: str) -> dict[str, Any]:
    position = held.position
    size = text(position.quantity)
    return {
        "market": market,
        "status": "OPEN",
        "side": str(position.side).upper(),
        "size": text(position.quantity * position.side.sign),
        "maxSize": size,
        "entryPrice": text(position.entry),
        "realizedPnl": "0",
        "unrealizedPnl": text(held.unrealised_pnl),
        "createdAtHeight": "0",
        "sumOpen": size,
        "sumClose": "0",
        "netFunding": "0",
        "subaccountNumber": number,
    }


@exact
def markets(frame: Frame) -> dict[str, Any]:
    """Answer `/v4/perpetualMarkets`."""
    return {
        "markets": {
            (own := ticker(frame, name)): {
                   "ticker": own, "status": "ACTIVE", "oraclePrice": text(frame.marks[name]),
                   "initialMarginFraction": text((ONE / market.ladder.max_leverage_at(ZERO)).quantize(FRACTION_GRID)),
                   "maintenanceMarginFraction": text(market.ladder.tiers[0].rate), "tickSize": text(market.grid),
                   "stepSize": text(market.lot or FRACTION_GRID), "openInterest": "0", "nextFundingRate": "0"}
            for name, market in frame.book.markets.items()
        }
    }  # fmt: skip


def clock(now_ms: int) -> dict[str, Any]:
    """Answer `/v4/time`."""
    now = datetime.fromtimestamp(now_ms / 1000, UTC)
    return {"iso": now.strftime("%Y-%m-%dT%H:%M:%S.000Z"), "epoch": now_ms / 1000}
