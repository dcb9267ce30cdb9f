"""Accounts of several assets held against the referee that steps: same events, order, places, and cash per asset."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, assume, given, note, settings
from hypothesis import strategies as st

from isocross.account.book import Mode, Order
from isocross.cascade import solve
from isocross.cascade.events import Account
from isocross.cascade.ledger import Ledger
from isocross.cascade.solver import solve_gap
from isocross.cascade.timeline import Timeline
from isocross.money import MONEY_GRID, ZERO
from isocross.paths.glide import Glide
from isocross.paths.walk import Step as WalkStep
from isocross.paths.walk import Walk
from isocross.rehearsal.run import live
from isocross.rules.catalogue import load_profile
from isocross.rules.procedure import CancelScope, Step, StepKind
from isocross.rules.switches import OpenPnl, OrderReserve, Pools
from tests.brute.assets import asset_books, with_rule
from tests.brute.lived import stages_of_walk
from tests.brute.ordered_assets import OrderedAssets, with_fills
from tests.brute.picking import composite, pick
from tests.brute.unified import Backed, Deed, WalkedAssets, jump_assets, walk_asset_stages, walk_assets

D = Decimal
BOOKS = settings.default.max_examples
TOUCHES, TINY = D("1e-9"), D("1e-12")
LIMITS = {-1: D("0.9"), 1: D(2)}
SLOW = settings(max_examples=BOOKS, deadline=None, suppress_health_check=list(HealthCheck))
VENUES = ("hyperliquid", "bybit", "binance", "okx", "gate", "kraken")
DIRECTION = st.sampled_from((-1, 1))
STEPS = (
    (),
    (Step(StepKind.TIER_DOWN, D(1)),),
    (Step(StepKind.CANCEL_ORDERS, scope=CancelScope.ACCOUNT), Step(StepKind.TIER_DOWN, D(2))),
    (Step(StepKind.BACKSTOP, D("0.666666666666666667")), Step(StepKind.FRACTION, D("0.2"), D(100))),
)

tally: Counter[str] = Counter()


@composite
def accounts(draw, pools: Pools = Pools.ONE):
    """An account of 2 to 6 assets, some positions of which settle in another than the currency, and betas."""
    book, betas = draw(asset_books(5))
    own_markets = [name for name, asset in book.coin.items() if name and asset.market == name]
    alone, settled = book.account_rule.currency_only, ("", "", *own_markets)
    markets = {
        symbol: market if market.is_asset or alone else replace(market, settles=pick(draw, settled))
        for symbol, market in book.markets.items()
    }
    rule = replace(book.account_rule, pools=pools)
    profile = replace(with_rule(book.profile, rule), steps=pick(draw, STEPS))
    book = replace(book, markets=markets, profile=profile, fund=None)
    if pools is Pools.TOKEN:
        book = replace(book, coins=tuple(asset.held(abs(asset.balance)) for asset in book.coins))
    for coin in own_markets:
        margins = sum((p.margin for p in book.positions if p.mode == "isolated" and book.coin_of(p) == coin), D(0))
        book = book.with_cash(coin, margins) if margins else book
    return book, betas


@st.composite
def with_orders(draw):
    """The same with resting orders, of the markets it has positions in, counted by the venue or not."""
    book, betas = draw(accounts())
    some = draw(st.lists(st.sampled_from(book.positions), min_size=1, max_size=3))
    orders = tuple(
        Order(f"o{n}", p.market, p.side, (p.quantity / 4).quantize(D("0.0001")) + D("0.0001"), p.entry, kind=p.kind)
        for n, p in enumerate(some)
    )
    counts, reserve = draw(st.booleans()), pick(draw, OrderReserve)
    profile = replace(book.profile, order_counts=counts, order_reserve=reserve)
    return replace(book, orders=orders, profile=profile), betas


@st.composite
def at_a_venue(draw):
    """The same under the whole rules of a venue that ships, but for how it reads the tiers, which were made before."""
    venue = load_profile(pick(draw, VENUES))
    own = venue.accounts[0]
    book, betas = draw(accounts(own.pools))
    positions = book.positions if own.isolated else tuple(replace(p, mode=Mode.CROSS) for p in book.positions)
    made = book.profile
    venue = replace(venue, tier_method=made.tier_method, tier_key=made.tier_key, tier_border=made.tier_border)
    coins = tuple(replace(asset, usable=own.usable) for asset in book.coins)
    if own.open_pnl is OpenPnl.INSIDE:
        # a file with a weight by the root of a size that open PnL is in is refused
        coins = tuple(replace(asset, factor=D(0)) for asset in coins)
    return replace(book, profile=venue, account=own.mode, positions=positions, coins=coins), betas


def told(timeline: Timeline) -> list[Deed]:
    """The events in the referee's words."""
    return [
        Deed(e.place, str(e.kind), e.position, e.asset, e.amount)
        if e.trade is None
        else Deed(e.place, str(e.kind), None, e.trade.sold, e.trade.quantity, e.trade.bought, e.trade.amount)
        for e in timeline.events
    ]


