"""BitMEX payloads: `/api/v1/position` and `/api/v1/user/margin`.

Source: bitmex.com/api/explorer, "Position" and "User", with recorded answers of public clients. Money is in the
smallest unit of its currency: XBt are satoshi, USDt millionths. `currentQty` counts contracts with a sign, of XBTUSD
dollars; `homeNotional` is the same in coins. `posMargin` is the margin of an isolated position with the fee to close at
the bankruptcy price, `posComm`: what is left of it is its cash. `posMaint`, at which it is liquidated, has that fee in
it, too. `marginBalance` has open PnL in it, and `maintMargin` is what the positions hold, not what they are asked for.
"""

from __future__ import annotations

from decimal import Decimal

from isocross.exchange.account import Account, Contract, Holding, Kind, LeftOutError, Reader, Unified
from isocross.exchange.assets_found import Place
from isocross.exchange.format import Format, some
from isocross.exchange.payload import Node
from isocross.exchange.sides import signed
from isocross.format import grouped
from isocross.money import ONE
from isocross.rules.market import Kind as ContractKind
from isocross.toml.faults import shown

EXPECTED = "the answer of /api/v1/position"
UNITS = {"XBt": ("BTC", Decimal("1e-8")), "USDt": ("USDT", Decimal("1e-6"))}
"""The currency a unit is of, and how much of it."""


def _reader_of(node: Node) -> Reader | None:
    if some(node, _is_position):
        return FORMAT.read
    if some(node, _is_margin):
        return _margins
    return _refused if node.get("error").has("message", "name") else None


def _is_position(row: Node) -> bool:
    return row.has("symbol", "currentQty") and row.has_any("crossMargin", "homeNotional", "account", "quoteCurrency")


def _is_margin(row: Node) -> bool:
    return row.has("account", "currency") and row.has_any("walletBalance", "marginBalance", "deltaAmount", "deposited")


def _refused(node: Node, account: Account) -> None:
    told = node.get("error").get("message")
    message = f"BitMEX answered with an error, not with an account: {shown(told.value)}"
    account.faults.append(told.unfit(message, EXPECTED).fault)


def _margins(rows: Node, account: Account) -> None:
    account.is_from("bitmex", rows)
    for row in account.each(rows):
        currency = row.get("currency").word()
        wallet, margin = row.get("walletBalance", "amount"), row.get("marginBalance")
        amount, with_pnl = wallet.number(), margin.number()
        if currency not in UNITS:
            if amount or with_pnl:
                account.note(Kind.LEFT_OUT, row, f"a balance in {currency}, whose unit is not known here")
            continue
        name, unit = UNITS[currency]
        if amount is not None:
            account.put(account.cash, name, amount * unit, wallet)
            account.take_sum("equity", name, margin, unit=unit)
        elif with_pnl is not None:
            account.put(account.equity, name, with_pnl * unit, margin)
        account.take_sum("unrealised_pnl", name, row.get("unrealisedPnl"), unit=unit)


def _contract(row: Node) -> Contract:
    market, currency = row.get("symbol").word(), row.says("currency") or ""
    if currency not in UNITS:
        raise LeftOutError(row, f"{market}: it is margined in {currency or 'a currency that is not said'}")
    name, quote = UNITS[currency][0], (row.says("quoteCurrency") or market[-4:]).upper()
    if name == "USDT" and quote.endswith("USDT"):
        return Contract(market, name)
    if name == "BTC" and (row.says("underlying") or market[:3]) == "XBT":
        return Contract(market, name, ContractKind.INVERSE.value)
    raise LeftOutError(row, f"{market}: contracts settled in a third coin are not rehearsed here")


def _size(row: Node) -> Decimal | None:
    return row.get("currentQty").number()


def _unit(row: Node, holding: Holding, account: Account) -> Decimal:
    """An inverse contract is a dollar; what a linear one counts, `homeNotional` tells, else the value at mark."""
    if holding.contract is ContractKind.INVERSE:
        return ONE
    coins, known = row.get("homeNotional").number(), holding.figures
    if coins:
        holding.quantity = abs(coins)
        return ONE
    if "notional" not in known or "mark" not in known:
        raise row.unfit(f"how much a contract of {shown(holding.market)} counts is not said", "homeNotional")
    each = (known["notional"] / known["mark"] / holding.quantity).normalize()
    account.note(Kind.GUESSED, row, f"{holding.market}: contracts of {grouped(each)}, by the value at mark")
    return each


def _details(row: Node, holding: Holding, _account: Account) -> None:
    unit = UNITS.get(row.says("currency") or "", ("", ONE))[1]
    crossed = row.get("crossMargin").value
    holding.mode = holding.mode or ("cross" if crossed is True else "isolated" if crossed is False else "cross")
    holding.places["quantity"] = Place.of(row.get("currentQty"))
    holding.take("entry", row.get("avgEntryPrice", "avgCostPrice"))
    holding.take("leverage", row.get("leverage"))
    holding.take("mark", row.get("markPrice"))
    holding.take("maintenance_rate", row.get("maintMarginReq"))
    holding.take_price(row.get("liquidationPrice"))
    pnl, value = row.get("unrealisedPnl").number(), row.get("markValue").number()
    if pnl is not None:
        holding.figures.setdefault("pnl", pnl * unit)
        holding.stated.setdefault("unrealised_pnl", pnl * unit)
    if value:
        holding.figures.setdefault("notional", abs(value) * unit)
    margin, fee, asked = (row.get(name).number() for name in ("posMargin", "posComm", "posMaint"))
    if holding.mode == "isolated" and margin is not None:
        holding.figures.setdefault("margin", (margin - (fee or 0)) * unit)
        holding.places["margin"] = Place.of(row.get("posMargin"))
        if asked:
            holding.stated.setdefault("maintenance_margin", (asked - (fee or 0)) * unit)


def _symbol(unified: Unified) -> str:
    """XBTUSDT, XBTUSD."""
    return f"{'XBT' if unified.base == 'BTC' else unified.base}{unified.quote}"


FORMAT = Format(
    id="bitmex",
    title="BitMEX",
    expected=EXPECTED,
    reader_of=_reader_of,
    is_position=_is_position,
    contract=_contract,
    size=_size,
    sides=lambda row: signed(row.get("currentQty")) | signed(row.get("homeNotional")),
    details=_details,
    symbol=_symbol,
    unit=_unit,
)
