"""A frame that a program looks at: every figure of an account at one place, exact, and drawn in a notebook."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from isocross.cascade.events import Event
from isocross.errors import IsocrossError
from isocross.figures import frame as figures
from isocross.records import dataclass
from isocross.report.html import frame_html
from isocross.report.text import frame_text
from isocross.toml.places import listing, meant


class UnknownPositionError(IsocrossError, KeyError):
    """Say that an account has no position of that id, and which it has."""

    def __init__(self, id: object, known: list[str]) -> None:
        guess = meant(id, known) if isinstance(id, str) else ""
        expected = f"expected one of {listing(known, 30)}" if known else "the account has none"
        self.said = f"{id!r} is not a position of this account{guess} ({expected})"
        super().__init__(self.said)

    def __str__(self) -> str:
        """The sentence as it is; a KeyError would quote it."""
        return self.said


@dataclass(frozen=True, repr=False)
class RehearsalFrame:
    """Every figure of an account at one place of a rehearsal.

    `frame["btc"]` is a position by its id. A figure that does not exist is None, and never zero in its place.
    """

    title: str
    """The account and the place, as people read them."""
    frame: figures.Frame
    """The engine's own frame."""

    @property
    def account(self) -> figures.AccountFrame:
        """The figures of the account."""
        return self.frame.account

    @property
    def positions(self) -> tuple[figures.PositionFrame, ...]:
        """The figures of every position, in the order of the account."""
        return tuple(self.frame.positions)

    @property
    def marks(self) -> Mapping[str, Decimal]:
        """The mark price of every market."""
        return self.frame.marks

    @property
    def events(self) -> tuple[Event, ...]:
        """What has happened up to here."""
        return self.frame.events

    def __getitem__(self, id: str) -> figures.PositionFrame:
        """The figures of the position of this id; raises UnknownPositionError."""
        row = self.frame.of(id)
        if row is None:
            raise UnknownPositionError(id, [position.id for position in self.frame.held.values()])
        return row

    def __str__(self) -> str:
        """The frame as `isocross report` prints it."""
        return frame_text(self.title, self.frame)

    def __repr__(self) -> str:
        """One line on what it is of."""
        return f"<frame of {self.title}>"

    def _repr_html_(self) -> str:
        return frame_html(self.title, self.frame)
