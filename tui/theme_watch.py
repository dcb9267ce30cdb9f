"""Notices when the file of the theme in use is edited."""

from __future__ import annotations

from dataclasses import dataclass, field

from tui.themes import DeskTheme, LoadedThemes, load_theme

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
