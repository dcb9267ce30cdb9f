"""Asking a venue: the closed list of questions there are, and one sentence for whatever goes wrong.

Nothing here can place an order or move money: a question that is not on the list is refused before anything is sent.
Redirects are not followed, so that the list holds also for where a server would send us. No key is used here; `keyed`
asks with one.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from http.client import HTTPException, HTTPResponse
from typing import Any, Final
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, ProxyHandler, Request, build_opener

from isocross.errors import IsocrossError
from isocross.exchange.payload import SIZE_LIMIT
from isocross.records import dataclass
from isocross.toml.faults import escaped

TIMEOUT_S: Final = 5
WHOLE_S: Final = 20
"""How long an answer may take to come, once it has begun."""
WAIT_S: Final = 30
"""How long to wait after “too many requests”, where the venue does not say."""
LONGEST_WAIT_S: Final = 3600
INFO: Final = frozenset({"clearinghouseState", "spotClearinghouseState", "userAbstraction", "perpDexs"})
"""The types of questions that go to Hyperliquid's info endpoint, which takes each as a POST and changes nothing."""
PATHS: Final = ("/v4/addresses/", "/v4/perpetualMarkets")
"""Beginnings of what is read from dYdX's indexer."""
HOSTS: Final = {"hyperliquid": "https://api.hyperliquid.xyz", "dydx": "https://indexer.dydx.trade"}
TITLES: Final = {"hyperliquid": "Hyperliquid", "dydx": "dYdX"}


class AskError(IsocrossError):
    """Say why there is no answer; `wait_s` is how long not to ask again."""

    def __init__(self, message: str, wait_s: float = 0) -> None:
        """Keep both."""
        super().__init__(message)
        self.wait_s = wait_s


class _Stay(HTTPRedirectHandler):
    """Follow no redirect."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Nothing is asked elsewhere."""
        return


@dataclass(frozen=True)
class Answer:
    """What a venue answered, and when by its own clock."""

    data: bytes
    moment: float | None
    """Seconds of the epoch, by the answer's header; None where it has none."""


@dataclass(frozen=True)
class Asker:
    """Asks one venue."""

    venue: str
    url: str = ""
    """In place of the venue's own address, for a venue on loopback."""
    clock: Callable[[], float] = time.time

    def info(self, question: Mapping[str, Any]) -> Answer:
        """Ask Hyperliquid's info endpoint; raises AskError."""
        if self.venue != "hyperliquid" or question.get("type") not in INFO:
            raise AskError(f"{question.get('type')!r} is not a question that isocross asks")
        return self._ask("/info", json.dumps(dict(question)).encode())

    def get(self, path: str) -> Answer:
        """Read a path of dYdX's indexer; raises AskError."""
        if self.venue != "dydx" or not path.startswith(PATHS) or not path.replace("/", "").isalnum():
            raise AskError(f"{path!r} is not a question that isocross asks")
        return self._ask(path, None)

    def _ask(self, path: str, body: bytes | None) -> Answer:
        url = (self.url or HOSTS[self.venue]).rstrip("/") + path
        return answer_to(url, TITLES[self.venue], {"Content-Type": "application/json"}, body)


def answer_to(url: str, title: str, headers: Mapping[str, str], body: bytes | None = None) -> Answer:
    """Send one question and wait for its answer; raises AskError.

    Args:
        url: the whole address; nothing is asked elsewhere, whatever the venue answers.
        title: the venue's name.
        headers: what goes with it.
        body: what is sent along; None: a GET.
    """
    method = "GET" if body is None else "POST"
    request = Request(url, body, {"User-Agent": "isocross", **headers}, method=method)
    try:
        with opener_to(url).open(request, timeout=TIMEOUT_S) as answer:
            return Answer(_whole(answer, title), _moment(answer.headers.get("Date")))
    except HTTPError as error:
        with error:
            told, wait = _told(error), error.headers.get("Retry-After")
        raise _refused(title, error.code, wait, told) from None
    except (URLError, OSError, HTTPException, ValueError) as error:
        raise AskError(f"{title} cannot be reached: {why_of(error)}.") from None


def is_near(url: str) -> bool:
    """Tell whether an address is on this machine."""
    return urlsplit(url).hostname in ("127.0.0.1", "localhost", "::1")


def words_of(answer: Any) -> str:
    """Give what a venue says in an answer about what is wrong; empty where it says nothing."""
    said = answer if isinstance(answer, dict) else {}
    inner = said.get("error")
    found = [said.get(name) for name in ("msg", "message", "retMsg", "label")]
    found += [inner.get("message") if isinstance(inner, dict) else inner]
    return next((" ".join(told.split())[:120] for told in found if isinstance(told, str) and told), "")


def _told(error: HTTPError) -> str:
    try:
        return words_of(json.loads(error.read(4000)))
    except (ValueError, RecursionError, OSError, HTTPException):
        return ""


def opener_to(base: str) -> OpenerDirector:
    """Make what asks: it follows no redirect, and asks this machine without a proxy."""
    return build_opener(_Stay, *([ProxyHandler({})] if is_near(base) else []))


def is_of_the_web(url: str) -> bool:
    """Tell whether an address is one that can be asked, and no file or anything else."""
    try:
        parts = urlsplit(url)
        named = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return named and parts.scheme in ("http", "https") and url.isprintable() and " " not in url


def _whole(answer: HTTPResponse, title: str) -> bytes:
    """All of an answer; one that comes in drops is given up after a while."""
    data, end = bytearray(), time.monotonic() + WHOLE_S
    while part := answer.read1(SIZE_LIMIT):
        data += part
        if len(data) > SIZE_LIMIT:
            raise AskError(f"{title} answered with far more than an account.")
        if time.monotonic() > end:
            raise AskError(f"{title} cannot be reached: its answer was not whole after {WHOLE_S} s.")
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        raise AskError(f"{title} answered with half an answer.") from None
    return bytes(data)


def _refused(title: str, code: int, wait: str | None, told: str) -> AskError:
    if code in (418, 429):
        seconds = min(LONGEST_WAIT_S, int(wait)) if wait is not None and wait.isdecimal() else WAIT_S
        return AskError(f"{title} gets too many requests: the next is in {seconds} s.", seconds)
    if code >= 500:
        return AskError(f"{title} is out of order: it answered with {code}.")
    return AskError(f"{title} refused the question: it answered with {code}{told and f', “{told}”'}.")


def why_of(error: Exception) -> str:
    """Say in a few words why nothing came back."""
    reason = error.reason if isinstance(error, URLError) else error
    if isinstance(reason, TimeoutError):
        return f"no answer within {TIMEOUT_S} s"
    told = getattr(reason, "strerror", None) or str(reason) or "the connection was cut"
    return escaped(str(told)[:1].lower() + str(told)[1:120].rstrip("."))


def _moment(header: str | None) -> float | None:
    try:
        return None if header is None else parsedate_to_datetime(header).timestamp()
    except ValueError:
        return None
