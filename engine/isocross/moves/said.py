"""What a move of assets does, in words: before it is made, and after."""

from __future__ import annotations

from isocross.format import amounts_in
from isocross.money import ZERO
from isocross.moves.move import Do, Move
from isocross.moves.outcome import Outcome

OF_ASSETS = frozenset((Do.CONVERT, Do.COLLATERAL, Do.ACCOUNT))
"""Moves that are done to no position, beside cash put in or taken out."""


def amount_words(move: Move, currency: str) -> str:
    """How much of what a move is about: the account's currency is not named."""
    name = move.asset or currency
    amount = amounts_in(name)(move.amount or ZERO)
    return amount if name == currency else f"{amount} {name}"


def to_be_done(move: Move, currency: str) -> str:
    """What is asked for, such as: sell 0.1 BTC for USDT."""
    if move.do is Do.CONVERT:
        return f"sell {amount_words(move, currency)} for {move.to}"
    if move.do is Do.COLLATERAL:
        return f"switch {move.asset} as collateral"
    return f"switch the account to {move.to}"


def was_done(move: Move, outcome: Outcome) -> str:
    """What was done, a sentence without its end."""
    if move.do is Do.CONVERT:
        return f"{amount_words(move, outcome.before.currency)} was sold for {move.to}"
    if move.do is Do.ACCOUNT:
        return f"the account is {move.to} now"
    after = outcome.before if outcome.after is None else outcome.after
    counts = any(asset.collateral for asset in after.coins if asset.name == move.asset)
    return f"{move.asset} {'counts as collateral now' if counts else 'is held and does not count as collateral now'}"
