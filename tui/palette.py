"""The command palette: every command of the desk by its words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from functools import partial

from textual import on
from textual.await_complete import AwaitComplete
from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.message import Message
from textual.widgets import Input, OptionList
from textual.worker import WorkerError

from tui.bridge import DeskApp
from tui.commands import Command
from tui.screens.dialog import EndsOnce
from tui.screens.hints import worded
from tui.synonyms import ALSO


class Palette(CommandPalette, EndsOnce[None]):
    """The toolkit's palette, for those who type faster than it lists."""

    @on(Input.Submitted)
    async def _list_first(self, event: Input.Submitted) -> None:
        """Wait until what was typed is listed: what stands there until then is another command."""
        self._once(event)
        mine = [worker for worker in self.workers if worker.node is self]
        with suppress(WorkerError):
            await self.workers.wait_for_complete(mine)

    @on(Input.Changed)
    @on(OptionList.OptionSelected)
    def _once(self, event: Message) -> None:
        """Do one command, and list nothing after it, whatever is typed on."""
        if self.app.screen is not self:
            event.stop()
            event.prevent_default()

    def dismiss(self, result: None = None) -> AwaitComplete:
        """Leave; what is still to be listed finds no list any more."""
        self._cancel_gather_commands()
        self._stop_no_matches_countdown()
        return super().dismiss(result)

    def _action_command_list(self, action: str) -> None:
        """Move in the list; a page is nothing to move by before it was drawn."""
        with suppress(KeyError, IndexError):
            super()._action_command_list(action)


class DeskCommands(Provider):
    """Offers the commands that work now."""

    async def discover(self) -> Hits:
        """Everything, before anything is typed."""
        desk = self._desk
        for command in self._commands(desk):
            yield DiscoveryHit(told(command, desk), partial(desk.action_command, command.id))

    async def search(self, query: str) -> Hits:
        """What has the words typed so far, its own before others for the same; else what is spelt alike."""
        desk = self._desk
        matcher = self.matcher(query)
        commands = list(self._commands(desk))
        by_words = [(c, float(has_words(c, query))) for c in commands if has_words(c, query)]
        for command, score in by_words or [(c, matcher.match(told(c, desk))) for c in commands]:
            if score > 0:
                yield Hit(score, matcher.highlight(told(command, desk)), partial(desk.action_command, command.id))

    @property
    def _desk(self) -> DeskApp:
        assert isinstance(self.app, DeskApp)
        return self.app

    @staticmethod
    def _commands(desk: DeskApp) -> Iterator[Command]:
        """Those that work in the view that is looked at, without the palette itself."""
        commands = desk.keymap.commands
        return (c for c in commands if c.view in ("", desk.state.view) and c.id != "palette")


def told(command: Command, desk: DeskApp) -> str:
    """A command's words with its keys, if it has any."""
    return worded(desk, f"{command.help} ({command.shown_keys})" if command.keys else command.help)


def has_words(command: Command, query: str) -> int:
    """How well a command has every word of a query: 3 whole, 2 by its beginning, 1 as another word for the same."""
    asked = _words(query)
    own = _words(f"{command.help} {command.label}")
    if set(asked) <= set(own):
        return 3
    if _begin(asked, own):
        return 2
    return int(_begin(asked, [*own, *_words(ALSO.get(command.id, ""))]))


def _begin(asked: list[str], known: list[str]) -> bool:
    return all(any(word.startswith(beginning) for word in known) for beginning in asked)


def _words(text: str) -> list[str]:
    return re.findall(r"[\w]+", text.lower())
