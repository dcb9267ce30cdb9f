"""Hyperliquid payloads: `clearinghouseState` of the info endpoint.

Source: hyperliquid.gitbook.io, "Retrieve user's perpetuals account summary", and its sample. Numbers are texts; `szi`
is the signed size. `marginUsed` of an isolated position is its cash and its open PnL: the sample's raw −95.059824 and
position value 100.02765 make 4.967826. No mark is given: it is `positionValue` ÷ size. The account value of
`marginSummary` counts open PnL in. Maintenance margin is half of the initial margin at the market's highest leverage
(rules.md §5.1).
"""

from __future__ import annotations

from decimal import Decimal

from engine.exchange.account import Account, Holding, Kind, Place, Reader, signed_side
from engine.exchange.payload import Node, UnfitError
from engine.money import ONE, ZERO, text

TITLE = "Hyperliquid"
EXPECTED = "the answer to clearinghouseState"
CURRENCY = "USDC"


def reader_of(node: Node) -> Reader | None:
    """The reader of a payload, None when it is none of these."""
    return _state if node.has("assetPositions") else None


def _state(node: Node, account: Account) -> None:
    account.source = "hyperliquid"
    known = len(account.holdings)
    account.read_rows(node.get("assetPositions"), _position)
    value = node.get("marginSummary").get("accountValue")
    try:
        equity = value.number()
    except UnfitError as error:
        account.faults.append(error.fault)
        return
    if equity is None:
        return
    pnl = sum((holding.figures.get("pnl", ZERO) for holding in account.holdings[known:]), ZERO)
    account.cash[CURRENCY] = (equity - pnl, Place.of(value))
    if pnl:
        account.note(Kind.GUESSED, value, f"the wallet is {text(equity)} less the open PnL of {text(pnl)}")


def _position(row: Node) -> Holding | None:
    position = row.get("position")
    size = position.get("szi").number()
    if not size:
        return None
    leverage = position.get("leverage")
    mode = leverage.get("type").word().lower()
    holding = Holding(Place.of(position), position.get("coin").word(), signed_side(size), mode, abs(size), CURRENCY)
    holding.places["quantity"] = Place.of(position.get("szi"))
    holding.places["mode"] = Place.of(leverage.get("type"))
    holding.take("entry", position.get("entryPx"))
    holding.take("leverage", leverage.get("value"))
    holding.take("notional", position.get("positionValue"))
    holding.take("pnl", position.get("unrealizedPnl"), positive=False)
    holding.take("max_leverage", position.get("maxLeverage"))
    highest = holding.figures.get("max_leverage")
    if highest:
        holding.figures["maintenance_rate"] = ONE / (2 * highest)
    used = position.get("marginUsed")
    cash = (used.number() or ZERO) - holding.figures.get("pnl", Decimal(0))
    if mode == "isolated" and cash > 0:
        holding.figures["margin"] = cash
        holding.places["margin"] = Place.of(used)
    return holding
