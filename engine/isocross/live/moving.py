"""Margin and cash that a program moves on a Binance that walks: judged by the engine, answered as the venue does."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from isocross.account.book import Mode
from isocross.live.listings import binance_symbol
from isocross.live.walking import Walk
from isocross.money import ZERO
from isocross.moves.move import Do, Move

Answered = tuple[int, dict[str, Any]]
"""The status, and what is said."""
MARGIN: Final = "/fapi/v1/positionMargin"
TRANSFERS: Final = {
    "/sapi/v1/asset/transfer": {"MAIN_UMFUTURE": Do.DEPOSIT, "UMFUTURE_MAIN": Do.WITHDRAW},
    "/sapi/v1/futures/transfer": {"1": Do.DEPOSIT, "2": Do.WITHDRAW},
}
"""Between the wallet of spot, which has all that is asked for, and that of futures: the path, and the types."""


def moved(walk: Walk, path: str, asked: Mapping[str, str]) -> Answered:
    """Move margin or cash now.

    Args:
        walk: the account.
        path: that is asked.
        asked: the parameters.
    """
    amount = _amount(asked.get("amount", ""))
    if amount is None:
        return _no(-1102, "Mandatory parameter 'amount' was not sent, was empty/null, or malformed.")
    return _margin(walk, asked, amount) if path == MARGIN else _transfer(walk, TRANSFERS[path], asked, amount)


def _amount(written: str) -> Decimal | None:
    try:
        found = Decimal(written)
    except InvalidOperation:
        return None
    return found if found.is_finite() and found > ZERO and len(written) <= 40 else None


def _margin(walk: Walk, asked: Mapping[str, str], amount: Decimal) -> Answered:
    """Add to an isolated position, or take from it."""
    kinds = {"1": Do.ADD_MARGIN, "2": Do.REMOVE_MARGIN}
    do = kinds.get(asked.get("type", ""))
    if do is None:
        return _no(-1102, "Mandatory parameter 'type' was not sent, was empty/null, or malformed.")
    frame, symbol = walk.frame, asked.get("symbol")
    held = [p for p in frame.positions if not p.ended and binance_symbol(frame, p.position.market) == symbol]
    if not held:
        return _no(-4054, "Cannot add position margin: position is 0.")
    if held[0].position.mode is Mode.CROSS:
        return _no(-4046, "Cannot change the margin of a cross position.")
    refusal = walk.do(Move(do, held[0].position.id, amount))
    if refusal:
        return _no(-4050 if do is Do.ADD_MARGIN else -4051, refusal)
    told = "Successfully modify position margin."
    return 200, {"amount": float(amount), "code": 200, "msg": told, "type": int(asked["type"])}


def _transfer(walk: Walk, kinds: Mapping[str, Do], asked: Mapping[str, str], amount: Decimal) -> Answered:
    """Bring cash or an asset into the account, or take it away."""
    do, name, book = kinds.get(asked.get("type", "")), asked.get("asset"), walk.rehearsal.book
    if do is None or name not in {book.currency, *(asset.name for asset in book.coins)}:
        return _no(-1102, "Mandatory parameter 'type' or 'asset' was not sent, was empty/null, or malformed.")
    refusal = walk.do(Move(do, None, amount, None if name == book.currency else name))
    return _no(-5013, refusal) if refusal else (200, {"tranId": len(walk.rehearsal.scenario.moves)})


def _no(code: int, message: str) -> Answered:
    return 400, {"code": code, "msg": message}
