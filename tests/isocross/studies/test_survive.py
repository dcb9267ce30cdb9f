from dataclasses import replace
from decimal import Decimal
from math import ceil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isocross.account.book import Mode
from isocross.money import MONEY_GRID
from isocross.moves.move import Do, Move, carry_out
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.rules.catalogue import load_profile
from isocross.rules.profile import CloseFeeAt
from isocross.studies.reach import fallen_by
from isocross.studies.survive import SHARES, Way, greatest, least, lot_of, survive
from isocross.words.advice import answer_sentence, survival_sentence
from isocross.words.why.advice import survival_reasons
from isocross.workspace import book_of, load_file, load_text, shipped
from tests.brute.books import anything
from tests.brute.picking import pick
from tests.isocross.studies.test_triage import guide, rehearsal_of

D = Decimal

CROSS, ISOLATED = Mode.CROSS, Mode.ISOLATED


def by_kind(found):
    return {answer.kind: answer for answer in found.answers}


def told(found, kind, rehearsal):
    return answer_sentence(found, by_kind(found)[kind], rehearsal.book)


def test_margin_for_the_guides_isolated_btc_to_survive_minus_40():
    rehearsal = guide(ISOLATED, ISOLATED)
    # equity 300 − 360 against 0.005 × 540: 62.70 would touch the line, and touching is a fall
    exact = survive(rehearsal, D("-0.4"), "btc", MONEY_GRID)
    assert by_kind(exact)[Way.MARGIN].steps == (Move(Do.ADD_MARGIN, "btc", D("62.7") + MONEY_GRID),)
    found = survive(rehearsal, D("-0.4"), "btc")
    assert by_kind(found)[Way.MARGIN].steps == (Move(Do.ADD_MARGIN, "btc", D("62.71")),)
    # 900 ÷ L must be above 362.70: 2x has 450, 3x has 300
    assert by_kind(found)[Way.LEVERAGE].steps == (Move(Do.SET_LEVERAGE, "btc", D(2)),)
    assert survival_sentence(found, rehearsal.book) == "BTC is liquidated at −33.0 %."
    assert told(found, Way.MARGIN, rehearsal) == "Add 62.71 to BTC: at −40.0 % all survive. A cent less is not enough."
    lines = {reason.title: reason.substituted for reason in survival_reasons(rehearsal, found)}
    assert lines["as it is"] == "BTC: 300.00 −360.00 = −60.00 ≤ 2.70"
    assert lines["add 62.71 to BTC"] == "BTC: 362.71 −360.00 = 2.71 > 2.70"


def test_closing_a_part_of_an_isolated_position_moves_no_trigger():
    rehearsal = guide(ISOLATED, ISOLATED)
    found = survive(rehearsal, D("-0.4"), "btc")
    assert by_kind(found)[Way.CUT].steps == (Move(Do.REDUCE, "btc", D("0.015")),)
    assert told(found, Way.CUT, rehearsal) == (
        "Close all 0.015 of BTC: then it cannot be liquidated. Closing a part is not enough."
    )


def test_cash_that_is_not_there_is_missing():
    rehearsal = guide(ISOLATED, ISOLATED)
    rehearsal = replace(rehearsal, book=replace(rehearsal.book, wallet=D(520)))
    found = survive(rehearsal, D("-0.4"), "btc")
    assert by_kind(found)[Way.MARGIN].missing == D("42.71")
    assert told(found, Way.MARGIN, rehearsal) == (
        "Deposit 42.71 and add 62.71 to BTC: at −40.0 % all survive. A cent less is not enough. "
        "The account lacks 42.71 for this."
    )


def test_a_pool_is_saved_by_a_deposit_or_a_cut_and_never_by_leverage():
    rehearsal = guide(CROSS, ISOLATED)
    found = survive(rehearsal, D("-0.9"), "btc")
    # 800 − 810 against 0.005 × 90
    assert by_kind(found)[Way.MARGIN].steps == (Move(Do.DEPOSIT, None, D("10.46")),)
    # 800 − 54,000 q = 0.005 × 6,000 q: q = 0.014806…, and a lot is 0.0001
    assert by_kind(found)[Way.CUT].steps == (Move(Do.REDUCE, "btc", D("0.0002")),)
    assert told(found, Way.LEVERAGE, rehearsal).startswith("In a pool leverage moves no liquidation price")
    beside = replace(rehearsal.book.profile, close_fee=D("0.00055"), close_fee_at=CloseFeeAt.BANKRUPTCY)
    rehearsal = replace(rehearsal, book=replace(rehearsal.book, profile=beside))
    found = survive(rehearsal, D("-0.9"), "btc")
    assert told(found, Way.LEVERAGE, rehearsal).startswith(
        "In a pool leverage moves a liquidation price by its closing fee"
    )