def close(one: Decimal, other: Decimal, coarse: Decimal = ZERO) -> bool:
    """Equal but for rounding, and for as much as that comes to where it is worth more."""
    return abs(one - other) <= TINY * (1 + abs(one)) + coarse


def compared(deeds: Iterable[Deed]) -> list[Deed]:
    """Without dust; orders that are cancelled together are one thing, whatever they held."""
    found: list[Deed] = []
    for deed in deeds:
        cancelled = deed.kind == "order_cancel"
        if abs(deed.amount) <= TINY and deed.kind not in {"order_cancel", "trigger", "fill", "liquidation"}:
            continue
        told_once = Deed(deed.place, deed.kind, None, "", D(0)) if cancelled or deed.kind == "trigger" else deed
        if not cancelled or found[-1:] != [told_once]:
            found.append(told_once)
    return found


def agree(timeline: Timeline, walked: WalkedAssets) -> None:
    """The same events in order, with places and amounts, and the same cash of each asset."""
    solved, stepped = compared(told(timeline)), compared(walked.deeds)
    note("solver:  " + "\n         ".join(map(str, solved)))
    note("stepping: " + "\n         ".join(map(str, stepped)))
    names = [[(d.kind, d.position, d.asset, d.bought) for d in deeds] for deeds in (solved, stepped)]
    assert names[0] == names[1]
    # what is repaid is rounded to the money grid: so much of the asset that is sold as one step of it is worth
    coarse: defaultdict[str, Decimal] = defaultdict(Decimal)
    for mine, theirs in zip(stepped, solved, strict=True):
        assert abs(mine.place - theirs.place) <= D("2e-12"), (mine, theirs)
        if theirs.repaid:
            coarse[theirs.asset] += 2 * MONEY_GRID * theirs.amount / theirs.repaid
        assert close(mine.amount, theirs.amount, coarse[theirs.asset]), (mine, theirs)
        assert close(mine.repaid, theirs.repaid), (mine, theirs)
    book = timeline.book
    for coin in book.coin_names:
        held = (p.margin for p in book.positions if book.has_bucket(p) and book.coin_of(p) == coin)
        cash = book.balance_of(coin) - sum(held, D(0))
        legs = (leg for event in timeline.events for leg in event.postings)
        cash += sum((leg.amount for leg in legs if leg.account is Account.POOL and leg.asset == coin), D(0))
        assert close(cash, walked.cash.get(coin, D(0)), coarse[coin]), (coin, cash, walked.cash)
    ledger = Ledger.after(book, timeline.events)
    for holding in walked.holdings:
        mine, theirs = holding.position, ledger.positions[holding.index]
        assert holding.open == ledger.is_open[holding.index]
        if holding.open:
            assert close(mine.quantity, theirs.quantity), (mine, theirs)
            assert close(mine.entry, theirs.entry), (mine, theirs)
            assert close(holding.bucket or D(0), ledger.margins[holding.index])
    tally.update(deed.kind for deed in stepped)
    tally["books"] += 1


def glided(book, betas, direction, kind: type[Backed] = Backed) -> None:
    """Hold a glide against the referee."""
    slopes = {symbol: beta * direction for symbol, beta in betas.items()}
    falls = [-s for s in slopes.values() if s < 0]
    limit = min([LIMITS[direction], *(D("0.95") / fall for fall in falls)]).quantize(D("1e-6"))
    walked = walk_assets(book, slopes, limit, kind=kind)
    assume(walked.narrowest > TOUCHES)
    agree(solve(book, Glide.common(book, betas, direction), limit), walked)


@pytest.mark.slow
@SLOW
@given(accounts(), DIRECTION)
def test_a_pool_of_all_assets_has_the_same_timeline(drawn, direction):
    glided(*drawn, direction)


@pytest.mark.slow
@SLOW
@given(accounts(Pools.TOKEN), DIRECTION)
def test_pools_of_tokens_have_the_same_timeline(drawn, direction):
    glided(*drawn, direction)


@pytest.mark.slow
@SLOW
@given(accounts(), DIRECTION, st.sampled_from((D("0.1"), D("0.3"), D("0.45"))))
def test_a_jump_of_all_assets_has_the_same_timeline(drawn, direction, size):
    book, betas = drawn
    walked = jump_assets(book, {symbol: beta * direction for symbol, beta in betas.items()}, size)
    assume(walked.narrowest > TOUCHES)
    agree(solve_gap(book, Glide.common(book, betas, direction), size), walked)


@pytest.mark.slow
@SLOW
@given(
    st.sampled_from(Pools).flatmap(accounts), DIRECTION, st.sampled_from((D("0.1"), D("0.45"), D("0.8"))),
    st.sampled_from((D(0), D("0.01"), D("0.1"), D(1))),
)  # fmt: skip
def test_a_limited_fund_has_the_same_timeline(drawn, direction, size, part):
    """What it has paid in one asset it has no more for another, at the prices of the place."""
    book, betas = drawn
    book = replace(book, fund=(part * max(book.wallet, D(10))).quantize(D("0.001")))
    walked = jump_assets(book, {symbol: beta * direction for symbol, beta in betas.items()}, size)
    assume(walked.narrowest > TOUCHES)
    agree(solve_gap(book, Glide.common(book, betas, direction), size), walked)


