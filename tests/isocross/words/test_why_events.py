"""The arithmetic of an event comes out when it is done again with the numbers that are written."""

from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest

from isocross.account.book import Mode, Side
from isocross.cascade.events import Account, EventKind
from isocross.cascade.ledger import Ledger
from isocross.figures.frame import frame_at
from isocross.moves.move import Do, Move, Planned
from isocross.paths.bars import PricesAs
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.rehearsal.replay import ReplayPlan, replay
from isocross.rules.catalogue import profile_ids
from isocross.rules.market import TierKey
from isocross.rules.procedure import CancelScope, Step, StepKind
from isocross.rules.profile import AdlPrice, Basis, FeeCap, OrderReserve, PoolResidual, Residual
from isocross.studies.replays import lives_of
from isocross.words.why.events import event_reasons
from isocross.workspace import PathKind, book_of, load_text
from tests.isocross.cascade.test_procedures import BACKSTOP, CANCEL, PLAIN, at, bid, book
from tests.isocross.cascade.test_reductions import BUFFER, DOWN_ONE, FIFTH, TENTHS, one_long
from tests.isocross.rehearsal.test_lived import account, bars, long
from tests.isocross.words.arithmetic import check, numbers
from tests.isocross.words.test_why_positions import books, cent

D = Decimal
ISOLATED, SHORT = Mode.ISOLATED, Side.SHORT
LOT = D("0.001")

RESULTS = {
    "PnL made final": lambda event: event.figures.pnl,
    "closed": lambda event: event.figures.quantity,
    "fee": lambda event: event.figures.fee,
    "lost by the account": lambda event: event.amount,
    "who paid": lambda event: event.paid_by.total,
    "left for the fund": lambda event: event.figures.to_fund,
    "came back": lambda event: event.figures.left,
    "cash left": lambda event: event.figures.left,
    "drawn by itself": lambda event: event.amount,
    "free cash left": lambda event: event.figures.left,
    "drawn from unused cash": lambda event: event.amount,
    "unused cash left": lambda event: event.figures.left,
    "free again": lambda event: event.amount,
    "free cash now": lambda event: event.figures.left,
    "winners are closed at": lambda event: event.figures.price,
    "back to unused cash": lambda event: sum(leg.amount for leg in event.postings if leg.account is Account.POOL),
    "wallet": lambda event: event.figures.left,
    "of it from the pool": lambda event: event.amount + event.figures.left - event.figures.cash,
}
"""What the last number under a title is."""
FIRST = {EventKind.FUNDING, EventKind.SETTLEMENT, EventKind.FUND, EventKind.DELEVERAGE}
"""Kinds whose first line ends with their amount."""


def told(frame):
    """Check every event of a frame; the sums under each title are counted."""
    step, ledger = cent(frame), Ledger(frame.book)
    with_sums: Counter[str] = Counter()
    for event in frame.events:
        exact = {
            event.figures.quantity,
            *(p.quantity for p in ledger.positions),
            *(o.quantity for o in frame.book.orders),
        }
        exact |= {p.quantity - event.figures.quantity for p in ledger.positions}
        for number, reason in enumerate(event_reasons(frame, event)):
            title = reason.title if number else f"a {event.kind}"
            with_sums[title] += check(reason.substituted, exact)
            wanted = RESULTS.get(title) if number else (lambda e: e.amount) if event.kind in FIRST else None
            if wanted:
                tolerance = D("1e-9") if title == "closed" else step / 2
                assert abs(numbers(reason.substituted)[-1] - wanted(event)) <= tolerance, (title, reason.substituted)
                if title == "closed" and event.figures.step is StepKind.TIER_DOWN:
                    *_, most, stays, _, _, _ = numbers(reason.substituted)
                    assert stays <= most < stays + 2 * LOT
        ledger.apply(event)
        margins = [r.substituted for r in event_reasons(frame, event) if r.title.startswith("margin of ")]
        moved = [leg.position for leg in event.postings if leg.account is Account.MARGIN] if margins else []
        for put, position in zip(margins, moved, strict=True):
            assert abs(numbers(put)[-1] - ledger.margins[position]) <= step / 2
    return with_sums


@pytest.mark.slow
@pytest.mark.parametrize("venue", profile_ids())
def test_every_sum_of_an_event_comes_out_and_ends_with_its_figure(venue):
    found = Counter()
    for account_at in books(venue):
        for shock in ("-0.9", "2"):
            found += told(GlideRehearsal(account_at, {}).frame(D(shock)))
    assert found["a liquidation"] > 9
    assert found["PnL made final"] > 9


