"""The pages to read: the arithmetic of each pane, the terms, the keys, and what past crashes did."""

from __future__ import annotations

from functools import partial
from itertools import chain, groupby

from textual.widget import Widget

from isocross import words as terms
from isocross.account.book import Book
from isocross.desk import selectors
from isocross.figures.frame import Frame
from isocross.words import why
from isocross.work import Work
from isocross_tui.bridge import Handlers, Pane
from isocross_tui.controllers.controller import Controller
from isocross_tui.pages import event_words, glossary_words, heading, help_words, why_words
from isocross_tui.panes.bars import TitleBar
from isocross_tui.panes.columns import COLUMNS
from isocross_tui.screens.form import worded
from isocross_tui.screens.tell import Tell, TellLater
from isocross_tui.widgets.prose import Paragraph, Prose, Words, say


class Pages(Controller):
    """What explains the figures, and how to go on."""

    @property
    def commands(self) -> Handlers:
        """A page each."""
        return {
            "why": self.show_why,
            "words": self.show_words,
            "glossary": self.show_glossary,
            "history.odds": self.show_odds,
            "help": self.show_help,
            "palette": self.desk.action_command_palette,
        }

    def show_why(self) -> None:
        """Show the arithmetic of what is looked at: a view, the account, the slider, the last event, a position."""
        self._tell(*self._why())

    def _why(self) -> tuple[str, Words]:
        page = self.desk.view_now.why(self.state)
        if page is not None:
            return page
        pages = {"pool": self._why_account, "shock": self._why_marks}
        pane, frame = self.desk.pane_now, selectors.frame(self.state)
        if pane in pages:
            return pages[pane]()
        if pane == "cascade" and frame.events:
            there = [event for event in frame.events if event.place == frame.events[-1].place]
            return "Why: what happened last", event_words(frame, there)
        return self._why_position()

    def show_words(self) -> None:
        """Show what all that is looked at tells, also the sentences for which it has no room."""
        words: list[Paragraph] = []
        proses = (prose for prose in self.desk.ground.query(Prose) if not isinstance(prose, TitleBar))
        for part, told in groupby(proses, key=_part_of):
            said = [paragraph for prose in told for paragraph in prose.value or ()]
            if part.region.area and said:
                words += [*heading(str(part.border_title or "")), *said]
        self._tell("All that is told here", tuple(words[1:]))

    def show_glossary(self) -> None:
        """Show every term."""
        self._tell("Terms", glossary_words(terms.GLOSSARY))

    def show_odds(self) -> None:
        """Count how often past crashes hit the account, and reached each liquidation price, from the present marks."""
        here = selectors.rehearsal(self.state).book_at(self.state.moment.cursor)
        self.desk.push_screen(TellLater("Past crashes", partial(_odds_words, here, selectors.frame(self.state))))

    def show_help(self) -> None:
        """Show every key."""
        self._tell("Keys", help_words(self.desk.keymap.commands, self.state.view, partial(worded, self.desk)))

    def _tell(self, title: str, words: Words) -> None:
        self.desk.push_screen(Tell(title, words))

    def _why_account(self) -> tuple[str, Words]:
        frame = selectors.frame(self.state)
        words = why_words(why.account_reasons(frame))
        row = selectors.selected_frame(self.state)
        if row is None:
            return "Why: the account", words
        name = selectors.names(self.state)[row.index]
        paid = why_words(why.payer_reasons(frame, row, name))
        return "Why: the account", (*words, *heading("Who pays"), *paid)

    def _why_marks(self) -> tuple[str, Words]:
        stops = [(stop.at, stop.events) for stop in selectors.told_stops(self.state)]
        words = why_words(why.mark_reasons(selectors.what_if(self.state), stops))
        return "Why: the marks on the slider", words or (say("Nothing is liquidated either way, so there is no mark."),)

    def _why_position(self) -> tuple[str, Words]:
        known = [term for term in (terms.term_of_column(column.key) for column in COLUMNS) if term is not None]
        columns = (*heading("The columns"), *glossary_words(known))
        row = selectors.selected_frame(self.state)
        if row is None:
            return "Why", columns
        name = selectors.names(self.state)[row.index]
        return f"Why: {name}", (*why_words(why.reasons(selectors.frame(self.state), row)), *columns)


def _odds_words(book: Book, frame: Frame, work: Work) -> Words:
    """How often past crashes hit an account, and reached each liquidation price."""
    from isocross.report.walked import walked_json  # noqa: PLC0415 - only this page needs the prices
    from isocross.studies.odds import account_odds  # noqa: PLC0415 - the same
    from isocross.studies.walked_odds import walked_odds  # noqa: PLC0415 - the same

    whole = say(walked_json(walked_odds(book, work=work))["text"])
    words = [(say(f"{name} alone", "accent"), say(text, "muted")) for name, text in account_odds(frame)]
    return (whole, say(""), *chain(*words))


def _part_of(prose: Prose) -> Widget:
    """The pane that a text is in, or the text itself."""
    return next((part for part in prose.ancestors if isinstance(part, Pane)), prose)
