"""The replay: a past crash bar by bar, the price above the equity, and what became of every mode side by side."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.geometry import Size

from isocross.desk.actions.shock import OPENING, Play, Say, ShockTo
from isocross.desk.selectors import rehearsal, replayed
from isocross.desk.state import State
from isocross.paths.bars import BarPath
from isocross.records import dataclass
from isocross_tui.bridge import Handlers, Pane, View, desk_of, store_of
from isocross_tui.player import USUAL, ReplayPlayer, other_speed
from isocross_tui.screens.choose import Choose
from isocross_tui.views.replay.board import OfferPane
from isocross_tui.views.replay.charts import (
    ZOOMS,
    ReplayCurve,
    aligned,
    drawn,
    equity_chart,
    markets_chart,
    price_chart,
    sight,
)
from isocross_tui.views.replay.start import (
    begin,
    choices_of,
    offered,
    read_stand_ins,
    read_time,
    stand_in_form,
    time_form,
)
from isocross_tui.views.replay.words import figures, held, legend, price_words, sentences
from isocross_tui.widgets.curve import Chart, Curve
from isocross_tui.widgets.prose import Prose, Words
from isocross_tui.widgets.sides import SideFigures, Sides

ROOMY_HEIGHT = 30


class ReplaySides(Sides):
    """Columns with the tones of the modes."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"drawing--cross", "drawing--isolated"}


class ReplayProse(Prose):
    """Words in the tones of the lines."""

    COMPONENT_CLASSES: ClassVar[set[str]] = ReplayCurve.COMPONENT_CLASSES | {"drawing--cross", "drawing--isolated"}


@dataclass(frozen=True)
class ReplaySlice:
    """What the pane shows."""

    title: str
    price_words: Words
    prices: Chart
    legend: Words
    equity: Chart
    figures: SideFigures
    words: Words


class ReplayPane(Pane[ReplaySlice | None]):
    """Charts on one level axis above the figures and the sentences."""

    HELP = "Above the price and its liquidation price, below the equity in every mode; ✕ is a liquidation."
    speed = USUAL
    """How fast it plays."""
    zoom = ZOOMS[0]
    """Into how many parts the path is cut, of which one is drawn."""
    markets = False
    """Whether every market is drawn, and not the selected one."""

    def has_room(self, size: Size) -> bool:
        """Whether there is room for whole sentences."""
        return size.height >= ROOMY_HEIGHT

    def compose(self) -> ComposeResult:
        """Prices, equity, figures, words."""
        yield ReplayProse(id="replay-price-words")
        yield ReplayCurve(id="replay-prices")
        yield ReplayProse(id="replay-legend")
        yield ReplayCurve(id="replay-equity")
        with Horizontal(id="replay-told"):
            yield ReplaySides(id="replay-sides")
            yield Prose(id="replay-words")

    def slice_of(self, state: State) -> ReplaySlice | None:
        """Everything at the cursor; None where there is no replay."""
        found, glyphs, place = drawn(state), desk_of(self).glyphs, state.moment.place
        position = state.position()
        if found is None or position is None:
            return None
        seen = sight(found, place, self.zoom)
        if self.markets:
            upper = markets_chart(found, held(state), place, seen)
        else:
            upper = price_chart(found, position, place, seen, glyphs)
        prices, equity = aligned(upper, equity_chart(found, place, seen, glyphs))
        return ReplaySlice(
            title=f"Replay · {state.workspace.scenario.window} · {found.path.title}",
            price_words=price_words(state, found, self.speed, markets=self.markets),
            prices=prices,
            legend=legend(state, glyphs),
            equity=equity,
            figures=figures(state, glyphs, roomy=self.roomy),
            words=sentences(state, brief=not self.roomy),
        )

    def show_slice(self, value: ReplaySlice | None) -> None:
        """Give each part its value."""
        self.display = value is not None
        if value is None:
            return
        self.entitle(value.title)
        self.query_one("#replay-price-words", Prose).show(value.price_words)
        self.query_one("#replay-prices", Curve).show(value.prices)
        self.query_one("#replay-legend", Prose).show(value.legend)
        self.query_one("#replay-equity", Curve).show(value.equity)
        self.query_one(Sides).show(value.figures)
        self.query_one("#replay-words", Prose).show(value.words)

    @on(Curve.Picked)
    def go(self, message: Curve.Picked) -> None:
        """A click on a chart goes to that time."""
        store = store_of(self)
        store.dispatch(ShockTo(rehearsal(store.state).pointed(Decimal(message.x))))


