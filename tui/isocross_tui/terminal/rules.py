"""Style rules that are parsed once: what the first app of a process has read, those that come after it have, too.

To parse them is a sixth of a start. A room over SSH has them from the desk that its warm parent drew, and a screen that
brings rules of its own does not have all the others read anew.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from textual.cache import LRUCache
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet

_THEMES = 8
_SOURCES = 256


class SharedStylesheet(Stylesheet):
    """A stylesheet that shares what it parses with all others of the same colours."""

    def __init__(self, variables: dict[str, str]) -> None:
        """Share the rules of these colours."""
        super().__init__(variables=variables)
        self._parse_cache = _parsed(frozenset(variables.items()))

    def set_variables(self, variables: dict[str, str]) -> None:
        """Share the rules of other colours from here on."""
        self._parse_cache = LRUCache(1)  # the toolkit empties the one it finds
        super().set_variables(variables)
        self._parse_cache = _parsed(frozenset(variables.items()))

    def reparse(self) -> None:
        """Read all rules for the colours there are now; one that was read for them before is not read again."""
        self.parse()


@lru_cache(maxsize=_THEMES)
def _parsed(variables: frozenset[tuple[str, str]]) -> LRUCache[tuple[Any, ...], list[RuleSet]]:  # noqa: ARG001 - the key
    """Return the rules that were parsed for some colours; the toolkit fills it."""
    return LRUCache(_SOURCES)
