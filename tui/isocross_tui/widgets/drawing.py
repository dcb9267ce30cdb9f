"""The base of every drawn widget: shows one immutable value, and repaints only the cells that changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, Generic, Self, TypeVar

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.css.styles import RenderStyles
from textual.dom import DOMNode
from textual.geometry import Region, Size
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from isocross_tui.widgets.glyphs import Glyphs, glyphs_of, in_ascii
from isocross_tui.widgets.spans import Line, changed_regions, width_of

Value = TypeVar("Value")

_Memo = tuple[object, Size, Glyphs]


class Drawing(Widget, Generic[Value]):
    """A widget whose whole content is a function of one value, its size and the glyphs of the app.

    A tone is the name of a component class without its prefix. A subclass may add its own tones by declaring
    more component classes; a tone nobody declared is drawn plain.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "drawing--muted",
        "drawing--good",
        "drawing--bad",
        "drawing--accent",
        "drawing--warn",
        "drawing--title",
        "drawing--struck",
        "drawing--cursor",
    }
    """
    | Class | Description |
    | :- | :- |
    | `drawing--muted` | What may be overlooked: rules, empty bars, axis labels. |
    | `drawing--good`, `drawing--bad` | A figure that is welcome, or not. |
    | `drawing--accent` | The one thing that matters now. |
    | `drawing--warn` | What needs care. |
    | `drawing--title` | Headings. |
    | `drawing--struck` | What has ended. |
    | `drawing--cursor` | Laid over the tone of what is selected. |
    """

    DEFAULT_CSS = """
    Drawing {
        width: 1fr;
        height: 1fr;
        & > .drawing--muted { color: $text-muted; }
        & > .drawing--good { color: $success; }
        & > .drawing--bad { color: $error; }
        & > .drawing--accent { color: $accent; text-style: bold; }
        & > .drawing--warn { color: $warning; }
        & > .drawing--title { color: $text-muted; }
        & > .drawing--struck { color: $foreground; text-style: strike dim; }
        & > .drawing--cursor { background: $foreground 10%; text-style: bold; }
        &:focus > .drawing--cursor { background: $foreground 18%; }
        &:ansi {
            & > .drawing--muted { color: ansi_default; text-style: dim; }
            & > .drawing--title { color: ansi_default; text-style: dim; }
            & > .drawing--struck { color: ansi_default; text-style: strike dim; }
            & > .drawing--cursor { background: ansi_default; text-style: bold; }
        }
        &:ansi:focus > .drawing--cursor { color: ansi_default; text-style: reverse; }
        &:nocolor {
            & > .drawing--muted { text-style: dim; }
            & > .drawing--bad { text-style: bold; }
            & > .drawing--warn { text-style: bold; }
            & > .drawing--title { text-style: dim; }
            & > .drawing--cursor { text-style: bold; }
        }
        &:nocolor:focus > .drawing--cursor { text-style: reverse; }
    }
    """

    paints: int
    """How many calls of `show` changed what is on the screen."""

    def __init__(
        self,
        value: Value | None = None,
        *,
        name: str | None = None,
        id: str | None = None,
        classes: str | None = None,
        disabled: bool = False,
    ) -> None:
        """Initialise the widget.

        Args:
            value: What to show first; nothing is drawn without it.
            name: The name of the widget.
            id: The ID of the widget in the DOM.
            classes: The CSS classes of the widget.
            disabled: Whether the widget is disabled or not.
        """
        self.paints = 0
        self._value = value
        self._lines: Sequence[Line] = ()
        self._drawn_from: _Memo | None = None
        self._in_ascii: tuple[Value, Value] | None = None
        self._tone_styles: dict[str, Style] = {}
        self._bare_on: tuple[bool, Color] | None = None
        self._components_used: frozenset[str] = frozenset()
        self._on_screen: Screen[Any] | None = None
        super().__init__(name=name, id=id, classes=classes, disabled=disabled)

    @property
    def value(self) -> Value | None:
        """What is shown."""
        return self._value

    @property
    def written(self) -> Value | None:
        """What is shown, in the characters there are to write with."""
        if self._value is None or not self.glyphs.plain_words:
            return self._value
        if self._in_ascii is None or self._in_ascii[0] is not self._value:
            self._in_ascii = (self._value, in_ascii(self._value))
        return self._in_ascii[1]

    @property
    def glyphs(self) -> Glyphs:
        """The characters to draw with."""
        return glyphs_of(self.app)

    @property
    def screen(self) -> Screen[Any]:
        """The screen it is on, looked for once: the toolkit climbs to it for each size that is asked for."""
        if self._on_screen is None:
            self._on_screen = super().screen
        return self._on_screen

    @property
    def drawing_size(self) -> Size:
        """The cells there are to draw in."""
        return self.size

    @property
    def lines(self) -> Sequence[Line]:
        """The drawing, from its first line to its last, also those scrolled out of sight."""
        return self._lines_in(self.drawing_size)

    def show(self, value: Value) -> None:
        """Show a value; one that equals the last changes nothing and costs nothing."""
        if value == self._value:
            return
        size = self.drawing_size if self.is_mounted else Size()
        if not size:
            self._value = value
            self.paints += 1
            self.refresh()
            return
        before = self._in_sight(size)
        self._value = value
        regions = changed_regions(before, self._in_sight(size))
        if regions:
            self.paints += 1
            self.refresh(*regions)

    def draw(self, value: Value, size: Size, glyphs: Glyphs) -> Sequence[Line]:
        """Return the lines that show a value; a pure function, and the one thing a subclass has to say."""
        raise NotImplementedError

    def lines_at(self, rows: range) -> Sequence[int]:
        """Return which lines of the drawing are seen at some rows of the widget."""
        return rows

    def render_line(self, y: int) -> Strip:
        """Return one row of the widget."""
        width = self.size.width
        return Strip(next(self._segments(range(y, y + 1), width)), width)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return some rows; where nothing is around or over them, without what the toolkit would do for that."""
        is_bare, background = self._look()
        if not is_bare:
            return super().render_lines(crop)
        width, filters, strips = self.size.width, self.get_line_filters(), []
        for segments in self._segments(range(crop.y, crop.bottom), width):
            for line_filter in filters:
                segments = line_filter.apply(segments, background)  # noqa: PLW2901 - one after the other
            strips.append(Strip(segments, width).crop(*crop.column_span))
        return strips

    def _segments(self, rows: range, width: int) -> Iterator[list[Segment]]:
        lines = self.lines
        for at in self.lines_at(rows):
            line = lines[at] if at < len(lines) else ()
            segments = [Segment(span.text, self.tone_style(span.tone)) for span in line]
            room = width - width_of(line)
            if room > 0:
                segments.append(Segment(" " * room, self.tone_style("")))
            yield segments if room >= 0 else Segment.adjust_line_length(segments, width)

    def _look(self) -> tuple[bool, Color]:
        """Return whether the rows are drawn as they are, and what lies beneath them."""
        if self._bare_on is None:
            styles = self.styles
            around = any(styles.gutter) or any(edge for edge, _ in styles.outline)
            over = styles.tint.a or styles.text_opacity != 1 or self.opacity != 1 or styles.has_rule("hatch")
            self._bare_on = not (around or over), self.background_colors[1]
        return self._bare_on

    def tone_style(self, tone: str) -> Style:
        """Return the style of a tone; of several in one string, each laid over the one before."""
        style = self._tone_styles.get(tone)
        if style is None:
            style = self.rich_style
            for name in tone.split():
                style += self._own_style(f"drawing--{name}")
            self._tone_styles[tone] = style
        return style

    def get_component_styles(self, *names: str) -> RenderStyles:
        """Return the styles of components, which follow the style sheet from the first time they are asked for."""
        for name in super()._get_component_classes().intersection(names) - self._component_styles.keys():
            component = DOMNode(classes=name)
            component._attach(self)
            self.app.stylesheet.apply(component)
            self._component_styles[name] = component.styles
            self._components_used |= {name}
        return super().get_component_styles(*names)

    def _get_component_classes(self) -> frozenset[str]:  # type: ignore[override]
        """Those that were asked for: most tones are never worn, and styling them all is most of a restyling."""
        return self._components_used

    def notify_style_update(self) -> None:
        """Forget the styles that were worked out from the old style sheet."""
        self._forget_styles()
        super().notify_style_update()

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """Repaint some regions, or everything: then the styles are worked out anew, too."""
        if not regions:
            self._forget_styles()
        elif repaint and self.is_mounted and not layout and not recompose:
            # what three messages for each widget come to
            self._set_dirty(*regions)
            if self.display and self.screen in self.screen._compositor:
                self.screen._dirty_widgets.add(self)
                self.screen.check_idle()
            return self
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def _forget_styles(self) -> None:
        self._tone_styles.clear()
        self._bare_on = None

    def _lines_in(self, size: Size) -> Sequence[Line]:
        memo = (self._value, size, self.glyphs)
        if memo != self._drawn_from:
            self._lines = self._drawn(size, memo[2])
            self._drawn_from = memo
        return self._lines

    def _in_sight(self, size: Size) -> Sequence[Line]:
        lines = self._lines_in(size)
        return [lines[at] for at in self.lines_at(range(size.height)) if at < len(lines)]

    def _drawn(self, size: Size, glyphs: Glyphs) -> Sequence[Line]:
        value = self.written
        return () if value is None or not size else self.draw(value, size, glyphs)

    def _own_style(self, component: str) -> Style:
        """Return what a component says itself, its colours blended with what lies beneath."""
        nothing = Style.null()
        says = self.get_component_rich_style(component, partial=True, default=nothing)
        comes_out = self.get_component_rich_style(component, default=nothing)
        colours = Style(
            color=comes_out.color if says.color else None,
            bgcolor=comes_out.bgcolor if says.bgcolor else None,
        )
        return colours + says.without_color
