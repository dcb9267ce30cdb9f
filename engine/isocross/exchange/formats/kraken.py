"""Kraken Futures payloads: `/derivatives/api/v3/openpositions`, `/accounts` and `/tickers`.

Source: docs.kraken.com, futures API, "Get open positions", "Get wallets" and "Get tickers", with the samples in ccxt's
Kraken module. Sizes have no sign and stand beside a `side`; of a PI_ or FI_ contract they are dollars, of a PF_ or FF_
one coins. `maxFixedLeverage` is there where a position is isolated. No mark is given: that of the tickers stands for
it, or what the account earned where it has one position. The flex wallet backs PF_ and FF_ contracts, in dollars and
after haircuts (`collateralValue`); each inverse contract has a wallet in its coin (`fi_xbtusd`).
"""

from __future__ import annotations

import re
from decimal import Decimal

from isocross.exchange.account import Account, Contract, Holding, Kind, LeftOutError, Reader, Unified
from isocross.exchange.assets_found import Place
from isocross.exchange.format import Format, some
from isocross.exchange.payload import Node
from isocross.exchange.sides import SIDES, signed, worded
from isocross.format import grouped
from isocross.rules.market import Kind as ContractKind
from isocross.rules.switches import AccountMode
from isocross.toml.faults import shown

EXPECTED = "the answer of /derivatives/api/v3/openpositions"
SYMBOL = re.compile(r"(?P<kind>PI|FI|PF|FF)_(?P<base>[A-Z0-9]+)USD(?:_[0-9]{6})?")
COINS = {"XBT": "BTC"}
DOLLARS = "USD"
_SIZE = ("size", "balance")


def _reader_of(node: Node) -> Reader | None:
    if node.has("result") and (node.has_any("openPositions", "accounts", "tickers") or node.has("error", "serverTime")):
        return _answer
    if node.has("result") and node.get("result").value == "error":
        return _answer
    if some(node, _is_position):
        return FORMAT.read
    if node.has("collateralValue", "marginEquity") or node.has("collateral_value", "margin_equity"):
        return _flex
    return _accounts if _is_accounts(node) else None


def _is_position(row: Node) -> bool:
    asked = row.has("side", "symbol") and row.has_any("fillTime", "unrealizedFunding", "maxFixedLeverage")
    if not asked and not row.has("instrument", "balance", "entry_price"):
        return False
    return SYMBOL.fullmatch((row.says("symbol", "instrument") or "").upper()) is not None


def _is_accounts(node: Node) -> bool:
    kinds = ("multiCollateralMarginAccount", "marginAccount", "cashAccount")
    return any(part.says("type", "accountType") in kinds for part in node.items())


def _answer(node: Node, account: Account) -> None:
    if node.get("result").value != "success":
        told = shown(node.get("error", "errors").value)
        message = f"Kraken answered with an error, not with an account: {told}"
        account.faults.append(node.get("result").unfit(message, EXPECTED).fault)
        return
    account.is_from("kraken", node)
    if node.has("openPositions"):
        FORMAT.read(node.get("openPositions"), account)
    if node.has("accounts"):
        _accounts(node.get("accounts"), account)
    if node.has("tickers"):
        _tickers(node.get("tickers"), account)


def _accounts(node: Node, account: Account) -> None:
    account.is_from("kraken", node)
    for part in node.items():
        kind = part.says("type", "accountType")
        if kind == "multiCollateralMarginAccount":
            _flex(part, account)
        elif kind == "marginAccount":
            _wallet(part, account)
        elif kind == "cashAccount" and any(balance.number() for balance in part.get("balances").items()):
            account.note(Kind.LEFT_OUT, part, "the cash wallet: it backs no positions")


