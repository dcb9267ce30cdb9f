"""A fee to close that lies beside the margin, or is taken at the bankruptcy price: by hand, and by the referee."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.workspace import book_of, load_text
from tests.brute.books import Case, anything, bent, far, fees_off_the_mark
from tests.isocross.cascade.test_against_stepping import GAPS, LIMITS, glided, jumped

D = Decimal
BOOKS = settings.default.max_examples
tally: Counter[str] = Counter()

fees = fees_off_the_mark(st.one_of(anything, anything, bent))


def count(case: Case, walked) -> None:
    """Remember what the comparison was about."""
    tally[f"{case.book.profile.close_fee_at}"] += any(h.place > 0 for h in walked.happenings)
    tally["books"] += 1


@pytest.mark.slow
@settings(max_examples=BOOKS)
@given(fees)
def test_a_glide_has_the_same_timeline_wherever_the_fee_to_close_lies(case: Case):
    count(case, glided(case, min(LIMITS[case.direction], far(case))))


@settings(max_examples=BOOKS)
@given(fees, st.sampled_from(GAPS))
def test_a_gap_has_the_same_timeline_wherever_the_fee_to_close_lies(case: Case, size: Decimal):
    count(case, jumped(case, min(size, far(case))))


@pytest.mark.usefixtures("counted_here")
def test_enough_happened():
    """A comparison is worth something only where such a fee had a part in a fall."""
    assert min(tally["bankruptcy"], tally["beside-margin"]) >= BOOKS // 8, tally


def pooled(side: str, quantity: str, leverage: int) -> str:
    return (
        f'[[positions]]\nmarket = "BTCUSDT"\nside = "{side}"\nmode = "cross"\n'
        f"quantity = {quantity}\nentry = 60000\nleverage = {leverage}\n"
    )


def test_what_a_position_was_asked_for_is_gone_to_the_last_digit_once_it_fell():
    """A thirtieth has no end of digits: what rounding it leaves of a sum that should be nothing is no way to the line.

    At the mark of zero, where the long is, nothing moves any more.
    """
    head = 'wallet = 14.2\nvenue = { profile = "bybit", close_fee = 0.004, close_fee_at = "bankruptcy" }\n'
    tiers = '[[markets]]\nsymbol = "BTCUSDT"\nmark = 0.01\ntiers = [{ from = 0, rate = 0.00239, max_leverage = 125 }]\n'
    held = pooled("long", "16000", 30) + pooled("short", "62000", 50)
    rehearsal = GlideRehearsal(book_of(load_text(head + tiers + held.replace("60000", "0.01"))), {"BTCUSDT": D(2)})
    ends = [rehearsal.frame(D(shock)).account.equity for shock in ("-0.5", "-0.9")]
    assert ends[0] == ends[1]


@pytest.mark.parametrize(("side", "sign"), [("long", -1), ("short", 1)])
def test_at_the_bankruptcy_price_the_fee_is_of_what_is_left_once_the_initial_margin_is_lost(side, sign):
    text = 'wallet = 30000\nvenue = { profile = "bybit", close_fee = 0.001, close_fee_at = "bankruptcy" }\n'
    row = GlideRehearsal(book_of(load_text(text + pooled(side, "1", 20))), {}).frame(D(0)).positions[0]
    bare = (
        GlideRehearsal(book_of(load_text(text.replace("0.001", "0") + pooled(side, "1", 20))), {})
        .frame(D(0))
        .positions[0]
    )
    assert row.maintenance_margin - bare.maintenance_margin == D(60) * (1 + sign * D("0.05"))
