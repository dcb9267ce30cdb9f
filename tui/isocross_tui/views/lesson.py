"""A lesson on the desk: the card with its question, without a word of the answer; then the answer."""

from __future__ import annotations

from typing import Final

from textual.app import ComposeResult
from textual.geometry import Size

from isocross.desk.state import CARD, LETTERS, State
from isocross.lessons.card import Asked, Card
from isocross_tui.bridge import DeskApp, Pane, View, desk_of
from isocross_tui.panes.bars import KeyBar
from isocross_tui.panes.stage import StagePane
from isocross_tui.screens.form import worded
from isocross_tui.widgets.gauge import bar
from isocross_tui.widgets.glyphs import Glyphs
from isocross_tui.widgets.prose import Paragraph, Prose, Words, say, wrapped
from isocross_tui.widgets.spans import Span

_BAR: Final = 40
"""Cells of the bar of a choice that everybody has marked."""


def card_words(asked: Asked, glyphs: Glyphs, *, roomy: bool) -> Words:
    """The question with the account it is about and the choices, the marked one pointed at.

    Args:
        asked: what is asked.
        glyphs: to draw with.
        roomy: whether there is room for empty rows between the parts.
    """
    card, gap = asked.card, (say(""),) if roomy else ()
    head = (say(card.question, "accent"), say("")) if card.question else ()
    ask = (say(card.ask), say("")) if card.ask else ()
    account = (say(words, "muted") for words in card.account)
    choices = (paragraph for n in range(len(card.choices)) for paragraph in _choice(asked, n, glyphs))
    return (*head, *ask, *account, *gap, *([say("")] if card.choices else []), *choices)


def _keys(asked: Asked, *, follows: bool) -> str:
    """The keys of a question; whoever follows leaves it to somebody else to show the answer."""
    letters = LETTERS[: len(asked.card.choices)]
    guess = (f"↑↓ or {letters[0]}–{letters[-1]} your guess",) if letters else ()
    return "   ".join((*guess, *(() if follows else ("space show the answer", "esc leave"))))


def _choice(asked: Asked, n: int, glyphs: Glyphs) -> Words:
    """A choice, and where that is shown how many of a class have marked it."""
    tone = "accent" if n == asked.guess else ""
    cursor, letter = glyphs.cursor if n == asked.guess else " ", LETTERS[n : n + 1] or " "
    choice = Paragraph((Span(f"{cursor} {letter}  ", "accent"), Span(asked.card.choices[n], tone)), hang=5)
    if not any(asked.chosen):
        return (choice,)
    count, everybody = asked.chosen[n], sum(asked.chosen)
    filled = bar(count / everybody, _BAR, glyphs)
    return choice, Paragraph((Span(" " * 5), Span(f"{filled:<{_BAR}}", "accent"), Span(f"  {count} of {everybody}")))


def bar_words(asked: Asked, *, follows: bool = False) -> Words:
    """The answer, whether the guess was right, how a class guessed where that is shown, and the keys that lead on."""
    card = asked.card
    head = (Span(card.title, "accent"), Span(f" · answer {card.number}", "muted"))
    keys = (Span("space ", "accent"), Span("back to your desk   " if card.is_last else "next   ", "muted"))
    leave = () if card.is_last else (Span("esc ", "accent"), Span("leave", "muted"))
    return (
        Paragraph(head, () if follows else (*keys, *leave)),
        *_verdict(card, asked.guess),
        *_class(asked),
        say(card.reveal),
    )


def _verdict(card: Card, guess: int | None) -> Words:
    """Whether the marked choice is the right one; nothing where there was none."""
    if card.right is None:
        return ()
    right = card.choices[card.right]
    said, tone = ("The answer", "") if guess is None else ("Not so. The answer", "warn")
    if guess == card.right:
        said, tone = "You were right", "good"
    words = f"{said}: {right}"
    return (say(words if words.endswith((".", "?")) else f"{words}.", tone),)


def _class(asked: Asked) -> Words:
    """How many of a class were right; nothing where that is not shown."""
    if not any(asked.chosen) or asked.card.right is None:
        return ()
    return (say(f"{asked.chosen[asked.card.right]} of {sum(asked.chosen)} guessed right.", "accent"),)


def show_card(desk: DeskApp) -> None:
    """Show the card of a desk wherever it stands: the question in its view, the answer over whatever is looked at."""
    told, bar_of_answer = desk.asked is not None and desk.asked.card.told, desk.ground.query_one("#lesson-bar", Prose)
    if desk.asked is not None and told:
        desk.asked.at = desk.asked.at or desk.state.moment
        bar_of_answer.show(bar_words(desk.asked, follows=desk.lesson is None))
    bar_of_answer.display = told
    desk.ground.set_class(told, "-lesson")
    desk.ground.query_one(StagePane).look_again()
    desk.ground.query_one(KeyBar).look_again()
    for view in desk.ground.query(LessonView):
        view.look_again()


ROOMY_HEIGHT = 22
_AROUND: Final = 7
"""Rows of the screen that a card does not have: its own frame, title, keys, and who is there."""


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
        """The question; nothing where none is asked."""
        asked, prose = desk_of(self).asked, self.query_one(Prose)
        if asked is None:
            return ()
        # beside the bars of a class there may be no room for empty rows
        words = card_words(asked, prose.glyphs, roomy=self.roomy)
        rows = sum(len(wrapped(paragraph, prose.size.width)) for paragraph in words)
        return words if rows <= self.app.size.height - _AROUND else card_words(asked, prose.glyphs, roomy=False)

    def show_slice(self, value: Words) -> None:
        """Draw it."""
        desk = desk_of(self)
        asked = desk.asked
        if asked is not None:
            title = f"{asked.card.title} · question {asked.card.number} of {asked.card.steps}"
            self.entitle(title, worded(desk, _keys(asked, follows=desk.lesson is None)))
        self.query_one(Prose).show(value)


class LessonView(View):
    """One card."""

    name_of_view = CARD
    focus_first = "#lesson-card"

    def compose(self) -> ComposeResult:
        """The card alone."""
        yield CardPane(id="lesson-card")

    def select_row(self, step: int) -> bool:
        """The rows are the choices."""
        asked = desk_of(self).asked
        if asked is not None and asked.card.choices:
            asked.mark(step)
            self.look_again()
        return True

    def choose(self, letter: str) -> bool:
        """Mark the choice that has a letter; False where none has it."""
        asked = desk_of(self).asked
        chosen = asked is not None and asked.choose(letter)
        if chosen:
            self.look_again()
        return chosen

    def look_again(self) -> None:
        """Draw the card anew where it is there already: a question is no part of the state."""
        for card in self.query(CardPane):
            if card.is_mounted:
                card.look_again()
