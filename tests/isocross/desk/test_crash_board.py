"""The crash board: each row is what a replay of that crash comes to."""

from __future__ import annotations

from decimal import Decimal

import pytest

from isocross.desk import Store, selectors
from isocross.desk.actions.account import Flip
from isocross.desk.actions.path import LeaveReplay, SetReplay
from isocross.desk.actions.shock import ShockTo
from isocross.desk.crash_board import crash_odds, crash_offers, crash_row, depth_words, worst_first
from isocross.desk.state import State, restored
from isocross.history.windows import Kind, load_window, windows
from isocross.rehearsal.scenario import PathKind
from isocross.studies.replays import deepest, offers
from isocross.studies.walked_odds import walked_odds
from isocross.workspace import load_file, shipped

BASKET = State.opened(load_file(shipped()["basket"]))
BEST = {Kind.MARK: 0, Kind.FUTURES: 1, Kind.SPOT: 2}


def test_every_crash_has_one_window_and_no_better_one_of_it_is_left_out():
    found = crash_offers(BASKET)
    assert [offer.window.crash for offer in found] == sorted({window.crash for window in windows()}, reverse=True)
    for taken in found:
        for other in offers(selectors.book(BASKET)):
            if other.window.crash == taken.window.crash:
                fits = len(taken.stand_in), BEST[taken.window.kind]
                assert fits <= (len(other.stand_in), BEST[other.window.kind])


@pytest.mark.slow
@pytest.mark.parametrize("crash", ["2020-03-12", "2025-10-10", "2026-02-05"])
def test_a_row_is_what_a_replay_comes_to(crash):
    offer = next(offer for offer in crash_offers(BASKET) if offer.window.crash == crash)
    row = crash_row(BASKET, offer)
    replayed = SetReplay(offer.window.id, offer.stand_in, "").apply(BASKET)
    path = selectors.replayed(replayed).path
    assert [life.variant.title for life in row.distinct] == ["as it is", "all isolated"]
    for mine, theirs in zip(row.distinct, selectors.distinct(replayed), strict=True):
        assert row.end(mine) == theirs.standing(path.end)
        assert mine.least_share == max(0, theirs.standing(path.end).lowest / theirs.line[0][1])


@pytest.mark.slow
def test_the_worst_crash_is_first():
    rows = worst_first(crash_row(BASKET, offer) for offer in crash_offers(BASKET)[::3])
    standing = [row.end(row.distinct[0]) for row in rows]
    assert standing == sorted(standing, key=lambda end: (end.survivors, end.lowest))
    assert len({end.lowest for end in standing}) > 1


def test_the_deepest_market_is_the_lowest_low_against_the_first_open():
    offer = next(offer for offer in crash_offers(BASKET) if offer.window.crash == "2020-03-12")
    assert offer.stand_in == {"SOLUSDT": "ETHUSDT"}
    bars = list(load_window(offer.window.id).bars())
    moves = {
        symbol: min(bar.candles[symbol].low for bar in bars) / bars[0].candles[symbol].open - 1
        for symbol in ("BTCUSDT", "ETHUSDT")
    }
    market, move = deepest(offer, ["BTCUSDT", "SOLUSDT"])
    assert market == ("SOLUSDT" if moves["ETHUSDT"] < moves["BTCUSDT"] else "BTCUSDT")
    assert abs(move - min(moves.values())) < Decimal("1e-20")
    assert depth_words(BASKET, offer) == "ETH −58.1 %"


@pytest.mark.slow
def test_the_odds_of_every_window_together_are_those_of_the_account():
    book = selectors.book(BASKET)
    whole = walked_odds(book)
    assert whole is not None
    by_id = {offer.window.id: offer for offer in offers(book)}
    each = [crash_odds(BASKET, by_id[window.id]) for window in whole.crashes]
    assert (sum(r.hours for r in each), sum(r.reached for r in each)) == (
        whole.reached[-1].hours,
        whole.reached[-1].reached,
    )


def test_a_crash_that_cannot_be_replayed_says_why(monkeypatch):
    monkeypatch.setattr("isocross.paths.bars.MOST_BARS", 1, raising=False)
    offer = crash_offers(BASKET)[0]
    odd = type(offer)(offer.window, {"BTCUSDT": "NOSUCH"})
    row = crash_row(BASKET, odd)
    assert row.trouble
    assert row.badness[0]
    assert not row.distinct


def test_a_replay_is_left_for_where_the_account_was_and_undo_goes_back_into_it():
    store = Store(ShockTo(Decimal("-0.1")).apply(BASKET), restore=restored, part=lambda state: state.moment)
    store.dispatch(SetReplay("2025-10-10", {}, "Replay"))
    assert selectors.replayed(store.state) is not None
    store.dispatch(LeaveReplay())
    assert store.state.workspace.scenario.path is PathKind.WHAT_IF
    assert store.state.moment.cursor == Decimal("-0.1")
    # it was only looked at
    assert not store.state.unsaved
    store.undo()
    assert selectors.replayed(store.state) is not None


def test_what_was_done_in_a_replay_that_is_left_is_kept_and_unsaved():
    state = SetReplay("2025-10-10", {}, "Replay").apply(BASKET)
    left = LeaveReplay().apply(Flip().apply(state))
    assert left.unsaved
    assert left.workspace.scenario.window == "2025-10-10"
    assert len(left.workspace.scenario.moves) == 1
