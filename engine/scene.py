"""A scene: one book under one kind of path. Whole glides are solved once; frames and timelines are read off."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from engine.book import Book
from engine.cascade.solver import Timeline, solve, solve_gap
from engine.frame import WARNING_DISTANCE, Frame, frame_at
from engine.market import base_of
from engine.money import ONE, ZERO
from engine.path import Ray, ReachError, too_far
from engine.workspace.model import PathKind

Shock = Decimal | Mapping[str, Decimal]
"""A common move, or the ends of single markets; fractions of the opening marks."""


@dataclass(frozen=True)
class Scene:
    """A book and how its marks can move."""

    book: Book
    betas: Mapping[str, Decimal]
    kind: PathKind = PathKind.WHAT_IF
    warning: Decimal = WARNING_DISTANCE

    @cached_property
    def falling(self) -> Timeline:
        """The whole glide of the common move down to −95 %."""
        return solve(self.book, Ray.common(self.book, self.betas, -1))

    @cached_property
    def rising(self) -> Timeline:
        """The whole glide of the common move up to +300 %."""
        return solve(self.book, Ray.common(self.book, self.betas, 1))

    @cached_property
    def memory(self) -> dict[object, str]:
        """What was worked out about this scene in words, by question."""
        return {}

    def whole(self, shock: Shock) -> Timeline:
        """The whole glide in the direction of a shock; from 0 the way down.

        ReachError for a shock that takes an inverse market too near to zero.
        """
        if not isinstance(shock, Decimal):
            return solve(self.book, Ray.towards(self.book, shock))
        glide = self.rising if shock > 0 else self.falling
        if abs(shock) <= glide.limit:
            return glide
        self.refuse_too_far(shock)
        return solve(self.book, glide.ray, abs(shock))

    def refuse_too_far(self, shock: Shock) -> None:
        """ReachError for a shock that takes an inverse market too near to zero."""
        if not isinstance(shock, Decimal):
            Ray.towards(self.book, shock)
            return
        asked = too_far(self.book.inverse_markets, self.betas, shock)
        if asked is not None:
            raise ReachError(asked)

    def timeline(self, shock: Shock) -> Timeline:
        """What happens up to a shock, or in one jump to it."""
        return self._happening(self.whole(shock), _size(shock))

    def _happening(self, whole: Timeline, size: Decimal) -> Timeline:
        return solve_gap(self.book, whole.ray, size) if self.kind is PathKind.GAP else whole

    def frame(self, shock: Shock, at: Decimal = ONE) -> Frame:
        """The frame at a fraction of a shock."""
        whole, size = self.whole(shock), _size(shock)
        jumped = self.kind is not PathKind.GAP or at == ONE
        return frame_at(
            self._happening(whole, size),
            whole,
            size * at if jumped else ZERO,
            jumped=jumped,
            warning=self.warning,
        )


def _size(shock: Shock) -> Decimal:
    """How far along its glide a shock goes."""
    return abs(shock) if isinstance(shock, Decimal) else ONE


def market_names(book: Book) -> tuple[str, ...]:
    """A short name for each position: the base of its market, its id where two share a market."""
    bases = [base_of(p.market, book.currency) for p in book.positions]
    held = Counter(bases)
    return tuple(base if held[base] == 1 else position.id for base, position in zip(bases, book.positions, strict=True))
