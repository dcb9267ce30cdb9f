"""What a venue says that a key may do, and whether it is more than reading."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from isocross.live.keys import Key

BINANCE_READS: Final = frozenset({"enableReading", "enableFixReadOnly"})
READS: Final = ("NO_ACCESS", "READ_ONLY")
MADE: Final = {
    "binance": "API Management, with Enable Reading alone",
    "bybit": "API, as a read-only key with Orders and Positions",
    "okx": "API, with the permission Read alone",
    "gate": "API Keys, with Account, Perpetual Futures and Unified, each read only",
    "kraken": "Futures, API keys, with General API read only and Withdrawal API without access",
    "coinex": "API, without Trade and Withdraw",
    "bitmex": "API keys, with the permission “-”, which only reads",
}
"""Where at a venue a key is made that can only read."""

Told = list[str] | None
"""What a key may do beyond reading, in the venue's own words; None: the venue does not say."""


def beyond_reading(venue: str, answer: Any, key: Key) -> Told:
    """Tell what a key may do beyond reading, by the venue's answer; an answer of another shape says nothing."""
    try:
        return _READERS[venue](answer, key)
    except (TypeError, KeyError, AttributeError, IndexError):
        return None


def _binance(answer: Any, _key: Key) -> Told:
    """Every right that is named and granted; one that is not known is no reading."""
    if answer["enableReading"] is not True:
        return None
    rights = {name for name, granted in answer.items() if granted is True and name.startswith(("enable", "permits"))}
    return sorted(rights - BINANCE_READS)


def _bybit(answer: Any, _key: Key) -> Told:
    """The flag decides: the lists of permissions are full with a key that only reads."""
    return {1: [], 0: ["readOnly is 0"]}.get(answer["result"]["readOnly"])


def _okx(answer: Any, _key: Key) -> Told:
    perms = {word.strip() for word in answer["data"][0]["perm"].split(",")}
    return sorted(perms - {"read_only"}) if "read_only" in perms else None


def _gate(answer: Any, key: Key) -> Told:
    """One key, or all of the account, each with its beginning; where several begin alike all of them count."""
    if isinstance(answer, list):
        whole = key.key.reveal()
        fits = [row for row in answer if whole.startswith(row["key"].rstrip("*")) and row["key"].rstrip("*")]
    else:
        fits = [answer]
    perms = [perm for row in fits for perm in row["perms"]]
    return sorted({perm["name"] for perm in perms if perm["read_only"] is not True}) if perms else None


def _kraken(answer: Any, _key: Key) -> Told:
    rights = answer["permissions"]
    return [name for name in ("general", "transfer") if rights[name] not in READS]


def _bitmex(answer: Any, key: Key) -> Told:
    whole = key.key.reveal()
    mine = [row for row in answer if row["id"] == whole]
    return sorted(map(str, mine[0]["permissions"]))


_READERS: Final[dict[str, Callable[[Any, Key], Told]]] = {
    "binance": _binance, "bybit": _bybit, "okx": _okx, "gate": _gate, "kraken": _kraken, "bitmex": _bitmex,
}  # fmt: skip
