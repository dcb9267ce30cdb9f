"""What a contract is on: the coin that its symbol names, whatever its maturity."""

from __future__ import annotations

import re
from functools import lru_cache

from isocross.rules.market import Kind

_BASE = re.compile(r"(?:[PF][IF]_)?(?P<base>[A-Z0-9]{2,10}?)(?:[-/_]?USD[TC]?(?:[-/:_].*|[FGHJKMNQUVXZ]\d\d)?|-?PERP)")
_SAME_COIN = {"XBT": "BTC"}


def one_name(coin: str) -> str:
    """The name of a coin that has two."""
    return _SAME_COIN.get(coin, coin)


@lru_cache(maxsize=4096)
def coin_of(symbol: str) -> str | None:
    """The coin of a contract, where its symbol tells: BTC for BTCUSD, BTC-PERP, BTCUSDH27 and FI_XBTUSD_261225."""
    found = _BASE.fullmatch(symbol)
    return None if found is None else one_name(found["base"])


def underlying_of(symbol: str, kind: Kind) -> tuple[str, Kind]:
    """What contracts of one coin and one kind have in common; a symbol that names no coin stands for itself."""
    return coin_of(symbol) or symbol, kind
