"""The terminal itself: what is painted when, which bytes are keys, and how it is given back whatever happens.

A slow line must never be more than one frame behind a held key, so after each frame the terminal is asked whether it
has come that far (`app`), and one that does not answer is watched (`drain`). Styles are known before there is a
screen, so that a start styles everything once. `driver` reads keys, leaves when the terminal goes away, and restores
it even when the program no longer can; `capture` takes pictures of the screen.

In: bytes and signals. Out: events and frames. Nothing here knows what a position is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from isocross.faces import handed_on

if TYPE_CHECKING:
    from isocross_tui.terminal.app import PacedApp, SteadyApp, StyledApp, plain_terminal, said_of
    from isocross_tui.terminal.capture import pictures_of, rows_of, svg_of, text_of
    from isocross_tui.terminal.drain import Drain, TimedFile
    from isocross_tui.terminal.driver import UnixDriver, end_now, end_on_hangup, holds_escape_back
    from isocross_tui.terminal.keys import KeyReader
    from isocross_tui.terminal.line import TerminalLine
else:
    __getattr__ = handed_on(__name__)

__all__ = [
    "Drain",
    "KeyReader",
    "PacedApp",
    "SteadyApp",
    "StyledApp",
    "TerminalLine",
    "TimedFile",
    "UnixDriver",
    "end_now",
    "end_on_hangup",
    "holds_escape_back",
    "pictures_of",
    "plain_terminal",
    "rows_of",
    "said_of",
    "svg_of",
    "text_of",
]
