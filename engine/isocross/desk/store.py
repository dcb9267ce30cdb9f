"""A reactive store: one frozen state, actions that replace it, subscribers that hear of their slice, undo."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable
from enum import Enum
from functools import wraps
from typing import Any, Generic, Protocol, TypeVar

from isocross.records import dataclass

S = TypeVar("S")
V = TypeVar("V")

ERRORS_KEPT = 20
"""Few, because an error holds the frames it came through, and with them whole states."""

UNSEEN = object()
"""Equal to no slice: what a subscriber whose selector has never worked was last told."""


class Change(Enum):
    """What became of the history: a new step, one that goes further, one taken back, done again, or another one."""

    STEP = "step"
    JOINED = "joined"
    UNDONE = "undone"
    REDONE = "redone"
    BEGUN = "begun"


@dataclass(frozen=True, slots=True)
class History(Generic[S]):
    """The states on both sides of the present one."""

    past: tuple[S, ...] = ()
    """What undo brings back, the nearest last."""
    future: tuple[S, ...] = ()
    """What redo brings back, the nearest first."""


class Action(Protocol[S]):
    """What turns one state into the next."""

    @property
    def group(self) -> str | None:
        """Consecutive actions of one group are one undo step (a held arrow key); None stands alone."""

    @property
    def undoable(self) -> bool:
        """False changes the state without a history entry (selection, messages)."""

    def apply(self, state: S) -> S:
        """Return the next state; pure, and an equal state means that nothing happened."""


@dataclass(eq=False, slots=True)
class Subscription(Generic[S, V]):
    """One subscriber, and what it was last told."""

    selector: Callable[[S], V]
    callback: Callable[[V], None]
    patient: bool = False
    """Whether it is told only when somebody asks to catch up."""
    seen: object = UNSEEN

    def look(self, state: S) -> V:
        """Note the slice of this state, and return it."""
        self.seen = value = self.selector(state)
        return value

    def tell(self, state: S) -> None:
        """Call back if the slice of this state is another than the last one."""
        before = self.seen
        # noted before the call: a callback that fails is not called again for what it was already told
        value = self.look(state)
        if value != before:
            self.callback(value)


class Store(Generic[S]):
    """Holds the one state. Changes come one after the other, each with one round of notifications.

    A change asked for during another one (by an action, a selector or a callback) waits until that round is
    over. Not meant for several threads: background work comes home before it dispatches.

    Args:
        restore: from the current and a past state, the one that undo (or redo) brings back.
        part: what of a state undo brings back; an action that leaves it equal makes no step.
        limit: how many steps can be undone.
        on_error: hears of every error that has no caller to go to.
    """

    def __init__(
        self,
        state: S,
        *,
        restore: Callable[[S, S], S] = lambda _current, past: past,
        part: Callable[[S], object] = lambda state: state,
        limit: int = 10_000,
        on_error: Callable[[BaseException], None] | None = None,
    ) -> None:
        self._state = state
        self._restore = restore
        self._part = part
        self._on_error = on_error
        self._past: deque[S] = deque(maxlen=limit)
        self._future: deque[S] = deque(maxlen=limit)
        self._group: str | None = None
        """The group of the newest step, while an action may still join it."""
        self._subscriptions: dict[Subscription[S, Any], None] = {}
        self._observers: dict[object, Any] = {}
        self._told: object = state
        """The state that the patient subscribers know."""
        self._queue: deque[Callable[[], bool]] = deque()
        self._busy = False
        self.errors: deque[BaseException] = deque(maxlen=ERRORS_KEPT)
        """The last errors of observers, subscribers and queued actions, oldest first."""

    @property
    def state(self) -> S:
        """The current state, the same for everybody throughout a round."""
        return self._state

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """Whether a step was taken back and nothing undoable was done since."""
        return bool(self._future)

    @property
    def history(self) -> History[S]:
        """The states that undo and redo lead to."""
        return History(tuple(self._past), tuple(reversed(self._future)))

    def dispatch(self, action: Action[S]) -> None:
        """Apply the action and tell the subscribers; raises what the action raises, unless it has to wait."""
        self._run(lambda: self._apply(action))

    def undo(self) -> bool:
        """Take back the last step; False when there is none, or when the undo has to wait."""
        return self._run(lambda: self._step(self._past, self._future, Change.UNDONE))

    def redo(self) -> bool:
        """Do again what was taken back last; False when there is nothing, or when the redo has to wait."""
        return self._run(lambda: self._step(self._future, self._past, Change.REDONE))

    def reset(self, state: S, history: History[S] | None = None) -> None:
        """Start over from another state: subscribers hear of it, and only what is given can be undone or redone."""
        self._run(lambda: self._begin(state, history or History()))

    def observe(self, hear: Callable[[Change, S], None]) -> Callable[[], None]:
        """Hear of every change of the history, in order, before any subscriber does; returns what ends it."""
        token = object()
        self._observers[token] = hear
        return lambda: self._observers.pop(token, None)

    def subscribe(
        self, selector: Callable[[S], V], callback: Callable[[V], None], *, patient: bool = False
    ) -> Callable[[], None]:
        """Call back whenever the slice has changed, never at once; returns what ends the subscription.

        A patient subscriber hears at once what its slice is, and then only at a `catch_up` of what became of it.
        """
        subscription = Subscription(selector, callback, patient)
        self._guard(subscription.tell if patient else subscription.look, self._state)
        self._subscriptions[subscription] = None
        return lambda: self._subscriptions.pop(subscription, None)

    def catch_up(self) -> None:
        """Tell the patient subscribers whose slice has changed since the last time; free when nothing happened."""
        if self._told is not self._state:
            self._run(self._tell_patient)

    def _run(self, change: Callable[[], bool]) -> bool:
        if self._busy:
            self._queue.append(change)
            return False
        self._busy = True
        try:
            return change()
        finally:
            self._drain()

    def _drain(self) -> None:
        try:
            while self._queue:
                self._guard(self._queue.popleft())
        finally:
            # left over only when something like a keyboard interrupt came through
            self._queue.clear()
            self._busy = False

    def _apply(self, action: Action[S]) -> bool:
        group, undoable = action.group, action.undoable
        state = action.apply(self._state)
        change = self._record(group, state) if undoable else None
        if state == self._state:
            return False
        self._become(state, change)
        return True

    def _record(self, group: str | None, state: S) -> Change | None:
        changed = self._part(state) != self._part(self._state)
        if group is not None and group == self._group:
            return Change.JOINED if changed else None
        # an action that changed nothing made no step that the next one could join
        self._group = group if changed else None
        if not changed:
            return None
        self._past.append(self._state)
        self._future.clear()
        return Change.STEP

    def _step(self, source: deque[S], target: deque[S], change: Change) -> bool:
        if not source:
            return False
        # before anything moves: a restore that fails leaves the history as it was
        state = self._restore(self._state, source[-1])
        source.pop()
        target.append(self._state)
        self._group = None
        self._become(state, change)
        return True

    def _begin(self, state: S, history: History[S]) -> bool:
        self._past = deque(history.past, maxlen=self._past.maxlen)
        self._future = deque(reversed(history.future), maxlen=self._past.maxlen)
        self._group = None
        self._become(state, Change.BEGUN)
        return True

    def _become(self, state: S, change: Change | None) -> None:
        self._state = state
        for hear in tuple(self._observers.values()) if change else ():
            self._guard(hear, change, state)
        self._tell(patient=False)

    def _tell_patient(self) -> bool:
        self._told = self._state
        self._tell(patient=True)
        return True

    def _tell(self, *, patient: bool) -> None:
        for subscription in tuple(self._subscriptions):
            if subscription.patient is patient and subscription in self._subscriptions:
                self._guard(subscription.tell, self._state)

    def _guard(self, call: Callable[..., object], *arguments: object) -> None:
        try:
            call(*arguments)
        except Exception as error:
            self._report(error)

    def _report(self, error: Exception) -> None:
        self.errors.append(error)
        if self._on_error is not None:
            try:
                self._on_error(error)
            except Exception as another:
                self.errors.append(another)


def once_per_state(
    compute: Callable[[S], V],
    key: Callable[[S], object] = lambda state: state,
    keep: int = 4,
    also: Callable[[S], Hashable] = lambda _state: None,
) -> Callable[[S], V]:
    """Make a derived value that is computed when first asked for, and once for each state.

    Args:
        key: the part of the state that the value depends on, told apart by identity. It has to hand out an
            object that the state holds; one made on the spot is never met again.
        keep: for how many states, the last used ones, the value is kept.
        also: what else the value depends on, told apart by its value.
    """
    # the key is kept with its value, so that its id cannot pass to another object meanwhile
    known: dict[tuple[int, Hashable], tuple[object, V]] = {}

    @wraps(compute)
    def derived(state: S) -> V:
        part = key(state)
        name = (id(part), also(state))
        # taken out and put in as the last used; another thread that asks meanwhile works the same out again
        found = known.pop(name, None)
        if found is not None:
            known[name] = found
            return found[1]
        value = compute(state)
        known[name] = part, value
        for old in list(known)[:-keep]:
            known.pop(old, None)
        return value

    return derived
