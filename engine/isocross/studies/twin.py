"""An account and its variants side by side: in one mode, with one position flipped, under another venue.

A `Tally` is what one variant comes to at a shock; a `Twin` has them all, and where one begins to leave more than
another.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import field, replace
from decimal import ROUND_FLOOR, Decimal
from functools import cached_property

from isocross.account.book import Book, Mode, market_names
from isocross.cascade.events import Event, EventKind
from isocross.figures.deposits import cash_lost
from isocross.figures.frame import Frame
from isocross.format import Amounts
from isocross.memo import Memo
from isocross.money import MONEY_GRID, ONE, ZERO, exact
from isocross.moves import flip
from isocross.paths.glide import Glide
from isocross.paths.shock import Shock
from isocross.records import dataclass
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.rules.switches import Repays
from isocross.studies.crossing import Crossing, crossing_unless_alike
from isocross.studies.curves import EquityCurve, equity_curve, in_each_mode
from isocross.studies.returning import equity_if_back
from isocross.workspace import Faults, Workspace, book_of
from isocross.workspace.build import under_venue

AS_IS = "as-is"
"""The key of the account as it is."""
FLIP = "flip"
"""The key of the account with one position flipped."""
IN_CURRENCY = "in-currency"
"""The key of the account with the same positions, and all that backs them in its currency."""

OTHER_ORDER = "positions-first"
"""The key of the same account, liquidated in the other order that its venue leaves open."""
ASIDE = frozenset({IN_CURRENCY, OTHER_ORDER})
"""The keys of what is another account, or another venue's order: no way to hold the positions."""


@dataclass(frozen=True)
class Variant:
    """One way to hold the same account."""

    key: str
    """`as-is`, `all-cross`, `all-isolated`, `in-currency`, `positions-first`, `flip`, or the id of a venue."""
    title: str
    venue: str
    """Whose rules it is under."""
    rehearsal: GlideRehearsal | None
    """None: it cannot be set up."""
    refusal: str = ""
    """Why it cannot be set up."""
    same_as: str = ""
    """Key of the variant it equals in every position; empty: of none."""


def in_both_modes(rehearsal: GlideRehearsal) -> tuple[Variant, ...]:
    """The account as it is, all cross and all isolated; one that equals the account as it is says so."""
    found = [Variant(AS_IS, "as it is", rehearsal.book.profile.id, rehearsal)]
    for mode, book in in_each_mode(rehearsal.book).items():
        found.append(_variant(f"all-{mode}", f"all {mode}", rehearsal, book, found))
    return tuple(found)


def in_its_currency(rehearsal: GlideRehearsal) -> tuple[Variant, ...]:
    """The same positions with all other assets sold for the account's currency; nothing where there are none to sell.

    At the opening prices and without a fee. What isolated margins hold stays, and so does what backs a pool of its own.
    """
    book = rehearsal.book
    held = all_in_currency(book)
    if held == book:
        return ()
    title = f"{book.currency} collateral"
    return (Variant(IN_CURRENCY, title, book.profile.id, replace(rehearsal, book=held)),)


def in_the_other_order(rehearsal: GlideRehearsal) -> tuple[Variant, ...]:
    """The same account with its positions liquidated before its debts are repaid, where its venue leaves that open."""
    book, rule = rehearsal.book, rehearsal.book.account_rule
    if rule is None or not rule.either_first:
        return ()
    other = replace(rule, repays=Repays.LAST)
    rules = tuple(other if each is rule else each for each in book.profile.accounts)
    changed = replace(book, profile=replace(book.profile, accounts=rules))
    return (Variant(OTHER_ORDER, "positions first", book.profile.id, replace(rehearsal, book=changed)),)


@exact
def all_in_currency(book: Book) -> Book:
    """The account with what it can sell of other assets sold for its currency; debts are repaid so, too."""
    marks = {symbol: market.mark for symbol, market in book.markets.items()}
    own_pools = {book.coin_of(p) for p in book.positions if p.mode is Mode.CROSS and not book.pools_assets}
    own_pools |= {book.coin_of(order) for order in book.orders}
    after = book
    for coin in book.coin_names[1:]:
        free = book.free_in(coin)
        price = book.coin_price(coin, marks) / book.coin_price("", marks)
        if free and price and coin not in own_pools:
            after = after.with_cash(coin, -free).with_cash("", (free * price).quantize(MONEY_GRID, ROUND_FLOOR))
    return after


def with_flip(rehearsal: GlideRehearsal, position_id: str, others: Iterable[Variant]) -> Variant:
    """The account with one position flipped, the venue's own refusal of flips left aside.

    Args:
        rehearsal: the account as it is.
        position_id: which position; KeyError for an unknown id.
        others: the variants it may be equal to.
    """
    index = rehearsal.book.index_of(position_id)
    mode = rehearsal.book.positions[index].mode.other
    name = market_names(rehearsal.book)[index]
    outcome = flip(replace(rehearsal.book, strict=False), position_id)
    book = outcome.after or f"{name} cannot be {mode}: {outcome.refusal}"
    return _variant(FLIP, f"{name} {mode}", rehearsal, book, others)


