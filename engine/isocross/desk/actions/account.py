"""What changes the account: moves judged by the venue's rules, edits of what was entered, and plans of several moves.

A move that is refused changes nothing and says why; nothing raises. A plan is carried out in turn, all of it or none,
as one step of undo.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import assert_never

from isocross import moves
from isocross.account.book import Position
from isocross.desk import selectors
from isocross.desk.actions.path import acted
from isocross.desk.document import rebuilt, told
from isocross.desk.state import Edit, Look, State
from isocross.format import grouped
from isocross.money import ZERO
from isocross.moves import Outcome
from isocross.moves.move import Do, Move, judge, position_after
from isocross.moves.said import amount_words, was_done
from isocross.paths.together import ApartError
from isocross.records import dataclass
from isocross.rehearsal.kinds import LivedType
from isocross.toml.faults import Faults
from isocross.words.advice import names_of
from isocross.work import TooMuchWork
from isocross.workspace.changed import tidied
from isocross.workspace.feasible import refuse_endless
from isocross.workspace.markets import kind_in
from isocross.workspace.model import MarketEntry, Workspace

# --- moves -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Propose(Look):
    """Preview the flip of the selected position, or put the preview away."""

    def apply(self, state: State) -> State:
        """A second time puts it away."""
        position = selectors.position_now(state)
        return replace(state, previews=not state.previews and position is not None)


@dataclass(frozen=True)
class Flip(Edit):
    """Flip the selected position between cross and isolated."""

    def apply(self, state: State) -> State:
        """Refused moves change nothing and say why."""
        return made(state, Move(Do.FLIP, state.selected))


@dataclass(frozen=True)
class FlipAll(Edit):
    """Flip every position, all or none."""

    def apply(self, state: State) -> State:
        """Refused moves change nothing and say why."""
        book = selectors.book_now(state)
        if not book.positions:
            return state.saying("There is no position to flip.")
        each = [Move(Do.FLIP, position.id) for position in book.positions]
        return _kept(state, each, moves.flip_all(book), "Every position is flipped")


@dataclass(frozen=True)
class AddMargin(Edit):
    """Put cash into the selected position's bucket (a negative amount: take it out)."""

    amount: Decimal

    def apply(self, state: State) -> State:
        """Refused moves change nothing and say why."""
        do = Do.ADD_MARGIN if self.amount >= 0 else Do.REMOVE_MARGIN
        return made(state, Move(do, state.selected, abs(self.amount)))


@dataclass(frozen=True)
class SwitchAutoMargin(Edit):
    """Let the selected isolated position draw margin by itself, or no more."""

    def apply(self, state: State) -> State:
        """Refused moves change nothing and say why."""
        return made(state, Move(Do.AUTO_MARGIN, state.selected))


@dataclass(frozen=True)
class SetLeverage(Edit):
    """Change the selected position's leverage."""

    leverage: Decimal

    def apply(self, state: State) -> State:
        """Refused moves change nothing and say why."""
        return made(state, Move(Do.SET_LEVERAGE, state.selected, self.leverage))


@dataclass(frozen=True)
class Reduce(Edit):
    """Close a part of the selected position at the mark it is acted on at; None closes all of it."""

    quantity: Decimal | None = None

    def apply(self, state: State) -> State:
        """Refused moves change nothing and say why."""
        position = selectors.position_now(state)
        whole = None if position is None else position.quantity
        return made(state, Move(Do.REDUCE, state.selected, whole if self.quantity is None else self.quantity))


@dataclass(frozen=True)
class MoveCash(Edit):
    """Deposit cash, or withdraw a negative amount."""

    amount: Decimal

    def apply(self, state: State) -> State:
        """Refused moves change nothing and say why."""
        return made(state, Move(Do.DEPOSIT if self.amount >= 0 else Do.WITHDRAW, None, abs(self.amount)))


def made(state: State, move: Move) -> State:
    """Make a move on the account as it stands; a refused one changes nothing and says why."""
    book = selectors.book_now(state)
    if move.do.needs_position and all(position.id != move.position for position in book.positions):
        return _not_open(state, move)
    outcome = judge(book, move)
    return _kept(state, [move], outcome, _done(state, move, outcome))


