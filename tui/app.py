"""The desk: wires the store, the panes and the commands together, and knows nothing of margin."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterable
from dataclasses import replace
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.notifications import SeverityLevel
from textual.screen import Screen
from textual.timer import Timer

from engine.actions import Play
from engine.state import DESK, Message, State, restored
from engine.store import Store
from engine.workspace import Faults
from tui.bridge import View
from tui.commands import BY_ID, WHY_NOT, bindings_of
from tui.face import Face
from tui.hangup import end_on_hangup
from tui.learning import Learning
from tui.palette import DeskCommands
from tui.panes.bars import KeyBar
from tui.player import FRAME_S, Player
from tui.rebinding import rebind
from tui.recorder import Recorders
from tui.recorder_saving import CHECK_S
from tui.recorder_title import DeskTitle
from tui.sources import Source, open_source, state_folder
from tui.styling import plain_terminal
from tui.themes import VARIABLE_DEFAULTS, LoadedThemes, load_themes, theme_folders, to_textual
from tui.tour import first_start
from tui.views import view_named
from tui.views.desk import DeskView
from tui.widgets.glyphs import ASCII, UNICODE, Glyphs
from tui.widgets.plain import AsciiFilter, in_ascii
from tui.widgets.prose import Prose, say
from tui.widgets.screened import ScreenedFilter

SMALLEST = (80, 24)
"""Columns and rows that the desk needs."""
DEFAULT_THEME = "night"
_SEVERITY: dict[str, SeverityLevel] = {"bad": "error", "warn": "warning"}


BINDINGS: list[BindingType] = [
    *bindings_of(),
    Binding("escape", "unfocus", "back", show=False),
    Binding("space,enter", "lesson_on", "next", show=False, priority=True),
]


class Desk(Learning):
    """The four panes between the title and the keys."""

    CSS_PATH: ClassVar[str] = "desk.tcss"
    TITLE = "isocross"
    COMMANDS = {DeskCommands}  # noqa: RUF012 - the toolkit's own attribute
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_BINDING = "ctrl+p"
    AUTO_FOCUS = "#positions"
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - the toolkit's own attribute
        (0, "-too-narrow"),
        (SMALLEST[0], "-narrow"),
        (110, "-wide"),
        (160, "-huge"),
    ]
    VERTICAL_BREAKPOINTS = [  # noqa: RUF012 - the toolkit's own attribute
        (0, "-too-short"),
        (SMALLEST[1], "-short"),
        (32, "-tall"),
        (48, "-towering"),
    ]
    BINDINGS: ClassVar[list[BindingType]] = BINDINGS

    def __init__(
        self,
        source: Source,
        themes: LoadedThemes | None = None,
        *,
        colours: bool | None = None,
        recorders: Recorders | None = None,
        face: Face | None = None,
    ) -> None:
        """Make a desk.

        Args:
            source: the workspace to open and where it is from.
            themes: the themes to choose from; those of the program and of the user when absent.
            colours: False draws in the terminal's own colours only; None asks the environment.
            recorders: where unsaved changes are kept from moment to moment; None keeps them nowhere.
            face: settings, keys and characters; those of the program when absent.
        """
        self.plain = plain_terminal() if colours is None else not colours
        self.face = Face() if face is None else face
        self.keymap = self.face.keymap
        self.offers_tour = self.face.offers_tour
        self.glyphs: Glyphs = ASCII if self.face.ascii else UNICODE
        super().__init__(ansi_color=self.plain)
        rebind(self, self.keymap)
        self._filters.append(ScreenedFilter())
        if self.face.ascii:
            self._filters.append(AsciiFilter())
        self.themes = load_themes(theme_folders()) if themes is None else themes
        self.store: Store[State] = Store(
            replace(State.opened(source.workspace, source.path), warning=self.face.settings.warning),
            restore=restored,
            part=lambda state: state.moment,
            on_error=self._drawing_failed,
        )
        self.source = source
        self.recorders = recorders
        self.player: Player | None = None
        self._play_timer: Timer | None = None

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Colours of the desk for a theme that has none of its own."""
        return VARIABLE_DEFAULTS

    def compose(self) -> ComposeResult:
        """Title, panes and keys, and the sentence for a terminal that is too small."""
        yield DeskTitle(id="title")
        yield Prose(id="lesson-bar")
        yield DeskView(id="panes")
        yield Prose(id="tour")
        yield KeyBar(id="keys")
        yield Prose(id="too-small")

    def on_load(self) -> None:
        """Register the themes, and take the colours before anything is styled."""
        for theme in self.themes.themes.values():
            self.register_theme(to_textual(theme))
        self._paint(self.store.state.theme)

    def on_mount(self) -> None:
        """Listen to the store, and be ready for a hangup."""
        self.animation_level = "none"
        self.store.subscribe(lambda state: state, lambda _: self.paint_soon())
        self.store.subscribe(lambda state: state.theme, self._paint)
        self.store.subscribe(lambda state: state.message, self._tell)
        self.store.subscribe(lambda state: state.playing, self._play)
        self.store.subscribe(lambda state: state.view, self._go_to)
        for title, problem in self._problems():
            self.notify(problem, title=title, severity="warning", markup=False)
        if not self.is_headless:
            end_on_hangup(self.exit)
            self.call_after_refresh(_keep_the_start)
        self.begin(self.source)
        self.look_around()
        self.set_interval(CHECK_S, self.look_around)

    def make_frame(self) -> None:
        """Draw what became of the state since the last frame, however many steps that took."""
        self.store.catch_up()
        self.call_after_refresh(self.frame_was_painted)

    def on_resize(self, event: events.Resize) -> None:
        """Keep the sentence for a small terminal true; the app's own size may still be the one before."""
        width, height = event.size
        words = f"The desk needs {SMALLEST[0]}×{SMALLEST[1]}; this terminal is {width}×{height}."
        small = self.screen_stack[0].query_one("#too-small", Prose)
        small.show((say(words), say("Make it larger, or quit with q.", "muted")))

    # --- commands ----------------------------------------------------------------------------

    def action_command(self, command_id: str) -> None:
        """Do a command if it works now."""
        command = BY_ID[command_id]
        if len(self.screen_stack) > 1:
            return
        if not command.works(self.store.state):
            self.notify(WHY_NOT.get(command.works, "There is no position for that."), severity="warning")
            return
        self.do(command)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Leave the desk's keys alone while something stands over it."""
        if action == "lesson_on":
            return self.lesson is not None and len(self.screen_stack) == 1
        return not (action == "command" and len(self.screen_stack) > 1)

    def action_unfocus(self) -> None:
        """Put the preview away, or leave the pane."""
        if self.touring:
            self.leave_tour()
        elif self.store.state.proposal is not None:
            self.do(BY_ID["position.preview"])
        elif self.lesson is not None:
            self.leave_lesson(f"The lesson was left; {self._former_name} is as it was.")
        elif self.store.state.view != DESK:
            self.do(BY_ID["view.desk"])
        else:
            self.screen.set_focus(None)

    @on(KeyBar.Pressed)
    def _press(self, message: KeyBar.Pressed) -> None:
        self.action_command(message.command)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:  # noqa: ARG002
        """None of the toolkit's own: the palette has the desk's commands."""
        return ()

    def _problems(self) -> Iterable[tuple[str, str]]:
        """What is wrong in the user's own files."""
        yield from (("A theme was left out", problem) for problem in self.themes.problems)
        yield from (("Left as it was", problem) for problem in self.face.problems)
        wanted = self.face.settings.theme
        if wanted is not None and wanted not in self.themes.themes:
            known = ", ".join(self.themes.themes)
            yield "Left as it was", f"settings.toml: theme: no theme is called {wanted!r}; expected one of {known}."

    # --- what the store says -----------------------------------------------------------------

    def _paint(self, theme: str | None) -> None:
        if self.plain:
            self.theme = "ansi-dark"
            return
        wishes = (theme, self.face.settings.theme, DEFAULT_THEME)
        wanted = next(wish for wish in wishes if wish in self.available_themes or wish == DEFAULT_THEME)
        self.theme = wanted if wanted in self.available_themes else "textual-dark"

    def _tell(self, message: Message) -> None:
        self.clear_notifications()
        self.notify(
            in_ascii(message.text) if self.face.ascii else message.text,
            severity=_SEVERITY.get(message.tone, "information"),
            markup=False,
            timeout=8 if message.tone == "bad" else 4,
        )

    def _go_to(self, name: str) -> None:
        """Bring a view to the front; one that was never looked at is made now."""
        known = {view.name_of_view: view for view in self.screen_stack[0].query(View)}
        for other in known.values():
            other.set_class(other.name_of_view != name, "-away")
        if name in known:
            known[name].take_focus()
            return
        view = view_named(name)
        self.screen_stack[0].mount(view, before="#keys")
        self.call_after_refresh(view.take_focus)

    def _play(self, playing: bool) -> None:
        if self._play_timer is not None:
            self._play_timer.stop()
            self._play_timer = None
        if playing:
            self._play_timer = self.set_interval(FRAME_S, self.play_frame)

    def play_frame(self) -> None:
        """Show the next frame of what plays."""
        step = None if self.player is None else self.player.frame(self.store.state)
        if step is None:
            self.store.dispatch(Play(False))
        else:
            self.store.dispatch(step)

    def _drawing_failed(self, error: BaseException) -> None:
        self.notify(f"A part of the desk could not be drawn: {error!r}", severity="error", markup=False)


def _keep_the_start() -> None:
    """Have no garbage looked for in what a start has made: that stays, and is a tenth of a second."""
    gc.freeze()


def run_desk(source: str | None, face: Face | None = None) -> int:
    """Open the desk on a file, a shipped workspace, or the last one; the exit code when it ends."""
    try:
        opened = open_source(source)
    except Faults as faults:
        print(faults, file=sys.stderr)
        return 1
    face = Face() if face is None else face
    if source is None and first_start(state_folder()):
        face = replace(face, offers_tour=True)
    desk = Desk(opened, recorders=Recorders(state_folder() / "journals"), face=face)
    try:
        desk.run()
    finally:
        # a clean quit has let go of it; whatever ended the desk otherwise, its changes stay where they are found again
        if desk.recorder is not None:
            desk.recorder.release()
    return desk.return_code or 0
