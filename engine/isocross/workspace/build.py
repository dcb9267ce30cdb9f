"""From a workspace to the book it describes: the venue's rules, each market with its ladder, and what they refuse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from decimal import Decimal

from isocross.account.assets import Asset
from isocross.account.book import Book, Mode, Order, Position
from isocross.account.checks import breaches
from isocross.account.margin import worth
from isocross.format import grouped
from isocross.money import ZERO, exact, text
from isocross.paths.glide import share_too_far, too_far
from isocross.records import dataclass
from isocross.rehearsal.kinds import PATH_TYPES
from isocross.rehearsal.scenario import Scenario
from isocross.rehearsal.together import taken_apart, with_all_mates
from isocross.rules.accounts import account_like
from isocross.rules.catalogue import (
    OVERRIDE_KEYS,
    OverrideError,
    ProfileError,
    UnknownVenueError,
    load_profile,
    override,
    shipped_profile,
)
from isocross.rules.market import Kind, Market, TierKey, TierMethod
from isocross.rules.profile import CrossMachine, Profile
from isocross.rules.switches import AccountMode
from isocross.toml.faults import escaped, shown
from isocross.toml.places import Path, Problem, faults_of, listing, meant
from isocross.workspace.assets import Assets, check_buckets
from isocross.workspace.markets import Asked, Markets, check_currency, kinds, probable_profile, with_kinds
from isocross.workspace.model import AssetEntry, MarketEntry, VenueChoice, Workspace

_RULES = f"one that isocross docs venues lists, such as {listing(OVERRIDE_KEYS[:4])}"


@dataclass(frozen=True)
class Parts:
    """What of a workspace a book is built from; None stands for what could not be read."""

    venue: VenueChoice | None
    wallet: Decimal | None
    markets: Sequence[MarketEntry | None]
    positions: Sequence[Position | None]
    currency: str | None = None
    scenario: Scenario | None = None
    orders: Sequence[Order | None] = ()
    strict: bool = False
    account: AccountMode = AccountMode.STANDARD
    assets: Sequence[AssetEntry | None] = ()


@dataclass(frozen=True)
class Checked:
    """What the parts come to; without a profile where there is none."""

    profile: Profile | None = None
    markets: Mapping[str, Market] = field(default_factory=dict)
    coins: tuple[Asset, ...] = ()


def book_of(workspace: Workspace, venue: str | None = None, origin: str = "") -> Book:
    """The book of a workspace.

    Args:
        workspace: what the file says.
        venue: the account under another profile, as `under_venue` puts it there.
        origin: the name of the file in the faults.

    Raises:
        Faults: where the venue or its rules do not allow this account; without lines.
    """
    problems: list[Problem] = []
    workspace = workspace if venue is None else under_venue(workspace, venue)
    parts = Parts(
        workspace.venue,
        workspace.wallet,
        workspace.markets,
        workspace.positions,
        workspace.currency,
        orders=workspace.orders,
        strict=workspace.strict,
        account=workspace.account,
        assets=workspace.assets,
    )
    checked = check(parts, problems)
    if problems or checked.profile is None:
        raise faults_of(problems, origin or workspace.name)
    return Book(
        profile=checked.profile,
        wallet=workspace.wallet,
        markets=checked.markets,
        positions=workspace.positions,
        fund=workspace.fund,
        strict=workspace.strict,
        currency=workspace.currency,
        orders=workspace.orders,
        account=workspace.account,
        coins=checked.coins,
    )


def under_venue(workspace: Workspace, venue: str) -> Workspace:
    """Put a workspace under another venue, in the mode that is there what its own is here.

    What it changes of its own venue's rules is left out then, and so are tiers that the other would misread.
    """
    if venue == workspace.venue.profile:
        return workspace
    choice = VenueChoice(venue)
    there = replace(workspace, markets=with_kinds(workspace, choice), venue=choice)
    own, other = profile_of(workspace.venue, []), profile_of(choice, [])
    if other is None:
        return there
    account = account_like(other.accounts, workspace.account)
    there = replace(there, account=account)
    if own is None:
        return there
    units = {rule and rule.weights_by for rule in (own.account_rule(workspace.account), other.account_rule(account))}
    assets = tuple(_asset_under(entry, one_unit=len(units) == 1) for entry in workspace.assets)
    return replace(there, markets=_markets_under(own, other, there), assets=assets)


def _asset_under(entry: AssetEntry, *, one_unit: bool) -> AssetEntry:
    """An asset without tiers that another venue would misread, and without what its own venue says of its limit."""
    misread = len(entry.tiers) > 1 and not one_unit
    return replace(entry, tiers=() if misread else entry.tiers, limit_reached=False)


def _markets_under(own: Profile, other: Profile, workspace: Workspace) -> tuple[MarketEntry, ...]:
    """The file's markets, without tiers that another profile would misread."""
    curves = {own.tier_method is TierMethod.CURVE, other.tier_method is TierMethod.CURVE}
    kinds = {o.market: o.kind for o in workspace.orders} | {p.market: p.kind for p in workspace.positions}

    def misread(market: MarketEntry) -> bool:
        kind = kinds.get(market.symbol, Kind.LINEAR)
        return len(curves) > 1 or own.tier_key_of(kind) is not other.tier_key_of(kind)

    return tuple(replace(market, tiers=()) if misread(market) else market for market in workspace.markets)


