"""The command palette: every command of the desk by its words."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider

from tui.commands import Command
from tui.rebinding import keymap_of

if TYPE_CHECKING:
    from tui.deeds import Deeds


class DeskCommands(Provider):
    """Offers the commands that work now."""

    async def discover(self) -> Hits:
        """Everything, before anything is typed."""
        desk = cast("Deeds", self.app)
        for command in self._commands(desk):
            if command.id != "palette":
                yield DiscoveryHit(f"{command.help} ({command.shown_keys})", partial(desk.do, command))

    async def search(self, query: str) -> Hits:
        """What matches the words typed so far."""
        desk = cast("Deeds", self.app)
        matcher = self.matcher(query)
        for command in self._commands(desk):
            words = f"{command.help} ({command.shown_keys})"
            score = matcher.match(words)
            if score > 0 and command.id != "palette":
                yield Hit(score, matcher.highlight(words), partial(desk.do, command))

    @staticmethod
    def _commands(desk: Deeds) -> Iterator[Command]:
        """Those that work in the view that is looked at."""
        return (command for command in keymap_of(desk).commands if command.view in ("", desk.state.view))
