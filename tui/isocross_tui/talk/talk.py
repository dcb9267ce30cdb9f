"""The desk that talks: the store of the desk, its gate, and what is said of each change."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from isocross.account.book import Position
from isocross.desk import selectors
from isocross.desk.actions.shock import Select
from isocross.desk.state import State, restored
from isocross.desk.store import Action, History, Store
from isocross.disk.watch import Watch
from isocross.errors import IsocrossError
from isocross.figures.deposits import put_into
from isocross.figures.frame import Frame
from isocross.format import IN_USD
from isocross.lessons.play import Run
from isocross.records import dataclass
from isocross.rules.market import base_of
from isocross.words.events import sentence
from isocross.workspace.load import Source
from isocross_tui.recorder.line import MomentLine
from isocross_tui.talk.keeping import Keeping
from isocross_tui.user.gate import Gate
from isocross_tui.user.settings import Face

MOST_EVENTS = 30
"""So many events are told one by one."""

Lines = Iterable[str]


class TalkError(IsocrossError):
    """A line that cannot be done, in words."""


@dataclass(frozen=True)
class Former:
    """What was on the desk before a lesson."""

    state: State
    history: History[State]
    on_disk: Watch | None


class Talk:
    """One desk, and what it says."""

    def __init__(
        self, source: Source, gate: Gate | None = None, face: Face | None = None, *, asks: bool = False
    ) -> None:
        """Open a workspace.

        Args:
            source: the workspace and where it is from.
            gate: the way to files; a user's own when absent.
            face: settings; those of the program when absent.
            asks: whether somebody is there to be asked before something is let go of.
        """
        self.gate = Gate() if gate is None else gate
        self.face = Face() if face is None else face
        self.asks = asks
        self.over = False
        """Whether it has ended."""
        self.lesson: Run | None = None
        self.former: Former | None = None
        self.on_disk: Watch | None = None
        self.answer: Callable[[str], Lines] | None = None
        """Takes the next line as an answer; None: it is a verb."""
        self.refused = False
        """Whether the desk refused something."""
        self.remedies: dict[str, Action[State]] = {}
        """What was advised last, by a word for each."""
        self.store: Store[State] = Store(
            State.opened(source.workspace, source.path), restore=restored, part=lambda state: state.moment
        )
        self.keeping = Keeping(self.store, self.gate.recorders() if asks else None)
        self.begun: Lines = self.stand_on(source)
        """What is to be said before anything else."""

    @property
    def state(self) -> State:
        """The desk now."""
        return self.store.state

    @property
    def frame(self) -> Frame:
        """Every figure at the cursor."""
        return selectors.frame(self.state)

    def stand_on(self, source: Source) -> list[str]:
        """Have a workspace on the desk; changes of it that an earlier desk left are asked about."""
        line = self.keeping.open(source)
        self._enter(source, line)
        self.on_disk = None if source.path is None else self.gate.watch(source.path, source.digest, source.real)
        offer = self.keeping.offer
        if not offer:
            self.keeping.start()
            return []
        self.answer = lambda words: self._decided(source, words.lower())
        return [spoken(offer)]

    def _enter(self, source: Source, line: MomentLine | None) -> None:
        fresh = replace(State.opened(source.workspace, source.path), warning=self.face.settings.warning)
        state = fresh if line is None else fresh.at(line.present)
        self.store.reset(state, None if line is None else line.history(fresh))

    def _decided(self, source: Source, words: str) -> Lines:
        """Take the answer to what an earlier desk left; other words ask again."""
        if words in {"recover", "discard"}:
            line, said = self.keeping.decided(recover=words == "recover")
            self._enter(source, line)
            self.keeping.start()
            return [said, *self.where()]
        if words == "later":
            self.keeping.later()
            return ["It is left as it was. What you do now is kept only when it is saved."]
        if words in {"quit", "exit"}:
            self.keeping.later()
            self.over = True
            return []
        self.answer = lambda again: self._decided(source, again.lower())
        return [*(self.keeping.differences() if words == "show" else ()), "Say recover, discard, show, or later."]

    # --- doing ---------------------------------------------------------------------------------

    def do(self, *actions: Action[State]) -> Iterator[str]:
        """Do what keys would do, and say what became of it."""
        before = self.state
        for action in actions:
            self.store.dispatch(action)
        yield from self.told(before)

    def told(self, before: State) -> Iterator[str]:
        """What changed since: the desk's own words, what became of the account, events on the way, and where it is."""
        now = self.state
        if now.message.number != before.message.number:
            self.refused = self.refused or now.message.tone == "bad"
            yield spoken(now.message.text)
        effect = selectors.effect(before.moment, now)
        if effect:
            yield spoken_effect(effect)
        if now.moment.cursor != before.moment.cursor:
            yield from self._passed(before)
            yield from self.where()

    def _passed(self, before: State) -> Iterator[str]:
        """Every event between two places of the same account."""
        old, frame = selectors.frame(before).events, self.frame
        same = frame.events[: len(old)] == old
        yield from self.events(len(old) if same else 0, frame)

    def events(self, first: int, frame: Frame) -> Iterator[str]:
        """The events of a frame from one on, a sentence each."""
        names = selectors.names(self.state)
        new = frame.events[first:]
        yield from (sentence(event, frame.book, frame.path, names) for event in new[:MOST_EVENTS])
        if len(new) > MOST_EVENTS:
            yield f"And {len(new) - MOST_EVENTS} more events."

    def where(self) -> Iterator[str]:
        """Where the cursor stands, what the account is worth there, and what comes next."""
        at = selectors.story(self.state).whereabouts(self.state.moment.cursor)
        book, account = self.frame.book, self.frame.account
        money = IN_USD if book.coins else book.amounts
        unit = "USD" if book.coins else book.currency
        worth = f"equity {money(account.equity)} of {money(put_into(self.frame))} {unit}"
        yield f"{at.how.capitalize()} {at.figure}: {worth}. {spoken(at.near[:1].upper() + at.near[1:])}"

    # --- positions -----------------------------------------------------------------------------

    def position(self, word: str) -> Position:
        """The position at the cursor whose id, market or coin a word is; TalkError where it names not one."""
        held = tuple(self.frame.held.values())
        wanted, currency = word.lower(), self.state.workspace.currency
        for name in (
            lambda p: p.id.lower(),
            lambda p: p.market.lower(),
            lambda p: base_of(p.market, currency).lower(),
        ):
            found = [position for position in held if name(position) == wanted]
            if len(found) == 1:
                return found[0]
            if found:
                raise TalkError(f"“{word}” is more than one position: say one of {', '.join(p.id for p in found)}.")
        known = ", ".join(position.id for position in held)
        raise TalkError(f"There is no position “{word}”{f': say one of {known}' if held else ''}.")

    def select(self, word: str = "") -> Position:
        """Select the position that is named, or stay with the selected one; TalkError where there is none."""
        if word:
            self.store.dispatch(Select(self.position(word).id))
        position = next((held for held in self.frame.held.values() if held.id == self.state.selected), None)
        if position is None:
            raise TalkError("There is no position for that.")
        return position


def spoken(words: str) -> str:
    """Words that are made for the eye as a sentence to be read out."""
    for written, read in ((" → ", " to "), (" · ", ", "), ("\n", " ")):
        words = words.replace(written, read)
    words = re.sub(r" {2,}", ", ", words.strip())
    return words if words.endswith((".", "?", "!")) else f"{words}."


def spoken_effect(words: str) -> str:
    """What something did, a sentence for each position and one for the cash."""
    sentences: list[str] = []
    for part in words.split(" · "):
        name, gap, rest = part.partition("  ")
        if gap:
            sentences.append(f"{name}: {rest.replace('liq ', 'liquidation price ', 1)}")
        elif part.startswith(("available", "assets count")):
            sentences.append(f"A{part[1:]}")
        elif sentences and part.startswith(("away", "joint away")):
            sentences[-1] += f", {part}"
        else:
            sentences.append(part.rstrip("."))
    return spoken(". ".join(sentences))