@pytest.mark.slow
@SLOW
@given(with_orders(), DIRECTION)
def test_resting_orders_are_cancelled_in_the_same_way(drawn, direction):
    glided(*drawn, direction)


@pytest.mark.slow
@SLOW
@given(at_a_venue(), DIRECTION)
def test_an_account_of_a_shipped_venue_has_the_same_timeline(drawn, direction):
    glided(*drawn, direction)


@st.composite
def steps_of_walks(draw):
    """Up to four steps that never come to −90 %; one in four is a jump."""
    steps, move = [], D(0)
    for _ in range(draw(st.integers(1, 4))):
        step = D(draw(st.integers(-60, 60))) / 100
        if move + step > D("-0.6"):
            steps.append((step, draw(st.integers(0, 3)) == 0))
            move += step
    return steps


@pytest.mark.slow
@SLOW
@given(st.one_of(accounts(), accounts(Pools.TOKEN), at_a_venue()), steps_of_walks())
def test_a_lived_path_has_the_same_timeline(drawn, steps):
    """Legs forth and back, jumps between them: what died stays dead, what was borrowed stays borrowed."""
    book, betas = drawn
    assume(steps)
    walked = walk_asset_stages(book, stages_of_walk(book, betas, steps))
    assume(walked.narrowest > TOUCHES)
    opening = {symbol: market.mark for symbol, market in book.markets.items()}
    agree(live(book, Walk(opening, betas, tuple(WalkStep(*step) for step in steps))), walked)


ordered = st.one_of(with_fills(accounts()), with_fills(accounts(Pools.TOKEN)), with_fills(at_a_venue()))


@pytest.mark.slow
@SLOW
@given(st.one_of(accounts(), at_a_venue()), steps_of_walks(), st.data())
def test_markets_that_go_ways_of_their_own_have_the_same_timeline(drawn, steps, data):
    """A depeg by itself, between common legs or at once with one."""
    book, betas = drawn
    assume(steps)
    share = st.integers(-60, 60).map(lambda percent: D(percent) / 100)
    own = st.dictionaries(st.sampled_from(sorted(book.markets)), share, max_size=2)
    ways = data.draw(st.lists(own, min_size=len(steps), max_size=len(steps)))
    walked = walk_asset_stages(book, stages_of_walk(book, betas, steps, ways))
    assume(walked.narrowest > TOUCHES)
    opening = {symbol: market.mark for symbol, market in book.markets.items()}
    legs = tuple(WalkStep(*step, way) for step, way in zip(steps, ways, strict=True))
    agree(live(book, Walk(opening, betas, legs)), walked)


@pytest.mark.slow
@SLOW
@given(ordered, DIRECTION)
def test_orders_are_filled_where_the_referee_fills_them(drawn, direction):
    glided(*drawn, direction, OrderedAssets)


@pytest.mark.slow
@SLOW
@given(ordered, DIRECTION, st.sampled_from((D("0.05"), D("0.2"), D("0.45"))), st.booleans())
def test_a_jump_fills_them_at_the_far_side_as_the_referee_does(drawn, direction, size, limited):
    book, betas = drawn
    book = replace(book, fund=max(book.wallet, D(10)) / 10) if limited else book
    walked = jump_assets(book, {symbol: beta * direction for symbol, beta in betas.items()}, size, OrderedAssets)
    assume(walked.narrowest > TOUCHES)
    agree(solve_gap(book, Glide.common(book, betas, direction), size), walked)


def lived_with_orders(book, betas, steps):
    """The engine on a walk whose orders fill does what the referee does."""
    assume(steps)
    walked = walk_asset_stages(book, stages_of_walk(book, betas, steps), kind=OrderedAssets)
    assume(walked.narrowest > TOUCHES)
    opening = {symbol: market.mark for symbol, market in book.markets.items()}
    agree(live(book, Walk(opening, betas, tuple(WalkStep(*step) for step in steps))), walked)


@pytest.mark.slow
@SLOW
@given(ordered, steps_of_walks())
def test_a_lived_path_fills_them_where_the_referee_does(drawn, steps):
    """What trails follows the price from leg to leg; what was triggered stays so."""
    lived_with_orders(*drawn, steps)


@pytest.mark.slow
@SLOW
@given(ordered, DIRECTION)
def test_fills_conserve_each_asset_to_the_last_digit(drawn, direction):
    book, betas = drawn
    ledger = Ledger(book)
    before = {coin: ledger.total_of(coin) for coin in book.coin_names}
    for event in solve(book, Glide.common(book, betas, direction), D("0.3")).events:
        ledger.apply(event)
        assert {coin: ledger.total_of(coin) for coin in book.coin_names} == before


@pytest.mark.usefixtures("counted_here")
def test_enough_happened():
    for kind in (
        "liquidation",
        "reduction",
        "borrow",
        "repayment",
        "conversion",
        "fund",
        "deleverage",
        "order_cancel",
        "fill",
    ):
        assert tally[kind] >= 1, tally
