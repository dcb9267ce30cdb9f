"""The desk of who follows a presenter live, at their own size and in their own colours."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from isocross.desk.actions.shock import Show
from isocross.desk.state import CARD, DESK
from isocross.lessons.card import Asked
from isocross.workspace import Faults
from isocross.workspace.load import Source
from isocross_tui.commands import Command
from isocross_tui.panes.bars import KeyBar
from isocross_tui.serve.cursor import card_heard, looks_in, put
from isocross_tui.serve.desk import Clock, VisitorDesk
from isocross_tui.serve.gate import VisitorGate
from isocross_tui.serve.hub import HubLine, Shown, Stance
from isocross_tui.serve.presenter import caption
from isocross_tui.user.settings import Face
from isocross_tui.views.lesson import show_card
from isocross_tui.widgets.prose import Prose

KEY: Final = "ctrl+f"
"""Breaks away, and comes back."""
OWN: Final = frozenset(("view.theme", "help", "glossary", "why", "words", "file.copy-code", "quit", "view.present"))
"""Commands that a follower has while following: none changes what is shown."""
GUESS: Final = frozenset(("position.up", "position.down"))
"""Those that mark a choice while a question is shown."""
FOLLOWING: Final = f"You follow the presenter; {KEY} breaks away to try something yourself."
AWAY: Final = f"You are on your own; {KEY} follows the presenter again."


class FollowingDesk(VisitorDesk):
    """A visitor's desk that shows what the presenter shows, until the visitor breaks away."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding(KEY, "follow", "follow", show=False, priority=True)]

    def __init__(self, source: Source, gate: VisitorGate, face: Face, clock: Clock, hub: str) -> None:
        """Make a desk.

        Args:
            source: what is shown until the presenter is heard.
            gate: the way to the files of the visit.
            face: characters.
            clock: when the visit ends.
            hub: the path of the line to the presenter.
        """
        super().__init__(source, gate, face, clock)
        self._hub = hub
        self._line: HubLine | None = None
        self._shown = Shown()
        self._stance = Stance()
        self._question = 0
        self.following = True

    def compose(self) -> ComposeResult:
        """The desk, and below it whether it follows."""
        yield from super().compose()
        yield Prose(id="caption")

    def on_mount(self) -> None:
        """Open the line."""
        self.run_worker(self._listen(), exit_on_error=False)

    # --- what the presenter shows ----------------------------------------------------------------

    async def _listen(self) -> None:
        self._line = line = await HubLine.to(self._hub)
        caption(self, FOLLOWING)
        while told := await line.hear():
            news = Shown.heard(told)
            self._shown = self._shown.followed_by(news)
            if self.following:
                self._take(news)
            # a frame has its turn before the next step is taken from the line
            await asyncio.sleep(0)
        self._go_alone()
        caption(self, "The presenter has ended; the account is yours to try.")

    def _take(self, news: Shown) -> None:
        """Show what the presenter shows."""
        try:
            state = put(news.account.text, news.cursor, self.state)
        except (Faults, ValueError, KeyError) as error:
            self.say(f"What the presenter shows cannot be shown here: {error}", "bad")
            return
        self.player = None
        self.store.reset(replace(state, saved=state.workspace))
        looks, view = looks_in(news.cursor), self.view_now
        if looks:
            view.call_composed(lambda: view.look_as(looks))
        if news.card.text:
            self._ask(news.card.text)

    def _ask(self, told: str) -> None:
        """Show the card of a lesson; what was guessed stays while the question does."""
        question, card = card_heard(told)
        before = self.asked.guess if self.asked is not None and question == self._question else None
        self._question, self.asked = question, None if card is None else Asked(card, before)
        show_card(self)

    # --- what the visitor does -------------------------------------------------------------------

    def action_follow(self) -> None:
        """Break away with the account as it is, or come back to the presenter."""
        if self._line is None:
            return
        while len(self.screen_stack) > 1:
            self.pop_screen()
        if self.following:
            self._go_alone()
            caption(self, AWAY)
        else:
            if self.lesson is not None:
                self.lessons.leave()
            self.following = True
            caption(self, FOLLOWING)
            self._take(self._shown)
        self.ground.query_one(KeyBar).look_again()
        self._say(replace(self._stance, away=not self.following))

    def _go_alone(self) -> None:
        """Have the account alone: the lesson is the presenter's."""
        self.following, self.asked = False, None
        if self.state.view == CARD:
            self.store.dispatch(Show(DESK))
        show_card(self)

    def _say(self, stance: Stance) -> None:
        """Say how one stands, where that is another way than before."""
        if stance != self._stance and self._line is not None:
            self._stance = stance
            self._line.say(stance.told())

    def offers(self, command: Command) -> bool:
        """Whether a command does anything: who follows has only those that change nothing, and the guess."""
        own = OWN | GUESS if super().asks else OWN
        return super().offers(command) and (not self.following or command.id in own)

    @property
    def asks(self) -> bool:
        """Who follows is told that, whatever is shown."""
        return not self.following and super().asks

    def do(self, command: Command) -> None:
        """Do a command; who follows changes nothing, but may guess."""
        if self.following and command.id in GUESS and self.state.view == CARD and self.asked is not None:
            super().do(command)
            self._say(replace(self._stance, question=self._question, choice=self.asked.guess))
        elif self.following and command.id not in OWN:
            self.say(FOLLOWING, "warn")
        else:
            super().do(command)

    async def on_event(self, event: events.Event) -> None:
        """Have nothing changed by the mouse or by a paste either."""
        if self.following and isinstance(event, events.MouseEvent | events.Paste):
            self.clock.touched()
            return
        await super().on_event(event)
