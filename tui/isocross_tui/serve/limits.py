"""What a visitor may take of the host: each limit with its default, and the sentence that is said at it."""

from __future__ import annotations

from typing import Final

from isocross.records import dataclass

KIB: Final = 1024
MIB: Final = 1024 * KIB


@dataclass(frozen=True)
class Limits:
    """How much one visit takes at most, and how many there are."""

    visits: int = 20
    """At the same time."""
    visits_of_address: int = 4
    """From one address at the same time."""
    connects: int = 10
    """From one address in `CONNECTS_S`."""
    login_s: float = 15
    """From the connection to the first screen."""
    idle_s: float = 600
    """Without a key."""
    lifetime_s: float = 3600
    memory: int = 256 * MIB
    """Bytes of data of the process."""
    cpu_s: int = 600
    """Of processor time for the whole visit."""
    solve_s: float = 2
    """For one step of the desk."""
    bytes_out: int = 64 * MIB
    """Painted in the whole visit."""
    window: tuple[int, int] = (300, 100)
    """Columns and rows that a line may have."""
    paste: int = 64 * KIB
    """Bytes between the marks of one paste."""
    files_kept: int = 8
    """In the folder of a visit."""
    size_kept: int = 4 * MIB
    """Of all files in the folder of a visit, and so of any that the process writes."""
    open_files: int = 64

    def clamped(self, columns: int, rows: int) -> tuple[int, int]:
        """The size of a window as far as a desk paints for a visitor; one that is not told has the usual one."""
        wide, high = (length if length > 0 else usual for length, usual in zip((columns, rows), USUAL, strict=True))
        return min(wide, self.window[0]), min(high, self.window[1])

    @property
    def pasted(self) -> str:
        """What is said at the end of a paste that is too long."""
        return f"This visit ended because a paste was longer than {self.paste // KIB} kB, the most a visit takes."


USUAL: Final = (80, 24)
"""Columns and rows of a terminal that says of none how many it has."""
CONNECTS_S: Final = 10.0
NOTICE_S: Final = 60.0
"""How long before its end a visit is told of it."""
NICE: Final = 5
GONE_S: Final = 1.5
"""After its line is gone, a process that has not ended by then is killed."""

FULL: Final = "The room is full; please come back later."
FULL_OF_ADDRESS: Final = "There are as many visits from your address as one may have; please end one first."
TOO_FAST: Final = "That were many connections in a short time; please wait ten seconds."
IDLE: Final = "This visit ended because no key was pressed for a while. Thank you for coming."
LIFETIME: Final = "This visit ended because its time is over. Thank you for coming."
BYTES_OUT: Final = "This visit ended because it has painted as much as one visit may. Thank you for coming."
STOPPED: Final = "This visit ended because the desk needed more memory or time than a visit has."
FAULT: Final = "This visit ended over a fault of the program's own; whoever runs it will find it in the log."
CLOSING: Final = "This visit ended because the room closes. Thank you for coming."
NOTHING_ELSE: Final = "There is only the desk here: connect with a terminal and without a command."
