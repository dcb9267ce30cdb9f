"""Hyperliquid payloads: `clearinghouseState` and `spotClearinghouseState` of the info endpoint.

Source: hyperliquid.gitbook.io, "Retrieve user's perpetuals account summary", and its sample. Numbers are texts; `szi`
is the signed size. `marginUsed` of an isolated position is its cash and its open PnL: the sample's raw −95.059824 and
position value 100.02765 make 4.967826. The cash is zero or below where an open profit is more than the margin: a
profit counts as margin there, and can be taken out. No mark is given: it is `positionValue` ÷ size. The account value
of `marginSummary` counts open PnL in. Maintenance margin is half of the initial margin at the market's highest leverage
(Hyperliquid's documentation). In a unified account, as `userAbstraction` names one, the spot balance of a token backs
the positions of every exchange that settles in it; else balances of spot do not back positions.
"""

from __future__ import annotations

from decimal import Decimal

from isocross.exchange.account import Account, Contract, Holding, Kind, Reader, Unified
from isocross.exchange.assets_found import Place
from isocross.exchange.format import Format, some
from isocross.exchange.payload import Node
from isocross.exchange.sides import signed
from isocross.format import grouped
from isocross.money import ONE, ZERO
from isocross.rules.collateral import collateral_table
from isocross.rules.switches import AccountMode

EXPECTED = "the answer to clearinghouseState"
CURRENCY = "USDC"
TABLE = "hyperliquid-collateral"
MODES = {
    "disabled": AccountMode.STANDARD,
    "default": AccountMode.STANDARD,
    "dexAbstraction": AccountMode.STANDARD,
    "unifiedAccount": AccountMode.UNIFIED,
    "portfolioMargin": AccountMode.PORTFOLIO,
}
"""What `userAbstraction` says of an account."""
BRIDGED = {"UBTC": "BTC", "UETH": "ETH", "USOL": "SOL"}
"""What coins that were brought in are called here, by their names at the venue."""
UNSAID = " in a standard account; the answer to userAbstraction says whether it is one"


def _reader_of(node: Node) -> Reader | None:
    if _is_state(node):
        return _state
    states = node.get("clearinghouseStates")
    several = any(_is_state(state) for _, state in _of_dexs(states))
    if several or _is_state(node.get("clearinghouseState")):
        return _whole
    if _is_mode(node):
        return _abstraction
    if isinstance(node.value, list) and sum(_is_state(part) for part in node.parts()) > 1:
        return _many
    if some(node, _is_position):
        return FORMAT.read
    return _spot if _is_spot(node) else None


def _is_mode(node: Node) -> bool:
    return isinstance(node.value, str) and node.value in MODES


def _is_spot(node: Node) -> bool:
    return some(node.get("balances"), lambda row: row.has("coin", "hold"))


def _whole(node: Node, account: Account) -> None:
    """Read what stands side by side of one account: how it is kept, its states, the balances of spot."""
    mode, spot = node.get("userAbstraction", "abstraction"), node.get("spotClearinghouseState", "spotState")
    if _is_mode(mode):
        _abstraction(mode, account)
    if _is_state(node.get("clearinghouseState")):
        _state(node.get("clearinghouseState"), account)
    else:
        _states(node.get("clearinghouseStates"), account)
    if _is_spot(spot):
        _spot(spot, account)


def _abstraction(node: Node, account: Account) -> None:
    """Read how the account is kept, as `userAbstraction` says."""
    account.is_from("hyperliquid", node)
    account.assets.mode = MODES[node.word()]


def _is_state(node: Node) -> bool:
    return node.has("assetPositions") and (
        node.has_any("marginSummary", "crossMarginSummary") or some(node.get("assetPositions"), _is_position)
    )


def _is_position(row: Node) -> bool:
    return _inner(row).has("coin", "szi")


def _inner(row: Node) -> Node:
    """The position itself, which stands beside its type."""
    return row.get("position") if row.has("position") else row


def _of_dexs(states: Node) -> list[tuple[str, Node]]:
    """The state of each exchange on it by its name, which is empty for the venue's own."""
    if isinstance(states.value, list):
        return [(str(pair.at(0).value), pair.at(1)) for pair in states.parts()]
    return [(str(state.path[-1]), state) for state in states.items()]


def _states(states: Node, account: Account) -> None:
    """Read the states of all exchanges, once it is known whether they share the balances of their tokens."""
    account.is_from("hyperliquid", states)
    account.later.append((states.origin, lambda: _by_mode(states, account)))


def _by_mode(states: Node, account: Account) -> None:
    """Read every state of an account that shares its tokens; else its own markets, or the first with a position."""
    known = _of_dexs(states)
    if account.assets.mode in (AccountMode.UNIFIED, AccountMode.PORTFOLIO):
        for _, state in known:
            currency = _positions(state, account)
            need = state.get("crossMaintenanceMarginUsed")
            account.take_sum("maintenance_margin", currency, need, pool=True, part=True)
        return
    held = [(name, state) for name, state in known if some(state.get("assetPositions"), _is_position)]
    taken = next((pair for pair in held if not pair[0]), held[0] if held else known[0])
    _state(taken[1], account)
    for name, state in held:
        if state is not taken[1]:
            message = f"positions of {name or 'its own markets'}, which has a pool of its own: import it by itself"
            account.note(Kind.LEFT_OUT, state, message)


def _many(states: Node, account: Account) -> None:
    account.faults.append(states.unfit("there are several accounts in this list", "the answer for one address").fault)


def _positions(node: Node, account: Account) -> str:
    """Read the positions of one exchange; returns the token that it settles in."""
    before = len(account.holdings)
    FORMAT.read(node.get("assetPositions"), account)
    return next((held.currency for held in account.holdings[before:] if held.currency), CURRENCY)


