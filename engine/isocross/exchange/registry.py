"""The formats that are read, each once: a new one is its module and a line here."""

from __future__ import annotations

from isocross.exchange.account import Reader
from isocross.exchange.format import Format
from isocross.exchange.formats import binance, bitmex, bybit, ccxt, coinex, drift, dydx, gate, hyperliquid, kraken, okx
from isocross.exchange.payload import Node, described
from isocross.exchange.strangers import whose, wrapped_by
from isocross.toml.faults import Fault, Faults

FORMATS: dict[str, Format] = {
    module.FORMAT.id: module.FORMAT
    for module in (binance, bitmex, bybit, coinex, drift, dydx, gate, hyperliquid, kraken, okx)
}
"""Formats of venues by the ids of their profiles. No two of them take the same answer for theirs."""
CCXT, CSV = "ccxt", "csv"
SOURCES = (CCXT, *FORMATS, CSV)
"""What an import may be from."""


def reader_of(node: Node, source: str | None) -> tuple[Reader, str] | None:
    """Find who reads this payload, and whose it is; None where nobody knows it.

    Args:
        node: a payload, or a part of one.
        source: whose it is said to be; None: what is in it decides.

    Raises:
        Faults: when it is an answer of another venue than was said.
    """
    if ccxt.is_unified(node):
        _check(node, CCXT, source)
        return (lambda whole, account: ccxt.read(whole, account, FORMATS)), ccxt.TITLE
    for id, format in FORMATS.items():
        reader = format.reader_of(node)
        if reader is not None:
            _check(node, id, source)
            return reader, format.title
    return None


def refuse_stranger(node: Node, inside: bool = False) -> None:
    """Refuse an answer of a venue that is not read, by its name; raises Faults.

    Args:
        node: an answer.
        inside: whether it is a part of one that was looked through already.
    """
    stranger = None if ccxt.is_unified(node) else (wrapped_by if inside else whose)(node)
    if stranger is not None:
        message = f"this is an answer of {stranger}, whose raw shape is not read here"
        raise Faults(node.origin, [Fault(node.where, message, f"ccxt's record: {ccxt.EXPECTED}")])


def _check(node: Node, found: str, source: str | None) -> None:
    if source not in (None, found):
        message = f"this is an answer of {title(found)}, not of {title(source or '')}"
        raise Faults(node.origin, [Fault(node.where, message, expected(source))])


def title(source: str) -> str:
    """Name a source as its users do."""
    return FORMATS[source].title if source in FORMATS else source


def expected(source: str | None) -> str:
    """Say what a user is asked for."""
    if source in FORMATS:
        return FORMATS[source].expected
    if source == CCXT:
        return ccxt.EXPECTED
    titles = ", ".join(format.title for format in FORMATS.values())
    return f"positions or balances of {titles}, or what ccxt returns for any venue"


def refusal(node: Node, source: str | None) -> Faults:
    """Say why a payload that nobody knows is refused: as the error of a venue, where it is one."""
    code, told = node.get("code", "error", "err_code"), node.get("msg", "message", "error", "err_msg")
    if code.value in (0, "0", 200, "200"):
        message = "this is an answer of a venue, and none that is known here as one of an account"
        return Faults(node.origin, [Fault(code.where, message, expected(source))])
    if code.value is not None and isinstance(told.value, str):
        message = f"this is the error of a venue, not an account: {described(code.value)}, {described(told.value)}"
        return Faults(node.origin, [Fault(code.where, message, expected(source))])
    return Faults(node.origin, [Fault("", "this is not the payload of an account", expected(source))])
