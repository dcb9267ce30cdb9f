"""One visit, from its seat to how it ended: the desk of a visitor, or one that follows a presenter."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from isocross.workspace.load import Source
from isocross_tui.serve.desk import Clock, VisitorDesk
from isocross_tui.serve.ends import SAID, End
from isocross_tui.serve.following import FollowingDesk
from isocross_tui.serve.gate import VisitorGate
from isocross_tui.serve.seat import Seat
from isocross_tui.user.settings import Face, speaks_ascii


def visit(seat: Seat, environment: Mapping[str, str]) -> int:
    """Show the desk to a visitor until the visit ends; how it ended.

    Args:
        seat: what the visit is given; this process stands in its folder.
        environment: what the visitor's terminal is like.
    """
    gate = VisitorGate(Path(seat.folder), seat.limits)
    face = Face(ascii=speaks_ascii(environment), offers_tour=seat.opens is None)
    source, clock = gate.open(seat.opens), Clock(seat.limits)
    if seat.follows is None:
        desk = VisitorDesk(source, gate, face, clock)
    else:
        # what it shows is no file's
        desk = FollowingDesk(Source(source.workspace), gate, face, clock, seat.follows)
    desk.run()
    code = End.FAULT if desk.failed else desk.return_code or 0
    if code in SAID:
        print(SAID[code])
    return code
