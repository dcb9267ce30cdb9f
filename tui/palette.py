"""The command palette: every command of the desk by its words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider

from tui.commands import Command
from tui.rebinding import keymap_of
from tui.screens.hints import worded
from tui.synonyms import ALSO

if TYPE_CHECKING:
    from tui.deeds import Deeds


class DeskCommands(Provider):
    """Offers the commands that work now."""

    async def discover(self) -> Hits:
        """Everything, before anything is typed."""
        desk = cast("Deeds", self.app)
        for command in self._commands(desk):
            yield DiscoveryHit(told(command, desk), partial(desk.do, command))

    async def search(self, query: str) -> Hits:
        """What has the words typed so far, its own before others for the same; else what is spelt alike."""
        desk = cast("Deeds", self.app)
        matcher = self.matcher(query)
        commands = list(self._commands(desk))
        by_words = [(c, float(has_words(c, query))) for c in commands if has_words(c, query)]
        for command, score in by_words or [(c, matcher.match(told(c, desk))) for c in commands]:
            if score > 0:
                yield Hit(score, matcher.highlight(told(command, desk)), partial(desk.do, command))

    @staticmethod
    def _commands(desk: Deeds) -> Iterator[Command]:
        """Those that work in the view that is looked at, without the palette itself."""
        commands = keymap_of(desk).commands
        return (c for c in commands if c.view in ("", desk.state.view) and c.id != "palette")


def told(command: Command, desk: Deeds) -> str:
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
