"""The liquidation price of positions that end together, as the pieces of their line tell it one by one."""

from dataclasses import replace
from decimal import Decimal
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isocross.account.book import Book, Mode, Position, Side
from isocross.cascade.ledger import Ledger
from isocross.figures.prices import liquidation_prices
from isocross.figures.standings import Standings
from isocross.money import exact
from isocross.rules.market import Ladder, Market, Tier
from isocross.rules.profile import CrossMachine, Netting
from isocross.workspace import book_of, load_text
from tests.bench.books import ORDINARY, RECKLESS, workspace_text
from tests.brute.books import PLAIN, Case, anything, bent_cases, cases

D = Decimal


def assert_told_as_piece_by_piece(standings: Standings, afresh: Standings) -> None:
    told = liquidation_prices(standings)
    with patch("isocross.figures.prices._is_concave", return_value=False):
        assert liquidation_prices(afresh) == told


FACTORS = tuple(D(x) for x in ("0.3", "0.8", "0.97", "1", "1.02", "1.3", "4"))


@exact
def assert_told_near_the_opening(case: Case, netting: Netting, wallet: int, factor: Decimal) -> None:
    pooled = case.book.profile.cross_machine is CrossMachine.POOLED
    profile = replace(case.book.profile, netting=netting if pooled else Netting.NONE)
    book = replace(case.book, profile=profile, wallet=case.book.wallet * wallet)
    marks = {symbol: market.mark * factor for symbol, market in book.markets.items()}
    assert_told_as_piece_by_piece(*(Standings.at(Ledger(book), marks) for _ in range(2)))


@pytest.mark.slow
@settings(max_examples=settings().max_examples * 4)
@given(
    case=st.one_of(cases(), bent_cases, anything),
    netting=st.sampled_from(Netting),
    wallet=st.sampled_from((1, 1, 2, 5)),
    factor=st.sampled_from(FACTORS),
)
def test_a_price_is_found_from_its_last_tier_as_by_going_through_all_of_them(
    case: Case, netting: Netting, wallet: int, factor: Decimal
):
    assert_told_near_the_opening(case, netting, wallet, factor)


@pytest.mark.slow
@exact
def test_prices_under_long_ladders_are_found_as_by_going_through_all_tiers():
    for seed in range(4):
        for temper in (ORDINARY, RECKLESS):
            book = book_of(load_text(workspace_text(30, seed, temper), "prices"))
            for part in ("1", "0.8", "1.3"):
                marks = {symbol: market.mark * D(part) for symbol, market in book.markets.items()}
                assert_told_as_piece_by_piece(*(Standings.at(Ledger(book), marks) for _ in range(2)))


def price_of_one(side: Side, margin: str, mark: str, *tiers: Tier) -> Decimal | None:
    """The liquidation price of 10 from 100 on, isolated."""
    held = Position("one", "ONE", side, Mode.ISOLATED, D(10), D(100), D(10), given_margin=D(margin))
    markets = {"ONE": Market("ONE", D(mark), Ladder(tiers, PLAIN.tier_key))}
    return liquidation_prices(Standings.at(Ledger(Book(PLAIN, D(9000), markets, (held,))), {"ONE": D(mark)}))[0]


def test_a_maintenance_margin_that_jumps_at_a_border_liquidates_there():
    """MM jumps from 10 to 100 where the position comes to be worth 1,000; 50 are left there."""
    tiers = Tier(D(0), D("0.01"), D(50)), Tier(D(1000), D("0.1"), D(10))
    assert price_of_one(Side.SHORT, "50", "90", *tiers) == 100


def test_a_position_beyond_its_line_has_the_price_where_it_comes_back_to_it():
    """1 + 10 × (P − 100) = 0.1 × 10 × P."""
    assert price_of_one(Side.LONG, "1", "95", Tier(D(0), D("0.1"), D(10))) == 111


def test_a_margin_above_the_whole_loss_leaves_no_price():
    tiers = Tier(D(0), D("0.01"), D(50)), Tier(D(1000), D("0.02"), D(20), D(10))
    assert price_of_one(Side.LONG, "1500", "100", *tiers) is None
