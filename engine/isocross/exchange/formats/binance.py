"""Binance payloads: `account`, `positionRisk` and `balance` of `/fapi/v2`, `/fapi/v3`, `/dapi/v1` and portfolio margin.

Source: developers.binance.com, USD-M and COIN-M futures and portfolio margin, "Account Information", "Position
Information" and "Futures Account Balance", with the samples of public client libraries. Numbers are texts.
`positionAmt` is signed, also in hedge mode, where `positionSide` is LONG or SHORT instead of BOTH. Every market has a
row, with an amount of 0 mostly. `isolatedWallet` is the cash of an isolated position, `isolatedMargin` that and its
open PnL (a public sample: 0.88304001 − 0.02269856 = 0.86034145). V3 has neither leverage nor margin mode; V3 of the
account has no entry either. COIN-M counts contracts, of 100 dollars for BTC and of 10 for every other coin (its
contract specifications), and `notionalValue` is in the coin. Portfolio margin has one wallet for all, from which
what is borrowed is taken, and no isolated positions.
"""

from __future__ import annotations

import re
from decimal import Decimal

from isocross.exchange.account import Account, Contract, Holding, Kind, Reader, Unified
from isocross.exchange.assets_found import Place, Quote
from isocross.exchange.format import Format, some
from isocross.exchange.payload import Node
from isocross.exchange.sides import SIDES, signed, worded
from isocross.format import grouped
from isocross.money import ONE, ZERO
from isocross.rules.market import Kind as ContractKind
from isocross.rules.switches import AccountMode

EXPECTED = "the answer of /fapi/v2/account, /fapi/v2/positionRisk or, coin-margined, /dapi/v1/account"
QUOTES = ("USDT", "USDC", "FDUSD", "BUSD", "BFUSD", "USD1", "BTC")
COIN_MARGINED = re.compile(r"(?P<coin>[A-Z0-9]+)USD_(?:PERP|[0-9]{6})")
DOLLARS_OF_BTC, DOLLARS = Decimal(100), Decimal(10)
"""What one coin-margined contract counts."""
OF_OTHERS = ("avgPrice", "positionId", "availableAmt", "currentPrice")
"""Names beside `positionAmt` that Binance does not have, and venues that write it like Binance do."""
_AMOUNT = ("positionAmt", "pa")
PORTFOLIO = ("accountEquity", "uniMMR")
"""Names in the summary of a portfolio margin account."""


def _reader_of(node: Node) -> Reader | None:
    shapes: tuple[tuple[bool, Reader], ...] = (
        (node.has("assets", "positions"), _account),
        (some(node, _is_position), FORMAT.read),
        (some(node, _is_balance), _balance),
        (node.has(*PORTFOLIO), _summary),
        (some(node, lambda row: row.has("symbol", "index", "bidBuffer")), _indexes),
        (node.has("multiAssetsMargin"), _mode_of_assets),
        (node.get("e").value == "ACCOUNT_UPDATE", _event),
        (_is_refusal(node), _refused),
    )
    return next((reader for fits, reader in shapes if fits), None)


def _is_refusal(node: Node) -> bool:
    code = node.get("code").value
    return node.has("msg") and isinstance(code, int | Decimal) and code < 0


def _is_position(row: Node) -> bool:
    return (row.has("symbol", "positionAmt") and not row.has_any(*OF_OTHERS)) or row.has("s", "pa", "ep")


def _is_balance(row: Node) -> bool:
    return row.has("asset") and row.has_any("balance", "walletBalance", "totalWalletBalance", "crossWalletBalance")


def _refused(node: Node, account: Account) -> None:
    """An error of the venue in place of an account."""
    account.faults.append(node.get("msg").unfit("Binance answered with an error, not with an account", EXPECTED).fault)


def _event(node: Node, account: Account) -> None:
    """Read an event of the user stream: what changed of an account, in short names."""
    account.is_from("binance", node)
    told = node.get("a")
    account.partial = True
    account.note(Kind.LEFT_OUT, told, "what did not change: an event holds only the positions that did")
    for asset in account.each(told.get("B")):
        account.take_cash(asset.get("a"), asset.get("wb"))
    FORMAT.read(told.get("P"), account)


