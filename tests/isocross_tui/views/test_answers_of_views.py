"""Counsel is worked out in a thread: it is given an account, and leaves alone what the screen holds."""

from decimal import Decimal

import pytest

from isocross.account.book import Book
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.workspace import book_of, load_file, shipped
from isocross_tui.views.close_first.answers import Counsel, Question

SHOCK = Decimal("-0.4")


def account() -> Book:
    return book_of(load_file(shipped()["basket"]))


@pytest.mark.slow
def test_working_out_counsel_leaves_the_rehearsal_of_the_screen_as_it_is():
    shown = GlideRehearsal(account(), {})
    held = dict(vars(shown))
    question, counsel = Question.about(shown, SHOCK, "btc"), Counsel()
    counsel.wanted = question
    parts = counsel.missing(question)
    assert len(parts) == 4
    for part in parts:
        part()
    assert counsel.missing(question) == []
    assert vars(shown) == held
    assert all(value is not shown for value in vars(question).values())


@pytest.mark.slow
def test_counsel_is_asked_again_for_another_account_and_for_other_parts_of_the_markets():
    book, counsel = account(), Counsel()
    counsel.wanted = question = Question.about(GlideRehearsal(book, {}), SHOCK, None)
    for part in counsel.missing(question):
        part()
    assert counsel.missing(Question.about(GlideRehearsal(book, {}), SHOCK, None)) == []
    assert len(counsel.missing(Question.about(GlideRehearsal(account(), {}), SHOCK, None))) == 4
    assert len(counsel.missing(Question.about(GlideRehearsal(book, {"ETHUSDT": Decimal(2)}), SHOCK, None))) == 4
