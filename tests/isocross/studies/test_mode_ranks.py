from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.rules.catalogue import load_profile
from isocross.studies import advice as advisor
from isocross.studies.advice import DEFAULT_SHOCKS, Advisor, advised_shocks
from isocross.workspace import book_of, load_text
from isocross.workspace.load import shipped
from tests.bench.books import ORDINARY, RECKLESS, workspace_text
from tests.brute.books import anything

D = Decimal
ALL, NONE = 0, 10_000
"""From how many positions on floats rank."""


def advice(rehearsal, shocks, few, most=advisor.MOST_POSITIONS):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(advisor, "FEW_POSITIONS", few)
        patch.setattr(advisor, "MOST_POSITIONS", most)
        told = Advisor(rehearsal).advise(shocks)
    # all climb together, so refusals are met in another order
    return replace(told, refused=tuple(sorted(told.refused)))


def in_floats_and_exactly(rehearsal, shocks, most=advisor.MOST_POSITIONS):
    return advice(rehearsal, shocks, ALL, most), advice(rehearsal, shocks, NONE, most)


def bench(size, seed=2, temper=RECKLESS, venue="binance"):
    workspace = load_text(workspace_text(size, seed, temper))
    return GlideRehearsal(replace(book_of(workspace), profile=load_profile(venue)), workspace.scenario.betas)


@pytest.mark.slow
@settings(max_examples=25)
@given(anything, st.sampled_from(("-0.05", "0.15", "0.9")), st.sampled_from((0, 9)))
def test_floats_find_the_very_advice_of_the_exact_search(case, shock, most):
    shocks = [D("-0.3"), D("-0.1"), D("0.1"), D(shock)]
    floats, exactly = in_floats_and_exactly(GlideRehearsal(case.book, case.betas), shocks, most)
    assert floats == exactly


@pytest.mark.parametrize("name", sorted(shipped()))
def test_floats_advise_on_shipped_accounts_as_the_exact_search_does(name):
    workspace = load_text(shipped()[name].read_text(encoding="utf-8"))
    rehearsal = GlideRehearsal(book_of(workspace), workspace.scenario.betas)
    floats, exactly = in_floats_and_exactly(rehearsal, advised_shocks(D("-0.15")))
    assert floats == exactly


@pytest.mark.slow
@pytest.mark.parametrize(
    ("size", "seed", "temper", "venue"),
    [
        (12, 1, RECKLESS, "binance"),
        (11, 2, ORDINARY, "guide"),
        (10, 3, RECKLESS, "bybit"),
        (10, 4, ORDINARY, "bitmex"),
        (6, 5, RECKLESS, "bybit"),
    ],
)
def test_floats_climb_to_the_same_top_and_weigh_as_many(size, seed, temper, venue):
    floats, exactly = in_floats_and_exactly(bench(size, seed, temper, venue), DEFAULT_SHOCKS)
    assert floats == exactly
    assert floats.tried > size


@pytest.mark.slow
def test_the_engine_is_asked_only_where_floats_cannot_tell(monkeypatch):
    asked = []
    worth = Advisor._worth
    monkeypatch.setattr(Advisor, "_worth", lambda *args, **words: asked.append(1) or worth(*args, **words))
    told = Advisor(bench(30)).advise(DEFAULT_SHOCKS)
    assert len(asked) < told.tried / 50
