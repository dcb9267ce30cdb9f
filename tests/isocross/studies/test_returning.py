"""What is left once the marks have gone back: what happens on the way back happens, and is counted."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from isocross.cascade.ledger import Ledger
from isocross.cascade.solver import solve
from isocross.money import exact
from isocross.paths.glide import Glide
from isocross.paths.walk import Step, Walk
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.rehearsal.run import live
from isocross.studies.returning import equity_at_opening, equity_if_back
from isocross.studies.twin import tally
from isocross.workspace import book_of
from isocross.workspace.resolve import load
from tests.brute.books import Case, anything, far
from tests.brute.orders import ordered

D = Decimal
SHARES = st.sampled_from([D(n) / 10 for n in range(1, 10)])


def rehearsal_of(name: str) -> GlideRehearsal:
    workspace = load(name)
    return GlideRehearsal(book_of(workspace), workspace.scenario.betas)


def test_a_hedge_that_lost_one_leg_loses_the_other_when_the_prices_return():
    there = tally(rehearsal_of("hedge"), D("-0.9"))
    # long 0.03 and short 0.02 from 60,000: the long is gone, and with it 1,492.31 of a wallet of 500
    assert there.liquidated == ("long",)
    assert there.equity.quantize(D("0.01")) == D("87.69")
    # what the short has left where it is liquidated: never less than nothing, which is the worst case of the account
    assert 0 <= there.if_back < 2
    assert there.worst_case == 500


def test_where_nothing_happened_the_account_is_back_at_its_opening():
    for shock in ("-0.1", "0.05", "0"):
        there = tally(rehearsal_of("guide-cross"), D(shock))
        assert there.if_back == 1000


HEDGED = """
venue = "guide"
wallet = 100

[[positions]]
market = "BTCUSDT"
side = "long"
mode = "cross"
quantity = 0.1
entry = 100
leverage = 10

[[positions]]
market = "BTCUSDT"
side = "short"
mode = "cross"
quantity = 0.1
entry = 100
leverage = 10

[[orders]]
market = "BTCUSDT"
side = "short"
kind = "trailing"
close_position = true
trail = 0.05
"""


def test_an_order_that_trails_follows_the_price_from_where_it_turns():
    workspace = load(HEDGED)
    there = tally(GlideRehearsal(book_of(workspace), workspace.scenario.betas), D("0.2"))
    # from 120 the price drops by 5 % to 114: the long is closed there, and the short is where it began
    assert there.if_back == D("101.4")


@exact
def same_as_a_walk(case: Case, share: Decimal, *, jumps: bool) -> None:
    book = case.book
    size = share * min(D("0.9"), far(case))
    glide = Glide.common(book, case.betas, case.direction)
    # a walk takes a market that came to zero for gone
    assume(all(mark > 0 for mark in glide.marks(size).values()))
    move = case.direction * size
    rehearsal = GlideRehearsal(book, case.betas)
    events = replace(rehearsal, kind=rehearsal.kind.GAP if jumps else rehearsal.kind).timeline(move).until(size)
    found = equity_if_back(book, events, glide.marks(size))

    walk = Walk(dict(glide.opening), book.betas_with(case.betas), (Step(move, is_jump=jumps), Step(-move)))
    lived = live(book, walk)
    # a leg has a grid of places of its own: seldom another position is first
    before = [(event.kind, event.position) for event in lived.happened if event.place <= 1]
    assume(before == [(event.kind, event.position) for event in events])
    ledger = Ledger.after(book, lived.happened)
    owns = sum((p.quantity * book.market_of(p).mark for p in book.positions), D(1))
    assert abs(found - ledger.equity(dict(glide.opening))) <= D("1e-7") * owns


@pytest.mark.slow
@given(case=anything, share=SHARES, jumps=st.booleans())
@settings(max_examples=60)
def test_it_is_the_end_of_a_walk_there_and_back(case, share, jumps):
    same_as_a_walk(case, share, jumps=jumps)


@pytest.mark.slow
@given(case=ordered(), share=SHARES)
@settings(max_examples=40)
def test_orders_are_filled_on_the_way_back_too(case, share):
    same_as_a_walk(case, share, jumps=False)


def test_solving_it_leaves_what_is_known_of_the_glide_alone():
    rehearsal = rehearsal_of("basket")
    before = rehearsal.falling.happened
    tally(rehearsal, D("-0.3"))
    assert rehearsal.falling.happened == before == solve(rehearsal.book, rehearsal.falling.path).happened
    assert equity_at_opening(rehearsal.book) == rehearsal.book.wallet
