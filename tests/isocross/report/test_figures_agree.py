"""A figure has one value and one name wherever it stands: ratios, worst cases, tables of assets, who pays."""

from __future__ import annotations

from decimal import Decimal

from isocross.cascade.events import PaidBy
from isocross.figures.frame import Frame
from isocross.live.watching import Thresholds, crossed
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.report.text import asset_rows, frame_sheet, timeline_sheet
from isocross.risk.limits.words import _payers
from isocross.words.outlook import venue_ratio_words
from isocross.workspace import book_of, load_text

D = Decimal
ASSETS = """
venue = "bybit"
account = "unified"
wallet = 5000
[[assets]]
asset = "BTC"
balance = 0.5
[[assets]]
asset = "USDC"
balance = 3000
[[positions]]
market = "BTCUSDT"
side = "long"
mode = "MODE"
quantity = 1
entry = 60000
leverage = 10
[[positions]]
market = "ETHUSDT"
side = "short"
mode = "cross"
quantity = 5
entry = 3000
leverage = 5
"""
ORDERS = """
venue = "binance"
wallet = 1000
[[positions]]
market = "ETHUSDT"
side = "long"
mode = "isolated"
quantity = 1
entry = 2000
leverage = 10
[[orders]]
kind = "limit"
market = "ETHUSDT"
side = "long"
mode = "isolated"
quantity = 0.5
price = 1950
"""


def rehearsed(file: str) -> GlideRehearsal:
    return GlideRehearsal(book_of(load_text(file)), {})


def at_opening(mode: str, change: tuple[str, str] = ("", "")) -> Frame:
    return rehearsed(ASSETS.replace("MODE", mode).replace(*change)).frame(D(0))


def number(cell: str) -> Decimal:
    return D(cell.replace(",", "").replace("−", "-"))


def test_the_ratio_of_an_account_is_not_that_of_the_isolated_position_that_is_looked_at():
    frame = at_opening("isolated")
    assert venue_ratio_words(frame, frame.positions[0]) == venue_ratio_words(frame, None) == "Account MMR 0.3 %"


def test_a_position_of_a_pool_has_the_ratio_at_which_it_is_liquidated():
    frame = rehearsed(ASSETS.replace("MODE", "cross")).frame({"BTCUSDT": D("-0.3")})
    assert [row.margin_ratio for row in frame.positions] == [frame.account.margin_ratio] * 2
    alone, pooled = at_opening("isolated").positions
    assert alone.margin_ratio == D("0.05")
    assert round(pooled.margin_ratio, 5) == D("0.00265")


def test_a_watch_tells_the_ratio_of_the_account_once():
    book = book_of(load_text(ASSETS.replace("MODE", "isolated")))
    assert [found.what for found in crossed(book, Thresholds(ratio=D("0.001")), {})] == [
        "ratio the account",
        "ratio BTC",
    ]


def test_no_more_can_be_lost_than_there_is():
    frame = at_opening("isolated")
    assert frame.account.equity == frame.account.worst_case == 38000
    assert [row.worst_case for row in frame.positions] == [6000, 32000]
    assert at_opening("cross").account.worst_case == 38000


def test_what_is_no_collateral_cannot_be_lost_by_positions():
    frame = at_opening("cross", ("balance = 3000", "balance = 3000\ncollateral = false"))
    assert (frame.account.equity, frame.account.worst_case) == (38000, 35000)


def test_a_long_on_several_assets_loses_no_more_than_at_a_mark_of_zero():
    assert at_opening("cross", ("quantity = 1", "quantity = 0.1")).positions[0].worst_case == 6000


def test_a_row_of_an_asset_adds_up():
    there = rehearsed(ASSETS.replace("MODE", "isolated")).frame(D("-0.05"))
    titles, *rows = asset_rows(there)
    for row in rows:
        cells = dict(zip(titles, row, strict=True))
        cash = number(cells["balance"]) - number(cells["in isolated"])
        assert number(cells["value"]) == cash * number(cells["price"])
        counts = number(cells["value"]) - number(cells["lost"]) + number(cells["open PnL"])
        assert number(cells["counts"]) == counts
    assert "in isolated" not in asset_rows(at_opening("cross"))[0]


def test_equity_is_one_figure_of_a_report():
    sheet = frame_sheet("a", rehearsed(ASSETS.replace("MODE", "cross")), D(0))
    assert sheet.count("equity") == 1
    assert "pool           counts  maintenance margin" in sheet


def test_a_limit_that_rested_says_why_it_pays_as_a_taker():
    told = timeline_sheet("a", rehearsed(ORDERS), D("-0.03"))
    assert "a fee of 0.49 (the taker rate: no maker rate is known);" in told
    stop = ORDERS.replace('kind = "limit"', 'kind = "stop-market"').replace("price =", "trigger =")
    stop = stop.replace('side = "long"\nmode = "isolated"\nquantity = 0.5', 'side = "short"\nquantity = 0.5')
    assert "taker" not in timeline_sheet("a", rehearsed(stop), D("-0.03"))


def test_a_report_says_what_is_near_and_what_its_worst_case_leaves_out():
    sheet = frame_sheet("a", rehearsed(ORDERS), D("-0.03"))
    assert "Worst case: what resting orders would open or add is not counted." in sheet
    assert "from its liquidation price." in sheet
    plain = frame_sheet("a", rehearsed(ORDERS.partition("[[orders]]")[0]), D("0"))
    assert "Worst case:" not in plain


def test_limits_name_payers_in_the_order_in_which_they_pay():
    told = _payers(PaidBy(own_margin=D(1), others=D(2), borrowed=D(3)), at_opening("cross").book)
    assert told == " Who pays: its own margin 1.00, cash borrowed 3.00, the other positions 2.00."
