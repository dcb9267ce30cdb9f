"""dYdX v4 payloads of the indexer: a subaccount, a parent with its children, perpetual positions and markets.

Source: docs.dydx.xyz, indexer HTTP API, "Get Subaccount", "List Positions" and "Get Perpetual Markets", with the
samples in ccxt's dYdX module. Numbers are texts. `size` has a sign and `side` says the same. Everything is in USDC and
at the oracle price, which a payload of markets gives, else open PnL does. The balance of USDC is what is left after
positions were paid for: with size × entry of each it is the wallet, whatever the oracle says. A child numbered 128 or
more holds one isolated market and its cash. There is no leverage of a position: a market's initial margin fraction is
what it is asked for.
"""

from __future__ import annotations

from decimal import Decimal

from isocross.exchange.account import Account, Contract, Holding, Kind, LeftOutError, Reader
from isocross.exchange.assets_found import Place
from isocross.exchange.format import Format, some
from isocross.exchange.payload import Node
from isocross.exchange.sides import signed, worded
from isocross.money import ONE, ZERO
from isocross.toml.faults import shown

EXPECTED = "the answer of /v4/addresses/ADDRESS/subaccountNumber/0"
CURRENCY = "USDC"
FIRST_ISOLATED = 128
"""Numbers of subaccounts from here on are of isolated markets."""
OF_PARENT = ("openPerpetualPositions", "perpetualPositions", "childSubaccounts", "freeCollateral")
"""Names of which a subaccount has at least one."""
WRAPPED_IN = ("subaccount", "subaccounts", "positions")
SIDES = {"long": "long", "short": "short"}


def _reader_of(node: Node) -> Reader | None:
    inside = next((node.get(name) for name in WRAPPED_IN if node.has(name)), node)
    reader = _reader_inside(inside)
    if reader is not None:
        return lambda _, account: reader(inside, account)
    if any(market.has("oraclePrice", "ticker") for market in node.get("markets").items()):
        return _markets
    return _refused if some(node.get("errors"), lambda row: row.has("msg")) else None


def _reader_inside(node: Node) -> Reader | None:
    """The reader of an answer without what it is wrapped in."""
    if some(node, _is_position):
        return FORMAT.read
    if node.has_any(*OF_PARENT):
        return _parent
    return _children if some(node, lambda row: row.has_any(*OF_PARENT)) else None


def _is_position(row: Node) -> bool:
    return row.has("market", "size", "side") and row.has_any("sumOpen", "netFunding", "createdAtHeight", "maxSize")


def _refused(node: Node, account: Account) -> None:
    told = node.get("errors").at(0).get("msg")
    message = f"dYdX answered with an error, not with an account: {shown(told.value)}"
    account.faults.append(told.unfit(message, EXPECTED).fault)


def _parent(node: Node, account: Account) -> None:
    """A subaccount, or all of one parent."""
    account.is_from("dydx", node)
    if node.has("childSubaccounts"):
        _children(node.get("childSubaccounts"), account)
    else:
        _subaccount(node, account)


def _children(rows: Node, account: Account) -> None:
    account.is_from("dydx", rows)
    for row in account.each(rows):
        _subaccount(row, account)


def _subaccount(node: Node, account: Account) -> None:
    """Add the positions of one subaccount, and its cash to the wallet."""
    before = len(account.holdings)
    account.is_from("dydx", node)
    account.read_these(
        node.get("openPerpetualPositions", "perpetualPositions").parts(), lambda row: FORMAT.position(row, account)
    )
    holdings = account.holdings[before:]
    cash = _cash(node, holdings)
    if cash is None:
        return
    amount, at = cash
    account.add_cash(CURRENCY, amount, at)
    account.take_sum("equity", CURRENCY, node.get("equity"), part=True)
    number = node.get("subaccountNumber").number()
    if number is not None and number >= FIRST_ISOLATED:
        _isolate(holdings, amount, Place.of(at))


def _cash(node: Node, holdings: list[Holding]) -> tuple[Decimal, Node] | None:
    """Cash without open PnL, and where it stands: USDC and what was paid for positions, else equity less open PnL."""
    assets, paid = node.get("assetPositions"), ZERO
    held = next((asset for asset in assets.parts() if asset.says("symbol") == CURRENCY), assets.get(CURRENCY))
    size = held.get("size").number()
    if size is not None and all("entry" in holding.figures for holding in holdings):
        owed = (held.says("side") or "").upper() == "SHORT"
        paid = sum((_signed(holding) * holding.figures["entry"] for holding in holdings), ZERO)
        return (-abs(size) if owed else size) + paid, held.get("size")
    equity = node.get("equity")
    amount = equity.number()
    if amount is None:
        return None
    return amount - sum((holding.figures.get("pnl", ZERO) for holding in holdings), ZERO), equity


def _signed(holding: Holding) -> Decimal:
    return holding.quantity if holding.side == "long" else -holding.quantity


def _isolate(holdings: list[Holding], cash: Decimal, place: Place) -> None:
    for holding in holdings:
        holding.mode = "isolated"
        holding.figures["margin"] = cash
        holding.places["margin"] = place


def _markets(node: Node, account: Account) -> None:
    """What is said of each market: its oracle price, and the fractions of margin."""
    account.is_from("dydx", node)
    for row in node.get("markets").items():
        name = row.says("ticker")
        if name is None:
            continue
        listing = account.listings.setdefault(name, Holding(Place.of(row), name, "", "", ONE))
        listing.take("mark", row.get("oraclePrice"))
        listing.take("maintenance_rate", row.get("maintenanceMarginFraction"))
        fraction = row.get("initialMarginFraction").number()
        if fraction:
            listing.figures["max_leverage"] = listing.figures["leverage"] = ONE / fraction


def _contract(row: Node) -> Contract:
    market = row.get("market").word()
    if not market.endswith("-USD"):
        raise LeftOutError(row, f"{market}: this is not a market of dYdX")
    return Contract(market, CURRENCY)


def _details(row: Node, holding: Holding, account: Account) -> None:
    number = row.get("subaccountNumber").number()
    alone = number is not None and number >= FIRST_ISOLATED
    holding.mode = holding.mode or ("isolated" if alone else "cross")
    holding.places["quantity"] = Place.of(row.get("size"))
    holding.take("entry", row.get("entryPrice"))
    holding.take("pnl", row.get("unrealizedPnl"), positive=False)
    if row.says("status") not in (None, "OPEN"):
        account.note(Kind.GUESSED, row.get("status"), f"{holding.market}: {row.says('status')}, taken as open")


def _size(row: Node) -> Decimal | None:
    return None if row.says("status") in ("CLOSED", "LIQUIDATED") else row.get("size").number()


def _sides(row: Node) -> dict[str, str]:
    side, size = worded(row.get("side"), SIDES), row.get("size").number()
    return side if side and size is not None and size > 0 else side | signed(row.get("size"))


FORMAT = Format(
    id="dydx",
    title="dYdX",
    expected=EXPECTED,
    reader_of=_reader_of,
    is_position=_is_position,
    contract=_contract,
    size=_size,
    sides=_sides,
    details=_details,
    symbol=lambda unified: f"{unified.base}-USD",
)
