"""The desks of a class: one presents, and others follow it live, each at its own size and in its own colours."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from decimal import Decimal
from typing import Any, ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from isocross.desk.state import Moment, State
from isocross.workspace import Faults
from isocross.workspace.code import code_of, open_code
from isocross.workspace.load import Source
from isocross_tui.app import Desk
from isocross_tui.commands import Command
from isocross_tui.recorder.recorder import Recorders
from isocross_tui.serve.desk import Clock, VisitorDesk
from isocross_tui.serve.gate import VisitorGate
from isocross_tui.serve.hub import HubLine, Shown
from isocross_tui.user.gate import Gate
from isocross_tui.user.settings import Face
from isocross_tui.widgets.prose import Prose, say

KEY: Final = "ctrl+f"
"""Breaks away, and comes back."""
FRAME_S: Final = 1 / 30
OWN: Final = frozenset(("view.theme", "help", "glossary", "why", "file.copy-code", "quit", "view.present"))
"""Commands that a follower has while following: none changes what is shown."""
FOLLOWING: Final = f"You follow the presenter; {KEY} breaks away to try something yourself."
AWAY: Final = f"You are on your own; {KEY} follows the presenter again."


def cursor_of(state: State) -> str:
    """Where the cursor stands and what is looked at."""
    moment = state.moment
    told = {"shock": str(moment.shock), "place": str(moment.place), "step": str(state.step)}
    return json.dumps({**told, "selected": state.selected, "view": state.view})


def put(shown: Shown, state: State) -> State:
    """What a desk shows that follows; its colours stay.

    Args:
        shown: by the presenter.
        state: of the desk as it was, with the account if that was told before.
    """
    cursor: dict[str, Any] = json.loads(shown.cursor)
    if shown.account:
        fresh = State.opened(open_code(shown.account))
        state = replace(fresh, theme=state.theme, message=state.message, warning=state.warning)
    moment = Moment(state.workspace, Decimal(cursor["shock"]), Decimal(cursor["place"]))
    return replace(
        state.at(moment), selected=cursor["selected"], step=Decimal(cursor["step"]), view=cursor["view"], playing=False
    )


def caption(desk: Desk, words: str) -> None:
    """Say below the desk who is there, or what a key does."""
    desk.screen_stack[0].query_one("#caption", Prose).show((say(words, "accent"),))


class PresenterDesk(Desk):
    """A desk that others follow."""

    CSS_PATH: ClassVar[str] = "../desk.tcss"

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
        self._sent: State | None = None
        self._number = 0
        self._due = False

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

    def _publish_soon(self) -> None:
        """Have the state told a frame later, however many steps it takes meanwhile."""
        if not self._due:
            self._due = True
            self.set_timer(FRAME_S, self._publish)

    def _publish(self) -> None:
        self._due = False
        state, before = self.store.state, self._sent
        if self._line is None or before is state:
            return
        self._sent = state
        account = ""
        if before is None or before.workspace is not state.workspace:
            self._number += 1
            account = code_of(state.document())
        elif cursor_of(before) == cursor_of(state):
            return
        self._line.say(Shown(self._number, account, cursor_of(state)).told())

    async def _listen(self) -> None:
        """Keep in the title who is there."""
        self._line = line = await HubLine.to(self._hub)
        self._publish()
        while told := await line.hear():
            watching, away = json.loads(told)
            people = "nobody watches" if not watching else f"{watching} watch" if watching > 1 else "1 watches"
            caption(self, f"{people}, {away} on their own." if away else f"{people}.")


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
        self.following = True

    def compose(self) -> ComposeResult:
        """The desk, and below it whether it follows."""
        yield from super().compose()
        yield Prose(id="caption")

    def on_mount(self) -> None:
        """Open the line."""
        self.run_worker(self._listen(), exit_on_error=False)

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
        self.following = False
        caption(self, "The presenter has ended; the account is yours to try.")

    def _take(self, news: Shown) -> None:
        """Show what the presenter shows."""
        try:
            state = put(news, self.store.state)
        except (Faults, ValueError, KeyError) as error:
            self.say(f"What the presenter shows cannot be shown here: {error}", "bad")
            return
        self.player = None
        self.store.reset(replace(state, saved=state.workspace))

    def action_follow(self) -> None:
        """Break away with the account as it is, or come back to the presenter."""
        if self._line is None:
            return
        while len(self.screen_stack) > 1:
            self.pop_screen()
        self.following = not self.following
        self._line.say(not self.following)
        caption(self, FOLLOWING if self.following else AWAY)
        if self.following:
            self._take(self._shown)

    def do(self, command: Command) -> None:
        """Do a command; who follows changes nothing."""
        if self.following and command.id not in OWN:
            self.say(FOLLOWING, "warn")
            return
        super().do(command)

    async def on_event(self, event: events.Event) -> None:
        """Have nothing changed by the mouse or by a paste either."""
        if self.following and isinstance(event, events.MouseEvent | events.Paste):
            self.clock.touched()
            return
        await super().on_event(event)
