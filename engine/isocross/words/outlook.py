"""Sentences about where things stand, also on a lived path: what would end a position, what stands out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol, assert_never

from isocross.account.book import Book, Mode, market_names
from isocross.cascade.events import Event, EventKind, Fill, Tested
from isocross.cascade.ledger import Ledger
from isocross.figures.frame import Frame, PositionFrame, Status
from isocross.figures.triggers import joint_falls
from isocross.format import grouped, percent, price
from isocross.money import ZERO, exact
from isocross.moves.flips import flip
from isocross.records import dataclass
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.rules.catalogue import under_rules
from isocross.rules.market import base_of
from isocross.rules.profile import RatioForm
from isocross.words.endings import end_words, ending
from isocross.words.orders import bought_or_sold, kind_name

if TYPE_CHECKING:
    from isocross.rehearsal.lived import LivedRehearsal


def verb(kind: EventKind) -> str:  # noqa: PLR0911, PLR0912 - one for each kind of event
    """What happens to a position, in few words."""
    match kind:
        case EventKind.REFILL:
            return "draws from unused cash"
        case EventKind.REDUCTION:
            return "is reduced"
        case EventKind.LIQUIDATION:
            return "is liquidated"
        case EventKind.SETTLEMENT:
            return "is settled"
        case EventKind.FUNDING:
            return "pays or gets funding"
        case EventKind.FILL:
            return "is changed by an order"
        case EventKind.TRIGGER:
            return "has an order triggered"
        case EventKind.MOVE:
            return "is changed by hand"
        case EventKind.REFUSAL:
            return "is refused a change"
        case EventKind.BORROW:
            return "borrows"
        case EventKind.REPAYMENT:
            return "repays a debt"
        case EventKind.CONVERSION:
            return "sells collateral to repay a debt"
        case EventKind.FUND | EventKind.DELEVERAGE | EventKind.ORDER_CANCEL:
            return "is covered"
        case strange:
            assert_never(strange)


def in_short(event: Event, book: Book) -> str:
    """What happens, in few words: who, and a verb."""
    names = market_names(book)
    if event.fill is not None:
        return _of_order(event, event.fill, book)
    if event.orders:
        return "resting orders are cancelled" if len(event.orders) > 1 else "an order is cancelled"
    if event.kind in {EventKind.BORROW, EventKind.REPAYMENT, EventKind.CONVERSION}:
        return f"the account {verb(event.kind)}"
    if event.position is None:
        return "cash moves" if event.kind in {EventKind.MOVE, EventKind.REFUSAL} else "the pool is covered"
    if event.kind is EventKind.REFILL and event.figures.tested is Tested.ISOLATED:
        return f"{names[event.position]} draws margin by itself"
    return f"{names[event.position]} {verb(event.kind)}"


def _of_order(event: Event, fill: Fill, book: Book) -> str:
    """What becomes of an order, in few words."""
    order = book.orders[fill.order]
    kind, at = kind_name(order), price(fill.price, book.markets[order.market].grid)
    if event.kind is EventKind.TRIGGER:
        return f"the {kind} {order.id} is triggered at {at}"
    if event.position is None or event.kind is not EventKind.FILL:
        return f"the {kind} {order.id} is cancelled"
    name = market_names(book)[event.position]
    if not fill.opens and not fill.left:
        return f"{name} is closed by its {kind} of {at}"
    return f"{grouped(fill.quantity)} of {name} is {bought_or_sold(order)} by its {kind} of {at}"


JOINT = "j"
"""Stands before a distance that is the one to the joint liquidation."""


def away_words(row: PositionFrame, places: int = 1) -> str:
    """How far the nearest trigger of a position is, in a column; with a letter where that is the joint one."""
    return f"{JOINT if row.joint_is_nearer else ''}{percent(row.distance, places)}"


@exact
def warning(row: PositionFrame, name: str) -> str:
    """How near the nearest trigger of a position at risk is; empty for one that is not at risk."""
    if row.status is not Status.AT_RISK or row.distance is None:
        return ""
    to = "joint liquidation" if row.joint_is_nearer else "liquidation price"
    return f"{name} is {percent(row.distance)} from its {to}."


@exact
def account_warning(frame: Frame) -> str:
    """The same for the account: the position that is nearest, and how many more are near; empty without any."""
    near, others = frame.near, len(frame.near.at_risk) - 1
    if near.nearest is None:
        return ""
    more = f" {others} more {'is' if others == 1 else 'are'} near." if others else ""
    return warning(frame.row(near.nearest), market_names(frame.book)[near.nearest]) + more


def pool_words(frame: Frame) -> str:
    """How the cash of the account stands, in a sentence."""
    money = frame.book.amounts
    account = frame.account
    if account.pool_equity is not None and account.margin_ratio is not None:
        room = account.pool_equity - (account.pool_maintenance_margin or ZERO)
        return f"The pool can lose {money(room)} more."
    if frame.book.top_up and any(p.mode is Mode.CROSS for p in frame.book.positions):
        return f"{money(account.unused)} can still be drawn."
    free = account.available if frame.book.coins else account.unused
    return f"{money(free)} backs no position." if free else ""


def venue_ratio_words(frame: Frame, row: PositionFrame | None) -> str | None:
    """The ratio as the venue writes it, in its own word; None where it is the same as ours or there is none."""
    shown = frame.book.ratio_form
    if shown is RatioForm.MAINTENANCE_OVER_EQUITY and frame.book.account_rule is None:
        return None
    ratio, whose = frame.account.venue_ratio, ""
    # an account of several assets has a name for the ratio of all of it, and none for that of a position
    if frame.book.account_rule is None and row is not None and row.venue_ratio is not None:
        ratio, whose = row.venue_ratio, f"{market_names(frame.book)[row.index]} "
    if ratio is None:
        return None
    told = ", healthy is high" if shown is RatioForm.EQUITY_OVER_MAINTENANCE else ""
    if shown is RatioForm.DEMAND_OVER_COLLATERAL:
        told = f", liquidated above {percent(frame.book.terms.usable)}"
    return f"{whose}{frame.book.ratio_name} {percent(ratio)}{told}"


@dataclass(frozen=True)
class Whereabouts:
    """Where a cursor stands, in words."""

    how: str
    """What the figure is: of a cursor `at` a place, or the shock itself."""
    figure: str
    near: str
    """What is near, or comes next."""


@dataclass(frozen=True)
class NextFall:
    """The next liquidation, for a figure that is read from afar."""

    figure: str
    """How far it is, or where; empty: there is none."""
    words: str
    brief: str = ""
    """The same without a name; empty: nothing is named."""


def _first_fall(events: Iterable[Event], beyond: Decimal) -> Event | None:
    """The first liquidation further than a place."""
    return next((e for e in events if e.kind is EventKind.LIQUIDATION and e.place > beyond), None)


class Story(Protocol):
    """What is said about a rehearsal at a cursor."""

    def title(self, at: Decimal) -> str:
        """The kind of path, and of a lived one where the cursor stands, for a title."""

    def next_words(self, at: Decimal) -> str:
        """What comes next, or that nothing does."""

    def position_words(self, at: Decimal, row: PositionFrame) -> str:
        """What became of a position, or what will."""

    def risk_words(self, row: PositionFrame) -> str:
        """How near the nearest trigger of a position at risk is; empty: there is nothing to say of it."""

    def whereabouts(self, at: Decimal) -> Whereabouts:
        """Where the cursor stands, and what is near."""

    def next_fall(self, at: Decimal) -> NextFall:
        """The next liquidation beyond the cursor."""

    @property
    def mark_words(self) -> str:
        """At which mark something is done."""

    def since(self, words: str) -> str:
        """Words about what holds from the opening on, after a blank; empty where nothing else could be meant."""

    def standpoint(self, at: Decimal) -> str:
        """From which marks, and on what is left of which account, a glide from here on is looked at."""


@dataclass(frozen=True)
class GlideStory:
    """What is said about a what-if or a gap."""

    rehearsal: GlideRehearsal

    @property
    def book(self) -> Book:
        """The account at the opening."""
        return self.rehearsal.book

    def title(self, at: Decimal) -> str:  # noqa: ARG002
        """The kind of path, in a word."""
        return "gap" if self.rehearsal.jumps else "what-if"

    @property
    def mark_words(self) -> str:
        """The opening mark: what is done on a what-if is done there."""
        return "the opening mark"

    def since(self, words: str) -> str:  # noqa: ARG002
        """Empty: everything holds from the opening on."""
        return ""

    def risk_words(self, row: PositionFrame) -> str:
        """How near the nearest trigger is."""
        return warning(row, market_names(self.book)[row.index])

    def whereabouts(self, at: Decimal) -> Whereabouts:
        """The shock, and where something happens below and above it."""
        beyond = [stop.at for stop in self.rehearsal.stops]
        down = max((move for move in beyond if move < min(at, ZERO)), default=None)
        up = min((move for move in beyond if move > max(at, ZERO)), default=None)
        ahead = [percent(move, plus="+") for move in (down, up) if move is not None]
        near = f"next at {' and '.join(ahead)}" if ahead else "no liquidation further down or up"
        return Whereabouts("shock", percent(at, plus="+"), near)

    def next_fall(self, at: Decimal) -> NextFall:
        """The next liquidation further in the direction of the shock, and how far it is."""
        whole = self.rehearsal.whole(at)
        fall = _first_fall(whole.happened, abs(at))
        if fall is None:
            return NextFall("", "no liquidation ahead")
        there, name = f"at {percent(whole.path.move(fall.place), plus='+')}", in_short(fall, self.book)
        brief, far = f"to the next liquidation, {there}", self._of_its_price(fall, at)
        if far is None:
            # its own price stands still: what is left to go is a part of the shock
            return NextFall(percent(whole.path.move(fall.place) - at, plus="+"), f"until {name}, {there}", brief)
        return NextFall(percent(far, plus="+"), f"from its mark until {name}, {there}", brief)

    @exact
    def _of_its_price(self, fall: Event, at: Decimal) -> Decimal | None:
        """How far a price is from an event, of its mark at the cursor as every distance is; None where it is still."""
        path, index = self.rehearsal.whole(at).path, fall.position
        if index is None or fall.mark is None or not path.moves(self.book.seats[index].market):
            return None
        mark = path.mark(self.book.seats[index].market, abs(at))
        return fall.mark / mark - 1 if mark else None

    def standpoint(self, at: Decimal) -> str:  # noqa: ARG002 - what is done on a what-if is done at the opening
        """The marks that glides begin from."""
        return "the opening marks"

    def next_words(self, at: Decimal) -> str:
        """What comes next on the glide, or that nothing does, and what is left at a mark of zero."""
        path, ahead = self.rehearsal.whole(at).path, self.rehearsal.next_event(at)
        way = "drop" if path.direction < 0 else "rise"
        if ahead is None:
            return self._nothing_ahead(at, way)
        place = percent(path.move(ahead.place), plus="+")
        return f"Next: {in_short(ahead, self.book)} at {place}."

    def _nothing_ahead(self, shock: Decimal, way: str) -> str:
        whole, book = self.rehearsal.whole(shock), self.book
        movers = [s for s, slope in whole.path.slopes.items() if slope]
        alone = len(movers) == 1 and movers[0] not in book.inverse_markets
        if way == "drop" and alone and not whole.happened:
            marks = {s: ZERO if s == movers[0] else m.mark for s, m in book.markets.items()}
            left = Ledger(book).equity(marks)
            if left > 0:
                mover = base_of(movers[0], book.currency)
                rules = under_rules(book.profile.title)
                none = "No drop" if any(stop.at > 0 for stop in self.rehearsal.stops) else "No price"
                told = f"{none} of {mover} alone liquidates this account {rules}"
                return f"{told}: at zero, {book.amounts(left)} is left."
        more = "more " if whole.happened else ""
        return f"Nothing {more}is liquidated on the way {'down' if way == 'drop' else 'up'}."

    def position_words(self, at: Decimal, row: PositionFrame) -> str:
        """When a position falls on the whole glide in the direction of the shock, and when in its other mode."""
        otherwise = self.rehearsal.memo.once(("otherwise", at > 0, row.index), lambda: self._otherwise(at, row))
        return f"{self._as_it_is(at, row)} {otherwise}"

    def _as_it_is(self, shock: Decimal, row: PositionFrame) -> str:
        name, whole = market_names(self.book)[row.index], self.rehearsal.whole(shock)
        if (end := ending(row)) is not None:
            return end_words(end, self.book, whole.path, name, f"at {whole.path.short(end.place)}")
        fall = joint_falls(whole).get(row.index)
        if fall is None:
            return f"{name} is not liquidated on the way to {percent(whole.path.move(whole.limit), 0, plus='+')}."
        return f"{name} {verb(fall.kind)} at {percent(whole.path.move(fall.place), plus='+')}."

    def _otherwise(self, shock: Decimal, row: PositionFrame) -> str:
        name = market_names(self.book)[row.index]
        mode = row.position.mode.other
        if row.index >= len(self.book.positions):
            return f"An order opens {name} on the way: at the opening there is nothing to flip."
        outcome = flip(replace(self.book, strict=False), row.position.id)
        if outcome.after is None:
            return f"It cannot be {mode}: {outcome.refusal}."
        whole = replace(self.rehearsal, book=outcome.after).whole(shock)
        fall = joint_falls(whole).get(row.index)
        if fall is None:
            return f"{mode.capitalize()}, {name} would not be liquidated at all."
        place = percent(whole.path.move(fall.place), plus="+")
        return f"{mode.capitalize()}, {name} would be {verb(fall.kind).removeprefix('is ')} at {place}."


@dataclass(frozen=True)
class LivedStory:
    """What is said about a lived path."""

    rehearsal: LivedRehearsal

    def title(self, at: Decimal) -> str:
        """The kind of path and where the cursor stands, for a title."""
        rehearsal, kind = self.rehearsal, self.rehearsal.scenario.path.value
        return f"{kind} · no path" if rehearsal.trouble else f"{kind} {rehearsal.path.heading(rehearsal.within(at))}"

    @property
    def mark_words(self) -> str:
        """Today's mark: what is done is done at the cursor."""
        return "today's mark"

    def since(self, words: str) -> str:
        """The words: something else could be meant, that it holds from the cursor on."""
        return f" {words}"

    def risk_words(self, row: PositionFrame) -> str:  # noqa: ARG002
        """Empty: what comes is known."""
        return ""

    def whereabouts(self, at: Decimal) -> Whereabouts:
        """How far along the path, and what comes next."""
        place = self.rehearsal.within(at)
        return Whereabouts("at", self.rehearsal.path.progress(place), self.next_words(place))

    def next_fall(self, at: Decimal) -> NextFall:
        """The next liquidation on the rest of the path, and where it is."""
        place, path = self.rehearsal.within(at), self.rehearsal.path
        fall = _first_fall(self.rehearsal.whole.events, place)
        if fall is None:
            return NextFall("", "no liquidation ahead on this path")
        there, name = f"at {path.words(fall.place)}", in_short(fall, self.rehearsal.book)
        return NextFall(path.short(fall.place), f"{name}, {there}", f"the next liquidation, {there}")

    def standpoint(self, at: Decimal) -> str:
        """The place whose marks glides begin from, and how much of the account is open there."""
        rehearsal, place = self.rehearsal, self.rehearsal.within(at)
        held, left = len(rehearsal.book.positions), len(rehearsal.book_at(place).positions)
        part = "" if left == held else f", {left} of {held} positions open"
        return f"the marks of {rehearsal.path.words(place)}{part}"

    def next_words(self, at: Decimal) -> str:
        """What comes next on the path, or that nothing does."""
        rehearsal = self.rehearsal
        if rehearsal.trouble:
            return f"There is nothing to replay: {rehearsal.trouble}."
        ahead = rehearsal.next_event(rehearsal.within(at))
        if ahead is not None:
            return f"Next: {in_short(ahead, rehearsal.book)} {rehearsal.path.at_words(ahead.place)}."
        if rehearsal.path.count == 0:
            return "Nothing has been walked yet: each step of the price adds a leg."
        return "Nothing more happens on this path."

    def position_words(self, at: Decimal, row: PositionFrame) -> str:  # noqa: ARG002 - what is done stays done
        """What became of a position, or what will on the rest of the path."""
        rehearsal = self.rehearsal
        name = market_names(rehearsal.book)[row.index]
        if (end := ending(row)) is not None:
            return end_words(end, rehearsal.book, rehearsal.path, name, rehearsal.path.at_words(end.place))
        fall = joint_falls(rehearsal.whole).get(row.index)
        if fall is None:
            return f"{name} is not liquidated on this path."
        return f"{name} {verb(fall.kind)} {rehearsal.path.at_words(fall.place)}."
