"""Cells that a spreadsheet would take for a formula, and how they are written so that it does not."""

from __future__ import annotations

import re

FORMULA = re.compile(r"[=+\-@']")
"""A spreadsheet takes a text that begins so for a formula, unless a quotation mark stands before it."""


def guarded(text: str) -> str:
    """Write a text so that no spreadsheet takes it for a formula."""
    return f"'{text}" if FORMULA.match(text) else text
