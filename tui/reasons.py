"""The pages of arithmetic: each pane has its own, and the glossary explains the terms."""

from __future__ import annotations

from engine import selectors
from engine.glossary import GLOSSARY, term_of_column
from engine.why.account import account_reasons, mark_reasons, payer_reasons
from engine.why.position import reasons
from tui.panes.position_columns import COLUMNS
from tui.reading import event_words, glossary_words, heading, why_words
from tui.screens.tell import Tell
from tui.showing import Showing
from tui.widgets.prose import Words, say


class Reading(Showing):
    """A desk that explains its figures."""

    @property
    def looks_at_events(self) -> bool:
        """Whether the cascade has the focus, so that rows are events."""
        return self._pane == "cascade"

    @property
    def _pane(self) -> str:
        """Where the focus is."""
        return "" if self.focused is None else self.focused.id or ""

    def do_why(self) -> None:
        """Show the arithmetic of what is looked at: a view, the account, the slider, the last event, a position."""
        page = self.view_now.why(self.state)
        if page is not None:
            self.push_screen(Tell(*page))
            return
        pages = {"pool": self._why_account, "shock": self._why_marks}
        frame = selectors.frame(self.state)
        if self._pane in pages:
            self.push_screen(Tell(*pages[self._pane]()))
        elif self.looks_at_events and frame.events:
            there = [event for event in frame.events if event.place == frame.events[-1].place]
            self.push_screen(Tell("Why: what happened last", event_words(frame, there)))
        else:
            self.push_screen(Tell(*self._why_position()))

    def do_glossary(self) -> None:
        """Show every term."""
        self.push_screen(Tell("Terms", glossary_words(GLOSSARY)))

    def _why_account(self) -> tuple[str, Words]:
        frame = selectors.frame(self.state)
        words = why_words(account_reasons(frame))
        row = selectors.selected_frame(self.state)
        if row is None:
            return "Why: the account", words
        name = selectors.names(self.state)[row.index]
        paid = why_words(payer_reasons(row, name, frame.book.amounts))
        return "Why: the account", (*words, *heading("Who pays"), *paid)

    def _why_marks(self) -> tuple[str, Words]:
        stops = [(stop.move, stop.events) for stop in selectors.told_stops(self.state)]
        words = why_words(mark_reasons(selectors.scene(self.state), stops))
        return "Why: the marks on the slider", words or (say("Nothing falls either way, so there is no mark."),)

    def _why_position(self) -> tuple[str, Words]:
        terms = [term for term in (term_of_column(column.key) for column in COLUMNS) if term is not None]
        columns = (*heading("The columns"), *glossary_words(terms))
        row = selectors.selected_frame(self.state)
        if row is None:
            return "Why", columns
        name = selectors.names(self.state)[row.index]
        return f"Why: {name}", (*why_words(reasons(selectors.frame(self.state), row)), *columns)
