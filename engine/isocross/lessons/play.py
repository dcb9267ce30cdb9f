"""Playing a lesson without a screen: the frames of each step, its words with their figures put in, its claims."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import field, replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property
from typing import Final

from isocross.account.book import Book, Mode
from isocross.desk.state import Moment, State
from isocross.errors import IsocrossError
from isocross.figures.frame import Frame
from isocross.format import NOTHING, percent
from isocross.lessons.figures import OF_ACCOUNT, OF_POSITION, Figure, plain
from isocross.lessons.files import Claim, Lesson, Step
from isocross.memo import Memo
from isocross.money import ZERO
from isocross.paths.bars import HistoryError
from isocross.records import dataclass
from isocross.rehearsal.kinds import rehearse
from isocross.rehearsal.rehearsal import GlideRehearsal, Rehearsal
from isocross.rules.catalogue import profile_ids
from isocross.studies.curves import in_one_mode
from isocross.studies.twin import IN_CURRENCY, Twin, all_in_currency
from isocross.workspace import Faults, Workspace, book_of
from isocross.workspace.load import Source

BRACES: Final = re.compile(r"\{([^{}]*)\}")
MODES: Final = {"cross": Mode.CROSS, "isolated": Mode.ISOLATED}
OPENING: Final = "opening"
BEFORE: Final = "before"


class LessonError(IsocrossError, ValueError):
    """A figure, a place or a claim of a lesson that does not hold, in words."""


@dataclass
class Stage:
    """A step on its account: every figure it can name, at its place."""

    step: Step
    before: Stage | None = None
    """The step before it."""
    _memo: Memo = field(default_factory=Memo, repr=False)

    @property
    def workspace(self) -> Workspace:
        """The account of the step."""
        return self.step.workspace

    @cached_property
    def book(self) -> Book:
        """The account at the opening."""
        return book_of(self.workspace)

    @cached_property
    def moment(self) -> Moment:
        """Where a desk stands that shows this step."""
        return Moment(self.workspace, self.workspace.scenario.shock).moved(self._cursor(self._rehearsal(self.book)))

    def frame(self, variant: str = "", *, opening: bool = False) -> Frame:
        """The frame at the place of the step, or at the opening; of the account, or of a variant of it."""
        return self._memo.once((variant, opening), lambda: self._frame(self._variant(variant), opening=opening))

    def figure(self, path: str) -> Figure:
        """A figure by its name; LessonError where there is none of that name.

        Args:
            path: `equity`, `btc.liq`; after `cross.` or `isolated.` of the account in one mode, after `in-currency.`
                with all collateral in its currency, after the id of a venue under its rules, after `opening.` at the
                opening, after `before.` of the step before.
        """
        first, _, rest = path.partition(".")
        if first == BEFORE:
            if self.before is None:
                raise LessonError(f"{path}: there is no step before this one")
            return self.before.figure(rest)
        variant, opening = "", False
        while first in {*MODES, OPENING, IN_CURRENCY, *profile_ids()} and rest:
            opening, variant = (True, variant) if first == OPENING else (opening, first)
            path = rest
            first, _, rest = path.partition(".")
        return self._read(path, variant, opening)

    def _read(self, path: str, variant: str, opening: bool) -> Figure:
        if path == "shock":
            return Figure(self.workspace.scenario.shock, percent(self.workspace.scenario.shock, plus="+"))
        if path == "crossover":
            return self._crossover()
        frame = self.frame(variant, opening=opening)
        of, dot, name = path.partition(".")
        if not dot and of in OF_ACCOUNT:
            return OF_ACCOUNT[of](frame)
        row = frame.of(of)
        if row is not None and name in OF_POSITION:
            return OF_POSITION[name](row, frame)
        ids = ", ".join(position.id for position in frame.held.values())
        raise LessonError(
            f"there is no figure {path!r}: expected one of {', '.join(sorted(OF_ACCOUNT))}, or after one of {ids} "
            f"and a dot one of {', '.join(sorted(OF_POSITION))}"
        )

    def _crossover(self) -> Figure:
        """The common move from which all isolated leaves more than all cross."""
        shock = self.workspace.scenario.shock
        twin = Twin(GlideRehearsal(self.book, self.workspace.scenario.betas))
        found = twin.of_modes(twin.sides(shock), shock).crossing
        return Figure(None, NOTHING) if found is None else Figure(found.move, percent(found.move, plus="+"))

    def _variant(self, variant: str) -> Book:
        if variant in MODES:
            book = in_one_mode(self.book, MODES[variant])
            if isinstance(book, str):
                raise LessonError(book)
            return book
        if variant == IN_CURRENCY:
            return all_in_currency(self.book)
        try:
            return book_of(self.workspace, variant) if variant else self.book
        except Faults as faults:
            raise LessonError(f"at {variant}: {faults.faults[0].message}") from None

    def _frame(self, book: Book, *, opening: bool) -> Frame:
        rehearsal = self._rehearsal(book)
        return rehearsal.frame(ZERO if opening else self._cursor(rehearsal))

    def _rehearsal(self, book: Book) -> Rehearsal:
        try:
            return rehearse(book, self.workspace.scenario)
        except HistoryError as trouble:
            raise LessonError(str(trouble)) from None

    def _cursor(self, rehearsal: Rehearsal) -> Decimal:
        if self.step.time:
            try:
                moment = datetime.fromisoformat(self.step.time)
            except ValueError:
                raise LessonError(f"time: {self.step.time!r} is not a time such as 2025-10-10T21:15") from None
            place = rehearsal.place_of(moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment)
            if place is None:
                raise LessonError(f"time: {self.step.time} is on a path without a clock; expected `at`")
            return place
        shock = self.workspace.scenario.shock
        return rehearsal.rests_at(shock) if self.step.at is None else rehearsal.within(self.step.at)

    def told(self, words: str) -> str:
        """Words with the figures put in where braces name them."""
        return BRACES.sub(lambda found: self.figure(found[1]).words, words)

    def subject(self, selected: str | None) -> str | None:
        """Id of the position that the answer is about: the selected one where it names that one, else the first."""
        named = [part for path in BRACES.findall(self.step.reveal) for part in path.split(".")]
        ids = {position.id for position in self.book.positions}
        return selected if selected in named else next((part for part in named if part in ids), selected)

    def failures(self) -> Iterator[str]:
        """The claims that do not hold, in words."""
        for claim in self.step.claims:
            found = self.figure(claim.of)
            expected = self._broken(claim, found)
            if expected:
                yield f"step {self.step.number}: {claim.of} is {plain(found.value)}, expected {expected}"

    def _broken(self, claim: Claim, found: Figure) -> str:
        """What a claim expected; empty where it holds."""
        value = NOTHING if found.value is None else found.value
        if claim.equals is not None and value != claim.equals:
            return plain(claim.equals)
        if claim.same_as and found.value != self.figure(claim.same_as).value:
            return f"the same as {claim.same_as}, {plain(self.figure(claim.same_as).value)}"
        if claim.above is not None and not (isinstance(value, Decimal) and value > claim.above):
            return f"above {claim.above}"
        if claim.below is not None and not (isinstance(value, Decimal) and value < claim.below):
            return f"below {claim.below}"
        return ""


def stages(lesson: Lesson) -> tuple[Stage, ...]:
    """Every step of a lesson on its account, each knowing the one before."""
    found: list[Stage] = []
    for step in lesson.steps:
        found.append(Stage(step, found[-1] if found else None))
    return tuple(found)


def failures(lesson: Lesson) -> list[str]:
    """Everything about a lesson that does not hold: its claims, and figures it names that there are none of."""
    told: list[str] = []
    for stage in stages(lesson):
        try:
            for words in (stage.step.ask, stage.step.reveal, *stage.step.choices):
                stage.told(words)
            told += stage.failures()
        except LessonError as error:
            told.append(f"step {stage.step.number}: {error}")
    return told


def state_of(stage: Stage, theme: str | None) -> State:
    """A desk that shows a step."""
    opened = State.opened(stage.workspace, theme=theme)
    selected = stage.subject(opened.selected)
    return replace(opened, view=stage.step.view, selected=selected).at(stage.moment)


@dataclass
class Run:
    """A lesson under way."""

    lesson: Lesson
    stages: tuple[Stage, ...]
    index: int = 0
    """The step it is at."""
    told: bool = False
    """Whether its answer is shown."""

    @property
    def stage(self) -> Stage:
        """The step it is at, on its account."""
        return self.stages[self.index]

    @property
    def is_last(self) -> bool:
        """Whether there is no step after this one."""
        return self.index + 1 == len(self.stages)


@dataclass(frozen=True)
class Act(Source):
    """A step as something to play: its workspace, with what to look at and what to say meanwhile."""

    caption: str = ""
    view: str = ""


def playlist(lessons: Iterable[Lesson]) -> list[Act]:
    """Every step of lessons as a workspace to play, with the view to play it in and a caption."""
    return [
        Act(
            workspace=replace(
                stage.workspace,
                name=lesson.title,
                scenario=replace(stage.workspace.scenario, shock=stage.moment.shock),
            ),
            shipped_as=lesson.id,
            caption=f"{stage.told(stage.step.ask)} {stage.told(stage.step.reveal)}",
            view=stage.step.view,
        )
        for lesson in lessons
        for stage in stages(lesson)
    ]
