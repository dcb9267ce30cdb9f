"""Events say what happened: a profit is no loss, cash below zero is not left, a time is that of its candle."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from isocross.account.book import market_names
from isocross.cascade.events import EventKind
from isocross.rehearsal.kinds import lived_rehearsal
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.words.events import sentence
from isocross.words.outlook import LivedStory, pool_words
from isocross.workspace import book_of, load_file, shipped


@pytest.fixture(scope="module")
def crash():
    workspace = load_file(shipped()["crash-2025-10-10"])
    return lived_rehearsal(book_of(workspace), workspace.scenario)


def told(rehearsal):
    names = market_names(rehearsal.book)
    return {event.position: sentence(event, rehearsal.book, rehearsal.path, names) for event in rehearsal.whole.events}


def test_a_position_closed_at_a_profit_had_no_loss(crash):
    *others, last = crash.whole.events
    for event in others:
        words = told(crash)[event.position]
        assert ("the smallest profit" in words) == (event.figures.pnl >= 0)
        assert ("the largest loss" in words) == (event.figures.pnl < 0)
    assert told(crash)[last.position].endswith("and ETH was its only open position.")


def test_the_last_of_a_pool_is_not_said_to_have_had_the_largest_loss():
    rehearsal = GlideRehearsal(book_of(load_file(shipped()["basket"])), {})
    closed = rehearsal.falling.happened
    assert len(closed) == 3
    assert closed[-1].figures.pnl > min(event.figures.pnl for event in closed)
    names = market_names(rehearsal.book)
    words = [sentence(event, rehearsal.book, rehearsal.falling.path, names) for event in closed]
    assert [name for name in names if f"and {name} had the largest loss" in "".join(words)] == ["BTC", "ETH"]
    assert words[-1].endswith("and SOL was its only open position.")


@pytest.mark.parametrize("venue", ["kraken", "hyperliquid"])
def test_of_several_that_are_closed_at_once_none_was_the_only_open_position(venue):
    rehearsal = GlideRehearsal(book_of(load_file(shipped()["basket"]), venue), {})
    names, path = market_names(rehearsal.book), rehearsal.falling.path
    closed = [event for event in rehearsal.falling.happened if event.kind is EventKind.LIQUIDATION]
    assert len({event.place for event in closed}) == 1 < len(closed)
    for event in closed:
        assert "the venue closes all cross positions at once" in sentence(event, rehearsal.book, path, names)
        assert not event.figures.alone


def test_what_refills_were_of_a_lost_margin_is_counted_once():
    book = book_of(load_file(shipped()["guide-cross"]), "coinex")
    rehearsal = GlideRehearsal(book, {"ETHUSDT": Decimal(0)})
    end = next(event for event in rehearsal.falling.happened if event.kind is EventKind.LIQUIDATION)
    words = sentence(end, book, rehearsal.falling.path, market_names(book))
    assert f"its margin of {end.amount:.2f} is gone, {end.paid_by.unused:.2f} from refills" in words
    assert 0 < end.paid_by.unused < end.amount


def test_cash_below_zero_is_covered_by_open_profit(crash):
    below = [event for event in crash.whole.events if event.figures.left < 0]
    assert below
    for event in below:
        assert "the pool's cash is −61.52, and open profit covers it" in told(crash)[event.position]
    assert not any("−61.52 of cash is left" in words for words in told(crash).values())


def test_what_happens_within_a_candle_happens_in_the_candle(crash):
    first = crash.whole.events[0]
    assert "(2025-10-10 21:20 candle)" in told(crash)[first.position]
    story = LivedStory(crash)
    assert story.next_words(Decimal(0)).endswith(" in the 2025-10-10 21:20 candle.")
    assert crash.path.words(Decimal(4)) == "2025-10-10 06:05"
    assert crash.path.at_words(Decimal(4)) == "at 2025-10-10 06:05"
    moments = [moment for _, moment in crash.happenings]
    assert all(moment.second == 0 and moment.minute % 5 == 0 for moment in moments)


def test_a_rise_has_its_sign():
    rehearsal = GlideRehearsal(book_of(load_file(shipped()["guide-isolated"])), {})
    names, path = market_names(rehearsal.book), rehearsal.rising.path
    assert "BTC was liquidated at 79,601.99 (+32.7 %)" in sentence(
        rehearsal.rising.happened[0], rehearsal.book, path, names
    )


def test_of_a_pool_that_has_nothing_it_is_not_said_what_backs_no_position():
    book = book_of(load_file(shipped()["guide-isolated"]))
    for wallet, told in ((Decimal(1000), "800.00 backs no position."), (Decimal(200), "")):
        assert pool_words(GlideRehearsal(replace(book, wallet=wallet), {}).frame(Decimal(0))) == told