def procedures():
    """Accounts that fall, by what of a venue's procedure they are to show."""
    hedged = [at("AAA"), at("AAA", SHORT, 4), at("BBB", quantity=20)]
    net, orders = Step(StepKind.NET_HEDGES), [bid(), replace(bid("BBB", 1), side=SHORT, price=D(105))]
    fees = replace(PLAIN, liquidation_fee=D("0.004"), taker_fee=D("0.0007"))
    shared = replace(fees, fee_cap=FeeCap.SHARE, liquidation_fee=D("0.2"))
    yield book(replace(PLAIN, steps=(CANCEL, net), order_counts=True), 300, *hedged, orders=orders)
    for reserve in (OrderReserve.IM_FEE, OrderReserve.IM_OPEN_LOSS):
        yield book(replace(fees, steps=(CANCEL,), order_reserve=reserve), 300, *hedged, orders=orders)
    yield book(shared, 500, at("AAA"), at("BBB", quantity=20))
    yield book(replace(shared, steps=(TENTHS,)), 500, at("AAA"), at("BBB", quantity=20))
    by_market = replace(CANCEL, scope=CancelScope.MARKET)
    yield book(replace(PLAIN, steps=(by_market,)), 300, at("AAA"), at("CCC", quantity=5), orders=orders)
    yield book(replace(fees, pool_residual=PoolResidual.FUND), 300, at("AAA"), at("BBB", quantity=20), orders=orders)
    for residual in Residual:
        yield book(replace(fees, residual=residual), 300, at("AAA", mode=ISOLATED, auto_margin=True), at("BBB"))
    for step in (DOWN_ONE, FIFTH, BUFFER, TENTHS):
        for mode in Mode:
            fallen = one_long(step, mode=mode)
            yield replace(fallen, profile=replace(fallen.profile, liquidation_fee=D("0.004")))
            yield replace(fallen, profile=replace(fallen.profile, maintenance_basis=Basis.ENTRY))
    by_quantity = one_long(DOWN_ONE)
    yield replace(by_quantity, profile=replace(by_quantity.profile, tier_key=TierKey.QUANTITY))


@pytest.mark.slow
def test_every_step_of_a_procedure_comes_out():
    found = Counter()
    for fallen in procedures():
        for shock in ("-0.95", "1.5"):
            found += told(GlideRehearsal(fallen, {}).frame(D(shock)))
    closing = {"closed", "fee", "who paid", "cash left", "left for the fund"}
    orders = {"free again", "free cash now", "the order bid-AAA held", "drawn by itself", "free cash left"}
    assert min(found[title] for title in closing | orders) > 0, found


def jumped(account, shock="-0.6"):
    return GlideRehearsal(account, {}, PathKind.GAP).frame(D(shock))


@pytest.mark.parametrize("mode", Mode)
def test_what_a_vault_takes_comes_out(mode):
    fallen = book(replace(PLAIN, steps=(BACKSTOP,)), 100, at("AAA", mode=mode))
    found = told(jumped(fallen, "-0.096"))
    assert found["the backstop, a vault that takes all"] == 1
    assert found["left for the fund"] == 1


def test_a_hole_is_told_with_who_bears_it_and_at_which_price():
    found = Counter()
    for price in AdlPrice:
        profile = replace(PLAIN, adl_price=price)
        for fund in (None, 0, 25):
            found += told(jumped(book(profile, 300, at("AAA", mode=ISOLATED), at("BBB"), fund=fund)))
    assert found["a fund"] > 3
    assert found["a deleverage"] > 3
    assert found["winners are closed at"] > 1


@pytest.mark.slow
def test_funding_settlement_and_moves_come_out():
    found = Counter()
    rises = [(2000, 2300, 2000, 2300), (2300, 2300, 2300, 2300), (2300, 2310, 1990, 2200)]
    rates = {"ETHUSDT": D("0.0001")}
    for venue in ("coinex", "binance", "bybit", "kraken"):
        for mode in Mode:
            opened = account(long("1", "2000", mode, "ETHUSDT", leverage=10), venue=venue, wallet=10_000)
            asked = [
                (1, Do.INCREASE, 2),
                (3, Do.REDUCE, 1),
                (3, Do.DEPOSIT, 50),
                (5, Do.FLIP, None),
                (7, Do.ADD_MARGIN, 9),
            ]
            moves = [
                Planned(D(place), Move(do, None if do is Do.DEPOSIT else "eth", None if amount is None else D(amount)))
                for place, do, amount in asked
            ]
            plan = ReplayPlan(prices=PricesAs.REAL, moves=[*moves, Planned(D(11), Move(Do.CLOSE, "eth"))], rates=rates)
            tape = replay(opened, bars(*rises, symbol="ETHUSDT"), plan, keep_all=True)
            found += told(frame_at(tape, tape, tape.limit))
    wanted = {"a funding", "a settlement", "PnL made final", "fee", "wallet", "back to unused cash", "margin of ETH"}
    assert min(found[title] for title in wanted) > 0, found


def test_the_wallet_of_several_assets_is_told_in_dollars_whatever_came_in():
    workspace = load_text(
        'venue = "bybit"\naccount = "unified"\nwallet = 1000\npositions = []\n'
        '[[assets]]\nasset = "BTC"\nbalance = 0.1\n[[markets]]\nsymbol = "BTCUSDT"\nmark = 60000\n'
        '[scenario]\npath = "walk"\nlegs = [-0.1]\n'
        'moves = [{ at = 1, do = "deposit", amount = 0.01, asset = "BTC" }, '
        '{ at = 1, do = "convert", amount = 0.05, asset = "BTC", to = "USDT" }]\n'
    )
    frame = lives_of(book_of(workspace), workspace.scenario)[0].lived.frame(D(1))
    came, sold = (event_reasons(frame, event) for event in frame.events)
    assert came[-1].substituted == "6,400.00 + 540.00 = 6,940.00"
    assert [reason.title for reason in sold] == ["by hand: move at leg 1, −10.0 %"]
