"""Triage, solve and advice for a view: asked of the engine in parts, each kept until the next one is there."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Generic, TypeVar

from isocross.account.book import Book
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.studies.advice import Advice, Advisor, advised_curves, advised_shocks
from isocross.studies.curves import EquityCurve
from isocross.studies.survive import Survival, survive
from isocross.studies.triage import Triage, triage
from isocross.work import TOO_MUCH, Stopped, TooMuchWork, Work

V = TypeVar("V")


@dataclass(frozen=True)
class Question:
    """An account, a shock, and who is to survive it: values alone, so that another thread may have it."""

    book: Book
    betas: Mapping[str, Decimal]
    shock: Decimal
    subject: str | None
    """Id of a position; None: the whole account."""
    standpoint: str = ""
    """The place of a lived path from which it is asked; empty: at the opening."""

    @classmethod
    def about(cls, rehearsal: GlideRehearsal, shock: Decimal, subject: str | None, standpoint: str = "") -> Question:
        """Ask about what a screen shows; nothing of it but the account goes along."""
        return cls(rehearsal.book, rehearsal.betas, shock, subject, standpoint)

    def rehearsal(self, work: Work | None = None) -> GlideRehearsal:
        """Let the marks of the account glide, for whoever asks alone."""
        return GlideRehearsal(self.book, self.betas, work=work)

    def is_of_account(self, other: Question) -> bool:
        """Whether another question is about the same account and markets' parts."""
        return self.book is other.book and self.betas == other.betas

    @property
    def direction(self) -> int:
        """The way that is looked at; from the opening marks it is down."""
        return 1 if self.shock > 0 else -1


@dataclass(frozen=True)
class Told(Generic[V]):
    """A part of the counsel, and the question that it answers."""

    question: Question
    value: V

    @property
    def book(self) -> Book:
        """The account that was asked about."""
        return self.question.book


@dataclass(frozen=True)
class Advised:
    """Advice, and what it looks like."""

    advice: Advice
    curves: tuple[EquityCurve, ...]
    """Equity today and as advised."""


class Counsel:
    """What was last told of each part; the parts may be of different questions, and each says of which."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self.triage: Told[Triage] | None = None
        self.survival: Told[Survival] | None = None
        self.advice: Told[Advised] | None = None
        self.wanted: Question | None = None
        """What is asked now; None: nobody looks, and what is being worked out is given up."""
        self.patience_s = math.inf
        """Seconds of the processor that a part may take."""
        self._advisor: tuple[Question, Advisor] | None = None

    def missing(self, question: Question) -> list[Callable[[], None]]:
        """The parts that are not of this question, quick ones first; each call works one out and keeps it."""
        parts: list[Callable[[], None]] = []
        if not self.has_triage(question):
            parts.append(partial(self._work_out_triage, question))
        if not self.has_survival(question):
            parts.append(partial(self._work_out_survival, question))
        if not self.has_advice(question):
            parts.append(partial(self._work_out_advice, question))
        return parts

    def has_triage(self, question: Question) -> bool:
        """Whether the triage is of this account and direction."""
        old = self.triage and self.triage.question
        return bool(old and old.is_of_account(question) and old.direction == question.direction)

    def has_survival(self, question: Question) -> bool:
        """Whether the solutions are of this very question."""
        old = self.survival and self.survival.question
        return bool(
            old and old.is_of_account(question) and (old.shock, old.subject) == (question.shock, question.subject)
        )

    def has_advice(self, question: Question) -> bool:
        """Whether the advice is of this account and shock."""
        old = self.advice and self.advice.question
        return bool(old and old.is_of_account(question) and old.shock == question.shock)

    def _work_out_triage(self, question: Question) -> None:
        work = self._work_for(question, lambda now: now.direction == question.direction)
        with suppress(Stopped):
            self.triage = Told(question, triage(question.rehearsal(work), question.direction))

    def _work_out_survival(self, question: Question) -> None:
        shock, subject = question.shock, question.subject
        work = self._work_for(question, lambda now: (now.shock, now.subject) == (shock, subject))
        with suppress(Stopped):
            self.survival = Told(question, survive(question.rehearsal(work), shock, subject))

    def _work_out_advice(self, question: Question) -> None:
        if self._advisor is None or not self._advisor[0].is_of_account(question):
            self._advisor = question, Advisor(question.rehearsal())
        work = self._work_for(question, lambda now: now.shock == question.shock)
        with suppress(Stopped):
            advice = self._advisor[1].advise(advised_shocks(question.shock), work)
            self.advice = Told(question, Advised(advice, advised_curves(question.rehearsal(work), advice)))

    def _work_for(self, question: Question, still: Callable[[Question], bool]) -> Work:
        """Work that stops once another account is asked about, the same no longer `still`, or nothing.

        It is made and done in one thread, whose time has an end too.
        """
        end = time.thread_time() + self.patience_s

        def stopped() -> bool:
            if time.thread_time() > end:
                raise TooMuchWork(f"This takes longer than {self.patience_s:g} s. {TOO_MUCH}")
            now = self.wanted
            return now is None or not now.is_of_account(question) or not still(now)

        return Work(stopped=stopped)
