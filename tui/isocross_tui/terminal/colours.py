"""Colours kept between segments: what is written for a frame, without the codes that change nothing.

The toolkit sets every colour anew for each segment, and takes all back behind it; that is two thirds of what goes to
the terminal. Here only what differs from the segment before is written, and behind a blank nothing that is not seen.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

_CONTROL: Final = re.compile(r"(\x1b(?:\[[0-9;:?<>=]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[^\[\]]))")
_RESET: Final = "\x1b[0m"
_OFF: Final = {"1": "22", "2": "22", "3": "23", "4": "24", "5": "25", "6": "25", "7": "27", "8": "28", "9": "29"} | {
    "21": "24",
    "53": "55",
}
"""What takes back each attribute; 22 takes back bold and dim."""
_SEEN_ON_BLANKS: Final = frozenset({"4", "5", "6", "7", "9", "21", "53"})


class _Look(NamedTuple):
    """What a code asks for."""

    attributes: frozenset[str] = frozenset()
    colour: str = ""
    ground: str = ""


_PLAIN: Final = _Look()


def sparing(text: str) -> str:
    """The same picture in fewer bytes; it begins and ends with plain colours, as what it is made of does."""
    written: list[str] = []
    at = wanted = _PLAIN
    for piece in _CONTROL.split(text):
        if not piece:
            continue
        if piece == "\n":
            written.append(piece)
        elif piece[0] != "\x1b":
            following = _seen(at, wanted, piece)
            written += (_change(at, following), piece)
            at = following
        elif piece[-1] == "m" and piece[1] == "[":
            asked = _look(piece[2:-1])
            if asked is None:
                written += (_change(at, _PLAIN), piece)
                at = _PLAIN
            wanted = asked or _PLAIN
        else:
            # where the cursor goes has no colour; whatever else there is has been told in plain ones
            if piece[-1] != "H":
                written.append(_change(at, _PLAIN))
                at = _PLAIN
            written.append(piece)
    written.append(_change(at, _PLAIN))
    return "".join(written)


def _seen(at: _Look, wanted: _Look, text: str) -> _Look:
    """What text needs: of blanks only the ground is seen, if they are not underlined, struck or reversed."""
    if at == wanted or text.strip(" "):
        return wanted
    if (at.attributes | wanted.attributes) & _SEEN_ON_BLANKS:
        return wanted
    return at._replace(ground=wanted.ground)


@lru_cache(maxsize=1024)
def _look(codes: str) -> _Look | None:
    """What a whole code asks for; None: something that is not known here."""
    attributes: set[str] = set()
    colour = ground = ""
    parts = codes.split(";")
    while parts:
        part = parts.pop(0)
        if part in {"", "0"}:
            attributes, colour, ground = set(), "", ""
        elif part in {"38", "48"}:
            size = {"2": 4, "5": 2}.get(parts[0] if parts else "", 0)
            if not size or len(parts) < size:
                return None
            value, parts = ";".join([part, *parts[:size]]), parts[size:]
            colour, ground = (value, ground) if part == "38" else (colour, value)
        elif part in _OFF:
            attributes.add(part)
        elif re.fullmatch(r"3[0-79]|9[0-7]", part):
            colour = "" if part == "39" else part
        elif re.fullmatch(r"4[0-79]|10[0-7]", part):
            ground = "" if part == "49" else part
        else:
            return None
    return _Look(frozenset(attributes), colour, ground)


@lru_cache(maxsize=4096)
def _change(at: _Look, to: _Look) -> str:
    """The shortest code from one look to another."""
    if at == to:
        return ""
    whole = [*sorted(to.attributes), *filter(None, (to.colour, to.ground))]
    if not whole:
        return _RESET
    off = {_OFF[attribute] for attribute in at.attributes - to.attributes}
    kept = {attribute for attribute in at.attributes & to.attributes if _OFF[attribute] not in off}
    parts = [*sorted(off), *sorted(to.attributes - kept)]
    if at.colour != to.colour:
        parts.append(to.colour or "39")
    if at.ground != to.ground:
        parts.append(to.ground or "49")
    return f"\x1b[{min(';'.join(parts), ';'.join(['0', *whole]), key=len)}m"
