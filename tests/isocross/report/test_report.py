"""The JSON that scripts read: its keys and, for the guide's account, its figures."""

import json
from decimal import Decimal

import pytest

from isocross.paths.shock import parse_shock
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.report.json import frame_json, timeline_json
from isocross.workspace import PathKind, book_of, load_file, shipped

D = Decimal
NAME = "The guide's cross account"


def rehearsal(venue="coinex", workspace="guide-cross", kind=PathKind.WHAT_IF, **betas):
    given = load_file(shipped()[workspace])
    return GlideRehearsal(book_of(given, venue), betas or given.scenario.betas, kind)


@pytest.fixture(scope="module")
def fallen():
    return frame_json(NAME, rehearsal(), D("-0.4"))


def cut(figure, expected):
    """The figure begins with the digits before the dots."""
    return figure.startswith(expected.removesuffix("…")) if expected.endswith("…") else figure == expected


def check(given, **expected):
    for key, figure in expected.items():
        assert given[key] is None if figure is None else cut(given[key], figure), (key, given[key])


# --- the guide's account under coinex, only BTC moving, to −40 % --------------------------------------


def test_the_head_says_what_was_asked(fallen):
    assert (fallen["format"], fallen["name"], fallen["venue"]) == (1, NAME, "coinex")
    assert (fallen["t"], fallen["move"], fallen["shock"], fallen["shocks"]) == ("1", "-0.4", "-0.4", None)


def test_the_account_at_minus_40(fallen):
    check(
        fallen["account"],
        wallet="1000",
        equity="640",
        unused="203.015…",
        available="203.015…",
        initial_margin="500",
        maintenance_margin="5.7",
        pool_equity=None,
        pool_maintenance_margin=None,
        margin_ratio=None,
        fund="0",
        status="open",
    )


def test_bitcoin_at_minus_40(fallen):
    btc = fallen["positions"][0]
    check(
        btc,
        id="btc",
        market="BTCUSDT",
        side="long",
        mode="cross",
        quantity="0.015",
        entry="60000",
        mark="36000",
        leverage="3",
        margin="596.984…",
        notional="540",
        unrealised_pnl="-360",
        equity="236.984…",
        initial_margin="300",
        maintenance_margin="2.7",
        margin_ratio="0.0113…",
        liquidation_price="6700.167504…",
        liquidation_price_shown="6700.17",
        joint_trigger="6700.1675…",
        bankruptcy_price="6666.666…",
        worst_case="800",
        status="open",
    )
    assert btc["paid_by"] == {"own_margin": "300", "unused": "60", "others": "0", "fund": "0"}
    # The place of the event is rounded outward by less than 1e-12 of the opening mark.
    assert 0 <= D(btc["liquidation_price"]) - D(btc["joint_trigger"]) < 60000 * D("1e-12")


def test_the_refill_on_the_way_to_minus_40(fallen):
    assert len(fallen["events"]) == 1
    event = fallen["events"][0]
    assert (event["n"], event["kind"], event["position"], event["from"]) == (1, "refill", "btc", "unused")
    check(event, t="0.824958…", move="-0.329983…", mark="40201.005025…", amount="296.984924…")
    assert event["text"]


def test_ether_stands_still(fallen):
    eth = fallen["positions"][1]
    check(eth, id="eth", mark="3000", unrealised_pnl="0", margin="200", joint_trigger=None, maintenance_margin="3")
    assert eth["paid_by"] == dict.fromkeys(("own_margin", "unused", "others", "fund"), "0")


# --- what scripts rely on -----------------------------------------------------------------------------

HEAD = {"format", "name", "venue", "t", "move", "shock", "shocks", "account", "events"}
ACCOUNT = {
    "wallet",
    "equity",
    "unused",
    "available",
    "initial_margin",
    "maintenance_margin",
    "pool_equity",
    "pool_maintenance_margin",
    "margin_ratio",
    "worst_case",
    "fund",
    "status",
}
POSITION = {
    "id",
    "market",
    "side",
    "mode",
    "quantity",
    "entry",
    "mark",
    "leverage",
    "margin",
    "notional",
    "unrealised_pnl",
    "equity",
    "initial_margin",
    "maintenance_margin",
    "margin_ratio",
    "liquidation_price",
    "liquidation_price_shown",
    "joint_trigger",
    "bankruptcy_price",
    "worst_case",
    "status",
    "paid_by",
}
EVENT = {"n", "t", "move", "kind", "position", "mark", "amount", "from", "text"}


def texts(value):
    if isinstance(value, dict):
        return [leaf for child in value.values() for leaf in texts(child)]
    if isinstance(value, list):
        return [leaf for child in value for leaf in texts(child)]
    return [value]


def test_the_keys_are_those_of_the_format(fallen):
    assert set(fallen) >= HEAD | {"positions"}
    assert set(fallen["account"]) >= ACCOUNT
    assert all(set(row) >= POSITION for row in fallen["positions"])
    assert all(set(event) >= EVENT for event in fallen["events"])


