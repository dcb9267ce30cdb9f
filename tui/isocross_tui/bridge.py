"""The only link between the store and the widgets: subscribe on mount, release on unmount."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, Final, Generic, TypeVar, cast

from textual import events
from textual.containers import Container
from textual.geometry import Size
from textual.reactive import reactive
from textual.screen import Screen
from textual.widget import Widget

from isocross.desk.actions.shock import Say
from isocross.desk.state import State
from isocross.desk.store import Store
from isocross_tui.keymap import Keymap
from isocross_tui.player import Player
from isocross_tui.terminal.app import SteadyApp
from isocross_tui.user.settings import Face
from isocross_tui.user.themes import LoadedThemes
from isocross_tui.widgets.glyphs import Glyphs
from isocross_tui.widgets.prose import Words

if TYPE_CHECKING:
    from isocross.lessons import Asked, Run
    from isocross_tui.commands import Command

V = TypeVar("V")
Handlers = Mapping[str, Callable[[], None]]
"""What is called for commands that are more than one action, by their ids."""
AWAY: Final = object()
"""The slice of a widget whose view is not looked at: nothing is worked out for it."""


def fault_words(what: str, error: BaseException) -> str:
    """Say that something failed over a fault of the program, which whoever mends it has to know."""
    return f"{what}: this is a fault of the program ({type(error).__name__}: {error})."


class DeskApp(SteadyApp):
    """The desk as its parts see it: what they draw, and what they may ask of it."""

    store: Store[State]
    face: Face
    themes: LoadedThemes
    """The themes there are to choose from."""
    glyphs: Glyphs
    """The characters that are drawn with."""
    plain: bool
    """Whether it is drawn in the terminal's own colours only."""
    player: Player | None = None
    """What plays, or played last."""
    lesson: Run | None = None
    """The lesson that is under way."""
    asked: Asked | None = None
    """The card of a lesson that is shown, of one's own or of a presenter's."""
    presenting = False
    """Whether the large figures are shown."""
    offers_tour = False
    """Whether the footer offers the tour."""

    def action_command(self, command_id: str) -> None:
        """Do a command if it works now."""
        raise NotImplementedError

    def offers(self, command: Command) -> bool:
        """Whether a command does anything where the desk is."""
        raise NotImplementedError

    @property
    def state(self) -> State:
        """What the desk shows now."""
        return self.store.state

    @property
    def keymap(self) -> Keymap:
        """The commands with the keys that they have here."""
        return self.face.keymap

    @property
    def ground(self) -> Screen[object]:
        """The screen under all dialogs."""
        return self.screen_stack[0]

    @property
    def has_dialog(self) -> bool:
        """Whether something stands over the desk."""
        return len(self.screen_stack) > 1

    @property
    def views(self) -> dict[str, View]:
        """Those that were looked at until now, by their names."""
        return {view.name_of_view: view for view in self.ground.children if isinstance(view, View)}

    @property
    def view_now(self) -> View:
        """The view that is looked at."""
        return self.views[self.state.view]

    @property
    def pane_now(self) -> str:
        """Id of the pane that has the focus; empty: none has."""
        return "" if self.focused is None else self.focused.id or ""

    @property
    def pace(self) -> Decimal:
        """How many times as long a play takes."""
        return self.face.settings.pace if self.presenting else Decimal(1)

    @property
    def taken_keys(self) -> frozenset[str]:
        """Keys that lead a lesson on, and so do nothing else meanwhile."""
        return frozenset(("space", "enter")) if self.lesson is not None else frozenset()

    async def beside(self, work: Callable[[], V]) -> V:
        """Work something out beside the keys; where the desk was left meanwhile, whoever waits is cancelled."""
        found = await asyncio.to_thread(work)
        if not self.screen_stack:
            # a worker goes on for a moment after the last screen: nothing is there to show it on
            raise asyncio.CancelledError
        return found

    def step(self) -> AbstractContextManager[None]:
        """What is worked out between two keys; one that takes too long raises TooMuchWork."""
        return nullcontext()

    def say(self, text: str, tone: str = "") -> None:
        """Say something to the user."""
        self.store.dispatch(Say(text, tone))


