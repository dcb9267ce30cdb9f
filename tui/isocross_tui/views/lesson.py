"""A lesson on the desk: the card with its question, without a word of the answer; then the answer."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.geometry import Size

from isocross.desk.state import State
from isocross.format import price
from isocross.lessons.files import Lesson
from isocross.lessons.play import Stage
from isocross_tui.bridge import Pane, View, desk_of
from isocross_tui.widgets.prose import Paragraph, Prose, Words, say
from isocross_tui.widgets.spans import Span


def card_words(lesson: Lesson, stage: Stage, guess: int | None, cursor: str, *, roomy: bool) -> Words:
    """The question with the account it is about and the choices, the marked one pointed at."""
    step = stage.step
    gap = (say(""),) if roomy else ()
    head = (say(lesson.question, "accent"), say("")) if step.number == 1 else ()
    asked = () if stage.told(step.ask) == lesson.question else (say(stage.told(step.ask)), say(""))
    chosen = [
        Paragraph((Span(f"{cursor if n == guess else ' '} ", "accent"), Span(stage.told(choice), _tone(n, guess))))
        for n, choice in enumerate(step.choices)
    ]
    keys = "↑↓ your guess   space show the answer   esc leave" if chosen else "space show the answer   esc leave"
    return (*head, *asked, *_account(stage), *gap, say(""), *chosen, *gap, *([say("")] if chosen else []),
            say(keys, "muted"))  # fmt: skip


def _tone(n: int, guess: int | None) -> str:
    return "accent" if n == guess else ""


def _account(stage: Stage) -> list[Paragraph]:
    """The wallet and each position, as they are opened."""
    book = stage.book
    money = book.amounts
    told = [say(f"{money(book.wallet)} {book.currency}, venue {book.profile.id}", "muted")]
    for position in book.positions:
        tick = book.market_of(position).grid
        told.append(
            say(
                f"{position.market}   {position.side} {position.quantity:,f} from {price(position.entry, tick)}, "
                f"{position.mode}, {position.leverage:f}x, margin {money(position.margin)}",
                "muted",
            )
        )
    return told


def bar_words(title: str, stage: Stage, guess: int | None, is_last: bool) -> Words:
    """The answer, whether the guess was right, and the keys that lead on."""
    step = stage.step
    head = (Span(title, "accent"), Span(f" · answer {step.number}", "muted"))
    keys = (Span("space ", "accent"), Span("back to your desk   " if is_last else "next   ", "muted"))
    leave = () if is_last else (Span("esc ", "accent"), Span("leave", "muted"))
    return (Paragraph(head, (*keys, *leave)), *_verdict(stage, guess), say(stage.told(step.reveal)))


def _verdict(stage: Stage, guess: int | None) -> Words:
    """Whether the marked choice is the right one; nothing where there was none."""
    step = stage.step
    if step.right is None:
        return ()
    right = stage.told(step.choices[step.right - 1])
    said, tone = ("The answer", "") if guess is None else ("Not so", "warn")
    if guess == step.right - 1:
        said, tone = "You were right", "good"
    words = f"{said}: {right}"
    return (say(words if words.endswith((".", "?")) else f"{words}.", tone),)


ROOMY_HEIGHT = 22


class CardPane(Pane[Words]):
    """The question in the middle of the screen."""

    HELP = "Predict before you look: space shows the answer."

    def has_room(self, size: Size) -> bool:  # noqa: ARG002
        """Whether there is room for empty rows between the parts."""
        return bool(self.app.size.height >= ROOMY_HEIGHT)

    def compose(self) -> ComposeResult:
        """Words only."""
        yield Prose(id="lesson-words")

    def slice_of(self, state: State) -> Words:  # noqa: ARG002
        """The question; nothing where no lesson is under way."""
        run, words = desk_of(self).lesson, self.query_one(Prose)
        if run is None:
            return ()
        roomy = self.app.size.height >= ROOMY_HEIGHT
        return card_words(run.lesson, run.stage, run.guess, words.glyphs.cursor, roomy=roomy)

    def show_slice(self, value: Words) -> None:
        """Draw it."""
        run = desk_of(self).lesson
        if run is not None:
            self.entitle(f"{run.lesson.title} · question {run.index + 1} of {len(run.stages)}")
        self.query_one(Prose).show(value)


class LessonView(View):
    """One card."""

    name_of_view = "lessons"
    focus_first = "#lesson-card"

    def compose(self) -> ComposeResult:
        """The card alone."""
        yield CardPane(id="lesson-card")

    def select_row(self, step: int) -> bool:
        """The rows are the choices."""
        run = desk_of(self).lesson
        if run is not None and run.stage.step.choices:
            run.mark(step)
            self.look_again()
        return True

    def look_again(self) -> None:
        """Draw the card anew where it is there already: a question is no part of the state."""
        for card in self.query(CardPane):
            if card.is_mounted:
                card.look_again()
