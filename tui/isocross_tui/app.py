"""The desk: wires the store, the panes and the commands together, and knows nothing of margin."""

from __future__ import annotations

import gc
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.geometry import Size

from isocross.desk.actions.listing import Filter
from isocross.desk.actions.shock import Play
from isocross.desk.state import CARD, DESK, LETTERS, State, restored
from isocross.desk.store import Store
from isocross.workspace import Faults
from isocross.workspace.load import Source
from isocross_tui.bridge import DeskApp, View, fault_words
from isocross_tui.commands import AT_A_QUESTION, BY_ID, PLAYS_ON, WHY_NOT, Command
from isocross_tui.controllers.account import Account
from isocross_tui.controllers.autopsy import Autopsies
from isocross_tui.controllers.controller import handlers_of
from isocross_tui.controllers.lessons import Lessons
from isocross_tui.controllers.live import Live
from isocross_tui.controllers.looks import Looks
from isocross_tui.controllers.opening import Opening
from isocross_tui.controllers.pages import Pages
from isocross_tui.controllers.price import Price
from isocross_tui.controllers.saving import CHECK_S, Saving
from isocross_tui.controllers.steps import Steps
from isocross_tui.controllers.tour import Tour
from isocross_tui.palette import DeskCommands, Palette
from isocross_tui.panes.bars import DeskTitle, KeyBar, Pressed
from isocross_tui.panes.stage import StagePane
from isocross_tui.panes.watch_line import SMALLEST, WatchLine
from isocross_tui.recorder.recorder import Recorders
from isocross_tui.terminal.app import plain_terminal
from isocross_tui.terminal.driver import end_on_hangup
from isocross_tui.user.gate import Gate
from isocross_tui.user.settings import Face
from isocross_tui.user.themes import VARIABLE_DEFAULTS, LoadedThemes, to_textual
from isocross_tui.views import view_named
from isocross_tui.views.desk import DeskView
from isocross_tui.widgets.glyphs import ASCII, UNICODE, AsciiFilter, Glyphs
from isocross_tui.widgets.prose import Prose, say
from isocross_tui.widgets.screened import ScreenedFilter

if TYPE_CHECKING:
    from isocross.live.following import Following

VIEWS_NEED = (80, 24)
"""Those that the other views need."""
BACK = "escape"
"""The key that puts away what stands over the desk, and leaves a view where the view has no other use for it."""
LEAVE = "ctrl+c"
"""The key that quits whatever keys a user has, unless it is another command's there."""


