"""A monkey at the desk: seeded bursts of keys, pastes, mouse reports and noise, as a terminal sends them."""

from __future__ import annotations

import random
import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass

WAYS_IN: dict[str, tuple[str, ...]] = {
    "desk": (),
    "twin": ("2",),
    "frontier": ("3",),
    "replay": ("4",),
    "close-first": ("c",),
    "lessons": ("5",),
    "a lesson": ("5", "enter"),
    "an answer": ("5", "enter", "space"),
    "palette": ("colon",),
    "help": ("question_mark",),
    "why": ("w",),
    "terms": ("g",),
    "open": ("o",),
    "another file": ("o", "end", "enter"),
    "save as": ("S",),
    "add": ("a",),
    "new account": ("n",),
    "a row": ("n", "enter", "enter", "enter", "b", "enter"),
    "edit": ("e",),
    "margin": ("f", "plus"),
    "leverage": ("l",),
    "parts": ("b",),
    "path": ("X",),
    "a shock": ("percent_sign",),
    "theme": ("t",),
    "orders": ("O",),
    "history": ("f", "H"),
    "tour": ("T",),
    "presenting": ("P",),
    "lived": ("m",),
    "crashes": ("4", "C"),
    "a time": ("4", "enter", "j"),
    "two markets": ("3", "b"),
    "quitting": ("f", "q"),
}
"""The keys that lead to each view and dialog from the desk."""
WORDS = (
    *("BTC", "0.1", "-40%", "1e9", "60000", "mine.toml", "~n", "~", "../x", "\0", "NaN", "long", "cross", "21:15", "é"),
)
NAMED = (
    *("\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D") * 2,
    *("\r", "\r\r", "\x1b", "\t", "\x1b[Z", "\x7f", " ", "\x1b[5~", "\x1b[6~", "\x1b[H", "\x1b[F", "\x1b[3~"),
    *("\x1bOP", "\x1b[24~", "\x1b[1;5C", "\x1b[1;2D", "\x1bf", "\x15", "\x0b", "\x17", "\x01", "\x05", "\x10", "\x03"),
)
"""Keys that are more than a letter, the likeliest twice."""
SIZES = ((120, 36), (80, 24), (200, 60), (40, 10), (1, 1), (81, 25))
LEAVING = frozenset("qsSyo:\x03\x10")
"""Keys after which something may be written or the desk left: a monkey that is to write nothing has none of them."""

ABOVE_THE_KEYS = 20
"""The last row in which no size that the desk works in has a key to click on."""


@dataclass
class Monkey:
    """Sends what a terminal could send."""

    seed: int
    harmless: bool = False
    """Whether it has no key, also none to click on, that could write a file or leave the desk."""

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)

    def way_in(self) -> tuple[str, ...]:
        ways = [way for way in WAYS_IN.values() if not (self.harmless and set(way) & {"q", "S", "o", "colon"})]
        return self._dice.choice(ways)

    def burst(self, steps: int) -> Iterator[bytes | tuple[int, int]]:
        """So many things one after the other: bytes, or a new size of the terminal."""
        kinds: dict[Callable[[], str | bytes], int] = {
            self._key: 40,
            self._named: 30,
            self._word: 6,
            self._paste: 4,
            self._mouse: 14,
            self._sequence: 5,
            self._extended_key: 3,
            self._noise: 5,
        }
        for _ in range(steps):
            if self._dice.random() < 0.02:
                yield self._dice.choice(SIZES)
            made = self._dice.choices(list(kinds), list(kinds.values()))[0]()
            data = made if isinstance(made, bytes) else made.encode()
            yield bytes(byte for byte in data if chr(byte) not in LEAVING) if self.harmless else data

    def _key(self) -> str:
        return self._dice.choice(string.ascii_letters + string.digits + string.punctuation)

    def _named(self) -> str:
        return self._dice.choice(NAMED)

    def _word(self) -> str:
        return self._dice.choice(WORDS)

    def _paste(self) -> str:
        text = "".join(self._dice.choice((*WORDS, "\n", "\t", "\x00", "x" * 300, "\x1b[A")) for _ in range(3))
        return f"\x1b[200~{text}\x1b[201~"

    def _mouse(self) -> str:
        button = self._dice.choice((0, 0, 0, 1, 2, 3, 32, 35, 64, 65, 66, 67, 4, 128, 255))
        x, y = self._dice.randint(-2, 130), self._dice.randint(-2, ABOVE_THE_KEYS if self.harmless else 40)
        if self._dice.random() < 0.05:
            x = self._dice.choice((10**6, 10**20))
        released = self._dice.choice(("", f"\x1b[<{button};{x};{y}m"))
        return f"\x1b[<{button};{x};{y}M{released}"

    def _sequence(self) -> str:
        numbers = [str(self._dice.choice((0, 1, 5, 48, 200, 2026, 99999))) for _ in range(self._dice.randint(0, 5))]
        lead = self._dice.choice(("\x1b[", "\x1b[?", "\x1b[<", "\x1bO", "\x1bP", "\x1b]"))
        return lead + ";".join(numbers) + self._dice.choice("ABCDHFMRIOPQSZcmntuy~$")

    def _extended_key(self) -> str:
        return f"\x1b[{self._dice.choice((97, 13, 27, 57441, 10**7, 10**12, 0))};{self._dice.randint(0, 20)}u"

    def _noise(self) -> bytes:
        """Bytes of no encoding, some as the old mouse reports them."""
        return self._dice.choice((b"", b"", b"\x1b[M")) + self._dice.randbytes(self._dice.randint(1, 6))
