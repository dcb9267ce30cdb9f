"""From a parsed document to the parts of a workspace, each checked by itself, and what is wrong with the others.

Each market becomes a value with a ladder whose tiers fit together; each position and each resting order one with an id
of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import field
from decimal import Decimal
from typing import Any

from isocross.account.book import Order, Position
from isocross.account.stated import Stated
from isocross.money import ZERO, exact
from isocross.records import dataclass
from isocross.rehearsal.scenario import Scenario
from isocross.rules.collateral import WeightTier
from isocross.rules.market import Kind
from isocross.rules.overrides import changes_of
from isocross.rules.switches import AccountMode
from isocross.toml.amounts import as_number
from isocross.toml.faults import BadValue, shown
from isocross.toml.places import Path, Problem
from isocross.toml.texts import SYMBOL_LIMIT, TEXT_LIMIT
from isocross.workspace.markets import KindOf, kinds
from isocross.workspace.model import AssetEntry, MarketEntry, TierEntry, VenueChoice, View, Workspace
from isocross.workspace.orders import order_of
from isocross.workspace.rows import repeats, row_of, rows_of
from isocross.workspace.scenario import scenario_of, view_of
from isocross.workspace.schema import (
    STATED_KEYS,
    WALLET,
    AssetRow,
    FileRow,
    MarketRow,
    OrderRow,
    PositionRow,
    StatedRow,
    TierRow,
    WeightRow,
)


def market_of(given: object, path: Path, problems: list[Problem]) -> MarketEntry | None:
    """One market, or None and its problems."""
    before = len(problems)
    row = row_of(MarketRow, given, path, problems)
    tiers: object = given.get("tiers", ()) if isinstance(given, dict) else ()
    entries = _tiers(tiers, (*path, "tiers"), problems)
    if row is None or len(problems) > before:
        return None
    return MarketEntry(row.symbol, row.mark, entries, row.kind, row.settles, row.last)


def asset_of(given: object, path: Path, problems: list[Problem]) -> AssetEntry | None:
    """One asset, or None and its problems."""
    before = len(problems)
    row = row_of(AssetRow, given, path, problems)
    tiers = _weights(given.get("tiers", ()) if isinstance(given, dict) else (), (*path, "tiers"), problems)
    if row is None or len(problems) > before:
        return None
    if row.weight is not None and tiers:
        problems.append(Problem((*path, "weight"), "there are tiers, too", "a weight or tiers, not both"))
        return None
    weights = tiers if row.weight is None else ((ZERO, row.weight),)
    given_as_is = ("initial_weight", "debt_weight", "initial_debt_weight", "factor", "limit_reached")
    return AssetEntry(
        row.asset, row.balance, row.collateral, row.price, weights, **{name: getattr(row, name) for name in given_as_is}
    )


def _weights(given: object, path: Path, problems: list[Problem]) -> tuple[WeightTier, ...]:
    """The tiers of a weight, when they fit together."""
    if given == ():
        return ()
    if not isinstance(given, list) or not given:
        problems.append(Problem(path, f"{shown(given)} is not a list of tiers", "a list of tables { from, weight }"))
        return ()
    rows = [row_of(WeightRow, tier, (*path, i), problems) for i, tier in enumerate(given)]
    if rows[0] and rows[0].start != 0:
        problems.append(Problem((*path, 0, "from"), "the first tier does not begin at 0", "0"))
    for i, (below, row) in enumerate(zip([None, *rows], rows, strict=False)):
        if row and below and row.start <= below.start:
            expected = f"more than {shown(below.start)}, where the tier before it begins"
            problems.append(Problem((*path, i, "from"), "the tiers do not rise", expected))
    return tuple((row.start, row.weight) for row in rows if row)


@exact
def _tiers(given: object, path: Path, problems: list[Problem]) -> tuple[TierEntry, ...]:
    """A ladder, when its tiers fit together."""
    if given == ():
        return ()
    if not isinstance(given, list) or not given:
        expected = "a list of tables { from, rate, max_leverage }"
        message = "there is no tier" if given == [] else f"{shown(given)} is not a list of tiers"
        problems.append(Problem(path, message, expected))
        return ()
    rows = [row_of(TierRow, tier, (*path, i), problems) for i, tier in enumerate(given)]
    if rows[0] and rows[0].start != 0:
        problems.append(Problem((*path, 0, "from"), "the first tier does not begin at 0", "0"))
    for i, (below, row) in enumerate(zip([None, *rows], rows, strict=False)):
        if row and below and row.start <= below.start:
            expected = f"more than {shown(below.start)}, where the tier before it begins"
            problems.append(Problem((*path, i, "from"), "the tiers do not rise", expected))
        if row and row.deduction is not None and row.deduction > row.rate * row.start:
            message = f"{shown(row.deduction)} makes the maintenance margin negative at {shown(row.start)}"
            expected = f"at most {shown(row.rate * row.start)}, which is rate times `from`"
            problems.append(Problem((*path, i, "deduction"), message, expected))
    return tuple(TierEntry(r.start, r.rate, r.max_leverage, r.deduction, r.factor) for r in rows if r)


QUOTES = ("USDT", "USDC", "USD")
"""Ends of a symbol that are left out of an id made from it."""


def made_id(symbol: str, currency: str) -> str:
    """The id of a position that has none: its market's base in lower case, `btc` for BTCUSDT."""
    base = re.split(r"[-/:_]", re.sub(r"^(?:[PF][FI]_|[a-z0-9]+:)", "", symbol))[0]
    for quote in (currency, *QUOTES):
        if base.endswith(quote) and base != quote:
            return base.removesuffix(quote).lower()
    return (base or symbol).lower()[:SYMBOL_LIMIT]


