"""dYdX closes a position portion by portion: what its own tests expect of one block."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from isocross.account.book import Book, Mode, Position, Side
from isocross.cascade.events import EventKind
from isocross.cascade.ledger import Ledger
from isocross.cascade.solver import solve
from isocross.paths.glide import Glide
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.rules.catalogue import load_profile
from isocross.rules.market import Ladder, Market, Tier, TierKey
from isocross.rules.procedure import Step, StepKind
from isocross.rules.profile import Victim

D = Decimal
BTC = Market("BTC-USD", D(50000), Ladder((Tier(D(0), D("0.1"), D(5)),), TierKey.NOTIONAL), lot=D("0.0001"))
SIDES = pytest.mark.parametrize("side", list(Side))
MODES = pytest.mark.parametrize("mode", list(Mode))


def account(collateral, quantity, side, mode, *steps, fee="0.005"):
    """A subaccount with so much net collateral, at the oracle price; a tenth is its maintenance margin."""
    profile = load_profile("dydx")
    profile = replace(profile, liquidation_fee=D(fee), steps=steps or profile.steps)
    margin = D(collateral) if mode is Mode.ISOLATED else None
    held = Position("a", "BTC-USD", side, mode, D(quantity), D(50000), D(5), given_margin=margin)
    return Book(profile, D(collateral), {"BTC-USD": BTC}, (held,))


def blocks(book, number=None):
    """What happens at the oracle price, and the account after some of it."""
    events = solve(book, Glide.common(book, {}, -1), D(0)).events
    return events, Ledger.after(book, events[:number])


# dydxprotocol/v4-chain, x/clob/e2e/liquidation_config_test.go: 1 BTC at 50,000, net collateral 499, IM 20 %, MM 10 %,
# a fee of 0.5 %. The USDC a short ends with, with the purchase price taken off, is what is left of the 499.


@SIDES
@MODES
def test_the_least_that_is_closed_can_be_the_whole_position(side, mode):
    events, after = blocks(account(499, 1, side, mode, Step(StepKind.PORTION, D("0.01"), D(100_000))))
    assert [event.kind for event in events] == [EventKind.LIQUIDATION]
    assert (events[0].figures.fee, after.total - after.fees) == (250, 249)


@SIDES
@MODES
@pytest.mark.parametrize(
    "step",
    [
        Step(StepKind.PORTION, D("0.1"), D(1000)),
        # the limit of a subaccount for one block
        Step(StepKind.PORTION, D(1), D("0.001"), most=D(5000)),
    ],
)
def test_a_tenth_is_closed_in_a_block(side, mode, step):
    events, after = blocks(account(499, 1, side, mode, step), 1)
    assert events[0].kind is EventKind.REDUCTION
    figures, times = events[0].figures, events[0].figures.times
    assert (figures.quantity / times, figures.fee / times) == (D("0.1"), 25)
    assert (after.positions[0].quantity, after.total - after.fees) == (1 - times * D("0.1"), 499 - 25 * times)


@MODES
def test_the_fee_is_at_most_what_the_portion_brings_above_its_bankruptcy_price(mode):
    # a tenth of 1 BTC has a tenth of the 20 of net collateral: 2, where 0.5 % of 5,000 would be 25
    events, _ = blocks(account(20, 1, Side.LONG, mode, Step(StepKind.PORTION, D("0.1"), D(1000))), 1)
    assert events[0].figures.fee == 2


@pytest.mark.parametrize(("collateral", "quote"), [(499, 4501), (0, 5000)])
def test_the_bankruptcy_price_of_a_long_is_what_it_owes(collateral, quote):
    # of dYdX's own tests: long 0.1 BTC, USDC -4,501 and -5,000
    book = account(collateral, "0.1", Side.LONG, Mode.CROSS)
    # what it owes is the same at every mark; at this one nothing is closed yet, and the row is of all of it
    frame = GlideRehearsal(replace(book, markets={"BTC-USD": replace(BTC, mark=D(60000))}), {}).frame(D(0))
    assert frame.events == ()
    assert frame.positions[0].bankruptcy_price * D("0.1") == quote


def test_portions_follow_one_another_until_the_account_stands():
    # long 0.1, net collateral 499 under the 500 it needs: 1,000 of its 5,000 go first, and then it has 484 for 400
    events, after = blocks(account(499, "0.1", Side.LONG, Mode.CROSS, fee="0.015"))
    assert [(event.figures.quantity, event.figures.fee) for event in events] == [(D("0.02"), 15)]
    assert after.positions[0].quantity == D("0.08")
    # of 400 the first leaves 385 under the 400 of 0.08, the second 370 for the 300 of 0.06
    events, after = blocks(account(400, "0.1", Side.LONG, Mode.CROSS, fee="0.015"))
    assert [(event.figures.quantity, event.figures.times) for event in events] == [(D("0.04"), 2)]
    assert after.total - after.fees == 370


def test_a_portion_is_rounded_down_to_lots_but_never_to_none():
    step = Step(StepKind.PORTION, D("0.1"), D(0))
    for quantity, closed in (("0.0199", "0.0019"), ("0.0009", "0.0001"), ("0.0001", "0.0001")):
        events, _ = blocks(account("0.01", quantity, Side.LONG, Mode.CROSS, step))
        assert events[0].figures.quantity / events[0].figures.times == D(closed)


def test_the_order_of_the_account_can_be_the_order_in_which_a_pool_closes():
    held = [Position(n, "BTC-USD", Side.LONG, Mode.CROSS, D(q), D(50000), D(5)) for n, q in (("a", "0.01"), ("b", 1))]
    book = account(499, 1, Side.LONG, Mode.CROSS)
    for victim, first in ((Victim.FILE_ORDER, 0), (Victim.LARGEST_MAINTENANCE, 1)):
        profile = replace(book.profile, victim=victim)
        events, _ = blocks(replace(book, profile=profile, positions=tuple(held)), 1)
        assert events[0].position == first