class Desk(DeskApp):
    """The four panes between the title and the keys, and the controllers that do what is asked."""

    CSS_PATH: ClassVar[str] = "desk.tcss"
    TITLE = "isocross"
    COMMANDS = {DeskCommands}  # noqa: RUF012 - the toolkit's own attribute
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_BINDING = "ctrl+p"
    AUTO_FOCUS = "#positions"
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - the toolkit's own attribute
        (0, "-too-narrow"),
        (SMALLEST[0], "-compact-wide"),
        (80, "-narrow"),
        (110, "-wide"),
        (160, "-huge"),
    ]
    VERTICAL_BREAKPOINTS = [  # noqa: RUF012 - the toolkit's own attribute
        (0, "-too-short"),
        (SMALLEST[1], "-compact-high"),
        (24, "-short"),
        (32, "-tall"),
        (48, "-towering"),
    ]
    STORE: ClassVar[type[Store[State]]] = Store
    """What holds the state."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "unfocus", "back", show=False),
        Binding("space,enter", "lesson_on", "next", show=False, priority=True),
    ]

    def __init__(
        self,
        source: Source,
        themes: LoadedThemes | None = None,
        *,
        colours: bool | None = None,
        recorders: Recorders | None = None,
        face: Face | None = None,
        first: str | None = None,
        gate: Gate | None = None,
        following: Following | None = None,
    ) -> None:
        """Make a desk.

        Args:
            source: the workspace to open and where it is from.
            themes: to choose from; those of the program and of the user when absent.
            colours: False draws in the terminal's own colours only; None asks the environment.
            recorders: where unsaved changes are kept from moment to moment; None keeps them nowhere.
            face: settings, keys and characters; those of the program when absent.
            first: id of a command that is done once the desk is there.
            gate: the way to files; a user's own when absent.
            following: the live account that the source is of; None: it is not one.
        """
        self._first = first
        self.gate = Gate() if gate is None else gate
        self.plain, self.face = plain_terminal() if colours is None else not colours, face or Face()
        self.offers_tour = self.face.offers_tour
        self.glyphs = _glyphs_of(self.face)
        super().__init__(ansi_color=self.plain)
        self._bind_keys()
        self.themes = self.gate.themes() if themes is None else themes
        self.store = self.STORE(
            replace(State.opened(source.workspace, source.path), warning=self.face.settings.warning),
            restore=restored,
            part=lambda state: state.moment,
            on_error=self._drawing_failed,
        )
        self.source = source
        self._take_controllers(recorders, following)

    def _take_controllers(self, recorders: Recorders | None, following: Following | None) -> None:
        """Make what does the commands."""
        self.price = Price(self)
        self.looks = Looks(self)
        self.tour = Tour(self)
        self.saving = Saving(self, recorders)
        self.live = Live(self, following)
        self.lessons = Lessons(self, self.saving)
        self.opening = Opening(self, self.saving, self.lessons)
        named = (self.live, self.price, self.looks, self.tour, self.saving, self.lessons, self.opening)
        self.handlers = handlers_of((Account(self), Steps(self), Pages(self), Autopsies(self), *named))

    def _bind_keys(self) -> None:
        """Take the keys of all commands, before what the toolkit has on them."""
        bindings = self._bindings.key_to_bindings
        for key in {LEAVE, *LETTERS, *(key for command in self.keymap.commands for key in command.keys)}:
            bindings[key] = [Binding(key, f"key('{key}')", show=False), *bindings.get(key, [])]

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Colours of the desk for a theme that has none of its own."""
        return VARIABLE_DEFAULTS

    def compose(self) -> ComposeResult:
        """Title, stage, panes and keys, and what a terminal shows that is too small for them."""
        yield DeskTitle(id="title")
        yield Prose(id="lesson-bar")
        yield StagePane(id="stage")
        yield DeskView(id="panes")
        yield Prose(id="too-small")
        yield Prose(id="tour")
        yield KeyBar(id="keys")
        yield WatchLine(id="watch-line")

    def on_load(self) -> None:
        """Register the themes, and take characters and colours before anything is styled."""
        self._filters.append(ScreenedFilter())
        if self.face.ascii:
            self._filters.append(AsciiFilter())
        for theme in self.themes.themes.values():
            self.register_theme(to_textual(theme))
        self.looks.paint(self.state.theme)

    def on_mount(self) -> None:
        """Listen to the store, and be ready for a hangup."""
        self.animation_level = "none"
        self.store.subscribe(lambda state: state, lambda _: self.paint_soon())
        self.store.subscribe(lambda state: state.theme, self.looks.paint)
        self.looks.listen()
        self.store.subscribe(lambda state: state.playing, self.price.run)
        self.store.subscribe(lambda state: state.view, self._go_to)
        for title, problem in self.looks.problems():
            self.notify(problem, title=title, severity="warning", markup=False)
        if self.has_terminal:
            end_on_hangup(self.exit, self.give_terminal_back)
            self.call_after_refresh(_keep_the_start)
        self.opening.begin(self.source)
        self.live.begin()
        self.look_around()
        self.set_interval(CHECK_S, self.look_around)
        if self._first is not None:
            self.call_after_refresh(self.action_command, self._first)

    def on_unmount(self) -> None:
        """Let go of what goes on beside the keys."""
        self.live.end()

    def look_around(self) -> None:
        """Notice what happened to the files: the workspace's, and the theme's."""
        self.saving.look_around()
        self.looks.look_around()

    def on_app_focus(self) -> None:
        """Look at the files: whoever comes back may have edited them meanwhile."""
        self.look_around()

    def on_paste(self, event: events.Paste) -> None:
        """Open a short code that is pasted on the desk."""
        if not self.has_dialog:
            self.opening.paste(event.text)

    def make_frame(self) -> None:
        """Draw what became of the state since the last frame, however many steps that took."""
        self.store.catch_up()
        if self.opening.awaits_frame:
            self.call_after_refresh(self.opening.frame_was_painted)

    def on_resize(self, event: events.Resize) -> None:
        """Keep the sentence for a small terminal true; the app's own size may still be the one before."""
        self._tell_small(event.size, self.state.view)

    def _tell_small(self, size: Size, view: str) -> None:
        """Say what the view needs that is looked at, and the way out; the desk itself shows its account in a line."""
        columns, rows = VIEWS_NEED
        words = f"This view needs {columns}×{rows}; this terminal is {size.width}×{size.height}."
        small = self.ground.query_one("#too-small", Prose)
        small.show((say(words), say("Make it larger, or go back to the desk with esc.", "muted")))
        self.ground.query_one(WatchLine).fit(size)
        self.ground.set_class(view != DESK, "-elsewhere")

    # --- commands ----------------------------------------------------------------------------

    @property
    def asks(self) -> bool:
        """Whether the question of a lesson is looked at, and its answer is not told yet."""
        return self.state.view == CARD and self.asked is not None and not self.asked.card.told

    def offers(self, command: Command) -> bool:
        """Whether a command does anything where the desk is."""
        return command.view in ("", self.state.view) and (not self.asks or command.id in AT_A_QUESTION)

    def action_key(self, key: str) -> None:
        """Do what a key means in the view that is looked at, wherever the focus still is."""
        command = self.keymap.command_of(key, self.state.view)
        if self.asks and self.view_now.choose(key):
            return
        if key == BACK:
            self.action_unfocus()
        elif command is not None:
            self.action_command(command.id)
        elif key == LEAVE:
            self.action_command("quit")

    def action_command(self, command_id: str) -> None:
        """Do a command if it works now."""
        command = BY_ID[command_id]
        if self.has_dialog:
            return
        if self.asks and command.id not in AT_A_QUESTION:
            self.clear_notifications()
            self.notify("That waits until the question is answered; esc leaves the lesson.", severity="warning")
            return
        if not command.works(self.state):
            self.notify(WHY_NOT.get(command.works, "There is no position for that."), severity="warning")
            return
        self.do(command)

    def do(self, command: Command) -> None:
        """Dispatch a command's action, or call its handler; nothing of another view, and nothing after the end."""
        if command.view not in ("", self.state.view) or self.return_code is not None:
            return
        # what was said of the step before would stand over what this one shows
        if self._notifications:
            self.clear_notifications()
        if self.state.playing and command.id not in PLAYS_ON:
            self.store.dispatch(Play(False))
        if command.action is not None:
            self.store.dispatch(command.action)
        elif command.view:
            self.view_now.call_composed(self.view_now.commands[command.id])
        else:
            self.handlers[command.id]()
        self.tour.hear(command.id)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Leave the desk's keys alone while something stands over it."""
        if action == "lesson_on":
            return self.lesson is not None and not self.has_dialog
        return not (action == "key" and self.has_dialog)

    def action_lesson_on(self) -> None:
        """Go on with the lesson."""
        self.clear_notifications()
        self.lessons.go_on()

    def action_command_palette(self) -> None:
        """Find any command by its words."""
        if not self.has_dialog:
            # without an id: the one before can still be on its way out
            self.push_screen(Palette())

    def action_unfocus(self) -> None:
        """Put the preview away, or leave the pane."""
        if self.tour.is_on:
            self.tour.leave()
        elif self.state.previews:
            self.do(BY_ID["position.preview"])
        elif self.lesson is not None:
            self.lessons.leave_early()
        elif self.state.view != DESK:
            own = self.keymap.command_of(BACK, self.state.view)
            self.do(own if own is not None and own.works(self.state) else BY_ID["view.desk"])
        elif self.state.listing.words:
            self.store.dispatch(Filter(""))
        else:
            self.screen.set_focus(None)

    @on(Pressed)
    def _press(self, message: Pressed) -> None:
        self.action_command(message.command)

    # --- what the store says -----------------------------------------------------------------

    def _go_to(self, name: str) -> None:
        """Bring a view to the front; one that was never looked at is made now."""
        self._tell_small(self.size, name)
        known = self.views
        for other in known.values():
            other.set_class(other.name_of_view != name, "-away")
        view = known.get(name) or view_named(name)
        if name not in known:
            self.ground.mount(view, before="#keys")
        view.call_composed(lambda: self._focus_on(view))

    def _focus_on(self, view: View) -> None:
        """Give a view the focus, unless another is looked at by now."""
        if view.name_of_view == self.state.view:
            view.take_focus()

    def _drawing_failed(self, error: BaseException) -> None:
        self.notify(fault_words("A part of the desk could not be drawn", error), severity="error", markup=False)