@exact
def check(parts: Parts, problems: list[Problem]) -> Checked:
    """Put the parts together; what does not go together is added to `problems`."""
    _check_isolated(parts, problems)
    inverse = frozenset(p.market for p in parts.positions if p is not None and p.inverse)
    _check_reach(inverse, parts.scenario, problems)
    given = None if parts.venue is None else profile_of(parts.venue, problems)
    # behind a wrong venue the rest is judged by the one that was probably meant, so that all faults are told at once
    profile = given or _stand_in(parts.venue)
    assets = None if profile is None else _assets(profile, parts)
    if assets is None or assets.rule is None:
        check_currency(parts.currency, parts.positions, parts.orders, problems)
    if profile is None or assets is None:
        return Checked()
    _check_buckets(profile, parts, problems)
    assets.check(parts.positions, parts.orders, problems)
    markets = Markets(profile, parts.markets, parts.positions, problems, assets)
    for i, position in enumerate(parts.positions):
        if position is not None:
            asked = Asked.by_position(i, position)
            market = markets.of(asked)
            if market is not None:
                _check_leverage(asked, market, markets.cap(asked), problems)
    for i, order in enumerate(parts.orders):
        if order is not None:
            _check_order(Asked.by_order(i, order), parts, markets, problems)
    if parts.strict:
        problems.extend(_forbidden(profile, parts.positions))
    built = {symbol: market for symbol, market in markets.built.items() if market is not None}
    check_buckets(assets, parts.positions, built, problems)
    whole = None not in markets.built.values()
    coins = assets.coins(built, markets.entries, problems) if whole else ()
    _check_moved(parts.scenario, built, coins, problems)
    if inverse and coins and not problems:
        _check_mates(inverse, parts, Checked(profile, built, coins), problems)
    return Checked() if given is None else Checked(profile, built, coins)


def _assets(profile: Profile, parts: Parts) -> Assets:
    # of a file whose head is not read, neither the currency nor the mode is known: nothing is said of its assets
    entries = () if parts.currency is None else tuple(entry for entry in parts.assets if entry is not None)
    held = {row.market: row.kind for row in (*parts.positions, *parts.orders) if row is not None}
    listed = kinds(parts.venue, parts.markets)
    kind_of = lambda symbol: held[symbol] if symbol in held else listed(symbol)  # noqa: E731 - one line of its own
    return Assets(profile, parts.account, parts.currency or "", parts.wallet or ZERO, entries, kind_of)


def _stand_in(choice: VenueChoice | None) -> Profile | None:
    """The venue without the changes of the file that are wrong, or the one whose name is nearest; None: nothing is."""
    profile = None if choice is None else probable_profile(choice.profile)
    return None if choice is None or profile is None else _changed(profile, choice, [])


def profile_of(choice: VenueChoice, problems: list[Problem]) -> Profile | None:
    """The profile with the file's changes, each of which is checked by itself."""
    before = len(problems)
    try:
        profile = load_profile(choice.profile)
    except UnknownVenueError as error:
        guess = meant(choice.profile, error.known)
        message = f"no venue is called {shown(choice.profile)}{guess}"
        problems.append(Problem(("venue", "profile"), message, f"one of {listing(error.known)}"))
        # what may be changed is the same at each venue
        profile = probable_profile(choice.profile) or shipped_profile()
    except ProfileError as error:
        problems.extend(Problem(("venue", "profile"), line, "") for line in str(error).splitlines())
        profile = shipped_profile()
    changed = _changed(profile, choice, problems)
    return None if len(problems) > before else changed


def _changed(profile: Profile, choice: VenueChoice, problems: list[Problem]) -> Profile:
    """The profile with those of the file's changes that are good; the others are added to `problems`."""
    good: dict[str, object] = {}
    for key, value in choice.overrides:
        if key not in OVERRIDE_KEYS:
            problems.append(_no_rule(key, len(problems)))
            continue
        try:
            override(profile, {key: value})
        except OverrideError as error:
            problems.append(Problem(("venue", key), error.message, error.expected))
        else:
            good[key] = value
    return override(profile, good)


def _no_rule(key: str, found: int) -> Problem:
    message = f"this is not a rule that a file can change{meant(key, OVERRIDE_KEYS, found)}"
    return Problem(("venue", key), message, _RULES, at_key=True)


def _check_leverage(asked: Asked, market: Market, cap: Decimal | None, problems: list[Problem]) -> None:
    """No leverage above what the venue gives for this quantity at this price."""
    if asked.leverage is None:
        return
    by_notional = market.ladder.key is TierKey.NOTIONAL
    size = worth(asked.kind, asked.quantity, asked.price) if by_notional else asked.quantity
    most = market.ladder.max_leverage_at(size)
    most = most if cap is None else min(most, cap)
    if asked.leverage > most:
        unit = "a notional" if by_notional else "a quantity"
        message = f"{text(asked.leverage)} is above the highest leverage for {unit} of {grouped(size)}"
        problems.append(Problem((*asked.path, "leverage"), message, f"at most {text(most)}"))


