"""Events say what happened: a profit is no loss, cash below zero is not left, a time is that of its candle."""

from __future__ import annotations

from decimal import Decimal

import pytest

from isocross.account.book import market_names
from isocross.rehearsal.kinds import lived_rehearsal
from isocross.words.events import sentence
from isocross.words.outlook import LivedStory
from isocross.workspace import book_of, load_file, shipped


@pytest.fixture(scope="module")
def crash():
    workspace = load_file(shipped()["crash-2025-10-10"])
    return lived_rehearsal(book_of(workspace), workspace.scenario)


def told(rehearsal):
    names = market_names(rehearsal.book)
    return {event.position: sentence(event, rehearsal.book, rehearsal.path, names) for event in rehearsal.whole.events}


def test_a_position_closed_at_a_profit_had_no_loss(crash):
    for event in crash.whole.events:
        words = told(crash)[event.position]
        assert ("the smallest profit" in words) == (event.figures.pnl >= 0)
        assert ("the largest loss" in words) == (event.figures.pnl < 0)


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
