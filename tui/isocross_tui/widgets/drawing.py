"""The base of every drawn widget: shows one immutable value, and repaints only the cells that changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Generic, Self, TypeVar

from rich.segment import Segment
from rich.style import Style
from textual.css.styles import RenderStyles
from textual.dom import DOMNode
from textual.geometry import Region, Size
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
        self._components_used: frozenset[str] = frozenset()
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
    def drawing_size(self) -> Size:
        """The cells there are to draw in."""
        return self.size

    @property
    def lines(self) -> Sequence[Line]:
        """The drawing, from its first line to its last, also those scrolled out of sight."""
        memo = (self._value, self.drawing_size, self.glyphs)
        if memo != self._drawn_from:
            self._lines = self._drawn(memo[1], memo[2])
            self._drawn_from = memo
        return self._lines

    def show(self, value: Value) -> None:
        """Show a value; one that equals the last changes nothing and costs nothing."""
        if value == self._value:
            return
        if not self.is_mounted or not self.drawing_size:
            self._value = value
            self.paints += 1
            self.refresh()
            return
        before = self._in_sight()
        self._value = value
        regions = changed_regions(before, self._in_sight())
        if regions:
            self.paints += 1
            self.refresh(*regions)

    def draw(self, value: Value, size: Size, glyphs: Glyphs) -> Sequence[Line]:
        """Return the lines that show a value; a pure function, and the one thing a subclass has to say."""
        raise NotImplementedError

    def line_at(self, y: int) -> int:
        """Return which line of the drawing is seen at a row of the widget."""
        return y

    def render_line(self, y: int) -> Strip:
        """Return one row of the widget."""
        lines, at = self.lines, self.line_at(y)
        line = lines[at] if at < len(lines) else ()
        segments = [Segment(span.text, self.tone_style(span.tone)) for span in line]
        return Strip(segments, width_of(line)).adjust_cell_length(self.size.width, self.tone_style(""))

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
        self._tone_styles.clear()
        super().notify_style_update()

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """Repaint some regions, or everything: then the styles are worked out anew, too."""
        if not regions:
            self._tone_styles.clear()
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def _in_sight(self) -> Sequence[Line]:
        lines = self.lines
        return [lines[at] for at in map(self.line_at, range(self.size.height)) if at < len(lines)]

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
