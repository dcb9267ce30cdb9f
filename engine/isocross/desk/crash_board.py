"""The crash board: what each past crash did to the account of a desk in every mode; one window of prices a crash.

Of each crash it has the mark price where that is shipped, else the futures', else spot, and before that a window with
as many of the account's markets as there is.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from isocross.account.book import market_names
from isocross.desk import selectors
from isocross.desk.actions.path import SetReplay
from isocross.desk.state import State
from isocross.format import percent
from isocross.history.windows import Kind
from isocross.money import ZERO, exact
from isocross.paths.bars import BarPath
from isocross.records import dataclass
from isocross.studies.odds import Reached
from isocross.studies.replays import Life, Offer, Standing, deepest, offers
from isocross.studies.walked_odds import hours_hit
from isocross.work import TooMuchWork

_RANKS = {Kind.MARK: 0, Kind.FUTURES: 1, Kind.SPOT: 2}


@dataclass(frozen=True)
class CrashRow:
    """One crash, and what became of the account in every mode."""

    offer: Offer
    lives: tuple[Life, ...] = ()
    """As it is, all cross, all isolated."""
    path: BarPath | None = None
    """The prices, scaled to the marks of the account; None: it cannot be replayed."""
    trouble: str = ""
    """Why it cannot be replayed; empty: it can."""

    @property
    def distinct(self) -> tuple[Life, ...]:
        """The lives that can be set up and equal no other."""
        return tuple(life for life in self.lives if life.rehearsal is not None and not life.variant.same_as)

    def end(self, life: Life) -> Standing:
        """What a life comes to at the end of the crash."""
        return life.standing(life.lived.path.end)

    @property
    def badness(self) -> tuple[bool, int, Decimal]:
        """By what crashes are ordered, the worst first: how many are liquidated as it is, then what is left."""
        if not self.distinct:
            return True, 0, ZERO
        life = self.distinct[0]
        return False, -self.end(life).liquidated, life.least_share


def crash_offers(state: State) -> tuple[Offer, ...]:
    """One window of each crash, the newest crash first."""
    found = offers(selectors.book(state), dict(state.workspace.scenario.stand_in))
    best: dict[str, Offer] = {}
    for offer in found:
        known = best.get(offer.window.crash)
        if known is None or _rank(offer) < _rank(known):
            best[offer.window.crash] = offer
    return tuple(best[crash] for crash in sorted(best, reverse=True))


def _rank(offer: Offer) -> tuple[int, int, int, int]:
    window = offer.window
    return len(offer.stand_in), _RANKS[window.kind], -int((window.end - window.start).total_seconds()), window.minutes


def crash_row(state: State, offer: Offer) -> CrashRow:
    """Walk the account through a crash in every mode, as a replay of it would."""
    try:
        after = SetReplay(offer.window.id, offer.stand_in, offer.title).apply(state)
        living, lives = selectors.replayed(after), selectors.lives(after)
        # worked out here, and not when it is drawn
        for life in CrashRow(offer, lives).distinct:
            life.standing(life.lived.path.end)
    except TooMuchWork as error:
        return CrashRow(offer, trouble=str(error))
    if living is None or not any(life.rehearsal is not None for life in lives):
        return CrashRow(offer, trouble=selectors.rehearsal(after).trouble or after.message.text)
    return CrashRow(offer, lives, living.path)


def worst_first(rows: Iterable[CrashRow]) -> tuple[CrashRow, ...]:
    """Rows in the order of what they left of the account as it is."""
    return tuple(sorted(rows, key=lambda row: row.badness))


def crash_odds(state: State, offer: Offer) -> Reached:
    """From how many hours of a crash on a position would have been liquidated or reduced before it ended."""
    return hours_hit(selectors.book(state), offer.window.id, offer.stand_in)


@exact
def depth_words(state: State, offer: Offer) -> str:
    """The market of the account that dropped furthest below its opening, and how far; empty without positions."""
    book = selectors.book(state)
    names = dict(zip((position.market for position in book.positions), market_names(book), strict=False))
    if not names:
        return ""
    symbol, move = deepest(offer, names)
    return f"{names[symbol]} {percent(move)}"
