"""The paths and the shapes of a shock that can be chosen."""

from __future__ import annotations

from decimal import Decimal

from engine import selectors
from engine.edits import SetPath
from engine.market import base_of
from engine.state import State
from engine.workspace import PathKind
from tui.screens.choose import Choice

_ALTS = (Decimal("1.5"), Decimal(3))
"""How much further the other markets go than the first, in the shapes that are offered."""


def path_choices(state: State) -> list[tuple[Choice, SetPath]]:
    """A glide or a gap with the markets' parts as they are, then the parts with the path as it is."""
    scenario = state.workspace.scenario
    book = selectors.book(state)
    held = list(dict.fromkeys(p.market for p in book.positions))
    names = {symbol: base_of(symbol, book.currency) for symbol in held}
    choices = [
        (Choice("what-if", "glide", "all marks move together, step by step"), _path(PathKind.WHAT_IF, state)),
        (Choice("gap", "gap", "all marks jump at once, past every trigger between"), _path(PathKind.GAP, state)),
        (
            Choice("alike", "everything alike", "every market moves as far as the shock"),
            SetPath(scenario.path, {}, "Every market moves alike"),
        ),
    ]
    choices += _lived_choices(state)
    if len(held) > 1:
        for symbol in held:
            others = {other: Decimal(0) for other in held if other != symbol}
            title = f"only {names[symbol]} moves"
            choice = Choice(f"only-{symbol}", title, "the others stand still")
            choices.append((choice, SetPath(scenario.path, others, title.capitalize())))
        for times in _ALTS:
            further = dict.fromkeys(held[1:], times)
            title = f"the others {times:f} × {names[held[0]]}"
            choice = Choice(f"alts-{times:f}", title, "a fall that takes the smaller coins further")
            choices.append((choice, SetPath(scenario.path, further, title.capitalize())))
    return choices + (_shapes(scenario.path, held) if held else [])


def _shapes(kind: PathKind, held: list[str]) -> list[tuple[Choice, SetPath]]:
    """What past crashes did, as parts of the markets; a whole crash also puts the shock at bitcoin's own fall."""
    from engine.history.shapes import shape_choices  # noqa: PLC0415 - only this choice needs the prices

    return [
        (
            Choice(f"shape-{shape.id}", shape.title, shape.words),
            SetPath(kind, shape.betas, f"{shape.title}, {shape.words}. {shape.remark}".removesuffix("."), shape.shock),
        )
        for shape in shape_choices(held)
        if shape.betas or shape.shock is not None
    ]


def _lived_choices(state: State) -> list[tuple[Choice, SetPath]]:
    """The lived paths that the scenario has what it takes for; a walk always."""
    scenario = state.workspace.scenario
    told = [(PathKind.WALK, "walk", "leg by leg: what died stays dead, what is done is kept")]
    if scenario.low is not None and scenario.back is not None:
        told.append((PathKind.WICK, "wick", "down to the low of the file, and back"))
    if scenario.window is not None:
        told.append((PathKind.REPLAY, f"replay {scenario.window}", "the candles of a history"))
    return [(Choice(k.value, t, w), SetPath(k, scenario.betas, f"Lived: {t}")) for k, t, w in told]


def _path(kind: PathKind, state: State) -> SetPath:
    title = "All marks jump at once" if kind is PathKind.GAP else "All marks glide"
    return SetPath(kind, state.workspace.scenario.betas, title)
