"""What a venue's public answer says of its markets and of collateral, as rows of a table of the user's own.

Shapes are those of the venues' documentation and of public client libraries. An answer is known by the names in its
rows, and only of the venue that is asked for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from isocross.exchange.payload import Node, UnfitError, parse
from isocross.money import ONE, ZERO, exact, text
from isocross.records import dataclass
from isocross.rules.catalogue import load_profile
from isocross.rules.own_tables import COLLATERAL, SPECS, TIERS
from isocross.rules.tables import contract_size
from isocross.rules.underlying import coin_of
from isocross.toml.faults import Fault, Faults
from isocross.toml.places import listing

RATES = Decimal("1e-18")
"""The grid of a rate that is worked out."""
MILLISECONDS = 10**11
"""A time of so many or more is in milliseconds."""

Row = dict[str, Any]
Found = Iterator[tuple[str, Row]]
_Reads = Callable[[list[Node], list[str]], Found]
"""Reads rows; what cannot be taken is added to the list."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What one answer says, by market or asset; nothing is dated yet."""

    kind: str
    rows: Mapping[str, Row]
    as_of: str | None
    """The day of the answer, where it says it."""
    left_out: tuple[str, ...]
    """What of it cannot be taken, in words."""


@exact
def answered(data: bytes, origin: str, venue: str) -> Answered:
    """Read a public answer of a venue; raises Faults for what is none of these."""
    root = parse(data, origin)
    readers = _READERS.get(venue)
    if readers is None:
        message = f"no public answer of {load_profile(venue).title} is read here"
        raise Faults(origin, [Fault("", message, f"one of {listing(sorted(_READERS))}")])
    left_out: list[str] = []
    for kind, has, read in readers:
        rows = [row for row in _rows(root) if row.has(*has)]
        if not rows:
            continue
        try:
            found = dict(read(rows, left_out))
        except UnfitError as error:
            raise Faults(origin, [error.fault]) from None
        return Answered(kind, found, _day(root), tuple(left_out))
    title = load_profile(venue).title
    raise Faults(
        origin, [Fault("", f"this is not a public answer of {title}", "one whose address isocross docs venues has")]
    )


def _rows(root: Node) -> list[Node]:
    """The rows of an answer, however it is wrapped; a table of tables is one of them by their names."""
    for part in (root, *(root.get(name) for name in ("result", "data"))):
        for inside in (part, *(part.get(name) for name in ("list", "symbols", "instruments"))):
            if isinstance(inside.value, list):
                return [row for row in inside.parts() if isinstance(row.value, dict)]
    return [root]


def _day(root: Node) -> str | None:
    """The day that the answer says it is of."""
    stamp = root.get("time", "serverTime").value
    if isinstance(stamp, Decimal) and stamp >= MILLISECONDS:
        return dt.datetime.fromtimestamp(int(stamp) / 1000, dt.UTC).date().isoformat()
    if isinstance(stamp, str) and stamp[:10].count("-") == 2:
        return stamp[:10]
    return None


def _number(node: Node) -> str:
    """A number that must be there, as text."""
    value = node.number()
    if value is None:
        raise node.unfit("is missing", "a number")
    return text(value)


def _alias(symbol: str) -> Row:
    """The name by which a workspace finds a market, where the venue writes it in another way."""
    plain = f"{coin_of(symbol) or symbol}USDT"
    return {} if plain == symbol else {"alias": plain}


# --- collateral ------------------------------------------------------------------------------------


def _weights(asset: str, tiers: str, start: str, weight: str) -> _Reads:
    """Read tiers of weights: where the asset's name, the list of tiers, and in it the beginning and weight are."""

    def read(rows: list[Node], _left_out: list[str]) -> Found:
        for row in rows:
            found = [(each.get(start).number() or ZERO, _number(each.get(weight))) for each in row.get(tiers).rows()]
            if found:
                yield row.get(asset).word(), {"tiers": [[text(begin), rate] for begin, rate in sorted(found)]}

    return read


def _penalised(rows: list[Node], left_out: list[str]) -> Found:
    """OKX: the penalty of a forced repayment in the first tier stands beside the weights."""
    for name, row in _weights("ccy", "details", "minAmt", "discountRate")(rows, left_out):
        own = next(each for each in rows if each.says("ccy") == name)
        penalty = own.get("details").at(0).get("liqPenaltyRate").number()
        yield name, row | ({} if penalty is None else {"conversion_fee": text(penalty)})


