"""Accounts made of a venue's payloads, of what ccxt returns, or of a table."""

from __future__ import annotations

import os

from isocross.exchange import Options, Tiers, import_files, read_bytes
from isocross.library.account import Account
from isocross.library.choices import choice_of
from isocross.library.numbers import Number, exact_number


def import_account(
    *files: str | os.PathLike[str],
    source: str | None = None,
    venue: str | None = None,
    wallet: Number | None = None,
    currency: str | None = None,
    leverage: Number | None = None,
    tiers: str = Tiers.STATED.value,
) -> Account:
    """Make an account of a venue's payloads, of what ccxt returns, or of a CSV of positions.

    The account's `remarks` say what was taken, guessed, left out and compared.

    Args:
        files: payloads of one moment, or one CSV.
        source: whose it is; what is in it decides without it.
        venue: the venue whose rules apply; its own without it.
        wallet: all cash, where no payload says it.
        currency: what the account is in.
        leverage: of positions whose payload states none.
        tiers: whose rate is taken where payload and table disagree: "stated" or "shipped".

    Raises:
        Faults: whatever is wrong, each fault with its path in the payload.
    """
    options = Options(
        venue,
        None if wallet is None else exact_number(wallet, "an amount"),
        currency,
        None if leverage is None else exact_number(leverage, "a leverage"),
        tiers=choice_of(Tiers, tiers, "a kind of tiers"),
    )
    names = [os.fspath(file) for file in files]
    imported = import_files([(name, read_bytes(name)) for name in names], source, options)
    return Account(imported.workspace, tuple(note.told(with_origin=len(names) > 1) for note in imported.notes))