def position_row(given: object, path: Path, problems: list[Problem]) -> PositionRow | None:
    """Check one position as its table says, and what its venue said of it."""
    row = row_of(PositionRow, given, path, problems)
    stated = given.get("stated") if isinstance(given, dict) else None
    if stated is not None:
        read = row_of(StatedRow, stated, (*path, "stated"), problems)
        return row if row is None or read is None else PositionRow({**vars(row), "stated": read})
    return row


def positions_of(
    rows: list[PositionRow | None], currency: str, kind_of: Callable[[str], Kind]
) -> list[Position | None]:
    """The positions, each with an id of its own and of its market's kind."""
    taken = {row.id for row in rows if row and row.id is not None}
    numbers: dict[str, int] = {}
    positions: list[Position | None] = []
    for row in rows:
        if row is None:
            positions.append(None)
        else:
            own = row.id or free_name(made_id(row.market, currency), taken, numbers)
            positions.append(_position(row, own, kind_of(row.market)))
    return positions


def free_name(wanted: str, taken: set[str], numbers: dict[str, int]) -> str:
    """The wanted id, or the first of `wanted-2`, `wanted-3` … that is free; it is taken then."""
    name = wanted
    while name in taken:
        numbers[wanted] = numbers.get(wanted, 1) + 1
        name = f"{wanted}-{numbers[wanted]}"
    taken.add(name)
    return name


def _position(row: PositionRow, position_id: str, kind: Kind) -> Position:
    position = Position(
        id=position_id,
        market=row.market,
        side=row.side,
        mode=row.mode,
        quantity=row.quantity,
        entry=row.entry,
        leverage=row.leverage,
        kind=kind,
        auto_margin=row.auto_margin,
        stated=_stated(row.stated),
    )
    return position if row.margin is None else position.with_margin(row.margin)


def _stated(row: object) -> Stated | None:
    """What the venue said, where it said anything."""
    if not isinstance(row, StatedRow):
        return None
    said = {key: getattr(row, key) for key in STATED_KEYS}
    return Stated(**said, incomplete=row.incomplete) if any(value is not None for value in said.values()) else None


