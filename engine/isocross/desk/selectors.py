"""What a screen asks of a state: of the desk, the twin and a replay. Each answer is worked out once for each state."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from isocross import moves, studies
from isocross.account.assets import Asset
from isocross.account.book import Book, Position, market_names
from isocross.cascade.timeline import Timeline
from isocross.desk.listing import listed, matches
from isocross.desk.state import Moment, State, StopAt, same_account
from isocross.desk.store import once_per_state
from isocross.figures.frame import Frame, PositionFrame
from isocross.paths.bars import HistoryError
from isocross.paths.path import Path
from isocross.paths.together import ApartError
from isocross.records import dataclass
from isocross.rehearsal.kinds import rehearse
from isocross.rehearsal.kinds.walk import standing_rehearsal
from isocross.rehearsal.lived import LivedRehearsal
from isocross.rehearsal.rehearsal import GlideRehearsal, Rehearsal, Stop
from isocross.rehearsal.replay import ReplayRehearsal
from isocross.studies.preview import Preview, preview
from isocross.words.effect import effect_words
from isocross.words.outlook import GlideStory, LivedStory, Story
from isocross.workspace.build import book_of

if TYPE_CHECKING:
    from isocross.studies import Comparison, Life, Result, Twin, Variant


def _rehearsal(state: State) -> Rehearsal:
    workspace = state.workspace
    book = book_of(workspace)
    try:
        found = rehearse(book, workspace.scenario)
    except (HistoryError, ApartError) as trouble:
        found = standing_rehearsal(book, workspace.scenario, str(trouble))
    return found.with_warning(state.warning)


rehearsal = once_per_state(_rehearsal, key=lambda state: state.moment.workspace, also=lambda state: state.warning)
"""The account on its path, whatever kind that is."""


def acts_elsewhere(state: State) -> bool:
    """Whether what is done here is done at other marks than these: on a what-if that is moved, at the opening ones."""
    cursor = state.moment.cursor
    return rehearsal(state).acted_at(cursor) != cursor


def what_if(state: State) -> GlideRehearsal:
    """The account and how its marks can glide from the opening."""
    return rehearsal(state).what_if


def lived(state: State) -> LivedRehearsal | None:
    """What happened on the lived path; None on a what-if or a gap."""
    found = rehearsal(state)
    return found if isinstance(found, LivedRehearsal) else None


def story(state: State) -> Story:
    """What is said about it."""
    living = lived(state)
    return GlideStory(what_if(state)) if living is None else LivedStory(living)


def _frame(state: State) -> Frame:
    return rehearsal(state).frame(state.moment.cursor)


frame = once_per_state(_frame, key=lambda state: state.moment, also=lambda state: state.warning)
"""Every figure at the cursor."""


def effect(before: Moment, state: State) -> str:
    """What led from a moment to this state did to the account, in one line; empty where the account is the same."""
    if before.workspace is state.workspace or same_account(before.workspace, state.workspace):
        return ""
    return effect_words(frame(replace(state, moment=before)), frame(state), state.selected)


def foreseen(before: State, after: State) -> str:
    """What something not yet done would do to the account, and where that is: a form judges at the opening marks."""
    told, here = effect(before.moment, after), frame(before)
    return f"{here.path.at_words(here.place).capitalize()}: {told}" if told and before.moment.cursor else told


def book(state: State) -> Book:
    """The account at the opening marks."""
    return rehearsal(state).book


def _what_if_now(state: State) -> GlideRehearsal:
    return rehearsal(state).from_here(state.moment.cursor)


what_if_now = once_per_state(_what_if_now, key=lambda state: state.moment, also=lambda state: state.warning)
"""The account that can be acted on, and how its marks can move: at the opening, or on a lived path at the cursor."""


def book_now(state: State) -> Book:
    """The account that can be acted on: at the opening marks, or on a lived path as it stands at the cursor."""
    return what_if_now(state).book


def position_now(state: State) -> Position | None:
    """The selected position of the account that can be acted on; None where it is not open any more."""
    return next((p for p in book_now(state).positions if p.id == state.selected), None)


def asset_now(state: State) -> Asset | None:
    """The selected asset of the account that can be acted on; the first beside the currency where none was selected."""
    coins = book_now(state).coins
    chosen = next((asset for asset in coins if asset.name == state.asset), None)
    return chosen or next(iter((*coins[1:], *coins[:1])), None)


def timeline(state: State) -> Timeline[Path]:
    """What happens in the direction of the shock, in one jump to it, or on the lived path."""
    return rehearsal(state).timeline(state.moment.cursor)


def _names(state: State) -> tuple[str, ...]:
    return market_names(book(state))


names = once_per_state(_names, key=lambda state: state.moment.workspace)
"""What each position is called."""


def selected_frame(state: State) -> PositionFrame | None:
    """The selected position at the cursor."""
    return frame(state).of(state.selected)


def _shown(state: State) -> tuple[tuple[int, ...], tuple[str, ...]]:
    at, how = frame(state), state.listing
    if how.by:
        indexes = listed(how, at.positions, at.book.currency)
    else:
        currency, held = at.book.currency, enumerate(at.held.values())
        indexes = tuple(n for n, position in held if not how.words or matches(how.words, position, currency))
    ids = [position.id for position in at.held.values()]
    return indexes, tuple(ids[index] for index in indexes)


_listed = once_per_state(_shown, key=lambda state: state.moment, also=lambda state: (state.warning, state.listing))


def shown_positions(state: State) -> tuple[int, ...]:
    """The positions of the frame that the table lists, by their places in it, in its order."""
    return _listed(state)[0]


def listed_ids(state: State) -> tuple[str, ...]:
    """The ids of those positions."""
    return _listed(state)[1]


def standpoint(state: State) -> str:
    """Where a lived path is looked on from by what looks at glides, for a title; empty on a what-if."""
    return story(state).standpoint(state.moment.cursor) if lived(state) is not None else ""


def stops(state: State) -> tuple[Stop, ...]:
    """Every place where something happens: of both glides from the deepest fall to the highest rise, or of the path."""
    return rehearsal(state).stops


def told_stops(state: State) -> tuple[Stop, ...]:
    """The stops, each event with who paid."""
    return rehearsal(state).told_stops


def stop_beyond(state: State, towards: int) -> Decimal | None:
    """The next stop outward from the cursor (towards = 1), or back to the opening marks (−1); None at the end."""
    return rehearsal(state).stop_beyond(state.moment.cursor, towards)


def _preview(state: State) -> Preview | None:
    position = position_now(state) if state.previews else None
    if position is None:
        return None
    # of the account at the cursor, wherever that was when the preview was asked for
    return preview(what_if_now(state), moves.flip(book_now(state), position.id), state.moment.ahead)


proposed = once_per_state(_preview)
"""The flip that is previewed, with every position's triggers before and after."""


