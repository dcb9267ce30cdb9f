"""Texts of JSON and of Python that stand for numbers: "0.1" as programs write it, "-30%" as a share."""

from __future__ import annotations

from decimal import Decimal

from isocross.paths.shock import ShockError, parse_part

_NAMES = frozenset(
    {
        *("id", "market", "symbol", "name", "currency", "profile", "position", "selected", "window", "theme", "kind"),
        *("asset", "settles", "to", "oco"),
    }
)
"""Keys whose text is a name, also where it looks like a number."""


def number_or_text(text: str, key: str) -> str | Decimal:
    """Read a text as the number that it says; it stays a text where it says none, or its key holds a name."""
    if key in _NAMES:
        return text
    try:
        return parse_part(text)
    except ShockError:
        return text
