"""The desk of who presents to a class: what it shows is told to those that follow, and below it stands who is there."""

from __future__ import annotations

import time
from typing import ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from isocross.desk.state import State
from isocross.lessons.card import Asked
from isocross.workspace.code import code_of
from isocross.workspace.load import Source
from isocross_tui.app import Desk
from isocross_tui.recorder.recorder import Recorders
from isocross_tui.serve.cursor import card_told, cursor_of
from isocross_tui.serve.hub import Audience, HubLine, Part, Shown
from isocross_tui.user.gate import Gate
from isocross_tui.user.settings import Face
from isocross_tui.views.lesson import show_card
from isocross_tui.widgets.prose import Prose, say

GUESSES: Final = "ctrl+g"
"""Shows how the class guesses, and hides it again."""
FRAME_S: Final = 1 / 30
"""So long at least between two steps that are told."""


def caption(desk: Desk, words: str) -> None:
    """Say below the desk who is there, or what a key does."""
    desk.ground.query_one("#caption", Prose).show((say(words, "accent"),))


class PresenterDesk(Desk):
    """A desk that others follow."""

    CSS_PATH: ClassVar[str] = "../desk.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding(GUESSES, "guesses", "guesses", show=False, priority=True)]

    def __init__(self, source: Source, hub: str, recorders: Recorders | None, face: Face, said: str) -> None:
        """Make a desk.

        Args:
            source: what is shown first.
            hub: the path of the line to those that follow.
            recorders: where unsaved changes are kept.
            face: settings, keys and characters.
            said: how to come in, told first.
        """
        self._said = said
        super().__init__(source, recorders=recorders, face=face, gate=Gate())
        self._hub = hub
        self._line: HubLine | None = None
        self._told = Shown()
        self._account: State | None = None
        """The state whose account was told last."""
        self._asked: Asked | None = None
        self._question = 0
        self._audience = Audience()
        self._shows_guesses = False
        self._due = False
        self._told_at = float("-inf")

    def compose(self) -> ComposeResult:
        """The desk, and below it who is there."""
        yield from super().compose()
        yield Prose(id="caption")

    def on_mount(self) -> None:
        """Open the line, and say how to come in."""
        self.run_worker(self._listen(), exit_on_error=False)
        self.notify(self._said, markup=False, timeout=15)
        # not when a frame is made: a presenter on a slow line would hold everybody back
        self.store.subscribe(lambda state: state, lambda _: self._publish_soon())

    async def on_event(self, event: events.Event) -> None:
        """Tell also what a key changes that is no part of the state."""
        await super().on_event(event)
        if isinstance(event, events.Key | events.MouseUp):
            self._publish_soon()

    # --- what is told ----------------------------------------------------------------------------

    def _publish_soon(self) -> None:
        """Have the desk told before it is painted, or when the last step is old enough; and once more a frame later.

        A view that was gone to just now says only then what is looked at.
        """
        if self._due:
            return
        self._due = True
        self.set_timer(FRAME_S, self._publish_rest)
        if time.monotonic() - self._told_at > FRAME_S:
            self.call_later(self._publish)

    def _publish_rest(self) -> None:
        """Tell what has come since, however many steps that was."""
        self._due = False
        self._publish()

    def _publish(self) -> None:
        if self._line is None:
            return
        if self.asked is not self._asked:
            self._asked = self.asked
            self._question += self.asked is not None
            self._count()
        view = self.view_now
        cursor = cursor_of(self.state, view.looks if view.is_mounted else {})
        card = card_told(self._question, None if self.asked is None else self.asked.card)
        now = Shown(self._account_now(), _next(self._told.card, card), cursor)
        if now != self._told:
            self._line.say(now.for_one_who_has(self._told).told())
            self._told, self._told_at = now, time.monotonic()

    def _account_now(self) -> Part:
        state, told = self.state, self._told.account
        if self._account is not None and self._account.workspace is state.workspace:
            return told
        self._account = state
        return Part(told.number + 1, code_of(state.document()))

    # --- who is there ----------------------------------------------------------------------------

    async def _listen(self) -> None:
        """Keep below the desk who is there."""
        self._line = line = await HubLine.to(self._hub)
        self._publish()
        while told := await line.hear():
            self._audience = Audience.heard(told)
            self._count()

    def action_guesses(self) -> None:
        """Show how the class guesses, or hide it again."""
        self._shows_guesses = not self._shows_guesses
        self._count()

    def _count(self) -> None:
        """Say who is there, and how they guess where that is shown."""
        there, asked = self._audience, self.asked
        guessed = None
        if asked is not None and asked.card.choices:
            guesses = there.guesses(self._question, len(asked.card.choices))
            guessed = sum(guesses)
            chosen = guesses if self._shows_guesses else ()
            if chosen != asked.chosen:
                asked.chosen = chosen
                show_card(self)
        caption(self, there_words(there, guessed, shown=self._shows_guesses))


def there_words(there: Audience, guessed: int | None, *, shown: bool) -> str:
    """Say how many watch, how many of them go their own way, and how many have guessed.

    Args:
        there: who is there.
        guessed: how many have guessed; None: nothing is asked.
        shown: whether the bars of the guesses are shown.
    """
    if not there.watching:
        return "Nobody watches yet."
    own = f", {there.away} on their own" if there.away else ""
    people = f"{'1 watches' if there.watching == 1 else f'{there.watching} watch'}{own}."
    if guessed is None:
        return people
    have = "has" if there.watching == 1 else "have"
    return f"{people} {guessed} of {there.watching} {have} guessed · {GUESSES} {'hides' if shown else 'shows'} the bars"


def _next(before: Part, text: str) -> Part:
    """A part with another text has another number."""
    return before if text == before.text else Part(before.number + 1, text)
