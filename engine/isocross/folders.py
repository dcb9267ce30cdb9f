"""Where a user's own files are."""

from __future__ import annotations

import os
import sys
from pathlib import Path

NAME = "isocross"


def config_folder() -> Path:
    """Return the folder of a user's venues, tables, themes, keys and settings, which need not be there."""
    if sys.platform == "linux":
        # as platformdirs has it, which takes as long to load as all else that a report needs
        given = Path(os.environ.get("XDG_CONFIG_HOME", ""))
        return (given if given.is_absolute() else Path.home() / ".config") / NAME
    from platformdirs import user_config_path  # noqa: PLC0415 - other systems have no such short rule

    return user_config_path(NAME)
