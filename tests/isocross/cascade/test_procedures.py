"""What venues do before they close a position whole, figure by figure."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from isocross.account.book import Book, Mode, Order, Position, Side
from isocross.account.orders import reserve_of
from isocross.cascade.adl import FORMULAS
from isocross.cascade.events import EventKind
from isocross.cascade.ledger import Ledger
from isocross.moves import available, flip, switch_auto_margin
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.report.json import frame_json
from isocross.report.text import frame_sheet
from isocross.rules import catalogue as profiles
from isocross.rules.catalogue import load_profile, read_profile, shipped_ids
from isocross.rules.market import Ladder, Market, Tier, TierKey
from isocross.rules.procedure import CancelScope, Step, StepKind
from isocross.rules.profile import (
    AdlFormula,
    AdlPrice,
    Basis,
    CrossMachine,
    Line,
    Netting,
    OrderReserve,
    PoolResidual,
    Profile,
    Residual,
    Victim,
)
from isocross.words.events import sentence
from isocross.words.why.events import event_reasons
from isocross.words.why.position import reasons
from isocross.workspace import PathKind

D = Decimal
PLAIN = Profile("plain", "Plain", "", "", CrossMachine.POOLED, Line.AT_OR_BELOW, order_reserve=OrderReserve.IM)
TOP_UP = replace(PLAIN, cross_machine=CrossMachine.TOP_UP)
CANCEL = Step(StepKind.CANCEL_ORDERS, scope=CancelScope.ACCOUNT)
BACKSTOP = Step(StepKind.BACKSTOP, D("0.666666666666666667"))
CROSS, ISOLATED, LONG, SHORT = Mode.CROSS, Mode.ISOLATED, Side.LONG, Side.SHORT


def at(symbol, side=LONG, quantity=10, mode=CROSS, lever=10, **more):
    return Position(symbol + side[0], symbol, side, mode, D(quantity), D(100), D(lever), **more)


def bid(market="AAA", quantity=5, price=90, **more):
    return Order(f"bid-{market}", market, LONG, D(quantity), D(price), **more)


def book(profile, wallet, *held, orders=(), fund=None):
    """An account in markets that stand at 100 and ask 1 %."""
    names = {p.market for p in held} | {o.market for o in orders}
    ladder = Ladder((Tier(D(0), D("0.01"), D(100)),), TierKey.NOTIONAL)
    markets = {name: Market(name, D(100), ladder) for name in sorted(names)}
    return Book(profile, D(wallet), markets, held, None if fund is None else D(fund), orders=tuple(orders))


def near(figure, expected):
    return abs(figure - expected) < D("1e-9")


def opening(account):
    return GlideRehearsal(account, {}).frame(D(0))


def fallen(account, shock="-0.95", **betas):
    return GlideRehearsal(account, {name: D(beta) for name, beta in betas.items()}).frame(D(shock)).events


def jumped(account, shock):
    return GlideRehearsal(account, {}, PathKind.GAP).frame(D(shock)).events


def deeds(events):
    return [(event.kind.value, event.position) for event in events]


def told(account, events):
    names = tuple(p.id for p in account.positions)
    return [sentence(e, account, GlideRehearsal(account, {}).falling.path, names) for e in events]


# --- what orders hold -------------------------------------------------------------------------------


def test_binance_reserves_the_initial_margin_and_the_open_loss():
    # an example of Binance's help: 20x, 1 BTC, order at 9,253.30, mark 9,259.84
    given = at("BTC", lever=20)
    market = Market("BTC", D("9259.84"), Ladder((Tier(D(0), D("0.01"), D(100)),), TierKey.NOTIONAL))
    account = Book(load_profile("binance"), D(1000), {"BTC": market}, (given,))
    cost = {side: reserve_of(Order("o", "BTC", side, D(1), D("9253.30")), account) for side in (Side.LONG, Side.SHORT)}
    assert cost == {Side.LONG: D("462.665"), Side.SHORT: D("462.665") + D("6.54")}


@pytest.mark.parametrize(("kind", "held"), [("none", "0"), ("im", "45"), ("im-fee", "45.225"), ("im-open-loss", "45")])
def test_an_order_holds_what_its_venue_says_at_the_leverage_of_its_market(kind, held):
    profile = replace(PLAIN, order_reserve=OrderReserve(kind), taker_fee=D("0.0005"))
    assert Ledger(book(profile, 1000, at("AAA"), orders=[bid()])).reserved == D(held)
    assert Ledger(book(profile, 1000, at("BBB"), orders=[bid()])).reserved == D(held) + (kind != "none") * D(405)


def test_in_a_pool_an_order_lowers_what_is_available_and_unused_and_the_line_where_the_venue_counts_it():
    plain, counted = (book(replace(PLAIN, order_counts=c), 200, at("AAA"), orders=[bid()]) for c in (False, True))
    account = opening(plain).account
    assert (account.unused, account.available, account.reserved, account.pool_equity) == (55, 55, 45, 200)
    assert available(plain) == 55
    assert opening(counted).account.pool_equity == 155
    rows = [opening(given).positions[0] for given in (plain, counted)]
    assert [row.bankruptcy_price for row in rows] == [80, 80]
    assert rows[0].liquidation_price < rows[1].liquidation_price
    assert near(rows[1].liquidation_price, D(845) / D("9.9"))


def test_under_top_up_an_order_brings_every_cross_line_nearer_until_it_is_cancelled():
    def prices(orders):
        return [row.liquidation_price for row in opening(book(TOP_UP, 300, at("AAA"), orders=orders)).positions]

    assert near(*prices([]), D(700) / D("9.9"))
    assert near(*prices([bid()]), D(745) / D("9.9"))


# --- cancelling -------------------------------------------------------------------------------------


def test_cancelled_orders_heal_a_pool_that_counts_them_before_anything_is_closed():
    account = book(replace(PLAIN, steps=(CANCEL,), order_counts=True), 200, at("AAA"), orders=[bid()])
    events = fallen(account)
    assert deeds(events) == [("order_cancel", 0), ("liquidation", 0)]
    assert events[0].place < events[1].place
    assert (events[0].amount, events[0].figures.left, events[0].postings) == (45, 200, ())
    assert near(events[0].mark, D(845) / D("9.9"))
    assert "A resting order was cancelled" in told(account, events)[0]
    assert "bid-AAA, which held 45.00; 200.00 of cash is free now" in told(account, events)[0]
    assert GlideRehearsal(account, {}).frame(D("-0.95")).account.reserved == 0


@pytest.mark.parametrize(("before", "fell"), [(True, D(700)), (False, D(745))])
def test_coinex_may_draw_the_cash_of_its_cancelled_orders_for_the_last_time(before, fell):
    coin = Step(StepKind.CANCEL_ORDERS, scope=CancelScope.COIN)
    account = book(replace(TOP_UP, steps=(coin,), cancel_before_last_refill=before), 300, at("AAA"), orders=[bid()])
    events = fallen(account)
    ends = [e for e in events if e.kind is EventKind.LIQUIDATION]
    assert near(ends[0].mark, fell / D("9.9"))
    cancelled = next(e for e in events if e.kind is EventKind.ORDER_CANCEL)
    assert (cancelled.amount, cancelled.place == ends[0].place) == (45, not before)
    assert GlideRehearsal(account, {}).frame(D("-0.95")).account.wallet == (0 if before else 45)


@pytest.mark.parametrize(
    ("scope", "mode", "gone"),
    [
        ("market", CROSS, {"bid-AAA"}),
        ("account", CROSS, {"bid-AAA", "bid-BBB"}),
        ("account", ISOLATED, {"bid-AAA"}),
        ("coin", ISOLATED, {"bid-AAA", "bid-BBB"}),
    ],
)
def test_which_orders_are_cancelled(scope, mode, gone):
    step = Step(StepKind.CANCEL_ORDERS, scope=CancelScope(scope))
    account = book(replace(PLAIN, steps=(step,)), 300, at("AAA", mode=mode), orders=[bid("AAA"), bid("BBB", 1)])
    event = next(e for e in fallen(account) if e.kind is EventKind.ORDER_CANCEL)
    assert {account.orders[i].id for i in event.orders} == gone


def test_orders_bar_a_flip_where_the_venue_says_so():
    account = book(load_profile("coinex"), 1000, at("AAA"), orders=[bid()])
    assert "refuses while the market has open orders" in flip(account, "AAAl").remark
    assert flip(replace(account, strict=True), "AAAl").after is None
    assert flip(replace(account, orders=()), "AAAl").remark == ""


# --- hedges, netting, the backstop, the rest of a pool --------------------------------------------------


def hedge(profile, wallet=150, **more):
    return book(profile, wallet, at("AAA", LONG, 10), at("AAA", SHORT, 4), at("BBB", LONG, 10), **more)


def test_okx_closes_opposite_contracts_against_each_other_first_without_a_fee():
    steps = (Step(StepKind.NET_HEDGES),)
    account = hedge(replace(PLAIN, steps=steps, liquidation_fee=D("0.001")))
    events = fallen(account)
    assert deeds(events)[:2] == [("reduction", 0), ("liquidation", 1)]
    first, second = events[:2]
    assert first.mark == second.mark
    assert (first.figures.quantity, first.figures.fee + second.figures.fee) == (4, 0)
    assert first.amount + second.amount == 0
    assert events[2].place > second.place
    assert "against its opposite" in told(account, events)[0]


def test_the_market_in_which_most_is_hedged_is_first_whatever_the_order_of_the_file():
    profile = replace(PLAIN, steps=(Step(StepKind.NET_HEDGES),))
    held = (at("AAA", LONG, 10), at("AAA", SHORT, 4), at("BBB", LONG, 10), at("BBB", SHORT, 6))
    for legs in (held, held[::-1], (held[2], held[1], held[0], held[3])):
        account = book(profile, 150, *legs)
        events = fallen(account)
        closed = [account.positions[event.position].id for event in events]
        assert {closed[0], closed[1]} == {"BBBl", "BBBs"}
        netted = {account.positions[event.position].id: event.figures.quantity for event in events[:2]}
        assert netted == {"BBBl": 6, "BBBs": 6}


def test_a_larger_leg_alone_is_asked_for_margin():
    frame = opening(hedge(replace(PLAIN, netting=Netting.LARGER_LEG)))
    figures = [(row.initial_margin, row.maintenance_margin, row.netted) for row in frame.positions]
    assert figures == [(100, 10, False), (0, 0, True), (100, 10, False)]
    assert (frame.account.available, frame.account.pool_maintenance_margin) == (0, 20)
    assert opening(hedge(PLAIN)).account.pool_maintenance_margin == 24
    named = [r.formula for r in reasons(frame, frame.positions[1]) if r.title.endswith("margin")]
    assert all("larger side" in formula for formula in named)
    even = book(replace(PLAIN, netting=Netting.LARGER_LEG), 150, at("AAA", SHORT), at("AAA", LONG))
    assert [row.netted for row in opening(even).positions] == [True, False]


def test_what_a_smaller_leg_was_excused_from_is_asked_again_when_the_larger_one_is_gone():
    account = book(replace(PLAIN, netting=Netting.LARGER_LEG), 20, at("AAA", LONG, 10), at("AAA", SHORT, 9))
    events = fallen(account)
    assert deeds(events)[0] == ("liquidation", 0)
    ledger = Ledger.after(account, events[:1])
    assert ledger.netted == frozenset()


@pytest.mark.parametrize("venue", ["binance", "bybit"])
def test_a_long_and_a_short_of_one_market_share_one_liquidation_price_in_cross(venue):
    account = book(load_profile(venue), 150, at("AAA", LONG, 10), at("AAA", SHORT, 4))
    prices = {row.liquidation_price for row in opening(account).positions}
    assert len(prices) == 1
    assert None not in prices


@pytest.mark.parametrize(
    ("shock", "step", "wallet", "fund"), [("-0.129", None, "8.1", 0), ("-0.1325", "backstop", 0, "4.25")]
)
def test_hyperliquids_vault_takes_everything_below_two_thirds_of_maintenance_margin(shock, step, wallet, fund):
    # 150 of cash and 11 units: at the line at -12.76 %, two thirds of the maintenance margin are left at -13.06 %
    account = book(replace(PLAIN, steps=(BACKSTOP,), victim=Victim.ALL), 150, at("AAA"), at("BBB", quantity=1))
    frame = GlideRehearsal(account, {}, PathKind.GAP).frame(D(shock))
    assert deeds(frame.events) == [("liquidation", 0), ("liquidation", 1)]
    assert {event.figures.step for event in frame.events} == {step}
    assert (frame.account.wallet, frame.account.fund) == (D(wallet), D(fund))


def test_the_backstop_takes_an_isolated_position_with_what_is_left_of_its_margin():
    profile = replace(PLAIN, steps=(BACKSTOP,), residual=Residual.USER)
    account = book(profile, 150, at("AAA", mode=ISOLATED))
    kept, taken = (GlideRehearsal(account, {}, PathKind.GAP).frame(D(shock)) for shock in ("-0.092", "-0.095"))
    assert (kept.account.wallet, kept.account.fund) == (58, 0)
    assert (taken.account.wallet, taken.account.fund) == (50, 5)
    assert "a vault took it with its margin" in told(account, taken.events)[0]


@pytest.mark.parametrize("kind", list(PoolResidual))
def test_what_a_pool_is_left_with_stays_or_is_the_funds(kind):
    account = book(replace(PLAIN, pool_residual=kind), 150, at("AAA"), at("BBB", quantity=1))
    frame = GlideRehearsal(account, {"BBB": D(0)}).frame(D("-0.95"))
    assert deeds(frame.events) == [("liquidation", 0)]
    one = book(replace(PLAIN, pool_residual=kind), 150, at("AAA"))
    end = GlideRehearsal(one, {}).frame(D("-0.95"))
    (event,) = end.events
    left = 150 + event.figures.pnl
    assert 0 < left == event.figures.equity
    to_fund = left if kind is PoolResidual.FUND else 0
    assert (event.figures.to_fund, end.account.fund, end.account.wallet) == (to_fund, to_fund, left - to_fund)
    assert event.paid_by.total == event.amount
    assert ("went to the insurance fund" in told(one, end.events)[0]) is (kind is PoolResidual.FUND)


# --- margin drawn by itself -----------------------------------------------------------------------------


def test_bybit_replenishes_by_the_initial_margin_until_one_times_or_nothing_is_available():
    account = book(load_profile("bybit"), 350, at("AAA", mode=ISOLATED, auto_margin=True))
    events = fallen(account)
    draws = [e for e in events if e.kind is EventKind.REFILL]
    assert [e.amount for e in draws] == [100, 100, 50]
    assert {e.source for e in draws} == {"available"}
    assert deeds(events)[-1] == ("liquidation", 0)
    assert (events[-1].amount, events[-1].paid_by.own_margin, events[-1].paid_by.unused) == (350, 100, 250)
    assert "drew 100.00 from available cash" in told(account, events)[0]
    row = opening(account).positions[0]
    assert row.worst_case == 350
    rich = book(load_profile("bybit"), 5000, at("AAA", mode=ISOLATED, auto_margin=True))
    assert sum(e.amount for e in fallen(rich)) == 900
    assert all(e.kind is EventKind.REFILL for e in fallen(rich))


def test_a_venue_without_it_refuses_or_rehearses_it_with_a_remark():
    account = book(load_profile("gate"), 350, at("AAA", mode=ISOLATED))
    outcome = switch_auto_margin(account, "AAAl")
    assert outcome.after.positions[0].auto_margin
    assert "Gate has no isolated position that draws margin by itself" in outcome.remark
    assert switch_auto_margin(replace(account, strict=True), "AAAl").after is None
    assert switch_auto_margin(book(PLAIN, 350, at("AAA")), "AAAl").after is None
    rehearsal = GlideRehearsal(outcome.after, {})
    assert frame_json("", rehearsal, D(0))["remarks"] == [
        "Gate has no isolated position that draws margin by itself; rehearsed anyway."
    ]
    assert "rehearsed anyway" in frame_sheet("", rehearsal, D(0))


# --- deleveraging -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "score"),
    [
        # long 10 at 100, 10x, mark 150, bucket 100 and pool apart: U 500, equity 600, MM 15, notional 1,500
        ("open-ratio", D("1.5") * 1000 / 600),
        ("margin-ratio", D(500) / 100 * 15 / 600),
        ("leveraged-return", D(5)),
        ("return-by-ratio", D(5) * 15 / 600),
        ("value-share", D("1.5") * 1500 / 600),
        ("effective-leverage", D("0.5") * 1500 / 600),
        ("profit-leverage", D(5000)),
        ("none", None),
    ],
)
def test_each_formula_scores_a_winner(formula, score):
    account = book(replace(PLAIN, adl_formula=AdlFormula(formula)), 1000, at("AAA", mode=ISOLATED), at("BBB", SHORT))
    rows = GlideRehearsal(account, {}).frame(D("0.5")).positions
    assert rows[1].adl is None
    assert (rows[0].adl and rows[0].adl.score) == score


def test_winners_of_a_side_are_ranked_among_each_other_with_five_lights_for_the_first():
    profile = replace(PLAIN, adl_formula=AdlFormula.PROFIT_LEVERAGE)
    held = [at(name, quantity=q) for name, q in (("AAA", 1), ("BBB", 3), ("CCC", 2))]
    rehearsal = GlideRehearsal(book(profile, 1000, *held, at("DDD", SHORT)), {"DDD": D(-1)})
    rows = rehearsal.frame(D("0.5")).positions
    assert [(row.adl.rank, row.adl.lights) for row in rows] == [(3, 2), (1, 5), (2, 4), (1, 5)]
    told_json = frame_json("", rehearsal, D("0.5"))["positions"]
    assert [(row["adl_score"], row["adl_rank"]) for row in told_json][:2] == [("500", 3), ("1500", 1)]
    frame = rehearsal.frame(D("0.5"))
    said = [r for r in reasons(frame, frame.positions[1]) if r.title == "deleveraging score"]
    assert "number 1 of this account's winning longs" in said[0].substituted
    assert "cannot be known from outside" in said[0].substituted


@pytest.mark.parametrize(("rule", "price"), [("mark", D(80)), ("bankruptcy", D(90))])
def test_winners_on_the_other_side_are_closed_at_the_venues_price(rule, price):
    profile = replace(PLAIN, adl_price=AdlPrice(rule))
    account = book(profile, 100, at("AAA", mode=ISOLATED), fund=30)
    events = jumped(account, "-0.2")
    assert [e.kind.value for e in events] == ["liquidation", "fund", "deleverage"]
    assert (events[1].amount, events[2].amount, events[2].figures.price) == (30, 70, price)
    assert f"closed at {'the mark' if rule == 'mark' else 'its bankruptcy price'} of" in told(account, events)[2]


def test_every_formula_of_the_switch_is_there():
    assert set(FORMULAS) == set(AdlFormula)
    assert {load_profile(venue).adl_formula for venue in shipped_ids()} == set(AdlFormula)


# --- what is said ------------------------------------------------------------------------------------------


def test_every_new_event_has_its_arithmetic_and_its_json():
    steps = (CANCEL, Step(StepKind.NET_HEDGES), Step(StepKind.FRACTION, D("0.2"), D(100)))
    account = hedge(replace(PLAIN, steps=steps, order_counts=True), 300, orders=[bid()])
    rehearsal = GlideRehearsal(account, {})
    frame = rehearsal.frame(D("-0.95"))
    titles = [{reason.title for reason in event_reasons(frame, event)} for event in frame.events]
    assert {"the order bid-AAA held", "free again"} <= titles[0]
    assert all(
        "closed" in named for event, named in zip(frame.events, titles, strict=True) if event.kind == "reduction"
    )
    events = json.loads(json.dumps(frame_json("", rehearsal, D("-0.95"))))["events"]
    assert (events[0]["kind"], events[0]["orders"], events[0]["step"]) == ("order_cancel", ["bid-AAA"], "cancel-orders")
    assert {"net-hedges", "fraction"} <= {event["step"] for event in events}


def test_the_initial_margin_of_a_cross_position_floats_where_the_venue_takes_it_at_mark():
    account = book(replace(PLAIN, cross_initial_basis=Basis.MARK), 1000, at("AAA"), at("BBB", mode=ISOLATED))
    frame = GlideRehearsal(account, {}).frame(D("0.5"))
    assert [row.initial_margin for row in frame.positions] == [150, 100]
    assert frame.account.available == 900 + 500 - 150
    assert "quantity × mark" in next(
        r.formula for r in reasons(frame, frame.positions[0]) if r.title == "initial margin"
    )


# --- a venue of one's own ----------------------------------------------------------------------------------


def test_a_whole_new_venue_is_a_file_and_no_code(tmp_path):
    guide = (Path(profiles.__file__).parent / "venues" / "guide.toml").read_text(encoding="utf-8")
    changed = {
        "id": '"mine"',
        "order_reserve": '"im-fee"',
        "order_counts": "true",
        "netting": '"larger-leg"',
        "pool_residual": '"fund"',
        "auto_replenish": "true",
        "adl_formula": '"leveraged-return"',
        "adl_price": '"mark"',
        "cross_initial_basis": '"mark"',
        "hedge_mode": "true",
        "fee_cap": '"share"',
        "victim": '"all"\nsteps = [\n    { kind = "cancel-orders", scope = "coin" },\n    { kind = "net-hedges" },\n'
        '    { kind = "backstop", amount = 0.5 },\n    { kind = "fraction", amount = 0.25, above = 500 },\n]',
    }
    for key, value in changed.items():
        guide, count = re.subn(rf"^{key}( *)= .*$", lambda m, k=key, v=value: f"{k}{m[1]}= {v}", guide, flags=re.M)
        assert count == 1, key
    path = tmp_path / "mine.toml"
    path.write_text(guide, encoding="utf-8")
    profile = load_profile(str(path))
    assert [step.kind.value for step in profile.steps] == ["cancel-orders", "net-hedges", "backstop", "fraction"]
    account = hedge(profile, 160, orders=[bid(quantity=1)])
    frame = GlideRehearsal(account, {}).frame(D("-0.95"))
    kinds = [event.kind.value for event in frame.events]
    assert kinds[0] == "order_cancel"
    assert {"reduction", "liquidation"} <= set(kinds)
    assert frame.account.wallet + frame.account.fund + frame.account.fees + frame.account.counterparty == 160


@pytest.mark.parametrize(
    ("step", "key", "said"),
    [
        ('{ kind = "cancel-orders" }', "rules.steps[0].scope", "is missing"),
        (
            '{ kind = "cancel-orders", scope = "all" }',
            "rules.steps[0].scope",
            '"all" does not fit (expected one of "market", "account", "coin")',
        ),
        ('{ kind = "net-hedges", amount = 1 }', "rules.steps[0].amount", "no such key"),
        ('{ kind = "backstop", amount = 1.5 }', "rules.steps[0].amount", "at most 1"),
        ('{ kind = "backstop", amount = 0.5, above = 3 }', "rules.steps[0].above", "no such key"),
    ],
)
def test_a_step_has_the_keys_of_its_kind(step, key, said):
    guide = (Path(profiles.__file__).parent / "venues" / "guide.toml").read_text(encoding="utf-8")
    with pytest.raises(profiles.ProfileError) as caught:
        read_profile(guide.replace('line = "<="', f'line = "<="\nsteps = [{step}]'), "mine.toml")
    assert any(fault[0] == key and said in fault[1] for fault in caught.value.faults), caught.value.faults
