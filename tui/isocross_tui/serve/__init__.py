"""A room for visitors: the desk over SSH, behind an OpenSSH server, in a browser, or followed by a class.

Whoever comes gets the desk and nothing else. Each visit has a folder, a process and a line in the log of its own, and
limits on all it can take (`limits`); the gate of a visitor (`gate`) is the only way to a file. `ssh`, `session` and
`web` are three doors to the same visits. `presenter` tells `hub` the account, its `cursor` and the view, never pixels;
those of `following` show them and guess where a lesson asks.

In: workspaces to show, and who may come. Out: desks that end with their visits, and nothing kept of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from isocross.faces import handed_on

if TYPE_CHECKING:
    from isocross_tui.serve.gate import VisitorGate
    from isocross_tui.serve.limits import Limits
    from isocross_tui.serve.visits import Visits
else:
    __getattr__ = handed_on(__name__)

__all__ = [
    "Limits",
    "VisitorGate",
    "Visits",
]
