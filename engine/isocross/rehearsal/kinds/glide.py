"""The kinds of path without memory: all marks go one straight way from the opening, or jump along it."""

from __future__ import annotations

from decimal import Decimal

from isocross.account.book import Book
from isocross.rehearsal.kinds.kind import Histories, PathType
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.rehearsal.scenario import PathKind, Scenario


class GlideType(PathType):
    """A straight way from the opening marks."""

    def rehearse(
        self,
        book: Book,
        scenario: Scenario,
        history_of: Histories | None = None,  # noqa: ARG002
    ) -> GlideRehearsal:
        """Let its marks glide, or jump."""
        return self.what_if(book, scenario)

    def what_if(self, book: Book, scenario: Scenario) -> GlideRehearsal:
        """The same."""
        return GlideRehearsal(book, scenario.betas, self.kind)

    def cursor(self, shock: Decimal, place: Decimal) -> Decimal:  # noqa: ARG002
        """Return the shock."""
        return shock

    def moved(self, shock: Decimal, place: Decimal, cursor: Decimal) -> tuple[Decimal, Decimal]:  # noqa: ARG002
        """Return the new shock, and the place as it is."""
        return cursor, place

    def ahead(self, shock: Decimal) -> Decimal:
        """Return the shock itself."""
        return shock

    def kept(self, place: Decimal) -> None:  # noqa: ARG002
        """Return None: the shock is kept."""
        return


class WhatIfType(GlideType):
    """A glide of one common move."""

    kind = PathKind.WHAT_IF
    words = "all marks move together, step by step"

    def called(self, scenario: Scenario) -> str:  # noqa: ARG002
        """Name it in a list of kinds."""
        return "glide"

    def title(self, scenario: Scenario) -> str:  # noqa: ARG002
        """Say what was chosen."""
        return "All marks glide"


class GapType(GlideType):
    """A jump of all marks at once."""

    kind = PathKind.GAP
    words = "all marks jump at once, past the prices between"

    def title(self, scenario: Scenario) -> str:  # noqa: ARG002
        """Say what was chosen."""
        return "All marks jump at once"

    @property
    def noun(self) -> str:
        """Name it in a list of changes."""
        return "a gap"
