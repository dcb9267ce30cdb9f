"""Pools of several assets: the one that is a wallet, what is conserved, and what more collateral can do."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from isocross.account.assets import Asset, counted
from isocross.account.book import Book
from isocross.cascade import Ledger, solve
from isocross.cascade.events import EventKind
from isocross.cascade.quadratics import at, comes_down
from isocross.figures.standings import Standings
from isocross.money import PLACE_GRID, exact
from isocross.paths.glide import Glide
from isocross.rules.switches import OpenPnl, Pools, WeightUnit
from isocross.work import TooMuchWork
from isocross.workspace import load_file, shipped
from isocross.workspace.build import book_of
from tests.brute.assets import CURRENCY, asset_books, backed, rule
from tests.brute.books import D, cases, pooled_profiles

BOOKS = settings.default.max_examples
SLOW = settings(max_examples=BOOKS, deadline=None, suppress_health_check=list(HealthCheck))
MANY = settings(SLOW, max_examples=BOOKS * 5 // 2)
LIMIT = D("0.9")


def glide(book: Book, betas: dict[str, Decimal], direction: int = -1):
    return Glide.common(book, betas, direction)


def solved(book: Book, betas: dict[str, Decimal], direction: int = -1):
    try:
        return solve(book, glide(book, betas, direction), LIMIT)
    except TooMuchWork:
        assume(False)
        raise


@pytest.mark.slow
@MANY
@given(cases(kinds=pooled_profiles), st.sampled_from(OpenPnl), st.sampled_from(Pools))
def test_one_asset_of_weight_1_is_a_wallet(case, pnl, pools):
    """Digit for digit, who paid included."""
    book, betas = case.book, case.betas
    one = backed(book, rule(open_pnl=pnl, pools=pools))
    wallet, asset = (solved(each, betas, case.direction) for each in (book, one))
    assert asset.events == wallet.events


@pytest.mark.parametrize("name", sorted(shipped()))
@pytest.mark.parametrize("direction", [-1, 1])
def test_one_asset_of_weight_1_is_the_wallet_of_every_shipped_account(name, direction):
    """Digit for digit, where the account has a pool of linear contracts and one currency."""
    book = book_of(load_file(shipped()[name]))
    if book.coins or book.top_up or book.inverse_markets:
        pytest.skip("not one pool of one currency")
    one = replace(backed(book, rule()), currency=book.currency)
    wallet, asset = (solved(each, {}, direction) for each in (book, one))
    assert asset.events == wallet.events


@pytest.mark.slow
@SLOW
@given(asset_books(), st.sampled_from((-1, 1)))
def test_each_asset_is_conserved_to_the_last_digit(drawn, direction):
    book, betas = drawn
    timeline = solved(book, betas, direction)
    ledger = Ledger(book)
    before = {coin: ledger.total_of(coin) for coin in book.coin_names}
    for event in timeline.events:
        for coin in book.coin_names:
            assert sum((leg.amount for leg in event.postings if leg.asset == coin), D(0)) == 0
        ledger.apply(event)
        assert {coin: ledger.total_of(coin) for coin in book.coin_names} == before
        if event.paid_by is not None:
            assert event.paid_by.total == max(D(0), event.amount) or event.figures.tested.value != "pool"


@pytest.mark.slow
@SLOW
@given(asset_books(), st.sampled_from([D("0.1"), D("0.3"), D("0.5")]))
def test_a_path_that_ends_sooner_begins_in_the_same_way(drawn, limit):
    book, betas = drawn
    whole = solved(book, betas)
    short = solve(book, glide(book, betas), limit)
    assert short.happened == tuple(event for event in whole.happened if event.place <= limit)


@pytest.mark.slow
@SLOW
@given(asset_books(), st.randoms(use_true_random=False))
def test_the_order_of_a_file_tells_nothing(drawn, random):
    book, betas = drawn
    places = list(range(len(book.positions)))
    random.shuffle(places)
    mixed = replace(book, positions=tuple(book.positions[i] for i in places))
    assume(book.profile.victim.value != "file-order")

    def told(of: Book):
        return [
            (e.place, e.kind, None if e.position is None else of.positions[e.position].id, e.amount, e.asset, e.trade)
            for e in solved(of, betas).happened
        ]

    alike = {p.id for p in book.positions for q in book.positions if p.id != q.id and replace(p, id=q.id) == q}
    assume(not alike)
    assert sorted(told(mixed), key=str) == sorted(told(book), key=str)


@pytest.mark.slow
@SLOW
@given(asset_books(), st.integers(0, 3), st.sampled_from([D("0.01"), D(3)]))
def test_more_collateral_never_brings_the_first_liquidation_nearer(drawn, which, more):
    book, betas = drawn
    assume(betas[CURRENCY] == 0)
    coin = book.coins[1 + which % (len(book.coins) - 1)]
    richer = replace(coin, balance=coin.balance + more * max(D(1), abs(coin.balance)))
    rich = replace(book, coins=tuple(richer if c is coin else c for c in book.coins))
    first, later = (_first(each, betas) for each in (book, rich))
    assert later is None or (first is not None and later >= first)


def _first(book: Book, betas: dict[str, Decimal]) -> Decimal | None:
    pool = (e for e in solved(book, betas).happened if e.kind in {EventKind.LIQUIDATION, EventKind.REDUCTION})
    return next((e.place for e in pool), None)


@pytest.mark.slow
@SLOW
@given(asset_books())
@exact
def test_a_pool_is_at_its_line_where_it_is_said_to_be(drawn):
    """One step of the place grid before the first event of a pool g is above zero, and there it is not."""
    book, betas = drawn
    timeline = solved(book, betas)
    first = next((e for e in timeline.happened if e.figures.tested.value == "pool"), None)
    assume(first is not None and first.place > 0 and first.kind is not EventKind.BORROW)
    assume(all(e.place == first.place for e in timeline.happened if e.place <= first.place))
    assert _surplus(book, timeline.path.marks(first.place)) <= 0
    assert _surplus(book, timeline.path.marks(first.place - PLACE_GRID)) > 0
    assert all(_surplus(book, timeline.path.marks(first.place * k / 40)) >= 0 for k in range(40))


def _surplus(book: Book, marks: dict[str, Decimal]) -> Decimal:
    standings = Standings.at(Ledger(book), marks)
    return standings.pool_equity - standings.pool_maintenance_margin


# --- what counts -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "unit", "counts"),
    [
        ("5", WeightUnit.COINS, "490"),
        ("15", WeightUnit.COINS, "1455"),
        ("25", WeightUnit.COINS, "1930"),
        ("0.15", WeightUnit.USD, "14.55"),
        ("-2", WeightUnit.COINS, "-210"),
    ],
)
def test_what_an_amount_counts(amount, unit, counts):
    tiers = ((D(0), D("0.98")), (D(10), D("0.95")), (D(20), D(0)))
    asset = Asset("A", "A", tiers=tiers, unit=unit, debt=D("0.05"))
    assert counted(asset, D(amount), D(100)) == D(counts)


def test_collateral_that_is_switched_off_counts_for_nothing_and_a_debt_does():
    asset = Asset("A", "A", collateral=False)
    assert (counted(asset, D(5), D(100)), counted(asset, D(-5), D(100))) == (0, -500)


@exact
@pytest.mark.parametrize(
    ("poly", "begin", "place"),
    [
        (("1", "-2", "0"), "0", "0.5"),
        (("2", "-3", "1"), "0", "1"),
        (("-2", "3", "-1"), "0", "2"),
        (("1", "-2", "1"), "0", "1"),
        (("1", "1", "1"), "0", None),
        (("0", "1", "-1"), "0", "1"),
        (("0", "-1", "1"), "0", "0"),
    ],
)
def test_where_a_curve_comes_down_to_zero(poly, begin, place):
    curve = tuple(map(D, poly))
    touch = comes_down(curve, D(begin), None)
    assert (None if touch is None else touch[0] / touch[1]) == (None if place is None else D(place))
    assert touch is None or at(curve, touch[0] / touch[1]) == 0
