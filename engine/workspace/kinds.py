"""Which contracts are inverse, as the file says or its venue lists them, and the coin they are margined in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from engine.book import Order, Position
from engine.market import Kind
from engine.profiles import ListedMarket, ProfileError, UnknownVenueError, listed_market, load_profile
from engine.underlying import coin_of, one_name
from engine.venue import Profile
from engine.workspace.faults import shown
from engine.workspace.model import MarketEntry, VenueChoice, Workspace
from engine.workspace.problems import Problem

KindOf = Callable[[str], Kind]


def kinds(venue: VenueChoice | None, markets: Sequence[MarketEntry | None]) -> KindOf:
    """The kind of each market by its symbol."""
    given = {entry.symbol: entry.kind for entry in markets if entry is not None}
    profile = _profile(venue)

    def kind_of(symbol: str) -> Kind:
        said = given.get(symbol)
        if said is not None:
            return said
        listed = None if profile is None else listed_market(profile, symbol)
        return Kind.LINEAR if listed is None else listed.kind

    return kind_of


def kind_in(workspace: Workspace, symbol: str) -> Kind:
    """The kind of a market in a workspace that may hold neither a position nor an order in it yet."""
    held = _held(workspace).get(symbol)
    return kinds(workspace.venue, workspace.markets)(symbol) if held is None else held


def under(workspace: Workspace, venue: VenueChoice) -> Workspace:
    """The workspace at another venue; a kind that the new one would read otherwise is written down."""
    kind_of = kinds(venue, workspace.markets)
    held = _held(workspace)
    told = (
        replace(entry, kind=held[entry.symbol])
        if entry.symbol in held and kind_of(entry.symbol) is not held[entry.symbol]
        else entry
        for entry in workspace.markets
    )
    return replace(workspace, venue=venue, markets=tuple(told))


def _held(workspace: Workspace) -> dict[str, Kind]:
    """The kinds of the markets that have a position or an order."""
    return {o.market: o.kind for o in workspace.orders} | {p.market: p.kind for p in workspace.positions}


def _profile(venue: VenueChoice | None) -> Profile | None:
    """The venue as it is, or the one that was meant; that it is another is told where the account is put together."""
    return None if venue is None else probable_profile(venue.profile)


def probable_profile(name: str) -> Profile | None:
    """The profile of that id, else the one whose id is nearest; None where nothing is near, or its file is faulty."""
    try:
        try:
            return load_profile(name)
        except UnknownVenueError as error:
            return None if error.nearest is None else load_profile(error.nearest)
    except ProfileError:
        return None


def listing_of(profile: Profile, symbol: str, kind: Kind) -> ListedMarket | None:
    """What the profile's tables know of a market of this kind; one of the other kind under that name is another."""
    listed = listed_market(profile, symbol)
    return listed if listed is not None and listed.kind is kind else None


def check_currency(
    currency: str | None,
    positions: Sequence[Position | None],
    orders: Sequence[Order | None],
    problems: list[Problem],
) -> None:
    """An inverse market is margined in its coin, and so is everything in the file."""
    held = [("positions", i, position) for i, position in enumerate(positions)]
    resting = [("orders", i, order) for i, order in enumerate(orders)]
    for table, i, asked in (*held, *resting):
        if asked is None or asked.kind is not Kind.INVERSE or currency is None:
            continue
        coin = coin_of(asked.market)
        if coin is not None and one_name(currency) != coin:
            message = f"{shown(asked.market)} is coin-margined, and the account is in {shown(currency)}"
            expected = f'currency = "{coin}" at the top of the file, or kind = "linear" for this market'
            problems.append(Problem((table, i, "market"), message, expected))
            return
