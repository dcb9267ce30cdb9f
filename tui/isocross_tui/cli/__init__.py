"""The command line: one module for a few commands that belong together, each imported when its name is typed.

A command reads its options, asks the library, and prints: results on standard output, everything else on standard
error. An exit code of 0 means done, 1 that something is not as asked, 2 that the words were not understood. `main`
has the table of all commands; `common` reads the accounts, shocks and places that many of them take; `output` is the
last gate: no character is printed that a terminal would act on. Nothing here imports Textual until a desk is opened.

In: words. Out: text, JSON or CSV, and an exit code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from isocross.faces import handed_on

if TYPE_CHECKING:
    from isocross_tui.cli.common import (
        account_options,
        paper_of,
        print_json,
        read,
        refuse,
        rehearsal_of,
    )
    from isocross_tui.cli.output import OutputError, Screened, screened_output
else:
    __getattr__ = handed_on(__name__)

__all__ = [
    "OutputError",
    "Screened",
    "account_options",
    "paper_of",
    "print_json",
    "read",
    "refuse",
    "rehearsal_of",
    "screened_output",
]
