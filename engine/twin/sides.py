"""An account and its variants side by side: their tallies at a shock, and where one begins to leave more."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from engine.book import Mode
from engine.cascade.events import EventKind
from engine.curves import EquityCurve, equity_curve
from engine.memo import Memo
from engine.scene import Scene, Shock
from engine.twin.crossing import Crossing, crossing, never_apart
from engine.twin.tally import Tally, tally
from engine.twin.variants import AS_IS, Variant, in_both_modes, with_flip


@dataclass(frozen=True)
class Result:
    """A variant and what it comes to."""

    variant: Variant
    tally: Tally | None
    """None: it cannot be set up."""


@dataclass(frozen=True)
class Comparison:
    """Two variants against each other: the one with isolated positions first, since it is the one asked about."""

    isolated: Result
    cross: Result
    called: tuple[str, str]
    """What they are called in a sentence."""
    crossing: Crossing | None = None
    """Where the isolated one begins to leave more, on a glide in the direction of the shock."""
    alike: bool = False
    """Whether they leave the same all the way."""


@dataclass(frozen=True)
class Twin:
    """The variants of one account; what does not depend on where the shock stands is worked out once."""

    scene: Scene
    _memo: Memo = field(default_factory=Memo, compare=False, repr=False)

    @cached_property
    def modes(self) -> tuple[Variant, ...]:
        """As it is, all cross, all isolated."""
        return in_both_modes(self.scene)

    def variants(self, selected: str | None = None) -> tuple[Variant, ...]:
        """The variants by mode, and the account with the selected position flipped."""
        if selected is None:
            return self.modes
        return (*self.modes, self._memo.once(("flip", selected), lambda: with_flip(self.scene, selected, self.modes)))

    def curve(self, variant: Variant) -> EquityCurve | None:
        """Equity of a variant against the shock, over both glides; None for one that cannot be set up."""
        scene = variant.scene
        if scene is None:
            return None
        return self._memo.once(("curve", id(scene)), lambda: equity_curve(variant.title, scene))

    def falls(self, variant: Variant) -> tuple[tuple[Decimal, Decimal], ...]:
        """(common move, equity after it) of every liquidation of a variant, over both glides."""
        scene, curve = variant.scene, self.curve(variant)
        if scene is None or curve is None:
            return ()
        # where the curve steps down, what is left is the point further out
        after = {move: equity for move, equity in reversed(curve.points) if move < 0}
        after |= {move: equity for move, equity in curve.points if move >= 0}
        places = (
            glide.ray.move(event.place)
            for glide in (scene.falling, scene.rising)
            for event in glide.happened
            if event.kind is EventKind.LIQUIDATION
        )
        return tuple((move, after[move]) for move in dict.fromkeys(places))

    def sides(self, shock: Shock, selected: str | None = None) -> tuple[Result, ...]:
        """Every variant with its tally; equal ones share theirs."""
        tallies: dict[int, Tally] = {}
        sides = []
        for variant in self.variants(selected):
            scene = variant.scene
            if scene is not None and id(scene) not in tallies:
                tallies[id(scene)] = tally(scene, shock)
            sides.append(Result(variant, None if scene is None else tallies[id(scene)]))
        return tuple(sides)

    def of_modes(self, sides: tuple[Result, ...], shock: Shock) -> Comparison:
        """All isolated against all cross."""
        by_key = {side.variant.key: side for side in sides}
        return self._compared(by_key["all-isolated"], by_key["all-cross"], ("all isolated", "all cross"), shock)

    def of_flip(self, sides: tuple[Result, ...], selected: str, shock: Shock) -> Comparison:
        """The account with the selected position isolated against the same with it on cross margin."""
        by_key = {side.variant.key: side for side in sides}
        flipped, as_is = by_key["flip"], by_key[AS_IS]
        position = self.scene.book.positions[self.scene.book.index_of(selected)]
        name = flipped.variant.title.removesuffix(f" {position.mode.other}")
        pair = (flipped, as_is) if position.mode is Mode.CROSS else (as_is, flipped)
        return self._compared(*pair, (f"{name} isolated", f"{name} on cross"), shock)

    def _compared(self, isolated: Result, cross: Result, called: tuple[str, str], shock: Shock) -> Comparison:
        one, other = isolated.variant.scene, cross.variant.scene
        if one is None or other is None:
            return Comparison(isolated, cross, called)
        glides = one.whole(shock), other.whole(shock)
        way = shock > 0 if isinstance(shock, Decimal) else tuple(sorted(shock.items()))
        key = ("pair", id(one), id(other), way, glides[0].limit)
        found, alike = self._memo.once(key, lambda: (crossing(*glides), never_apart(*glides)))
        return Comparison(isolated, cross, called, found, alike)
