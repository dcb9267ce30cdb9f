"""`import isocross`: the promised lines, each against what the command line prints, and errors in one family."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import FrozenInstanceError
from datetime import UTC, datetime
from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from click.testing import CliRunner

import isocross as ix
from isocross.work import TooMuchWork
from isocross.workspace import shipped
from isocross_tui.cli.main import main

BTC = {"market": "BTCUSDT", "side": "long", "mode": "cross", "quantity": "0.015", "entry": 60000, "leverage": 3}


def printed(*arguments: str) -> dict:
    done = CliRunner().invoke(main, [*arguments, "--json"])
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def python(script: str) -> str:
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


# --- the door --------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_import_loads_one_module():
    assert python("import sys, isocross; print(*(m for m in sys.modules if 'isocross' in m))").split() == ["isocross"]


@pytest.mark.slow
def test_nothing_of_the_screen_or_of_the_command_line_is_behind_it():
    script = """
import sys, isocross as ix
for name in ix.__all__: getattr(ix, name)
ix.load("guide-cross").flip("btc").rehearse().report("-30%"); ix.lessons(); ix.compare("hedge", -20)
print(*sorted({m.partition(".")[0] for m in sys.modules} & {"textual", "rich", "click", "isocross_tui"}))
"""
    assert python(script).split() == []


@pytest.mark.slow
def test_a_room_and_the_function_of_its_name_are_there_in_any_order():
    script = """
