"""Positions and balances in the unified shape of ccxt: what `fetch_positions` and `fetch_balance` return.

Source: ccxt's manual, "Position Structure" and "Balance Structure". `symbol` is BASE/QUOTE:SETTLE; `contracts` counts
contracts of `contractSize` each, in the coin or, where it is settled in the coin itself (BTC/USD:BTC), in dollars,
without a sign mostly; `collateral` is "the maximum amount of collateral that can be lost, affected by pnl". Any field
may be null, and a figure that ccxt worked out is less than one of the venue: what the venue itself said stands in
`info`, and is asked first. What `total` of a balance counts in differs by venue.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from isocross.account.margin import worth
from isocross.exchange.account import Account, Holding, Kind, LeftOutError, Unified
from isocross.exchange.assets_found import Place
from isocross.exchange.format import Format, some
from isocross.exchange.payload import Node, UnfitError
from isocross.exchange.sides import SIDES, agreed, signed, worded
from isocross.exchange.strangers import whose
from isocross.format import grouped
from isocross.money import ONE, ZERO
from isocross.rules.market import Kind as ContractKind

TITLE = "ccxt"
EXPECTED = "what fetch_positions or fetch_balance returns"
SYMBOL = re.compile(r"(?P<base>[^/:]+)/(?P<quote>[^/:]+):(?P<settle>[^/:-]+)(?:-(?P<rest>[^/:]+))?")
OPTION = re.compile(r"(?:^|-)[CP]$")
SIGNATURES = {"positionAmt": "binance", "positionIdx": "bybit", "open_interest": "coinex", "szi": "hyperliquid"}
"""A name in a position's `info` that tells whose it is, where there are too few for the format itself."""
NEARLY, FAR = Decimal("0.01"), Decimal("0.1")
"""Shares by which a notional may differ from the size at mark: not worth a word, and too much to take. Where only the
entry is known it may be as far as a price goes."""

Formats = Mapping[str, Format]


def is_unified(node: Node) -> bool:
    """Tell whether this is what ccxt returns: positions, a single one, or a balance."""
    return node.value == [] or some(node, _is_position) or _is_balance(node)


def _is_position(row: Node) -> bool:
    if not row.has("symbol"):
        return False
    return row.has("contracts") or (row.has("entryPrice", "side") and "/" in (row.says("symbol") or ""))


def _is_balance(node: Node) -> bool:
    return isinstance(node.get("total").value, dict) and node.has_any("free", "used")


def read(node: Node, account: Account, formats: Formats) -> None:
    """Read positions or a balance.

    Args:
        node: the payload.
        account: what is found is put there.
        formats: how the venues' own answers in `info` are read.
    """
    if _is_balance(node):
        _balance(node, account, formats)
    else:
        account.read_rows(node, lambda row: _position(row, account, formats))


def _position(row: Node, account: Account, formats: Formats) -> Holding | None:
    contracts = row.get("contracts").number()
    if not contracts:
        return None
    symbol = _symbol(row.get("symbol"))
    info, format = row.get("info"), _source(row, account, formats)
    sides = worded(row.get("side"), SIDES) | {k: s for k, s in signed(row.get("contracts")).items() if contracts < 0}
    if format is not None:
        sides |= {f"info.{key}": side for key, side in format.sides(info).items()}
    if not sides and contracts > 0 and row.get("side").value is None:
        sides = signed(row.get("contracts"))
    holding = Holding(Place.of(row), row.get("symbol").word(), _side(row, sides), "", abs(contracts))
    _name(holding, symbol, info, format)
    holding.mode = _mode(row, format is not None)
    holding.places |= {key: Place.of(row.get(name)) for key, name in (("side", "side"), ("mode", "marginMode"))}
    if format is not None:
        format.details(info, holding, account)
    holding.places["quantity"] = Place.of(row.get("contracts"))
    if not holding.mode:
        holding.mode = "cross"
        account.note(Kind.GUESSED, row.get("marginMode"), "no margin mode is said: cross")
    _figures(row, holding)
    _count(row, holding, account, format)
    if holding.mode == "isolated" and "margin" not in holding.figures:
        _bucket(row, holding, account)
    return holding


