"""Living through a path: leg by leg with the exact solver, with what is due at the hours and what the user does.

The user's moves on a lived path: judged and done at the marks of their place, as events.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import groupby
from typing import assert_never

from isocross.account.book import Book, Position
from isocross.account.margin import unrealised_pnl, worth
from isocross.cascade.events import Account, Event, EventKind, Figures, PaidBy, Posting, Tested
from isocross.cascade.ledger import Ledger
from isocross.cascade.loans import with_loans
from isocross.cascade.payers import attributed, bucket_payers, pool_payers
from isocross.cascade.pooling import settled_in
from isocross.cascade.solver import Stretch, can_change, standing_line
from isocross.cascade.standing import still
from isocross.cascade.timeline import Timeline
from isocross.cascade.watch import Watch, refuse_legs
from isocross.figures.standings import Standings
from isocross.format import grouped
from isocross.money import ZERO, exact, posting
from isocross.moves import Outcome
from isocross.moves.move import PAID_IN, Do, Move, Planned, judge, position_after
from isocross.moves.said import OF_ASSETS, amount_words, was_done
from isocross.paths.clock import Chime
from isocross.paths.walk import Leg, LivedPath
from isocross.records import dataclass
from isocross.rehearsal.funding import Rates, pay_funding, settle_pnl

Marks = Mapping[str, Decimal]


def act(ledger: Ledger, marks: Marks, planned: Planned) -> Event:
    """The event of a move at its place: what it did, or why it was refused."""
    move = planned.move
    index = next((i for i, p in enumerate(ledger.positions) if p.id == move.position), None)
    outcome = judge(ledger.book_at(marks), move)
    if outcome.after is None:
        told = f"{_asked(move)}: {outcome.refusal}"
        return _event(EventKind.REFUSAL, ledger, marks, planned, index, note=told)
    became = tuple(_became(ledger, outcome.after))
    final = _final(ledger, marks, move, outcome.after, index)
    note = f"{_done(move, outcome)}. {outcome.remark}".rstrip(". ") if outcome.remark else _done(move, outcome)
    event = _event(EventKind.MOVE, ledger, marks, planned, index, note=note)
    return event._replace(
        postings=_postings(ledger, move, outcome, final),
        became=became,
        paid_in=_paid_in(marks, move, outcome.before, outcome.after),
        paid_by=final.paid_by,
        backing=(outcome.after.account, outcome.after.coins) if outcome.after.coins else None,
        asset=final.coin,
        claims=final.claims,
        owed_by_fund=final.paid_by.fund if final.paid_by and final.pooled else ZERO,
        figures=event.figures._replace(
            quantity=final.quantity, pnl=final.pnl, fee=final.fee, left=outcome.after.wallet
        ),
    )


def _event(kind: EventKind, ledger: Ledger, marks: Marks, planned: Planned, index: int | None, *, note: str) -> Event:
    standings = Standings.at(ledger, marks)
    book = ledger.book
    needs = ((i, amount) for i, amount in standings.maintenance_margin.items())
    need = sum((amount * book.coin_price(ledger.coin_of(i), marks) for i, amount in needs), ZERO)
    figures = Figures(Tested.ACCOUNT, ledger.equity(marks), need, ledger.cash_worth(marks), ledger.cash_worth(marks))
    amount = ZERO if planned.move.amount is None else planned.move.amount
    mark = None if index is None else marks[ledger.positions[index].market]
    return Event(planned.at, kind, index, mark, amount, "user", figures, (), note=note)


def _paid_in(marks: Marks, move: Move, before: Book, after: Book) -> Decimal:
    """What a deposit brought, or a withdrawal took: no gain and no loss, whatever its asset costs later."""
    if move.do not in PAID_IN:
        return ZERO
    brought = ((coin, after.balance_of(coin) - before.balance_of(coin)) for coin in after.coin_names)
    return sum((amount * after.coin_price(coin, marks) for coin, amount in brought), ZERO)


def _became(ledger: Ledger, after: Book) -> list[tuple[int, Position | None]]:
    """The open positions that are others now; None for one that is gone."""
    now = {position.id: position for position in after.positions}
    changed: list[tuple[int, Position | None]] = []
    for index, position in enumerate(ledger.positions):
        if not ledger.is_open[index]:
            continue
        other = now.get(position.id)
        kept = other is not None and ledger.book.has_bucket(position) and ledger.book.has_bucket(other)
        same = other is not None and (other == position or (kept and other == _with_bucket(ledger, index)))
        if not same:
            changed.append((index, other))
    return changed


def _with_bucket(ledger: Ledger, index: int) -> Position:
    return ledger.positions[index].with_margin(ledger.margins[index])


@dataclass(frozen=True)
class _Final:
    """What a move made final of a position, and who paid for it."""

    quantity: Decimal = ZERO
    """What was closed or, for its fee only, opened."""
    pnl: Decimal = ZERO
    fee: Decimal = ZERO
    paid_by: PaidBy | None = None
    claims: Decimal = ZERO
    pooled: bool = False
    coin: str = ""
    """The asset that it settles in."""


def _final(ledger: Ledger, marks: Marks, move: Move, after: Book, index: int | None) -> _Final:
    if index is None or move.do not in {Do.CLOSE, Do.REDUCE, Do.INCREASE}:
        return _Final()
    position = ledger.positions[index]
    closed = position.quantity if move.do is Do.CLOSE or move.amount is None else move.amount
    mark = marks[position.market]
    fee = posting(worth(position.kind, closed, mark) * after.profile.taker_fee)
    if move.do is Do.INCREASE:
        return _Final(closed, fee=fee, coin=ledger.coin_of(index))
    pnl = posting(unrealised_pnl(replace(position, quantity=closed), mark))
    portion = closed / position.quantity
    if ledger.book.has_bucket(position):
        payers = bucket_payers(ledger, index, mark).share(portion)
        return _Final(closed, pnl, fee, payers.on_the_grid(max(ZERO, fee - pnl)), coin=ledger.coin_of(index))
    pool = pool_payers(ledger, marks)
    paid = pool.of(index).share(portion).on_the_grid(max(ZERO, fee - pnl))
    return _Final(closed, pnl, fee, paid, pool.claims(index, portion, paid), pooled=True, coin=ledger.coin_of(index))


def _postings(ledger: Ledger, move: Move, outcome: Outcome, final: _Final) -> tuple[Posting, ...]:
    """The cash that changed hands: buckets and pool as the account has them after, the rest by its source."""
    before, after = outcome.before, outcome.after
    if after is None:
        return ()
    if after.coins:
        other = Account.OUTSIDE if move.do in PAID_IN else Account.COUNTERPARTY
        return _legs_of_assets(ledger, outcome.before, after, final, other)
    buckets = {p.id: p.margin for p in after.positions if after.has_bucket(p)}
    moved = {
        index: buckets.get(position.id, ZERO) - ledger.margins[index]
        for index, position in enumerate(ledger.positions)
        if ledger.is_open[index]
    }
    gained = after.wallet - before.wallet
    legs = [Posting(Account.MARGIN, amount, index) for index, amount in moved.items()]
    legs += [
        Posting(Account.POOL, gained - sum(moved.values(), ZERO)),
        Posting(Account.FEES, final.fee),
        Posting(Account.COUNTERPARTY, -final.pnl),
        Posting(Account.OUTSIDE, final.pnl - final.fee - gained),
    ]
    return tuple(leg for leg in legs if leg.amount)


def _legs_of_assets(ledger: Ledger, before: Book, after: Book, final: _Final, other: Account) -> tuple[Posting, ...]:
    """The same of an account of several assets: each by itself, what was sold for another against the other side."""
    buckets = {p.id: p.margin for p in after.positions if after.has_bucket(p)}
    legs: list[Posting] = []
    for coin in after.coin_names:
        held = [i for i, is_open in enumerate(ledger.is_open) if is_open and ledger.coin_of(i) == coin]
        moved = {i: buckets.get(ledger.positions[i].id, ZERO) - ledger.margins[i] for i in held}
        gained = after.balance_of(coin) - before.balance_of(coin)
        legs += [Posting(Account.MARGIN, amount, i, coin) for i, amount in moved.items()]
        legs.append(Posting(Account.POOL, gained - sum(moved.values(), ZERO), asset=coin))
        fee, pnl = (final.fee, final.pnl) if final.coin == coin else (ZERO, ZERO)
        legs += [Posting(Account.FEES, fee, asset=coin), Posting(Account.COUNTERPARTY, -pnl, asset=coin)]
        legs.append(Posting(other, pnl - fee - gained, asset=coin))
    return tuple(leg for leg in legs if leg.amount)


def _asked(move: Move) -> str:
    if move.do in OF_ASSETS or move.asset is not None:
        of = " ".join(filter(None, (move.asset, "to" if move.to else None, move.to)))
        return f"{move.do.value.replace('-', ' ')} {'' if move.amount is None else f'{grouped(move.amount)} '}{of}"
    amount = "" if move.amount is None else f" {grouped(move.amount)}"
    return f"{move.do.value.replace('-', ' ')}{amount}"


def _done(move: Move, outcome: Outcome) -> str:  # noqa: PLR0911 - one for each thing to do
    """What was done, after the name of the position."""
    money = outcome.before.amounts
    amount, moved = ZERO if move.amount is None else move.amount, outcome.cash_moved
    match move.do:
        case Do.FLIP:
            cash = f", {money(abs(moved))} {'went into its margin' if moved > 0 else 'went back'}" if moved else ""
            return f"was flipped to {position_after(move, outcome).mode}{cash}"
        case Do.AUTO_MARGIN:
            return (
                f"draws {'margin' if position_after(move, outcome).auto_margin else 'no margin'} by itself from here on"
            )
        case Do.ADD_MARGIN:
            return f"got {money(amount)} of margin"
        case Do.REMOVE_MARGIN:
            return f"gave back {money(amount)} of margin"
        case Do.SET_LEVERAGE:
            return f"was set to {amount:f}x leverage"
        case Do.INCREASE:
            return f"was increased by {grouped(amount)}"
        case Do.REDUCE:
            return f"was reduced by {grouped(amount)}, {money(moved, plus='+')} made final"
        case Do.CLOSE:
            return f"was closed, {money(moved, plus='+')} made final"
        case Do.DEPOSIT | Do.WITHDRAW:
            done = "deposited" if move.do is Do.DEPOSIT else "withdrawn"
            return f"{amount_words(move, outcome.before.currency)} was {done}"
        case Do.CONVERT | Do.COLLATERAL | Do.ACCOUNT:
            return was_done(move, outcome)
        case _:
            assert_never(move.do)


Deed = Chime | Planned


@dataclass(frozen=True, slots=True)
class Halt:
    """A place where the path stands still for a deed."""

    place: Decimal
    deed: Deed


class LivedRun:
    """An account on its way: the ledger and the events so far.

    Order at one place: what comes due on the way there, the jump of a gap, the venue's hours, then the user's
    moves, each followed by a test of all scopes by the venue's `<` or `<=`, since marks stand still meanwhile.
    """

    def __init__(self, book: Book, rates: Rates = None) -> None:
        self.ledger = Ledger(book)
        self.events: list[Event] = []
        self._rates = rates
        self._line = standing_line(book)
        self._watch = Watch(book)

    def _emit(self, event: Event) -> None:
        self._watch.count(event)
        event = settled_in(self.ledger, event)
        self.ledger.apply(event)
        self.events.append(event)

    def _emit_at(self, event: Event, marks: Mapping[str, Decimal]) -> None:
        """Book an event of the solver, with who paid."""
        self._emit(attributed(self.ledger, event, marks))

    def open(self, marks: Mapping[str, Decimal], halts: Sequence[Halt] = ()) -> None:
        """Do what is due at the opening, and the moves there."""
        self._test(marks, ZERO)
        self.stand(marks, ZERO, [halt.deed for halt in halts])

    def leg(self, leg: Leg, halts: Iterable[Halt], limit: Decimal) -> None:
        """Go along a leg, at most to a limit; `halts` are those after its beginning and up to its end, in order."""
        end = min(leg.end, limit)
        at = Decimal(leg.index)
        inside = [halt for halt in halts if halt.place <= end]
        for place, group in groupby(inside, key=lambda halt: halt.place):
            self._glide(leg, at, place)
            if leg.is_jump and place == leg.end:
                self._test(leg.landed(), place)
            self.stand(leg.marks(place), place, [halt.deed for halt in group])
            at = place
        if at < end:
            self._glide(leg, at, end)
            if leg.is_jump and end == leg.end:
                self._test(leg.landed(), end)

    def stand(self, marks: Mapping[str, Decimal], place: Decimal, deeds: Sequence[Deed]) -> None:
        """Do what the hours and the user ask for at one place."""
        chimes = [deed for deed in deeds if isinstance(deed, Chime)]
        emit = with_loans(self.ledger, still(marks), self._emit)
        for chime in chimes:
            if chime is Chime.FUNDING:
                pay_funding(self.ledger, marks, place, self._rates, emit)
            else:
                settle_pnl(self.ledger, marks, place, emit)
        if chimes:
            self._test(marks, place)
        for deed in deeds:
            if isinstance(deed, Planned):
                emit(act(self.ledger, marks, deed))
                self._test(marks, place)

    def _glide(self, leg: Leg, at: Decimal, end: Decimal) -> None:
        """Solve a part of a leg, in shares of it; its events get their places on the whole path."""
        if can_change(self.ledger):
            before = Decimal(leg.index)

            def emit(event: Event) -> None:
                place = event.place + before
                self._emit_at(event._replace(place=place), leg.marks(place))

            self.ledger.origin = before
            Stretch(self.ledger, leg.courses(), emit, at - before).glide(end - before)

    def _test(self, marks: Mapping[str, Decimal], place: Decimal) -> None:
        self.ledger.origin = ZERO
        stretch = Stretch(self.ledger, still(marks), lambda event: self._emit_at(event, marks), place)
        stretch.settle(place, self._line)


def halts_of(moves: Iterable[Planned]) -> list[Halt]:
    """The places of the user's moves in order; those at one place as they are written."""
    return sorted((Halt(move.at, move) for move in moves), key=lambda halt: halt.place)


@exact
def live(
    book: Book, path: LivedPath, moves: Iterable[Planned] = (), limit: Decimal | None = None
) -> Timeline[LivedPath]:
    """Everything that happens on a path without a clock, up to `limit` (its end by default).

    TooMuchWork where there is too much of it.
    """
    limit = path.end if limit is None else min(limit, path.end)
    halts = halts_of(moves)
    refuse_legs(path.count, len(book.positions) + len(book.orders), len(halts))
    run = LivedRun(book)
    run.open(path.opening, [halt for halt in halts if halt.place == 0])
    for index in range(path.count):
        if index >= limit:
            break
        leg = path.leg(index)
        run.leg(leg, [halt for halt in halts if index < halt.place <= leg.end], limit)
    return Timeline(book, path, limit, tuple(run.events))
