"""How the desk looks: its colours, chosen or as their file is edited, what it says, and pictures of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field

from textual.notifications import SeverityLevel

from isocross.desk import selectors
from isocross.desk.actions.shock import SetTheme
from isocross.desk.state import Message, Moment, State
from isocross.desk.store import Change
from isocross.records import dataclass
from isocross.regular import reason
from isocross_tui.bridge import DeskApp, Handlers
from isocross_tui.controllers.controller import Controller
from isocross_tui.screens.choose import Choice, Choose
from isocross_tui.terminal import capture
from isocross_tui.user.themes import DeskTheme, LoadedThemes, load_theme, to_textual
from isocross_tui.widgets.glyphs import in_ascii

_Stamp = tuple[int, int, int]


@dataclass
class ThemeWatch:
    """Looks at the file of one theme, the one in use, whenever it is asked."""

    loaded: LoadedThemes
    _name: str = ""
    _seen: _Stamp | None = field(default=None)

    def news(self, name: str) -> DeskTheme | str | None:
        """The theme in its edited form, a sentence on why it is kept as it was, or None: nothing new.

        Args:
            name: the theme in use; the first look at it only notes how its file is.
        """
        stamp = self._stamp(name)
        first, unchanged = name != self._name, stamp == self._seen
        self._name, self._seen = name, stamp
        if first or unchanged or stamp is None:
            return None
        path = self.loaded.files[name]
        theme, problems = load_theme(path)
        if theme is None:
            return f"{path.name} was edited and the colours stay as they were: {problems[0]}."
        if theme.name != name:
            return f"{path.name} was edited and the colours stay as they were: its name is {theme.name!r} now."
        if theme == self.loaded.themes[name]:
            return None
        self.loaded.themes[name] = theme
        return theme

    def _stamp(self, name: str) -> _Stamp | None:
        try:
            status = self.loaded.files[name].stat()
        except (KeyError, OSError):
            return None
        return status.st_mtime_ns, status.st_size, status.st_ino


DEFAULT_THEME = "night"
_SEVERITY: dict[str, SeverityLevel] = {"bad": "error", "warn": "warning"}


class Looks(Controller):
    """The desk from outside."""

    def __init__(self, desk: DeskApp) -> None:
        """Look at the themes' files only when asked."""
        super().__init__(desk)
        self._watch = ThemeWatch(desk.themes)
        self._now: Moment | None = None
        self._before: Moment | None = None
        """From where the last step led, until it was told."""

    @property
    def commands(self) -> Handlers:
        """Colours and pictures."""
        return {"view.theme": self.choose_theme, "view.capture": self.capture}

    # --- colours -------------------------------------------------------------------------------

    def paint(self, theme: str | None) -> None:
        """Wear a theme, else that of the settings, else the program's own; a plain desk has the terminal's colours."""
        if self.desk.plain:
            self.desk.theme = "ansi-dark"
            return
        known = self.desk.available_themes
        wishes = (theme, self.desk.face.settings.theme, DEFAULT_THEME)
        self.desk.theme = next((wish for wish in wishes if wish in known), "textual-dark")

    def problems(self) -> Iterator[tuple[str, str]]:
        """Tell what is wrong in the user's own files: a title and a sentence each."""
        themes, face = self.desk.themes, self.desk.face
        yield from (("A theme was left out", problem) for problem in themes.problems)
        yield from (("Left as it was", problem) for problem in face.problems)
        wanted = face.settings.theme
        if wanted is not None and wanted not in themes.themes:
            known = ", ".join(themes.themes)
            yield "Left as it was", f"settings.toml: theme: no theme is called {wanted!r}; expected one of {known}."

    def choose_theme(self) -> None:
        """Choose the colours; each is shown while it is highlighted."""
        before = self.desk.theme
        choices = [Choice(name, theme.title, theme.description) for name, theme in self.desk.themes.themes.items()]

        def done(key: str | None) -> None:
            self.dispatch(SetTheme(key or before))

        if not choices:
            self.desk.say("No theme could be read.", "warn")
            return
        self.desk.push_screen(Choose("Theme", choices, before, lambda key: self.dispatch(SetTheme(key))), done)

    def look_around(self) -> None:
        """Notice when the file of the theme in use was edited."""
        if self.desk.plain:
            return
        news = self._watch.news(self.desk.theme)
        if isinstance(news, DeskTheme):
            self.desk.register_theme(to_textual(news))
            self.desk.refresh_css(animate=False)
        elif news is not None:
            self.desk.say(news, "warn")

    # --- what it says ----------------------------------------------------------------------------

    def listen(self) -> None:
        """Hear of what the desk says, and of the steps that it is said of."""
        self._now = self.state.moment
        self.desk.store.observe(self._note)
        self.desk.store.subscribe(lambda state: state.message, self.tell)

    def _note(self, change: Change, state: State) -> None:
        self._before = None if change is Change.BEGUN else self._now
        self._now = state.moment

    def tell(self, message: Message) -> None:
        """Show what the desk says, and what was done did to the account; what it said before goes."""
        self.desk.clear_notifications()
        effect = "" if self._before is None else selectors.effect(self._before, self.state)
        self._before = None
        told = f"{message.text}\n{effect}" if effect else message.text
        self.desk.notify(
            in_ascii(told) if self.desk.face.ascii else told,
            severity=_SEVERITY.get(message.tone, "information"),
            markup=False,
            timeout=8 if message.tone == "bad" else 4,
        )

    # --- pictures ------------------------------------------------------------------------------

    def capture(self) -> None:
        """Write the screen to an SVG and a text file beside it, and say where."""
        # a message that stands over the keys is no part of the desk
        self.desk.clear_notifications()
        self.desk.make_frame()
        self.desk.call_after_refresh(self._capture)

    def _capture(self) -> None:
        title = self.state.workspace.name
        try:
            self.desk.say(self.desk.gate.keep_pictures(title, capture.pictures_of(self.desk, title)), "good")
        except OSError as error:
            self.desk.say(f"The picture could not be written: {reason(error)}.", "bad")