def _kept(state: State, done: Sequence[Move], outcome: Outcome, words: str) -> State:
    """The state after moves: of a what-if the account at the opening, on a lived path moves kept at the cursor."""
    if outcome.after is None:
        return replace(state, previews=False).refusing(outcome.refusal)
    said = f"{words}. {outcome.remark.rstrip('.')}." if outcome.remark else f"{words}."
    if isinstance(state.moment.kind, LivedType):
        moment = acted(state.moment, done)
    else:
        moment = replace(
            state.moment,
            workspace=tidied(state.workspace, outcome.before.markets, state.workspace.with_book(outcome.after)),
        )
    try:
        refuse_endless(moment.workspace)
    except Faults as faults:
        return replace(state, previews=False).refusing(told(faults.faults[0]))
    except (TooMuchWork, ApartError) as error:
        return replace(state, previews=False).refusing(error)
    return state.at(moment).saying(said, "warn" if outcome.remark else "good")


def _done(state: State, move: Move, outcome: Outcome) -> str:  # noqa: PLR0911 - one for each thing to do
    """What a move does where it is allowed."""
    money = outcome.before.amounts
    name, amount = "" if move.position is None else _name(state, move.position), move.amount or ZERO
    match move.do:
        case Do.FLIP:
            return f"{name} is {position_after(move, outcome).mode} now"
        case Do.ADD_MARGIN:
            return f"{money(amount)} was added to {name}'s margin"
        case Do.REMOVE_MARGIN:
            return f"{money(amount)} was taken from {name}'s margin"
        case Do.AUTO_MARGIN:
            draws = "draws margin by itself at its liquidation threshold now"
            return f"{name} {draws if position_after(move, outcome).auto_margin else 'draws no margin by itself now'}"
        case Do.SET_LEVERAGE:
            return f"{name} has {amount:f}x leverage"
        case Do.INCREASE:
            return f"{name} was increased by {grouped(amount)}"
        case Do.REDUCE:
            return f"{grouped(amount)} of {name} was closed {_made_final(state, outcome)}"
        case Do.CLOSE:
            return f"{name} was closed {_made_final(state, outcome)}"
        case Do.DEPOSIT | Do.WITHDRAW:
            return f"{amount_words(move, outcome.before.currency)} was {move.do}{_ED[move.do]}"
        case Do.CONVERT | Do.COLLATERAL | Do.ACCOUNT:
            words = was_done(move, outcome)
            return f"{words[:1].upper()}{words[1:]}"
        case _:
            assert_never(move.do)


_ED = {Do.DEPOSIT: "ed", Do.WITHDRAW: "n"}


def _made_final(state: State, outcome: Outcome) -> str:
    return f"at {selectors.story(state).mark_words}, {outcome.before.amounts(outcome.cash_moved, plus='+')} made final"


def _not_open(state: State, move: Move) -> State:
    """What is said where the position of a move cannot be acted on."""
    return state.saying(why_absent(state, move.position, _verb(move.do)), "warn")


def why_absent(state: State, position: str | None, verb: str) -> str:
    """Why a position cannot be acted on where the account is.

    Args:
        state: of the desk.
        position: its id.
        verb: what was to be done to it.
    """
    name = None if position is None else names_of(selectors.book(state)).get(position)
    if name is None:
        return f"There is no position to {verb}."
    if all(held.id != position for held in state.workspace.positions):
        return f"An order opens {name} on the way: there is nothing to {verb} here."
    return f"{name} is not open any more here; go back in time to act on it."


def _verb(do: Do) -> str:
    """What a position would be there for."""
    match do:
        case Do.FLIP:
            return "flip"
        case Do.ADD_MARGIN | Do.REMOVE_MARGIN | Do.AUTO_MARGIN:
            return "give margin to"
        case Do.SET_LEVERAGE | Do.INCREASE | Do.DEPOSIT | Do.WITHDRAW | Do.CONVERT | Do.COLLATERAL | Do.ACCOUNT:
            return "change"
        case Do.REDUCE | Do.CLOSE:
            return "close"
        case _:
            assert_never(do)


def _name(state: State, position: str) -> str:
    return names_of(selectors.book(state))[position]


# --- the account -------------------------------------------------------------------------------


@dataclass(frozen=True)
class PutPosition(Edit):
    """Open a position, or put it in the place of another."""

    position: Position
    instead_of: str | None = None

    def apply(self, state: State) -> State:
        """A position that the book cannot hold changes nothing and says why."""
        old = state.workspace.positions
        put = replace(self.position, kind=kind_in(state.workspace, self.position.market))
        if self.instead_of is None:
            changed: tuple[Position, ...] = (*old, put)
        else:
            changed = tuple(put if p.id == self.instead_of else p for p in old)
        done = f"{self.position.market} was {'opened' if self.instead_of is None else 'changed'}."
        after = rebuilt(state, replace(state.workspace, positions=changed), done)
        if after.workspace == state.workspace:
            return after
        refusal = moves.not_accepted(selectors.book(after), put.id)
        after = replace(after, selected=put.id)
        if refusal is None:
            return after
        if state.workspace.strict:
            return state.refusing(refusal)
        return after.saying(f"{done} Rehearsed anyway: {refusal}.", "warn")


