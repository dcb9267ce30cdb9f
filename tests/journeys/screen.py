"""A desk under Pilot, and what a person would read on its screen."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path
from typing import Any

from rich.segment import Segment
from textual._compositor import Compositor
from textual._context import visible_screen_stack
from textual.events import Key
from textual.keys import REPLACED_KEYS, key_to_character
from textual.message_pump import MessagePump
from textual.pilot import Pilot, WaitForScreenTimeout
from textual.strip import Strip
from textual.widget import Widget

from isocross.desk import selectors
from isocross.desk.state import State
from isocross.figures.frame import Frame, PositionFrame
from isocross.workspace.load import Source
from isocross_tui.app import Desk
from isocross_tui.terminal.capture import rows_of
from isocross_tui.user.files import open_source
from isocross_tui.widgets.table import GUTTER, LineTable, place_columns

Size = tuple[int, int]
NUMBER = re.compile(r"[−-]?\d[\d,]*(?:\.\d+)?")

GIVE_UP_S = 3.0
"""How long a part may keep a test waiting that itself waits for an answer; a busy machine does not count."""
QUIET_TURNS = 3
_PAINTS = Compositor.render_update


def at_work(part: MessagePump) -> bool:
    """Whether a part has messages left, or is in the middle of one.

    Asking each part to answer costs more than the work of most keys; a part at rest waits at its empty queue.
    """
    queue = part._message_queue
    return part.is_running and bool(queue.qsize() or part._next_callbacks or not queue.ready_event._waiters)


@dataclass
class Room:
    """A desk, and the keys and eyes of whoever sits at it."""

    desk: Desk
    pilot: Pilot[None]
    _read: tuple[State, list[str]] | None = None
    """What was read off the screen, until the desk has its next turn."""

    @property
    def state(self) -> State:
        return self.desk.store.state

    @property
    def frame(self) -> Frame:
        return selectors.frame(self.state)

    def position(self, id: str) -> PositionFrame:
        return next(row for row in self.frame.positions if row.position.id == id)

    async def press(self, *keys: str) -> None:
        """Press one key after the other, each once the desk has done with the one before."""
        for key in keys:
            await self.run(key)

    async def run(self, *keys: str) -> None:
        """Press keys one right after the other."""
        for key in keys:
            self.desk.post_message(Key(key, key_to_character(REPLACED_KEYS.get(key, key))))
        await self.settle()

    async def settle(self) -> None:
        """Wait until all parts have done what they were told so far, and what became of it is painted."""
        # what is painted can itself tell parts something: behind a dialog that is gone, what was said meanwhile
        for _ in range(2):
            await self._all_done()
            if self.desk.is_running:
                await self.desk.animator.wait_until_complete()
            self.desk._make_frame()
            await self._all_done()
            painted = asyncio.Event()
            if self.desk.is_running and self.desk.call_after_refresh(painted.set):
                with suppress(TimeoutError):
                    await asyncio.wait_for(painted.wait(), GIVE_UP_S)

    async def _all_done(self) -> None:
        """Give the desk its turns until no part has anything left to do; the painting of a frame is not waited for."""
        quiet, end = 0, time.process_time() + GIVE_UP_S
        # a part without work can be about to hear of some: from a callback of the loop, or from its own screen
        while quiet < QUIET_TURNS and self.desk.is_running and self.desk.return_code is None:
            await asyncio.sleep(0)
            quiet = 0 if any(map(at_work, self._parts())) else quiet + 1
            if time.process_time() > end:
                return

    def _parts(self) -> Iterable[MessagePump]:
        yield self.desk
        for screen in self.desk.screen_stack:
            yield from screen.walk_children(with_self=True)

    async def hush(self) -> None:
        """Let go what was said last: it stands over the lowest rows for a while."""
        self.desk.clear_notifications()
        await self.settle()

    async def type(self, text: str) -> None:
        names = {".": "full_stop", "-": "minus", "/": "slash", "_": "underscore", "~": "tilde", " ": "space"}
        await self.run(*(names.get(character, character) for character in text))

    async def click(self, selector: str, offset: tuple[int, int]) -> None:
        await self.pilot.click(selector, offset=offset)
        await self.settle()

    async def resize(self, width: int, height: int) -> None:
        """Give the terminal another size, and do not wait for a busy desk to draw itself."""
        with suppress(WaitForScreenTimeout):
            await self.pilot.resize_terminal(width, height)

    async def shock_to(self, per_cent: int) -> None:
        """Walk there in tens and ones, from a whole per cent with a step of one."""
        steps = per_cent - int(self.state.moment.shock * 100)
        tens, ones = divmod(abs(steps), 10)
        far, near = ("greater_than_sign", "right") if steps > 0 else ("less_than_sign", "left")
        await self.run(*[far] * tens, *[near] * ones)
        assert self.state.moment.shock == Decimal(per_cent) / 100

    async def venue(self, venue: str) -> None:
        """Walk through the venues up to one."""
        for _ in range(40):
            if self.state.workspace.venue.profile == venue:
                return
            await self.press("v")
        raise AssertionError(f"{venue} was not on the way")

    # --- reading -----------------------------------------------------------------------------

    @property
    def lines(self) -> list[str]:
        """The rows of the screen; they are painted once, however often a test looks at them between two turns."""
        if self._read is None or self._read[0] is not self.state:
            if self._read is None:
                asyncio.get_running_loop().call_soon(self._forget)
            self._read = self.state, screen_lines(self.desk)
        return self._read[1]

    def _forget(self) -> None:
        self._read = None

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def words(self) -> str:
        """The screen with every run of blanks as one, for sentences inside one pane."""
        return flowing(self.lines)

    def pane(self, selector: str) -> list[str]:
        """The rows of one widget, as they stand on the screen."""
        return crop(self.lines, self.desk.screen_stack[-1].query_one(selector))

    def drawn(self, selector: str) -> list[str]:
        """The rows of one widget as it would draw them now, without waiting for the screen."""
        return [strip.text for strip in self._strips(selector)]

    def _strips(self, selector: str) -> list[Strip]:
        self.desk.make_frame()
        widget = self.desk.query_one(selector)
        return [widget.render_line(y) for y in range(widget.size.height)]

    def said(self, selector: str) -> str:
        """What is written in a widget, in one line."""
        return flowing(line.strip("│ ") for line in self.pane(selector))

    def figure(self, label: str) -> Decimal:
        """The amount after a label of the pool, parsed back from the screen."""
        row = next(line for line in self.pane("#pool") if line.strip("│ ").startswith(label + " "))
        return number(row.strip("│ ").removeprefix(label))

    def payers(self) -> list[Decimal]:
        """The amounts of the waterfall, from the first payer to the last."""
        return [number(line) for line in self.pane("#pool-waterfall")]

    def row(self, name: str) -> str:
        """A row of the table."""
        return self.pane("#positions-table")[self._row_of(name)]

    def _row_of(self, name: str) -> int:
        """Which row of the table says a name: in its first column, or in that of the names."""
        lines = self.pane("#positions-table")
        return next(y for y, line in enumerate(lines) if y and name in line[3:].split()[:2])

    def cells(self, name: str) -> dict[str, str]:
        """The cells of a row by the title of their column."""
        self.desk.make_frame()
        table = self.desk.query_one("#positions-table", LineTable)
        row, found, x = self.row(name), {}, GUTTER
        for place in place_columns(table.value, table.drawing_size.width):
            x += place.gap
            found[table.value.columns[place.index].title] = row[x : x + place.width].strip()
            x += place.width
        return found

    def struck(self, name: str) -> bool:
        """Whether a row is struck through; one that is marked as liquidated is."""
        strip = self._strips("#positions-table")[self._row_of(name)]
        lined = any(segment.style and segment.style.strike for segment in strip)
        assert lined or strip.text[1] != "✕"
        return lined


@asynccontextmanager
async def room(source: str | Source = "guide-cross", size: Size = (120, 36), **options: Any) -> AsyncIterator[Room]:
    """A desk with messages on; when it is left, it can be painted, and nothing has failed behind its back."""
    opened = open_source(source) if isinstance(source, str) else source
    desk = Desk(opened, **{"colours": True, **options})
    async with desk.run_test(size=size, notifications=True) as pilot:
        sitting = Room(desk, pilot)
        await sitting.settle()
        yield sitting
        if desk.is_running and desk.return_code is None:
            _ = sitting.lines
        if desk.store.errors:
            raise BaseExceptionGroup("behind the desk's back", list(desk.store.errors))


def strips(desk: Desk) -> list[Iterable[Segment]]:
    return rows_of(desk)


def screen_lines(desk: Desk) -> list[str]:
    if len(desk.screen_stack) > 1 and Compositor.render_update is not _PAINTS:
        # where no frame is painted, what stands over the desk takes what is below it when it is read
        visible_screen_stack.set(desk._background_screens)
        desk.screen._set_dirty()
    return ["".join(segment.text for segment in strip) for strip in strips(desk)]


def crop(lines: Sequence[str], widget: Widget) -> list[str]:
    area = widget.region
    return [line[area.x : area.right] for line in lines[area.y : area.bottom]]


def flowing(lines: Iterable[str]) -> str:
    return " ".join(" ".join(lines).split())


def number(text: str) -> Decimal:
    """The first number in a text, as it was meant."""
    found = NUMBER.search(text)
    assert found, text
    return Decimal(found[0].replace(",", "").replace("−", "-"))


def cents(amount: Decimal) -> Decimal:
    """An amount as the screen has it."""
    return amount.quantize(Decimal("0.01"), ROUND_HALF_EVEN)


def workspace_file(folder: Path, body: str, name: str = "account.toml") -> str:
    path = folder / name
    path.write_text(body, encoding="utf-8")
    return str(path)
