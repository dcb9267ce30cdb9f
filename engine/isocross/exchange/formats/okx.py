"""OKX v5 payloads: `/api/v5/account/positions` and `/api/v5/account/balance`.

Source: okx.com/docs-v5, "Get positions" and "Get balance", with the samples in ccxt's OKX module. Numbers are texts,
many of them empty. `pos` counts contracts (`ctVal` of the instrument: 0.01 BTC); in net mode its sign is the side, in
long/short mode `posSide` is, and `pos` has no sign. `margin` is the cash of an isolated position, `mmr` its
maintenance margin without the fee to close, and `mgnRatio` = equity ÷ (mmr + that fee). In a balance `eq` has the open
PnL in it, of cross and isolated positions alike, and what strategies hold: `cashBal` + `upl` + `stgyEq`.
"""

from __future__ import annotations

import re
from decimal import Decimal

from isocross.exchange.account import Account, Contract, Holding, Kind, LeftOutError, Reader, Unified
from isocross.exchange.assets_found import Place, Sum
from isocross.exchange.contract_size import size_of_contract
from isocross.exchange.format import Format, some
from isocross.exchange.payload import Node
from isocross.exchange.sides import signed, worded
from isocross.format import grouped
from isocross.money import ONE
from isocross.rules.market import Kind as ContractKind
from isocross.rules.switches import AccountMode
from isocross.toml.faults import shown

EXPECTED = "the answer of /api/v5/account/positions"
INSTRUMENT = re.compile(r"(?P<base>[A-Z0-9]+)-(?P<quote>USDT|USDC|USD)(?:-(?:SWAP|[0-9]{6}))")
ERROR = re.compile(r"5[0-9]{4}|1")
"""Codes of refused requests."""
DOLLARS_OF_BTC, DOLLARS = Decimal(100), Decimal(10)
"""What one coin-margined contract counts."""
LEVELS = {"3": AccountMode.UNIFIED, "4": AccountMode.PORTFOLIO}
"""What `acctLv` says of an account in which several currencies back the positions."""
SIDES = {"long": "long", "short": "short"}


def _reader_of(node: Node) -> Reader | None:
    data = node.get("data")
    if some(node, _is_position):
        return FORMAT.read
    if some(node, _is_balance):
        return _balances
    if node.has("code", "data") and some(data, lambda row: row.has("acctLv")):
        return _configuration
    if node.has("code", "data") and (some(data, _is_position) or some(data, _is_balance)):
        return _answer
    code = node.get("code").value
    if node.has("code", "msg") and not node.has("requestTime") and isinstance(code, str):
        empty = code == "0" and data.value == [] and node.get("msg").value == ""
        other = code == "0" and some(data, lambda row: row.has("instId", "instType"))
        return _answer if empty or other or ERROR.fullmatch(code) else None
    return None


def _is_position(row: Node) -> bool:
    return row.has("instId") and row.has_any("mgnMode", "posSide") and row.has_any("pos", "lever", "liqPx", "posId")


def _is_balance(row: Node) -> bool:
    return row.has("details") and some(row.get("details"), lambda detail: detail.has("ccy", "eq"))


def _answer(node: Node, account: Account) -> None:
    code = node.get("code")
    if code.value not in ("0", 0):
        message = f"OKX answered with an error, not with an account: {shown(node.get('msg').value)}"
        account.faults.append(code.unfit(message, EXPECTED).fault)
        return
    rows = node.get("data")
    if some(rows, _is_balance):
        _balances(rows, account)
    else:
        FORMAT.read(rows, account)


def _balances(rows: Node, account: Account) -> None:
    account.is_from("okx", rows)
    for row in account.each(rows):
        if row.says("adjEq") is not None:
            _adjusted(row, account)
        for detail in account.each(row.get("details")):
            _balance(detail, account)


def _adjusted(row: Node, account: Account) -> None:
    """An adjusted equity is that of all currencies together, in multi-currency and in portfolio margin."""
    if account.assets.mode is None:
        account.assets.mode = AccountMode.UNIFIED
        message = "multi-currency margin: an adjusted equity is stated, as in portfolio margin"
        account.note(Kind.GUESSED, row.get("adjEq"), message)
    account.assets.take_whole("equity", row.get("adjEq"))
    account.assets.take_whole("unrealised_pnl", row.get("upl"))
    account.assets.take_whole("maintenance_margin", row.get("mmr"))
    account.assets.take_whole("margin_ratio", row.get("mgnRatio"), inverted=True)


def _configuration(node: Node, account: Account) -> None:
    """Read the account mode that `/api/v5/account/config` states."""
    account.is_from("okx", node)
    for row in account.each(node.get("data")):
        level = row.get("acctLv")
        account.assets.mode = LEVELS.get(str(level.value), AccountMode.STANDARD)


