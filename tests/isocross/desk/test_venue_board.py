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
from isocross.rules.catalogue import shipped_ids
from isocross.workspace import load_file, load_text, shipped
from tests.bench.books import workspace_text

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


@pytest.mark.parametrize("name", ["basket", "guide-mixed"])
def test_the_first_liquidation_is_the_nearest_stop_that_liquidates(name):
    for row in BOARD.rows(opened(name)):
        assert row.ruled.rehearsal is not None
        at = [
            stop.at
            for stop in row.ruled.rehearsal.stops
            if any(event.kind is EventKind.LIQUIDATION for event in stop.events)
        ]
        below, above = row.ruled.first_fall(-1), row.ruled.first_fall(1)
        assert (below and below.at) == max((move for move in at if move <= 0), default=None)
        assert (above and above.at) == min((move for move in at if move >= 0), default=None)


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
    assert "Its rules: undated." in own["guide"]


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
