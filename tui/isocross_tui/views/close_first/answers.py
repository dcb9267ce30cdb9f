"""Triage, solve, advice and a stop for a view: asked of the engine in parts, each kept until the next one is there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from decimal import Decimal
from enum import Enum, auto
from functools import partial
from typing import Any, Generic, TypeVar

from isocross.account.book import Book
from isocross.records import dataclass
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.studies.advice import Advice, Advisor, advised_curves, advised_shocks
from isocross.studies.curves import EquityCurve
from isocross.studies.stops import StopAdvice, advise_stop
from isocross.studies.survive import Survival, survive
from isocross.studies.triage import Triage, triage
from isocross.work import Stopped, Work

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


class Part(Enum):
    """The parts of the counsel."""

    TRIAGE = auto()
    SURVIVAL = auto()
    ADVICE = auto()
    STOP = auto()


class Counsel:
    """What was last told of each part; the parts may be of different questions, and each says of which."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self.triage: Told[Triage] | None = None
        self.survival: Told[Survival] | None = None
        self.advice: Told[Advised] | None = None
        self.stop: Told[StopAdvice] | None = None
        self.wanted: Question | None = None
        """What is asked now; None: nobody looks, and what is being worked out is given up."""
        self._under_way: tuple[Part, Work] | None = None
        self._far: tuple[Part, str] | None = None
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
        if not self.has_stop(question):
            parts.append(partial(self._work_out_stop, question))
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
        return self._is_of_shock(self.advice, question)

    def has_stop(self, question: Question) -> bool:
        """Whether the stop is of this account and shock."""
        return self._is_of_shock(self.stop, question)

    @staticmethod
    def _is_of_shock(told: Told[Any] | None, question: Question) -> bool:
        old = None if told is None else told.question
        return bool(old and old.is_of_account(question) and old.shock == question.shock)

    def _work_out_triage(self, question: Question) -> None:
        with self._working(Part.TRIAGE, question, lambda now: now.direction == question.direction) as work:
            self.triage = Told(question, triage(question.rehearsal(work), question.direction))

    def _work_out_survival(self, question: Question) -> None:
        shock, subject = question.shock, question.subject
        with self._working(Part.SURVIVAL, question, lambda now: (now.shock, now.subject) == (shock, subject)) as work:
            self.survival = Told(question, survive(question.rehearsal(work), shock, subject))

    def _work_out_advice(self, question: Question) -> None:
        if self._advisor is None or not self._advisor[0].is_of_account(question):
            self._advisor = question, Advisor(question.rehearsal())
        with self._working(Part.ADVICE, question, lambda now: now.shock == question.shock) as work:
            advice = self._advisor[1].advise(advised_shocks(question.shock), work)
            self.advice = Told(question, Advised(advice, advised_curves(question.rehearsal(work), advice)))

    def _work_out_stop(self, question: Question) -> None:
        with self._working(Part.STOP, question, lambda now: now.shock == question.shock) as work:
            self.stop = Told(question, advise_stop(question.rehearsal(work), advised_shocks(question.shock)))

    def look_how_far(self) -> None:
        """Take note of how far what is being worked out is."""
        if self._under_way is not None:
            part, work = self._under_way
            self._far = part, work.far or f"{work.done:,} steps"

    def how_far(self, part: Part) -> str:
        """How far a part was when it was looked at; empty where it is not being worked out, or not for long yet."""
        return self._far[1] if self._far is not None and self._far[0] is part else ""

    def keys_of(self, part: Part, keys: str) -> str:
        """The keys of a pane, or while its part takes long how far it is, and the key that stops it."""
        far = self.how_far(part)
        return f"at work: {far} · esc stops" if far else keys

    def waits_for(self, part: Part) -> str:
        """What is said in the place of an answer that is not there yet."""
        far = self.how_far(part)
        return f"working it out… {far}; esc stops it" if far else "working it out…"

    @contextmanager
    def _working(self, part: Part, question: Question, still: Callable[[Question], bool]) -> Iterator[Work]:
        """Work that stops once another account is asked about, the same no longer `still`, or nothing."""

        def stopped() -> bool:
            now = self.wanted
            return now is None or not now.is_of_account(question) or not still(now)

        work = Work(stopped=stopped)
        self._under_way = part, work
        try:
            with suppress(Stopped):
                yield work
        finally:
            self._under_way = self._far = None
