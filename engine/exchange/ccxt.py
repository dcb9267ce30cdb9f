"""Positions and balances in the unified shape of ccxt: what `fetch_positions` and `fetch_balance` return.

Source: ccxt's manual, "Position Structure" and "Balance Structure". `symbol` is BASE/QUOTE:SETTLE; `contracts` counts
contracts of `contractSize` each, in the coin or, where it is settled in the coin itself (BTC/USD:BTC), in dollars,
without a sign mostly; `collateral` is "the maximum amount of collateral that can be lost, affected by pnl". Any field
may be null. What `total` of a balance counts in differs by venue, so the venue's own answer in `info` decides where it
is known.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from engine.exchange.account import Account, Holding, Kind, LeftOutError, Place, Reader, signed_side
from engine.exchange.payload import Node, UnfitError
from engine.market import Kind as ContractKind
from engine.money import ONE, ZERO, text

TITLE = "ccxt"
EXPECTED = "what fetch_positions or fetch_balance returns"
SYMBOL = re.compile(r"(?P<base>[^/:]+)/(?P<quote>[^/:]+):(?P<settle>[^/:-]+)(?P<rest>-[^/:]+)?")
OPTION = re.compile(r"-[CP]$")
SIGNATURES = {"positionAmt": "binance", "positionIdx": "bybit", "open_interest": "coinex", "szi": "hyperliquid"}
"""A name in a position's `info` that tells whose it is."""

InfoReader = Callable[[Node], Reader | None]


def reader_of(node: Node, info: InfoReader = lambda _: None) -> Reader | None:
    """The reader of a payload, None when it is none of these; `info` gives the reader of a venue's own answer."""
    if node.has_rows("symbol", "contracts") or node.has_rows("symbol", "entryPrice", "side") or node.value == []:
        return _positions
    if isinstance(node.get("total").value, dict) and (node.has("free") or node.has("used")):
        return lambda balance, account: _balance(balance, account, info)
    return None


def _positions(rows: Node, account: Account) -> None:
    account.read_rows(rows, lambda row: _position(row, account))


def _position(row: Node, account: Account) -> Holding | None:
    contracts = row.get("contracts").number()
    if not contracts:
        return None
    market, currency, kind = _market(row.get("symbol"))
    _source(row, account)
    side = row.get("side").value or signed_side(contracts)
    holding = Holding(Place.of(row), market, str(side).lower(), _mode(row, account), abs(contracts), currency)
    holding.kind = kind
    holding.places |= {key: Place.of(row.get(name)) for key, name in (("side", "side"), ("mode", "marginMode"))}
    holding.places["quantity"] = Place.of(row.get("contracts"))
    size = row.get("contractSize").number()
    if size is None:
        account.note(Kind.GUESSED, row.get("contractSize"), "no contract size is given: 1")
    holding.quantity *= ONE if size is None else size
    holding.take("entry", row.get("entryPrice"))
    holding.take("leverage", row.get("leverage"))
    holding.take("mark", row.get("markPrice"))
    holding.take("maintenance", row.get("maintenanceMargin"))
    holding.take("initial", row.get("initialMargin"))
    holding.take("pnl", row.get("unrealizedPnl"), positive=False)
    notional = row.get("notional").number()
    if notional:
        holding.figures["notional"] = abs(notional)
    if holding.mode == "isolated":
        _bucket(row, holding, account)
    return holding


def _market(symbol: Node) -> tuple[str, str | None, str | None]:
    """The market as the venues write it, BTCUSDT for BTC/USDT:USDT, what it settles in, and its kind if inverse."""
    found = SYMBOL.fullmatch(symbol.word())
    if found is None:
        return symbol.word(), None, None
    rest, settle = found["rest"] or "", found["settle"]
    if OPTION.search(rest) or settle not in (found["quote"], found["base"]):
        kind = "options" if OPTION.search(rest) else "contracts settled in a third coin"
        raise LeftOutError(symbol, f"{symbol.word()}: {kind} are not rehearsed here")
    inverse = ContractKind.INVERSE.value if settle != found["quote"] else None
    return f"{found['base']}{found['quote']}{rest}", settle, inverse


def _mode(row: Node, account: Account) -> str:
    said, isolated = row.get("marginMode", "marginType").value, row.get("isolated").value
    if isinstance(said, str) and said:
        return said.lower()
    if isinstance(isolated, bool):
        return "isolated" if isolated else "cross"
    account.note(Kind.GUESSED, row.get("marginMode"), "no margin mode is said: cross")
    return "cross"


def _bucket(row: Node, holding: Holding, account: Account) -> None:
    """The cash of an isolated position: its collateral less its open PnL."""
    collateral = row.get("collateral")
    given = collateral.number()
    cash = (given or ZERO) - holding.figures.get("pnl", Decimal(0))
    if given and cash > 0:
        holding.figures["margin"] = cash
        holding.places["margin"] = Place.of(collateral)
        message = f"a margin of {text(cash)}: the collateral less the open PnL, which ccxt counts in"
        account.note(Kind.GUESSED, collateral, message)


def _source(row: Node, account: Account) -> None:
    """Whose position it is, as far as the venue's own answer tells."""
    info = row.get("info")
    inner = info.get("position") if info.get("position").has("szi") else info
    names = inner.value if isinstance(inner.value, dict) else {}
    found = next((venue for name, venue in SIGNATURES.items() if name in names), "")
    if found and not account.source:
        account.source = found
        account.note(Kind.GUESSED, inner, f"the venue is {found}, by the names in its answer")


def _balance(node: Node, account: Account, info: InfoReader) -> None:
    told = _told(node.get("info"), info)
    if told.cash and not told.faults:
        account.cash |= told.cash
        account.source = account.source or told.source
        return
    for total in node.get("total").items():
        amount = total.number()
        if amount is not None:
            account.cash[str(total.path[-1])] = (amount, Place.of(total))
            if amount:
                message = "the total is taken as the wallet; some venues count open profit in"
                account.note(Kind.GUESSED, total, message)


def _told(own: Node, info: InfoReader) -> Account:
    """What the venue's own answer says, as far as it can be read."""
    told = Account()
    reader = info(own)
    try:
        if reader is not None:
            reader(own, told)
    except UnfitError as error:
        told.faults.append(error.fault)
    return told
