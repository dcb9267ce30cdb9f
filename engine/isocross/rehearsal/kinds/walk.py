"""The kinds of path that are legs of a common move: a walk of the user's own, and a wick."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import partial
from itertools import accumulate
from typing import TYPE_CHECKING

from isocross.account.book import Book
from isocross.account.mates import with_mates
from isocross.money import ONE, PLACE_GRID, ZERO, exact, place_at_or_after
from isocross.moves.move import Planned
from isocross.paths.shock import LARGEST_FRACTION, bounded_move
from isocross.paths.walk import Step, Walk, leg_at, ways_apart, wick
from isocross.rehearsal.kinds.kind import Histories, Key, LivedType, check_market
from isocross.rehearsal.scenario import PathKind, Scenario
from isocross.toml.faults import BadValue, shown
from isocross.toml.places import Path, Problem
from isocross.toml.write import inline_text, number

if TYPE_CHECKING:
    from isocross.rehearsal.lived import LivedRehearsal

SMALLEST_STEP = PLACE_GRID
"""A leg shorter than this is none."""
_STEP = "a share of the opening marks such as -0.05, { jump = -0.05 }, or { move = -0.05, USDE = -0.35 }"
_SHARE = {"type": "number", "minimum": -int(LARGEST_FRACTION), "maximum": int(LARGEST_FRACTION)}
_JUMP, _MOVE = "jump", "move"
_TABLE = {"type": "object", "additionalProperties": _SHARE}
common_move = partial(bounded_move, above=-ONE)
"""Read a share of the opening marks, not all of them."""


def walked(book: Book, scenario: Scenario, steps: tuple[Step, ...]) -> LivedRehearsal:
    """Walk legs of a common move with an account, and do the scenario's moves on the way."""
    # only what is lived pays for these imports
    from isocross.rehearsal.lived import LivedRehearsal  # noqa: PLC0415
    from isocross.rehearsal.run import live  # noqa: PLC0415

    opening = {symbol: market.mark for symbol, market in book.markets.items()}
    steps = tuple(replace(step, own=with_mates(book, step.own)) for step in steps)
    return LivedRehearsal(live(book, Walk(opening, book.betas_with(scenario.betas), steps), scenario.moves), scenario)


def standing_rehearsal(book: Book, scenario: Scenario, trouble: str) -> LivedRehearsal:
    """Rehearse an account whose path cannot be walked: it stays at the opening, and says why."""
    return replace(walked(book, replace(scenario, moves=()), ()), trouble=trouble)


@exact
def _read_legs(given: object, markets: Mapping[str, None], problems: list[Problem]) -> tuple[Step, ...]:
    path: Path = ("scenario", "legs")
    if not isinstance(given, list):
        problems.append(Problem(path, f"{shown(given)} is not a list", f"[{_STEP}]"))
        return ()
    steps: list[Step] = []
    move = ZERO
    for i, leg in enumerate(given):
        before = len(problems)
        step = _read_leg(leg, (*path, i), markets, problems)
        if len(problems) > before:
            continue
        move += step.move
        if move <= -ONE:
            problems.append(Problem((*path, i), f"the legs up to here add up to {shown(move)}", "more than -1"))
            break
        steps.append(step)
    return tuple(steps)


def _read_share(given: object, path: Path, problems: list[Problem]) -> Decimal:
    try:
        return bounded_move(given)
    except BadValue as error:
        problems.append(Problem(path, error.message, _STEP))
        return ZERO


def _read_leg(leg: object, path: Path, markets: Mapping[str, None], problems: list[Problem]) -> Step:
    """Read a leg; a table is one that happens at once, or on which markets go ways of their own."""
    if not isinstance(leg, dict):
        return Step(_read_share(leg, path, problems))
    if not leg or (_JUMP in leg and _MOVE in leg):
        problems.append(Problem(path, "a leg has either a `jump` or a `move`, or markets alone", _STEP))
    shares = {
        name: _read_share(given, path if name == _JUMP else (*path, name), problems) for name, given in leg.items()
    }
    move = shares.pop(_JUMP, ZERO) + shares.pop(_MOVE, ZERO)
    for symbol in shares:
        check_market(symbol, (*path, symbol), markets, problems)
    return Step(move, _JUMP in leg, shares)