def _balance(detail: Node, account: Account) -> None:
    currency, equity = detail.get("ccy").word(), detail.get("eq").number()
    if equity is None:
        account.take_cash(detail.get("ccy"), detail.get("cashBal"))
        return
    account.put(account.equity, currency, equity, detail.get("eq"))
    off, full = detail.get("collateralEnabled").value is False, str(detail.get("colRes").value) == "2"
    dollars = detail.get("eqUsd")
    weight = detail.get("disEq").over(dollars)
    account.assets.take(
        currency, detail.get("eq"), counts_pnl=True, price=dollars.over(detail.get("eq")), weight=weight,
        collateral=not off, limit_reached=full,
    )  # fmt: skip
    account.take_sum("maintenance_margin", currency, detail.get("mmr"), pool=True)
    _pool_ratio(detail, account, currency)
    for name, what in (("stgyEq", "is held by strategies"), ("ordFrozen", "is held by open orders")):
        held = detail.get(name).number()
        if held:
            account.note(Kind.GUESSED, detail.get(name), f"{grouped(held)} {currency} of the equity {what}")


def _pool_ratio(detail: Node, account: Account, currency: str) -> None:
    """Note the ratio of a currency's cross positions, as maintenance margin ÷ equity."""
    ratio = detail.get("mgnRatio")
    value = ratio.number()
    if value:
        account.sums.append(Sum("margin_ratio", currency, round(ONE / value, 8), Place.of(ratio), pool=True))


def _contract(row: Node) -> Contract:
    market = row.get("instId").word()
    found = INSTRUMENT.fullmatch(market)
    if row.says("instType") in ("OPTION", "MARGIN", "SPOT") or found is None:
        kind = (row.says("instType") or "an instrument of this kind").lower()
        raise LeftOutError(row, f"{market}: {kind} is not rehearsed here, only swaps and futures")
    if found["quote"] == "USD":
        return Contract(market, found["base"], ContractKind.INVERSE.value)
    return Contract(market, found["quote"])


def _unit(row: Node, holding: Holding, account: Account) -> Decimal:
    """What one contract counts; all coin-margined ones of a coin count the same number of dollars."""
    if holding.contract is ContractKind.LINEAR:
        return size_of_contract(row, holding, account)
    each = DOLLARS_OF_BTC if holding.currency == "BTC" else DOLLARS
    message = f"{holding.market}: contracts of {grouped(each)} dollars, as OKX lists them"
    account.note(Kind.GUESSED, row.get("pos"), message)
    return each


def _sides(row: Node) -> dict[str, str]:
    told = worded(row.get("posSide"), SIDES)
    size = row.get("pos").number()
    return signed(row.get("pos")) | told if not told or (size is not None and size < 0) else told


def _details(row: Node, holding: Holding, _account: Account) -> None:
    mode = row.says("mgnMode") or "cross"
    holding.mode = holding.mode or mode.lower()
    holding.places["quantity"] = Place.of(row.get("pos"))
    holding.places["mode"] = Place.of(row.get("mgnMode"))
    holding.take("entry", row.get("avgPx"))
    holding.take("leverage", row.get("lever"))
    holding.take("mark", row.get("markPx"))
    holding.take("maintenance", row.get("mmr"))
    holding.take("initial", row.get("imr"))
    holding.take("pnl", row.get("upl"), positive=False)
    holding.take_price(row.get("liqPx"))
    dollars = row.get("notionalUsd").number()
    if dollars and holding.contract is ContractKind.LINEAR:
        holding.figures.setdefault("notional", abs(dollars))
    if holding.mode == "isolated":
        holding.take("margin", row.get("margin"), positive=False)
        _ratio(row, holding)


def _ratio(row: Node, holding: Holding) -> None:
    """Note the ratio that OKX shows, as maintenance margin ÷ equity."""
    ratio = row.get("mgnRatio").number()
    if ratio:
        holding.stated.setdefault("margin_ratio", round(Decimal(1) / ratio, 8))


def _symbol(unified: Unified) -> str:
    """BTC-USDT-SWAP, BTC-USDT-260327."""
    return f"{unified.base}-{unified.quote}-{unified.expiry or 'SWAP'}"


FORMAT = Format(
    id="okx",
    title="OKX",
    expected=EXPECTED,
    reader_of=_reader_of,
    is_position=_is_position,
    contract=_contract,
    size=lambda row: row.get("pos").number(),
    sides=_sides,
    details=_details,
    symbol=_symbol,
    unit=_unit,
    total_counts_pnl=True,
)
