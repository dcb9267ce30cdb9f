"""What a screen shows after all that was written to it: moves of the cursor followed, colours left out."""

from __future__ import annotations

import re
from codecs import getincrementaldecoder

_PIECE = re.compile(
    r"\x1b\[(?P<row>\d+);(?P<column>\d+)H|(?P<clear>\x1b\[2J)|(?P<new>\n)|(?P<back>\r)|\x1b\[[0-9;:?<>=!$ ]*[@-~]"
    r"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[PX^_][^\x1b]*\x1b\\|\x1b[()][A-B0-2]|\x1b[=>78cM]|(?P<text>[^\x1b\r\n]+)"
)
_HALF = re.compile(r"\x1b(?:\[[0-9;:?<>=!$ ]*|\][^\x07\x1b]*\x1b?|[PX^_][^\x1b]*\x1b?|[()])?\Z")
"""A code whose end has not come yet."""


class Painted:
    """A screen, and where on it the next character goes."""

    def __init__(self) -> None:
        self._rows: dict[int, dict[int, str]] = {}
        self._row = self._column = 0
        self._decode = getincrementaldecoder("utf-8")("replace").decode
        self._rest = ""

    def write(self, written: bytes) -> None:
        """Paint what comes next; half a code waits for its other half."""
        text = self._rest + self._decode(written)
        half = _HALF.search(text)
        whole = half.start() if half else len(text)
        self._rest = text[whole:]
        for piece in _PIECE.finditer(text, 0, whole):
            if piece["row"]:
                self._row, self._column = int(piece["row"]) - 1, int(piece["column"]) - 1
            elif piece["clear"]:
                self._rows.clear()
            elif piece["new"]:
                self._row += 1
            elif piece["back"]:
                self._column = 0
            elif piece["text"]:
                self._rows.setdefault(self._row, {}).update(enumerate(piece["text"], self._column))
                self._column += len(piece["text"])

    @property
    def text(self) -> str:
        """The rows, one a line."""
        return "\n".join(_line(self._rows.get(at, {})) for at in range(max(self._rows, default=-1) + 1))


def _line(cells: dict[int, str]) -> str:
    return "".join(cells.get(at, " ") for at in range(max(cells, default=-1) + 1))
