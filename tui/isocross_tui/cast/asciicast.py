"""A film as an asciicast, the file that terminal players read: a header, then a line for each thing that comes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from isocross.money import ZERO
from isocross_tui.cast.film import Film

VERSIONS: Final = (3, 2)
"""Of the format; the first is the usual one. Times count from the line before in 3, from the beginning in 2."""
HIDE_CURSOR: Final = "\x1b[?25l"


def asciicast_of(film: Film, version: int = 3) -> str:
    """Write a film; the same film gives the same text."""
    events = [(at, kind, text) for at, kind, text in _events(film) if version != 2 or kind in "om"]
    lines = [_line(_header(film, version))]
    before = ZERO
    for at, kind, text in events:
        lines.append(_line([float(at if version == 2 else at - before), kind, text]))
        before = at
    return "".join(lines)


def _header(film: Film, version: int) -> dict[str, Any]:
    columns, rows = film.size
    if version == 2:
        return {"version": 2, "width": columns, "height": rows, "title": film.title}
    return {"version": 3, "term": {"cols": columns, "rows": rows, "type": "xterm-256color"}, "title": film.title}


def _events(film: Film) -> Iterator[tuple[Decimal, str, str]]:
    """Output, markers, and the end: the last picture stands until a program leaves with 0."""
    yield ZERO, "o", HIDE_CURSOR
    for shot in film.shots:
        if shot.written:
            yield shot.at, "o", shot.written
        for marker in shot.markers:
            yield shot.at, "m", marker
    # players end with the last line, and version 2 has no line for the end
    yield film.ends, "o", ""
    yield film.ends, "x", "0"


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": ")) + "\n"
