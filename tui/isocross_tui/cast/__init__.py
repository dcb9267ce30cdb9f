"""A desk that is filmed: what a terminal would show of a lesson, an account or a replay, without any terminal.

`script` says what is done on the desk and how long each picture stands. `desk` is the real desk with a driver that
keeps what it would write, and a clock of its own: nothing depends on how fast the machine is, so the same script gives
the same bytes every time. `film` is what comes of it: pictures, each with its time, its bytes, its rows and what
happened there. `asciicast` writes a film for terminal players, `animation` as a picture that moves.

`card` draws one still picture of a move to share.

In: a lesson or a workspace, a size, colours. Out: a text to be put into a file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from isocross.faces import handed_on

if TYPE_CHECKING:
    from isocross_tui.cast.animation import animated
    from isocross_tui.cast.asciicast import VERSIONS, asciicast_of
    from isocross_tui.cast.desk import FilmedDesk, Script, Take, filmed
    from isocross_tui.cast.film import Film, Shot
    from isocross_tui.cast.script import of_lesson, of_workspace
else:
    __getattr__ = handed_on(__name__)

__all__ = [
    "VERSIONS",
    "Film",
    "FilmedDesk",
    "Script",
    "Shot",
    "Take",
    "animated",
    "asciicast_of",
    "filmed",
    "of_lesson",
    "of_workspace",
]
