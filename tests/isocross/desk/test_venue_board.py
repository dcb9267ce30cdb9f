"""The venue board: each row is what the desk shows under that venue."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from isocross.cascade.events import EventKind
from isocross.desk import Store, selectors
from isocross.desk.actions.shock import ShockTo
from isocross.desk.actions.venue import NextVenue, SetVenue
from isocross.desk.state import State, restored
from isocross.desk.venue_board import Board, told
from isocross.moves import flip, not_accepted
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.report.compare import compare_json
from isocross.report.json import frame_json
from isocross.rules.catalogue import shipped_ids
from isocross.rules.switches import AccountMode
from isocross.workspace import book_of, load_file, load_text, shipped
from tests.bench.books import workspace_text
from tests.isocross.report.test_figures_agree import ASSETS

BOARD = Board(shipped_ids())


def opened(name: str, shock: str = "0") -> State:
    return ShockTo(Decimal(shock)).apply(State.opened(load_file(shipped()[name])))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["basket", "guide-mixed", "inverse", "crash-2025-10-10", "guide-isolated"])
@pytest.mark.parametrize("shock", ["0", "-0.2", "0.3"])
def test_every_row_has_the_figures_that_the_desk_has_under_that_venue(name, shock):
    state = opened(name, shock)
    rows = BOARD.rows(state)
    assert {row.ruled.profile.id for row in rows} == set(shipped_ids())
    for row in rows:
        there = state if row.is_own else SetVenue(row.ruled.profile.id).apply(state)
        if row.frame is None:
            assert there.workspace == state.workspace
            assert row.ruled.refusal in there.message.text
            continue
        frame = selectors.frame(there)
        assert row.frame.account == frame.account
        assert row.frame.positions == frame.positions
        # what it is said to refuse is refused there, and nothing else
        book = selectors.book_now(there)
        refused = any(not_accepted(book, position.id) for position in book.positions)
        flipped = flip(replace(book, strict=True), str(state.selected)).refusal if book.positions else None
        assert bool(row.objections) == bool(refused or flipped)


UNIFIED = ASSETS.replace("MODE", "cross")
SHOCK = Decimal("-0.05")


def test_several_assets_are_held_in_the_mode_that_a_venue_has_for_them_and_every_figure_is_that_of_compare_and_report():
    state = ShockTo(SHOCK).apply(State.opened(load_text(UNIFIED)))
    compared = {side["key"]: side for side in compare_json(
        state.workspace, GlideRehearsal(selectors.book(state), {}), SHOCK, shipped_ids()
    )["variants"]}  # fmt: skip
    modes = {}
    for row in BOARD.rows(state):
        venue = row.ruled.profile.id
        if row.frame is None:
            assert compared[venue]["refused"]
            continue
        there = state if row.is_own else SetVenue(venue).apply(state)
        modes[venue] = there.workspace.account.value
        assert row.ruled.mode == (None if modes[venue] == "unified" else there.workspace.account)
        frame = selectors.frame(there)
        assert (row.frame.account, row.frame.positions) == (frame.account, frame.positions)
        reported = frame_json("", GlideRehearsal(book_of(state.workspace, venue), {}), SHOCK)
        desk = frame_json("", GlideRehearsal(selectors.book(there), {}), SHOCK)
        assert (reported["venue"], reported["account_mode"]) == (venue, modes[venue])
        assert reported == desk
        if not row.is_own:
            side = compared[venue]["account"]
            assert side["equity"] == reported["account"]["equity"]
            assert side["worst_case"] == reported["account"]["worst_case"]
    assert modes == {
        "binance": "multi-assets", "bybit": "unified", "gate": "unified", "hyperliquid": "unified",
        "kraken": "multi-assets",
    }  # fmt: skip


def test_the_move_to_another_mode_is_said_is_one_step_and_leads_back():
    store = Store(State.opened(load_text(UNIFIED)), restore=restored, part=lambda state: state.moment)
    opened_as = store.state.workspace
    store.dispatch(SetVenue("binance"))
    assert store.state.message.text == "The same account under binance: bybit unified → binance multi-assets."
    assert store.state.workspace.account is AccountMode.MULTI_ASSETS
    assert "Binance USD-M (multi-assets)" not in told(next(row for row in BOARD.rows(store.state) if row.is_own), None)
    store.dispatch(SetVenue("bybit"))
    assert store.state.workspace == opened_as
    store.undo()
    assert store.state.workspace == opened_as
    assert not store.can_undo


@pytest.mark.parametrize(
    ("venue", "changed", "why"),
    [
        ("dydx", "", '"unified" is not an account of dYdX v4, or not rehearsed yet'),
        ("binance", 'mode = "cross"|mode = "isolated"', "Multi-Assets Mode of Binance USD-M has no isolated positions"),
        ("okx", "", 'the table of OKX has no weight for "USDC"'),
        ("okx", 'account = "unified"|account = "portfolio"', '"portfolio"'),
    ],
)
def test_a_venue_without_such_an_account_refuses_with_the_reason(venue, changed, why):
    text = UNIFIED.replace(*changed.split("|")) if changed else UNIFIED
    if "portfolio" in text:
        text = text.replace("bybit", "hyperliquid").replace('"BTCUSDT"', '"BTC"').replace('"ETHUSDT"', '"ETH"')
        text = f'currency = "USDC"\n{text}'.replace('"USDC"\nbalance = 3000', '"HYPE"\nbalance = 30\nprice = 40')
    state = State.opened(load_text(text))
    after = SetVenue(venue).apply(state)
    assert after.workspace == state.workspace
    assert after.message.text.startswith("Refused: ")
    assert why in after.message.text
    assert why in told(next(row for row in BOARD.rows(state) if row.ruled.profile.id == venue), None)


def test_tiers_that_another_venue_reads_otherwise_do_not_come_along_and_that_is_said():
    tiers = "tiers = [{ from = 0, weight = 0.9 }, { from = 0.1, weight = 0.1 }]"
    own = f'asset = "BTC"\nbalance = 0.5\nlimit_reached = true\n{tiers}'
    state = State.opened(load_text(UNIFIED.replace('asset = "BTC"\nbalance = 0.5', own)))
    for venue, kept in (("binance", True), ("gate", False)):
        there = SetVenue(venue).apply(state)
        assert [bool(entry.tiers) for entry in there.workspace.assets] == [kept, False]
        assert ("The file's own tiers of BTC do not count: gate reads tiers otherwise." in there.message.text) != kept
        assert not any(entry.limit_reached for entry in there.workspace.assets)
        assert selectors.book(there) == book_of(state.workspace, venue)


@pytest.mark.parametrize("name", ["basket", "guide-mixed"])
def test_the_first_forced_close_is_the_nearest_stop_that_liquidates_or_reduces(name):
    for row in BOARD.rows(opened(name)):
        assert row.ruled.rehearsal is not None
        at = [
            stop.at
            for stop in row.ruled.rehearsal.stops
            if any(event.kind in {EventKind.LIQUIDATION, EventKind.REDUCTION} for event in stop.events)
        ]
        below, above = row.ruled.first_fall(-1), row.ruled.first_fall(1)
        assert (below and below.at) == max((move for move in at if move <= 0), default=None)
        assert (above and above.at) == min((move for move in at if move >= 0), default=None)


def test_a_forced_reduction_counts_as_much_as_a_liquidation():
    state = State.opened(load_text("""
