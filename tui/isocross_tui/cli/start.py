"""The first step of the program: what needs no command line is answered before one is loaded."""

from __future__ import annotations

import atexit
import gc
import sys

from isocross import __version__


def main() -> None:
    """Begin."""
    if sys.argv[1:] == ["--version"] and _printed(f"isocross, version {__version__}"):
        return
    # what is imported stays until the end, so garbage is looked for seldom; and at the end nothing is looked through
    # that the end of the process frees anyway: each is a tenth of a command's time
    gc.set_threshold(100_000, 20, 20)
    atexit.register(gc.freeze)
    from isocross_tui.cli.main import main as command_line  # noqa: PLC0415 - the version does not wait for it

    command_line(prog_name="isocross")


def _printed(line: str) -> bool:
    """Print a line; False where the output takes none, which the command line knows how to say."""
    try:
        print(line, flush=True)
    except OSError:
        return False
    return sys.stdout is not None