def _side(row: Node, sides: Mapping[str, str]) -> str:
    said = row.get("side")
    if isinstance(said.value, str) and said.value and not worded(said, SIDES):
        raise said.unfit(f'"{said.value}" is not known here', '"long" or "short"')
    return agreed(row, sides)


def _symbol(symbol: Node) -> Unified | None:
    """The parts of a symbol; None where it is none of a contract."""
    found = SYMBOL.fullmatch(symbol.word())
    if found is None:
        return None
    rest, settle = found["rest"] or "", found["settle"]
    if OPTION.search(rest) or settle not in (found["quote"], found["base"]):
        kind = "options" if OPTION.search(rest) else "contracts settled in a third coin"
        raise LeftOutError(symbol, f"{symbol.word()}: {kind} are not rehearsed here")
    return Unified(found["base"], found["quote"], settle, rest)


def _name(holding: Holding, symbol: Unified | None, info: Node, format: Format | None) -> None:
    """The market as its venue writes it: in its own answer, else by its way to write one, else BTCUSDT."""
    if symbol is not None:
        holding.market, holding.currency, holding.unified = symbol.plain, symbol.settle, symbol
        holding.kind = ContractKind.INVERSE.value if symbol.inverse else None
    if format is None:
        return
    try:
        own = format.contract(info)
    except UnfitError:
        if symbol is not None:
            holding.market = format.symbol(symbol)
        return
    holding.market, holding.unified = own.market, None
    holding.currency, holding.kind = own.currency or holding.currency, own.kind or holding.kind


def _mode(row: Node, known: bool) -> str:
    """The mode that is said; empty where it is not."""
    said, isolated = row.says("marginMode", "marginType"), row.get("isolated").value
    if said is not None:
        return "cross" if said.lower() in ("cross", "crossed") else said.lower()
    return ("isolated" if isolated else "cross") if isinstance(isolated, bool) and not known else ""


def _figures(row: Node, holding: Holding) -> None:
    """What ccxt says of it, where the venue's own answer did not."""
    holding.take("entry", row.get("entryPrice"))
    holding.take("leverage", row.get("leverage"))
    holding.take("mark", row.get("markPrice"))
    holding.take("maintenance", row.get("maintenanceMargin"))
    holding.take("initial", row.get("initialMargin"))
    holding.take("pnl", row.get("unrealizedPnl"), positive=False)
    holding.take_price(row.get("liquidationPrice"))
    rate = row.get("maintenanceMarginPercentage").number()
    if "maintenance" not in holding.figures and rate and rate < FAR * 5:
        holding.take("maintenance_rate", row.get("maintenanceMarginPercentage"))
    notional = row.get("notional").number()
    if notional:
        holding.figures.setdefault("notional", abs(notional))
    ratio = row.get("marginRatio").number()
    if ratio and holding.mode == "isolated":
        holding.stated.setdefault("margin_ratio", ratio)


def _count(row: Node, holding: Holding, account: Account, format: Format | None) -> None:
    """Make a quantity of contracts, by their size; where the notional contradicts it, by what agrees with that."""
    stated, contracts = row.get("contractSize"), holding.quantity
    size = stated.number()
    if size is None:
        if format is None:
            account.note(Kind.GUESSED, stated, "no contract size is given: 1")
        size = ONE if format is None else format.unit(row.get("info"), holding, account)
    holding.quantity *= size
    _check_count(row, holding, account, contracts, size)