venue = "drift"
wallet = 900
[[positions]]
market = "SOL-PERP"
side = "long"
mode = "cross"
quantity = 40
entry = 150
leverage = 10
"""))  # fmt: skip
    row = next(row for row in BOARD.rows(state) if row.is_own)
    stops = row.ruled.rehearsal.stops
    cut = max(stop.at for stop in stops if stop.at < 0)
    assert [event.kind for stop in stops if stop.at == cut for event in stop.events] == [EventKind.REDUCTION]
    assert row.ruled.nearest == -cut
    assert f"first liquidation or reduction SOL-PERP reduced {row.ruled.rehearsal.named(cut)}" in told(row, None)


@pytest.mark.slow
def test_the_safest_venue_is_first_and_the_order_stays_while_the_price_moves():
    rows = BOARD.rows(opened("guide-mixed"))
    near = [row.ruled.nearest for row in rows]
    assert near == sorted(near, key=lambda move: -(move or 0))
    moved = BOARD.rows(opened("guide-mixed", "0.35"))
    assert [row.ruled.profile.id for row in moved] == [row.ruled.profile.id for row in rows]


def test_a_venue_that_cannot_hold_the_account_stands_last_and_says_why():
    state = State.opened(load_text(workspace_text(1).replace("leverage = 10", "leverage = 125")))
    rows = BOARD.rows(state)
    refusing = [row for row in rows if row.frame is None]
    assert refusing
    assert rows[-len(refusing) :] == tuple(refusing)
    assert all("cannot hold this account" in told(row, None) for row in refusing)
    assert all(row.ruled.refusal for row in refusing)


def test_a_row_in_words_has_its_figures_and_what_it_refuses():
    own = {row.ruled.profile.id: told(row, "sol") for row in BOARD.rows(opened("basket"))}
    assert own["binance"].startswith(
        "Binance USD-M: first liquidation BTC −24.4 %, no price of SOL alone liquidates it, "
    )
    assert "It would refuse a flip of SOL: Binance changes the margin mode" in own["binance"]
    assert "(-4048)" in own["binance"]
    assert "would refuse" not in own["coinex"]
    assert "Its rules have no date." in own["guide"]


def test_the_newest_date_of_its_rules_is_told():
    dated = {row.ruled.profile.id: row.ruled.dated for row in BOARD.rows(opened("basket"))}
    assert dated["okx"] == "2026-07-02"
    assert dated["coinex"] == "2024"
    assert dated["guide"] == ""


def test_a_walk_through_the_venues_goes_both_ways_and_is_one_step_of_undo():
    store = Store(opened("basket"), restore=restored, part=lambda state: state.moment)
    known = shipped_ids()
    for steps, venue in ((1, known[1]), (1, known[2]), (-1, known[1])):
        store.dispatch(NextVenue(known, steps))
        assert store.state.workspace.venue.profile == venue
    store.undo()
    assert store.state.workspace.venue.profile == "guide"
    assert not store.can_undo
    store.dispatch(NextVenue(known, -1))
    assert store.state.workspace.venue.profile == known[-1]
