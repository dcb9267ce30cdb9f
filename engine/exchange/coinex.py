"""CoinEx v2 payloads: `/v2/futures/pending-position` and `/v2/assets/futures/balance`.

Source: docs.coinex.com/api/v2, "Get Current Position" and "Get Balance in Futures Account", with the samples in ccxt's
CoinEx module. Numbers are texts, sides and modes lower case, and only open positions are listed. `margin_avbl` is the
cash of a position in both modes. The wallet is `available`, `frozen` and `margin` together. No mark is given. Open PnL
counts from `settle_price`: a settlement turns what was earned before it into cash (rules.md §1.6), so that price, not
`avg_entry_price`, is the entry of what is still open. Of an inverse market `open_interest` is in dollars (contracts of
one), all else in the coin.
"""

from __future__ import annotations

from engine.exchange.account import Account, Holding, Kind, LeftOutError, Place, Reader
from engine.exchange.payload import Node
from engine.market import Kind as ContractKind
from engine.money import text

TITLE = "CoinEx"
EXPECTED = "the answer of /v2/futures/pending-position"


def reader_of(node: Node) -> Reader | None:
    """The reader of a payload, None when it is none of these."""
    if node.has("code", "data") or node.has("code", "message"):
        return _answer
    return _rows if node.has_rows("market", "open_interest") else None


def _answer(node: Node, account: Account) -> None:
    code = node.get("code")
    if code.value not in (0, "0"):
        account.faults.append(code.unfit("CoinEx answered with an error, not with an account", EXPECTED).fault)
        return
    account.source = "coinex"
    rows = node.get("data")
    if rows.has_rows("ccy"):
        for row in account.each(rows):
            account.take_cash(row.get("ccy"), row.get("available"), row.get("frozen"), row.get("margin"))
        return
    if node.get("pagination").get("has_next").value is True:
        account.note(Kind.LEFT_OUT, node.get("pagination"), "there are further pages, which are not in this file")
    _rows(rows, account)


def _rows(rows: Node, account: Account) -> None:
    account.source = "coinex"
    account.read_rows(rows, lambda row: _position(row, account))


def _position(row: Node, account: Account) -> Holding | None:
    amount = row.get("open_interest", "amount").number()
    if not amount:
        return None
    market = row.get("market").word()
    currency = next((quote for quote in ("USDT", "USDC") if market.endswith(quote)), None)
    inverse = currency is None and market.endswith("USD")
    if currency is None and not inverse:
        raise LeftOutError(row, f"{market}: what it is settled in is not known")
    side, mode = row.get("side").word().lower(), row.get("margin_mode").word().lower()
    holding = Holding(Place.of(row), market, side, mode, abs(amount), currency or market.removesuffix("USD"))
    holding.kind = ContractKind.INVERSE.value if inverse else None
    holding.places |= {key: Place.of(row.get(name)) for key, name in (("side", "side"), ("mode", "margin_mode"))}
    holding.places["quantity"] = Place.of(row.get("open_interest", "amount"))
    _entry(row, holding, account)
    holding.take("leverage", row.get("leverage"))
    holding.take("margin", row.get("margin_avbl"))
    holding.take("maintenance", row.get("maintenance_margin_value"))
    holding.take("maintenance_rate", row.get("maintenance_margin_rate"))
    holding.take("pnl", row.get("unrealized_pnl"), positive=False)
    return holding


def _entry(row: Node, holding: Holding, account: Account) -> None:
    """The price that open PnL counts from."""
    holding.take("entry", row.get("avg_entry_price"))
    entered = holding.figures.get("entry")
    holding.take("entry", row.get("settle_price"))
    settled = holding.figures.get("entry")
    if entered is not None and settled is not None and entered != settled:
        message = (
            f"the settlement price {text(settled)} is the entry: what was earned since {text(entered)} is cash already"
        )
        account.note(Kind.GUESSED, row.get("settle_price"), message)