def _state(node: Node, account: Account) -> None:
    rows = node.get("assetPositions")
    currency = _positions(node, account)
    whole, crossed = node.get("marginSummary"), node.get("crossMarginSummary")
    value = (whole if whole.has("accountValue") else crossed).get("accountValue")
    equity = value.number()
    if equity is not None:
        account.put(account.equity, currency, equity, value)
    account.take_sum("maintenance_margin", currency, node.get("crossMaintenanceMarginUsed"), pool=True)
    if not account.holdings and (crossed.get("totalNtlPos").number() or ZERO):
        account.partial = True
        account.note(Kind.LEFT_OUT, rows, f"positions of {crossed.says('totalNtlPos')} dollars that are not in it")


def _spot(node: Node, account: Account) -> None:
    account.is_from("hyperliquid", node)
    if node.get("portfolioMarginEnabled").value is True and account.assets.mode is None:
        account.assets.mode = AccountMode.PORTFOLIO
    for row in account.each(node.get("balances")):
        owed = row.get("borrowed").number() or ZERO
        account.assets.take(row.says("coin") or "", row.get("total"), owed, **_loan_to_value(row))
    account.later.append((node.origin, lambda: _spot_by_mode(node, account)))


def _spot_by_mode(node: Node, account: Account) -> None:
    """Tell what does not back positions, where each exchange has a pool of its own."""
    if account.assets.mode is AccountMode.UNIFIED:
        _after_maintenance(node, account)
    if account.assets.mode is AccountMode.PORTFOLIO:
        _portfolio(node, account)
    if account.assets.mode not in (None, AccountMode.STANDARD):
        return
    for row in account.each(node.get("balances")):
        total = row.get("total").number()
        if total:
            what = "it does not back positions" + (UNSAID if account.assets.mode is None else "")
            account.note(Kind.LEFT_OUT, row.get("total"), f"{grouped(total)} {row.says('coin') or ''} of spot: {what}")


def _loan_to_value(row: Node) -> dict[str, Decimal]:
    """What a balance counts in portfolio margin, where its row states how much can be lent on it."""
    lent = row.get("ltv").number()
    return {} if lent is None else {"weight": (ONE + lent) / 2, "initial_weight": lent}


def _portfolio(node: Node, account: Account) -> None:
    """Name the coins as their contracts do, and let those count on which something can be lent; USDC counts whole."""
    account.assets.take_whole("margin_ratio", node.get("portfolioMarginRatio"))
    coins = {BRIDGED.get(name, name): coin for name, coin in account.assets.coins.items()}
    for name, coin in coins.items():
        if name == CURRENCY:
            coin.weight = coin.initial_weight = None
        elif not coin.initial_weight:
            coin.weight, coin.collateral = None, False
    account.assets.coins = coins


def _after_maintenance(node: Node, account: Account) -> None:
    """What the venue states to be left of each token after maintenance margins."""
    names = {row.get("token").value: row.says("coin") for row in node.get("balances").parts()}
    for pair in node.get("tokenToAvailableAfterMaintenance").parts():
        name = names.get(pair.at(0).value)
        if name is not None:
            account.take_sum("after_maintenance", name, pair.at(1))


def _details(row: Node, holding: Holding, _account: Account) -> None:
    position = _inner(row)
    leverage = position.get("leverage")
    holding.mode = holding.mode or leverage.get("type").word().lower()
    holding.places["quantity"] = Place.of(position.get("szi"))
    holding.places["mode"] = Place.of(leverage.get("type"))
    holding.take("entry", position.get("entryPx"))
    holding.take("leverage", leverage.get("value"))
    holding.take("notional", position.get("positionValue"))
    holding.take("pnl", position.get("unrealizedPnl"), positive=False)
    holding.take("max_leverage", position.get("maxLeverage"))
    holding.take_price(position.get("liquidationPx"))
    highest = holding.figures.get("max_leverage")
    if highest:
        holding.figures["first_rate"] = ONE / (2 * highest)
    used = position.get("marginUsed")
    given = used.number()
    if holding.mode == "isolated" and given is not None:
        holding.figures["margin"] = given - _open_pnl(position, holding)
        holding.places["margin"] = Place.of(used)


def _open_pnl(position: Node, holding: Holding) -> Decimal:
    """Open PnL by size, value and entry; the stated one counts from an entry with more digits than are written."""
    size, known = position.get("szi").number(), holding.figures
    if size and "notional" in known and "entry" in known:
        paid = size * known["entry"]
        return known["notional"] * (1 if size > 0 else -1) - paid
    return known.get("pnl", ZERO)


def _contract(row: Node) -> Contract:
    """A market, and the token that its exchange settles in: `km:` is USDH."""
    market = _inner(row).get("coin").word()
    dex, mark, _ = market.partition(":")
    return Contract(market, collateral_table(TABLE).dexes.get(dex, CURRENCY) if mark else CURRENCY)


def _size(row: Node) -> Decimal | None:
    return _inner(row).get("szi").number()


def _symbol(unified: Unified) -> str:
    """The coin alone; the thousand of small coins is written with a k."""
    base = unified.base
    return f"k{base[1:]}" if base in ("KPEPE", "KBONK", "KSHIB", "KFLOKI", "KLUNC", "KDOGS", "KNEIRO") else base


FORMAT = Format(
    id="hyperliquid",
    title="Hyperliquid",
    expected=EXPECTED,
    reader_of=_reader_of,
    is_position=_is_position,
    contract=_contract,
    size=_size,
    sides=lambda row: signed(_inner(row).get("szi")),
    details=_details,
    symbol=_symbol,
    total_counts_pnl=True,
)
