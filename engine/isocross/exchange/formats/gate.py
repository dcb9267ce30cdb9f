"""Gate v4 payloads: `/futures/{settle}/positions` and `/futures/{settle}/accounts`.

Source: gate.com/docs/developers/apiv4, "List all positions of a user" and "Query futures account", with the samples in
ccxt's Gate module. `size` counts contracts (`quanto_multiplier` of the contract: 0.0001 BTC) and has a sign, also in
hedge mode, where `mode` is dual_long or dual_short. A `leverage` of 0 means cross; `cross_leverage_limit` is the
leverage then, where it is not 0 as well. `margin` is the cash of a position, open PnL apart, and
`maintenance_margin` = value × (`average_maintenance_rate` + taker fee), which is what it is liquidated at;
`maintenance_rate` is that of its tier alone. `total` of an account has no open PnL in it; where all positions share one
margin it is zero, and `cross_margin_balance` is what there is, open PnL counted in. `equity` of a unified account has
open PnL in it, too.
"""

from __future__ import annotations

import re

from isocross.exchange.account import Account, Contract, Holding, LeftOutError, Reader, Unified
from isocross.exchange.assets_found import Place
from isocross.exchange.contract_size import size_of_contract
from isocross.exchange.format import Format, some
from isocross.exchange.payload import Node
from isocross.exchange.sides import signed, worded
from isocross.money import ZERO
from isocross.rules.market import Kind as ContractKind
from isocross.rules.switches import AccountMode
from isocross.toml.faults import shown

EXPECTED = "the answer of /futures/usdt/positions"
CONTRACT = re.compile(r"(?P<base>.+)_(?P<quote>USDT|USDC|USD)(?:_[0-9]{8})?")
KEPT = {
    "classic": AccountMode.STANDARD,
    "single_currency": AccountMode.STANDARD,
    "multi_currency": AccountMode.UNIFIED,
    "portfolio": AccountMode.PORTFOLIO,
}
"""What `/unified/unified_mode` says of an account."""
MODES = {"dual_long": "long", "dual_short": "short"}


def _reader_of(node: Node) -> Reader | None:
    if some(node, _is_position):
        return FORMAT.read
    if some(node, _is_account):
        return _accounts
    if any(balance.has_any("spot_in_use", "futures_pos_liab") for balance in node.get("balances").items()):
        return _unified
    if node.has("mode") and node.get("mode").value in KEPT:
        return _kept
    return _refused if node.has("label") and node.has_any("message", "detail") else None


def _is_position(row: Node) -> bool:
    own = ("cross_leverage_limit", "maintenance_rate", "liq_price", "risk_limit", "leverage_max", "adl_ranking")
    return row.has("contract") and row.has_any(*own)


def _is_account(row: Node) -> bool:
    return row.has("total", "available", "currency") and row.has_any("position_margin", "order_margin", "in_dual_mode")


def _refused(node: Node, account: Account) -> None:
    message = f"Gate answered with an error, not with an account: {shown(node.get('label').value)}"
    account.faults.append(node.get("label").unfit(message, EXPECTED).fault)


def _accounts(rows: Node, account: Account) -> None:
    account.is_from("gate", rows)
    for row in account.each(rows):
        name, crossed = (row.says("currency") or "").upper(), row.get("cross_margin_balance")
        if row.get("total").number() or not crossed.number():
            account.take_cash(row.get("currency"), row.get("total"))
            account.take_sum("unrealised_pnl", name, row.get("unrealised_pnl"))
            continue
        _crossed(row, crossed, account, name)


def _crossed(row: Node, crossed: Node, account: Account, name: str) -> None:
    """Take the balance of an account whose positions share one margin: it is not in `total`, and has open PnL in it."""
    apart = row.get("isolated_position_margin").number() or ZERO
    account.put(account.equity, name, (crossed.number() or ZERO) + apart, crossed)
    account.take_sum("unrealised_pnl", name, row.get("cross_unrealised_pnl"), pool=True)
    account.take_sum("maintenance_margin", name, row.get("cross_maintenance_margin"), pool=True)


def _unified(node: Node, account: Account) -> None:
    """Read a unified account: what each currency has, and what is stated of all of them together."""
    account.is_from("gate", node)
    if account.assets.mode is None:
        account.assets.mode = AccountMode.UNIFIED
    account.assets.take_total("worth", node.get("unified_account_total_equity"))
    account.assets.take_whole("equity", node.get("total_margin_balance"))
    account.assets.take_whole("maintenance_margin", node.get("total_maintenance_margin"))
    account.assets.take_whole("margin_ratio", node.get("total_maintenance_margin_rate"), inverted=True)
    for balance in node.get("balances").items():
        equity, name = balance.get("equity"), str(balance.path[-1])
        amount = equity.number()
        if amount is not None:
            account.put(account.equity, name, amount, equity)
            account.assets.take(name, equity, counts_pnl=True)


def _kept(node: Node, account: Account) -> None:
    """Read how a unified account is kept."""
    account.is_from("gate", node)
    account.assets.mode = KEPT[node.get("mode").word()]


def _contract(row: Node) -> Contract:
    market = row.get("contract").word()
    found = CONTRACT.fullmatch(market)
    if found is None:
        raise LeftOutError(row, f"{market}: what it is settled in is not known")
    if found["quote"] != "USD":
        return Contract(market, found["quote"])
    if found["base"] != "BTC":
        raise LeftOutError(row, f"{market}: contracts settled in a third coin are not rehearsed here")
    return Contract(market, "BTC", ContractKind.INVERSE.value)


def _details(row: Node, holding: Holding, _account: Account) -> None:
    own, limit = row.get("leverage"), row.get("cross_leverage_limit")
    stated = own.number()
    holding.mode = holding.mode or (row.says("pos_margin_mode") or ("isolated" if stated else "cross")).lower()
    holding.places["quantity"] = Place.of(row.get("size"))
    holding.take("leverage", own)
    if holding.mode == "cross":
        holding.take("leverage", limit)
    holding.take("entry", row.get("entry_price"))
    holding.take("mark", row.get("mark_price"))
    holding.take("pnl", row.get("unrealised_pnl"), positive=False)
    holding.take("maintenance", row.get("maintenance_margin"))
    average, value = row.get("average_maintenance_rate").number(), row.get("value").number()
    if average and value:
        holding.figures["maintenance"] = average * abs(value)
    else:
        holding.fee_in_maintenance = True
        holding.take("maintenance_rate", row.get("maintenance_rate"))
    holding.take("max_leverage", row.get("leverage_max"))
    holding.take_price(row.get("liq_price"))
    if value:
        holding.figures.setdefault("notional", abs(value))
    if holding.mode == "isolated":
        holding.take("margin", row.get("margin"), positive=False)


def _symbol(unified: Unified) -> str:
    """BTC_USDT, BTC_USDT_20260327."""
    expiry = f"_20{unified.expiry}" if unified.expiry else ""
    return f"{unified.base}_{unified.quote}{expiry}"


FORMAT = Format(
    id="gate",
    title="Gate",
    expected=EXPECTED,
    reader_of=_reader_of,
    is_position=_is_position,
    contract=_contract,
    size=lambda row: row.get("size").number(),
    sides=lambda row: worded(row.get("mode"), MODES) | signed(row.get("size")),
    details=_details,
    symbol=_symbol,
    unit=size_of_contract,
)
