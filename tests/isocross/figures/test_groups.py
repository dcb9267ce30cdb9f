"""What a book remembers of its positions is what a book tells that was never asked before."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isocross.account.book import Book, Mode, Position, Side
from isocross.cascade.ledger import Ledger
from isocross.cascade.solver import solve
from isocross.figures.nearness import nearness
from isocross.figures.standings import Standings
from isocross.money import exact
from isocross.paths.glide import Glide
from isocross.rules.market import Ladder, Market, Tier, TierBorder
from tests.brute.books import PLAIN, Case, anything, cases

D = Decimal


@pytest.mark.slow
@given(case=st.one_of(cases(), anything), parts=st.permutations((0, 1, 2, 3, 4)))
def test_standings_of_one_book_at_many_marks_are_those_of_books_never_asked_before(case: Case, parts: list[int]):
    assert_told_as_afresh(case, parts)


@exact
def assert_told_as_afresh(case: Case, parts: list[int]) -> None:
    end = D("0.95") if case.direction < 0 else D(2)
    timeline = solve(case.book, Glide.common(case.book, case.betas, case.direction), end)
    for part in (*parts, *parts):
        place = end * part / 4
        events, marks = timeline.until(place), timeline.path.marks(place)
        told = Standings.at(Ledger.after(case.book, events), marks)
        afresh = Standings.at(Ledger.after(replace(case.book), events), marks)
        assert told.asked == afresh.asked
        assert told.maintenance_margin == afresh.maintenance_margin
        assert told.movers == afresh.movers
        assert told.pool_members == afresh.pool_members
        assert nearness(told, {}, D("0.3")) == nearness(afresh, {}, D("0.3"))


@pytest.mark.parametrize("border", list(TierBorder))
def test_what_a_position_asks_for_is_that_of_its_tier_at_a_border_and_once_a_part_is_closed(border: TierBorder):
    tiers = (Tier(D(0), D("0.01"), D(50)), Tier(D(1000), D("0.02"), D(20)), Tier(D(3000), D("0.05"), D(10)))
    market = Market("ETH", D(100), Ladder(tiers, PLAIN.tier_key, border))
    held = [Position(f"p{n}", "ETH", Side.LONG, Mode.CROSS, D(10 * n), D(100), D(5)) for n in (1, 2)]
    book = Book(PLAIN, D(9000), {"ETH": market}, tuple(held))
    for part in (D(1), D("0.5")):
        for mark in (D(90), D(100), D(120), D(150), D(300), D(299), D(100), D(50), D(40)):
            told, afresh = (Ledger(of) for of in (book, replace(book)))
            for ledger in (told, afresh):
                ledger.positions[1] = replace(held[1], quantity=held[1].quantity * part)
            standings = [Standings.at(ledger, {"ETH": mark}) for ledger in (told, afresh)]
            assert standings[0].asked == standings[1].asked
            assert standings[0].groups.all == standings[1].groups.all
