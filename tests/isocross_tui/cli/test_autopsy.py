"""After the fact: what a record holds is told, what it lacks is named, and what would have held is the engine's own."""

import json
import re
from dataclasses import replace
from decimal import Decimal

import pytest
from click.testing import CliRunner

from isocross.exchange.liquidations import read_record
from isocross.format import price
from isocross.money import text
from isocross.moves import place
from isocross.moves.move import Do, Move, Planned
from isocross.paths.walk import Step
from isocross.rehearsal.kinds import lived_rehearsal
from isocross.rehearsal.kinds.replay import plan_of, shipped_history
from isocross.rehearsal.replay import ReplayRehearsal, replay
from isocross.rehearsal.scenario import PathKind
from isocross.studies.autopsy import Walk, autopsy, of_own_path
from isocross.studies.stops import stop_of
from isocross.workspace import book_of
from isocross.workspace.resolve import load
from isocross_tui.cli.main import main

pytestmark = pytest.mark.usefixtures("home")
BEFORE = """
format = 1
name = "before"
venue = "binance"
wallet = 1000
positions = [
  { id = "btc", market = "BTCUSDT", side = "long", mode = "cross", quantity = 0.05, entry = 113000, leverage = 10 },
  { id = "eth", market = "ETHUSDT", side = "long", mode = "isolated", quantity = 1, entry = 3900, leverage = 20 },
]
"""
MS = 1760130900000  # 2025-10-10 21:15
HYPERLIQUID = [
    {"coin": "BTC", "px": "98000", "sz": "0.05", "side": "A", "time": MS, "closedPnl": "-500", "fee": "2",
     "liquidation": {"liquidatedUser": "0x1", "markPx": "97900", "method": "market"}},
    {"coin": "SOL", "px": "200", "sz": "1", "side": "B", "time": MS, "closedPnl": "0", "fee": "0.1"},
]  # fmt: skip
RECORDS = {
    "Hyperliquid": HYPERLIQUID,
    "Binance": [{"symbol": "BTCUSDT", "avgPrice": "98000", "executedQty": "0.05", "side": "SELL", "time": MS,
                 "clientOrderId": "autoclose-1"}],
    "Bybit": {"retCode": 0, "result": {"list": [
        {"symbol": "BTCUSDT", "side": "Sell", "execType": "BustTrade", "execQty": "0.05", "execPrice": "98000",
         "execTime": str(MS), "markPrice": "97900", "execPnl": "-500", "execFee": "2"},
        {"symbol": "BTCUSDT", "side": "Sell", "execType": "Trade", "execQty": "1", "execPrice": "1", "execTime": "1"},
    ]}},
    "OKX": {"code": "0", "data": [{"instId": "BTC-USDT-SWAP", "fillPx": "98000", "fillSz": "5", "subType": "104",
                                   "ts": str(MS), "fillPnl": "-500", "fee": "-2", "fillMarkPx": "97900"}]},
}  # fmt: skip


LATER = b"time,market,side,quantity,price\n2025-11-01,BTCUSDT,long,1,1\n"


def written(tmp_path, record):
    file = tmp_path / "record.json"
    file.write_text(record if isinstance(record, str) else json.dumps(record))
    return str(file)


@pytest.mark.parametrize("title", RECORDS)
def test_a_record_of_a_venue_is_read(title):
    found = read_record(json.dumps(RECORDS[title]).encode(), "record")
    (fill,) = found.fills
    assert (found.title, fill.side, fill.price, f"{fill.moment:%Y-%m-%d %H:%M}") == (
        title, "long", 98000, "2025-10-10 21:15")  # fmt: skip
    told = title != "Binance"
    assert (fill.lost, fill.mark) == ((502, 97900) if told else (None, None))
    assert ("the marks" in found.lacks, "what was lost" in found.lacks) == (not told, not told)
    assert "the wallet" in found.lacks


def test_a_deleveraged_position_is_told_as_such(tmp_path):
    record = [RECORDS["Binance"][0] | {"clientOrderId": "adl_autoclose", "side": "BUY"}]
    done = CliRunner().invoke(main, ["autopsy", written(tmp_path, record)])
    assert "BTCUSDT short 0.05 was deleveraged at 98,000.00\n" in done.stdout