@pytest.mark.slow
def test_the_whole_account_is_saved_bucket_by_bucket():
    rehearsal = rehearsal_of("ladder")
    found = survive(rehearsal, D("-0.4"))
    assert [step.do for step in by_kind(found)[Way.MARGIN].steps] == [Do.ADD_MARGIN] * 3
    assert by_kind(found)[Way.LEVERAGE].missing == D("210.00")
    assert told(found, Way.CUT, rehearsal).endswith("then nothing is left to liquidate. Closing a part is not enough.")
    one = survive(rehearsal, D("-0.4"), "third")
    assert told(one, Way.MARGIN, rehearsal) == (
        "Add 339.37 to third: at −40.0 % third survives. A cent less is not enough. "
        "But second and first are liquidated on the way."
    )


def test_the_same_share_of_every_position_of_a_pool():
    rehearsal = rehearsal_of("basket")
    answer = by_kind(survive(rehearsal, D("-0.4")))[Way.CUT]
    assert answer.share == D("0.388")
    assert [step.amount for step in answer.steps] == [D("0.0194"), D("0.272"), D("3.88")]
    one = survive(rehearsal, D("-0.4"), "sol")
    assert told(one, Way.CUT, rehearsal) == "Closing the whole position would not be enough."
    assert survival_sentence(one, rehearsal.book) == "SOL shares the pool, where BTC is liquidated at −24.3 %."


def test_what_stands_needs_nothing_and_what_else_falls_is_said():
    rehearsal = guide(CROSS, ISOLATED)
    found = survive(rehearsal, D("0.4"), "btc")
    assert found.answers == ()
    assert (
        survival_sentence(found, rehearsal.book)
        == "At +40.0 % BTC survives without a change, but ETH is liquidated at +32.7 %."
    )
    with pytest.raises(KeyError):
        survive(rehearsal, D("0.4"), "nobody")


@pytest.mark.slow
def test_a_top_up_bucket_draws_on_a_deposit():
    rehearsal = guide(CROSS, CROSS, betas={"ETHUSDT": D(0)})
    rehearsal = replace(rehearsal, book=replace(rehearsal.book, profile=load_profile("coinex")))
    found = survive(rehearsal, D("-0.92"), "btc")
    assert by_kind(found)[Way.MARGIN].steps[0].do is Do.DEPOSIT
    assert told(found, Way.LEVERAGE, rehearsal).startswith("No leverage would do")
    assert told(survive(rehearsal, D("-0.92")), Way.LEVERAGE, rehearsal).startswith(("Refills share", "No leverage"))


CHEAP = """
venue = "guide"
wallet = 5000
currency = "DOGE"
[[markets]]
symbol = "DOGEUSD"
kind = "inverse"
tiers = [{ from = 0, rate = 0.005, max_leverage = 100 }]
[[positions]]
market = "DOGEUSD"
side = "long"
mode = "cross"
quantity = 2000
entry = 0.1
leverage = 10
"""


@pytest.mark.parametrize(
    ("account", "move", "deposit"),
    [
        # 0.75 + (1 − 2.5) + (0.4918032787 of the short) against 0.005 × (2.5 + 0.8196721311)
        (load_file(shipped()["inverse"]), "-0.6", "0.27479509"),
        # 5,000 + (20,000 − 40,000) against 0.005 × 40,000: touching is a fall
        (load_text(CHEAP), "-0.5", "15200.00000001"),
    ],
)
def test_the_least_deposit_of_a_coin_is_told_to_its_last_digit(account, move, deposit):
    rehearsal = GlideRehearsal(book_of(account), {})
    found = survive(rehearsal, D(move))
    assert by_kind(found)[Way.MARGIN].steps == (Move(Do.DEPOSIT, None, D(deposit)),)
    assert "0.00000001 less is not enough." in told(found, Way.MARGIN, rehearsal)
    assert "cash in steps of 0.00000001," in survival_reasons(rehearsal, found)[0].substituted


def one_less(rehearsal, step):
    """The same step with one step of its grid less: less cash, a smaller cut, a higher leverage."""
    if step.do is Do.SET_LEVERAGE:
        return replace(step, amount=step.amount + 1)
    unit = rehearsal.book.amounts.step
    if step.do is Do.REDUCE:
        position = rehearsal.book.positions[rehearsal.book.index_of(step.position)]
        lot = lot_of(rehearsal.book, position)
        unit = step.amount % lot or lot
    return replace(step, amount=step.amount - unit) if step.amount > unit else None


