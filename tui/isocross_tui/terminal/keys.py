"""Makes events of the bytes that a terminal sends, whatever they are: what cannot be read is left out."""

from __future__ import annotations

from codecs import getincrementaldecoder
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from textual import events
from textual._xterm_parser import XTermParser
from textual.message import Message


class KeyReader:
    """Reads on and on: a byte that is not UTF-8 is one strange character, and a sequence that breaks the parser none.

    The toolkit's own reading ends at either of them, and the program with it.
    """

    def __init__(self) -> None:
        """Begin between two keys."""
        self._decode = getincrementaldecoder("utf-8")("replace").decode
        self._parser = XTermParser()

    def read(self, data: bytes) -> Iterator[Message]:
        """Read what has come; what is not whole yet waits for the rest."""
        for character in self._decode(data):
            yield from self._parsed(partial(self._parser.feed, character))

    def wait_no_longer(self) -> Iterator[Message]:
        """Take a lone escape for a key when nothing has followed it for long enough."""
        yield from self._parsed(self._parser.tick)

    def _parsed(self, parse: Callable[[], Iterable[Message]]) -> list[Message]:
        try:
            found = list(parse())
        except Exception:  # whatever it is, it is in what somebody typed
            self._parser = XTermParser()
            return []
        # sizes come by signal; one that is typed would be taken for true, and divided by
        self._parser.mouse_pixels = False
        return [message for message in found if not isinstance(message, events.Resize)]