def test_a_record_alone_tells_what_it_lacks_and_nothing_else(tmp_path):
    done = CliRunner().invoke(main, ["autopsy", written(tmp_path, HYPERLIQUID)])
    assert done.exit_code == 0
    assert (
        "2025-10-10 21:15:00  BTC long 0.05 was liquidated at 98,000.00, mark 97,900.00, lost 502.00\n" in done.stdout
    )
    assert "1 other row was left out." in done.stdout
    assert "It does not hold the wallet, the mode and the leverage" in done.stdout
    assert "nothing is rehearsed" in done.stdout
    assert "Had it been otherwise" not in done.stdout


@pytest.mark.slow
def test_an_account_is_walked_through_it_and_through_it_otherwise(tmp_path):
    before = tmp_path / "before.toml"
    before.write_text(BEFORE)
    words = ["autopsy", written(tmp_path, HYPERLIQUID), "--account", str(before), "--window", "2025-10-10"]
    told = CliRunner().invoke(main, words).stdout
    assert told.index("ETH was liquidated") < told.index("BTC was liquidated")
    assert "went to the insurance fund" in told
    assert "BTC long: 98,000.00 there;" in told
    assert "liquidated here and not in the record: ETH" in told
    assert "all cross: BTC, ETH liquidated" in told
    assert "100.00 more in the wallet (10 %), each isolated margin 10 % larger: ETH, BTC liquidated" in told


def test_a_tenth_more_is_of_all_that_backs_the_account(tmp_path):
    """1,000 of wallet and 0.05 × 113,000 of BTC are 6,650."""
    before = tmp_path / "before.toml"
    btc = '[[assets]]\nasset = "BTC"\nbalance = 0.05\n'
    several = BEFORE.replace('venue = "binance"', 'venue = "bybit"\naccount = "unified"')
    before.write_text(several + btc)
    words = ["autopsy", written(tmp_path, HYPERLIQUID), "--account", str(before), "--window", "2025-10-10"]
    told = CliRunner().invoke(main, words).stdout
    assert "665.00 more in the wallet (10 % of all assets), each isolated margin 10 % larger" in told


@pytest.mark.slow
def test_the_least_cash_holds_and_a_cent_less_does_not():
    book, history = book_of(load(BEFORE)), shipped_history("2025-10-10")
    bars, scenario = tuple(history.bars()), load(BEFORE).scenario

    def replaying(held):
        return ReplayRehearsal(replay(held, bars, plan_of(scenario), title="x"), scenario)

    walk = Walk(lambda held, _: replaying(held), scenario, (bars[0].time, bars[-1].time))
    found = autopsy(book, read_record(json.dumps(HYPERLIQUID).encode(), "record"), walk)
    assert found.outside == 0
    assert autopsy(book, read_record(LATER, "record"), walk).outside == 1
    needs = dict(found.cash_for)
    assert found.cash == sum(needs.values()) > 0

    def survives(eth, wallet):
        raised = load(BEFORE.replace("wallet = 1000", f"wallet = {1000 + eth + wallet}"))
        positions = tuple(p.with_margin(p.margin + eth) if p.id == "eth" else p for p in book_of(raised).positions)
        whole = replaying(replace(book_of(raised), positions=positions)).whole
        return not [event for event in whole.events if event.kind == "liquidation"]

    cent = Decimal("0.01")
    assert survives(needs["ETH"], needs[""])
    assert not survives(needs["ETH"] - cent, needs[""] + cent)
    assert not survives(needs["ETH"], needs[""] - cent)


def test_a_short_that_its_pool_took_while_its_price_had_dropped_has_no_stop_on_the_way():
    (stopped,) = [each for each in of_own_path(load("crash-2025-10-10")).otherwise if "stop" in each.title]
    assert stopped.title == "with a stop halfway to each liquidation: DOGE at 0.13893, BTC at 57,187.72"
    assert (stopped.refusal, stopped.liquidated) == ("", ())


