"""A step of a lesson as it is read: words and figures alone, and nothing of the answer before it is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from isocross.account.book import market_names
from isocross.desk.state import LETTERS, Moment
from isocross.format import price
from isocross.lessons.figures import LABELS_OF_ACCOUNT, LABELS_OF_POSITION
from isocross.lessons.play import BEFORE, BRACES, MODES, OPENING, Run, Stage
from isocross.records import dataclass
from isocross.rules.catalogue import profile_ids


@dataclass(frozen=True)
class Card:
    """A step of a lesson in words."""

    title: str
    """Of the lesson."""
    number: int
    """Of the step, from 1."""
    steps: int
    """How many the lesson has."""
    question: str
    """Of the lesson; empty after its first step."""
    ask: str
    """Empty where it is the question of the lesson again."""
    account: tuple[str, ...]
    """The wallet and each position, as they are opened."""
    choices: tuple[str, ...] = ()
    told: bool = False
    """Whether the answer is shown."""
    right: int | None = None
    """The right choice, from 0; None: there is none, or it is not told yet."""
    reveal: str = ""
    figures: tuple[tuple[str, str], ...] = ()
    """The numbers of the answer, each with its label, in the order in which the answer names them."""

    @property
    def is_last(self) -> bool:
        """Whether no step comes after it."""
        return self.number == self.steps


@dataclass
class Asked:
    """A card before somebody, and what they think."""

    card: Card
    guess: int | None = None
    """The choice that is marked, from 0; none before the first key."""
    at: Moment | None = None
    """Where the desk stood when the answer came; None: it has not come."""
    chosen: tuple[int, ...] = ()
    """How many of a class have marked each choice; empty: that is not shown."""

    def mark(self, step: int) -> None:
        """Mark the next choice (1) or the one before (−1)."""
        last = len(self.card.choices) - 1
        first = 0 if step > 0 else last
        self.guess = first if self.guess is None else max(0, min(last, self.guess + step))

    def choose(self, letter: str) -> bool:
        """Mark the choice that has a letter; False where none has it."""
        at = LETTERS.find(letter) if len(letter) == 1 else -1
        if not 0 <= at < len(self.card.choices):
            return False
        self.guess = at
        return True


def card_of(run: Run) -> Card:
    """Put the step that a lesson is at into words; raises LessonError for a figure that there is none of."""
    stage, lesson = run.stage, run.lesson
    step, ask = stage.step, stage.told(stage.step.ask)
    asked = Card(
        title=lesson.title,
        number=step.number,
        steps=len(run.stages),
        question=lesson.question if step.number == 1 else "",
        ask="" if ask == lesson.question else ask,
        account=tuple(_account(stage)),
        choices=tuple(stage.told(choice) for choice in step.choices),
    )
    if not run.told:
        return asked
    right = None if step.right is None else step.right - 1
    figures = tuple(dict.fromkeys(_figures(stage)))
    return replace(asked, told=True, right=right, reveal=stage.told(step.reveal), figures=figures)


def _account(stage: Stage) -> Iterator[str]:
    """The wallet, then each position, as they are opened."""
    book = stage.book
    money = book.amounts
    yield f"{money(book.wallet)} {book.currency}, venue {book.profile.id}"
    for position in book.positions:
        tick = book.market_of(position).grid
        yield (
            f"{position.market}   {position.side} {position.quantity:,f} from {price(position.entry, tick)}, "
            f"{position.mode}, {position.leverage:f}x, margin {money(position.margin)}"
        )


def _figures(stage: Stage) -> Iterator[tuple[str, str]]:
    """The numbers that the answer names.

    The first of a position names it, each where they are of more than one; the first in a currency names that.
    """
    paths = BRACES.findall(stage.step.reveal)
    named = {position for path in paths for position in [_parts(path)[1]] if position}
    told: set[str] = set()
    for path in paths:
        where, position, name = _parts(path)
        label, figure = (LABELS_OF_POSITION if position else LABELS_OF_ACCOUNT).get(name), stage.figure(path)
        if label is not None and any(character.isdigit() for character in figure.words):
            of = _name(stage, position) if position and (len(named) > 1 or position not in told) else ""
            unit = f", {figure.currency}" if figure.currency and figure.currency not in told else ""
            told |= {position, figure.currency}
            yield " ".join(part for part in (*where, of, f"{label}{unit}") if part), figure.words


def _parts(path: str) -> tuple[tuple[str, ...], str, str]:
    """What a figure is of besides the account at this step, the id of its position if it has one, and its name."""
    *of, name = path.split(".")
    position = "" if not of or of[-1] in _OTHER_ACCOUNTS or of[-1] in profile_ids() else of.pop()
    return tuple(of), position, name


_OTHER_ACCOUNTS: Final = frozenset((*MODES, OPENING, BEFORE))


def _name(stage: Stage, position: str) -> str:
    book = stage.book
    ids = [each.id for each in book.positions]
    return market_names(book)[ids.index(position)] if position in ids else position