def _flex(part: Node, account: Account) -> None:
    """The wallet of all collaterals, in dollars and after haircuts."""
    account.is_from("kraken", part)
    counted = part.get("collateralValue", "collateral_value")
    held = part.get("balanceValue", "balance_value").number()
    amount = counted.number()
    if amount is None:
        return
    account.put(account.cash, DOLLARS, amount, counted)
    need = part.get("maintenanceMargin", "maintenance_margin")
    currencies = part.get("currencies")
    if currencies.value:
        _collaterals(currencies, account)
    account.assets.take_whole("equity", part.get("marginEquity", "margin_equity"))
    for figure, stated in (("unrealised_pnl", part.get("pnl")), ("maintenance_margin", need)):
        account.assets.take_whole(figure, stated)
        if not currencies.value:
            account.take_sum(figure, DOLLARS, stated)
    if not currencies.value and held is not None and held != amount:
        message = f"of a balance of {grouped(held)} dollars {grouped(amount)} count, after haircuts"
        account.note(Kind.GUESSED, counted, message)
    pnl = part.get("pnl").number()
    if pnl is not None:
        account.pnl[DOLLARS] = pnl


def _collaterals(currencies: Node, account: Account) -> None:
    """The coins of the wallet: each with its value in dollars, and what of that counts."""
    account.assets.mode = AccountMode.MULTI_ASSETS
    for part in currencies.items():
        name, value = str(part.path[-1]).upper(), part.get("value")
        weight = part.get("collateralValue", "collateral", "collateral_value").over(value)
        quantity = part.get("quantity")
        account.assets.take(COINS.get(name, name), quantity, price=value.over(quantity), weight=weight)


def _wallet(part: Node, account: Account) -> None:
    """The wallet of one inverse contract; one that is empty says nothing."""
    coin = (part.says("currency") or "").upper()
    balance = next((b for b in part.get("balances").items() if str(b.path[-1]).upper() == coin), None)
    amount = None if balance is None else balance.number()
    if balance is not None and amount:
        account.add_cash(COINS.get(coin, coin), amount, balance)


def _tickers(rows: Node, account: Account) -> None:
    for row in account.each(rows):
        symbol = (row.says("symbol") or "").upper()
        if symbol and row.get("markPrice").value is not None:
            listing = account.listings.setdefault(symbol, Holding(Place.of(row), symbol, "", "", Decimal(1)))
            listing.take("mark", row.get("markPrice"))


def _contract(row: Node) -> Contract:
    market = row.get("symbol", "instrument").word().upper()
    found = SYMBOL.fullmatch(market)
    if found is None:
        raise LeftOutError(row, f"{market}: what it is settled in is not known")
    if found["kind"] in ("PI", "FI"):
        return Contract(market, COINS.get(found["base"], found["base"]), ContractKind.INVERSE.value)
    return Contract(market, DOLLARS)


def _details(row: Node, holding: Holding, _account: Account) -> None:
    fixed = row.get("maxFixedLeverage", "max_fixed_leverage")
    holding.mode = holding.mode or ("isolated" if fixed.number() else "cross")
    holding.places["quantity"] = Place.of(row.get(*_SIZE))
    holding.take("entry", row.get("price", "entry_price"))
    holding.take("leverage", fixed)
    holding.take("mark", row.get("markPrice", "mark_price"))
    holding.take("maintenance", row.get("maintenance_margin"))
    holding.take("initial", row.get("initial_margin"))
    linear = holding.contract is ContractKind.LINEAR
    if row.says("pnlCurrency", "pnl_currency") in (None, DOLLARS if linear else holding.currency):
        holding.take("pnl", row.get("unrealizedPnl", "pnl"), positive=False)
    holding.take_price(row.get("liquidationPrice", "liquidationThreshold", "liquidation_threshold"))


def _symbol(unified: Unified) -> str:
    """PF_XBTUSD, PI_XBTUSD, FF_XBTUSD_260327."""
    base = "XBT" if unified.base == "BTC" else unified.base
    kind = ("FI" if unified.inverse else "FF") if unified.expiry else ("PI" if unified.inverse else "PF")
    expiry = f"_{unified.expiry}" if unified.expiry else ""
    return f"{kind}_{base}USD{expiry}"


FORMAT = Format(
    id="kraken",
    title="Kraken",
    expected=EXPECTED,
    reader_of=_reader_of,
    is_position=_is_position,
    contract=_contract,
    size=lambda row: row.get(*_SIZE).number(),
    sides=lambda row: worded(row.get("side"), SIDES) or signed(row.get("balance")),
    details=_details,
    symbol=_symbol,
)