def desk_of(widget: Widget) -> DeskApp:
    """Find the desk a widget is on."""
    desk = widget.app
    assert isinstance(desk, DeskApp)
    return desk


def store_of(widget: Widget) -> Store[State]:
    """Find the store of the desk a widget is on."""
    return desk_of(widget).store


class View(Container):
    """One way to look at the account; the others are out of sight and cost nothing."""

    name_of_view: ClassVar[str] = ""
    """As `State.view` has it."""
    focus_first: ClassVar[str] = ""
    """What has the focus when the view is gone to: a selector inside it; empty: the view itself."""

    def why(self, state: State) -> tuple[str, Words] | None:  # noqa: ARG002
        """Title and words of what `w` tells in this view; None: the arithmetic of the selected position."""
        return None

    @property
    def commands(self) -> Handlers:
        """What this view does for its own commands that are more than one action."""
        return {}

    @property
    def looks(self) -> dict[str, Any]:
        """What this view's own keys have changed beside the state, as JSON can tell it to those that follow."""
        return {}

    def look_as(self, looks: Mapping[str, Any]) -> None:
        """Be looked at as another desk's view is.

        Args:
            looks: what that one told of itself.
        """

    def call_composed(self, handler: Callable[[], None]) -> None:
        """Call what a command asks for: at once, or when a view that was gone to just now has its parts."""
        if self.is_mounted:
            handler()
        else:
            self.call_later(handler)

    def take_focus(self) -> None:
        """Put the focus where this view wants it."""
        (self.query_one(self.focus_first) if self.focus_first else self).focus()

    def select_row(self, step: int) -> bool:  # noqa: ARG002
        """Select this view's next row (1) or the one before (−1); False where its rows are the desk's positions."""
        return False

    def choose(self, letter: str) -> bool:  # noqa: ARG002
        """Mark what has a letter before a question; False where nothing has it."""
        return False


class Bound(Widget, Generic[V]):
    """A widget that draws one slice of the state, and only when that slice changed and its view is looked at."""

    shown: int = 0
    """How often `show` was called."""
    _release: Callable[[], None] | None = None
    _view: str | None = None

    def slice_of(self, state: State) -> V:
        """What of the state this widget draws: an immutable, comparable value."""
        raise NotImplementedError

    def show_slice(self, value: V) -> None:
        """Draw a slice."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """Draw what there is, and hear of every change from now on."""
        self._view = next((node.name_of_view for node in self.ancestors_with_self if isinstance(node, View)), None)
        self._listen()

    def on_unmount(self) -> None:
        """Hear of nothing any more."""
        if self._release is not None:
            self._release()

    def look_again(self) -> None:
        """Draw the present slice, for what depends on more than the state; changes are told against it from now on.

        One that is not there yet draws what there is when it comes.
        """
        if self.is_mounted:
            self._listen()

    def _listen(self) -> None:
        self.on_unmount()
        self._release = store_of(self).subscribe(self._slice_if_seen, self._hear, patient=True)

    def _slice_if_seen(self, state: State) -> object:
        # while the desk is left, parts of it are gone before others
        return self.slice_of(state) if self._view in (None, state.view) and self.is_attached else AWAY

    def _hear(self, value: object) -> None:
        if value is not AWAY:
            self.shown += 1
            self.show_slice(cast("V", value))


class Pane(Container, Bound[V], can_focus=True):
    """One of the four panes: a titled box with one sentence that could be read aloud."""

    HELP: ClassVar[str] = ""
    roomy = reactive(True)
    """Whether there is room for more than the most important figures."""

    def on_resize(self, event: events.Resize) -> None:
        """Find out how much room there is."""
        self.roomy = self.has_room(event.size)

    def entitle(self, title: str, keys: str = "") -> None:
        """Set the title, and the keys below; even equal ones would have the toolkit paint the whole pane again."""
        if self.border_title != title:
            self.border_title = title
        if (self.border_subtitle or "") != keys:
            self.border_subtitle = keys

    def has_room(self, size: Size) -> bool:  # noqa: ARG002
        """Whether a size is enough for everything."""
        return True

    def watch_roomy(self) -> None:
        """Draw with more or with less."""
        self.look_again()