@dataclass(frozen=True)
class Sight:
    """Everything that is side by side at the cursor."""

    twin: Twin
    sides: tuple[Result, ...]
    of_modes: Comparison
    of_flip: Comparison | None
    """The selected position both ways; None: there is none."""
    with_stop: Result | None = None
    """The account with the stop that is compared; None: none is."""

    @property
    def flip_is_news(self) -> bool:
        """Whether flipping the selected position says something that the modes do not say already."""
        mine, modes = self.of_flip, self.of_modes
        if mine is None:
            return False
        pairs = [(pair.isolated.variant.rehearsal, pair.cross.variant.rehearsal) for pair in (mine, modes)]
        return any(one is not other for one, other in zip(*pairs, strict=True))


def _twin(state: State) -> Twin:
    return studies.Twin(what_if_now(state))


twin = once_per_state(_twin, key=what_if_now)
"""The account and its variants: at the opening, or on a lived path as it stands at the cursor, and from there."""


def _sight(state: State) -> Sight:
    account, shock = twin(state), state.moment.ahead
    selected = next((p.id for p in account.rehearsal.book.positions if p.id == state.selected), None)
    stopped = _with_stop(account, state.stop)
    sides = account.sides(shock, selected, stopped)
    flipped = None if selected is None else account.of_flip(sides, selected, shock)
    return Sight(account, sides, account.of_modes(sides, shock), flipped, sides[-1] if stopped else None)


def _with_stop(account: Twin, stop: StopAt | None) -> tuple[Variant, ...]:
    """The account with the stop that is compared, where its position is open."""
    rehearsal = account.rehearsal
    if stop is None or all(position.id != stop.position for position in rehearsal.book.positions):
        return ()
    return (account.kept(stop, lambda: studies.with_stop(rehearsal, stop.position, stop.level)),)


sight = once_per_state(_sight)
"""The variants at the cursor."""


def replayed(state: State) -> ReplayRehearsal | None:
    """What happens on the history that is replayed; None where the path is none, or cannot be walked."""
    found = rehearsal(state)
    return found if isinstance(found, ReplayRehearsal) else None


def _lives(state: State) -> tuple[Life, ...]:
    living = replayed(state)
    return () if living is None else studies.lives_of(living.book, state.workspace.scenario, living)


lives = once_per_state(_lives, key=lambda state: state.moment.workspace)
"""The account as it is, all cross and all isolated on the history; empty where there is none."""


def distinct(state: State) -> tuple[Life, ...]:
    """Of those the ones that can be set up and equal no other."""
    return tuple(life for life in lives(state) if life.rehearsal is not None and not life.variant.same_as)


def happening_beyond(state: State, towards: int) -> Decimal | None:
    """The next place at which something happens in any of the modes (1), or the one before (−1); None: none does."""
    place = state.moment.place
    places = {event.place for life in distinct(state) for event in life.lived.whole.events}
    if towards > 0:
        return min((at for at in places if at > place), default=None)
    return max((at for at in {Decimal(0), *places} if at < place), default=None)


def next_fall(state: State) -> Decimal | None:
    """The next place at which a position falls in any of the modes; None: none does."""
    place = state.moment.place
    return min((f.place for life in distinct(state) for f in life.falls if f.place > place), default=None)
