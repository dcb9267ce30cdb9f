"""The closed list of questions that a key is used for: each is a GET, with its whole address.

What is not here is not asked, whatever signs or sends it: there is no order, no transfer and no withdrawal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Final

from isocross.records import dataclass

TITLES: Final = {
    "binance": "Binance",
    "bybit": "Bybit",
    "okx": "OKX",
    "gate": "Gate",
    "kraken": "Kraken",
    "coinex": "CoinEx",
    "bitmex": "BitMEX",
}
"""The venues that are asked with a key, by their short names."""


@dataclass(frozen=True)
class Question:
    """One GET."""

    host: str
    path: str
    """From the host on, without what follows a question mark."""
    api: tuple[str, ...] = ()
    """The part of ccxt's table that the path is in; empty where ccxt does not have the venue."""
    name: str = ""
    """The path in ccxt's table."""
    query: Mapping[str, str] = field(default_factory=dict)
    in_path: Mapping[str, str] = field(default_factory=dict)
    """What ccxt wants in order to make the path."""

    @property
    def url(self) -> str:
        """Write the address."""
        return f"https://{self.host}{self.path}"


def _binance(version: str, name: str) -> Question:
    api = "fapiPrivate" + ("" if version == "v1" else version.upper())
    return Question("fapi.binance.com", f"/fapi/{version}/{name}", (api,), name)


def _bybit(name: str, **query: str) -> Question:
    return Question("api.bybit.com", f"/v5/{name}", ("private",), f"v5/{name}", query)


def _okx(name: str) -> Question:
    return Question("www.okx.com", f"/api/v5/account/{name}", ("private",), f"account/{name}")


def _gate(part: str, name: str, **in_path: str) -> Question:
    path = f"/api/v4/{part}/{name.format(**in_path)}"
    return Question("api.gateio.ws", path, ("private", part), name, in_path=in_path)


def _kraken(name: str, api: str = "private") -> Question:
    return Question("futures.kraken.com", f"/derivatives/api/v3/{name}", (api,), name)


def _coinex(name: str, **query: str) -> Question:
    return Question("api.coinex.com", f"/v2/{name}", query=query)


def _bitmex(name: str, **query: str) -> Question:
    return Question("www.bitmex.com", f"/api/v1/{name}", query=query)


RIGHTS: Final[Mapping[str, Question]] = {
    "binance": Question("api.binance.com", "/sapi/v1/account/apiRestrictions", ("sapi",), "account/apiRestrictions"),
    "bybit": _bybit("user/query-api"),
    "okx": _okx("config"),
    "gate": _gate("account", "main_keys"),
    "kraken": Question("futures.kraken.com", "/api/auth/v1/api-keys/v3/check", ("auth",), "api-keys/v3/check",
                       in_path={"version": "v1"}),
    "bitmex": _bitmex("apiKey"),
}  # fmt: skip
"""What a key may do, by venue; CoinEx has no such question."""

ACCOUNT: Final[Mapping[str, tuple[Question, ...]]] = {
    "binance": (_binance("v2", "account"), _binance("v2", "positionRisk"), _binance("v1", "multiAssetsMargin")),
    "bybit": (
        _bybit("account/wallet-balance", accountType="UNIFIED"),
        _bybit("position/list", category="linear", settleCoin="USDT", limit="200"),
        _bybit("position/list", category="linear", settleCoin="USDC", limit="200"),
        _bybit("position/list", category="inverse", limit="200"),
    ),
    "okx": (_okx("config"), _okx("positions"), _okx("balance")),
    "gate": (
        _gate("futures", "{settle}/positions", settle="usdt"),
        _gate("futures", "{settle}/accounts", settle="usdt"),
        _gate("unified", "unified_mode"),
    ),
    "kraken": (_kraken("openpositions"), _kraken("accounts"), _kraken("tickers", "public")),
    "coinex": (
        _coinex("futures/pending-position", market_type="FUTURES", limit="100"),
        _coinex("assets/futures/balance"),
    ),
    "bitmex": (_bitmex("position"), _bitmex("user/margin", currency="all")),
}
"""What an account is read by."""


def allowed(venue: str) -> frozenset[str]:
    """Give the addresses of all questions that go to a venue."""
    rights = RIGHTS.get(venue)
    return frozenset(each.url for each in (*ACCOUNT[venue], *([rights] if rights else ())))
