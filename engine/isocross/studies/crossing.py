"""Where one variant of an account begins to leave more than another: an exact place on the grid of a glide."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import pairwise

from isocross.cascade.timeline import Timeline
from isocross.figures.running import Running
from isocross.money import PLACE_GRID, PLACE_PLACES, exact
from isocross.paths.glide import Glide
from isocross.records import dataclass
from isocross.studies.curves import corner_places

Test = Callable[[Decimal], bool]
"""What is asked of the lead of one variant over the other."""


@dataclass(frozen=True)
class Crossing:
    """The first place at which one variant leaves more than the other."""

    place: Decimal
    """On the place grid, the first at which it does."""
    move: Decimal
    """The same as a signed common move; of per-market shocks the fraction of the way."""
    marks: Mapping[str, Decimal]
    leads: Decimal
    """Equity there of the variant that leaves more from here on."""
    other: Decimal
    """Equity there of the other one."""
    spells: tuple[tuple[Decimal, Decimal | None], ...]
    """Every stretch on which it leaves more: the moves at which that begins and ends; None: with the glide."""


@exact
def crossing(one: Timeline[Glide], other: Timeline[Glide]) -> Crossing | None:
    """Where the first of two glides of one account begins to leave more equity than the second; None: nowhere."""
    return _crossing(_Race(one, other))


@exact
def crossing_unless_alike(one: Timeline[Glide], other: Timeline[Glide]) -> tuple[Crossing | None, bool]:
    """`crossing`, and whether the two are `never_apart`, from one look at both."""
    race = _Race(one, other)
    alike = race.level
    return None if alike else _crossing(race), alike


def _crossing(race: _Race) -> Crossing | None:
    place = race.first(lambda lead: lead > 0)
    if place is None:
        return None
    path, spells = race.glides[0].path, []
    begun: Decimal | None = place
    while begun is not None:
        over = race.first(lambda lead: lead <= 0, beyond=begun)
        spells.append((path.move(begun), None if over is None else path.move(over)))
        begun = None if over is None else race.first(lambda lead: lead > 0, beyond=over)
    return Crossing(place, path.move(place), path.marks(place), *race.equities(place), tuple(spells))


@exact
def never_apart(one: Timeline[Glide], other: Timeline[Glide]) -> bool:
    """Whether two glides of one account leave the same equity all the way."""
    return _Race(one, other).level


class _Race:
    """The lead of one variant's equity over another's, from corner to corner of both curves.

    Between two corners it only rises or only falls, so the corners say between which of them it turns.
    """

    def __init__(self, one: Timeline[Glide], other: Timeline[Glide]) -> None:
        self.glides = (one, other)
        places = sorted({place for glide in self.glides for place in corner_places(glide)})
        along = (_equities(glide, places) for glide in self.glides)
        self.leads = [
            (place, before - its_before, after - its_after)
            for (place, before, after), (_, its_before, its_after) in zip(*along, strict=True)
        ]
        """Each corner with the lead before and after what happens there."""

    @property
    def level(self) -> bool:
        """Whether nobody ever leads."""
        return all(before == 0 == after for _, before, after in self.leads)

    def equities(self, place: Decimal) -> tuple[Decimal, Decimal]:
        """Equity of both at a place, what happens there included."""
        one, other = (Running.after(glide, place).equity(glide.path.marks(place)) for glide in self.glides)
        return one, other

    def first(self, test: Test, beyond: Decimal = Decimal(-1)) -> Decimal | None:
        """The first grid place after `beyond` whose lead passes a test."""
        for (start, _, lead), (end, before, _) in pairwise(self.leads):
            if end <= beyond:
                continue
            if start > beyond and test(lead):
                return _on_the_grid(start, ROUND_CEILING)
            if test(before):
                place = self._turn(test, max(start, beyond), end)
                if place < end:
                    return place
        end, _, after = self.leads[-1]
        return end if end > beyond and test(after) else None

    def _turn(self, test: Test, start: Decimal, end: Decimal) -> Decimal:
        """The first grid place between two corners whose lead passes a test, by secants and halves of exact leads."""
        accounts = [Running.after(glide, start) for glide in self.glides]

        def lead(step: int) -> Decimal:
            place = Decimal(step).scaleb(-PLACE_PLACES)
            marks = self.glides[0].path.marks(place)
            one, other = (account.equity(marks) for account in accounts)
            return one - other

        low, high = (_step(start, ROUND_FLOOR), _step(end, ROUND_CEILING))
        while high - low > 1:
            for guess in (_secant(lead, low, high), (low + high) // 2):
                if low < guess < high:
                    low, high = (low, guess) if test(lead(guess)) else (guess, high)
        return Decimal(high).scaleb(-PLACE_PLACES)


def _secant(lead: Callable[[int], Decimal], low: int, high: int) -> int:
    """Where a straight line through both ends is zero: the step at or before it, never the lower end itself."""
    at_low, at_high = lead(low), lead(high)
    if at_low == at_high:
        return low + 1
    return max(low + 1, low + int(-at_low * (high - low) / (at_high - at_low)))


def _equities(glide: Timeline[Glide], places: list[Decimal]) -> Iterator[tuple[Decimal, Decimal, Decimal]]:
    """Each place with the equity before and after what happens there."""
    account, ahead = Running(glide.book), deque(glide.happened)
    for place in places:
        marks = glide.path.marks(place)
        before = account.equity(marks)
        while ahead and ahead[0].place <= place:
            account.apply(ahead.popleft())
        yield place, before, account.equity(marks)


def _step(place: Decimal, rounding: str) -> int:
    return int(_on_the_grid(place, rounding).scaleb(PLACE_PLACES))


def _on_the_grid(place: Decimal, rounding: str) -> Decimal:
    return place.quantize(PLACE_GRID, rounding=rounding)
