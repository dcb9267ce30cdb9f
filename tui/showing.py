"""What the desk shows of itself: pictures, the history, the colours as they are edited."""

from __future__ import annotations

from itertools import pairwise

from engine.actions import Say
from engine.diary import step_words
from engine.state import Moment
from tui import capture
from tui.bridge import View
from tui.keymap import Keymap
from tui.recorder_opening import Opening
from tui.screens.choose import Choice, Choose
from tui.theme_watch import ThemeWatch
from tui.themes import DeskTheme, LoadedThemes, to_textual


class Showing(Opening):
    """A desk that can be looked at from outside."""

    themes: LoadedThemes
    keymap: Keymap
    plain: bool
    _theme_watch: ThemeWatch | None = None

    @property
    def view_now(self) -> View:
        """The view that is looked at."""
        views = self.screen_stack[0].query(View)
        return next(view for view in views if view.name_of_view == self.state.view)

    # --- colours -------------------------------------------------------------------------------

    def look_around(self) -> None:
        """Notice what happened to the files: the workspace's, and the theme's."""
        super().look_around()
        if self.plain:
            return
        if self._theme_watch is None:
            self._theme_watch = ThemeWatch(self.themes)
        news = self._theme_watch.news(self.theme)
        if isinstance(news, DeskTheme):
            self.register_theme(to_textual(news))
            self.refresh_css(animate=False)
        elif news is not None:
            self._say(news, "warn")

    # --- pictures ------------------------------------------------------------------------------

    def do_view_capture(self) -> None:
        """Write the screen to an SVG and a text file beside it, and say where."""
        # a message that stands over the keys is no part of the desk
        self.clear_notifications()
        self.make_frame()
        self.call_after_refresh(self._capture)

    def _capture(self) -> None:
        try:
            svg, text = capture.keep(self, self.state.workspace.name)
        except OSError as error:
            self._say(f"The picture could not be written: {error.strerror or error}.", "bad")
        else:
            self._say(f"Written: {svg.name} and {text.name} in {svg.parent}", "good")

    # --- history -------------------------------------------------------------------------------

    def do_history_list(self) -> None:
        """List every step with what was done, and go to the one that is chosen."""
        history = self.store.history
        moments = [state.moment for state in (*history.past, self.state, *history.future)]
        now = len(history.past)
        if len(moments) == 1:
            self.store.dispatch(Say("Nothing was done yet that could be undone."))
            return

        def done(key: str | None) -> None:
            for _ in range(now - int(key) if key is not None else 0):
                self.store.undo()
            for _ in range(int(key) - now if key is not None else 0):
                self.store.redo()

        self.push_screen(Choose("History", _steps(moments, now), str(now)), done)


def _steps(moments: list[Moment], now: int) -> list[Choice]:
    """A line for each moment; the one that the desk stands at says so, later ones can be done again."""
    words = ["as it was opened", *(step_words(*pair) for pair in pairwise(moments))]
    return [
        Choice(str(n), told, "you are here" if n == now else "undone" if n > now else "")
        for n, told in enumerate(words)
    ]
