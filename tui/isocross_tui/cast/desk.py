"""The desk before a camera: the real one, with a driver that keeps what it would write and a clock of its own.

Nothing is painted until a picture is asked for and everything the desk was told is done; so neither the machine's speed
nor its clock shows in a film.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, ClassVar, Final

from rich.console import Console
from rich.segment import Segment
from textual.app import ComposeResult
from textual.driver import Driver
from textual.drivers.headless_driver import HeadlessDriver
from textual.filter import Monochrome
from textual.pilot import Pilot

from isocross.account.book import market_names
from isocross.cascade.events import Event
from isocross.desk import selectors
from isocross.records import dataclass
from isocross.words.outlook import in_short, verb
from isocross.workspace.load import Source
from isocross_tui.app import Desk
from isocross_tui.cast.film import Film, Shot
from isocross_tui.terminal.capture import rows_of
from isocross_tui.terminal.line import TerminalLine
from isocross_tui.user.settings import Face
from isocross_tui.widgets.prose import Prose, say

IDLE: Final = 8
"""So many turns of all without a message, and nobody has anything left to do."""


class HeldLine(TerminalLine):
    """A line that is busy but while a picture is taken."""

    open = False

    @property
    def busy(self) -> bool:
        """Whether nothing may be painted now."""
        return not self.open


class KeepingDriver(HeadlessDriver):
    """A driver of no terminal, which keeps what it would write."""

    def __init__(self, app: Any, **options: Any) -> None:
        """Keep nothing yet."""
        super().__init__(app, **options)
        self._kept: list[str] = []

    @property
    def is_headless(self) -> bool:
        """Never: a headless driver is given nothing to write."""
        return False

    def write(self, data: str) -> None:
        """Keep it."""
        self._kept.append(data)

    def take(self) -> str:
        """Hand over what was written since the last time."""
        written = "".join(self._kept)
        self._kept.clear()
        return written


@dataclass(frozen=True)
class Take:
    """A picture of what is on the desk now."""

    stands: Decimal
    """Seconds."""
    markers: tuple[str, ...] = ()
    """What is to be marked besides what happens to the account."""


Script = Callable[["FilmedDesk"], Iterator[Take]]
"""Does something on a desk before each take that it gives."""


class FilmedDesk(Desk):
    """A desk that does what a script says."""

    CSS_PATH: ClassVar[str] = "../desk.tcss"

    def get_driver_class(self) -> type[Driver]:
        """The one that keeps."""
        return KeepingDriver

    def __init__(self, source: Source, script: Script) -> None:
        """Stand on a workspace, in full colours whatever the surroundings say."""
        super().__init__(source, colours=True, face=Face())
        self._script = script
        self.line: HeldLine = HeldLine()
        self.shots: list[Shot] = []
        self.ends = Decimal(0)
        self._happened: tuple[Event, ...] = ()
        """On the way to the last picture."""
        self.no_color = False
        self._filters = [kept for kept in self._filters if not isinstance(kept, Monochrome)]
        self.console = Console(color_system="truecolor", force_terminal=True, legacy_windows=False, _environ={})

    @property
    def has_terminal(self) -> bool:
        """Never: it leaves signals and standard input alone."""
        return False

    def compose(self) -> ComposeResult:
        """The desk with a line for what is asked meanwhile."""
        yield from super().compose()
        yield Prose(id="caption")

    def notify(self, *_: Any, **__: Any) -> None:
        """Say nothing over the picture: a message goes when its time by the clock is over."""

    def caption(self, text: str) -> None:
        """Show a line in the place of the keys; empty: the keys again."""
        self.screen.set_class(bool(text), "-demo")
        caption = self.screen.query_one("#caption", Prose)
        caption.display = bool(text)
        caption.show((say(text),))

    async def film(self, _: Pilot[object]) -> None:
        """Take every picture of the script, and leave."""
        await self._settle()
        first = True
        for take in self._script(self):
            if first:
                self.screen.refresh()
                self._keeping.take()
            first = False
            written = await self._paint()
            markers = (*take.markers, *self._news())
            self.shots.append(Shot(self.ends, written, self._rows(), markers))
            self.ends += take.stands
        self.exit()

    @property
    def _keeping(self) -> KeepingDriver:
        assert isinstance(self._driver, KeepingDriver)
        return self._driver

    async def _settle(self) -> None:
        """Have everything done that the desk was told, in the background too; nothing is painted."""
        await self._idle()
        if len(self.workers):
            await self.workers.wait_for_complete()
        self.make_frame()
        await self._idle()

    async def _idle(self) -> None:
        """Give everybody turns until nobody takes one; no time is waited, which a busy machine would make short."""
        idle = 0
        while idle < IDLE:
            await asyncio.sleep(0)
            idle = 0 if any(part.message_queue_size for part in (self, *self.screen.walk_children())) else idle + 1

    async def _paint(self) -> str:
        """Paint until there is nothing more to paint, and give what that writes."""
        written = [""]
        while len(written) == 1 or written[-1]:
            await self._settle()
            self.line.open = True
            self.screen._on_timer_update()
            self.line.open = False
            written.append(self._keeping.take())
        return "".join(written)

    def _rows(self) -> tuple[tuple[Segment, ...], ...]:
        return tuple(tuple(row) for row in rows_of(self))

    def _news(self) -> tuple[str, ...]:
        """What has happened to the account since the last picture."""
        frame, before = selectors.frame(self.state), self._happened
        self._happened = now = tuple(frame.events)
        new = now[len(before) :] if now[: len(before)] == before else now
        names = market_names(frame.book)
        return tuple(
            in_short(event, frame.book)
            if event.position is None or event.orders
            else f"{names[event.position]} {verb(event.kind).removeprefix('is ')}"
            for event in new
        )


def filmed(source: Source, script: Script, size: tuple[int, int]) -> Film:
    """Film a script on a desk that opens a workspace."""
    desk = FilmedDesk(source, script)
    asyncio.run(desk.run_async(size=size, mouse=False, auto_pilot=desk.film))
    if desk._exception is not None:
        raise desk._exception
    colours = desk.theme_variables
    return Film(source.workspace.name, size, tuple(desk.shots), desk.ends, colours["background"], colours["foreground"])