def test_the_least_cash_of_a_coin_is_told_to_its_last_digit():
    """0.75 − 1.5 + 0.4918032787 of equity at −60 %, against 0.005 × 3.3196721311."""
    inverse = load("inverse")
    walk = replace(inverse.scenario, path=PathKind.WALK, legs=(Step(Decimal("-0.6")),))
    assert of_own_path(replace(inverse, scenario=walk)).cash == Decimal("0.27479509")


@pytest.mark.parametrize(
    ("record", "told"),
    [
        ("[]", "not a record of liquidations"),
        ("time,market\n", "there is no column side, quantity, price"),
        ("time,market,side,quantity,price\nnow,BTC,long,1,1\n", '"now" is not a time'),
        ("time,market,side,quantity,price\n2025-10-10,BTC,up,1,1\n", '"up" is not a side'),
        ("time,market,side,quantity,price\n2025-10-10,BTC,long,-1,1\n", '"-1" is not a quantity'),
        ([HYPERLIQUID[1]], "there is no liquidation in this record of Hyperliquid"),
        ([HYPERLIQUID[0] | {"side": "X"}], '"X" is not a side'),
        ([HYPERLIQUID[0] | {"time": "soon"}], "soon"),
        ([HYPERLIQUID[0] | {"sz": "0"}], "a quantity and a price above zero"),
    ],
)
def test_what_is_no_record_is_one_sentence(tmp_path, record, told):
    done = CliRunner().invoke(main, ["autopsy", written(tmp_path, record)])
    assert done.exit_code == 1
    assert told in done.stderr


@pytest.mark.parametrize("account", ["mine.toml", "guide-cross"])
def test_a_workspace_in_place_of_a_record_is_told_where_its_autopsy_is(home, account):
    (home / "mine.toml").write_text(BEFORE, encoding="utf-8")
    done = CliRunner().invoke(main, ["autopsy", account])
    assert done.exit_code == 1
    assert done.stderr.startswith(f"{account}: this is a workspace, and no venue's record (expected ")
    assert "M on the desk and autopsy in isocross talk" in done.stderr
    imported = CliRunner().invoke(main, ["import", "mine.toml"])
    assert imported.stderr.startswith("mine.toml: this is a workspace, and no answer of a venue (expected ")


@pytest.mark.parametrize(
    ("words", "told"),
    [(["--window", "2025-10-10"], "expected --account"),
     (["--account", "guide-cross", "--wallet", "1"], "expected one of --account and --wallet"),
     (["--wallet", "1000"], "expected --wallet, --mode and --leverage"),
     (["--account", "guide-cross", "--stop", "BTC"], "'BTC' is not a stop: expected one like BTC=105000"),
     (["--account", "guide-cross", "--stop", "BTC=-1"], "'-1' is not a number above 0"),
     (["--account", "guide-cross", "--window", "x", "--prices", "y"], "cannot be given together")],
)  # fmt: skip
def test_what_is_missing_is_asked_for(tmp_path, words, told):
    done = CliRunner().invoke(main, ["autopsy", written(tmp_path, HYPERLIQUID), *words])
    assert (done.exit_code, told in " ".join(done.stderr.split())) == (2, True), done.stderr


def replayed(stop=None):
    """The account from before with a stop, or without one."""
    before = load(BEFORE)
    book, bars = book_of(before), tuple(shipped_history("2025-10-10").bars())
    if stop is not None:
        book = place(book, stop_of(book, book.positions[0], stop)).after
    return ReplayRehearsal(replay(book, bars, plan_of(before.scenario), title="x"), before.scenario)


@pytest.mark.slow
def test_a_stop_that_is_asked_for_is_the_account_with_that_order(tmp_path):
    before = tmp_path / "before.toml"
    before.write_text(BEFORE)
    words = ["autopsy", written(tmp_path, HYPERLIQUID), "--account", str(before)]
    alone = CliRunner().invoke(main, words).stdout
    own = replayed(Decimal(110000))
    grid = own.book.markets["BTCUSDT"].grid
    left = own.frame(own.path.end).account.equity
    told = CliRunner().invoke(main, [*words, "--stop", "btc=110000"]).stdout
    assert (
        f"with a stop: BTC at {price(Decimal(110000), grid)}: ETH liquidated; equity at the end {text(left)}\n" in told
    )
    mark = next(event.mark for event in replayed().whole.events if event.position == 0)
    assert "halfway to each liquidation: ETH at 3,8" in alone
    assert f"BTC at {price((113000 + mark) / 2, grid)}" in alone
    wrong = CliRunner().invoke(main, [*words, "--stop", "doge=1"])
    assert (wrong.exit_code, 'no position is called "doge"' in wrong.stderr) == (1, True)


