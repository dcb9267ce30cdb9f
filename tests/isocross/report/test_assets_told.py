"""An account of several assets outside the desk: CSV, export, HTML, JSON of advice, and its schema."""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from io import StringIO

from isocross.account.book import market_names
from isocross.cascade.events import EventKind
from isocross.moves import flip, withdraw
from isocross.moves.move import Do, Move
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.report.advise import step_json
from isocross.report.compare import compare_sheet
from isocross.report.csv import positions_json
from isocross.report.html import frame_html
from isocross.report.json import frame_json
from isocross.report.list_shapes import Positions
from isocross.report.rows import REPORT, RUN, cells, report_rows, run_rows
from isocross.report.text import frame_sheet, timeline_csv
from isocross.studies.frontier.cell import cell_at
from isocross.studies.twin import Twin
from isocross.words.assets import asset_sentences
from isocross.words.effect import effect_words
from isocross.words.events import sentence
from isocross.words.frontier import cell_words
from isocross.words.twin import FIGURES
from isocross.words.why.account import payer_reasons
from isocross.words.why.assets import reasons_of_assets
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


def test_a_worst_case_that_leaves_the_price_of_a_coin_out_says_so_and_is_not_the_best():
    """Isolated margins of 7,200 beside half a bitcoin: more can be lost than that, as the coin drops."""
    of = load_text(
        'venue = "bybit"\naccount = "unified"\nwallet = 8000\n[[assets]]\nasset = "BTC"\nbalance = 0.5\n'
        '[[positions]]\nid = "btc"\nmarket = "BTCUSDT"\nside = "long"\nmode = "isolated"\nquantity = 1\n'
        "entry = 60000\nleverage = 10\n"
    )
    rehearsal = GlideRehearsal(book_of(of), {})
    shock = D("-0.9")
    sheet = compare_sheet(of, rehearsal, shock, ())
    assert "Worst case: what coins themselves lose in price is not counted." in sheet
    sides = [side.tally for side in Twin(rehearsal).sides(shock) if side.tally is not None]
    assert any(tally.lost > tally.worst_case for tally in sides)
    worst = next(figure for figure in FIGURES if figure.key == "worst_case")
    assert worst.best_of(sides) is None
    reasons = reasons_of_assets(rehearsal.frame(shock))
    assert any("lose in price" in reason.source for reason in reasons if reason.title == "worst case")


OWING = book_of(load_text(FILE.replace("wallet = 1000", "wallet = 5000").replace("0.35", "0.5")))
"""Its isolated margin of 6,000 takes 1,000 more than there is."""


def test_a_flip_that_borrows_its_margin_says_what_is_owed():
    flipped = flip(OWING, "btc").after
    assert flipped is not None
    before, after = (GlideRehearsal(of, {}).frame(D(0)) for of in (OWING, flipped))
    assert effect_words(before, after, "btc").endswith("owes 0.00 → 1,000.00 USDT")
    first = asset_sentences(after)[0]
    assert first.startswith("5,000.00 USDT with isolated margins of 6,000.00 USDT: 1,000.00 USDT is owed, and counts −")


def test_a_withdrawal_that_would_borrow_says_that_it_borrows_nothing():
    outcome = withdraw(OWING, D(12000))
    why = "12,000.00 is more than the 5,000.00 in no isolated margin and no order; a withdrawal borrows nothing"
    assert str(outcome.refusal) == why


def test_a_cell_says_what_was_borrowed_with_every_part_in_one_currency():
    """What a coin-margined short lost in bitcoin is told at its price then, beside what others lost in USDT."""
    short = FILE[FILE.index("[[positions]]") :].replace('"btc"', '"inv"').replace("BTCUSDT", "BTCUSD")
    short = short.replace('"long"', '"short"').replace("quantity = 1", "quantity = 200000")
    of = book_of(load_text(FILE.split("[[positions]]", maxsplit=1)[0] + short))
    cell = cell_at(of, {"BTCUSD": D("2")})
    (end,) = (event for event in cell.timeline.events if event.kind is EventKind.LIQUIDATION)
    price = of.coin_price("BTC", cell.timeline.path.marks(end.place))
    assert end.paid_by is not None
    assert round(cell.paid_by.own_margin, 8) == round(end.paid_by.own_margin * price, 8) > 100
    long = cell_at(BOOK, {"BTCUSDT": D("-0.9")})
    assert long.paid_by.borrowed > 0
    assert f"what was borrowed {BOOK.amounts(long.paid_by.borrowed)}" in cell_words(long)


def test_who_pays_says_which_share_was_borrowed():
    frame = GlideRehearsal(OWING, {}).frame(D("-0.3"))
    said = {reason.title: reason.formula for reason in payer_reasons(frame, frame.positions[0], "BTC")}
    assert (
        said["BTC's loss, paid by borrowed cash"]
        == "the rest, at most its share of what other assets count, less debts"
    )
    assert "BTC's loss, paid by cash" in said


def test_a_sale_says_at_what_price_the_coin_went():
    frame = REHEARSAL.frame(D("-0.9"))
    sale = next(event for event in frame.events if event.trade is not None)
    told = sentence(sale, frame.book, frame.path, market_names(frame.book))
    assert f"was sold for {sale.trade.price:,.2f} USD each at " in told
