"""Coin-margined positions in a pool of several assets, held against the referee that steps."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from isocross.account.assets import Asset
from isocross.account.book import Mode
from isocross.cascade import solve
from isocross.cascade.ledger import Ledger
from isocross.cascade.solver import solve_gap
from isocross.paths.glide import Glide
from isocross.paths.walk import Step, Walk
from isocross.rehearsal.run import live
from isocross.rules.switches import OpenPnl, Victim
from tests.brute.assets import rule
from tests.brute.books import coins_in_pools
from tests.brute.coins import coin_margined
from tests.brute.lived import stages_of_walk
from tests.brute.ordered_assets import OrderedAssets, with_fills
from tests.brute.unified import jump_assets, walk_asset_stages
from tests.isocross.cascade.test_assets_against_stepping import (
    DIRECTION,
    TOUCHES,
    accounts,
    agree,
    at_a_venue,
    glided,
    lived_with_orders,
    steps_of_walks,
    tally,
    with_orders,
)

D = Decimal
SLOW = settings(max_examples=settings.default.max_examples, deadline=None, suppress_health_check=list(HealthCheck))
FEWER = settings(SLOW, max_examples=settings.default.max_examples // 2)

in_coin = coin_margined(accounts())
at_venues = coin_margined(at_a_venue().filter(lambda drawn: drawn[0].pools_assets))
filled = st.one_of(with_fills(in_coin), with_fills(at_venues))
seen: Counter[str] = Counter()


def count(book, timeline) -> None:
    """Remember what was held against the referee."""
    ended = {e.position for e in timeline.events if e.kind.value in {"liquidation", "reduction"}}
    bent = {i for i, p in enumerate(book.seats) if p.inverse and p.mode is Mode.CROSS}
    seen["coin-margined ends"] += bool(ended & bent)
    seen["beside linear ones"] += bool(ended & bent and any(not p.inverse for p in book.positions))


@SLOW
@given(st.one_of(in_coin, at_venues), DIRECTION)
def test_a_glide_has_the_same_timeline(drawn, direction):
    glided(*drawn, direction)
    book, betas = drawn
    count(book, solve(book, Glide.common(book, betas, direction)))


@SLOW
@given(st.one_of(in_coin, at_venues), DIRECTION, st.sampled_from((D("0.1"), D("0.3"), D("0.45"))), st.booleans())
def test_a_jump_has_the_same_timeline(drawn, direction, size, limited):
    book, betas = drawn
    book = replace(book, fund=max(book.wallet, D(10)) / 10) if limited else book
    walked = jump_assets(book, {symbol: beta * direction for symbol, beta in betas.items()}, size)
    assume(walked.narrowest > TOUCHES)
    timeline = solve_gap(book, Glide.common(book, betas, direction), size)
    agree(timeline, walked)
    count(book, timeline)


@FEWER
@given(coin_margined(with_orders()), DIRECTION)
def test_resting_orders_are_cancelled_in_the_same_way(drawn, direction):
    glided(*drawn, direction)


@SLOW
@given(st.one_of(in_coin, at_venues), steps_of_walks())
def test_a_lived_path_has_the_same_timeline(drawn, steps):
    book, betas = drawn
    assume(steps)
    walked = walk_asset_stages(book, stages_of_walk(book, betas, steps))
    assume(walked.narrowest > TOUCHES)
    opening = {symbol: market.mark for symbol, market in book.markets.items()}
    agree(live(book, Walk(opening, betas, tuple(Step(*step) for step in steps))), walked)


@FEWER
@given(filled, DIRECTION)
def test_orders_are_filled_where_the_referee_fills_them(drawn, direction):
    glided(*drawn, direction, OrderedAssets)


@FEWER
@given(filled, steps_of_walks())
def test_a_lived_path_fills_them_where_the_referee_does(drawn, steps):
    lived_with_orders(*drawn, steps)


@FEWER
@given(filled, DIRECTION)
def test_each_asset_is_conserved_to_the_last_digit(drawn, direction):
    book, betas = drawn
    ledger = Ledger(book)
    before = {coin: ledger.total_of(coin) for coin in book.coin_names}
    for event in solve(book, Glide.common(book, betas, direction), D("0.3")).events:
        ledger.apply(event)
        assert {coin: ledger.total_of(coin) for coin in book.coin_names} == before


@FEWER
@given(in_coin, DIRECTION)
def test_a_shorter_way_is_the_beginning_of_the_longer_one(drawn, direction):
    book, betas = drawn
    glide = Glide.common(book, betas, direction)
    short, whole = (solve(book, glide, D(x)).events for x in ("0.15", "0.3"))
    assert short == tuple(event for event in whole if event.place <= D("0.15"))


@FEWER
@given(in_coin, DIRECTION, st.randoms(use_true_random=False))
def test_the_order_of_the_file_says_nothing(drawn, direction, random):
    book, betas = drawn
    shuffled = list(book.positions)
    random.shuffle(shuffled)
    other = replace(book, positions=tuple(shuffled))
    assume(book.profile.victim is not Victim.FILE_ORDER)
    glide = Glide.common(book, betas, direction)

    def told(account):
        events = solve(account, glide, D("0.3")).events
        ids = [position.id for position in account.seats]
        return [(e.place, e.kind, e.amount, e.asset, None if e.position is None else ids[e.position]) for e in events]

    assert told(book) == told(other)


def backed_by_its_coin(book):
    """A coin account as a pool of all its assets, of which there is the coin alone, at its whole value."""
    own = rule(open_pnl=OpenPnl.INSIDE)
    first = min(p.market for p in book.positions)
    profile = replace(book.profile, accounts=(own,))
    return replace(book, profile=profile, account=own.mode, coins=(Asset(book.currency, first),))


@SLOW
@given(coins_in_pools, DIRECTION)
def test_a_pool_of_one_coin_at_its_whole_value_equals_the_standard_coin_account(case, direction):
    """Digit for digit: the pool is tested in USD, and the price of its coin is its contracts' own."""
    betas = dict.fromkeys(case.book.markets, D(1))
    alone, pool = (
        solve(book, Glide.common(book, betas, direction)).events for book in (case.book, backed_by_its_coin(case.book))
    )

    def told(events):
        return [(e.place, e.kind, e.position, e.amount, e.postings) for e in events]

    assert told(pool) == told(alone)


@pytest.mark.usefixtures("counted_here")
def test_enough_happened():
    assert seen["coin-margined ends"] >= 5, seen
    assert seen["beside linear ones"] >= 3, seen
    assert tally["borrow"] >= 1 and tally["conversion"] >= 1, tally
