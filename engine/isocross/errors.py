"""The family of errors that the library raises on purpose: catch one name to catch them all."""

from __future__ import annotations


class IsocrossError(Exception):
    """Say in one sentence what was refused, where, and what was expected instead."""
