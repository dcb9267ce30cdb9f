"""What belongs to the user: settings, themes, and where files are kept, each fault in one sentence and none fatal.

Settings, keys and flags make a `Face`: how a desk looks and listens. Themes are TOML files with checked colours; a
broken one is told and skipped. `files` knows where a workspace comes from, a path, a shipped name or the last one
open, and where recovery and recent files are remembered; `answers` opens what a venue gave.

In: files in the user's folders. Out: checked values, and what was wrong with the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from isocross.faces import handed_on

if TYPE_CHECKING:
    from isocross_tui.user.answers import judge_source
    from isocross_tui.user.files import (
        judge_target,
        open_source,
        recent,
        remember,
        state_folder,
        target,
        workspaces_in,
    )
    from isocross_tui.user.settings import Face, Settings, face_of_user, load_settings, settings_file, speaks_ascii
    from isocross_tui.user.themes import (
        Colours,
        DeskColours,
        DeskTheme,
        LoadedThemes,
        load_theme,
        load_themes,
        shipped_folder,
        theme_folders,
        to_textual,
    )
else:
    __getattr__ = handed_on(__name__)

__all__ = [
    "Colours",
    "DeskColours",
    "DeskTheme",
    "Face",
    "LoadedThemes",
    "Settings",
    "face_of_user",
    "judge_source",
    "judge_target",
    "load_settings",
    "load_theme",
    "load_themes",
    "open_source",
    "recent",
    "remember",
    "settings_file",
    "shipped_folder",
    "speaks_ascii",
    "state_folder",
    "target",
    "theme_folders",
    "to_textual",
    "workspaces_in",
]
