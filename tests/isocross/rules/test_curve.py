"""Tiers whose rate rises with the root of the quantity: Drift's own figures, the referee, and the file."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from isocross.cascade.solver import solve
from isocross.moves import reduce
from isocross.paths.glide import Glide
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.rules.market import Tier, TierKey, TierMethod, curved
from isocross.rules.procedure import CancelScope, Step, StepKind
from isocross.rules.profile import Basis, CrossMachine, Residual
from isocross.toml.faults import Faults
from isocross.workspace import book_of, load_text
from isocross.workspace.writing import dump
from tests.brute.books import Case, cases
from tests.brute.picking import pick
from tests.brute.procedures import walk_on
from tests.brute.stepping import walk
from tests.isocross.cascade import test_against_procedures, test_against_stepping
from tests.isocross.cascade.test_against_stepping import LIMITS, TOUCHES
from tests.isocross.figures.test_published_numbers import at_opening, book, market, near, position

D = Decimal
DRIFT = (Step(StepKind.CANCEL_ORDERS, scope=CancelScope.ACCOUNT), Step(StepKind.RESTORE, D("0.02"), D(50)))


@pytest.mark.parametrize(
    ("rate", "factor", "quantity", "expected"),
    [
        # protocol-v2, state/perp_market/tests.rs, smart_hlm_size: 1,300 of 10,000 for a million, the base for one
        ("0.1", "0.00005", "1000000", "0.13"),
        ("0.1", "0.00005", "1", "0.1"),
        # math/margin/tests.rs: a market's weights for 1,000, and the requirement of 6.1475409835 at 22,050
        ("1.1", "0.01", "1000", "1.1962"),
        ("1.1", "0.1", "1000", "4.0422"),
        ("0.1", "0.001", "6.1475409835", "0.1"),
    ],
)
def test_drift_has_these_ratios_in_its_own_tests(rate, factor, quantity, expected):
    assert curved(D(rate), D(factor), D(quantity)) == D(expected)


def test_drift_asks_13555_of_a_short_of_6_coins_at_22050():
    tier = "{ from = 0, rate = 0.1, max_leverage = 10, factor = 0.001 }"
    held = position("BTCUSDT", "short", "6.1475409835", 25000, 10)
    row = at_opening(book(100000, market("BTCUSDT", 22050, tier), held, venue="drift"))
    # the program cuts the value to six decimals before it takes the ratio
    assert 0 <= row.maintenance_margin - D("13555.327867") < D("0.00001")


@st.composite
def on_curves(draw) -> Case:
    """An account whose markets have one tier on a curve, up to four times its rate at the largest quantity."""
    case = draw(cases())
    held = case.book.positions
    root = max([D(1), *(p.quantity for p in held)]).sqrt()

    def curve(ladder):
        first = ladder.tiers[0]
        factor = (first.rate * pick(draw, (D("0.3"), D(1), D(3))) / root).quantize(D("0.00000001"))
        return replace(ladder, tiers=(Tier(D(0), first.rate, first.max_leverage, factor=factor),), key=TierKey.QUANTITY)

    profile = replace(case.book.profile, tier_method=TierMethod.CURVE, tier_key=TierKey.QUANTITY)
    markets = {s: replace(m, ladder=curve(m.ladder)) for s, m in case.book.markets.items()}
    return replace(case, book=replace(case.book, profile=profile, markets=markets))


@pytest.mark.slow
@given(on_curves())
def test_on_a_curve_the_same_falls_as_for_the_referee(case: Case):
    limit = LIMITS[case.direction]
    walked = walk(case.book, case.slopes, limit)
    assume(walked.narrowest > TOUCHES)
    path = Glide.common(case.book, case.betas, case.direction)
    test_against_stepping.agree(solve(case.book, path, limit), walked)


@pytest.mark.slow
@given(on_curves())
def test_on_a_curve_what_restores_the_line_is_counted_with_the_rate_there_is(case: Case):
    profile = replace(
        case.book.profile,
        cross_machine=CrossMachine.POOLED,
        maintenance_basis=Basis.MARK,
        residual=Residual.USER,
        steps=DRIFT,
    )
    case = replace(case, book=replace(case.book, profile=profile))
    limit = LIMITS[case.direction]
    walked = walk_on(case.book, case.slopes, limit)
    assume(walked.narrowest > TOUCHES)
    path = Glide.common(case.book, case.betas, case.direction)
    test_against_procedures.agree(solve(case.book, path, limit), walked)


CURVE = "{ from = 0, rate = 0.03, max_leverage = 20, factor = 0.0001 }"


def long_of(quantity, leverage=5, wallet=10**8):
    return book(
        wallet, market("SOLUSDT", 100, CURVE), position("SOLUSDT", "long", quantity, 100, leverage), venue="drift"
    )


@pytest.mark.parametrize(("quantity", "rate"), [("3600", "0.03"), ("10000", "0.034"), ("1000000", "0.124")])
def test_a_larger_position_needs_more_of_each_coin_and_its_price_is_exact(quantity, rate):
    account = long_of(quantity, 5, D(quantity) * 20)
    row = at_opening(account)
    assert row.maintenance_margin == D(quantity) * 100 * D(rate)
    assert near(row.liquidation_price, 80 / (1 - D(rate)), "1e-25")


def test_a_smaller_position_has_a_lower_rate():
    account = long_of(10000)
    after = reduce(account, account.positions[0].id, D(6400)).after
    assert at_opening(after).maintenance_margin == 3600 * 100 * D("0.03")


def test_the_highest_leverage_falls_with_the_quantity():
    # 0.8 × 5 % + 0.0001 × 1,000 = 14 %
    assert at_opening(long_of(1000000, 7)).initial_margin > 0
    with pytest.raises(Faults, match="above the highest leverage"):
        long_of(1000000, 8)


def test_part_of_it_is_closed_until_two_percent_of_the_notional_is_above_the_line():
    frame = GlideRehearsal(long_of(10000, 5, 200000), {}).frame(D("-0.18"))
    first = frame.events[0]
    figures = first.figures
    mark, shortage = first.mark, figures.maintenance_margin + 10000 * first.mark * D("0.02") - figures.equity
    assert figures.step is StepKind.RESTORE
    # each coin that goes frees the ratio and the buffer less both fees, 1.5 %; whole lots are closed
    wanted = shortage / (mark * (D("0.034") + D("0.02") - D("0.015")))
    assert 0 <= figures.quantity - wanted < D("0.01")


def test_a_factor_means_something_on_a_curve_alone_and_travels_with_the_file():
    text = (
        'format = 1\nwallet = 100\nvenue = "drift"\n[[markets]]\nsymbol = "SOLUSDT"\n'
        f"tiers = [ {CURVE} ]\n{position('SOLUSDT', 'long', 1, 100, 5)}"
    )
    there = load_text(text)
    assert load_text(dump(there)).markets == there.markets
    assert there.markets[0].tiers[0].factor == D("0.0001")
    # another venue has no curve: its own tiers stand
    assert book_of(there, "guide").markets["SOLUSDT"].ladder.tiers[0].rate == D("0.005")
    with pytest.raises(Faults, match="marginal tiers have no factor"):
        load_text(text.replace("drift", "guide"))