def _buffers(rows: list[Node], _left_out: list[str]) -> Found:
    """Binance: a positive asset counts at 1 − bid buffer, a negative one at 1 + ask buffer."""
    for row in rows:
        bid, fee = Decimal(_number(row.get("bidBuffer"))), row.get("autoExchangeBidBuffer").number()
        weight = {"tiers": [["0", text(ONE - bid)]], "debt": _number(row.get("askBuffer"))}
        name = row.get("symbol").word().removesuffix("USD")
        yield name, weight | ({} if fee is None else {"conversion_fee": text(fee)})


# --- tiers -----------------------------------------------------------------------------------------


def _limits(symbol: str, limit: str, rate: str, leverage: str, deduction: str) -> _Reads:
    """Read tiers that are stated by where they end, in rows of all markets."""

    def read(rows: list[Node], _left_out: list[str]) -> Found:
        markets: dict[str, list[Node]] = {}
        for row in rows:
            markets.setdefault(row.get(symbol).word(), []).append(row)
        for name, own in markets.items():
            own.sort(key=lambda row: row.get(limit).number() or ZERO)
            starts = ["0", *(_number(row.get(limit)) for row in own[:-1])]
            tiers = [
                [start, _rate(row, rate, leverage), _number(row.get(leverage)), _optional(row.get(deduction))]
                for start, row in zip(starts, own, strict=True)
            ]
            yield name, {"tiers": tiers, **_alias(name)}

    return read


def _optional(node: Node) -> str | None:
    value = node.number()
    return None if value is None else text(value)


def _rate(row: Node, rate: str, leverage: str) -> str:
    """A maintenance rate; older answers write it in percent, which initial margin × leverage tells."""
    value, initial = Decimal(_number(row.get(rate))), row.get("initialMargin").number()
    highest = row.get(leverage).number()
    in_percent = initial is not None and highest is not None and initial * highest > 10
    return text(value / 100 if in_percent else value)


def _brackets(rows: list[Node], _left_out: list[str]) -> Found:
    """Binance's leverage brackets."""
    for row in rows:
        name = row.get("symbol").word()
        found = sorted(row.get("brackets").rows(), key=lambda each: each.get("notionalFloor").number() or ZERO)
        names = ("notionalFloor", "maintMarginRatio", "initialLeverage", "cum")
        yield name, {"tiers": [[_number(each.get(key)) for key in names] for each in found]}


def _contracts(rows: list[Node], left_out: list[str]) -> Found:
    """OKX's position tiers: borders are in contracts, and become coins."""
    profile = load_profile("okx")
    markets: dict[str, list[Node]] = {}
    for row in rows:
        name = row.says("instId") or f"{row.says('instFamily', 'uly') or ''}-SWAP"
        markets.setdefault(name, []).append(row)
    for name, own in markets.items():
        size = contract_size(profile, name)
        if size is None:
            left_out.append(f"{name}: what one contract counts is not known")
            continue
        own.sort(key=lambda row: row.get("minSz").number() or ZERO)
        starts = ["0", *(text((row.get("minSz").number() or ZERO) * size) for row in own[1:])]
        tiers = [
            [start, _number(row.get("mmr")), _number(row.get("maxLever")), None]
            for start, row in zip(starts, own, strict=True)
        ]
        yield name, {"tiers": tiers, **_alias(name)}


def _levels(rows: list[Node], left_out: list[str]) -> Found:
    """Kraken's margin levels of linear contracts; those of others stay as they are shipped."""
    for row in rows:
        name = row.get("symbol").word()
        levels = row.get("marginLevels")
        if not name.startswith("PF_") or not levels.value:
            left_out.append(f"{name}: only levels of PF_ contracts are taken")
            continue
        tiers = []
        for each in levels.rows():
            start = each.get("numNonContractUnits", "contracts").number() or ZERO
            highest = (ONE / Decimal(_number(each.get("initialMargin")))).quantize(Decimal("0.01")).normalize()
            tiers.append([text(start), _number(each.get("maintenanceMargin")), text(highest), None])
        yield name, {"tiers": tiers, **_alias(name)}