def under_other_venues(workspace: Workspace, rehearsal: GlideRehearsal, venues: Iterable[str]) -> tuple[Variant, ...]:
    """The account as it is under every other venue's rules; a venue that cannot hold it says why."""
    own = rehearsal.book.profile.id
    return tuple(_under(venue, workspace, rehearsal) for venue in venues if venue != own)


def _under(venue: str, workspace: Workspace, rehearsal: GlideRehearsal) -> Variant:
    there = under_venue(workspace, venue)
    title = f"under {venue}" if there.account is workspace.account else f"under {venue} ({there.account})"
    try:
        book = book_of(there)
    except Faults as faults:
        why = "; ".join(fault.finding for fault in faults.faults)
        return Variant(venue, title, venue, None, why)
    return Variant(venue, title, venue, replace(rehearsal, book=book))


def _variant(key: str, title: str, rehearsal: GlideRehearsal, book: Book | str, others: Iterable[Variant]) -> Variant:
    venue = rehearsal.book.profile.id
    if isinstance(book, str):
        return Variant(key, title, venue, None, book)
    for other in others:
        if other.rehearsal is not None and _held(other.rehearsal.book) == _held(book):
            return Variant(key, title, venue, other.rehearsal, same_as=other.same_as or other.key)
    return Variant(key, title, venue, replace(rehearsal, book=book))


def _held(book: Book) -> list[tuple[object, ...]]:
    """What tells variants of one account apart: each position's mode and margin, however the margin was given."""
    return [(position.mode, position.margin) for position in book.positions]


@dataclass(frozen=True)
class Fall:
    """Where a position ends."""

    position: str
    """Its id."""
    name: str
    """What it is called."""
    move: Decimal
    """The common move; of per-market shocks the fraction of the way."""
    mark: Decimal | None
    """Mark of its market there."""
    happened: bool
    """False: further than the shock goes."""


@dataclass(frozen=True)
class Tally:
    """The figures of one variant at the end of a shock; amounts in the account's currency.

    `wallet` at the opening − `lost` + `open_pnl` = `equity`.
    """

    frame: Frame
    equity: Decimal
    lost: Decimal
    """Cash that is gone for good: the wallet at the opening less the wallet now; negative: cash was gained."""
    open_pnl: Decimal
    """Unrealised PnL of what is still open; negative is a loss."""
    worst_case: Decimal
    """The most that can be lost from the opening."""
    fund_paid: Decimal
    """What the insurance fund paid for holes, what it took from takeovers not counted."""
    if_back: Decimal
    """Equity with every mark back at its opening, once all has happened that happens on the way back, too."""
    survivors: int
    """Positions that are open, smaller ones included; not those that an order closed."""
    first_fall: Fall | None
    """The first position to end on the whole glide; None: none does."""

    @property
    def amounts(self) -> Amounts:
        """How amounts of it are written."""
        return self.frame.total_amounts

    @property
    def positions(self) -> int:
        """How many positions the account had."""
        return len(self.frame.positions)

    @property
    def liquidated(self) -> tuple[str, ...]:
        """Ids of the positions that ended, in file order."""
        return self.frame.liquidated


@exact
def tally(rehearsal: GlideRehearsal, shock: Shock) -> Tally:
    """Work out the figures of a rehearsal at the end of a shock."""
    frame = rehearsal.frame(shock)
    account, book = frame.account, frame.book
    paid = (event.amount * _price(event, frame) for event in frame.events if event.kind is EventKind.FUND)
    return Tally(
        frame=frame,
        equity=account.equity,
        lost=cash_lost(frame),
        open_pnl=account.equity - account.wallet,
        worst_case=account.worst_case,
        fund_paid=sum(paid, ZERO),
        if_back=equity_if_back(book, frame.events, frame.marks, rehearsal.work),
        survivors=frame.open_positions,
        first_fall=_first_fall(rehearsal, frame, shock),
    )


def _price(event: Event, frame: Frame) -> Decimal:
    """The price of the asset of an event where it happened; of an account of one currency 1."""
    return frame.book.coin_price(event.asset, frame.path.marks(event.place)) if frame.book.coins else ONE


def _first_fall(rehearsal: GlideRehearsal, frame: Frame, shock: Shock) -> Fall | None:
    """The first that fell; where none did, the first that would further on."""
    fell = next((event for event in frame.events if event.kind is EventKind.LIQUIDATION), None)
    if fell is not None:
        return _fall(fell, frame, rehearsal.timeline(shock).path, happened=True)
    whole = rehearsal.whole(shock)
    ahead = (e for e in whole.happened if e.kind is EventKind.LIQUIDATION and e.place > frame.place)
    event = next(ahead, None)
    return None if event is None else _fall(event, frame, whole.path, happened=False)


