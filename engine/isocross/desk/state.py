"""The state of a desk, frozen: the moment that undo brings back, and the looks that it leaves alone.

A `StopAt` is a stop that the twin compares. A `Sight` is how the frontier is looked at: two markets, a window, a lens,
a point. An action is an `Edit`, which undo takes back, or a `Look`, which it does not.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from enum import StrEnum
from typing import ClassVar

from isocross.account.book import Position
from isocross.desk.listing import AS_HELD, Listing
from isocross.figures.frame import WARNING_DISTANCE
from isocross.money import ONE, ZERO, exact
from isocross.records import dataclass
from isocross.rehearsal.kinds import PathType, type_of
from isocross.studies.frontier.plane import HIGHEST, LOWEST, Point
from isocross.workspace.model import Workspace

_WIDE, _USUAL = -1, 0
_CLOSEST = 6
_USUAL_HIGH = ONE


class Lens(StrEnum):
    """What the colour of a cell says."""

    LEFT = "who is left"
    EQUITY = "equity left"
    FIRST = "who is liquidated first"


@dataclass(frozen=True, slots=True)
class StopAt:
    """A stop that is compared and not placed."""

    position: str
    """Id of what it would close."""
    level: Decimal


@dataclass(frozen=True, slots=True)
class Window:
    """The part of the plane that is looked at."""

    x_low: Decimal
    x_high: Decimal
    y_low: Decimal
    y_high: Decimal

    def holds(self, point: Point) -> bool:
        """Whether a point lies in it."""
        return self.x_low <= point[0] <= self.x_high and self.y_low <= point[1] <= self.y_high


@dataclass(frozen=True, slots=True)
class Sight:
    """Everything about the looking that a key can change."""

    x: str | None = None
    """None: the selected position's market, and the largest other one."""
    y: str | None = None
    point: Point | None = None
    """None: where the common move has brought the two markets."""
    lens: Lens = Lens.LEFT
    zoom: int = _USUAL
    """0 from −95 % to +100 %, −1 to +300 %; each step above halves the window about its centre."""
    centre: Point = (ZERO, ZERO)

    @property
    def window(self) -> Window:
        """What can be seen."""
        return Window(*self._reach(self.centre[0]), *self._reach(self.centre[1]))

    def _reach(self, centre: Decimal) -> tuple[Decimal, Decimal]:
        if self.zoom <= _USUAL:
            return LOWEST, HIGHEST if self.zoom == _WIDE else _USUAL_HIGH
        half = (_USUAL_HIGH - LOWEST) / 2 ** (self.zoom + 1)
        low = max(LOWEST, min(HIGHEST - 2 * half, centre - half))
        return low, low + 2 * half

    def at(self, point: Point) -> Sight:
        """With the point elsewhere, and a window that holds it."""
        x, y = (max(LOWEST, min(HIGHEST, move)) for move in point)
        moved = replace(self, point=(x, y))
        if moved.window.holds((x, y)):
            return moved
        return replace(moved, zoom=_WIDE) if self.zoom <= _USUAL else replace(moved, centre=(x, y))

    def zoomed(self, steps: int, point: Point) -> Sight:
        """Nearer (1) or farther (−1), about a point."""
        return replace(self, zoom=max(_WIDE, min(_CLOSEST, self.zoom + steps)), centre=point)

    def next_lens(self) -> Sight:
        """Through the next lens; after the last comes the first."""
        lenses = list(Lens)
        return replace(self, lens=lenses[(lenses.index(self.lens) + 1) % len(lenses)])


AS_USUAL = Sight()
"""As a desk opens."""


@exact
def stepped(move: Decimal, steps: int, step: Decimal) -> Decimal:
    """A move some steps on; from between two steps to the next one that way."""
    if not steps:
        return move
    at = (move / step).to_integral_value(ROUND_FLOOR if steps > 0 else ROUND_CEILING)
    return (at + steps) * step


STEPS = tuple(Decimal(step) for step in ("0.01", "0.02", "0.05", "0.1", "0.2", "0.3", "0.5"))
"""The sizes of one step of the shock."""
DESK = "desk"
"""The view a desk opens with."""
CARD = "lessons"
"""The view that shows the card of a lesson."""
LETTERS = "abcdef"
"""The choices of a lesson's question, from the first."""


@dataclass(frozen=True)
class Moment:
    """The account and where the shock stands: what undo and redo bring back."""

    workspace: Workspace
    shock: Decimal
    """The common move at the cursor, within reach; the workspace's own is the one it was opened with."""
    place: Decimal = ZERO
    """Where the cursor stands on a lived path."""

    @classmethod
    def opened(cls, workspace: Workspace) -> Moment:
        """Where a desk stands that just opened a workspace; on a walk at its end, else where the view was left."""
        place = type_of(workspace.scenario).entered(workspace.scenario, workspace.view.at)
        return cls(workspace, workspace.scenario.shock, place)

    @property
    def kind(self) -> PathType:
        """What is known of the kind of path."""
        return type_of(self.workspace.scenario)

    @property
    def cursor(self) -> Decimal:
        """Where the cursor stands: the common move of a what-if or a gap, the place of a lived path."""
        return self.kind.cursor(self.shock, self.place)

    def moved(self, cursor: Decimal) -> Moment:
        """The same with the cursor elsewhere."""
        shock, place = self.kind.moved(self.shock, self.place, cursor)
        return replace(self, shock=shock, place=place)

    @property
    def ahead(self) -> Decimal:
        """The shock that glides are looked at with: on a lived path none, and down from the cursor."""
        return self.kind.ahead(self.shock)