def _universe(rows: list[Node], _left_out: list[str]) -> Found:
    """Hyperliquid's markets: a maintenance rate is half the initial margin at the highest leverage of its tier."""
    meta = rows[0]
    tables = {pair.at(0).value: pair.at(1).get("marginTiers") for pair in meta.get("marginTables").parts()}
    for row in meta.get("universe").rows():
        name, table = row.get("name").word(), tables.get(row.get("marginTableId").value)
        if row.get("isDelisted").value is True:
            continue
        steps = [("0", row)] if table is None else [(_number(each.get("lowerBound")), each) for each in table.rows()]
        tiers = [[text(Decimal(start)), *_by_leverage(each)] for start, each in steps]
        yield name, {"tiers": tiers, **({} if ":" in name else {"alias": f"{name}USDT"})}


def _by_leverage(row: Node) -> list[str | None]:
    """The rate of a tier, its highest leverage, and no deduction."""
    highest = Decimal(_number(row.get("maxLeverage")))
    return [text((1 / (2 * highest)).quantize(RATES)), text(highest), None]


# --- steps of prices and quantities ------------------------------------------------------------------


def _bybit_specs(rows: list[Node], _left_out: list[str]) -> Found:
    for row in rows:
        tick, lot = row.get("priceFilter").get("tickSize"), row.get("lotSizeFilter").get("qtyStep")
        yield row.get("symbol").word(), {"tick": _number(tick), "lot": _number(lot)}


def _binance_specs(rows: list[Node], _left_out: list[str]) -> Found:
    for row in rows:
        filters = {each.says("filterType"): each for each in row.get("filters").rows()}
        tick, lot = filters.get("PRICE_FILTER", row), filters.get("LOT_SIZE", row)
        fee = row.get("liquidationFee").number()
        own = {"tick": _number(tick.get("tickSize")), "lot": _number(lot.get("stepSize"))}
        yield row.get("symbol").word(), own | ({} if fee is None else {"liquidation_fee": text(fee)})


def _okx_specs(rows: list[Node], left_out: list[str]) -> Found:
    for row in rows:
        name = row.get("instId").word()
        if row.says("ctType") == "inverse" or row.says("instType") not in (None, "SWAP", "FUTURES"):
            left_out.append(f"{name}: only linear contracts are taken")
            continue
        size, step = Decimal(_number(row.get("ctVal"))), Decimal(_number(row.get("lotSz")))
        steps = {"tick": _number(row.get("tickSz")), "lot": text(size * step), "contract_size": text(size)}
        yield name, steps | _alias(name)


def _gate_specs(rows: list[Node], _left_out: list[str]) -> Found:
    for row in rows:
        name = row.get("name").word()
        step = {"tick": _number(row.get("order_price_round")), "lot": _number(row.get("quanto_multiplier"))}
        yield name, step | _alias(name)


_Reader = tuple[str, tuple[str, ...], _Reads]
"""What an answer is of, the names that its rows have, and how they are read."""

_READERS: dict[str, tuple[_Reader, ...]] = {
    "binance": (
        (COLLATERAL, ("symbol", "bidBuffer", "askBuffer"), _buffers),
        (TIERS, ("symbol", "brackets"), _brackets),
        (SPECS, ("symbol", "filters"), _binance_specs),
    ),
    "bybit": (
        (
            COLLATERAL,
            ("currency", "collateralRatioList"),
            _weights("currency", "collateralRatioList", "minQty", "collateralRatio"),
        ),
        (
            TIERS,
            ("symbol", "riskLimitValue", "maintenanceMargin"),
            _limits("symbol", "riskLimitValue", "maintenanceMargin", "maxLeverage", "mmDeduction"),
        ),
        (SPECS, ("symbol", "priceFilter", "lotSizeFilter"), _bybit_specs),
    ),
    "gate": (
        (
            COLLATERAL,
            ("currency", "discount_tiers"),
            _weights("currency", "discount_tiers", "lower_limit", "discount"),
        ),
        (
            TIERS,
            ("contract", "risk_limit", "maintenance_rate"),
            _limits("contract", "risk_limit", "maintenance_rate", "leverage_max", "deduction"),
        ),
        (SPECS, ("name", "quanto_multiplier", "order_price_round"), _gate_specs),
    ),
    "hyperliquid": ((TIERS, ("universe",), _universe),),
    "kraken": ((TIERS, ("symbol", "marginLevels"), _levels),),
    "okx": (
        (COLLATERAL, ("ccy", "details"), _penalised),
        (TIERS, ("tier", "mmr", "maxLever", "minSz"), _contracts),
        (SPECS, ("instId", "tickSz", "lotSz", "ctVal"), _okx_specs),
    ),
}
