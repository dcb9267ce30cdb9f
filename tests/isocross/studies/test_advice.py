from dataclasses import replace
from decimal import Decimal
from itertools import chain, combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isocross.account.book import Mode
from isocross.moves import flip
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.studies import advice as advisor
from isocross.studies.advice import DEFAULT_SHOCKS, Advisor, Left, Weighed, advised_shocks
from isocross.words.advice import advice_sentence, advice_terms, costs
from isocross.words.why.advice import advice_reasons
from isocross.workspace import book_of, load_file, load_text, shipped
from tests.bench.books import workspace_text
from tests.brute.books import anything
from tests.isocross.studies.test_triage import COIN_MARGINED_BESIDE_LINEAR, guide, rehearsal_of

D = Decimal


def set_up(book, flips):
    """The account with these positions flipped, into the pool first; None where a flip is refused."""
    into = [p.id for p in book.positions if p.mode is Mode.ISOLATED]
    out = [p.id for p in book.positions if p.mode is Mode.CROSS]
    for position in (p for p in into + out if p in flips):
        book = flip(book, position).after
        if book is None:
            return None
    return book


def every_account(book):
    ids = [p.id for p in book.positions]
    subsets = chain.from_iterable(combinations(ids, n) for n in range(len(ids) + 1))
    return {flips: after for flips in subsets if (after := set_up(book, flips)) is not None}


def left(rehearsal, book, shocks):
    return [replace(rehearsal, book=book).frame(shock).account.equity for shock in shocks]


@pytest.mark.slow
@settings(max_examples=12)
@given(anything.filter(lambda case: len(case.book.positions) <= 4), st.sampled_from(("-0.05", "0.15", "0.9")))
def test_no_combination_that_can_be_set_up_leaves_more(case, shock):
    rehearsal = GlideRehearsal(case.book, case.betas)
    shocks = [D("-0.3"), D("-0.1"), D("0.1"), D(shock)]
    advice = Advisor(rehearsal).advise(shocks)
    accounts = every_account(case.book)
    worth = {flips: left(rehearsal, book, shocks) for flips, book in accounts.items()}
    best = max((sum(amounts), min(amounts), -len(flips)) for flips, amounts in worth.items())
    chosen = next(amounts for flips, amounts in worth.items() if set(flips) == set(advice.flips))
    assert (sum(chosen), min(chosen), -len(advice.flips)) == best
    assert advice.tried == len(accounts)
    assert [row.shock for row in advice.rows] == sorted(shocks)
    by_shock = dict(zip(shocks, zip(worth[()], chosen, strict=True), strict=True))
    assert {row.shock: (row.today.equity, row.advised.equity) for row in advice.rows} == by_shock
    for row in advice.rows:
        positions = rehearsal.frame(row.shock).positions
        assert row.today.open == sum(position.death is None for position in positions)


def test_the_guides_account_is_better_off_with_btc_set_apart():
    rehearsal = guide(Mode.CROSS, Mode.CROSS, betas={"ETHUSDT": D(0)})
    advice = Advisor(rehearsal).advise(advised_shocks(D("-0.4")))
    assert advice.flips == ("btc",)
    # BTC costs the pool 450 at −50 % and 360 at −40 %; set apart it costs 300 and is gone
    assert [row.saved for row in advice.rows if row.saved] == [D(150), D(60)]
    # back at the opening the 300 are gone after two of the nine
    assert advice_sentence(advice, rehearsal.book) == (
        "Flip BTC to isolated: 983.33 is left on average, not 960.00. "
        "If prices come back, 933.33 is left, not 1,000.00."
    )
    assert costs(advice, rehearsal.book) == (
        "It saves 150.00 at −50.0 %, and costs nothing while prices stay there. "
        "1 position that survives today is liquidated at −50.0 % and −40.0 %. "
        "A liquidated position does not come back with the price."
    )
    assert advice_terms(advice) == "For these 9 shocks, not a forecast; all 4 combinations were weighed."
    told = {reason.title: reason.substituted for reason in advice_reasons(advice, rehearsal.book)}
    assert told["worst case"] == "550.00 today, 700.00 advised"


