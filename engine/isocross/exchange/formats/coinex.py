"""CoinEx v2 payloads: `/v2/futures/pending-position` and `/v2/assets/futures/balance`.

Source: docs.coinex.com/api/v2, "Get Current Position" and "Get Balance in Futures Account", with the samples in ccxt's
CoinEx module. Numbers are texts, sides and modes lower case, and only open positions are listed. `margin_avbl` is the
cash of a position in both modes. The wallet is `available`, `frozen` and `margin` together. No mark is given. Open PnL
counts from `settle_price`: a settlement turns what was earned before it into cash (CoinEx's help), so that price, not
`avg_entry_price`, is the entry of what is still open. Of an inverse market `open_interest` is in dollars (contracts of
one), all else in the coin.
"""

from __future__ import annotations

from decimal import Decimal

from isocross.exchange.account import Account, Contract, Holding, Kind, LeftOutError, Reader
from isocross.exchange.assets_found import Place
from isocross.exchange.format import Format, some
from isocross.exchange.payload import Node
from isocross.exchange.sides import SIDES, worded
from isocross.format import grouped
from isocross.rules.market import Kind as ContractKind

EXPECTED = "the answer of /v2/futures/pending-position"
WRAPPED_IN = frozenset(("code", "data", "message", "pagination"))
"""All the names of an answer of this venue; one that has others is of another venue."""
SIZE = ("open_interest", "amount")


def _reader_of(node: Node) -> Reader | None:
    rows = node.get("data")
    if node.has("code", "data") and (some(rows, _is_position) or some(rows, _is_balance)):
        return _answer
    if node.has("code", "message") and WRAPPED_IN.issuperset(node.value) and not rows.value:
        return _answer if isinstance(node.get("code").value, Decimal) else None
    if some(node, _is_position):
        return FORMAT.read
    return _balances if some(node, lambda row: _is_balance(row) and row.has("margin")) else None


def _is_position(row: Node) -> bool:
    return row.has("market", "margin_mode") and row.has_any(*SIZE)


def _is_balance(row: Node) -> bool:
    return row.has("ccy", "available")


def _answer(node: Node, account: Account) -> None:
    code = node.get("code")
    if code.value not in (0, "0"):
        account.faults.append(code.unfit("CoinEx answered with an error, not with an account", EXPECTED).fault)
        return
    account.is_from("coinex", node)
    rows = node.get("data")
    if some(rows, _is_balance):
        _balances(rows, account)
        return
    if node.get("pagination").get("has_next").value is True:
        account.note(Kind.LEFT_OUT, node.get("pagination"), "there are further pages, which are not in this file")
    FORMAT.read(rows, account)


def _balances(rows: Node, account: Account) -> None:
    account.is_from("coinex", rows)
    for row in account.each(rows):
        account.take_cash(row.get("ccy"), row.get("available"), row.get("frozen"), row.get("margin"))
        account.take_sum("unrealised_pnl", row.says("ccy") or "", row.get("unrealized_pnl"))


def _contract(row: Node) -> Contract:
    market = row.get("market").word()
    currency = next((quote for quote in ("USDT", "USDC") if market.endswith(quote)), None)
    if currency is None and not market.endswith("USD"):
        raise LeftOutError(row, f"{market}: what it is settled in is not known")
    if currency is None:
        return Contract(market, market.removesuffix("USD"), ContractKind.INVERSE.value)
    return Contract(market, currency)


def _sides(row: Node) -> dict[str, str]:
    side = row.get("side")
    told = worded(side, SIDES)
    if not told and side.value is not None:
        raise side.unfit(f'"{side.word()}" is not known here', '"long" or "short"')
    return told


def _details(row: Node, holding: Holding, account: Account) -> None:
    holding.mode = holding.mode or row.get("margin_mode").word().lower()
    holding.places |= {key: Place.of(row.get(name)) for key, name in (("side", "side"), ("mode", "margin_mode"))}
    holding.places["quantity"] = Place.of(row.get(*SIZE))
    _entry(row, holding, account)
    holding.take("leverage", row.get("leverage"))
    holding.take("margin", row.get("margin_avbl"), positive=False)
    holding.take("maintenance", row.get("maintenance_margin_value"))
    holding.take("maintenance_rate", row.get("maintenance_margin_rate"))
    holding.take("pnl", row.get("unrealized_pnl"), positive=False)
    holding.take_price(row.get("liq_price"))


def _entry(row: Node, holding: Holding, account: Account) -> None:
    """The price that open PnL counts from."""
    entered, settled = row.get("avg_entry_price").number(), row.get("settle_price").number()
    holding.take("entry", row.get("settle_price" if settled else "avg_entry_price"))
    if entered and settled and entered != settled:
        told = f"the settlement price {grouped(settled)} is the entry"
        message = f"{told}: what was earned since {grouped(entered)} is cash already"
        account.note(Kind.GUESSED, row.get("settle_price"), message)


FORMAT = Format(
    id="coinex",
    title="CoinEx",
    expected=EXPECTED,
    reader_of=_reader_of,
    is_position=_is_position,
    contract=_contract,
    size=lambda row: row.get(*SIZE).number(),
    sides=_sides,
    details=_details,
    symbol=lambda unified: unified.plain,
)