def _write_legs(steps: tuple[Step, ...]) -> str:
    return f"[{', '.join(map(_write_leg, steps))}]"


def _write_leg(step: Step) -> str:
    if not step.is_jump and not step.own:
        return number(step.move)
    moved = {_JUMP if step.is_jump else _MOVE: step.move} if step.is_jump or step.move else {}
    return inline_text({name: number(share) for name, share in (moved | dict(step.own)).items()})


class WalkType(LivedType):
    """Legs of a common move, one after the other; each step of the price is one more."""

    kind = PathKind.WALK
    words = "leg by leg: a closed position stays closed, your moves are kept"
    grows = True
    keys = (
        Key(
            "legs",
            "a list of steps, each a share of the opening marks, { jump = a share }, or a share for each market",
            read=_read_legs,
            schema={"type": "array", "items": {"anyOf": [_SHARE, _TABLE]}},
            write=_write_legs,
        ),
    )

    def reached(self, scenario: Scenario) -> Iterator[tuple[Path, Decimal]]:
        """Yield the common move at the end of every leg."""
        for index, move in enumerate(accumulate(step.move for step in scenario.legs)):
            yield ("scenario", "legs", index), move

    def apart(self, scenario: Scenario) -> Iterator[tuple[Path, Mapping[str, Decimal]]]:
        """Yield how far the markets are at the end of every leg that go ways of their own on any."""
        for index, shares in enumerate(ways_apart(scenario.legs, scenario.betas)):
            yield ("scenario", "legs", index), shares

    def rehearse(self, book: Book, scenario: Scenario, history_of: Histories | None = None) -> LivedRehearsal:  # noqa: ARG002
        """Walk it with an account."""
        return walked(book, scenario, scenario.legs)

    def entered(self, scenario: Scenario, at: Decimal | None) -> Decimal:
        """Return its end, unless the view was left on the way."""
        end = Decimal(len(scenario.legs))
        return end if at is None or at > end else at

    @exact
    def cut(self, scenario: Scenario, place: Decimal) -> tuple[Scenario, Decimal]:
        """Drop what comes after a place, also the legs.

        The leg in which it lies ends there, and what the user did on the way is as far along it as before.
        """
        scenario, place = super().cut(scenario, place)
        if place >= len(scenario.legs):
            return scenario, place
        index = leg_at(place)
        share, step, legs = place - index, scenario.legs[index], scenario.legs[:index]
        if share == 1:
            return replace(scenario, legs=(*legs, step)), place
        part = step.part(share)
        if step.is_jump or max(map(abs, (part.move, *part.own.values()))) < SMALLEST_STEP:
            back = Decimal(index)
            kept = tuple(replace(move, at=min(move.at, back)) for move in scenario.moves)
            return replace(scenario, legs=legs, moves=kept), back
        kept = tuple(move if move.at <= index else _along(move, index, share) for move in scenario.moves)
        return replace(scenario, legs=(*legs, part), moves=kept), Decimal(index + 1)


def _along(planned: Planned, index: int, share: Decimal) -> Planned:
    return replace(planned, at=index + place_at_or_after(planned.at - index, share))


class WickType(LivedType):
    """Down to a low, and back."""

    kind = PathKind.WICK
    words = "down to the low of the file, and back"
    keys = (
        Key("low", "how far a wick goes, a common move above -1, such as -0.35", common_move),
        Key("back", "where a wick comes back to, a common move above -1, such as -0.05", common_move),
    )
    needs = ("low", "back")

    def reached(self, scenario: Scenario) -> Iterator[tuple[Path, Decimal]]:
        """Yield both ends, where they are given."""
        for key, move in (("low", scenario.low), ("back", scenario.back)):
            if move is not None:
                yield ("scenario", key), move

    def rehearse(self, book: Book, scenario: Scenario, history_of: Histories | None = None) -> LivedRehearsal:  # noqa: ARG002
        """Walk it with an account; a scenario without its ends stays at the opening."""
        low, back = scenario.low, scenario.back
        return walked(book, scenario, () if low is None or back is None else wick(low, back))
