"""Style rules that are parsed once: what the first app of a process has read, those that come after it have, too.

To parse them is a sixth of a start. A room over SSH has them from the desk that its warm parent drew, and a screen that
brings rules of its own does not have all the others read anew. To find the rules of a part among all is a third of
styling it, so they are found by their names.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from textual.cache import LRUCache
from textual.css.model import RuleSet
from textual.css.styles import RulesMap
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode

_THEMES = 8
_SOURCES = 256


class SharedStylesheet(Stylesheet):
    """A stylesheet that shares what it parses with all others of the same colours."""

    def __init__(self, variables: dict[str, str]) -> None:
        """Share the rules of these colours."""
        super().__init__(variables=variables)
        self._offered: list[RuleSet] | None = None
        self._ranked: list[RuleSet] | None = None
        self._ranks: dict[int, int] = {}
        self._parse_cache = _parsed(frozenset(variables.items()))

    def set_variables(self, variables: dict[str, str]) -> None:
        """Share the rules of other colours from here on."""
        self._parse_cache = LRUCache(1)  # the toolkit empties the one it finds
        super().set_variables(variables)
        self._parse_cache = _parsed(frozenset(variables.items()))

    def reparse(self) -> None:
        """Read all rules for the colours there are now; one that was read for them before is not read again."""
        self.parse()

    @property
    def rules(self) -> list[RuleSet]:
        """All rules, or those that can say anything of the part that is being styled."""
        return super().rules if self._offered is None else self._offered

    def apply(
        self, node: DOMNode, *, animate: bool = False, cache: dict[tuple[Any, ...], RulesMap] | None = None
    ) -> None:
        """Style a part; the toolkit looks at each rule that it is offered, so it is offered few."""
        before, self._offered = self._offered, None
        offered = self._rules_of(node)
        try:
            self._offered = offered
            super().apply(node, animate=animate, cache=cache)
        finally:
            self._offered = before

    def _rules_of(self, node: DOMNode) -> list[RuleSet]:
        """Return the rules that name a part by its kind, its id or a class, in the order of all."""
        every, by_name = self.rules, self.rules_map
        if self._ranked is not every:
            self._ranked, self._ranks = every, {id(rule): rank for rank, rule in enumerate(every)}
        named = {id(rule): rule for name in by_name.keys() & node._selector_names for rule in by_name[name]}
        return [named[own] for own in sorted(named, key=self._ranks.__getitem__)]


@lru_cache(maxsize=_THEMES)
def _parsed(variables: frozenset[tuple[str, str]]) -> LRUCache[tuple[Any, ...], list[RuleSet]]:  # noqa: ARG001 - the key
    """Return the rules that were parsed for some colours; the toolkit fills it."""
    return LRUCache(_SOURCES)
