"""Bybit v5 payloads: `/v5/position/list` and `/v5/account/wallet-balance`.

Source: bybit-exchange.github.io/docs/v5, "Get Position Info" and "Get Wallet Balance", with the samples of public
client libraries. Numbers are texts, many of them empty. `side` is Buy or Sell, empty where there is no position, and
the size has no sign. `tradeMode` is 0 for cross and 1 for isolated, and always 0 in a unified account, whose mode is
that of the whole account and stands in neither payload. `walletBalance` is cash without open PnL. Of an inverse
contract the size is in dollars and all else in the coin. `positionBalance` is the margin and the fee to close, which a
margin here is without (venues/bybit.toml): a public sample has 28.58931118 for 119.845 ÷ 4.2 + 0.0547863. `positionMM`
counts that fee, too. Equity = `walletBalance` − `spotBorrow` + `unrealisedPnl`.
"""

from __future__ import annotations

import re
from decimal import Decimal

from isocross.exchange.account import Account, Contract, Holding, Kind, LeftOutError, Reader, Unified
from isocross.exchange.assets_found import Place, Quote
from isocross.exchange.format import Format, some
from isocross.exchange.payload import Node, described
from isocross.exchange.sides import SIDES, worded
from isocross.format import grouped
from isocross.money import ONE, ZERO, posting
from isocross.rules.catalogue import load_profile
from isocross.rules.market import Kind as ContractKind
from isocross.rules.switches import AccountMode

EXPECTED = "the answer of /v5/position/list"
INVERSE = re.compile(r"(?P<coin>[A-Z0-9]+)USD(?:[FGHJKMNQUVXZ][0-9]{2})?")
"""BTCUSD, and BTCUSDZ26 that expires."""
HEDGED = {1: "long", 2: "short"}
"""What `positionIdx` says of the side in hedge mode."""
OWN = ("positionIdx", "positionValue", "positionIM", "riskLimitValue", "tradeMode")
"""Names of which a position has at least one."""


def _reader_of(node: Node) -> Reader | None:
    if node.has("retCode"):
        return _answer
    if some(node.get("list"), _is_wallet) or some(node.get("list"), _is_position):
        return _result
    if some(node, _is_wallet):
        return _wallets
    return FORMAT.read if some(node, _is_position) else None


def _is_position(row: Node) -> bool:
    return row.has("symbol", "side", "size") and row.has_any(*OWN)


def _is_wallet(row: Node) -> bool:
    return row.has("coin") and some(row.get("coin"), lambda coin: coin.has("coin", "walletBalance"))


def _answer(node: Node, account: Account) -> None:
    code = node.get("retCode")
    if code.value not in (0, "0"):
        account.faults.append(code.unfit("Bybit answered with an error, not with an account", EXPECTED).fault)
        return
    _result(node.get("result"), account)


def _result(node: Node, account: Account) -> None:
    account.is_from("bybit", node)
    rows = node.get("list")
    if some(rows, lambda row: row.has("coin")):
        _wallets(rows, account)
        return
    if some(rows, lambda row: row.has("collateralRatio", "currency")):
        _collateral(rows, account)
        return
    category = node.get("category")
    if category.value not in (None, "", "linear", "inverse"):
        message = "only linear and inverse contracts are rehearsed here; these positions are not taken"
        account.note(Kind.LEFT_OUT, category, message)
        return
    more = node.get("nextPageCursor").value
    if more and isinstance(rows.value, list) and rows.value:
        account.note(
            Kind.LEFT_OUT, node.get("nextPageCursor"), "there may be further pages, which are not in this file"
        )
    FORMAT.read(rows, account)


def _wallets(rows: Node, account: Account) -> None:
    account.is_from("bybit", rows)
    for wallet in account.each(rows):
        coins = account.each(wallet.get("coin"))
        shared = wallet.says("accountType") == "UNIFIED"
        if shared:
            _unified(wallet, account)
        for coin in coins:
            # a balance below zero is what it owes already
            balance = coin.get("walletBalance").number()
            owed = coin.get("spotBorrow", "borrowAmount").number() if balance is not None and balance > 0 else None
            account.take_cash(coin.get("coin"), coin.get("walletBalance"), owed=owed or ZERO)
            name = coin.says("coin") or ""
            if shared:
                _coin(coin, name, owed or ZERO, account)
            account.take_sum("equity", name, coin.get("equity"))
            account.take_sum("unrealised_pnl", name, coin.get("unrealisedPnl"))
            account.take_sum("maintenance_margin", name, coin.get("totalPositionMM"))


