"""The venue board: the account of a desk under every venue's rules, each row what the desk would show there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import assert_never

from isocross.account.book import Book, market_names
from isocross.account.checks import breaches
from isocross.cascade.events import EventKind
from isocross.desk import selectors
from isocross.desk.actions.venue import SetVenue
from isocross.desk.in_force import venue_words
from isocross.desk.state import State
from isocross.desk.store import once_per_state
from isocross.figures.frame import Frame, Liquidation, PositionFrame
from isocross.format import price
from isocross.money import exact
from isocross.moves import flip, not_accepted
from isocross.records import dataclass
from isocross.rehearsal.rehearsal import Rehearsal, Stop
from isocross.rules.catalogue import ProfileError, load_profile, shipped_profile
from isocross.rules.profile import Profile
from isocross.rules.switches import AccountMode

_FORCED = frozenset((EventKind.LIQUIDATION, EventKind.REDUCTION))
"""What a venue does to a position against its owner's will."""
_DATE = re.compile(r"\d{4}-\d\d-\d\d|\d{4}-\d\d|\d{4}")


@dataclass(frozen=True)
class Objection:
    """Something that a venue would refuse of the account."""

    what: str
    """In a word or two."""
    rule: str
    """The venue's rule."""


@dataclass(frozen=True)
class Ruled:
    """The account under one venue's rules."""

    profile: Profile
    rehearsal: Rehearsal | None
    """None: it cannot hold the account."""
    refusal: str = ""
    """Why it cannot hold it."""
    mode: AccountMode | None = None
    """The mode of the account there, where it is another than here."""

    @property
    def called(self) -> str:
        """The venue's id, and whether its rules are changed."""
        return venue_words(self.profile)

    @property
    def titled(self) -> str:
        """The venue's own name, and the mode of the account there where it is another than here."""
        return self.profile.title if self.mode is None else f"{self.profile.title} ({self.mode})"

    @property
    def dated(self) -> str:
        """The newest date that its rules and tables have; empty: they have none."""
        return max(_DATE.findall(self.profile.as_of), default="")

    def first_fall(self, way: int) -> Stop | None:
        """The nearest place below the opening (−1), or above it (1), where a position is liquidated or reduced."""
        if self.rehearsal is None:
            return None
        falls = (stop for stop in self.rehearsal.stops if any(event.kind in _FORCED for event in stop.events))
        there = [stop for stop in falls if stop.at * way >= 0]
        return min(there, key=lambda stop: abs(stop.at), default=None)

    @property
    def nearest(self) -> Decimal | None:
        """How far the first forced close is, whole or in part, either way; None: there is none."""
        found = (self.first_fall(-1), self.first_fall(1))
        return min((abs(stop.at) for stop in found if stop is not None), default=None)

    def faller(self, stop: Stop) -> str:
        """Who is liquidated first at a stop, or that it is reduced where only a part is closed."""
        names = market_names(self.book)
        forced = ((event.position, event.kind) for event in stop.events if event.kind in _FORCED)
        name, kind = next((names[index], kind) for index, kind in forced if index is not None)
        return f"{name} reduced" if kind is EventKind.REDUCTION else name

    @property
    def book(self) -> Book:
        """The account there; ValueError for a venue that cannot hold it."""
        if self.rehearsal is None:
            raise ValueError(self.refusal)
        return self.rehearsal.book


@dataclass(frozen=True)
class VenueRow:
    """A row of the board at the cursor."""

    ruled: Ruled
    frame: Frame | None
    """Every figure there at the cursor; None: it cannot hold the account."""
    objections: tuple[Objection, ...]
    """What it would refuse of the account as it stands."""
    is_own: bool
    """Whether the account is under its rules now."""


def _all_ruled(state: State, venues: tuple[str, ...]) -> tuple[Ruled, ...]:
    """The account under each venue: where the first forced close is farthest away first, who cannot hold it last."""
    found = [_under(state, venue) for venue in dict.fromkeys((*venues, state.workspace.venue.profile))]
    return tuple(sorted(found, key=_order))


def _order(ruled: Ruled) -> tuple[bool, bool, Decimal]:
    near = ruled.nearest
    return ruled.rehearsal is None, near is not None, -(near or Decimal(0))


def _under(state: State, venue: str) -> Ruled:
    if venue == state.workspace.venue.profile:
        return Ruled(selectors.book(state).profile, selectors.rehearsal(state))
    after = SetVenue(venue).apply(state)
    if after.workspace == state.workspace:
        return Ruled(_profile_of(venue), None, after.message.text.removeprefix("Refused: ").rstrip("."))
    mode = None if after.workspace.account is state.workspace.account else after.workspace.account
    return Ruled(selectors.book(after).profile, selectors.rehearsal(after), mode=mode)


