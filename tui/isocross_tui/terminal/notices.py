"""Notices that pass by themselves, and never a moment ago."""

from __future__ import annotations

from textual.notifications import Notification

SOON_S = 0.1


class Notice(Notification):
    """What is told in a corner of the screen for some seconds.

    The toolkit looks whether one has expired, and sets a timer for the rest of its time a moment later. A timer for a
    time that is past by then counts backwards and never gives the desk its turn again.
    """

    @property
    def time_left(self) -> float:
        """Seconds until it goes; always some."""
        return max(SOON_S, super().time_left)

    @property
    def has_expired(self) -> bool:
        """Whether its time is over."""
        return super().time_left <= 0
