"""A whole workspace as a short code: one word to paste into a chat, which opens the same screen elsewhere.

A code is `iso1:`, a letter for the kind of packing, and letters and digits that no shell and no chat changes: base 32
in Crockford's alphabet, without i, l, o and u, in which capitals, blanks, line breaks and hyphens mean nothing. Packed
is the canonical text of the file with a checksum. Source of the alphabet: crockford.com/base32.html.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib

from isocross.toml.faults import Fault, Faults, shown
from isocross.toml.read import SIZE_LIMIT, parse
from isocross.workspace.load import load_bytes
from isocross.workspace.model import Workspace

PREFIX = "iso1:"
PACKING = "a"
"""Deflate with COMMON; a CRC-32 of the letter and what is packed ends a code of every packing."""
ORIGIN = "this code"
CODE_LIMIT = 2 * 1024 * 1024
"""Characters of a code; the longest workspace has fewer."""

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_STANDARD = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_WRITE = str.maketrans(_STANDARD + "=", _ALPHABET + "=")
_READ = str.maketrans(_ALPHABET + "oil", _STANDARD + "ABB")
"""The letters that are easily misread stand for the digits that they look like."""
_IGNORED = dict.fromkeys(map(ord, "-\u200b\ufeff"))
_STRANGE = re.compile(f"[^{_ALPHABET}oil]")
_DAMAGED, _WHOLE = "a character is wrong, or a part is missing", "the whole code, as it was printed"
_CHECKSUM = 4
_RAW = -zlib.MAX_WBITS

COMMON = (
    b'betas = {  = 0, strict = true\nfund = 100\ncurrency = "USDC"\nprofile = "tiers = [\n    { from = 0, rate = 0.00, '
    b'max_leverage = 100, deduction =  },\n]\nvenue = "drift"\nvenue = "dydx"\nvenue = "bitmex"\nvenue = "kraken"\n'
    b'venue = "gate"\nvenue = "okx"\nvenue = "hyperliquid"\nvenue = "coinex"\nvenue = "bybit"\nvenue = "binance"\n'
    b'format = 1\nname = "The guide\'s cross account"\nvenue = "guide"\nwallet = 1000\n\n[[markets]]\n'
    b'symbol = "BTCUSDT"\nmark = 60000\n\n[[markets]]\nsymbol = "ETHUSDT"\nmark = 3000\n\n[[markets]]\n'
    b'symbol = "SOLUSDT"\nmark = 150\n\n[[positions]]\nid = "btc"\nmarket = "BTCUSDT"\nside = "long"\n'
    b'mode = "cross"\nquantity = 0.015\nentry = 60000\nleverage = 3\nmargin = 300\n\n[[positions]]\nid = "eth"\n'
    b'market = "ETHUSDT"\nside = "short"\nmode = "isolated"\nquantity = 0.2\nentry = 3000\nleverage = 10\n\n'
    b'[scenario]\npath = "gap"\nshock = -0.3\nbetas = { ETHUSDT = 1.5 }\n\n'
    b'[view]\ntheme = "night"\nselected = "btc"\nstep = 0.01\n'
)
"""What most files have in common, so that it takes no room. Part of packing `a`: it never changes."""


def code_of(workspace: Workspace) -> str:
    """The short code of a workspace."""
    from isocross.workspace.writing import dump  # noqa: PLC0415 - a code that is read needs no writer

    packer = zlib.compressobj(9, zlib.DEFLATED, _RAW, zdict=COMMON)
    packed = packer.compress(dump(workspace).encode("utf-8")) + packer.flush()
    return f"{PREFIX}{PACKING}{_packed_text(packed)}"


def is_code(text: str) -> bool:
    """Whether a text is meant as a short code; a file of such a name is opened as `./iso1:…`."""
    return _plain(text[:64]).startswith(PREFIX)


def _plain(text: str) -> str:
    """The letters of a code as it was printed."""
    return "".join(text.split()).translate(_IGNORED).lower()


def open_code(text: str) -> Workspace:
    """The workspace of a short code.

    Raises:
        Faults: when it is damaged, or of no workspace that can be opened.
    """
    if len(text) > CODE_LIMIT:
        raise _bad("it is too long", "a code that isocross printed")
    plain = _plain(text)
    if not plain.startswith(PREFIX):
        raise _bad("it is not a code", f"a text that begins with {PREFIX}")
    packing, body = plain[len(PREFIX) :][:1], plain[len(PREFIX) + 1 :]
    if packing not in _ALPHABET[10:] or not packing:
        raise _bad("it ends too soon" if not packing else f"{shown(packing)} is not a kind of packing", "")
    packed = _bytes_of(packing, body)
    if packing != PACKING:
        raise _bad("it is of a newer isocross than this one", "a newer isocross to open it")
    unpacked = _unpacked(packed)
    refuse_local_files(unpacked)
    return load_bytes(unpacked, ORIGIN)


def refuse_local_files(unpacked: bytes) -> None:
    """Refuse a text of somebody else that names a venue profile by a path on this machine; raises Faults."""
    try:
        text = unpacked.decode("utf-8")
    except UnicodeDecodeError:
        return  # the loader says where
    venue = parse(text, ORIGIN).get("venue")
    named = venue.get("profile") if isinstance(venue, dict) else venue
    if isinstance(named, str) and named.endswith(".toml"):
        raise _bad(f"it names a venue profile in a file, {shown(named)}", "a venue by its name")


def _packed_text(packed: bytes) -> str:
    """What is packed, and its checksum, in letters and digits."""
    written = base64.b32encode(packed + _checksum(PACKING, packed)).decode("ascii").translate(_WRITE)
    return written.rstrip("=")


def _bytes_of(packing: str, body: str) -> bytes:
    """What was packed, proven undamaged, in whatever way it is packed."""
    strange = _STRANGE.search(body)
    if strange is not None:
        raise _bad(f"{shown(strange[0])} cannot be in a code", "letters and digits")
    padding = "=" * (-len(body) % 8)
    try:
        raw = base64.b32decode(body.translate(_READ) + padding)
    except (binascii.Error, ValueError):
        raise _bad(_DAMAGED, _WHOLE) from None
    packed, checksum = raw[:-_CHECKSUM], raw[-_CHECKSUM:]
    if not packed or checksum != _checksum(packing, packed):
        raise _bad(_DAMAGED, _WHOLE)
    return packed


def _unpacked(packed: bytes) -> bytes:
    """The text of the file, and never more than a file may have."""
    unpacker = zlib.decompressobj(_RAW, zdict=COMMON)
    try:
        data = unpacker.decompress(packed, SIZE_LIMIT + 1)
    except zlib.error:
        raise _bad("its content cannot be unpacked", "a code that isocross printed") from None
    if len(data) > SIZE_LIMIT:
        raise _bad("its content is too large", "at most 1 MiB")
    if not unpacker.eof or unpacker.unused_data:
        raise _bad("its content cannot be unpacked", "a code that isocross printed")
    return data


def _checksum(packing: str, packed: bytes) -> bytes:
    return zlib.crc32(packing.encode("ascii") + packed).to_bytes(_CHECKSUM, "big")


def _bad(message: str, expected: str) -> Faults:
    return Faults(ORIGIN, [Fault("", message, expected)])
