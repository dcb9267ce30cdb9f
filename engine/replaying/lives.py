"""One account on one path in every mode: what becomes of each, read off at any place."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from itertools import accumulate

from engine.book import Book
from engine.cascade.events import Event, EventKind
from engine.cascade.ledger import Ledger
from engine.curves import equity_of
from engine.legs import LivedPath
from engine.lived.bars import LEGS, BarPath
from engine.lived.scene import LivedScene, lived_scene
from engine.money import ZERO, exact
from engine.scene import Scene, market_names
from engine.triggers import Standings, liquidation_prices
from engine.twin.variants import AS_IS, Variant, in_both_modes
from engine.workspace.model import Scenario

LOOKS = 400
"""At about so many closes of a path a trigger is worked out; around what happens always."""
Marks = Mapping[str, Decimal]


@dataclass(frozen=True)
class LivedFall:
    """A liquidation on a lived path."""

    position: str
    """Id of the position."""
    name: str
    """What it is called."""
    event: Event
    time: datetime | None
    """None on a path without a clock."""

    @property
    def place(self) -> Decimal:
        """Where it happened."""
        return self.event.place


@dataclass(frozen=True)
class Standing:
    """What a life comes to at a place; amounts in the account's currency."""

    equity: Decimal
    """Wallet + unrealised PnL of what is open."""
    lost: Decimal
    """Wallet at the opening less the wallet now; negative: cash was gained."""
    lowest: Decimal
    """The lowest equity so far, of the corners of the path, of what happened, and of here."""
    survivors: int
    """Positions that were not liquidated."""
    positions: int
    """How many there were at the opening."""
    falls: tuple[LivedFall, ...]
    """Liquidations so far, in order."""

    @property
    def first(self) -> LivedFall | None:
        """Who fell first; None: nobody yet."""
        return self.falls[0] if self.falls else None


@dataclass(frozen=True)
class Life:
    """One variant of an account on the path."""

    variant: Variant
    scene: LivedScene | None
    """None: it cannot be set up."""

    @property
    def book(self) -> Book:
        """The account at the opening, in this variant."""
        return self.lived.book

    @property
    def lived(self) -> LivedScene:
        """Its scene; ValueError for one that cannot be set up."""
        if self.scene is None:
            raise ValueError(self.variant.refusal)
        return self.scene

    @cached_property
    def falls(self) -> tuple[LivedFall, ...]:
        """Every liquidation on the whole path."""
        scene = self.lived
        names = market_names(scene.book)
        return tuple(
            LivedFall(scene.book.positions[event.position].id, names[event.position], event, time)
            for event, time in scene.happenings
            if event.kind is EventKind.LIQUIDATION and event.position is not None
        )

    @cached_property
    @exact
    def line(self) -> tuple[tuple[Decimal, Decimal], ...]:
        """(place, equity) at every corner of the path, and before and after what happens; straight in between."""
        return tuple(self._points())

    def _points(self) -> Iterator[tuple[Decimal, Decimal]]:
        scene = self.lived
        ledger, ahead = Ledger(scene.book), deque(scene.tape.events)
        for place, marks in corners(scene.path, (event.place for event in scene.tape.events)):
            yield place, equity_of(ledger, marks)
            if ahead and ahead[0].place == place:
                while ahead and ahead[0].place == place:
                    ledger.apply(ahead.popleft())
                yield place, equity_of(ledger, marks)

    @cached_property
    def _lowest(self) -> tuple[list[Decimal], list[Decimal]]:
        """The places of the line, and the lowest equity up to each."""
        return [place for place, _ in self.line], list(accumulate((equity for _, equity in self.line), min))

    @exact
    def standing(self, place: Decimal) -> Standing:
        """What it comes to at a place, with what happened there."""
        scene = self.lived
        place = scene.within(place)
        ledger = Ledger.after(scene.book, scene.tape.until(place))
        equity = equity_of(ledger, scene.path.marks(place))
        places, lowest = self._lowest
        before = lowest[max(0, bisect_right(places, place) - 1)]
        return Standing(
            equity=equity,
            lost=scene.book.wallet - ledger.wallet,
            lowest=min(before, equity),
            survivors=len(ledger.positions) - len(ledger.deaths),
            positions=len(ledger.positions),
            falls=tuple(fall for fall in self.falls if fall.place <= place),
        )

    @exact
    def triggers(self, position: str) -> tuple[tuple[Decimal, Decimal | None], ...]:
        """(place, liquidation price) of a position along the path, before and after all that happens.

        None where no price of its market liquidates it, or it is not open; KeyError for an unknown id.
        """
        scene = self.lived
        index = scene.book.index_of(position)
        ledger, ahead = Ledger(scene.book), deque(scene.tape.events)
        every = max(1, scene.path.count // scene.stride // LOOKS) * scene.stride
        happened = {event.place for event in ahead}
        found: list[tuple[Decimal, Decimal | None]] = []
        for place, marks in corners(scene.path, happened):
            if place % every and place not in happened:
                continue
            if place != 0 or place not in happened:
                found.append((place, _trigger(ledger, marks, index)))
            if place in happened:
                while ahead and ahead[0].place == place:
                    ledger.apply(ahead.popleft())
                found.append((place, _trigger(ledger, marks, index)))
        return tuple(found)


def _trigger(ledger: Ledger, marks: Marks, index: int) -> Decimal | None:
    if not ledger.is_open[index]:
        return None
    return liquidation_prices(Standings.at(ledger, marks)).get(index)


def corners(path: LivedPath, others: Iterator[Decimal] | set[Decimal]) -> Iterator[tuple[Decimal, Marks]]:
    """Every corner of a path and some other places of it, in order, with the marks there."""
    between = deque(sorted({place for place in others if place % 1}))
    for place, marks in _corners(path):
        while between and between[0] < place:
            at = between.popleft()
            yield at, path.marks(at)
        yield place, marks


def _corners(path: LivedPath) -> Iterator[tuple[Decimal, Marks]]:
    yield ZERO, path.marks(ZERO)
    if not isinstance(path, BarPath):
        yield from ((Decimal(n), path.marks(Decimal(n))) for n in range(1, path.count + 1))
        return
    for index in range(path.bars):
        first = index * LEGS + 1
        yield from ((Decimal(first + n), m) for n, m in enumerate(path.quotes.corners(path.spans[index].bar)))


def lives_of(book: Book, scenario: Scenario, as_it_is: LivedScene | None = None) -> tuple[Life, ...]:
    """The account as it is, all cross and all isolated on one path; what the user does there is done in each.

    Args:
        book: the account at the opening.
        scenario: its lived path.
        as_it_is: what happens to the account as it is, where that is known already.
    """
    lived: dict[int, LivedScene] = {}
    found = []
    for variant in in_both_modes(Scene(book, scenario.betas)):
        scene = variant.scene
        if scene is not None and id(scene) not in lived:
            known = as_it_is if variant.key == AS_IS else None
            lived[id(scene)] = known or lived_scene(scene.book, scenario)
        found.append(Life(variant, None if scene is None else lived[id(scene)]))
    return tuple(found)