def orders_of(
    document: Mapping[str, Any], currency: str, kind_of: KindOf, problems: list[Problem]
) -> list[Order | None]:
    """The orders of a document; None for one that could not be read."""
    rows = rows_of(document, "orders", problems)
    for i, first, own in repeats(rows, "id"):
        message, see = f"{shown(own)} is the id of another order already, at", ("orders", first, "id")
        problems.append(Problem(("orders", i, "id"), message, "an id of its own", see=see))
    read = [row_of(OrderRow, row, ("orders", i), problems) for i, row in rows]
    taken = {row.id for row in read if row and row.id is not None}
    numbers: dict[str, int] = {}
    found: list[Order | None] = []
    for i, row in enumerate(read):
        if row is None:
            found.append(None)
        else:
            # without an id of its own it has one made from its market: `btc-order` for BTCUSDT
            own = row.id or free_name(f"{made_id(row.market, currency)}-order", taken, numbers)
            found.append(order_of(row, own, kind_of(row.market), ("orders", i), problems))
    return found


CURRENCY = "USDT"


@dataclass
class Draft:
    """What of a file could be read; None stands for what could not."""

    problems: list[Problem] = field(default_factory=list)
    head: FileRow | None = None
    venue: VenueChoice | None = None
    markets: list[MarketEntry | None] = field(default_factory=list)
    positions: list[Position | None] = field(default_factory=list)
    scenario: Scenario = field(default_factory=Scenario)
    view: View = field(default_factory=View)
    orders: list[Order | None] = field(default_factory=list)
    assets: list[AssetEntry | None] = field(default_factory=list)

    @property
    def wallet(self) -> Decimal | None:
        """The balance of the account's currency; None where its file is not read."""
        if self.head is None or self.head.wallet is not None:
            return None if self.head is None else self.head.wallet
        own = (entry for entry in self.assets if entry is not None and entry.asset == self.head.currency)
        return next((entry.balance for entry in own if entry.balance is not None), ZERO)

    def workspace(self, name: str) -> Workspace:
        """The workspace of a draft without problems; `name` is its name where the file gives none."""
        head, venue = self.head, self.venue
        wallet = self.wallet
        if self.problems or head is None or venue is None or wallet is None:
            raise ValueError("a draft with problems is not a workspace")
        return Workspace(
            name=name if head.name is None else head.name,
            wallet=wallet,
            positions=tuple(position for position in self.positions if position is not None),
            venue=venue,
            currency=head.currency,
            fund=head.fund,
            strict=head.strict,
            markets=tuple(market for market in self.markets if market is not None),
            scenario=self.scenario,
            view=self.view,
            orders=tuple(order for order in self.orders if order is not None),
            account=head.account,
            assets=tuple(asset for asset in self.assets if asset is not None),
        )


def draft_of(document: Mapping[str, Any]) -> Draft:
    """Read every part of a document."""
    draft = Draft()
    problems = draft.problems
    draft.head = row_of(FileRow, document, (), problems)
    if any(problem.path == ("format",) for problem in problems):
        draft.problems = [problem for problem in problems if problem.path == ("format",)]
        return draft
    draft.venue = _venue(document.get("venue", "guide"), problems)
    draft.assets = _assets(document, problems)
    _check_wallet(draft, document)
    draft.markets = _markets(document, problems)
    currency = draft.head.currency if draft.head else CURRENCY
    kind_of = kinds(draft.venue, draft.markets)
    draft.positions = _positions(document, currency, kind_of, problems)
    draft.orders = orders_of(document, currency, kind_of, problems)
    if "scenario" in document:
        draft.scenario = scenario_of(document, draft.positions, problems)
    if "view" in document:
        draft.view = view_of(document["view"], draft.positions, problems)
    return draft


