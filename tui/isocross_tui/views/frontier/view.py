"""The frontier: two markets' moves as a map of what is left of the account, and the point on it explained."""

from __future__ import annotations

import asyncio
import sys
import time
from decimal import Decimal
from functools import partial

from textual import on
from textual.app import ComposeResult
from textual.worker import Worker, WorkerState

from isocross.account.book import Book
from isocross.desk import selectors
from isocross.desk.actions.frontier import Asked, PutPoint, asked, desk_point, pair, point, quick_cell, sight
from isocross.desk.state import Sight, State, Window
from isocross.money import ZERO
from isocross.records import dataclass
from isocross.studies.frontier.cell import opening_equity
from isocross.studies.frontier.plane import Plane, Point, axis
from isocross.words.frontier import cell_words
from isocross.work import Stopped, TooMuchWork, Work
from isocross_tui.bridge import Handlers, Pane, View, desk_of, fault_words, store_of
from isocross_tui.screens.choose import Choose
from isocross_tui.views.frontier.picture import Canvas, FrontierLegend, FrontierMap, field_of, share_of, way
from isocross_tui.views.frontier.words import (
    current_choice,
    legend_of,
    market_choices,
    point_why,
    still_words,
    words_of,
)
from isocross_tui.views.frontier.work import Grids, Wanted, add_variants, first_grids, settle_some, settling
from isocross_tui.widgets.heat import Cursor, Heat, HeatField, HeatMap, map_size
from isocross_tui.widgets.prose import Prose, Words, say

NAME = "frontier"
NOWHERE: Point = (ZERO, ZERO)
CELLS, POINT = "cells", "point"
"""The groups of what is worked out beside the keys."""
KEPT = 6
"""Of so many maps the cells are kept."""
SLICE_S, PAUSE_S, REPAINT_S = 0.01, 0.03, 0.3
"""How long cells are settled at a time, how long the desk is left alone between, and how often they are shown."""


@dataclass(frozen=True)
class Looked:
    """What the view shows."""

    book: Book
    sight: Sight
    pair: tuple[str, str | None] | None
    """None: there is no position."""
    point: Point
    desk: Point
    words: Words
    standpoint: str = ""
    """The place of a lived path from whose marks it looks; empty: from the opening."""
    still: str = ""
    """Which markets do not move."""
    waits: bool = False
    """Whether what happens at the point is still to be worked out."""