def test_the_positions_that_advice_gives_up_are_counted_one_by_one_at_every_shock():
    stand = {"-0.5": ("a", "b"), "-0.2": ("abc", "c"), "-0.1": ("abc", "c"), "0.1": ("abc", "abc")}
    rows = tuple(
        Weighed(D(shock), Left(D(0), frozenset(today)), Left(D(1), frozenset(then)))
        for shock, (today, then) in stand.items()
    )
    rehearsal = guide(Mode.CROSS, Mode.CROSS, betas={"ETHUSDT": D(0)})
    told = costs(replace(Advisor(rehearsal).advise(advised_shocks(D("-0.4"))), rows=rows), rehearsal.book)
    # at −50 % another position stands than today: as many, and yet one that survives today is gone
    assert "2 positions that survive today are liquidated at −20.0 % and −10.0 %, fewer at 1 other shock." in told


def test_advice_says_what_the_venue_refuses_of_it_and_what_it_borrows():
    free = rehearsal_of("basket")
    advice = Advisor(free).advise(DEFAULT_SHOCKS)
    book = book_of(load_file(shipped()["basket"]), "binance")
    remark = flip(book, "sol").remark
    assert remark
    assert costs(replace(advice, flips=("sol",)), book).rstrip(".").endswith(remark.rstrip("."))
    several = book_of(load_text(COIN_MARGINED_BESIDE_LINEAR.replace("wallet = 9000", "wallet = 5000")))
    told = costs(replace(advice, flips=("btc",)), several)
    assert told.endswith("more USDT than the 5,000.00 there is: 1,000.00 is borrowed.")


def test_what_cannot_be_set_up_is_left_out_and_its_refusal_kept():
    rehearsal = guide(Mode.CROSS, Mode.CROSS)
    rehearsal = replace(rehearsal, book=replace(rehearsal.book, wallet=D(400)))
    advice = Advisor(rehearsal).advise(DEFAULT_SHOCKS)
    assert advice.tried == 1
    assert [flips for flips, _ in advice.refused] == [("btc",), ("eth",)]
    assert all("below the" in why for _, why in advice.refused)
    assert "1 combination was weighed, the others are refused" in advice_terms(advice)


def test_many_positions_are_searched_and_it_says_so(monkeypatch):
    rehearsal = rehearsal_of("basket")
    whole = Advisor(rehearsal).advise(DEFAULT_SHOCKS)
    monkeypatch.setattr(advisor, "MOST_POSITIONS", 2)
    found = Advisor(rehearsal).advise(DEFAULT_SHOCKS)
    assert whole.complete
    assert not found.complete
    assert set(found.flips) == set(whole.flips)
    assert "searched" in advice_terms(found)


def test_the_opening_marks_weigh_nothing_and_no_shock_is_no_question():
    assert advised_shocks(D(0)) == DEFAULT_SHOCKS
    assert len(advised_shocks(D("0.01"))) == len(DEFAULT_SHOCKS) + 1
    with pytest.raises(ValueError, match="at least one shock"):
        Advisor(rehearsal_of("basket")).advise([])


@pytest.mark.slow
def test_a_search_that_takes_too_much_work_is_ended_and_says_so(monkeypatch):
    workspace = load_text(workspace_text(12))
    rehearsal = GlideRehearsal(book_of(workspace), workspace.scenario.betas)
    whole = Advisor(rehearsal).advise(DEFAULT_SHOCKS)
    monkeypatch.setattr(advisor, "MOST_OF_SEARCH", 1)
    ended = Advisor(rehearsal).advise(DEFAULT_SHOCKS)
    assert not whole.cut and ended.cut
    assert 1 < ended.tried < whole.tried
    assert ended.today == whole.today
    assert ended.today.there <= ended.advised.there <= whole.advised.there
    assert "the search was ended because it took too much work" in advice_terms(ended)
    assert "ended" not in advice_terms(whole)