class ReplayView(View):
    """A replay, or the board of what can be replayed."""

    name_of_view = "replay"

    def compose(self) -> ComposeResult:
        """One of the two is seen."""
        yield ReplayPane(id="replay")
        yield OfferPane(id="replay-offer")

    def on_mount(self) -> None:
        """Follow the path: the focus goes where there is something."""
        self._release = store_of(self).subscribe(lambda state: drawn(state) is not None, lambda _: self._refocus())

    def on_unmount(self) -> None:
        """Hear of nothing any more."""
        self._release()

    def _refocus(self) -> None:
        if store_of(self).state.view == self.name_of_view:
            self.call_after_refresh(self.take_focus)

    def take_focus(self) -> None:
        """To the board while there is nothing to play."""
        wanted = "#replay-offer" if drawn(store_of(self).state) is None else "#replay"
        self.query_one(wanted).focus()

    @property
    def _pane(self) -> ReplayPane:
        return self.query_one(ReplayPane)

    @property
    def _board(self) -> OfferPane:
        return self.query_one(OfferPane)

    @property
    def _path(self) -> BarPath | None:
        """The candles; None where there is no replay."""
        living = replayed(store_of(self).state)
        return None if living is None else living.path

    # --- keys --------------------------------------------------------------------------------

    @property
    def commands(self) -> Handlers:
        """Playing, going to a time, and what is drawn."""
        return {
            "replay.play": self.play,
            "replay.faster": lambda: self._pace(1),
            "replay.slower": lambda: self._pace(-1),
            "replay.jump": self.ask_time,
            "replay.chart": self.change_chart,
            "replay.zoom": self.zoom_in,
            "replay.window": self.choose_crash,
            "replay.take": self.take,
        }

    @property
    def looks(self) -> dict[str, Any]:
        """What is drawn, and how fast it plays."""
        drawn_so = {"speed": self._pane.speed, "zoom": self._pane.zoom, "markets": self._pane.markets}
        return {**drawn_so, "crash": self._board.at}

    def look_as(self, looks: Mapping[str, Any]) -> None:
        """Draw as another does."""
        if self._board.at != looks["crash"]:
            self._board.mark(looks["crash"])
        if self.looks != looks:
            self._pane.speed, self._pane.zoom, self._pane.markets = looks["speed"], looks["zoom"], looks["markets"]
            self._pane.look_again()

    def play(self) -> None:
        """Play on from here, from the opening where it is over, or pause."""
        store, path = store_of(self), self._path
        if path is None:
            return
        if store.state.playing:
            store.dispatch(Play(False))
            return
        if store.state.moment.place >= path.end:
            store.dispatch(OPENING)
        desk_of(self).player = ReplayPlayer(path.end, speed=self._pane.speed)
        store.dispatch(Play(True))

    def _pace(self, steps: int) -> None:
        self._pane.speed = other_speed(self._pane.speed, steps)
        player = desk_of(self).player
        if isinstance(player, ReplayPlayer):
            player.speed = self._pane.speed
        self._pane.look_again()

    def change_chart(self) -> None:
        """Draw the selected market, or all of them."""
        self._pane.markets = not self._pane.markets
        self._pane.look_again()

    def zoom_in(self) -> None:
        """Look at a part of the path from nearer, and after the smallest at the whole."""
        self._pane.zoom = ZOOMS[(ZOOMS.index(self._pane.zoom) + 1) % len(ZOOMS)]
        self._pane.look_again()

    def ask_time(self) -> None:
        """Ask for a time, and go there."""
        store = store_of(self)
        path, place = self._path, store.state.moment.place
        if path is None:
            return

        def done(values: dict[str, str] | None) -> None:
            moment = read_time(values["time"], path.time(place)) if values else None
            if moment is not None:
                store.dispatch(ShockTo(path.place_of(moment)))

        self.app.push_screen(time_form(path, place), done)

    def choose_crash(self) -> None:
        """Choose a crash."""
        state = store_of(self).state
        now = state.workspace.scenario.window
        self.app.push_screen(Choose("Past crashes", choices_of(state), now), self._start)

    def select_row(self, step: int) -> bool:
        """Mark the crash below or above, while none is replayed."""
        if drawn(store_of(self).state) is not None:
            return False
        self._board.mark_by(step)
        return True

    def take(self) -> None:
        """Replay the marked crash."""
        marked = self._board.marked(self._board.rows())
        if marked is None or not (self._board.at or self._board.knows_the_worst):
            desk_of(self).say("The crashes are still being walked through.")
        elif marked.trouble:
            desk_of(self).say(f"It cannot be replayed: {marked.trouble}.", "warn")
        else:
            self._start(marked.offer.window.id)

    def _start(self, window: str | None) -> None:
        """Begin a crash; what stands in for missing markets is asked first."""
        store = store_of(self)
        offer = next((offer for offer in offered(store.state) if offer.window.id == window), None)
        if offer is None:
            return
        if not offer.stand_in:
            store.dispatch(begin(offer, {}))
            return

        def done(values: dict[str, str] | None) -> None:
            if values is None:
                store.dispatch(Say("No crash was started."))
            else:
                store.dispatch(begin(offer, read_stand_ins(offer, values)))

        self.app.push_screen(stand_in_form(offer), done)
