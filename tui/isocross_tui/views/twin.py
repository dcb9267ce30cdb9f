"""The twin: the same account in other modes side by side, and equity against the shock with a line for each."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive

from isocross.desk import selectors
from isocross.desk.actions.shock import ShockTo
from isocross.desk.actions.twin import CompareStop
from isocross.desk.selectors import Sight, lived, sight, standpoint, what_if
from isocross.desk.state import State
from isocross.format import percent
from isocross.paths.glide import DEEPEST_FALL, HIGHEST_RISE
from isocross.records import dataclass
from isocross.studies.stops import STOP
from isocross.studies.twin import AS_IS, IN_CURRENCY, OTHER_ORDER, Result, Variant
from isocross.words.twin import FELL, FIGURES, Figure, crossover_words, refusal_words
from isocross.words.why.twin import crossover_reasons, meanings
from isocross_tui.bridge import Handlers, Pane, View, desk_of, store_of
from isocross_tui.forms.stops import read_stop, stop_form
from isocross_tui.pages import why_words
from isocross_tui.panes.tones import ModesCurve
from isocross_tui.widgets.curve import Chart, Curve, Mark, Series
from isocross_tui.widgets.glyphs import glyphs_of
from isocross_tui.widgets.prose import Prose, Words, say
from isocross_tui.widgets.raster import between
from isocross_tui.widgets.sides import Entry, Head, SideFigures, Sides
from isocross_tui.widgets.spans import Span

ROOMY_HEIGHT = 17
_ROWS_OF_WORDS = 2.8
"""Where room is short, longer words leave out what the figures say already; breaks cost a part of a row."""
_TONES = {
    AS_IS: "accent",
    "all-cross": "cross",
    "all-isolated": "isolated",
    IN_CURRENCY: "good",
    OTHER_ORDER: "warn",
    "flip": "flipped",
    STOP: "unused",
}
_PRIORITIES = {AS_IS: 7, STOP: 6, OTHER_ORDER: 5, IN_CURRENCY: 4, "all-isolated": 3, "flip": 2, "all-cross": 1}
_RISE_SHOWN = 1.0
"""How far up the chart goes until the shock goes further."""
_A_LITTLE = 0.2
"""How far it goes the other way."""


class TwinSides(Sides):
    """Columns with the tones of the modes."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "drawing--cross",
        "drawing--isolated",
        "drawing--flipped",
        "drawing--unused",
    }

    class Sized(Message):
        """Posted once it knows its size."""

    def _size_updated(self, size: Size, virtual_size: Size, container_size: Size, layout: bool = True) -> bool:
        """Say that there may be room for other columns; not of each layout does the toolkit send an event."""
        changed = super()._size_updated(size, virtual_size, container_size, layout)
        if changed:
            self.post_message(self.Sized())
        return changed


