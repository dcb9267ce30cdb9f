"""Which coin a market is of, whatever a venue adds to its name."""

from __future__ import annotations

import re

_BEFORE = re.compile(r"^(P[FI]_)?(10{3,})?(?=[A-Z])")
"""A venue's mark of a perpetual, and how many coins make one unit."""
_AFTER = re.compile(r"(?<=.)[-_/:]?(USDT|USDC|USD|PERP|SWAP)M?$")
_OTHER_NAMES = {"XBT": "BTC", "XDG": "DOGE"}


def coin_of(symbol: str) -> str:
    """The base coin of a market's symbol: BTC of BTCUSDT, BTC-USDT-SWAP, PF_XBTUSD and BTC/USDT:USDT."""
    name = _BEFORE.sub("", symbol.upper())
    shorter = _AFTER.sub("", name)
    while shorter != name:
        name, shorter = shorter, _AFTER.sub("", shorter)
    return _OTHER_NAMES.get(name, name)