def _account(node: Node, account: Account) -> None:
    account.is_from("binance", node)
    for asset in account.each(node.get("assets")):
        account.take_cash(asset.get("asset"), _wallet(asset))
        account.assets.take(asset.says("asset") or "", _wallet(asset))
        _sums(asset, account)
    _check_modes(node, account)
    account.assets.take_total("worth", node.get("totalWalletBalance"))
    account.assets.take_whole("maintenance_margin", node.get("totalMaintMargin"))
    account.assets.take_whole("unrealised_pnl", node.get("totalUnrealizedProfit"))
    FORMAT.read(node.get("positions"), account)


def _wallet(asset: Node) -> Node:
    return asset.get("balance", "walletBalance", "crossWalletBalance")


def _sums(asset: Node, account: Account) -> None:
    """What the venue states of all positions that are margined in an asset."""
    name = asset.says("asset") or ""
    account.take_sum("equity", name, asset.get("marginBalance"))
    account.take_sum("unrealised_pnl", name, asset.get("unrealizedProfit"))
    account.take_sum("maintenance_margin", name, asset.get("maintMargin"))


def _check_modes(node: Node, account: Account) -> None:
    if node.has("multiAssetsMargin"):
        _mode_of_assets(node, account)
    elif account.assets.mode is None and (shared := _shared(node)) is not None:
        account.assets.mode = AccountMode.MULTI_ASSETS
        message = "Multi-Assets Mode, as more is available than the account has"
        account.note(Kind.GUESSED, shared, message)
    orders = node.get("totalOpenOrderInitialMargin")
    held = _quiet(orders)
    if held:
        account.note(Kind.LEFT_OUT, orders, f"open orders, and the margin of {grouped(held)} that they hold")


def _mode_of_assets(node: Node, account: Account) -> None:
    """Read whether all assets back the positions, as the account and its configuration state it."""
    account.is_from("binance", node)
    several = node.get("multiAssetsMargin").value is True
    account.assets.mode = AccountMode.MULTI_ASSETS if several else AccountMode.STANDARD


def _shared(node: Node) -> Node | None:
    """Where more of an asset is available than its own balance and open PnL: others back the positions, too."""
    for asset in node.get("assets").parts():
        own = [_quiet(asset.get(name)) for name in ("crossWalletBalance", "crossUnPnl", "availableBalance")]
        if None not in own and (own[2] or ZERO) > max(ZERO, own[0] or ZERO) + max(ZERO, own[1] or ZERO):
            return asset.get("availableBalance")
    return None


def _indexes(rows: Node, account: Account) -> None:
    """Read the prices of assets and what of each counts, as `/fapi/v1/assetIndex` states them."""
    account.is_from("binance", rows)
    for row in account.each(rows):
        name, buffer = row.get("symbol").word().removesuffix("USD"), row.get("bidBuffer").number()
        account.assets.quotes[name] = Quote(row.get("index").number(), None if buffer is None else ONE - buffer)


def _quiet(node: Node) -> Decimal | None:
    """A number that is only told of."""
    return node.number() if isinstance(node.value, str | Decimal) else None


def _summary(node: Node, account: Account) -> None:
    account.is_from("binance", node)
    message = "the summary of a portfolio margin account: it names no currency; its balance is that of /papi/v1/balance"
    account.note(Kind.LEFT_OUT, node, message)


def _balance(node: Node, account: Account) -> None:
    account.is_from("binance", node)
    for asset in account.each(node):
        if asset.has("totalWalletBalance"):
            _portfolio(asset, account)
        else:
            account.take_cash(asset.get("asset"), _wallet(asset))
            account.assets.take(asset.says("asset") or "", _wallet(asset))


def _portfolio(asset: Node, account: Account) -> None:
    """The one wallet of a portfolio margin account, less what is borrowed and the interest on it."""
    owed = sum((asset.get(name).number() or ZERO for name in ("crossMarginBorrowed", "crossMarginInterest")), ZERO)
    account.take_cash(asset.get("asset"), asset.get("totalWalletBalance"), owed=owed)
    account.assets.take(asset.says("asset") or "", asset.get("totalWalletBalance"), owed)
    account.assets.mode = AccountMode.PORTFOLIO


