"""What a user reads when the program itself fails: one sentence, and where the rest is written down."""

from __future__ import annotations

import sys
import traceback

from tui.sources import state_folder
from tui.styling import StyledApp

LOG = "crash.log"


class SteadyApp(StyledApp):
    """An app whose own faults end it with a sentence; its unsaved changes are in the journal by then."""

    def _print_error_renderables(self) -> None:
        """Write the trace to a file instead of the terminal; in a test leave it where it is seen."""
        error = self._exception
        if error is None or self.is_headless:
            super()._print_error_renderables()
            return
        self._exit_renderables.clear()
        print(said_of(error), file=sys.stderr)


def said_of(error: BaseException) -> str:
    """Keep the trace of an error in the state folder, and say in two sentences what happened and where it is."""
    what = f"isocross stopped over a fault of its own: {type(error).__name__}: {error}".rstrip(": ")
    path = state_folder() / LOG
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
    except OSError as problem:
        return f"{what}\nUnsaved changes are offered when it is opened again. {path} could not be written: {problem}"
    return f"{what}\nUnsaved changes are offered when it is opened again. The details are in {path}"
