from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isocross.account.stated import Stated
from isocross.figures.agreement import SAME, all_compared
from isocross.figures.implied import UNEXPLAINED
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.workspace import book_of, load_text

D = Decimal


def book(venue="gate", mode="isolated", side="long", margin="margin = 96", tiers="", mark=60000):
    return book_of(
        load_text(
            f"""venue = "{venue}"
wallet = 1000
[[markets]]
symbol = "BTCUSDT"
mark = {mark}
{tiers}
[[positions]]
market = "BTCUSDT"
side = "{side}"
mode = "{mode}"
quantity = 0.015
entry = 60000
leverage = 10
{margin}
"""
        )
    )


def said(account, **figures):
    """What comes out when the venue states these figures of the first position."""
    stated = replace(account.positions[0], stated=Stated(**figures))
    return all_compared(replace(account, positions=(stated, *account.positions[1:])))[0]


def price_under(account):
    """The liquidation price of the first position under some rules."""
    return GlideRehearsal(account, {}).frame(D(0)).positions[0].liquidation_price


def test_nothing_is_compared_where_nothing_was_stated():
    assert all_compared(book()) == {}


def test_a_price_to_the_last_written_digit_is_the_same():
    ours = price_under(book())
    (figure,) = said(book(), liquidation_price=round(ours, 4))
    assert (figure.why, figure.words) == (SAME, f"venue {round(ours, 4):,} · isocross {round(ours, 4):,} · the same")
    down = ours // D("0.1") * D("0.1")
    (rounded,) = said(book(), liquidation_price=down)
    assert rounded.why in (SAME, "rounded to a step of 0.1")
    (up,) = said(book(), liquidation_price=down + D("0.1"))
    assert {rounded.why, up.why} == {SAME, "rounded to a step of 0.1"}
    (far,) = said(book(), liquidation_price=down + D("0.5"))
    assert far.why == "rounding of the figures it is made of"


def test_no_price_is_said_with_a_zero():
    wide = book(mode="cross", margin="")
    (figure,) = said(wide, liquidation_price=D(0))
    assert figure.words == "venue none · isocross none · the same"
    (missing,) = said(book(), liquidation_price=D(0))
    assert missing.why == UNEXPLAINED


OTHER = [
    ("no fee to close, where 0.075 % is counted here", {"close_fee": D(0)}),
    ("a fee of 0.15 % to close, where 0.075 % is counted here", {"close_fee": D("0.0015")}),
]


@pytest.mark.parametrize("side", ["long", "short"])
@pytest.mark.parametrize("mode", ["isolated", "cross"])
@pytest.mark.parametrize(("why", "change"), OTHER)
def test_a_fee_that_is_counted_or_not_is_found(side, mode, why, change):
    account = book(mode=mode, side=side, margin="margin = 96" if mode == "isolated" else "")
    if mode == "cross":
        account = replace(account, wallet=D(120))
    theirs = replace(account, profile=replace(account.profile, **change))
    (figure,) = said(account, liquidation_price=round(price_under(theirs), 1))
    assert figure.why == why


def test_a_rate_of_another_tier_is_found():
    tiers = (
        "tiers = [ { from = 0, rate = 0.004, max_leverage = 100 }, { from = 50000, rate = 0.01, max_leverage = 50 } ]"
    )
    one = "tiers = [ { from = 0, rate = 0.01, max_leverage = 100 } ]"
    (figure,) = said(book("binance", tiers=tiers), liquidation_price=round(price_under(book("binance", tiers=one)), 1))
    # at the price that is stated the second tier has its deduction in it, and asks for 1 % less 300 of the value
    assert figure.why.startswith((UNEXPLAINED, "the maintenance rate of another tier"))
    flat = [book("coinex", tiers=t.replace("50000", "0.5")) for t in (tiers, one)]
    (found,) = said(flat[0], liquidation_price=round(price_under(flat[1]), 1))
    assert found.why == "the maintenance rate of another tier, 1 %, where 0.4 % is asked here"


def test_its_own_rate_is_found_by_the_maintenance_margin_it_states():
    one = book("binance", tiers="tiers = [ { from = 0, rate = 0.0123, max_leverage = 50 } ]")
    found = said(book("binance"), liquidation_price=round(price_under(one), 1), maintenance_margin=D("11.07"))
    assert found[0].why == "its own maintenance rate of 1.23 %, where 0.4 % is asked here"
    assert found[1].why == "its own rate: 1.23 % of the value, where 0.4 % is asked here"


def test_what_nothing_explains_is_said_to_be_unexplained_with_what_it_would_take():
    (alone,) = said(book("binance"), liquidation_price=D(55000))
    assert alone.why.startswith(f"{UNEXPLAINED}: its price asks for 2.54545 % of the value, where 0.4 % is asked here")
    pool = replace(book("binance", mode="cross", margin=""), wallet=D(100))
    (pooled,) = said(pool, liquidation_price=D(55000))
    assert pooled.why == f"{UNEXPLAINED}: its price fits a wallet of 78.3, and here it is 100"
    assert price_under(replace(pool, wallet=D("78.3"))) == 55000


def test_open_pnl_and_maintenance_margin_say_why_they_differ():
    account = book("okx", mark=59000)
    (earned,) = said(account, unrealised_pnl=D("-15"))
    assert earned.why == SAME
    (other,) = said(account, unrealised_pnl=D("-14.7"))
    assert other.why == "that of a mark of 59,020"
    assert said(account, unrealised_pnl=D(90))[0].why == "that of a mark of 66,000, where 59,000 is stated"
    assert said(account, unrealised_pnl=D(500))[0].why.startswith(f"{UNEXPLAINED}: that of a mark of 93,333.333, where")
    (asked,) = said(account, maintenance_margin=D("3.54"))
    assert asked.why == "without the fee to close of 0.4425"
    (bare,) = said(book("binance", mark=59000), maintenance_margin=D("3.9825"))
    assert bare.why == "with a fee to close of 0.4425"
    (ratio,) = said(book("binance", mark=59000), margin_ratio=D("0.0437"))
    assert ratio.why == SAME


@given(
    st.decimals(D("0.001"), D("200000"), places=3),
    st.sampled_from(["long", "short"]),
    st.sampled_from(["isolated", "cross"]),
)
def test_any_price_gets_a_reason_and_never_an_error(price, side, mode):
    account = book(mode=mode, side=side, margin="margin = 96" if mode == "isolated" else "")
    (figure,) = said(account, liquidation_price=price)
    assert figure.why
    assert figure.words.isprintable()