def _check_count(row: Node, holding: Holding, account: Account, contracts: Decimal, size: Decimal) -> None:
    """Hold the quantity against the notional, at mark or, as some venues write it, at entry."""
    known = holding.figures
    prices = [known[key] for key in ("mark", "entry") if key in known]
    if "notional" not in known or not prices:
        return
    nearly, far = (NEARLY, FAR) if "mark" in known else (FAR, ONE)
    said, kind = known["notional"], holding.contract
    made, plain = (
        min((worth(kind, quantity, price) for price in prices), key=lambda value: _apart(value, said))
        for quantity in (holding.quantity, contracts)
    )
    if _apart(made, said) <= nearly:
        return
    there = worth(kind, holding.quantity, prices[0])
    each = f"{grouped(contracts)} contracts of {grouped(size)} at {grouped(prices[0])}"
    told = f"{each} make a notional of {grouped(round(there, 8))}"
    message = f"{told}, and {grouped(said)} is stated"
    if size != ONE and _apart(plain, said) <= nearly:
        holding.quantity = contracts
        place = row.get("contractSize")
        account.note(Kind.GUESSED, place, f"{message}: {grouped(contracts)} is the size, which agrees")
    elif _apart(made, said) > far:
        raise row.get("notional").unfit(message, "a size, a mark and a notional that go together")


def _apart(one: Decimal, other: Decimal) -> Decimal:
    """By what share of the second two figures differ."""
    return abs(one - other) / other


def _bucket(row: Node, holding: Holding, account: Account) -> None:
    """The cash of an isolated position: its margin without PnL, else its collateral less its open PnL."""
    own, collateral = row.get("positionMargin"), row.get("collateral")
    if own.number() is not None:
        holding.take("margin", own, positive=False)
        return
    given = collateral.number()
    if given:
        cash = holding.figures["margin"] = given - holding.figures.get("pnl", ZERO)
        holding.places["margin"] = Place.of(collateral)
        message = f"a margin of {grouped(cash)}: the collateral less the open PnL, which ccxt counts in"
        account.note(Kind.GUESSED, collateral, message)


def _source(row: Node, account: Account, formats: Formats) -> Format | None:
    """How the venue's own answer is read, as far as it tells whose it is."""
    info = row.get("info")
    found = next((format.id for format in formats.values() if format.is_position(info)), None)
    stranger = whose(info) if found is None or found == "binance" else None
    names = info.value if isinstance(info.value, dict) else {}
    source = stranger or found or next((venue for name, venue in SIGNATURES.items() if name in names), None)
    if source is None:
        return None
    if source not in (account.source, stranger):
        account.note(Kind.GUESSED, info, f"the venue is {source}, by the names in its answer")
    account.is_from(source, info)
    return formats.get(source)


def _balance(node: Node, account: Account, formats: Formats) -> None:
    told = _told_by(node.get("info"), formats)
    if told.source and not told.faults:
        account.is_from(told.source, node)
    if (told.cash or told.equity) and not told.faults:
        account.cash |= told.cash
        account.equity |= told.equity
        if told.assets.mode is not None:
            account.assets = told.assets
        account.notes += [note for note in told.notes if note.kind is not Kind.LEFT_OUT]
        return
    for total in node.get("total").items():
        amount, name = total.number(), str(total.path[-1])
        if amount is None:
            continue
        owed = node.get("debt").get(name).number() or node.get(name).get("debt").number()
        if owed:
            message = f"{grouped(amount)} {name}, of which {grouped(owed)} is borrowed: {grouped(amount - owed)}"
            account.note(Kind.GUESSED, total, message)
        account.totals[name] = (amount - (owed or ZERO), Place.of(total))


def _told_by(info: Node, formats: Formats) -> Account:
    """What the venue's own answer says of cash, as far as it can be read."""
    told = Account()
    reader = next((found for format in formats.values() if (found := format.reader_of(info)) is not None), None)
    try:
        if reader is not None and whose(info) is None:
            reader(info, told)
    except UnfitError as error:
        told.faults.append(error.fault)
    return told