class TwinCurve(ModesCurve):
    """A chart with a line for each variant."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"drawing--flipped", "drawing--unused"}


@dataclass(frozen=True)
class SidesView:
    """What the upper pane shows."""

    title: str
    figures: SideFigures
    words: Words


class TwinPane(Pane[SidesView]):
    """The figures of every variant, and where isolated begins to leave more than cross."""

    HELP = "The same account in other modes under the same shock; • marks the best figure of a row."
    columns = reactive(0)
    """How wide it was when it was last seen: how much is told depends on it, and a hidden pane has no size."""

    def on_resize(self, event: events.Resize) -> None:  # noqa: ARG002 - the room inside the frame is asked for
        """Find out how wide it is."""
        self.columns = self.content_size.width

    def watch_columns(self) -> None:
        """Tell more or less."""
        self.watch_roomy()

    def has_room(self, size: Size) -> bool:
        """Whether there is room for a sentence on the selected position, too."""
        return size.height >= ROOMY_HEIGHT or size.width > 150

    def compose(self) -> ComposeResult:
        """The figures above their sentences."""
        yield TwinSides(id="twin-sides")
        yield Prose(id="twin-words")

    def slice_of(self, state: State) -> SidesView:
        """The variants that differ, side by side, and what is to be said of them."""
        seen = sight(state)
        here = standpoint(state)
        at = "now" if here else percent(state.moment.ahead, plus="+")
        corner = (Span("at ", "title"), Span(f"{at:<9}", "accent"))
        title = f"Twin · from {here}" if here else "Twin"
        return SidesView(title, _figures(seen, corner, glyphs_of(self.app).dead), self._words(state, seen))

    @on(TwinSides.Sized)
    def _tell_hidden(self) -> None:
        # a pane can hear of its size before it has its parts, and after they are gone
        for sides in self.query(Sides):
            legend = f"{glyphs_of(self.app).best} the best of its row"
            told = f"no room for the figures of {' and '.join(sides.hidden)}" if sides.hidden else legend
            self.entitle(str(self.border_title or ""), told)

    def _words(self, state: State, seen: Sight) -> Words:
        shock = state.moment.ahead
        words = crossover_words(seen.of_modes, shock)
        if not self.roomy and len(words) > _ROWS_OF_WORDS * self.columns:
            words = crossover_words(seen.of_modes, shock, brief=True)
        told = [say(words)]
        if self.roomy and seen.of_flip is not None and seen.flip_is_news:
            told += [say(""), say(crossover_words(seen.of_flip, shock), "muted")]
        said = {paragraph.spans[0].text for paragraph in told}
        refused = (refusal_words(side) for side in seen.sides)
        return (*told, *(say(words, "muted") for words in refused if words and words not in said))

    def show_slice(self, value: SidesView) -> None:
        """Give each part its value."""
        sides = self.query_one(Sides)
        sides.show(value.figures)
        self.border_title = value.title
        if sides.size.width:
            self._tell_hidden()
        else:
            self.call_after_refresh(self._tell_hidden)
        self.query_one(Prose).show(value.words)


class TwinChart(Pane[Chart]):
    """Equity against the shock, a line for each variant, with every liquidation on it."""

    HELP = "Equity against the common move; ✕ is a liquidation, ◆ where isolated begins to leave more than cross."

    def compose(self) -> ComposeResult:
        """Nothing but the chart."""
        yield TwinCurve(id="twin-curve")

    def slice_of(self, state: State) -> Chart:
        """The curves of the variants that differ, the cursor at the shock."""
        return _chart(state, sight(state), glyphs_of(self.app).dead, glyphs_of(self.app).diamond)

    def show_slice(self, value: Chart) -> None:
        """Draw it."""
        self.entitle("Equity against the shock")
        self.query_one(Curve).show(value)

    @on(Curve.Picked)
    def go(self, message: Curve.Picked) -> None:
        """A click on a what-if goes there; on a lived path it looks ahead of the cursor, which stays."""
        store = store_of(self)
        if lived(store.state) is None:
            store.dispatch(ShockTo(what_if(store.state).pointed(Decimal(message.x))))


class TwinView(View):
    """The variants above the chart."""

    name_of_view = "twin"
    focus_first = "#twin"

    def compose(self) -> ComposeResult:
        """Figures, then curves."""
        yield TwinPane(id="twin")
        yield TwinChart(id="twin-chart")

    @property
    def commands(self) -> Handlers:
        """With a stop, and without one again."""
        return {"twin.stop": self.ask_stop}

    def ask_stop(self) -> None:
        """Ask at which price the selected position would have a stop."""
        store = store_of(self)
        if selectors.position_now(store.state) is None:
            desk_of(self).say("The position is not open any more here; go back in time to compare a stop.", "warn")
            return

        def done(values: dict[str, str] | None) -> None:
            if values is not None:
                store.dispatch(CompareStop(read_stop(values, store.state)))

        form = stop_form(store.state)
        form.step = desk_of(self).step
        self.app.push_screen(form, done)

    def why(self, state: State) -> tuple[str, Words]:
        """The arithmetic of the crossovers, then what each figure means."""
        seen, shock = sight(state), state.moment.ahead
        pairs = [seen.of_modes] + ([seen.of_flip] if seen.of_flip is not None and seen.flip_is_news else [])
        reasons = [reason for pair in pairs for reason in crossover_reasons(pair, shock)]
        meant = meanings(seen.sides[0], seen.twin.rehearsal.book)
        head = say("Each figure, with the account as it is put in", "title")
        return "Why: the twin", (*why_words(reasons), say(""), head, *why_words(meant))


def _figures(seen: Sight, corner: tuple[Span, ...], dead: str) -> SideFigures:
    shown = [side for side in seen.sides if side.tally and not side.variant.same_as]
    rows = tuple((_label(figure, shown), _entries(figure, shown, dead)) for figure in FIGURES)
    return SideFigures(corner, tuple(_head(side, seen.sides) for side in shown), rows)


def _head(side: Result, sides: tuple[Result, ...]) -> Head:
    key = side.variant.key
    if key == STOP:
        title, level = _stop_title(side.variant)
        return Head(title, _TONES[key], level, _PRIORITIES[key])
    same = [other.variant.title for other in sides if other.variant.same_as == key]
    return Head(side.variant.title, _TONES[key], f"= {' = '.join(same)}" if same else "", _PRIORITIES[key])


def _stop_title(variant: Variant) -> tuple[str, str]:
    """Whose stop it is, and where, in few words."""
    name, _, level = variant.title.partition(" with a stop ")
    return f"{name} stop", level


def _label(figure: Figure, shown: list[Result]) -> str:
    return figure.title if _told(figure, shown) else ""


def _told(figure: Figure, shown: list[Result]) -> bool:
    """What the fund paid is nothing to read where it paid nothing; its row stays, so that nothing moves."""
    return figure.key != "fund_paid" or any(side.tally and side.tally.fund_paid for side in shown)


def _entries(figure: Figure, shown: list[Result], dead: str) -> tuple[Entry, ...]:
    tallies = [side.tally for side in shown if side.tally is not None]
    if not _told(figure, shown):
        return tuple(Entry("") for _ in tallies)
    best = figure.best_of(tallies)
    entries = []
    for tally in tallies:
        fell = figure.key == "first_fall" and tally.first_fall is not None and tally.first_fall.happened
        written = figure.write(tally).replace(FELL, dead)
        entries.append(Entry(written, "bad" if fell else "", best is not None and figure.value(tally) == best))
    return tuple(entries)


def _chart(state: State, seen: Sight, dead: str, diamond: str) -> Chart:
    low, high = _reach(float(state.moment.ahead))
    shown = [side.variant for side in seen.sides if side.tally and not side.variant.same_as]
    lines, marks = [], []
    # the account as it is comes last, so that it lies on top
    for variant in reversed(shown):
        curve = seen.twin.curve(variant)
        if curve is not None:
            tone = _TONES[variant.key]
            points = between([(float(x), float(y)) for x, y in curve.points], low, high)
            title = _stop_title(variant)[0] if variant.key == STOP else variant.title
            lines.append(Series(title, points, tone, dashed=variant.key != AS_IS))
            marks += [Mark(float(x), dead, tone, float(y)) for x, y in seen.twin.falls(variant)]
    found = seen.of_modes.crossing
    if found is not None:
        marks.append(Mark(float(found.move), diamond, "", float(found.other)))
    heights = [y for line in lines for _, y in line.points]
    bottom, top = min(0.0, *heights), max(heights)
    return Chart(
        series=tuple(lines),
        x_low=low,
        x_high=high,
        y_low=bottom,
        y_high=top if top > bottom else bottom + 1,
        cursor_x=float(state.moment.ahead),
        marks=tuple(marks),
        of_moves=True,
        x_labels=_labels(state.moment.ahead, None if found is None else found.move, (low, high)),
    )


def _reach(shock: float) -> tuple[float, float]:
    """From where to where the chart goes: all the way in the direction of the shock, and a little the other way."""
    if shock <= 0:
        return -float(DEEPEST_FALL), _A_LITTLE
    return -_A_LITTLE, _RISE_SHOWN if shock <= _RISE_SHOWN else float(HIGHEST_RISE)


def _labels(shock: Decimal, crossing: Decimal | None, ends: tuple[float, float]) -> tuple[Mark, ...]:
    """The cursor's move, that of the crossover, and the ends."""
    labels = [Mark(float(shock), percent(shock, plus="+"), "accent")]
    if crossing is not None:
        labels.append(Mark(float(crossing), percent(crossing, plus="+")))
    labels += [Mark(end, percent(Decimal(str(end)), 0, plus="+"), "muted") for end in ends]
    return (*labels, Mark(0.0, "0 %", "muted"))
