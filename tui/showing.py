"""How the desk looks: its colours, chosen or as their file is edited, and pictures of it."""

from __future__ import annotations

from engine.actions import SetTheme
from tui import capture
from tui.bridge import DeskApp, Handlers
from tui.controller import Controller
from tui.screens.choose import Choice, Choose
from tui.theme_watch import ThemeWatch
from tui.themes import DeskTheme, to_textual


class Looks(Controller):
    """The desk from outside."""

    def __init__(self, desk: DeskApp) -> None:
        """Look at the themes' files only when asked."""
        super().__init__(desk)
        self._watch = ThemeWatch(desk.themes)

    @property
    def commands(self) -> Handlers:
        """Colours and pictures."""
        return {"view.theme": self.choose_theme, "view.capture": self.capture}

    # --- colours -------------------------------------------------------------------------------

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

    # --- pictures ------------------------------------------------------------------------------

    def capture(self) -> None:
        """Write the screen to an SVG and a text file beside it, and say where."""
        # a message that stands over the keys is no part of the desk
        self.desk.clear_notifications()
        self.desk.make_frame()
        self.desk.call_after_refresh(self._capture)

    def _capture(self) -> None:
        try:
            svg, text = capture.keep(self.desk, self.state.workspace.name)
        except OSError as error:
            self.desk.say(f"The picture could not be written: {error.strerror or error}.", "bad")
        else:
            self.desk.say(f"Written: {svg.name} and {text.name} in {svg.parent}", "good")
