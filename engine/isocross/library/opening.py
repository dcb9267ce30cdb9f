"""Where accounts come from: a file, a shipped name, a code, a text, or figures in Python."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from isocross.library.account import Account
from isocross.library.document import plain
from isocross.library.numbers import Number
from isocross.workspace.load import load_document
from isocross.workspace.resolve import load as load_workspace

Rows = Sequence[Mapping[str, Any]]
"""Tables of a workspace document: by key, figures and words."""


def load(source: str | os.PathLike[str]) -> Account:
    """Load an account.

    Args:
        source: a path, the name of a shipped workspace ("guide-cross"), a short code, the text of a workspace file, or
            "-" for standard input.

    Raises:
        Faults: whatever is wrong, each fault with its place and what was expected.
    """
    return Account(load_workspace(source))


def account(
    wallet: Number,
    venue: str | Mapping[str, Any] = "guide",
    positions: Rows = (),
    *,
    markets: Rows = (),
    orders: Rows = (),
    scenario: Mapping[str, Any] | None = None,
    **others: Any,
) -> Account:
    """Make an account of its figures, checked like a workspace file.

    Args:
        wallet: all its cash.
        venue: the id of a venue, or its `profile` with rules to change.
        positions: the positions, by the keys of `[[positions]]`: market, side, mode, quantity, entry, leverage.
        markets: marks and tiers that are not the venue's own, by the keys of `[[markets]]`.
        orders: resting orders, by the keys of `[[orders]]`.
        scenario: the path, by the keys of `[scenario]`.
        others: other keys of a workspace file: name, currency, fund, strict.

    Raises:
        Faults: whatever is wrong, each fault with its key and what was expected.
    """
    document = {"name": "An account", **others, "wallet": wallet, "venue": venue, "positions": list(positions)}
    document |= {"markets": list(markets), "orders": list(orders)}
    if scenario is not None:
        document["scenario"] = scenario
    return Account(load_document(plain(document), "account"))