def _venue(given: object, problems: list[Problem]) -> VenueChoice | None:
    """A profile by its id, or a table that changes some of its fields."""
    if not isinstance(given, str | dict):
        expected = "the id of a venue, or a table with `profile`"
        problems.append(Problem(("venue",), f"{shown(given)} is not a venue", expected))
        return None
    table = {"profile": given} if isinstance(given, str) else given
    profile = table.get("profile", "guide")
    changes = [(key, _override(key, value, problems)) for key, value in table.items() if key != "profile"]
    if not isinstance(profile, str) or len(profile) > TEXT_LIMIT:
        path = ("venue", "profile")
        problems.append(Problem(path, f"{shown(profile)} is not the id of a venue", 'such as "guide"'))
        return None
    return VenueChoice(profile, tuple((key, value) for key, value in changes if value is not None))


def _override(key: str, value: Any, problems: list[Problem]) -> Any:
    """A changed field of the profile; which fields there are, the profile knows."""
    if isinstance(value, bool) or (isinstance(value, str) and len(value) <= TEXT_LIMIT):
        return value
    try:
        return as_number(value)
    except BadValue as error:
        rule = changes_of().get(key)
        expected = "a number, a word, true or false" if rule is None else rule.type.expected
        problems.append(Problem(("venue", key), error.message, expected))
        return None


def _assets(document: Mapping[str, Any], problems: list[Problem]) -> list[AssetEntry | None]:
    rows = rows_of(document, "assets", problems)
    for i, first, name in repeats(rows, "asset"):
        message, see = f"{shown(name)} is listed already, at", ("assets", first, "asset")
        problems.append(Problem(("assets", i, "asset"), message, "one table per asset", see=see))
    return [asset_of(row, ("assets", i), problems) for i, row in rows]


def _check_wallet(draft: Draft, document: Mapping[str, Any]) -> None:
    """The wallet is there once; it is below zero only in an account in which assets can be borrowed."""
    problems, standard = draft.problems, document.get("account", AccountMode.STANDARD) == AccountMode.STANDARD
    currency = document.get("currency", CURRENCY)
    own = [(i, entry) for i, entry in enumerate(draft.assets) if entry is not None and entry.asset == currency]
    given = [(i, entry) for i, entry in own if entry.balance is not None]
    if "wallet" in document:
        with suppress(BadValue):  # what is no number at all is told where the head is read
            if standard and (wallet := as_number(document["wallet"])) < ZERO:
                problems.insert(0, Problem(("wallet",), f"{shown(wallet)} is below 0", WALLET))
        for i, entry in given:
            message = f"{entry.asset} is the account's currency, and `wallet` is its balance"
            problems.append(Problem(("assets", i, "balance"), message, "one of the two"))
    elif standard and not given:
        problems.insert(0, Problem(("wallet",), "is missing", WALLET))
    for i, row in enumerate(draft.assets):
        if row is not None and row.balance is None and row.asset != currency:
            problems.append(Problem(("assets", i, "balance"), "is missing", AssetRow.keys["balance"].expected))


def _markets(document: Mapping[str, Any], problems: list[Problem]) -> list[MarketEntry | None]:
    rows = rows_of(document, "markets", problems)
    for i, first, symbol in repeats(rows, "symbol"):
        message, see = f"{shown(symbol)} is described already, at", ("markets", first, "symbol")
        problems.append(Problem(("markets", i, "symbol"), message, "one table per market", see=see))
    return [market_of(row, ("markets", i), problems) for i, row in rows]


def _positions(
    document: Mapping[str, Any], currency: str, kind_of: KindOf, problems: list[Problem]
) -> list[Position | None]:
    rows = rows_of(document, "positions", problems)
    for i, first, own in repeats(rows, "id"):
        message, see = f"{shown(own)} is the id of another position already, at", ("positions", first, "id")
        problems.append(Problem(("positions", i, "id"), message, "an id of its own", see=see))
    return positions_of([position_row(row, ("positions", i), problems) for i, row in rows], currency, kind_of)
