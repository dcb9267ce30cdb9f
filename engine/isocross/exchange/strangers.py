"""Whose answer it is where its raw shape is not read: venues by the names that only they write."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

from isocross.exchange.payload import Node
from isocross.records import dataclass

DEPTH = 4
TABLES = 200
"""So deep, and at so many tables, names are looked for."""


@dataclass(frozen=True)
class Stranger:
    """A venue whose raw answers are not read."""

    title: str
    records: tuple[tuple[str, ...], ...]
    """Names that a table of it has all of; one of these sets is enough."""
    answer: Callable[[Node], bool] = lambda _: False
    """Whether a whole answer is wrapped as it does."""


def whose(node: Node) -> str | None:
    """Name the venue of an answer, where it is one of these; what ccxt put into `info` is not looked at."""
    for table in _tables(node):
        for stranger in STRANGERS:
            if any(table.has(*names) for names in stranger.records):
                return stranger.title
    return wrapped_by(node)


def wrapped_by(node: Node) -> str | None:
    """Name the venue that wraps its answers so, where it is one of these."""
    return next((stranger.title for stranger in STRANGERS if stranger.answer(node)), None)


def _tables(node: Node) -> Iterator[Node]:
    """The tables of an answer, the outer ones first; of a list the first few."""
    level, seen = [node], 0
    for _ in range(DEPTH + 1):
        deeper: list[Node] = []
        for each in level:
            if isinstance(each.value, dict):
                seen += 1
                yield each
                deeper += [item for item in each.items() if item.path[-1] != "info"]
            elif isinstance(each.value, list):
                deeper += [each.at(index) for index in range(min(len(each.value), 5))]
            if seen > TABLES:
                return
        level = deeper


def _code(node: Node, code: object) -> bool:
    return node.get("code").value == code and not isinstance(node.get("code").value, bool)


def _of_bitget(node: Node) -> bool:
    return _code(node, "00000") or (node.has("code", "msg", "requestTime") and isinstance(node.get("code").value, str))


def _of_kucoin(node: Node) -> bool:
    code = node.get("code").value
    return isinstance(code, str) and len(code) == 6 and code.isdigit() and node.has_any("data", "msg")


def _of_mexc(node: Node) -> bool:
    return isinstance(node.get("success").value, bool) and node.has("code") and node.has_any("data", "message")


def _of_bingx(node: Node) -> bool:
    code, data = node.get("code").value, node.get("data")
    if not node.has("code", "msg") or not isinstance(code, Decimal):
        return False
    return code >= 100_000 or (code == 0 and (data.value == [] or data.has("balance")))


def _of_htx(node: Node) -> bool:
    return (
        node.get("status").value in ("ok", "error") and node.has("ts") and node.has_any("data", "err_code", "err-code")
    )


def _of_xt(node: Node) -> bool:
    return node.has("returnCode", "msgInfo")


def _of_bitmart(node: Node) -> bool:
    return node.has("code", "trace", "message")


def _of_bitfinex(node: Node) -> bool:
    first = node.at(0).at(0).value
    return isinstance(first, str) and first.startswith("t") and ":" in first


STRANGERS = (
    Stranger(
        "Bitget",
        (("holdSide",), ("marginCoin", "marginMode", "posSide"), ("marginCoin", "crossedMaxAvailable")),
        _of_bitget,
    ),
    Stranger("KuCoin", (("currentQty", "settleCurrency"), ("delevPercentage",), ("realLeverage",)), _of_kucoin),
    Stranger(
        "Phemex", (("leverageEr",), ("leverageRr",), ("avgEntryPriceRp",), ("positionMarginRv",), ("accountBalanceRv",))
    ),
    Stranger("MEXC", (("holdVol",), ("positionType", "openType"), ("cashBalance", "positionMargin")), _of_mexc),
    Stranger(
        "BingX",
        (("positionAmt", "avgPrice"), ("positionAmt", "availableAmt"), ("positionAmt", "currentPrice"), ("shortUid",)),
    ),
    Stranger("HTX", (("contract_code", "lever_rate"), ("margin_asset", "margin_static"), ("adjust_factor",)), _of_htx),
    Stranger(
        "Deribit", (("floating_profit_loss",), ("estimated_liquidation_price", "instrument_name"), ("jsonrpc", "usIn"))
    ),
    Stranger("Crypto.com", (("open_position_pnl",), ("open_pos_cost", "instrument_name"))),
    Stranger("WOO X", (("average_open_price",), ("averageOpenPrice", "holding"), ("pendingLongQty",))),
    Stranger("Paradex", (("average_entry_price", "cost_usd"), ("cached_funding_index",))),
    Stranger("BloFin", (("availablePositions",), ("positionSide", "averagePrice", "positions"))),
    Stranger("Delta Exchange", (("product_symbol", "entry_price"), ("product_id", "bankruptcy_price"))),
    Stranger("XT", (("closeOrderSize",), ("availableCloseSize",)), _of_xt),
    Stranger("CoinW", (("currentPiece",), ("openId", "currentPiece"))),
    Stranger("Lighter", (("avg_entry_price", "sign"), ("position_tied_order_count",))),
    Stranger("Backpack", (("netExposureNotional",), ("estLiquidationPrice", "netQuantity"))),
    Stranger("Coinbase", (("entry_vwap",), ("im_contribution",), ("number_of_contracts", "product_id"))),
    Stranger("Deepcoin", (("mrgPosition",), ("useMargin", "instId"))),
    Stranger("Poloniex", (("openAvgPx", "availQty"), ("tpTrgPx",))),
    Stranger("WhiteBIT", (("basePrice", "liquidationState"), ("unrealizedFunding", "positionId"))),
    Stranger("WEEX", (("separatedMode",), ("cumOpenValue", "cumCloseValue"))),
    Stranger("GRVT", (("sub_account_id", "instrument"), ("est_liquidation_price", "quote_index_price"))),
    Stranger("Extended", (("openPrice", "maxPositionSize", "accountId"),)),
    Stranger("ApeX", (("lightNumbers",), ("customInitialMarginRate",))),
    Stranger("BitMart", (("current_fee", "mark_value"), ("position_value", "open_avg_price", "leverage")), _of_bitmart),
    Stranger("Bitfinex", (), _of_bitfinex),
    Stranger("BingX", (), _of_bingx),
)
"""The ones with the narrower shapes first."""
