"""A live account on the desk: its state as it moves, its age in the title, and the way back from a what-if."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from isocross.desk.actions.shock import LiveAge
from isocross.desk.state import Moment
from isocross.workspace import Workspace
from isocross_tui.bridge import DeskApp, Handlers
from isocross_tui.controllers.controller import Controller

if TYPE_CHECKING:
    from isocross.live.following import Following


class Live(Controller):
    """Asks in a thread of its own, so that the desk never waits for a venue."""

    def __init__(self, desk: DeskApp, following: Following | None) -> None:
        """Follow an account, or none."""
        super().__init__(desk)
        self._following = following
        reading = None if following is None else following.reading
        self._shown: Workspace | None = None if reading is None else reading.imported.workspace
        """The live state that stands on the desk, or under a what-if."""
        self._asking = False
        self._told = ""

    @property
    def commands(self) -> Handlers:
        """The way back."""
        return {"live.back": self.back}

    def begin(self) -> None:
        """Ask from now on, and keep the age in the title."""
        if self._following is not None:
            self.desk.set_interval(self._following.every, self.ask)
            self.desk.set_interval(1, self.mind)
            self._following.listen()
            self.mind()

    def end(self) -> None:
        """Hear no more of the account."""
        if self._following is not None and self._following.stream is not None:
            self._following.stream.end()

    def ask(self) -> None:
        """Ask for news, unless an answer is still awaited."""
        if self._asking:
            return
        self._asking = True
        threading.Thread(target=self._ask, daemon=True).start()

    def _ask(self) -> None:
        following = self._following
        if following is not None:
            following.ask()
            self.desk.call_later(self._answered)

    def _answered(self) -> None:
        """Show what came; a what-if stays, over the state that it was begun on."""
        self._asking = False
        following = self._following
        if following is None:
            return
        if following.trouble and following.trouble != self._told:
            self.desk.say(following.trouble, "warn")
        self._told = following.trouble
        self.mind()

    @property
    def _is_live(self) -> bool:
        """Whether the live account is on the desk, as it is or changed, and not another file."""
        return self._shown is not None and self.state.saved is self._shown

    def _show(self) -> None:
        """Put the account on the desk as it is now, at the marks of now, unless it stands there already."""
        new = None if self._following is None else self._following.workspace
        if new is None or new == self.state.saved:
            return
        self._shown, now = new, self.state
        gone = _gone(now.workspace, new)
        scenario = replace(new.scenario, shock=now.workspace.scenario.shock)
        moment = Moment(replace(new, scenario=scenario), now.moment.shock, now.moment.place)
        self.desk.store.reset(replace(now.at(moment), saved=new))
        if gone:
            self.desk.say(f"The live account does not hold {gone} any more.", "warn")

    def back(self) -> None:
        """Leave the what-if for the account as it is now."""
        if self._following is None or self._shown is None:
            self.desk.say("No account is followed live; isocross live hyperliquid:0x… follows one.", "warn")
            return
        new = self._following.workspace
        if new is not None:
            self._shown = new
            self.desk.store.reset(replace(self.state.at(Moment.opened(self._shown)), saved=self._shown, path=None))
        self.desk.say("The account is live again.", "good")
        self.mind()

    def mind(self) -> None:
        """Keep on the desk what moves, and in the title how old the figures are."""
        if self._following is not None and self._following.broke():
            self.ask()
        if self._is_live and not self.state.unsaved:
            self._show()
        words = "" if self._following is None or not self._is_live else self._following.words
        if words and self.state.unsaved:
            words = f"what-if over {words}"
        if words != self.state.live:
            self.dispatch(LiveAge(words))


def _gone(before: Workspace, after: Workspace) -> str:
    """Name the positions that an account holds no more: liquidated, or closed elsewhere."""
    left = {(position.market, position.side) for position in after.positions}
    gone = (position for position in before.positions if (position.market, position.side) not in left)
    return ", ".join(f"{position.market} {position.side}" for position in gone)