def _glyphs_of(face: Face) -> Glyphs:
    """The characters to draw with, the key among them that tells what has no room."""
    return replace(ASCII if face.ascii else UNICODE, rest_key=face.keymap.by_id["words"].first_key)


def _keep_the_start() -> None:
    """Have no garbage looked for in what a start has made: that stays, and is a tenth of a second.

    From here on it is looked for more often than at a start, so that no single look keeps a key waiting.
    """
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def run_live(following: Following, face: Face) -> int:
    """Open the desk on a live account that was read once already; the exit code when it ends.

    No journal is kept: what is on the desk is the venue's, and a what-if over it is saved by name.
    """
    if following.reading is None:
        raise ValueError("the account was not read yet")
    desk = Desk(Source(following.reading.imported.workspace), face=face, following=following)
    desk.run()
    return desk.return_code or 0


def run_desk(source: str | None, face: Face | None = None, first: str | None = None) -> int:
    """Open the desk on a file, a shipped workspace, or the last one; the exit code when it ends.

    Args:
        source: what to open; None: what was open last.
        face: settings, keys and characters; those of the program when absent.
        first: id of a command that is done at once.
    """
    gate = Gate()
    try:
        opened = gate.open(source)
    except Faults as faults:
        print(faults, file=sys.stderr)
        return 1
    face = Face() if face is None else face
    if source is None and gate.first_start():
        face = replace(face, offers_tour=True)
    desk = Desk(opened, recorders=gate.recorders(), face=face, first=first, gate=gate)
    try:
        desk.run()
    finally:
        # a clean quit has let go of it; whatever ended the desk otherwise, its changes stay where they are found again
        if desk.saving.recorder is not None:
            desk.saving.recorder.release()
    return desk.return_code or 0
