"""Orders, netting, drawn margin and parts closed of coin-margined accounts and on walks, with figures by hand."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from isocross.account.book import Book, Mode, Order, Position, Side
from isocross.account.margin import notional
from isocross.account.orders import reserve_of
from isocross.cascade.events import Account
from isocross.cascade.ledger import Ledger
from isocross.cascade.solver import solve
from isocross.figures.frame import frame_at
from isocross.money import ONE, exact
from isocross.moves.move import Do, Move, Planned
from isocross.paths.glide import Glide
from isocross.paths.walk import Step as Leg
from isocross.paths.walk import Walk
from isocross.rehearsal.replay import nothing_due
from isocross.rehearsal.run import live
from isocross.rules.market import Kind, Ladder, Market, Tier, TierKey
from isocross.rules.procedure import CancelScope, Step, StepKind
from isocross.rules.profile import Netting, OrderReserve
from tests.brute.books import PLAIN
from tests.isocross.rehearsal.test_lived_against_stepping import conserved

D = Decimal
CANCEL = Step(StepKind.CANCEL_ORDERS, scope=CancelScope.MARKET)
COIN = replace(PLAIN, netting=Netting.LARGER_LEG, order_reserve=OrderReserve.IM, order_counts=True, steps=(CANCEL,))


def market(mark: str, *tiers: tuple[str, str]) -> Market:
    rows = tuple(Tier(D(start), D(rate), D(100)) for start, rate in tiers or (("0", "0.01"),))
    return Market("M", D(mark), Ladder(rows, TierKey.NOTIONAL))


def held(side: Side, quantity: str, mode: Mode = Mode.CROSS, entry: str = "50000") -> Position:
    return Position(side, "M", side, mode, D(quantity), D(entry), D(10), kind=Kind.INVERSE)


HEDGED = Book(
    COIN,
    ONE,
    {"M": market("50000")},
    (held(Side.LONG, "100000"), held(Side.SHORT, "50000")),
    orders=(Order("rest", "M", Side.LONG, D(50000), D(50000), kind=Kind.INVERSE),),
)
FALL = Glide.common(HEDGED, {}, -1)


@exact
def test_a_hedged_coin_account_is_asked_for_its_larger_leg_and_its_order_comes_off_the_equity():
    whole = solve(HEDGED, FALL)
    frame = frame_at(whole, whole, D(0))
    account = frame.account
    assert account.reserved == D("0.1")
    assert (account.pool_equity, account.pool_maintenance_margin) == (D("0.9"), D("0.02"))
    assert (account.initial_margin, account.available) == (D("0.2"), D("0.7"))
    assert [row.netted for row in frame.positions] == [False, True]
    # 0.9 + 50,000 × (1/50,000 − 1/P) = 1,000 ÷ P
    line = frame.positions[0].liquidation_price
    assert abs(line - 51000 / D("1.9")) < D("1e-30")
    first, second = whole.events[:2]
    assert (str(first.kind), first.amount, first.orders) == ("order_cancel", D("0.1"), (0,))
    assert abs(first.mark - line) < D("1e-6")
    # without the order: 1 + 1 = 51,000 ÷ P
    assert abs(second.mark - 25500) < D("1e-6")
    conserved(whole)


@exact
def test_what_orders_hold_counts_for_the_certificate_of_a_replay():
    ledger = Ledger(HEDGED)
    assert nothing_due(ledger, {"M": (D(27300), D(60000))})
    assert not nothing_due(ledger, {"M": (D(26800), D(60000))})
    assert nothing_due(Ledger(replace(HEDGED, orders=())), {"M": (D(26800), D(60000))})


@exact
def test_a_coin_position_goes_down_to_just_below_the_border_of_its_tier():
    profile = replace(PLAIN, steps=(Step(StepKind.TIER_DOWN, ONE),))
    book = Book(profile, D(2), {"M": market("50000", ("0", "0.005"), ("4", "0.05"))}, (held(Side.LONG, "150000"),))
    whole = solve(book, FALL)
    first = whole.events[0]
    assert str(first.kind) == "reduction"
    after = Ledger.after(book, whole.events[:1]).positions[0]
    assert D(4) - D("1e-18") < notional(after, first.mark) < 4
    conserved(whole)


def walked(book: Book, *legs: str, moves: tuple[Planned, ...] = ()):
    opening = {symbol: market.mark for symbol, market in book.markets.items()}
    return live(book, Walk(opening, {}, tuple(Leg(D(leg)) for leg in legs)), moves)


@exact
def test_a_coin_position_that_is_increased_and_reduced_on_a_walk_sends_no_cash_outside():
    book = replace(HEDGED, profile=replace(COIN, taker_fee=D("0.0005")), positions=(held(Side.LONG, "100000"),))
    tape = walked(
        book, "-0.2", moves=(Planned(ONE, Move(Do.INCREASE, "long", D(40000))), Planned(ONE, Move(Do.CLOSE, "long")))
    )
    grown, closed = tape.events
    assert (grown.figures.fee, closed.figures.fee) == (D("0.0005"), D("0.00175"))
    assert grown.became[0][1].entry == D("46666.666666666666666667")
    # 100,000 × (1/50,000 − 1/40,000)
    assert abs(closed.figures.pnl + D("0.5")) < D("1e-17")
    assert not [leg for event in tape.events for leg in event.postings if leg.account is Account.OUTSIDE]
    conserved(tape)


@exact
def test_an_order_keeps_what_it_holds_on_a_walk_and_drawn_margin_starts_again_after_a_deposit():
    alone = Position("p", "M", Side.LONG, Mode.ISOLATED, ONE, D(100), D(5))
    order = Order("rest", "M", Side.SHORT, ONE, D(50))
    profile = replace(PLAIN, order_reserve=OrderReserve.IM_OPEN_LOSS, auto_replenish=True)
    book = Book(profile, D(95), {"M": market("100")}, (alone,), orders=(order,))
    moves = (Planned(D(0), Move(Do.AUTO_MARGIN, "p")), Planned(ONE, Move(Do.DEPOSIT, None, D(7))))
    tape = walked(book, "-0.4", "-0.05", moves=moves)
    # it holds 50 ÷ 5 and 50 of open loss: 15 are left beside the bucket of 20
    told = [(str(event.kind), event.amount) for event in tape.events]
    assert told == [("move", D(0)), ("refill", D(15)), ("liquidation", D(35)), ("move", D(7))]
    tape = walked(book, "-0.3", "-0.05", "-0.05", moves=moves)
    told = [(str(event.kind), event.amount) for event in tape.events]
    assert told == [("move", D(0)), ("refill", D(15)), ("move", D(7)), ("refill", D(7))]
    conserved(tape)
    now = Ledger.after(book, tape.events).book_at({"M": D(60)})
    assert [reserve_of(o, now) for o in now.orders] == [D(60)]
    assert now.positions[0].auto_margin
