"""Somebody who has never seen the desk: knows no key, and presses only what the screen names."""

from __future__ import annotations

import re
from dataclasses import dataclass

from isocross_tui.widgets.prose import Prose
from tests.journeys.screen import Room, crop, flowing

FINGERS = {
    ",": "comma", ".": "full_stop", ":": "colon", "?": "question_mark", "+": "plus", "-": "minus", "←": "left",
    "→": "right", "↑": "up", "↓": "down", "<": "less_than_sign", ">": "greater_than_sign", "esc": "escape",
}  # fmt: skip
"""How a key that people read is pressed; the others are called as they are written."""


@dataclass
class Newcomer:
    """A pair of eyes and of hands, and how many keys they have pressed."""

    room: Room
    keys: int = 0

    async def press(self, *written: str) -> None:
        """Press keys as the screen writes them."""
        self.keys += len(written)
        await self.room.press(*(FINGERS.get(key, key) for key in written))

    async def type(self, text: str) -> None:
        self.keys += len(text)
        await self.room.type(text)

    # --- where a key may be read ---------------------------------------------------------------

    def in_footer(self, label: str) -> list[str]:
        """The keys that the last row has before a label; none: it does not show it."""
        for item in re.split(r" {2,}", self.room.lines[-1].strip()):
            if item.endswith(f" {label}"):
                keys = item.removesuffix(f" {label}")
                return keys.split() if " " in keys else list(keys) if keys == "←→" else [keys]
        return []

    def hinted(self, meaning: str) -> str:
        """The key before a meaning, in the hints of a dialog or a pane: `esc back`."""
        found = re.findall(rf"(?<![^ │─])(\S+) {re.escape(meaning)}(?![^ │─\n])", self.room.text)
        assert found, (meaning, self.room.text)
        # hints stand below what they are of
        return found[-1]

    async def from_help(self, words: str) -> str:
        """Open the help, read on until the words are there, and close it: the key beside them."""
        await self.press(*self.in_footer("help"))
        for _ in range(12):
            rows = [row.strip("│ ▁▂▃▄▅▆▇█") for row in self.room.pane(".page")]
            found = next((row for row in rows if row.endswith(words) or f" {words}" in row), None)
            if found is not None:
                await self.press(self.hinted("back"))
                return found.split()[0]
            assert "read on" in self.room.text
            await self.press("pagedown")
        raise AssertionError(f"the help has no {words!r}")

    async def by_words(self, words: str, offered: str) -> None:
        """Find a command by words of one's own, see that the first one offered is meant, and do it."""
        await self.press(*self.in_footer("all"))
        await self.type(words)
        await self.room.pilot.pause(0.1)
        await self.room.settle()
        rows = [line.strip("│╭╮╰╯─ ") for line in self.room.pane("CommandList")]
        offers = [row for row in rows if row]
        assert offers, self.room.text
        # a long one goes on in the next row
        assert offered in flowing(offers[:2]), offers
        await self.press("enter")
        # the palette goes first, then it is done, and then what it did is said
        for _ in range(3):
            await self.room.pilot.pause()
            await self.room.settle()

    # --- what is seen --------------------------------------------------------------------------

    def sees(self, *words: str) -> bool:
        """Whether all of it stands on the screen, be it broken over the rows of one place."""
        places = [self.room.text, flowing(line.strip("│▌─╮╯ ") for line in self.room.lines)]
        places += [flowing(crop(self.room.lines, prose)) for prose in self.room.desk.screen.query(Prose)]
        return all(any(part in place for place in places) for part in words)
