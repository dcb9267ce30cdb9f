"""Drift v2 payloads: a user account as the SDKs print it, and positions of the gateway.

Source: drift-labs/protocol-v2 (state/user.rs, sdk/src/types.ts) and drift-labs/gateway (README, types.rs). The SDKs
print whole numbers: amounts of coins in 1e-9, of quote in 1e-6, the TypeScript one as hexadecimal texts; the gateway
prints decimals. `quoteEntryAmount` is what was paid for a position, with the opposite sign of the size;
`quoteAssetAmount` also has fees, funding and PnL that are not settled in it, which count as collateral. A deposit is
stored without the interest it earned. Markets have numbers. There is no leverage of a position.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from isocross.exchange.account import Account, Contract, Holding, Kind, LeftOutError, Reader
from isocross.exchange.assets_found import Place
from isocross.exchange.format import Format, some
from isocross.exchange.payload import Node
from isocross.exchange.sides import signed, signed_side
from isocross.format import grouped
from isocross.money import ZERO

EXPECTED = "the user account as an SDK prints it, or the answer of the gateway to /v2/positions"
CURRENCY = "USDC"
BASE, QUOTE = Decimal("1e-9"), Decimal("1e-6")
PERPS = [
    "SOL",
    "BTC",
    "ETH",
    "APT",
    "1MBONK",
    "POL",
    "ARB",
    "DOGE",
    "BNB",
    "SUI",
    "1MPEPE",
    "OP",
    "RENDER",
    "XRP",
    "HNT",
    "INJ",
    "LINK",
    "RLB",
    "PYTH",
    "TIA",
    "JTO",
    "SEI",
    "AVAX",
    "WIF",
    "JUP",
    "DYM",
    "TAO",
    "W",
    "KMNO",
    "TNSR",
    "DRIFT",
]
"""The coins of the perpetual markets, in the order of their numbers."""
ISOLATED_FLAG = 1
HEX = re.compile(r"-?(?:[0-9a-f]{2})+")


def _reader_of(node: Node) -> Reader | None:
    if node.has_any("perpPositions", "perp_positions"):
        return _user
    if node.has("spot", "perp"):
        return _gateway
    return FORMAT.read if some(node, _is_position) else None


def _is_position(row: Node) -> bool:
    return row.has("amount", "averageEntry", "marketIndex")


def _market(row: Node) -> str:
    index = row.get("marketIndex", "market_index").number()
    if index is None or index != int(index) or not 0 <= index < len(PERPS):
        raise LeftOutError(row, f"the market with the number {grouped(index or ZERO)} has no name here")
    return f"{PERPS[int(index)]}-PERP"


# --- the gateway ---------------------------------------------------------------------------------


def _gateway(node: Node, account: Account) -> None:
    FORMAT.read(node.get("perp"), account)
    for spot in account.each(node.get("spot")):
        amount = spot.get("amount").number() or ZERO
        owed = spot.says("type") == "borrow"
        _spot(spot, -abs(amount) if owed else amount, account)


def _spot(row: Node, amount: Decimal, account: Account) -> None:
    """Take the deposit of USDC, and tell what else there is."""
    if row.get("marketIndex", "market_index").number() == 0:
        account.add_cash(CURRENCY, amount, row)
    elif amount:
        account.partial = True
        account.note(Kind.LEFT_OUT, row, f"{grouped(amount)} of another asset: here only USDC backs the positions")


def _details(row: Node, holding: Holding, account: Account) -> None:
    holding.mode = holding.mode or "cross"
    holding.places["quantity"] = Place.of(row.get("amount"))
    holding.take("entry", row.get("averageEntry"))
    holding.take("mark", row.get("oraclePrice"))
    holding.take("pnl", row.get("unrealizedPnl"), positive=False)
    holding.take_price(row.get("liquidationPrice"))
    unsettled, open_pnl = row.get("unsettledPnl").number(), row.get("unrealizedPnl").number()
    if unsettled is not None and open_pnl is not None and unsettled != open_pnl:
        _unsettled(row, unsettled - open_pnl, account)


def _unsettled(row: Node, amount: Decimal, account: Account) -> None:
    """Count PnL, fees and funding that are not settled yet as the cash they will be."""
    account.add_cash(CURRENCY, amount, row)
    account.note(Kind.GUESSED, row, f"{grouped(amount)} of PnL, fees and funding that are not settled count as cash")


# --- the SDKs ------------------------------------------------------------------------------------


def _user(node: Node, account: Account) -> None:
    account.is_from("drift", node)
    number = _numbers(node)
    perps = account.each(node.get("perpPositions", "perp_positions"))
    used = [row for row in perps if number(row.get("baseAssetAmount", "base_asset_amount"))]
    account.read_these(used, lambda row: _perp(row, number, account))
    for row in perps:
        paid, entered = (number(row.get(*names)) for names in _PAID)
        if paid != entered:
            _unsettled(row, (paid - entered) * QUOTE, account)
    for row in account.each(node.get("spotPositions", "spot_positions")):
        amount = number(row.get("scaledBalance", "scaled_balance")) * BASE
        if not amount:
            continue
        _spot(row, -amount if _borrowed(row.get("balanceType", "balance_type")) else amount, account)
    if CURRENCY in account.cash:
        account.note(Kind.GUESSED, account.cash[CURRENCY][1], "deposits are taken without the interest they earned")


_PAID = (("quoteAssetAmount", "quote_asset_amount"), ("quoteEntryAmount", "quote_entry_amount"))


def _borrowed(kind: Node) -> bool:
    return kind.has("borrow") or kind.has("Borrow") or str(kind.value).lower() == "borrow"


def _perp(row: Node, number: Callable[[Node], Decimal], account: Account) -> Holding:
    size = number(row.get("baseAssetAmount", "base_asset_amount")) * BASE
    holding = Holding(Place.of(row), _market(row), signed_side(size), "cross", abs(size), CURRENCY)
    paid = number(row.get("quoteEntryAmount", "quote_entry_amount")) * QUOTE
    if paid and (paid > 0) is (size > 0):
        raise row.unfit("its side contradicts itself: size and quoteEntryAmount have one sign", "opposite signs")
    holding.figures["entry"] = abs(paid / size)
    apart = row.get("isolatedPositionScaledBalance", "isolated_position_scaled_balance")
    flag = row.get("positionFlag", "position_flag").number() or ZERO
    if (apart.value is not None and number(apart)) or int(flag) & ISOLATED_FLAG:
        holding.mode = "isolated"
        holding.figures["margin"] = number(apart) * BASE
        holding.places["margin"] = Place.of(apart)
        account.add_cash(CURRENCY, holding.figures["margin"], apart)
    return holding


def _numbers(node: Node) -> Callable[[Node], Decimal]:
    """How the whole numbers of a user account are written: all in one way, hexadecimal or decimal.

    The TypeScript SDK writes them in whole bytes: no text has an odd number of digits, and one begins with 0 or has a
    letter in it.
    """
    written = [
        value for row in _rows(node) for value in row.values() if isinstance(value, str) and HEX.fullmatch(value)
    ]
    odd = [v for row in _rows(node) for v in row.values() if isinstance(v, str) and re.fullmatch(r"-?[0-9]+", v)]
    plain = any(len(value.lstrip("-")) % 2 for value in odd)
    coded = any(re.search("[a-f]", value) or re.match(r"-?0[0-9a-f]", value) for value in written)
    in_bytes = coded and not plain

    def number(given: Node) -> Decimal:
        value = given.value
        if in_bytes and isinstance(value, str) and HEX.fullmatch(value):
            return Decimal(int(value, 16))
        return given.number() or ZERO

    return number


def _rows(node: Node) -> list[dict[str, object]]:
    lists = (node.get("perpPositions", "perp_positions").value, node.get("spotPositions", "spot_positions").value)
    return [row for rows in lists if isinstance(rows, list) for row in rows if isinstance(row, dict)]


FORMAT = Format(
    id="drift",
    title="Drift",
    expected=EXPECTED,
    reader_of=_reader_of,
    is_position=_is_position,
    contract=lambda row: Contract(_market(row), CURRENCY),
    size=lambda row: row.get("amount").number(),
    sides=lambda row: signed(row.get("amount")),
    details=_details,
    symbol=lambda unified: f"{unified.base}-PERP",
)
