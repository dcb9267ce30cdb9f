"""Records of liquidations, as venues keep them: who was closed, when, how much, and at what price.

Sources: Hyperliquid's `userFills` ("Retrieve a user's fills"), where a fill has `liquidation`; Binance's
`/fapi/v1/forceOrders` ("User's Force Orders"); Bybit's `/v5/execution/list`, where `execType` is BustTrade or AdlTrade;
OKX's `/api/v5/trade/fills`, by `subType`, with sizes in contracts; and a CSV of time, market, side, quantity and price.
A record does not have the account around it: what it lacks is named and never made up.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from isocross.exchange.payload import Node, UnfitError, decoded, number_of, parse
from isocross.exchange.trades import Trade, bybit_trade, hyperliquid_trade, in_order, moment_of
from isocross.records import dataclass
from isocross.toml.faults import Fault, Faults, shown
from isocross.workspace.load import is_workspace

EXPECTED: Final = "userFills of Hyperliquid, forceOrders of Binance, executions of Bybit, fills of OKX, or a CSV"
EXPECTED_OF_OWN: Final = f"{EXPECTED}; M on the desk and autopsy in isocross talk look into a workspace's own path"
COLUMNS: Final = ("time", "market", "side", "quantity", "price")
DEPTH: Final = 4


@dataclass(frozen=True)
class Liquidated:
    """One fill by which a position was closed by its venue."""

    market: str
    side: str
    """Of the position: long or short."""
    quantity: Decimal
    price: Decimal
    """At which it was filled."""
    moment: datetime
    mark: Decimal | None = None
    """None: the record does not say."""
    lost: Decimal | None = None
    """What the fill cost, negative: it earned; None: the record does not say."""
    unit: str = ""
    """What the quantity counts, where it is not the coin."""
    deleveraged: bool = False
    """Whether the position was deleveraged for another account's sake."""


@dataclass(frozen=True)
class Record:
    """The liquidations of one file, the first first."""

    title: str
    fills: tuple[Liquidated, ...]
    others: int
    """Rows of other fills."""
    trades: tuple[Trade, ...] = ()
    """Every fill of it, one's own too, the first first; empty: the record does not say what each bought or sold."""

    @property
    def lacks(self) -> tuple[str, ...]:
        """Name what the record does not hold."""
        always = ("the wallet", "the mode and the leverage of each position", "positions that were not closed")
        marks = ("the marks",) if any(fill.mark is None for fill in self.fills) else ()
        losses = ("what was lost",) if any(fill.lost is None for fill in self.fills) else ()
        return (*always, *marks, *losses)


def read_record(data: bytes, origin: str) -> Record:
    """Read the liquidations of a file; raises Faults, each with its place."""
    text = decoded(data, origin)
    if is_workspace(text):
        raise Faults(origin, [Fault("", "this is a workspace, and no venue's record", EXPECTED_OF_OWN)])
    if text.lstrip()[:1] not in ("{", "["):
        return _record("a CSV", _csv(text, origin), 0, origin)
    found = _rows(parse(data, origin), DEPTH)
    if found is None:
        raise Faults(origin, [Fault("", "this is not a record of liquidations", EXPECTED)])
    (title, is_one, read, trade), rows = found
    try:
        mine = [row for row in rows if is_one(row)]
        trades = in_order([done for row in rows if trade is not None and (done := trade(row)) is not None])
        return _record(title, [read(row) for row in mine], len(rows) - len(mine), origin, trades)
    except UnfitError as error:
        raise Faults(origin, [error.fault]) from None


def _record(
    title: str, fills: Sequence[Liquidated], others: int, origin: str, trades: tuple[Trade, ...] = ()
) -> Record:
    if not fills:
        raise Faults(origin, [Fault("", f"there is no liquidation in this record of {title}", EXPECTED)])
    return Record(title, tuple(sorted(fills, key=lambda fill: fill.moment)), others, trades)


_Shape = tuple[str, Callable[[Node], bool], Callable[[Node], Liquidated], Callable[[Node], Trade | None] | None]


def _rows(node: Node, depth: int) -> tuple[_Shape, list[Node]] | None:
    """Find the list of rows, however it is wrapped, and whose it is."""
    if isinstance(node.value, list):
        rows = [node.at(index) for index in range(len(node.value))]
        for names, shape in SHAPES:
            if rows and all(row.has(*names) for row in rows):
                return shape, rows
    parts = node.parts() if depth and isinstance(node.value, dict) else []
    return next((found for part in parts if (found := _rows(part, depth - 1))), None)


def _amount(node: Node) -> Decimal:
    found = node.number()
    if found is None or found <= 0:
        raise node.unfit("a liquidation has a quantity and a price above zero", "a number above zero")
    return found


def _closed(node: Node, buys: str, sells: str) -> str:
    """The side of the position that an order closed: a sale closes a long."""
    sides = {sells: "long", buys: "short"}
    if node.value not in sides:
        raise node.unfit(f"{shown(node.value)} is not a side", f"{buys} or {sells}")
    return sides[str(node.value)]