def _contract(row: Node) -> Contract:
    market = row.get("symbol", "s").word()
    found = COIN_MARGINED.fullmatch(market)
    if found is not None:
        return Contract(market, found["coin"], ContractKind.INVERSE.value)
    base = market.partition("_")[0]
    quote = next((quote for quote in QUOTES if base.endswith(quote)), None)
    return Contract(market, row.says("marginAsset") or quote)


def _sides(row: Node) -> dict[str, str]:
    told = worded(row.get("positionSide", "ps"), SIDES)
    return told | signed(row.get(*_AMOUNT)) | signed(row.get("notional", "notionalValue"))


def _unit(row: Node, holding: Holding, account: Account) -> Decimal:
    """What a coin-margined contract counts in dollars; other amounts are in coins."""
    found = COIN_MARGINED.fullmatch(holding.market)
    if found is None:
        return ONE
    each = DOLLARS_OF_BTC if found["coin"] == "BTC" else DOLLARS
    message = f"{holding.market}: contracts of {grouped(each)} dollars, as Binance lists them"
    account.note(Kind.GUESSED, row.get(*_AMOUNT), message)
    return each


def _details(row: Node, holding: Holding, account: Account) -> None:
    holding.places["quantity"] = Place.of(row.get(*_AMOUNT))
    holding.take("entry", row.get("entryPrice", "ep"))
    holding.take("leverage", row.get("leverage"))
    holding.take("mark", row.get("markPrice"))
    holding.take("maintenance", row.get("maintMargin"))
    holding.take("initial", row.get("positionInitialMargin", "initialMargin"))
    holding.take("pnl", row.get("unRealizedProfit", "unrealizedProfit", "up"), positive=False)
    holding.take_price(row.get("liquidationPrice"))
    notional = row.get("notional", "notionalValue").number()
    if notional:
        holding.figures["notional"] = abs(notional)
    holding.mode = holding.mode or _mode(row, account)
    if holding.mode == "isolated":
        _bucket(row, holding)


def _mode(row: Node, account: Account) -> str:
    """The mode as it is said, else guessed from the cash set apart."""
    said, isolated = row.get("marginType", "mt").value, row.get("isolated").value
    if isinstance(said, str) and said:
        return "cross" if said.lower() in ("cross", "crossed") else said.lower()
    if isinstance(isolated, bool):
        return "isolated" if isolated else "cross"
    apart = row.get("isolatedWallet", "isolatedMargin")
    mode = "isolated" if apart.number() or row.get("isolatedMargin").number() else "cross"
    account.note(Kind.GUESSED, apart, f"no margin mode is said: {mode}, by the cash set apart for it")
    return mode


def _bucket(row: Node, holding: Holding) -> None:
    """The cash of an isolated position: its own wallet, or its margin less its open PnL.

    Either may be zero or below, where open PnL carries the position; both are zero where none is stated.
    """
    wallet, margin = row.get("isolatedWallet", "iw"), row.get("isolatedMargin")
    cash, with_pnl = wallet.number(), margin.number()
    if cash is None and with_pnl:
        cash, wallet = with_pnl - holding.figures.get("pnl", ZERO), margin
    if cash is not None and (cash or with_pnl):
        holding.figures["margin"] = cash
        holding.places["margin"] = Place.of(wallet)


def _symbol(unified: Unified) -> str:
    """BTCUSDT, BTCUSDT_260327, BTCUSD_PERP."""
    plain = f"{unified.base}{unified.quote}"
    if unified.expiry:
        return f"{plain}_{unified.expiry}"
    return f"{plain}_PERP" if unified.inverse else plain


FORMAT = Format(
    id="binance",
    title="Binance",
    expected=EXPECTED,
    reader_of=_reader_of,
    is_position=_is_position,
    contract=_contract,
    size=lambda row: row.get(*_AMOUNT).number(),
    sides=_sides,
    details=_details,
    symbol=_symbol,
    unit=_unit,
    prices="the answer of /fapi/v1/assetIndex",
    total_counts_pnl=True,
)
