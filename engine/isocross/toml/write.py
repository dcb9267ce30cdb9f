"""TOML rows as text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

Value = Decimal | str | bool | int


Row = dict[str, str | None]
"""A table: the text of each value as the canonical form spells it; None: the key stands nowhere."""
BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
LARGEST_INTEGER = 2**63 - 1
"""Beyond it, TOML readers other than ours need not read an integer."""


def lines(row: Mapping[str, str | None]) -> str:
    """`key = value` lines; what is None has none."""
    return "".join(f"{key_text(key)} = {text}\n" for key, text in row.items() if text is not None)


def texts(values: Mapping[str, Value | None]) -> Row:
    """The text of each value."""
    return {key: None if value is None else value_text(value) for key, value in values.items()}


def inline_text(row: Mapping[str, str | None]) -> str:
    """An inline table; what is None is left out."""
    inside = ", ".join(f"{key_text(key)} = {text}" for key, text in row.items() if text is not None)
    return f"{{ {inside} }}"


def key_text(key: str) -> str:
    """A key, in quotes where it needs them."""
    return key if BARE_KEY.fullmatch(key) else value_text(key)


def value_text(value: Value) -> str:
    """One value; everything but a decimal is the writer's, which would give decimals an exponent."""
    if isinstance(value, Decimal):
        return number(value)
    import tomli_w  # noqa: PLC0415 - only what is written pays for this import

    return tomli_w.dumps({"k": value}).removeprefix("k = ").removesuffix("\n")


def number(value: Decimal) -> str:
    """A number as plain digits, all of them: no exponent, no trailing zeros."""
    if value == 0:
        return "0"
    plain = f"{value:f}"
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return plain if "." in plain or abs(int(plain)) <= LARGEST_INTEGER else f"{plain}.0"