def share_less(rehearsal, step, share):
    """What a share smaller by one part would close of a position, up to the next lot."""
    position = rehearsal.book.positions[rehearsal.book.index_of(step.position)]
    lot = lot_of(rehearsal.book, position)
    lots = ceil(ceil(position.quantity / lot) * (share - D(1) / SHARES))
    return min(position.quantity, lots * lot)


@pytest.mark.slow
@settings(max_examples=30)
@given(anything, st.sampled_from(("0.05", "0.2", "0.4", "0.9")), st.data())
def test_every_answer_is_enough_and_one_step_less_is_not(case, size, data):
    rehearsal = GlideRehearsal(case.book, case.betas)
    move = D(size) * case.direction
    subject = pick(data.draw, (None, *(p.id for p in case.book.positions)))
    found = survive(rehearsal, move, subject)
    fallen = fallen_by(case.book, case.betas, move)
    assert dict(found.falls) == {p: at for p, at in fallen.items() if p in found.watched}
    assert bool(found.answers) == bool(found.falls)

    def does(steps):
        after = carry_out(case.book, steps).after
        return after is not None and found.watched.isdisjoint(fallen_by(after, case.betas, move))

    def index(step):
        return case.book.index_of(step.position)

    for answer in found.answers:
        if not answer.steps:
            assert answer.why
            continue
        assert does(answer.steps)
        if answer.share is not None:
            parts = [step for step in answer.steps if case.book.positions[index(step)].mode is CROSS]
            others = [step for step in answer.steps if step not in parts]
            smaller = [replace(step, amount=share_less(rehearsal, step, answer.share)) for step in parts]
            assert not does((*others, *(step for step in smaller if step.amount)))
            continue
        for place, step in enumerate(answer.steps):
            less = one_less(rehearsal, step)
            rest = (less,) if less else ()
            assert not does((*answer.steps[:place], *rest, *answer.steps[place + 1 :])), (answer, step)


@given(st.integers(0, 200), st.integers(0, 200))
def test_halving_finds_the_border(border, most):
    found = least(lambda n: n >= border, most)
    assert found == (max(1, border) if 1 <= max(1, border) <= most else None)
    assert greatest(lambda n: n <= border, most) == (min(border, most) or None)


BACKED = """
venue = "bybit"
account = "unified"
wallet = 1000
[[assets]]
asset = "BTC"
balance = 0.35
[[assets]]
asset = "USDC"
balance = 0
[[positions]]
id = "btc"
market = "BTCUSDT"
side = "long"
mode = "cross"
quantity = 1
entry = 60000
leverage = 10
"""


@pytest.mark.slow
def test_each_coin_that_would_do_is_told_with_the_least_of_it():
    """One step less of any of them is not enough, and what drops with the long takes the most."""
    rehearsal = GlideRehearsal(book_of(load_text(BACKED)), {})
    answer = next(answer for answer in survive(rehearsal, D("-0.3")).answers if answer.kind is Way.COIN)
    assert {need.asset for need in answer.coins} == {"USDT", "USDC", "BTC"}
    assert answer.coins[-1].asset == "BTC"
    assert [need.worth for need in answer.coins] == sorted(need.worth for need in answer.coins)
    for need in answer.coins:
        step = D("0.0000001") if need.asset == "BTC" else D("0.01")
        for amount, stands in ((need.amount, True), (need.amount - step, False)):
            after = carry_out(rehearsal.book, [Move(Do.DEPOSIT, None, amount, need.asset)]).after
            assert (not fallen_by(after, {}, D("-0.3"))) is stands, need
    assert answer.steps == (Move(Do.DEPOSIT, None, answer.coins[0].amount, answer.coins[0].asset),)


def test_a_deposit_of_the_accounts_own_currency_is_named_beside_other_coins():
    rehearsal = rehearsal_of("collateral-btc")
    found = survive(rehearsal, D("-0.6"))
    assert told(found, Way.COIN, rehearsal).startswith("Deposit 26,901.21 USDT: at −60.0 % it survives.")
    assert told(found, Way.MARGIN, rehearsal).startswith("Deposit 26,901.21: at −60.0 % it survives.")


def test_an_account_of_one_currency_is_not_asked_which_coin():
    rehearsal = GlideRehearsal(
        book_of(
            load_text(
                BACKED.partition("[[assets]]")[0].replace('account = "unified"', "")
                + "[[positions]]"
                + BACKED.partition("[[positions]]")[2]
            )
        ),
        {},
    )
    assert {answer.kind for answer in survive(rehearsal, D("-0.3")).answers} == {Way.MARGIN, Way.CUT, Way.LEVERAGE}
