"""Binance payloads: `account`, `positionRisk` and `balance` of `/fapi/v2`, `/fapi/v3` and, coin-margined, `/dapi/v1`.

Source: developers.binance.com, USD-M and COIN-M futures, "Account Information", "Position Information" and "Futures
Account Balance", with the samples of public client libraries. Numbers are texts. `positionAmt` is signed, also in
hedge mode, where `positionSide` is LONG or SHORT instead of BOTH. Every market has a row, with an amount of 0 mostly.
`isolatedWallet` is the cash of an isolated position, `isolatedMargin` that and its open PnL (a public sample:
0.88304001 − 0.02269856 = 0.86034145).
V3 has neither leverage nor margin mode; V3 of the account has no entry either.
COIN-M counts contracts, of 100 dollars for BTC and of 10 for every other coin (its contract specifications), and
`notionalValue` is in the coin.
"""

from __future__ import annotations

import re
from decimal import Decimal

from engine.exchange.account import Account, Holding, Kind, Place, Reader, signed_side
from engine.exchange.payload import Node
from engine.market import Kind as ContractKind
from engine.money import ZERO, text
from engine.workspace.faults import Fault

TITLE = "Binance"
EXPECTED = "the answer of /fapi/v2/account, /fapi/v2/positionRisk or, coin-margined, /dapi/v1/account"
QUOTES = ("USDT", "USDC", "FDUSD", "BUSD", "BFUSD", "BTC")
COIN_MARGINED = re.compile(r"(?P<coin>[A-Z0-9]+)USD_(?:PERP|[0-9]{6})")
DOLLARS_OF_BTC, DOLLARS = Decimal(100), Decimal(10)
"""What one coin-margined contract counts."""


def reader_of(node: Node) -> Reader | None:
    """The reader of a payload, None when it is none of these."""
    if node.has("assets", "positions"):
        return _account
    if node.has_rows("symbol", "positionAmt"):
        return _risk
    if node.has_rows("asset", "balance"):
        return _balance
    return _refused if node.has("code", "msg") else None


def _refused(node: Node, account: Account) -> None:
    """An error of the venue in place of an account."""
    account.faults.append(node.get("msg").unfit("Binance answered with an error, not with an account", EXPECTED).fault)


def _account(node: Node, account: Account) -> None:
    account.source = "binance"
    for asset in account.each(node.get("assets")):
        account.take_cash(asset.get("asset"), asset.get("walletBalance"))
    _check_modes(node, account)
    _positions(node.get("positions"), account)


def _check_modes(node: Node, account: Account) -> None:
    if node.get("multiAssetsMargin").value is True:
        message = "other assets back the positions too; here only the account's own currency does"
        account.note(Kind.LEFT_OUT, node.get("multiAssetsMargin"), message)
    orders = node.get("totalOpenOrderInitialMargin")
    held = _quiet(orders)
    if held:
        account.note(Kind.LEFT_OUT, orders, f"open orders, and the margin of {text(held)} that they hold")


def _quiet(node: Node) -> Decimal | None:
    """A number that is only told of."""
    return node.number() if isinstance(node.value, str | Decimal) else None


def _risk(node: Node, account: Account) -> None:
    account.source = "binance"
    _positions(node, account)


def _balance(node: Node, account: Account) -> None:
    account.source = "binance"
    for asset in account.each(node):
        account.take_cash(asset.get("asset"), asset.get("balance"))


def _positions(rows: Node, account: Account) -> None:
    """Add the positions; one that another payload brought already is completed instead."""
    found = Account()
    found.read_rows(rows, lambda row: _position(row, account))
    account.notes += found.notes
    account.faults += found.faults
    known = {(h.market, h.side): h for h in account.holdings}
    for holding in found.holdings:
        own = known.get((holding.market, holding.side))
        if own is None:
            account.holdings.append(holding)
        else:
            _merge(own, holding, account)


def _merge(own: Holding, other: Holding, account: Account) -> None:
    """One position, told of twice."""
    if own.quantity != other.quantity:
        message = f"another payload has {text(own.quantity)} of it at {own.place.key}"
        account.faults.append(Fault(other.place.key, message, "payloads of one moment"))
        return
    own.merge(other)
    if other.mode == "isolated":
        own.mode = other.mode


def _position(row: Node, account: Account) -> Holding | None:
    amount = row.get("positionAmt").number()
    if not amount:
        return None
    market = row.get("symbol").word()
    holding = Holding(Place.of(row), market, signed_side(amount), _mode(row, account), abs(amount), _quote(row, market))
    holding.places["quantity"] = Place.of(row.get("positionAmt"))
    _count(row, holding, account)
    holding.take("entry", row.get("entryPrice"))
    holding.take("leverage", row.get("leverage"))
    holding.take("mark", row.get("markPrice"))
    holding.take("maintenance", row.get("maintMargin"))
    holding.take("initial", row.get("positionInitialMargin", "initialMargin"))
    holding.take("pnl", row.get("unRealizedProfit", "unrealizedProfit"), positive=False)
    notional = row.get("notional", "notionalValue").number()
    if notional:
        holding.figures["notional"] = abs(notional)
    if holding.mode == "isolated":
        _bucket(row, holding)
    return holding


def _count(row: Node, holding: Holding, account: Account) -> None:
    """Make dollars of coin-margined contracts."""
    found = COIN_MARGINED.fullmatch(holding.market)
    if found is None:
        return
    each = DOLLARS_OF_BTC if found["coin"] == "BTC" else DOLLARS
    holding.kind, holding.currency = ContractKind.INVERSE.value, found["coin"]
    holding.quantity *= each
    message = f"{holding.market}: contracts of {text(each)} dollars, as Binance lists them"
    account.note(Kind.GUESSED, row.get("positionAmt"), message)


def _mode(row: Node, account: Account) -> str:
    """The mode as it is said, else guessed from the cash set apart."""
    said, isolated = row.get("marginType").value, row.get("isolated").value
    if isinstance(said, str) and said:
        return "cross" if said.lower() in ("cross", "crossed") else said.lower()
    if isinstance(isolated, bool):
        return "isolated" if isolated else "cross"
    apart = row.get("isolatedWallet", "isolatedMargin")
    mode = "isolated" if apart.number() else "cross"
    account.note(Kind.GUESSED, apart, f"no margin mode is said: {mode}, by the cash set apart for it")
    return mode


def _bucket(row: Node, holding: Holding) -> None:
    """The cash of an isolated position: its own wallet, or its margin less its open PnL."""
    holding.take("margin", row.get("isolatedWallet"))
    if "margin" not in holding.figures:
        margin, pnl = row.get("isolatedMargin"), holding.figures.get("pnl", ZERO)
        cash = (margin.number() or ZERO) - pnl
        if cash > 0 and margin.number():
            holding.figures["margin"] = cash
            holding.places["margin"] = Place.of(margin)


def _quote(row: Node, market: str) -> str | None:
    """What the position is margined in."""
    said = row.get("marginAsset").value
    if isinstance(said, str) and said:
        return said
    base = market.partition("_")[0]
    return next((quote for quote in QUOTES if base.endswith(quote)), None)
