"""Bybit v5 payloads: `/v5/position/list` and `/v5/account/wallet-balance`.

Source: bybit-exchange.github.io/docs/v5, "Get Position Info" and "Get Wallet Balance", with the samples of public
client libraries. Numbers are texts, many of them empty. `side` is Buy or Sell, empty where there is no position, and
the size has no sign. `tradeMode` is 0 for cross and 1 for isolated, and always 0 in a unified account, whose mode is
that of the whole account and stands in neither payload. `walletBalance` is cash without open PnL. Of an inverse
contract the size is in dollars and all else in the coin. `positionBalance` is the margin and the fee to close, which a
margin here is without (venues/bybit.toml): a public sample has 28.58931118 for 119.845 ÷ 4.2 + 0.0547863.
"""

from __future__ import annotations

import re

from engine.exchange.account import Account, Holding, Kind, LeftOutError, Place, Reader
from engine.exchange.payload import Node, described
from engine.market import Kind as ContractKind
from engine.money import ONE, posting, text
from engine.profiles import load_profile

TITLE = "Bybit"
EXPECTED = "the answer of /v5/position/list"
SIDES = {"Buy": "long", "Sell": "short"}
INVERSE = re.compile(r"(?P<coin>[A-Z0-9]+)USD(?:[FGHJKMNQUVXZ][0-9]{2})?")
"""BTCUSD, and BTCUSDZ26 that expires."""


def reader_of(node: Node) -> Reader | None:
    """The reader of a payload, None when it is none of these."""
    if node.has("retCode"):
        return _answer
    if node.get("list").has_rows("coin") or node.get("list").has_rows("positionIdx"):
        return _result
    return _rows if node.has_rows("symbol", "positionIdx") else None


def _answer(node: Node, account: Account) -> None:
    code = node.get("retCode")
    if code.value not in (0, "0"):
        account.faults.append(code.unfit("Bybit answered with an error, not with an account", EXPECTED).fault)
        return
    _result(node.get("result"), account)


def _result(node: Node, account: Account) -> None:
    account.source = "bybit"
    rows = node.get("list")
    if rows.has_rows("coin"):
        _wallets(rows, account)
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
    _rows(rows, account)


def _wallets(rows: Node, account: Account) -> None:
    for wallet in account.each(rows):
        for coin in account.each(wallet.get("coin")):
            account.take_cash(coin.get("coin"), coin.get("walletBalance"))


def _rows(rows: Node, account: Account) -> None:
    account.source = "bybit"
    account.read_rows(rows, lambda row: _position(row, account))


def _position(row: Node, account: Account) -> Holding | None:
    size, side = row.get("size").number(), row.get("side")
    if not size:
        return None
    if not isinstance(side.value, str) or side.value not in SIDES:
        raise side.unfit(f"{described(side.value)} is not a side", '"Buy" or "Sell"')
    market = row.get("symbol").word()
    currency, kind = _settled_in(market)
    if currency is None:
        raise LeftOutError(row, f"{market}: what it is settled in is not known")
    holding = Holding(Place.of(row), market, SIDES[side.value], _mode(row, account), abs(size), currency, kind=kind)
    holding.places["quantity"] = Place.of(row.get("size"))
    holding.take("entry", row.get("avgPrice", "entryPrice"))
    holding.take("leverage", row.get("leverage"))
    holding.take("mark", row.get("markPrice"))
    holding.take("maintenance", row.get("positionMM"))
    holding.take("initial", row.get("positionIM"))
    holding.take("pnl", row.get("unrealisedPnl"), positive=False)
    if holding.mode == "isolated":
        holding.take("margin", row.get("positionBalance"))
        _less_fee(row, holding, account)
    return holding


def _less_fee(row: Node, holding: Holding, account: Account) -> None:
    """Take the fee to close off the balance: f × value at the bankruptcy price, which what is left of it decides.

    (balance − f × value) ÷ (1 ∓ f), minus where the value falls with a loss. A balance that is the initial margin to
    the digit has no fee in it.
    """
    known, fee = holding.figures, load_profile("bybit").close_fee
    if not {"margin", "entry", "leverage"} <= known.keys():
        return
    value = holding.value(known["entry"])
    falls = (holding.side == "long") is (holding.contract is ContractKind.LINEAR)
    left = posting((known["margin"] - fee * value) / (ONE - fee if falls else ONE + fee))
    if known["margin"] == value / known["leverage"] or left <= 0:
        return
    known["margin"] = left
    message = f"{holding.market}: a margin of {text(left)}: the balance less the fee to close at {text(fee * 100)} %"
    account.note(Kind.GUESSED, row.get("positionBalance"), message)


def _mode(row: Node, account: Account) -> str:
    said = row.get("tradeMode")
    number = said.number()
    if number == 1:
        return "isolated"
    if number not in (None, 0):
        raise said.unfit("this is not a trade mode", "0 or 1")
    account.note(Kind.GUESSED, said, "cross: a unified account says 0 here whatever its mode is")
    return "cross"


def _settled_in(market: str) -> tuple[str | None, str | None]:
    """USDT, USDC or the coin of an inverse contract by the name of the contract, and its kind where that is inverse."""
    base = market.partition("-")[0]
    if base.endswith("USDT") or market.endswith("USDT"):
        return "USDT", None
    if base.endswith(("USDC", "PERP")) or "-" in market:
        return "USDC", None
    found = INVERSE.fullmatch(market)
    return (None, None) if found is None else (found["coin"], ContractKind.INVERSE.value)
