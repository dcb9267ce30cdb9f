"""The first fall of many variants of an account against whole glides of each."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isocross.cascade.first import tells
from isocross.cascade.solver import solve
from isocross.moves import flip
from isocross.paths.glide import Glide
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.rules.catalogue import load_profile
from isocross.studies.reach import Reaches, read_reach
from tests.brute.books import Case, anything, cases

met: Counter[bool] = Counter()


def figures(reach):
    return reach.first, reach.firsts, reach.falls, reach.last, reach.limit, reach.holds


@pytest.mark.slow
@given(st.one_of(anything, cases(kinds=st.just(load_profile("kraken")))))
def test_a_variant_reaches_as_far_as_its_own_glide_says(case: Case):
    rehearsal, book = GlideRehearsal(case.book, case.betas), case.book
    met[tells(book)] += 1
    for direction in (-1, 1):
        reaches = Reaches(rehearsal, direction)
        for position in book.positions:
            without = replace(book, positions=tuple(p for p in book.positions if p is not position))
            poorer = replace(book, wallet=book.wallet * 7 / 8)
            variants = [without, poorer, book, flip(book, position.id).after]
            for after in filter(None, variants):
                whole = solve(after, Glide.common(after, case.betas, direction))
                assert figures(reaches.of(after)) == figures(read_reach(whole))


@pytest.mark.usefixtures("counted_here")
def test_accounts_of_which_it_tells_were_met():
    assert met[True] > 5
