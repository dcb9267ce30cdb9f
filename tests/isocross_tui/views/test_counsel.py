"""Counsel that nobody waits for any more is given up, and worked out when it is asked for again."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.workspace import book_of, load_file, shipped
from isocross_tui.views.close_first.answers import Counsel, Part, Question

D = Decimal


def question(shock: str = "-0.3") -> Question:
    workspace = load_file(shipped()["basket"])
    return Question.about(GlideRehearsal(book_of(workspace), workspace.scenario.betas), D(shock), None)


def told(counsel: Counsel) -> list[bool]:
    return [part is not None for part in (counsel.triage, counsel.survival, counsel.advice, counsel.stop)]


def answer(counsel: Counsel, asked: Question) -> None:
    for part in counsel.missing(asked):
        part()


@pytest.mark.slow
def test_nothing_is_worked_out_once_the_view_was_left():
    counsel, asked = Counsel(), question()
    answer(counsel, asked)
    assert told(counsel) == [False, False, False, False]
    counsel.wanted = asked
    answer(counsel, asked)
    assert told(counsel) == [True, True, True, True]


@pytest.mark.slow
def test_what_another_question_asks_too_is_still_worked_out():
    counsel, asked = Counsel(), question()
    counsel.wanted = replace(asked, shock=D("-0.4"))
    answer(counsel, asked)
    assert told(counsel) == [True, False, False, False]
    counsel.wanted = replace(asked, subject="btc")
    answer(counsel, asked)
    assert told(counsel) == [True, False, True, True]


def test_another_account_ends_it_all():
    counsel, asked = Counsel(), question()
    counsel.wanted = question()
    answer(counsel, asked)
    assert told(counsel) == [False, False, False, False]


def test_while_a_part_takes_long_its_pane_says_how_far_it_is(monkeypatch):
    counsel, asked = Counsel(), question()
    counsel.wanted = asked
    said = []

    def slow(rehearsal, _direction):
        rehearsal.work.spend(1_200)
        said.append(counsel.keys_of(Part.TRIAGE, "enter closes it"))
        counsel.look_how_far()
        said.extend((counsel.keys_of(Part.TRIAGE, "enter closes it"), counsel.waits_for(Part.TRIAGE)))
        said.append(counsel.keys_of(Part.ADVICE, "A flips"))

    monkeypatch.setattr("isocross_tui.views.close_first.answers.triage", slow)
    counsel.missing(asked)[0]()
    told_late = "at work: 1,200 steps · esc stops", "working it out… 1,200 steps; esc stops it"
    assert said == ["enter closes it", *told_late, "A flips"]
    assert counsel.keys_of(Part.TRIAGE, "enter closes it") == "enter closes it"