def _unified(wallet: Node, account: Account) -> None:
    """What is stated of all assets of a unified account together."""
    account.assets.mode = AccountMode.UNIFIED
    account.assets.take_total("counted", wallet.get("totalWalletBalance"))
    account.assets.take_whole("equity", wallet.get("totalMarginBalance"))
    account.assets.take_whole("unrealised_pnl", wallet.get("totalPerpUPL"))
    account.assets.take_whole("maintenance_margin", wallet.get("totalMaintenanceMargin"))
    account.assets.take_whole("margin_ratio", wallet.get("accountMMRate"))


def _coin(coin: Node, name: str, owed: Decimal, account: Account) -> None:
    """An asset of a unified account: the venue and the user both say whether it is collateral."""
    off = False in (coin.get("marginCollateral").value, coin.get("collateralSwitch").value)
    price = coin.get("usdValue").over(coin.get("equity"))
    account.assets.take(name, coin.get("walletBalance"), owed, price=price, collateral=not off)


def _collateral(rows: Node, account: Account) -> None:
    """Read the weights that `/v5/account/collateral-info` states."""
    account.is_from("bybit", rows)
    for row in account.each(rows):
        account.assets.quotes[row.get("currency").word()] = Quote(None, row.get("collateralRatio").number())


def _contract(row: Node) -> Contract:
    """USDT, USDC or the coin of an inverse contract, by the name of the contract."""
    market = row.get("symbol").word()
    base = market.partition("-")[0]
    if base.endswith("USDT") or market.endswith("USDT"):
        return Contract(market, "USDT")
    if base.endswith(("USDC", "PERP")) or "-" in market:
        return Contract(market, "USDC")
    found = INVERSE.fullmatch(market)
    if found is None:
        raise LeftOutError(row, f"{market}: what it is settled in is not known")
    return Contract(market, found["coin"], ContractKind.INVERSE.value)


def _sides(row: Node) -> dict[str, str]:
    side, index = row.get("side"), row.get("positionIdx").number()
    if side.value and not worded(side, SIDES):
        raise side.unfit(f"{described(side.value)} is not a side", '"Buy" or "Sell"')
    hedged = {"positionIdx": HEDGED[int(index)]} if index is not None and index in HEDGED else {}
    return worded(side, SIDES) | hedged


def _details(row: Node, holding: Holding, account: Account) -> None:
    holding.places["quantity"] = Place.of(row.get("size"))
    holding.take("entry", row.get("avgPrice", "entryPrice"))
    holding.take("leverage", row.get("leverage"))
    holding.take("mark", row.get("markPrice"))
    holding.take("maintenance", row.get("positionMM"))
    holding.fee_in_maintenance = True
    holding.take("initial", row.get("positionIM"))
    holding.take("pnl", row.get("unrealisedPnl"), positive=False)
    holding.take_price(row.get("liqPrice"))
    holding.mode = holding.mode or _mode(row, account)
    if holding.mode == "isolated":
        _bucket(row, holding, account)


def _bucket(row: Node, holding: Holding, account: Account) -> None:
    """The balance of an isolated position less the fee to close.

    (balance − f × value) ÷ (1 ∓ f), minus where the value falls with a loss. A balance that is the initial margin to
    the digit has no fee in it.
    """
    stated = row.get("positionBalance")
    holding.take("margin", stated, positive=False)
    if not holding.figures.get("margin"):
        return
    known, fee = holding.figures, load_profile("bybit").close_fee
    if not {"entry", "leverage"} <= known.keys():
        return
    value = _quantity(row) / known["entry"] if holding.kind else _quantity(row) * known["entry"]
    falls = (holding.side == "long") is (holding.contract is ContractKind.LINEAR)
    if known["margin"] == value / known["leverage"]:
        return
    left = known["margin"] = posting((known["margin"] - fee * value) / (ONE - fee if falls else ONE + fee))
    message = (
        f"{holding.market}: a margin of {grouped(left)}: the balance less the fee to close at {grouped(fee * 100)} %"
    )
    account.note(Kind.GUESSED, stated, message)


def _quantity(row: Node) -> Decimal:
    return abs(row.get("size").number() or ZERO)


def _mode(row: Node, account: Account) -> str:
    said = row.get("tradeMode")
    number = said.number()
    if number == 1:
        return "isolated"
    if number not in (None, 0):
        raise said.unfit("this is not a trade mode", "0 or 1")
    account.note(Kind.GUESSED, said, "cross: a unified account says 0 here whatever its mode is")
    return "cross"


def _symbol(unified: Unified) -> str:
    """BTCUSDT, BTCUSD, and what is settled in USDC as BTCPERP."""
    return f"{unified.base}PERP" if unified.settle == "USDC" and not unified.expiry else unified.plain


FORMAT = Format(
    id="bybit",
    title="Bybit",
    expected=EXPECTED,
    reader_of=_reader_of,
    is_position=_is_position,
    contract=_contract,
    size=lambda row: row.get("size").number(),
    sides=_sides,
    details=_details,
    symbol=_symbol,
)
