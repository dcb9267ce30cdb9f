"""What backs an account of several assets has one name, and a margin beside another says why it differs."""

from decimal import Decimal

import pytest

from isocross.moves import switch_collateral
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.report.text import frame_sheet, timeline_sheet
from isocross.words.why.account import account_reasons, payer_reasons
from isocross.workspace import book_of, load_text

D = Decimal
UNIFIED = """
venue = "bybit"
account = "unified"
wallet = 5000
[[assets]]
asset = "BTC"
balance = 0.5
[[positions]]
market = "BTCUSDT"
side = "long"
mode = "cross"
quantity = 1
entry = 60000
leverage = 10
[[positions]]
market = "ETHUSDT"
side = "short"
mode = "{mode}"
quantity = 5
entry = 3000
leverage = 5
"""


def rehearsed(mode="cross", text=UNIFIED):
    return GlideRehearsal(book_of(load_text(text.replace("{mode}", mode))), {})


def test_what_the_assets_count_is_never_called_equity_beside_a_maintenance_margin():
    rehearsal = rehearsed()
    told = timeline_sheet("it", rehearsal, D("-0.6"))
    assert "threshold: its assets count" in told
    assert "quity" not in told.partition("At the end")[0]
    pool = next(r for r in account_reasons(rehearsal.frame(D(0))) if r.title == "pool of all assets")
    assert pool.formula.startswith("maintenance margin ÷ what its assets count;")
    # refused, it is in the same words, and amounts are written as everywhere
    refusal = switch_collateral(rehearsed(text=UNIFIED.replace("5000", "1")).book, "BTC").refusal
    assert "its assets count 1.00 against maintenance margin 416.25" in str(refusal)


@pytest.mark.parametrize("shock", ["0", "-0.3"])
def test_a_report_says_why_a_margin_is_another_figure_than_the_one_beside_it(shock):
    rehearsal = rehearsed()
    frame = rehearsal.frame(D(shock))
    told = frame_sheet("it", rehearsal, D(shock))
    share = "Own margin is a share of the cash there is: 5,000.00 USDT for cross margins of 9,000.00 USDT."
    assert (share in told) is bool(D(shock))
    assert ("Initial margin is at the marks;" in told) is bool(D(shock))
    own = payer_reasons(frame, frame.row(0), "BTC")[0]
    assert "5,000.00 USDT for cross margins of 9,000.00 USDT" in own.formula


def test_where_cash_covers_the_margins_nothing_is_said_of_shares():
    rehearsal = rehearsed(text=UNIFIED.replace("5000", "20000"))
    assert "Own margin is a share" not in frame_sheet("it", rehearsal, D("-0.1"))


def test_a_report_has_what_the_ratio_is_of():
    plain = UNIFIED.replace('account = "unified"\n', "").replace('[[assets]]\nasset = "BTC"\nbalance = 0.5\n', "")
    mixed, pooled = (rehearsed(mode, plain.replace("5000", "20000")) for mode in ("isolated", "cross"))
    assert "pool equity 17,000.00" in frame_sheet("it", mixed, D(0))
    assert "pool equity" not in frame_sheet("it", pooled, D(0))
