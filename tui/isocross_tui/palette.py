"""The command palette: every command of the desk by its words.

Other words find it, too: those that somebody types who does not know what a thing is called here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import partial
from textwrap import wrap
from typing import Final

from textual import on
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.command import CommandList, CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, OptionList
from textual.worker import WorkerError

from isocross_tui.bridge import DeskApp
from isocross_tui.commands import Command
from isocross_tui.keys import read_key
from isocross_tui.screens.dialog import EndsOnce
from isocross_tui.screens.form import worded
from isocross_tui.widgets.choices import SteadyList

ALSO: Final[Mapping[str, str]] = {
    "account.new": "enter create start by hand type sheet paste table book",
    "account.name": "rename title call",
    "position.flip": "switch change margin mode toggle",
    "position.preview": "before try would refuse",
    "position.flip-all": "switch modes everything",
    "shock.down": "fall drop crash lower left",
    "shock.up": "rise rally higher right",
    "shock.next-event": "liquidated trigger jump forward fall",
    "shock.previous-event": "liquidation trigger jump backward",
    "shock.type": "percent number move price jump enter",
    "shock.zero": "reset start home zero",
    "shock.play": "animate run start stop",
    "shock.step": "bigger smaller finer size",
    "shock.path": "crash scenario gap walk wick history shape",
    "shock.betas": "correlation beta parts per market coin mark price edit",
    "shock.market": "depeg alone single asset leg price",
    "history.odds": "probability history often likely",
    "path.lived": "time walk simulate live real",
    "margin.add": "top up collateral transfer increase survive",
    "margin.remove": "withdraw take out decrease transfer",
    "margin.auto": "replenish automatic top up",
    "position.leverage": "times x gearing",
    "position.add": "new open create long short market",
    "position.edit": "change size quantity entry price",
    "position.drop": "delete remove",
    "position.close": "sell buy flatten",
    "position.reduce": "partial close smaller sell",
    "orders.list": "limit pending reserve open order",
    "orders.place": "limit pending buy sell new reserve",
    "orders.cancel-all": "remove delete pending limit",
    "cash.deposit": "money add fund wallet transfer in",
    "cash.withdraw": "money take out wallet transfer out",
    "asset.switch": "margin haircut weight coin count",
    "asset.list": "coins balances haircut weight collateral unified",
    "asset.convert": "swap coin sell buy trade",
    "account.mode": "unified standard multi-assets portfolio margin abstraction",
    "file.copy-code": "share clipboard paste link",
    "venue.next": "exchange binance bybit coinex okx gate kraken hyperliquid bitmex dydx drift",
    "venue.previous": "exchange back previous",
    "view.venues": "exchange compare best safest rules board binance bybit coinex okx gate kraken hyperliquid",
    "venues.take": "exchange choose",
    "why": "explain reason formula calculation maths arithmetic",
    "words": "sentences rest more whole long cut read",
    "glossary": "terms meaning definition dictionary words",
    "history.undo": "back revert mistake",
    "history.redo": "forward again repeat",
    "history.list": "log steps changes",
    "file.save": "write store keep",
    "file.save-as": "export copy rename",
    "file.open": "load file import example",
    "view.theme": "colours colors dark light appearance contrast blind",
    "view.capture": "screenshot image svg export",
    "view.present": "projector large font teach",
    "tour": "tutorial introduction learn start",
    "view.desk": "back home main return",
    "view.twin": "compare modes versus cross isolated",
    "twin.stop": "protect exit loss compare",
    "close-first.stop": "protect exit loss order",
    "view.frontier": "map two markets heat",
    "view.close-first": "which survive solve advice triage order",
    "view.replay": "past crash history candles",
    "view.lessons": "teach learn quiz course",
    "help": "keys shortcuts manual hotkeys keyboard",
    "quit": "exit leave close end stop program",
}
"""By the id of a command; the words of its own help need not be here."""


class _Listed(CommandList, SteadyList):
    """The toolkit's list of commands, which becomes shorter with each letter."""


class Palette(CommandPalette, EndsOnce[None]):
    """The toolkit's palette, for those who type faster than it lists."""

    def compose(self) -> ComposeResult:
        """The toolkit's parts, with a list of our own."""
        for part in super().compose():
            yield _Listed() if isinstance(part, CommandList) else part

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
        known = list(self._commands(desk))
        for group in dict.fromkeys(map(group_of, known)):
            for command in (command for command in known if group_of(command) == group):
                yield DiscoveryHit(shown(command, desk), partial(desk.action_command, command.id), told(command, desk))

    async def search(self, query: str) -> Hits:
        """What has the words typed so far, its own before others for the same; else what is spelt alike."""
        desk = self._desk
        matcher = self.matcher(query)
        commands = list(self._commands(desk))
        by_words = [(c, float(has_words(c, query))) for c in commands if has_words(c, query)]
        for command, score in by_words or [(c, matcher.match(told(c, desk))) for c in commands]:
            if score > 0:
                yield Hit(score, shown(command, desk), partial(desk.action_command, command.id), told(command, desk))

    @property
    def _desk(self) -> DeskApp:
        assert isinstance(self.app, DeskApp)
        return self.app

    @staticmethod
    def _commands(desk: DeskApp) -> Iterator[Command]:
        """Those that work in the view that is looked at, without the palette itself."""
        commands = desk.keymap.commands
        return (c for c in commands if desk.offers(c) and c.id != "palette")


GROUPS: Final = {
    "position": "position", "margin": "position", "shock": "price", "path": "price", "cash": "account",
    "orders": "account", "account": "account", "venue": "account", "file": "file", "history": "desk",
    "view": "look", "frontier": "this view", "replay": "this view", "close-first": "this view", "venues": "this view",
    "twin": "this view",
}  # fmt: skip
"""What a command is about, by the first word of its id; the others are about the desk."""
_GROUP_WIDTH = max(map(len, GROUPS.values())) + 2
_KEY_WIDTH = 9
_AROUND = 8
"""Columns of a narrow screen that the list does not have."""
_WIDEST = 96
"""Columns that the list has on a wide one."""


def group_of(command: Command) -> str:
    """What a command is about."""
    return GROUPS.get(command.id.partition(".")[0], "desk")


def shown(command: Command, desk: DeskApp) -> Content:
    """A command as the list has it: its group, its first key, and what it does."""
    key = read_key(command.keys[0]) if command.keys else ""
    lead = _GROUP_WIDTH + _KEY_WIDTH
    rows = wrap(worded(desk, command.help), max(_GROUP_WIDTH, min(desk.size.width - _AROUND, _WIDEST - 1) - lead))
    return Content.assemble(
        (f"{group_of(command):<{_GROUP_WIDTH}}", "$text-muted"),
        (f"{worded(desk, key):<{_KEY_WIDTH}}", "$accent bold"),
        f"\n{' ' * lead}".join(rows),
    )


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
