"""The crashes an account can be replayed on, to choose from while none is."""

from __future__ import annotations

from rich.text import Text
from textual.app import ComposeResult
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from engine.replaying.offer import Offer
from engine.state import State
from tui.bridge import Pane, store_of
from tui.views.replay_charts import drawn
from tui.views.replay_start import offered, trouble
from tui.widgets.prose import Prose, say


class OfferPane(Pane[tuple[Offer, ...] | str | None]):
    """The crashes to choose from while none is replayed."""

    HELP = "Past crashes with the account's markets; enter starts one."
    _offers: tuple[Offer, ...] = ()

    def compose(self) -> ComposeResult:
        """Words above the list."""
        yield Prose(id="replay-offer-words")
        yield OptionList(id="replay-offers", compact=True)

    def slice_of(self, state: State) -> tuple[Offer, ...] | str | None:
        """What can be replayed, why the present one cannot; None while one is."""
        return None if drawn(state) is not None else trouble(state) or offered(state)

    def show_slice(self, value: tuple[Offer, ...] | str | None) -> None:
        """Fill the list anew where it is another."""
        self.display = value is not None
        if value is None:
            return
        self.entitle("Replay a past crash")
        state = store_of(self).state
        told = "The same crash is lived through as it is, all cross and all isolated at once. Choose one with enter:"
        self.query_one(Prose).show((say(f"There is nothing to replay: {value}." if isinstance(value, str) else told),))
        found = offered(state)
        if found == self._offers:
            return
        self._offers = found
        listed, width = self.query_one(OptionList), max(len(offer.title) for offer in found) + 2
        listed.clear_options()
        for offer in found:
            words = Text.assemble(offer.title.ljust(width), (offer.words, "dim"))
            listed.add_option(Option(words, id=offer.window.id))
        listed.highlighted = 0