def _profile_of(venue: str) -> Profile:
    """The rules of a venue; of one whose file cannot be used no more than its name."""
    try:
        return load_profile(venue)
    except ProfileError:
        return replace(shipped_profile(), id=venue, title=venue)


def _objections(book: Book, selected: str | None) -> Iterator[Objection]:
    """Positions that it would not open beside the others, and the flip of the selected one."""
    names = market_names(book)
    for position, name in zip(book.positions, names, strict=False):
        refusal = not_accepted(book, position.id)
        if refusal is not None:
            yield Objection(name, f"{name}: {refusal}")
    for index, _, rule, _ in breaches(book.profile, book.positions):
        yield Objection(names[index], f"{names[index]}: {rule}")
    if selected is not None:
        outcome = flip(replace(book, strict=True), selected)
        if outcome.refusal is not None:
            rule = str(outcome.refusal).removeprefix(f"{book.profile.title} would refuse this: ")
            yield Objection("flip", f"a flip of {names[book.index_of(selected)]}: {rule}")


def _distinct(found: Iterable[Objection]) -> tuple[Objection, ...]:
    """Each rule once, and of several about one position the first."""
    by_what: dict[str, Objection] = {}
    for objection in found:
        by_what.setdefault(objection.what, objection)
    return tuple(by_what.values())


class Board:
    """The board of some venues."""

    def __init__(self, venues: Iterable[str]) -> None:
        """Look at these venues, and at the one the account is under."""
        known = tuple(venues)

        def ruled(state: State) -> tuple[Ruled, ...]:
            return _all_ruled(state, known)

        self._ruled = once_per_state(ruled, key=lambda state: state.moment.workspace)

    @exact
    def rows(self, state: State) -> tuple[VenueRow, ...]:
        """The rows at the cursor, in an order that does not change while the price moves."""
        return tuple(_row(ruled, state) for ruled in self._ruled(state))


def _row(ruled: Ruled, state: State) -> VenueRow:
    own = ruled.profile.id == state.workspace.venue.profile
    if ruled.rehearsal is None:
        return VenueRow(ruled, None, (), own)
    rehearsal, cursor = ruled.rehearsal, state.moment.cursor
    here = rehearsal.from_here(cursor).book
    selected = next((p.id for p in here.positions if p.id == state.selected), None)
    objections = _distinct(_objections(here, selected))
    return VenueRow(ruled, rehearsal.frame(rehearsal.within(cursor)), objections, own)


def told(row: VenueRow, selected: str | None) -> str:
    """A row in sentences."""
    title, ruled, frame = row.ruled.titled, row.ruled, row.frame
    if frame is None or ruled.rehearsal is None:
        return f"{title} cannot hold this account: {ruled.refusal}."
    money, names = frame.book.amounts, market_names(frame.book)
    stops = {stop.at: stop for stop in (ruled.first_fall(-1), ruled.first_fall(1)) if stop is not None}
    falls = [f"{ruled.faller(stop)} {ruled.rehearsal.named(at)}" for at, stop in stops.items()]
    reduced = any(event.kind is EventKind.REDUCTION for stop in stops.values() for event in stop.events)
    first = "first liquidation or reduction" if reduced else "first liquidation"
    figures = [f"{first} {' and '.join(falls)}" if falls else "no liquidation"]
    found = frame.of(selected)
    if found is not None:
        figures.append(_alone(found, names[found.index], frame))
    figures += [
        f"maintenance margin {frame.book.whole_amounts(frame.account.maintenance_margin)}",
        f"available {money(frame.account.available)}",
    ]
    refused = "; ".join(objection.rule for objection in row.objections)
    end = f" It would refuse {refused}." if refused else ""
    return f"{title}: {', '.join(figures)}.{end} {rules_dated(ruled.profile)}"


def _alone(found: PositionFrame, name: str, frame: Frame) -> str:
    """The liquidation price of a position, or why there is none."""
    match found.liquidation:
        case Liquidation.AT:
            grid = frame.book.market_of(found.position).grid
            return f"{name} liquidation price {price(found.liquidation_price_shown, grid)}"
        case Liquidation.NEVER:
            return f"no price of {name} alone liquidates it"
        case Liquidation.DONE:
            return f"{name} liquidated"
        case Liquidation.CLOSED:
            return f"{name} closed"
        case strange:
            assert_never(strange)


def rules_dated(profile: Profile) -> str:
    """Say of when a venue's rules are."""
    return "Its rules have no date." if profile.as_of == "undated" else f"Its rules: {profile.as_of}."