def test_an_account_is_rebuilt_from_the_fills_and_what_is_not_in_them_is_asked_for(tmp_path):
    fills = [HYPERLIQUID[0] | {"startPosition": "0.05", "closedPnl": "-750"}]
    words = ["autopsy", written(tmp_path, fills), "--wallet", "800", "--mode", "cross", "--leverage", "10"]
    told = CliRunner().invoke(main, words).stdout
    assert "BTC: 0.05 long as the record says, entered at 113,000.00 by what closing it earned" in told
    assert "BTC follows BTCUSDT of the candles" in told
    assert "BTC long: 98,000.00 there;" in told
    told = json.loads(CliRunner().invoke(main, [*words, "--json"]).stdout)
    assert told["walk"]["told"][-1] == "BTC follows BTCUSDT of the candles"


FLIPPED = (
    BEFORE.replace('"binance"', '{ profile = "binance", hedge_mode = false }')
    .replace("isolated", "cross")
    .replace("wallet = 1000", "wallet = 2000")
    + """
[scenario]
path = "replay"
window = "2025-10-10"
moves = [{ at = 2, do = "flip", position = "eth" }, { at = 2, do = "deposit", amount = 5 }]
"""
)


@pytest.mark.slow
def test_an_account_in_one_mode_stays_in_it_where_a_flip_was_made_on_the_way():
    workspace = load(FLIPPED)
    otherwise = {each.title: each for each in of_own_path(workspace).otherwise}
    assert "all cross" not in otherwise
    unflipped = replace(workspace.scenario, moves=workspace.scenario.moves[1:])
    kept = lived_rehearsal(book_of(workspace), unflipped)
    assert otherwise["always cross"].equity == kept.frame(kept.path.end).account.equity
    flipped = lived_rehearsal(book_of(workspace), workspace.scenario)
    assert otherwise["always cross"].equity != flipped.frame(flipped.path.end).account.equity
    told = CliRunner().invoke(main, ["compare", "-"], input=FLIPPED).stdout
    assert "\nalways cross " in told
    assert "\nas it is = " not in told


@pytest.mark.slow
def test_cash_goes_where_a_flip_on_the_way_left_a_position_without_its_pool():
    workspace = load(FLIPPED)
    needs = dict(of_own_path(workspace).cash_for)
    assert needs["ETH"] > 0

    def survives(eth):
        moves = list(workspace.scenario.moves)
        moves.insert(1, Planned(moves[0].at, Move(Do.ADD_MARGIN, "eth", eth)))
        book = replace(book_of(workspace), wallet=2000 + eth)
        whole = lived_rehearsal(book, replace(workspace.scenario, moves=tuple(moves))).whole
        return 1 not in [event.position for event in whole.events if event.kind == "liquidation"]

    assert survives(needs["ETH"])
    assert not survives(needs["ETH"] - Decimal("0.01"))


@pytest.mark.slow
def test_what_is_said_of_an_autopsy_has_the_places_of_its_money_and_each_line_its_beginning(tmp_path):
    file = tmp_path / "flipped.toml"
    file.write_text(FLIPPED)
    told = CliRunner().invoke(main, ["talk", str(file)], input="autopsy\n").stdout
    assert "no open orders (-4048).\n" in told
    assert re.search(r"^1\. ETH was flipped to isolated, .* into its margin at [0-9,.]+ \(", told, re.M)
    otherwise = r"Always cross|Always isolated|[0-9,.]+ more in the wallet \(10 %\)"
    ends = re.findall(rf"^({otherwise}): .* at the end ([0-9,]+\.[0-9]{{2}})\.$", told, re.M)
    assert len(ends) == 3
    assert not re.search(r"^,", told, re.M)
