"""Flips judged from sums against flips judged one by one, and equity from running sums against all positions."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from isocross.account.book import Book, Mode, market_names
from isocross.cascade.ledger import Ledger
from isocross.figures.running import Running
from isocross.money import exact
from isocross.moves import flip
from isocross.moves.judge import FlipJudge
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.studies.curves import in_one_mode
from tests.brute.books import Case, anything


def one_by_one(book: Book, mode: Mode) -> Book | str:
    for position in book.positions:
        if position.mode is not mode:
            outcome = flip(replace(book, strict=False), position.id)
            if outcome.after is None:
                return f"{market_names(book)[book.index_of(position.id)]} cannot be {mode}, because {outcome.refusal}"
            book = outcome.after
    return book


@given(anything)
def test_one_mode_is_what_flipping_one_by_one_gives(case: Case):
    for mode in Mode:
        assert in_one_mode(case.book, mode) == one_by_one(case.book, mode)


@given(anything)
def test_what_sums_clearly_allow_is_allowed(case: Case):
    judge = FlipJudge(case.book)
    sums, done = judge.sums, frozenset[str]()
    for position in reversed(case.book.positions):
        after = judge.after(sums, position.id)
        outcome = judge.judge(done, position.id)
        if judge.clearly_allows(after, position.id):
            assert outcome.after is not None
        if outcome.after is not None:
            sums, done = after, done | {position.id}
            assert outcome.after == judge.book_with(done)


@pytest.mark.slow
@given(anything)
def test_running_sums_are_the_equity_of_all_positions(case: Case):
    @exact
    def checked() -> None:
        rehearsal = GlideRehearsal(case.book, case.betas)
        for glide in (rehearsal.falling, rehearsal.rising):
            account, ledger = Running(glide.book), Ledger(glide.book)
            for event in glide.happened:
                account.apply(event)
                ledger.apply(event)
                marks = glide.path.marks(event.place)
                gap = account.equity(marks) - ledger.equity(marks)
                assert gap == 0 or (case.book.inverse_markets and abs(gap) < 1e-60)
                assert len(account.standing) == sum(ledger.is_open)
            assert Running.after(glide, glide.limit).equity(glide.path.marks(glide.limit)) == account.equity(
                glide.path.marks(glide.limit)
            )

    checked()