@dataclass(frozen=True)
class DropPosition(Edit):
    """Drop the selected position from the account, as if it had never been entered."""

    def apply(self, state: State) -> State:
        """Its margin is free again."""
        position = state.position()
        if position is None:
            return state.saying(why_absent(state, state.selected, "drop"), "warn")
        left = tuple(p for p in state.workspace.positions if p.id != position.id)
        said = f"{_name(state, position.id)} was dropped from the account."
        return rebuilt(state, replace(state.workspace, positions=left), said)


@dataclass(frozen=True)
class MergePosition(Edit):
    """Add a position to the one that the venue would add it to."""

    position: Position

    def apply(self, state: State) -> State:
        """The one that was there has all of it, at the mean entry."""
        put = replace(self.position, kind=kind_in(state.workspace, self.position.market))
        held = moves.same_side(selectors.book(state), put)
        if held is None:
            return PutPosition(put).apply(state)
        joined = moves.merged(held, put)
        positions = tuple(joined if p.id == held.id else p for p in state.workspace.positions)
        words = f"{_name(state, held.id)} is {grouped(joined.quantity)} at {grouped(joined.entry)} now."
        after = rebuilt(state, replace(state.workspace, positions=positions), words)
        return after if after.workspace == state.workspace else replace(after, selected=held.id)


@dataclass(frozen=True)
class EnterAccount(Edit):
    """Put a whole account in the place of the one there is."""

    workspace: Workspace

    def apply(self, state: State) -> State:
        """It is no file's yet."""
        after = state.at(replace(state.moment, workspace=self.workspace, shock=self.workspace.scenario.shock))
        return after.saying(f"{self.workspace.name} is open; it is not saved yet.", "good")


@dataclass(frozen=True)
class Rename(Edit):
    """Give the account another name."""

    name: str

    def apply(self, state: State) -> State:
        """The file keeps its own."""
        return rebuilt(state, replace(state.workspace, name=self.name), f"This account is called {self.name} now.")


@dataclass(frozen=True)
class SetMarks(Edit):
    """Let markets open at other marks, and go other parts of the shock."""

    marks: Mapping[str, Decimal]
    betas: Mapping[str, Decimal]

    def apply(self, state: State) -> State:
        """Positions keep their entries, and their PnL follows."""
        known = {entry.symbol: entry for entry in state.workspace.markets}
        now = selectors.book(state).markets
        changed = {symbol: mark for symbol, mark in self.marks.items() if mark != now[symbol].mark}
        moved = {s: replace(known.get(s, MarketEntry(s)), mark=mark) for s, mark in changed.items()}
        scenario = replace(state.workspace.scenario, betas=self.betas)
        workspace = replace(state.workspace, markets=tuple({**known, **moved}.values()), scenario=scenario)
        said = ", ".join(f"{symbol} at {grouped(mark)}" for symbol, mark in changed.items())
        return rebuilt(state, workspace, f"The markets were changed{': ' if said else ''}{said}.")


FEW = 3
"""So many deeds are told one by one."""


@dataclass(frozen=True)
class CarryOut(Edit):
    """Make the moves of a plan one after the other."""

    steps: tuple[Move, ...]

    def apply(self, state: State) -> State:
        """A refused step undoes those before it and says why; the selection stays where it was."""
        at, said, tone = state, list[str](), "good"
        for step in self.steps:
            after = made(at, step)
            if after.moment == at.moment:
                return state.saying(after.message.text, after.message.tone)
            at = after
            said.append(at.message.text)
            tone = "warn" if at.message.tone == "warn" else tone
        return at.saying(_in_short(said), tone) if said else state


def _in_short(said: list[str]) -> str:
    """What was done, sentence by sentence; of many only how many, and the venue's remark once."""
    deeds, remarks = zip(*(text.rstrip(".").partition(". ")[::2] for text in said), strict=True)
    done = deeds if len(deeds) <= FEW else (f"{len(deeds)} moves were made",)
    return ". ".join((*done, *dict.fromkeys(filter(None, remarks)))) + "."