import isocross as ix
import isocross.account.book
import isocross.lessons.files
print(len(ix.account(wallet=1).positions), len(ix.lessons()["lessons"]) > 9, isocross.account.book.Book.__name__)
"""
    assert python(script).split() == ["0", "True", "Book"]


def test_every_promised_name_is_there_and_says_what_it_does():
    for name in set(ix.__all__) - {"__version__"}:
        assert getattr(ix, name).__doc__, name
    assert set(ix.__all__) <= set(dir(ix))
    with pytest.raises(AttributeError):
        ix.nothing  # noqa: B018 - looking is what fails


# --- load ------------------------------------------------------------------------------------------


def test_an_account_comes_from_a_name_a_path_a_code_and_a_text(tmp_path):
    account = ix.load("guide-cross")
    account.save(tmp_path / "mine.toml")
    for source in (shipped()["guide-cross"], tmp_path / "mine.toml", account.code(), account.text()):
        assert ix.load(source).rehearse().report("-30%") == account.rehearse().report("-30%")


def test_an_account_of_figures_is_the_file_of_the_same_figures():
    made = ix.account(wallet=1000.0, venue="guide", positions=[BTC, {**BTC, "market": "ETHUSDT", "id": "7"}])
    text = "wallet = 1000\nvenue = 'guide'\nname = 'An account'\n" + "".join(
        f"[[positions]]\nmarket = '{market}'\nside = 'long'\nmode = 'cross'\n{id}quantity = 0.015\nentry = 60000\n"
        "leverage = 3\n"
        for market, id in (("BTCUSDT", ""), ("ETHUSDT", "id = '7'\n"))
    )
    assert made == ix.load(text)


def test_an_account_has_a_path_of_its_own():
    account = ix.account(wallet=1000, positions=[BTC], scenario={"path": "walk", "legs": ["-10%", 0.05]})
    assert account.rehearse().report()["move"] == "-0.05"
    assert account.with_scenario(shock="-30%").rehearse().report()["shock"] == "-0.3"


# --- rehearse --------------------------------------------------------------------------------------


@pytest.mark.parametrize("shock", ["-30%", "-0.3", Decimal("-0.3"), -0.3, -30])
def test_a_shock_is_written_in_any_of_these_ways(shock):
    frame = ix.load("guide-cross").rehearse().frame(shock)
    assert (frame.account.equity, frame["btc"].liquidation_price) == (730, None)
    assert ix.shown(frame.account.equity) == "730.00"


@pytest.mark.parametrize("name", sorted(shipped()))
def test_a_report_is_the_one_that_is_printed(name):
    rehearsal = ix.load(name).rehearse()
    assert rehearsal.report() == printed("report", name)
    assert rehearsal.run() == printed("run", name)
    if not rehearsal.lived:
        assert rehearsal.report("-40%", at="0.5") == printed("report", name, "--shock", "-40%", "--at", "0.5")
        held = ix.load(name)
        # an account of cross positions alone has no flip; it rests as it is
        flipped = held if held.book.account_rule and not held.book.account_rule.isolated else held.flip_all()
        assert flipped.rehearse().report("-40%") == printed("report", flipped.code(), "--shock", "-40%")


@pytest.mark.slow
def test_a_lived_account_is_rehearsed_on_its_own_path():
    rehearsal = ix.load("crash-2025-10-10").rehearse()
    assert rehearsal.lived
    assert rehearsal.report(150) == printed("report", "crash-2025-10-10", "--at", "150")
    at = datetime(2025, 10, 10, 21, 15, tzinfo=UTC)
    assert rehearsal.report(at) == printed("report", "crash-2025-10-10", "--at", "2025-10-10T21:15")
    assert [row["time"].hour for row in rehearsal.timeline()] == [21, 21, 21]
    assert [row["time"].hour for row in rehearsal.sweep([0, at])] == [6, 21]
    with pytest.raises(ix.IsocrossError, match="not a place on this path"):
        rehearsal.frame("-30%")
    glide = ix.load("crash-2025-10-10").rehearse(what_if=True)
    assert glide.report("-30%") == printed("report", "crash-2025-10-10", "--shock", "-30%")


def test_single_markets_move_by_a_table():
    rehearsal = ix.load("guide-mixed").rehearse()
    expected = printed("report", "guide-mixed", "--shock", "BTCUSDT=-50%,ETHUSDT=+50%")
    assert rehearsal.report({"BTCUSDT": "-50%", "ETHUSDT": 50}) == expected


def test_a_timeline_has_the_events_of_the_run_with_exact_figures():
    rows = ix.load("guide-cross").under("coinex").rehearse().timeline("-90%", exact=True)
    events = printed("run", "guide-cross", "--venue", "coinex", "--shock", "-90%")["events"]
    assert rows
    assert [(row["n"], row["kind"], row["amount"]) for row in rows] == [
        (event["n"], event["kind"], Decimal(event["amount"])) for event in events
    ]


def test_a_sweep_has_a_row_for_each_shock():
    rehearsal = ix.load("guide-cross").flip("btc").rehearse()
    rows = rehearsal.sweep(range(0, -61, -5), exact=True)
    assert [row["shock"] for row in rows] == [Decimal(n) / 100 for n in range(0, -61, -5)]
    for row in rows:
        frame = rehearsal.frame(row["shock"])
        assert row["equity"] == frame.account.equity
        assert row["btc.status"] == frame["btc"].status
    assert (rows[0]["open"], rows[-1]["open"]) == (2, 1)
    # what a table takes: floats, texts and whole numbers, whole columns of one kind
    plain = rehearsal.sweep(range(0, -61, -5))
    assert [row["equity"] for row in plain] == [float(row["equity"]) for row in rows]
    for key in plain[0]:
        assert len({type(row[key]) for row in plain} - {type(None)}) <= 1
        assert {type(row[key]) for row in plain} <= {float, int, str, type(None)}, key


@pytest.mark.slow
def test_figures_do_not_depend_on_the_precision_of_the_caller():
    account = ix.load("basket")
    asked = account.rehearse().report("-33.3%"), ix.advise(account, "-40%"), ix.compare(account, "-40%")
    with localcontext(prec=4):
        account = ix.load("basket")
        assert (account.rehearse().report("-33.3%"), ix.advise(account, "-40%"), ix.compare(account, "-40%")) == asked


# --- moves -----------------------------------------------------------------------------------------


def test_a_move_gives_another_account_and_leaves_this_one():
    account = ix.load("guide-cross")
    before = account.text()
    flipped = account.flip("btc").add_margin("btc", "10").set_leverage("eth", 2).deposit(100.5)
    assert account.text() == before
    assert (flipped["btc"].mode, flipped.workspace.wallet, flipped["eth"].leverage) == (
        "isolated",
        Decimal("1100.5"),
        2,
    )
    assert [p.id for p in flipped.close("btc").open(**BTC, id="new").positions] == ["eth", "new"]
    with pytest.raises(FrozenInstanceError):
        account.workspace = flipped.workspace


def test_a_market_stays_where_it_was_when_its_position_is_closed_or_larger():
    account = ix.account(wallet=5000, markets=[{"symbol": "BTCUSDT", "mark": 50000}], positions=[BTC])
    larger = account.increase("btc", "0.015")
    assert larger["btc"].entry == 55000
    assert larger.book.markets["BTCUSDT"].mark == 50000


def test_an_order_rests_and_is_cancelled():
    account = ix.load("guide-cross")
    resting = account.place_order(market="BTCUSDT", side="long", quantity="0.001", price=50000, id="low")
    assert resting.rehearse().report()["orders"][0]["status"] == "resting"
    assert resting.cancel_order("low") == resting.cancel_orders() == account


def test_what_a_venue_would_say_of_a_move_is_kept():
    account = ix.load("guide-cross").under("hyperliquid")
    assert account.remarks == ()
    assert [remark for move in (account.flip("btc"), account.flip_all()) for remark in move.remarks] != []


# --- studies ---------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    ("study", "command"),
    [
        (lambda: ix.explain("guide-mixed", "btc", "-40%"), "explain guide-mixed --position btc --shock -40%"),
        (lambda: ix.advise(ix.load("basket"), "-40%"), "advise basket --shock -40%"),
        (lambda: ix.compare("hedge", "-20%"), "compare hedge --shock -20%"),
        (lambda: ix.frontier("hedge", cells=5), "frontier hedge --cells 5"),
        (lambda: ix.odds("BTC", "-33%"), "history --reach BTC=-33%"),
        (lambda: ix.odds("guide-isolated"), "history --file guide-isolated"),
        (ix.lessons, "lessons"),
        (lambda: ix.lessons("the-hedge"), "lessons the-hedge"),
    ],
)
def test_a_study_is_what_its_command_prints(study, command):
    assert study() == printed(*command.split())


@pytest.mark.parametrize("name", ["hedge", "guide-mixed", "inverse"])
@pytest.mark.parametrize("venue", ["bybit", "gate", "hyperliquid"])
def test_a_figure_that_is_explained_is_the_one_that_is_reported(name, venue):
    account, scored = ix.load(name).under(venue), 0
    for row in account.rehearse().report()["positions"]:
        for told in ix.explain(account, row["id"])["figures"]:
            if told["figure"] in row:
                assert told["value"] == row[told["figure"]], told["figure"]
                scored += told["figure"] == "adl_score"
    assert scored == 1


def test_too_much_work_is_of_the_family_too():
    assert issubclass(TooMuchWork, ix.IsocrossError)


def test_an_import_says_what_it_took(tmp_path):
    file = tmp_path / "positions.csv"
    file.write_text("market,side,mode,quantity,entry,leverage\nBTCUSDT,long,cross,0.01,60000,5\n")
    account = ix.import_account(file, wallet="500", venue="guide")
    assert (account.workspace.wallet, account.positions[0].quantity) == (500, Decimal("0.01"))
    assert any("taken" in remark for remark in account.remarks)


# --- shown -----------------------------------------------------------------------------------------


def test_a_figure_is_written_as_on_the_desk():
    assert ix.shown(Decimal("-1234.5")) == "−1,234.50"
    assert ix.shown("0.3337", "percent") == "33.4 %"
    assert ix.shown(None, "price") == "none"
    assert ix.shown("0.001", currency="BTC") == "0.00100000"
    assert ix.shown(60000, "price", tick="0.1") == "60,000.0"


def test_a_frame_shows_itself_in_a_notebook_and_escapes_what_a_file_says():
    account = ix.account(wallet=1000, positions=[BTC], name="<script>alert(1)</script>")
    drawn = account.rehearse().frame("-30%")._repr_html_()
    assert "<script" not in drawn
    assert "&lt;script&gt;" in drawn
    assert "<td>BTC</td>" in drawn
    assert ">−270.00</td>" in drawn


# --- errors ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda a: a.rehearse().frame("half"), "is not a move"),
        (lambda a: a.rehearse().frame(-30.0), "expected -30% or -0.3"),
        (lambda a: a.rehearse().frame(-200), "would leave no price"),
        (lambda a: a.rehearse().frame(float("nan")), "expected a finite number"),
        (lambda a: a.rehearse().frame({"XRPUSDT": "1%"}), "no market 'XRPUSDT'"),
        (lambda a: a.rehearse().frame("-30%", at=2), "not a part of the way"),
        (lambda a: a.rehearse().frame()["btd"], 'did you mean "btc"'),
        (lambda a: a.flip("xrp"), "'xrp' is not a position of this account"),
        (lambda a: a.deposit("much"), "is not an amount"),
        (lambda a: a.withdraw(10**6), "more than"),
        (lambda a: a.cancel_order("x"), "no order"),
        (lambda a: a.under("nowhere"), "no venue is called"),
        (lambda a: ix.load("guide-cros"), "did you mean"),
        (lambda a: ix.load("wallet = 1\n"), "positions"),
        (lambda a: ix.account(wallet=1, positions=[{**BTC, "sid": 1}]), "there is no such key"),
        (lambda a: ix.advise(a, {"BTCUSDT": "-30%"}), "one common move"),
        (lambda a: ix.advise(a, "-30%", "xrp"), "'xrp' is not a position of this account"),
        (ix.explain, "None is not a position of this account"),
        (lambda a: ix.frontier(a, x="XRPUSDT"), "no position in 'XRPUSDT'"),
        (lambda a: ix.frontier(ix.account(wallet=1)), "needs a position"),
        (lambda a: ix.frontier(a, cells=1), "2 to 401 cells"),
        (lambda a: ix.odds("NOCOIN", "-10%"), "no shipped window"),
        (lambda a: ix.odds("BTC", "-10%", kind="futurs"), 'did you mean "futures"'),
        (lambda a: ix.import_account("none.json", tiers="ours"), "expected one of shipped, stated"),
        (lambda a: ix.import_account("none.json"), "there is no such file"),
        (lambda a: a.place_order(market="BTCUSDT", side="up"), "orders[0].side"),
        (lambda a: ix.lessons("the-hedg"), 'did you mean "the-hedge"'),
    ],
)
def test_what_is_refused_is_one_family_and_one_sentence(wrong, said):
    with pytest.raises(ix.IsocrossError) as caught:
        wrong(ix.load("guide-cross"))
    assert said in str(caught.value)


def test_a_bad_file_comes_with_its_faults():
    with pytest.raises(ix.Faults) as caught:
        ix.load("wallet = -1\npositions = []\nwalet = 2\n")
    assert [(fault.key, fault.line) for fault in caught.value.faults] == [("wallet", 1), ("walet", 3)]


@pytest.mark.parametrize("value", [Fraction(1, 3), None, object(), True, [1]])
def test_what_is_no_number_is_a_type_error(value):
    account = ix.load("guide-cross")
    with pytest.raises(TypeError, match="expected a string, a Decimal, an int or a float"):
        account.add_margin("btc", value) if value is not None else account.rehearse().sweep([object()])
