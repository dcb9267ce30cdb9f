"""From text to a plain document, by the standard parser, with every number exact and nothing hostile before it."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from engine.money import exact
from engine.workspace.faults import Fault, Faults, cut
from engine.workspace.guard import WORKSPACE, Bounds, refuse_hostile

_AT = re.compile(r" \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A number whose exponent no decimal can hold."""

    raw: str

    def __str__(self) -> str:
        return self.raw


@exact
def parse_float(raw: str) -> Decimal | Unreadable:
    """What the parser calls for every number with a point, an exponent or a name."""
    try:
        return Decimal(raw)
    except InvalidOperation:
        return Unreadable(cut(raw))


def parse(text: str, origin: str, bounds: Bounds = WORKSPACE) -> dict[str, Any]:
    """The document; raises Faults with what the guard or the parser says of it."""
    refuse_hostile(text, origin, bounds)
    try:
        return tomllib.loads(text, parse_float=parse_float)
    except tomllib.TOMLDecodeError as error:
        raise _syntax(str(error), text, origin) from None
    except (ValueError, ArithmeticError, RecursionError, MemoryError):
        fault = Fault("", "this text is beyond what can be read", "a plain TOML document")
        raise Faults(origin, [fault]) from None


def _syntax(message: str, text: str, origin: str) -> Faults:
    """A fault of the parser, with the place that it names."""
    found = _AT.search(message)
    lines = text.split("\n")
    line, column = len(lines), len(lines[-1]) + 1
    if found and found["line"]:
        line, column = int(found["line"]), int(found["column"])
    told = message[: found.start()] if found else message
    told = cut(told[:1].lower() + told[1:], 120)
    return Faults(origin, [Fault("", f"this is not TOML: {told}", "", line, column)])