def _check_order(asked: Asked, parts: Parts, markets: Markets, problems: list[Problem]) -> None:
    """An order's market is known, and has a mark: its own, or the entry of a position in it."""
    entry = markets.entries.get(asked.market)
    held = asked.market in markets.built or any(p is None or p.market == asked.market for p in parts.positions)
    market = markets.of(asked)
    if market is None:
        return
    _check_leverage(asked, market, markets.cap(asked), problems)
    if not held and (entry is None or entry.mark is None):
        message = f"{shown(asked.market)} has no mark: no position is in this market"
        problems.append(Problem((*asked.path, "market"), message, "a [[markets]] table with its `mark`"))


def _forbidden(profile: Profile, positions: Sequence[Position | None]) -> list[Problem]:
    """What the venue would not allow, for a strict file."""
    held = [position for position in positions if position is not None]
    return [Problem(("positions", i, key), message, expected) for i, key, message, expected in breaches(profile, held)]


def _check_mates(inverse: frozenset[str], parts: Parts, checked: Checked, problems: list[Problem]) -> None:
    """No market of a coin that is margin goes too far with another of its coin, nor another way than its coin."""
    if parts.scenario is None or checked.profile is None:
        return
    book = Book(
        checked.profile,
        parts.wallet or ZERO,
        checked.markets,
        tuple(position for position in parts.positions if position is not None),
        currency=parts.currency or "",
        orders=tuple(order for order in parts.orders if order is not None),
        account=parts.account,
        coins=checked.coins,
    )
    _check_reach(inverse, with_all_mates(book, parts.scenario), problems)
    apart = taken_apart(book, parts.scenario)
    if apart is not None:
        problems.append(Problem(apart[0], apart[1], "the same share for both"))


def _check_reach(inverse: frozenset[str], scenario: Scenario | None, problems: list[Problem]) -> None:
    """Neither the shock nor a leg takes an inverse market too near to zero."""
    if scenario is None or not inverse:
        return
    asked_for: list[tuple[Path, Decimal]] = [(("scenario", "shock"), scenario.shock)]
    asked_for += [asked for kind in PATH_TYPES for asked in kind.reached(scenario)]
    for path, move in asked_for:
        if asked := too_far(inverse, scenario.betas, move):
            problems.append(Problem(path, asked, "a smaller move"))
            return
    for path, shares in (ends for kind in PATH_TYPES for ends in kind.apart(scenario)):
        if asked := share_too_far(inverse, shares):
            problems.append(Problem(path, asked, "a smaller move"))
            return


def _check_moved(
    scenario: Scenario | None, markets: Mapping[str, Market], coins: Sequence[Asset], problems: list[Problem]
) -> None:
    """A part in the move that is given to an asset is one of its own market: that of a contract moves with it."""
    priced = {coin.name: coin.market for coin in coins if coin.name not in markets}
    if scenario is None or not priced:
        return
    named: list[tuple[Path, str]] = [(("scenario", "betas", symbol), symbol) for symbol in scenario.betas]
    named += [(("scenario", "legs", n, symbol), symbol) for n, step in enumerate(scenario.legs) for symbol in step.own]
    for path, symbol in named:
        if symbol in priced:
            message = f"{symbol} has the price of {shown(priced[symbol])}, and moves with it"
            problems.append(Problem(path, message, f"{priced[symbol]} in its place", at_key=True))


def _check_buckets(profile: Profile, parts: Parts, problems: list[Problem]) -> None:
    """A margin of zero or below is one of a bucket that a profit carries; a position of a pool has none."""
    if profile.cross_machine is CrossMachine.TOP_UP:
        return
    for i, position in enumerate(parts.positions):
        if position is not None and position.mode is Mode.CROSS and position.margin <= 0:
            expected = "a positive amount of money: only an isolated position has margin of its own here"
            problems.append(Problem(("positions", i, "margin"), f"{text(position.margin)} is not above 0", expected))


def _check_isolated(parts: Parts, problems: list[Problem]) -> None:
    """The isolated margins are in the wallet, all of them."""
    positions = [position for position in parts.positions if position is not None]
    if parts.wallet is None or len(positions) < len(parts.positions) or parts.account is not AccountMode.STANDARD:
        return
    isolated = [position for position in positions if position.mode is Mode.ISOLATED]
    needed = sum((position.margin for position in isolated), ZERO)
    if isolated and needed > parts.wallet:
        ids = escaped(listing((position.id for position in isolated), 5))
        message = (
            f"the isolated margins ({ids}) sum to {grouped(needed)}, more than the wallet of {grouped(parts.wallet)}"
        )
        problems.append(Problem(("wallet",), message, f"at least {text(needed)}"))
