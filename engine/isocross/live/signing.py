"""Signing a question with a key: by ccxt, which knows how each venue wants it; here for the venues it no longer has."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import field
from importlib.util import find_spec
from typing import Final
from urllib.parse import urlencode

from isocross.errors import IsocrossError
from isocross.live.keys import Key
from isocross.live.questions import TITLES, Question
from isocross.records import dataclass

NO_CCXT = "a key is used through ccxt, which is not installed: pip install 'isocross[live]'"
CLASSES: Final = {"binance": "binance", "bybit": "bybit", "okx": "okx", "gate": "gate", "kraken": "krakenfutures"}
WINDOW_S: Final = 10
"""How long a signature holds, where the venue leaves that to us."""
KRAKEN_AUTH: Final = "https://futures.kraken.com/api/auth/"


class SigningError(IsocrossError):
    """Say why a question cannot be signed."""


@dataclass(frozen=True)
class Signed:
    """A question that is ready to be sent; its headers hold the key, and so it shows nothing of itself."""

    url: str = field(repr=False)
    headers: dict[str, str] = field(repr=False)
    method: str = "GET"
    body: object = field(default=None, repr=False)


def sign(venue: str, question: Question, key: Key, now: float) -> Signed:
    """Sign a question; raises SigningError, in words that hold nothing of the key.

    Args:
        venue: whom it goes to.
        question: which.
        key: whose account.
        now: seconds of the epoch.
    """
    own = OWN.get(venue)
    if own is None and find_spec("ccxt") is None:
        raise SigningError(NO_CCXT)
    try:
        return _by_ccxt(venue, question, key, now) if own is None else own(question, key, now)
    except Exception:
        pass
    # outside of the handler, so that the error has no traceback of a frame that holds the key
    raise SigningError(f"the key for {TITLES[venue]} cannot sign a question: is it whole?")


def _by_ccxt(venue: str, question: Question, key: Key, now: float) -> Signed:
    import ccxt  # noqa: PLC0415 - an extra, and slow to load

    exchange = getattr(ccxt, CLASSES[venue])({
        "apiKey": key.key.reveal(), "secret": key.secret.reveal(), "password": key.passphrase.reveal(),
    })  # fmt: skip
    exchange.milliseconds = lambda: int(now * 1000)
    exchange.nonce = exchange.milliseconds
    if question.api == ("auth",):
        exchange.urls["api"]["auth"] = KRAKEN_AUTH
        exchange.options["access"]["auth"] = {"GET": {question.name: "private"}}
    made = exchange.sign(question.name, list(question.api), "GET", {**question.query, **question.in_path})
    return Signed(made["url"], dict(made["headers"] or {}), made["method"], made["body"])


def _coinex(question: Question, key: Key, now: float) -> Signed:
    """Sign method, path and milliseconds; docs.coinex.com/api/v2, "Authentication"."""
    target, moment = _target(question), str(int(now * 1000))
    headers = {"X-COINEX-KEY": key.key.reveal(), "X-COINEX-TIMESTAMP": moment}
    return Signed(f"https://{question.host}{target}", headers | {"X-COINEX-SIGN": _hmac(key, f"GET{target}{moment}")})


def _bitmex(question: Question, key: Key, now: float) -> Signed:
    """Sign method, path and the second it holds until; bitmex.com/app/apiKeysUsage."""
    target, until = _target(question), str(int(now) + WINDOW_S)
    headers = {"api-key": key.key.reveal(), "api-expires": until}
    return Signed(f"https://{question.host}{target}", headers | {"api-signature": _hmac(key, f"GET{target}{until}")})


def _target(question: Question) -> str:
    return question.path + (f"?{urlencode(question.query)}" if question.query else "")


def _hmac(key: Key, text: str) -> str:
    return hmac.new(key.secret.reveal().encode(), text.encode(), hashlib.sha256).hexdigest()


OWN: Final[dict[str, Callable[[Question, Key, float], Signed]]] = {"coinex": _coinex, "bitmex": _bitmex}
