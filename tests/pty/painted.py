"""What a screen shows after all that was written to it: moves of the cursor followed, colours left out."""

from __future__ import annotations

import re

_PIECE = re.compile(
    r"\x1b\[(?P<row>\d+);(?P<column>\d+)H|(?P<clear>\x1b\[2J)|(?P<new>\n)|(?P<back>\r)|\x1b\[[0-9;:?<>=!$ ]*[@-~]"
    r"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[PX^_][^\x1b]*\x1b\\|\x1b[()][A-B0-2]|\x1b[=>78cM]|(?P<text>[^\x1b\r\n]+)"
)


def painted(written: str) -> str:
    """The rows of the screen, one a line."""
    rows: dict[int, dict[int, str]] = {}
    row = column = 0
    for piece in _PIECE.finditer(written):
        if piece["row"]:
            row, column = int(piece["row"]) - 1, int(piece["column"]) - 1
        elif piece["clear"]:
            rows.clear()
        elif piece["new"]:
            row += 1
        elif piece["back"]:
            column = 0
        elif piece["text"]:
            rows.setdefault(row, {}).update(enumerate(piece["text"], column))
            column += len(piece["text"])
    return "\n".join(_line(rows.get(at, {})) for at in range(max(rows, default=-1) + 1))


def _line(cells: dict[int, str]) -> str:
    return "".join(cells.get(at, " ") for at in range(max(cells, default=-1) + 1))