@dataclass(frozen=True)
class Message:
    """What was last said to the user."""

    text: str
    tone: str = ""
    """Empty, `good`, `warn` or `bad`."""
    number: int = 0
    """Counts up, so that the same words said again are news."""


@dataclass(frozen=True)
class State:
    """Everything a desk shows."""

    moment: Moment
    selected: str | None = None
    """Id of the selected position."""
    asset: str | None = None
    """Name of the selected asset; None: none was selected yet."""
    step: Decimal = STEPS[0]
    message: Message = Message("")
    previews: bool = False
    """Whether the flip of the selected position is previewed."""
    playing: bool = False
    view: str = DESK
    """Which of the views is looked at."""
    frontier: Sight = AS_USUAL
    """How the frontier is looked at."""
    listing: Listing = AS_HELD
    """How the positions are listed."""
    stop: StopAt | None = None
    """The stop that the twin has beside the account as it is."""
    theme: str | None = None
    path: str | None = None
    """Where the workspace was opened from or saved to."""
    saved: Workspace | None = None
    """The workspace as the file has it; None: it has none."""
    warning: Decimal = WARNING_DISTANCE
    """From how near a trigger on a position is at risk, as a share of the mark; the user's, not the workspace's."""
    caution: str = ""
    """What to bear in mind about the file, in a few words; empty: nothing."""
    live: str = ""
    """How old the figures of a live account are, in words; empty: it is not one."""

    @classmethod
    def opened(cls, workspace: Workspace, path: str | None = None, theme: str | None = None) -> State:
        """A desk with a workspace just opened."""
        first = workspace.positions[0].id if workspace.positions else None
        return cls(
            moment=Moment.opened(workspace),
            selected=workspace.view.selected or first,
            step=workspace.view.step or STEPS[0],
            theme=workspace.view.theme or theme,
            path=path,
            saved=workspace,
        )

    @property
    def workspace(self) -> Workspace:
        """The account, the scenario and the view as they were opened or last changed."""
        return self.moment.workspace

    @property
    def unsaved(self) -> bool:
        """Whether the account or the scenario differs from the file; where the cursor stands does not count."""
        if self.saved is None or self.workspace is self.saved:
            return self.saved is None
        return content(self.workspace) != content(self.saved)

    def position(self) -> Position | None:
        """The selected position."""
        return next((p for p in self.workspace.positions if p.id == self.selected), None)

    def document(self) -> Workspace:
        """The workspace to save: with the shock and the view as they are now."""
        at = self.moment.kind.kept(self.moment.place)
        view = replace(self.workspace.view, theme=self.theme, selected=self.selected, step=self.step, at=at)
        scenario = replace(self.workspace.scenario, shock=self.moment.shock)
        return replace(self.workspace, scenario=scenario, view=view)

    def saying(self, text: str, tone: str = "") -> State:
        """The same desk, saying something."""
        return replace(self, message=Message(text, tone, self.message.number + 1))

    def refusing(self, why: object) -> State:
        """The same desk, saying why it does not do something, as a sentence."""
        return self.saying(f"Refused: {str(why).rstrip('.')}.", "bad")

    def at(self, moment: Moment) -> State:
        """The same desk at another moment; a selection that is gone falls to the first position."""
        ids = [p.id for p in moment.workspace.positions]
        selected = self.selected if self.selected in ids else next(iter(ids), None)
        moment = replace(moment, shock=moment.workspace.within_reach(moment.shock))
        return replace(self, moment=moment, selected=selected, previews=False)


def restored(current: State, past: State) -> State:
    """What undo makes of the present: the past's moment, the present's everything else."""
    return replace(current.at(past.moment), playing=False)


def same_account(one: Workspace, other: Workspace) -> bool:
    """Whether two workspaces hold the same account, with the same done to it, at the same venue."""
    parts = ("venue", "account", "wallet", "assets", "positions", "orders", "markets", "fund", "currency")
    same = all(getattr(one, part) == getattr(other, part) for part in parts)
    return same and one.scenario.moves == other.scenario.moves


def content(workspace: Workspace) -> Workspace:
    """What of a workspace counts as changed or not: neither where the cursor stands nor what is looked at.

    A margin that is the initial one is the same whether it is written down or not.
    """
    positions = tuple(p if p.given_margin is None else p.with_margin(p.margin) for p in workspace.positions)
    scenario = replace(workspace.scenario, shock=Decimal(0))
    return replace(workspace, positions=positions, scenario=scenario, view=type(workspace.view)())


@dataclass(frozen=True)
class Edit:
    """An action that undo takes back by itself."""

    group: ClassVar[str | None] = None
    undoable: ClassVar[bool] = True


@dataclass(frozen=True)
class Look:
    """An action that changes only what is looked at."""

    group: ClassVar[str | None] = None
    undoable: ClassVar[bool] = False