class FrontierPane(Pane[Looked]):
    """The map, its legend, and what happens at the point."""

    HELP = "Each cell is the end of a straight glide of two markets from the opening marks; no other market moves."
    DEFAULT_CSS = """
    FrontierPane { height: 1fr; }
    #frontier-map { height: 1fr; }
    #frontier-words { height: 4; }
    .-tall #frontier-words { height: 4; margin-top: 1; }
    .-towering #frontier-words { height: 4; margin-top: 1; }
    """

    _looked: Looked | None = None
    _wanted: Wanted | None = None
    generation = 0
    """How many maps were asked for; what is worked out for an older one is dropped."""
    grids: Grids | None = None
    """What the map is drawn from."""
    _far: tuple[Asked, str] | None = None
    """What happens at the last point that was worked out beside the keys."""
    _at_point = False
    """Whether a point is worked out there."""
    _at_cells = False
    """Whether open cells are settled beside the keys."""
    _field: tuple[object, HeatField] | None = None

    def __init__(self, id: str | None = None, classes: str | None = None) -> None:
        """Make a view without a map yet."""
        super().__init__(id=id, classes=classes)
        self._known: list[Grids] = []

    def compose(self) -> ComposeResult:
        """The map above its legend and the words."""
        yield FrontierMap(id="frontier-map")
        yield FrontierLegend(id="frontier-legend")
        yield Prose(id="frontier-words")

    # --- what is shown -------------------------------------------------------------------------

    def slice_of(self, state: State) -> Looked:
        """The point, its words, and what the map is of."""
        here = pair(state) if selectors.book_now(state).positions else None
        if here is None:
            nothing = (say("No positions. Press a to add one, or o to open a workspace.", "muted"),)
            return Looked(selectors.book_now(state), state.frontier, None, NOWHERE, NOWHERE, nothing)
        told = self._told(state)
        words, since = words_of(state, told or "Working out the way to this point…"), selectors.standpoint(state)
        book = selectors.book_now(state)
        here_is = point(state), desk_point(state)
        return Looked(book, sight(state), here, *here_is, words, since, still_words(state), not told)

    def show_slice(self, value: Looked) -> None:
        """Draw what is known at once; what is not yet is worked out beside the keys."""
        self._looked = value
        if self._is_going:
            return
        parts = (f"from {value.standpoint}" if value.standpoint else "", value.still)
        here = "".join(f" · {part}" for part in parts if part)
        self.entitle(f"Frontier · {value.sight.lens}{here}" if value.pair else f"Frontier{here}")
        self.query_one("#frontier-words", Prose).show(value.words)
        if value.waits and not self._at_point:
            self._at_point = True
            self.run_worker(self._find(), group=POINT, exit_on_error=False)
        self._want(value)
        self._paint()

    @on(HeatMap.Resized)
    def fit(self) -> None:
        """The map is worked out for its own size, which changes with that of the legend, too."""
        self.look_again()

    @property
    def _is_going(self) -> bool:
        """Whether its parts are gone already: what comes late is drawn nowhere."""
        return not self.query(FrontierMap)

    def _canvas(self) -> Canvas:
        state = store_of(self).state
        book = selectors.book_now(state)
        chart = self.query_one(FrontierMap)
        columns, rows = map_size(chart.size)
        plain = desk_of(self).plain
        return Canvas(columns, rows, plain, chart.glyphs, selectors.names(state), float(opening_equity(book)))

    def _paint(self) -> None:
        looked, grids = self._looked, self.grids
        if looked is None or looked.pair is None or grids is None or self._is_going:
            return
        canvas = self._canvas()
        if not canvas.columns or not canvas.rows:
            return
        if grids.wanted.plane != _plane(looked.pair, looked.sight.window, canvas):
            # worked out for another size: its cells would stand at other moves
            return
        key = (grids, looked.sight.lens, canvas, grids.open_cells())
        if self._field is None or self._field[0] != key:
            self._field = (key, field_of(grids, looked.sight.lens, canvas))
        window = _window_of(grids.wanted.plane, looked.sight.window)
        at = share_of(looked.point, window)
        trail: tuple[tuple[float, float], ...] = ()
        pins: tuple[tuple[float, float, str, str], ...] = ()
        if looked.pair[1] is None:
            at = at[0], 1 - 0.5 / (1 + len(grids.variants))
        else:
            trail = way(selectors.what_if_now(store_of(self).state).betas, looked.pair, window, canvas)
            pins = ((*share_of(looked.desk, window), "◇" if canvas.glyphs.braille else "o", "pin"),)
        self.query_one(FrontierMap).show(Heat(self._field[1], Cursor(*at), trail, pins))
        words = legend_of(grids, looked.sight.lens, canvas, self.content_size.width)
        self.query_one(FrontierLegend).show(words)

    @on(HeatMap.Picked)
    def pick(self, message: HeatMap.Picked) -> None:
        """A click puts the point there, to a tenth of a per cent."""
        looked, grids = self._looked, self.grids
        if looked is None or grids is None:
            return
        window = _window_of(grids.wanted.plane, looked.sight.window)
        x = float(window.x_low) + message.x * float(window.x_high - window.x_low)
        y = float(window.y_low) + message.y * float(window.y_high - window.y_low)
        up = looked.point[1] if grids.wanted.plane.y is None else Decimal(round(y * 1000)) / 1000
        store_of(self).dispatch(PutPoint((Decimal(round(x * 1000)) / 1000, up)))

    # --- working it out ------------------------------------------------------------------------

    def _want(self, looked: Looked) -> None:
        """Have the grids of what is looked at, from before or from a thread."""
        if self._is_going:
            return
        canvas = self._canvas()
        if looked.pair is None or not canvas.columns or not canvas.rows:
            return
        wanted = Wanted(looked.book, _plane(looked.pair, looked.sight.window, canvas))
        if wanted == self._wanted:
            self._go_on()
            return
        self._wanted = wanted
        self.generation += 1
        known = next((grids for grids in self._known if grids.wanted == wanted), None)
        if known is not None:
            self._arrive(known)
            return
        if self.grids is not None and self.grids.wanted.plane != wanted.plane:
            self.grids = None
        self.run_worker(self._solve(self.generation, wanted), group=NAME, exit_on_error=False)

    async def _solve(self, generation: int, wanted: Wanted) -> None:
        """Beside the keys: the account as it is, then both modes; what came too late is dropped."""
        grids = await desk_of(self).beside(partial(first_grids, wanted))
        if generation == self.generation:
            self._arrive(grids)
            grids = await desk_of(self).beside(partial(add_variants, grids))
        if generation == self.generation:
            self._arrive(grids)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Say so when a map could not be worked out."""
        error = event.worker.error if event.state is WorkerState.ERROR else None
        if isinstance(error, TooMuchWork):
            self.notify(str(error), severity="warning", markup=False)
        elif error is not None:
            self.notify(fault_words("The map could not be worked out", error), severity="error", markup=False)

    def _arrive(self, grids: Grids) -> None:
        self.grids = grids
        if grids.whole:
            self._known = [grids, *(other for other in self._known if other is not grids)][:KEPT]
            self._go_on()
        self._paint()

    def _told(self, state: State) -> str:
        """What happens at the point; empty: that is still to be worked out."""
        found = quick_cell(state)
        if found is not None:
            return cell_words(found)
        return self._far[1] if self._far is not None and self._far[0] == asked(state) else ""

    async def _find(self) -> None:
        """What happens at a point that takes long: beside the keys, the newest point only."""
        state = store_of(self).state
        question = asked(state)
        work = Work(stopped=lambda: not self._waits_for(question))
        try:
            found = await desk_of(self).beside(partial(question.answer, work))
            self._far = question, cell_words(found)
        except Stopped:
            pass
        except TooMuchWork as error:
            self._far = question, str(error)
        finally:
            self._at_point = False
        self.look_again()

    def _waits_for(self, question: Asked) -> bool:
        """Whether the point is still there, and looked at."""
        state = store_of(self).state
        return state.view == self._view and asked(state) == question

    # --- cells that only the exact engine can tell -----------------------------------------------

    def _go_on(self) -> None:
        """Have open cells settled beside the keys; a single one can take a while."""
        grids = self.grids
        if grids is not None and not self._at_cells and self._is_of(grids) and grids.open_cells():
            self._at_cells = True
            self.run_worker(self._settle(grids), group=CELLS, exit_on_error=False)

    def _is_of(self, grids: Grids) -> bool:
        """Whether these are whole, and what is looked at."""
        return grids.whole and grids is self.grids and store_of(self).state.view == self._view

    @property
    def is_settling(self) -> bool:
        """Whether a map is still worked out, or cells are open that the exact engine settles."""
        asked, grids = self._wanted, self.grids
        waits = asked is not None and (grids is None or grids.wanted != asked or not grids.whole)
        return waits or self._at_cells

    async def _settle(self, grids: Grids) -> None:
        """Settle the cells of a map for as long as it is looked at; what is done by then stays."""
        steps = settling(grids, Work(sys.maxsize, stopped=lambda: not self._is_of(grids)))
        painted_at, done = time.monotonic(), False
        try:
            while not done and self._is_of(grids):
                done = await desk_of(self).beside(partial(settle_some, steps, SLICE_S))
                if done or time.monotonic() - painted_at > REPAINT_S:
                    painted_at = time.monotonic()
                    self._paint()
                await asyncio.sleep(0 if done else PAUSE_S)
        except Stopped:
            pass
        finally:
            self._at_cells = False
        # another map may have come meanwhile
        self._go_on()


class FrontierView(View):
    """The frontier beside the desk."""

    name_of_view = NAME
    focus_first = "#frontier"

    def compose(self) -> ComposeResult:
        """One pane."""
        yield FrontierPane(id="frontier")

    def why(self, state: State) -> tuple[str, Words] | None:
        """The arithmetic of all that happens up to the point."""
        return ("Why: the way to this point", point_why(state)) if selectors.book_now(state).positions else None

    @property
    def commands(self) -> Handlers:
        """The choice of the markets."""
        return {"frontier.markets": self.choose_markets}

    def choose_markets(self) -> None:
        """Choose the two markets."""
        store = store_of(self)
        choices = market_choices(store.state)
        acts = {choice.key: act for choice, act in choices}

        def done(key: str | None) -> None:
            if key is not None:
                store.dispatch(acts[key])

        shown = Choose("Which two", [choice for choice, _ in choices], current_choice(store.state))
        self.app.push_screen(shown, done)


def _plane(markets: tuple[str, str | None], window: Window, canvas: Canvas) -> Plane:
    """As many cells as the map has points."""
    xs = axis(window.x_low, window.x_high, canvas.columns)
    if markets[1] is None:
        return Plane(markets[0], None, xs)
    return Plane(*markets, xs, axis(window.y_low, window.y_high, canvas.rows * canvas.halves))


def _window_of(plane: Plane, window: Window) -> Window:
    """The window a plane was made for."""
    low, high = (plane.ys[0], plane.ys[-1]) if plane.y is not None else (window.y_low, window.y_high)
    return Window(plane.xs[0], plane.xs[-1], low, high)
