"""Past crashes as JSON objects: the windows, what happened in one, and how often a move was reached."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from isocross.figures.frame import Frame
from isocross.history.collateral import every_window
from isocross.history.crashes import BASE, Swing, largest_falls, largest_rises, relative_falls
from isocross.history.windows import Kind, PriceWindow, WindowInfo
from isocross.money import text, text_or_none
from isocross.report.json import FORMAT
from isocross.report.walked import kind_json, walked_json
from isocross.rules.profile import Profile
from isocross.studies.odds import Odds, account_odds, first_rate, source_words, survived_leverage
from isocross.studies.walked_odds import walked_odds


def windows_json() -> dict[str, Any]:
    """Every shipped window."""
    return {"format": FORMAT, "windows": [window_json(info) for info in every_window()]}


def crash_json(window: PriceWindow, profile: Profile) -> dict[str, Any]:
    """One window with the swings of its markets and the leverage that lived through them under a venue's rules."""
    head = {"format": FORMAT, **window_json(window), "venue": profile.id}
    return head | {"markets": [_row_json(row) for row in market_rows(window, profile)]}


def account_odds_json(name: str, frame: Frame, kind: Kind | None) -> dict[str, Any]:
    """How often an account was hit as a whole in past crashes, then each market alone; None: mark, else futures."""
    told = zip(frame.positions, account_odds(frame, kind), strict=False)
    positions = [{"id": row.position.id, "text": words} for row, (_, words) in told]
    head = {"format": FORMAT, "name": name, "kind": kind_json(kind), "source": source_words(kind)}
    return head | {"account": walked_json(walked_odds(frame.book, kind)), "positions": positions}


def market_rows(window: PriceWindow, profile: Profile) -> list[dict[str, Any]]:
    """Every figure of every market; None where there is none."""
    falls = largest_falls(window.bars(), window.doubtful)
    rises = largest_rises(window.bars(), window.doubtful)
    relative = relative_falls(falls, BASE)
    rows = []
    for symbol in window.symbols:
        rate = first_rate(profile, symbol)
        swings = {"fall": falls.get(symbol), "rise": rises.get(symbol)}
        lived = {
            name: None if swing is None or rate is None else survived_leverage(swing.move, rate)
            for name, swing in (("long", swings["fall"]), ("short", swings["rise"]))
        }
        rows.append({"symbol": symbol, **swings, "relative": relative.get(symbol), "rate": rate, **lived})
    return rows


def window_json(info: WindowInfo) -> dict[str, Any]:
    """A window: what it holds, where its prices are from, and what is odd in them."""
    plain = {key: getattr(info, key) for key in ("id", "crash", "title", "provenance", "licence")}
    return plain | {
        "kind": info.kind.value,
        "minutes": info.minutes,
        "symbols": list(info.symbols),
        "start": _iso(info.start),
        "end": _iso(info.end),
        "bars": info.length,
        "remarks": list(info.remarks),
        "doubtful": [{"symbol": symbol, "time": _iso(time)} for symbol, time in info.doubtful],
    }


def _row_json(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "symbol": row["symbol"],
        "fall": _swing_json(row["fall"]),
        "relative_to_btc": text_or_none(row["relative"]),
        "rise": _swing_json(row["rise"]),
        "maintenance_margin_rate": text_or_none(row["rate"]),
        "long_survived": text_or_none(row["long"]),
        "short_survived": text_or_none(row["short"]),
    }


def _swing_json(swing: Swing | None) -> dict[str, str] | None:
    if swing is None:
        return None
    return {
        "move": text(swing.move),
        "from": text(swing.start),
        "from_at": _iso(swing.start_at),
        "to": text(swing.end),
        "to_at": _iso(swing.end_at),
    }


def odds_json(counted: Odds) -> dict[str, Any]:
    """How often a move was reached in past crashes, and in words that this is no probability."""
    reached = [
        {"horizon": r.horizon, "hours": r.hours, "reached": r.reached, "share": text_or_none(r.share)}
        for r in counted.reached
    ]
    return {
        "format": FORMAT,
        "coin": counted.coin,
        "kind": kind_json(counted.kind),
        "source": source_words(counted.kind),
        "move": text(counted.move),
        "windows": counted.crashes,
        "reached": reached,
        "text": counted.sentence(),
    }


def _iso(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")
