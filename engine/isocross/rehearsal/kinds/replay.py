"""The kind of path that is a history: bar by bar, as the prices went."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from isocross.money import ONE, ZERO
from isocross.paths.bars import CandleOrder, HistoryError, PricesAs
from isocross.rehearsal.kinds.kind import Histories, Key, LivedType, PriceHistory, check_market
from isocross.rehearsal.scenario import PathKind, Scenario
from isocross.toml.amounts import bounded
from isocross.toml.faults import BadValue, shown
from isocross.toml.places import Path, Problem
from isocross.toml.texts import SYMBOL_LIMIT, choice, text
from isocross.toml.write import inline_text, number, texts

if TYPE_CHECKING:
    from isocross.account.book import Book
    from isocross.rehearsal.replay import ReplayPlan, ReplayRehearsal

_STANDS_IN = '{ PEPEUSDT = "DOGEUSDT" }'
_RATE = {"type": "number", "exclusiveMinimum": -1, "exclusiveMaximum": 1}


def plan_of(scenario: Scenario) -> ReplayPlan:
    """Say how a scenario walks a history."""
    from isocross.rehearsal.replay import ReplayPlan  # noqa: PLC0415 - only a replay pays for this import

    return ReplayPlan(scenario.candle, scenario.prices, scenario.stand_in, scenario.funding, scenario.moves)


def shipped_history(name: str) -> PriceHistory:
    """Find a shipped history by its name; HistoryError where there is none."""
    from isocross.history.windows import load_window  # noqa: PLC0415 - only a replay pays for this import

    try:
        return load_window(name)
    except (LookupError, ValueError, OSError) as error:
        raise HistoryError(str(error.args[0]) if error.args else f"there is no history {name}") from None


def _table(given: object, path: Path, expected: str, problems: list[Problem]) -> Mapping[str, Any]:
    if isinstance(given, dict):
        return given
    problems.append(Problem(path, f"{shown(given)} is not a table", expected))
    return {}


def _read_stand_in(given: object, markets: Mapping[str, None], problems: list[Problem]) -> dict[str, str]:
    found: dict[str, str] = {}
    for symbol, source in _table(given, ("scenario", "stand_in"), _STANDS_IN, problems).items():
        path = ("scenario", "stand_in", symbol)
        check_market(symbol, path, markets, problems)
        if not isinstance(source, str) or not 0 < len(source) <= SYMBOL_LIMIT or not source.isprintable():
            problems.append(Problem(path, f"{shown(source)} is not a symbol", _STANDS_IN))
        else:
            found[symbol] = source
    return found


def _read_funding(
    given: object, markets: Mapping[str, None], problems: list[Problem]
) -> Decimal | Mapping[str, Decimal]:
    path: Path = ("scenario", "funding")
    if not isinstance(given, dict):
        return _rate(given, path, problems)
    rates: dict[str, Decimal] = {}
    for symbol, rate in given.items():
        check_market(symbol, (*path, symbol), markets, problems)
        rates[symbol] = _rate(rate, (*path, symbol), problems)
    return rates


def _rate(given: object, path: Path, problems: list[Problem]) -> Decimal:
    try:
        return bounded(given, above=-ONE, below=ONE)
    except BadValue as error:
        problems.append(Problem(path, error.message, "a rate such as 0.0001; longs pay when it is positive"))
        return ZERO


def _write_funding(funding: Decimal | Mapping[str, Decimal]) -> str:
    return inline_text(texts(funding)) if isinstance(funding, Mapping) else number(funding)


def _write_stand_in(stand_in: Mapping[str, str]) -> str:
    return inline_text(texts(stand_in))


class ReplayType(LivedType):
    """The candles of a history."""

    kind = PathKind.REPLAY
    words = "the candles of a history"
    keys = (
        Key("window", "the name of a history to replay", text),
        Key(
            "candle",
            '"near-first", "low-first" or "high-first"',
            partial(choice, options=CandleOrder),
        ),
        Key(
            "prices",
            '"scaled" or "real"',
            partial(choice, options=PricesAs),
        ),
        Key(
            "stand_in",
            "a table: by market, the symbol of the history that it follows",
            read=_read_stand_in,
            schema={"type": "object", "additionalProperties": {"type": "string"}},
            write=_write_stand_in,
        ),
        Key(
            "funding",
            "a rate such as 0.0001, or a table of rates, one per market",
            read=_read_funding,
            schema={"anyOf": [_RATE, {"type": "object", "additionalProperties": _RATE}]},
            write=_write_funding,
        ),
    )
    needs = ("window",)
    has_bars = True

    def called(self, scenario: Scenario) -> str:
        """Name it in a list of kinds."""
        return f"replay {scenario.window}"

    def rehearse(self, book: Book, scenario: Scenario, history_of: Histories | None = None) -> ReplayRehearsal:
        """Walk it with an account, and keep every bar."""
        from isocross.rehearsal.replay import ReplayRehearsal, replay  # noqa: PLC0415 - only a replay needs them

        history = (history_of or shipped_history)(scenario.window or "")
        whole = replay(book, history.bars(), plan_of(scenario), keep_all=True, title=history.title)
        return ReplayRehearsal(whole, scenario)