def _lost(pnl: Node, fee: Node) -> Decimal | None:
    """What a fill cost with its fee, which venues write as a cost."""
    earned = pnl.number()
    return None if earned is None else (fee.number() or Decimal(0)) - earned


def _is_hyperliquid(row: Node) -> bool:
    """Whether a fill liquidated the account itself: who traded against a liquidation has it in the fill, too."""
    if not row.get("liquidation").has("markPx"):
        return False
    buys, told = row.says("side") == "B", row.says("dir") or ""
    if told.startswith("Liquidated"):
        # who took a position over has the same words: they name the side of who was liquidated
        return told.endswith("Short" if buys else "Long")
    before = row.get("startPosition").number()
    # a liquidation only makes a position smaller: a sale that of a long
    return before is None or (before < 0 if buys else before > 0)


def _hyperliquid(row: Node) -> Liquidated:
    mark, lost = row.get("liquidation").get("markPx").number(), _lost(row.get("closedPnl"), row.get("fee"))
    return Liquidated(row.get("coin").word(), _closed(row.get("side"), "B", "A"), _amount(row.get("sz")),
                      _amount(row.get("px")), moment_of(row.get("time")), mark, lost)  # fmt: skip


def _binance(row: Node) -> Liquidated:
    adl = (row.says("clientOrderId") or "").startswith("adl")
    return Liquidated(row.get("symbol").word(), _closed(row.get("side"), "BUY", "SELL"),
                      _amount(row.get("executedQty")), _amount(row.get("avgPrice")), moment_of(row.get("time")),
                      deleveraged=adl)  # fmt: skip


def _bybit(row: Node) -> Liquidated:
    lost = _lost(row.get("execPnl"), row.get("execFee"))
    return Liquidated(row.get("symbol").word(), _closed(row.get("side"), "Buy", "Sell"), _amount(row.get("execQty")),
                      _amount(row.get("execPrice")), moment_of(row.get("execTime")), row.get("markPrice").number(),
                      lost, deleveraged=row.says("execType") == "AdlTrade")  # fmt: skip


OKX_CLOSED: Final = {"100": "long", "101": "short", "102": "short", "103": "long", "104": "long", "105": "short"}
"""The side that was liquidated, by `subType`: closed in part 100, 101; bought 102, sold 103; closed 104, 105."""
OKX_DELEVERAGED: Final = {"125": "long", "126": "short", "127": "short", "128": "long"}


def _okx(row: Node) -> Liquidated:
    kind = row.get("subType").word()
    fee, pnl = row.get("fee").number(), row.get("fillPnl").number()
    lost = None if pnl is None else -pnl - (fee or Decimal(0))  # a fee below zero is paid
    return Liquidated(row.get("instId").word(), (OKX_CLOSED | OKX_DELEVERAGED)[kind], _amount(row.get("fillSz")),
                      _amount(row.get("fillPx")), moment_of(row.get("ts")), row.get("fillMarkPx").number(), lost,
                      "contracts", kind in OKX_DELEVERAGED)  # fmt: skip


SHAPES: Final[tuple[tuple[tuple[str, ...], _Shape], ...]] = (
    (("coin", "px", "sz", "side", "time"),
     ("Hyperliquid", _is_hyperliquid, _hyperliquid,
      hyperliquid_trade)),
    (("symbol", "avgPrice", "executedQty", "side", "time"),
     ("Binance", lambda row: (row.get("executedQty").number() or 0) > 0, _binance,
      None)),
    (("symbol", "execType", "execQty", "execPrice", "execTime"),
     ("Bybit", lambda row: row.says("execType") in ("BustTrade", "AdlTrade"), _bybit,
      bybit_trade)),
    (("instId", "fillPx", "fillSz", "subType", "ts"),
     ("OKX", lambda row: row.says("subType") in {*OKX_CLOSED, *OKX_DELEVERAGED}, _okx, None)),
)  # fmt: skip
"""Names that every row has, which rows are liquidations, and how one and any fill are read."""


def _csv(text: str, origin: str) -> list[Liquidated]:
    lines = csv.DictReader(io.StringIO(text))
    missing = [name for name in COLUMNS if name not in (lines.fieldnames or ())]
    if missing:
        raise Faults(origin, [Fault("line 1", f"there is no column {', '.join(missing)}", ", ".join(COLUMNS))])
    return [_line(line, f"line {number}", origin) for number, line in enumerate(lines, start=2)]


def _line(line: dict[str, str], where: str, origin: str) -> Liquidated:
    def unfit(name: str, expected: str) -> Faults:
        return Faults(origin, [Fault(where, f"{shown(line[name])} is not a {name}", expected)])

    amounts = {}
    for name in ("quantity", "price"):
        found = number_of(line[name] or "")
        if isinstance(found, str) or found <= 0:
            raise unfit(name, "a number above zero")
        amounts[name] = found
    if line["side"] not in ("long", "short"):
        raise unfit("side", "long or short")
    try:
        moment = datetime.fromisoformat(line["time"] or "")
    except ValueError:
        raise unfit("time", "a time such as 2025-10-10T21:15:00Z") from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return Liquidated(line["market"] or "", line["side"], amounts["quantity"], amounts["price"], moment)
