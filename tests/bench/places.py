"""Where things are: the checkout that is measured, and how its program and its rivals are started."""

from __future__ import annotations

import os
import sys
from pathlib import Path

BENCH = Path(__file__).resolve().parent
ROOT = BENCH.parent.parent

NOTHING = (sys.executable, "-c", "pass")
ISOCROSS = (sys.executable, "-c", "from isocross_tui.cli.start import main; main()")
"""What the installed script does, with the code of this checkout."""
ONE_LABEL = (sys.executable, str(BENCH / "one_label.py"))


def environment(folder: Path) -> dict[str, str]:
    """A terminal with all colours, no settings of the user, nothing that moves by itself, and compiled modules kept."""
    left_out = {"NO_COLOR", "COLUMNS", "LINES", "PYTHONDONTWRITEBYTECODE"}
    inherited = {name: value for name, value in os.environ.items() if name not in left_out}
    return inherited | {
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "TEXTUAL_ANIMATIONS": "none",
        "TEXTUAL_SMOOTH_SCROLL": "0",
        "PYTHONPATH": str(ROOT),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "XDG_STATE_HOME": str(folder / "state"),
    }