def _fall(event: Event, frame: Frame, path: Glide, *, happened: bool) -> Fall | None:
    if event.position is None:
        return None
    name = market_names(frame.book)[event.position]
    id = frame.book.seats[event.position].id
    return Fall(id, name, path.move(event.place), event.mark, happened)


@dataclass(frozen=True)
class Result:
    """A variant and what it comes to."""

    variant: Variant
    tally: Tally | None
    """None: it cannot be set up."""


@dataclass(frozen=True)
class Comparison:
    """Two variants against each other: the one with isolated positions first, since it is the one asked about."""

    isolated: Result
    cross: Result
    called: tuple[str, str]
    """What they are called in a sentence."""
    crossing: Crossing | None = None
    """Where the isolated one begins to leave more, on a glide in the direction of the shock."""
    alike: bool = False
    """Whether they leave the same all the way."""


@dataclass(frozen=True)
class Twin:
    """The variants of one account; what does not depend on where the shock stands is worked out once."""

    rehearsal: GlideRehearsal
    _memo: Memo = field(default_factory=Memo, compare=False, repr=False)

    @cached_property
    def modes(self) -> tuple[Variant, ...]:
        """As it is, all cross, all isolated; of several assets also in its currency, and in another order."""
        own = self.rehearsal
        return (*in_both_modes(own), *in_its_currency(own), *in_the_other_order(own))

    def variants(self, selected: str | None = None) -> tuple[Variant, ...]:
        """The variants by mode, and the account with the selected position flipped."""
        if selected is None:
            return self.modes
        return (
            *self.modes,
            self._memo.once(("flip", selected), lambda: with_flip(self.rehearsal, selected, self.modes)),
        )

    def kept(self, key: Hashable, make: Callable[[], Variant]) -> Variant:
        """One more variant, made once: what is worked out of it stays as long as the twin does."""
        return self._memo.once(key, make)

    def curve(self, variant: Variant) -> EquityCurve | None:
        """Equity of a variant against the shock, over both glides; None for one that cannot be set up."""
        rehearsal = variant.rehearsal
        if rehearsal is None:
            return None
        return self._memo.once(("curve", id(rehearsal)), lambda: equity_curve(variant.title, rehearsal))

    def falls(self, variant: Variant) -> tuple[tuple[Decimal, Decimal], ...]:
        """(common move, equity after it) of every liquidation of a variant, over both glides."""
        rehearsal, curve = variant.rehearsal, self.curve(variant)
        if rehearsal is None or curve is None:
            return ()
        # where the curve steps down, what is left is the point further out
        after = {move: equity for move, equity in reversed(curve.points) if move < 0}
        after |= {move: equity for move, equity in curve.points if move >= 0}
        places = (
            glide.path.move(event.place)
            for glide in (rehearsal.falling, rehearsal.rising)
            for event in glide.happened
            if event.kind is EventKind.LIQUIDATION
        )
        return tuple((move, after[move]) for move in dict.fromkeys(places))

    def sides(self, shock: Shock, selected: str | None = None, more: Sequence[Variant] = ()) -> tuple[Result, ...]:
        """Every variant with its tally, and `more` of them; equal ones share theirs."""
        tallies: dict[int, Tally] = {}
        sides = []
        for variant in (*self.variants(selected), *more):
            rehearsal = variant.rehearsal
            if rehearsal is not None and id(rehearsal) not in tallies:
                tallies[id(rehearsal)] = tally(rehearsal, shock)
            sides.append(Result(variant, None if rehearsal is None else tallies[id(rehearsal)]))
        return tuple(sides)

    def of_modes(self, sides: tuple[Result, ...], shock: Shock) -> Comparison:
        """All isolated against all cross."""
        by_key = {side.variant.key: side for side in sides}
        return self._compared(by_key["all-isolated"], by_key["all-cross"], ("all isolated", "all cross"), shock)

    def of_flip(self, sides: tuple[Result, ...], selected: str, shock: Shock) -> Comparison:
        """The account with the selected position isolated against the same with it on cross margin."""
        by_key = {side.variant.key: side for side in sides}
        flipped, as_is = by_key["flip"], by_key[AS_IS]
        position = self.rehearsal.book.positions[self.rehearsal.book.index_of(selected)]
        name = flipped.variant.title.removesuffix(f" {position.mode.other}")
        pair = (flipped, as_is) if position.mode is Mode.CROSS else (as_is, flipped)
        return self._compared(*pair, (f"{name} isolated", f"{name} on cross"), shock)

    def _compared(self, isolated: Result, cross: Result, called: tuple[str, str], shock: Shock) -> Comparison:
        one, other = isolated.variant.rehearsal, cross.variant.rehearsal
        if one is None or other is None:
            return Comparison(isolated, cross, called)
        glides = one.whole(shock), other.whole(shock)
        way = shock > 0 if isinstance(shock, Decimal) else tuple(sorted(shock.items()))
        key = ("pair", id(one), id(other), way, glides[0].limit)
        found, alike = self._memo.once(key, lambda: crossing_unless_alike(*glides))
        return Comparison(isolated, cross, called, found, alike)