def test_every_figure_is_a_string_in_plain_digits_and_the_whole_is_json(fallen):
    assert json.loads(json.dumps(fallen)) == fallen
    assert {type(leaf) for leaf in texts(fallen)} <= {str, int, bool, type(None)}
    figures = [leaf for leaf in texts(fallen) if isinstance(leaf, str) and leaf[-1:].isdigit() and "%" not in leaf]
    assert not any("E" in figure and figure[0].isdigit() for figure in figures)


def test_the_timeline_is_the_same_object_without_positions(fallen):
    told = timeline_json(NAME, rehearsal(), D("-0.4"))
    assert told == {key: value for key, value in fallen.items() if key != "positions"}


def test_a_pool_has_its_own_figures():
    account = frame_json(NAME, rehearsal("guide"), D("-0.3"))["account"]
    check(account, equity="730", unused="500", pool_equity="730", pool_maintenance_margin="6.15", available="230")
    check(account, margin_ratio="0.008424657534246575342465753424657534246575", worst_case="1000")
    alone = frame_json(NAME, rehearsal("guide", "guide-isolated"), D("0.1"))["account"]
    check(alone, pool_equity=None, pool_maintenance_margin=None, margin_ratio=None, unused="800")


def test_an_account_is_at_risk_and_then_liquidated():
    told = [frame_json("", rehearsal("guide", "guide-isolated"), D(s)) for s in ("0.05", "0.2", "0.33")]
    assert [t["account"]["status"] for t in told] == ["open", "at_risk", "liquidated"]
    assert [t["positions"][0]["status"] for t in told] == ["open", "at_risk", "liquidated"]
    dead = told[2]["positions"][0]
    check(dead, margin="0", equity="0", notional="0", margin_ratio=None, liquidation_price=None)
    assert dead["paid_by"] == {"own_margin": "200", "unused": "0", "others": "0", "fund": "0"}


# --- part of the way, single markets, jumps -----------------------------------------------------------


def test_at_a_fraction_of_the_shock_only_what_came_before_is_told():
    early, late = (frame_json(NAME, rehearsal(), D("-0.4"), D(at)) for at in ("0.8", "0.9"))
    assert (early["t"], early["move"], early["shock"], early["events"]) == ("0.8", "-0.32", "-0.4", [])
    assert (late["move"], len(late["events"])) == ("-0.36", 1)
    check(early["positions"][0], mark="40800", margin="300", unrealised_pnl="-288")
    check(late["positions"][0], mark="38400", margin="596.984…")


def test_the_opening_is_at_zero_whichever_way_it_is_asked():
    told = [frame_json(NAME, rehearsal(), D(shock), D(at)) for shock, at in (("-0.4", "0"), ("0", "1"))]
    assert [t["move"] for t in told] == ["0", "0"]
    assert [t["t"] for t in told] == ["0", "0"]
    assert told[0]["positions"] == told[1]["positions"]


def test_single_markets_move_to_their_own_ends_and_the_place_is_a_fraction():
    shocks = parse_shock("BTCUSDT=-40%,ETHUSDT=+5%", ("BTCUSDT", "ETHUSDT"))
    told = frame_json(NAME, rehearsal(), shocks)
    assert (told["shock"], told["shocks"]) == (None, {"BTCUSDT": "-0.4", "ETHUSDT": "0.05"})
    assert (told["t"], told["move"]) == ("1", "1")
    assert [row["mark"] for row in told["positions"]] == ["36000", "3150"]
    check(told["events"][0], move="0.824958…", t="0.824958…", mark="40201.005025…")
    half = frame_json(NAME, rehearsal(), shocks, D("0.5"))
    assert (half["t"], [row["mark"] for row in half["positions"]]) == ("0.5", ["48000", "3075"])


def test_a_market_that_is_not_named_stands_still():
    told = frame_json(NAME, rehearsal(BTCUSDT=D(1)), parse_shock("ETHUSDT=-10%", ("BTCUSDT", "ETHUSDT")))
    assert [row["mark"] for row in told["positions"]] == ["60000", "2700"]


def test_a_market_that_fell_by_more_than_everything_stands_at_zero():
    told = frame_json(NAME, rehearsal("guide"), parse_shock("BTCUSDT=-150%", ("BTCUSDT", "ETHUSDT")))
    check(told["positions"][0], mark="0", unrealised_pnl="-900", maintenance_margin="0")
    check(told["account"], equity="100")


def test_on_a_gap_nothing_moves_before_the_jump():
    jump = rehearsal("guide", "guide-isolated", PathKind.GAP)
    before, after = (frame_json("", jump, D("0.5"), D(at)) for at in ("0.99", "1"))
    check(before["positions"][0], mark="60000", unrealised_pnl="0", status="open")
    assert before["events"] == []
    assert [(e["kind"], e["amount"], e["mark"]) for e in after["events"]] == [
        ("liquidation", "200", "90000"),
        ("fund", "100", "90000"),
    ]
    check(after["account"], wallet="800", equity="800", fund="-100")
    assert after["positions"][0]["paid_by"] == {"own_margin": "200", "unused": "0", "others": "0", "fund": "100"}
