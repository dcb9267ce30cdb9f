"""Values that leave their thread: whoever asks first, and whoever asks meanwhile, each is told the same."""

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from functools import partial
from threading import Barrier

import pytest

from isocross.account.book import Book, Mode, Position, Side
from isocross.cascade.solver import solve
from isocross.cascade.timeline import Timeline
from isocross.desk.store import once_per_state
from isocross.memo import Memo
from isocross.paths.glide import Glide
from isocross.rules.catalogue import load_profile
from isocross.rules.market import Ladder, Market, Tier

POSITIONS, TRIES, ASKING = 24, 60, 3


def account() -> Book:
    """Many positions of one pool that close one after the other on the way down."""
    profile = load_profile("guide")
    symbols = [f"M{n}USDT" for n in range(POSITIONS)]
    ladder = Ladder((Tier(Decimal(0), Decimal("0.005"), Decimal(100)),), profile.tier_key)
    markets = {symbol: Market(symbol, Decimal(100), ladder) for symbol in symbols}
    positions = tuple(
        Position(symbol, symbol, Side.LONG, Mode.CROSS, Decimal(1 + n % 7), Decimal(100 - n % 5), Decimal(20))
        for n, symbol in enumerate(symbols)
    )
    return Book(profile, Decimal(1200), markets, positions)


@contextmanager
def in_a_hurry() -> Iterator[None]:
    """Have threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


@pytest.fixture(scope="module")
def whole() -> Timeline:
    book = account()
    timeline = solve(book, Glide.common(book, {}, -1))
    assert len(timeline.happened) > POSITIONS - 1
    return timeline


def at_once(*questions: Callable[[], object]) -> list[object]:
    """The answers to questions that are asked at the same moment, a thread each."""
    start = Barrier(len(questions))

    def ask(question: Callable[[], object]) -> object:
        start.wait()
        return question()

    with ThreadPoolExecutor(len(questions)) as threads:
        return list(threads.map(ask, questions))


@pytest.mark.slow
def test_threads_that_ask_one_timeline_at_once_are_all_told_what_one_thread_is_told(whole: Timeline):
    everything = replace(whole).events
    places = [everything[len(everything) * part // 4].place for part in (2, 3)]
    firsts = [tuple(event for event in everything if event.place <= place) for place in places]
    with in_a_hurry():
        for _ in range(TRIES):
            asked = replace(whole)
            told = at_once(
                partial(getattr, asked, "events"), partial(asked.until, places[0]), partial(asked.until, places[1])
            )
            assert told == [everything, *firsts]
            assert asked.events == everything


@pytest.mark.slow
def test_threads_that_ask_one_memo_at_once_are_given_one_and_the_same_answer():
    with in_a_hurry():
        for _ in range(TRIES):
            memo = Memo()
            told = at_once(*[partial(memo.once, "sum", lambda: [sum(range(1000))])] * ASKING)
            assert told == [[sum(range(1000))]] * ASKING
            assert len({id(answer) for answer in told}) == 1


@pytest.mark.slow
def test_threads_that_ask_for_derived_values_of_many_states_are_each_told_their_own():
    held = [(n,) for n in range(12)]
    derived = once_per_state(lambda state: state[0] * 2, keep=2)
    with in_a_hurry():
        for _ in range(TRIES):
            told = at_once(*[lambda: [derived(state) for state in held]] * ASKING)
            assert told == [[n * 2 for n in range(12)]] * ASKING
