"""Gate v4 payloads: `/futures/{settle}/positions` and `/futures/{settle}/accounts`.

Source: gate.com/docs/developers/apiv4, "List all positions of a user" and "Query futures account", with the samples in
ccxt's Gate module. `size` counts contracts (`quanto_multiplier` of the contract: 0.0001 BTC) and has a sign, also in
hedge mode, where `mode` is dual_long or dual_short. A `leverage` of 0 means cross; `cross_leverage_limit` is the
leverage then, where it is not 0 as well. `margin` is the cash of a position, open PnL apart, and
`maintenance_margin` = value × (`average_maintenance_rate` + taker fee), which is what it is liquidated at;
`maintenance_rate` is that of its tier alone. `total` of an account has
no open PnL in it.
"""

from __future__ import annotations

import re

from isocross.exchange.account import Account, Contract, Holding, LeftOutError, Place, Reader, Unified
from isocross.exchange.contract_size import size_of_contract
from isocross.exchange.format import Format, some
from isocross.exchange.payload import Node
from isocross.exchange.sides import signed, worded
from isocross.rules.market import Kind as ContractKind
from isocross.toml.faults import shown

EXPECTED = "the answer of /futures/usdt/positions"
CONTRACT = re.compile(r"(?P<base>.+)_(?P<quote>USDT|USDC|USD)(?:_[0-9]{8})?")
MODES = {"dual_long": "long", "dual_short": "short"}


def _reader_of(node: Node) -> Reader | None:
    if some(node, _is_position):
        return FORMAT.read
    if some(node, _is_account):
        return _accounts
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
        account.take_cash(row.get("currency"), row.get("total"))


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
