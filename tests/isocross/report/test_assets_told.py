"""An account of several assets outside the desk: CSV, export, HTML, JSON of advice, and its schema."""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from io import StringIO

from isocross.account.book import market_names
from isocross.moves.move import Do, Move
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.report.advise import step_json
from isocross.report.csv import positions_json
from isocross.report.html import frame_html
from isocross.report.json import frame_json
from isocross.report.list_shapes import Positions
from isocross.report.rows import REPORT, RUN, cells, report_rows, run_rows
from isocross.report.text import frame_sheet, timeline_csv
from isocross.words.events import sentence
from isocross.workspace import book_of, load_text
from isocross.workspace.code import code_of, open_code

D = Decimal
FILE = """
venue = "bybit"
account = "unified"
wallet = 1000
[[assets]]
asset = "BTC"
balance = 0.35
[[positions]]
id = "btc"
market = "BTCUSDT"
side = "long"
mode = "cross"
quantity = 1
entry = 60000
leverage = 10
"""
WORKSPACE = load_text(FILE)
BOOK = book_of(WORKSPACE)
REHEARSAL = GlideRehearsal(BOOK, {})


def test_a_line_of_an_event_has_its_asset_and_what_was_sold():
    rows = list(csv.DictReader(StringIO(timeline_csv(REHEARSAL, D("-0.9")))))
    sale = next(row for row in rows if row["kind"] == "conversion")
    assert (sale["asset"], sale["sold"]) == ("USDT", "BTC")
    assert D(sale["sold_quantity"]) > 0
    plain = GlideRehearsal(
        book_of(
            load_text(
                FILE.replace('account = "unified"\n', "").replace('[[assets]]\nasset = "BTC"\nbalance = 0.35\n', "")
            )
        ),
        {},
    )
    assert "asset" not in timeline_csv(plain, D("-0.9")).partition("\n")[0]


def test_tables_of_many_accounts_have_the_loan_and_the_asset():
    told = frame_json("a", REHEARSAL, D("-0.2"))
    row = next(report_rows(told))
    assert (row["settles"], row["paid_by_borrowed"]) == ("USDT", "11000")
    assert len(cells(row, REPORT)) == len(REPORT)
    sold = {event["sold"] for event in run_rows(frame_json("a", REHEARSAL, D("-0.9")))}
    assert sold == {None, "BTC"}
    assert {"asset", "sold", "sold_quantity"} < set(RUN)


def test_an_export_has_the_assets_as_they_were_entered():
    told = positions_json(WORKSPACE, BOOK)
    assert told["account_mode"] == "unified"
    assert told["assets"] == [
        {"asset": "USDT", "balance": "1000", "collateral": True},
        {"asset": "BTC", "balance": "0.35", "collateral": True},
    ]
    Positions.model_validate_json(json.dumps(told))


def test_a_sheet_and_a_page_have_a_row_for_each_asset():
    sheet = frame_sheet("a", REHEARSAL, D("-0.1"))
    assert "BTC    0.35000000  54,000.00  18,900.00       0.00  18,522.00  378.00   98.0 %" in sheet
    assert "<td" in frame_html("a", REHEARSAL.frame(D("-0.1"))).partition("0.35000000")[0]


def test_a_step_of_a_plan_names_its_asset():
    assert step_json(Move(Do.CONVERT, None, D(1), "BTC", "USDT")) == {
        "kind": "convert",
        "position": None,
        "amount": "1",
        "asset": "BTC",
        "to": "USDT",
    }
    assert "asset" not in step_json(Move(Do.DEPOSIT, None, D(1)))


def test_a_short_code_brings_the_assets_back():
    assert open_code(code_of(WORKSPACE)) == WORKSPACE


def test_a_sale_says_at_what_price_the_coin_went():
    frame = REHEARSAL.frame(D("-0.9"))
    sale = next(event for event in frame.events if event.trade is not None)
    told = sentence(sale, frame.book, frame.path, market_names(frame.book))
    assert f"was sold for {sale.trade.price:,.2f} USD each at " in told
