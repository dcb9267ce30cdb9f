"""The line of moments that undo and redo walk along, and how a journal tells it.

A journal begins with the first moment of the line and then says what happened, in records as small as they can be: a
move of the shock is the shock, and the account is there only where it is another one than before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from itertools import pairwise
from typing import Any

from isocross.desk.state import Moment, State, content
from isocross.desk.store import Change, History, Store
from isocross.disk.watch import digest_of
from isocross.paths.glide import DEEPEST_FALL, HIGHEST_RISE
from isocross.records import dataclass
from isocross.toml.write import number
from isocross.workspace import Faults, Workspace, dump, load_text

FORMAT = 1
KEPT = 256 * 1024
"""Bytes of accounts and shocks that a journal begins with at most; the farthest steps are left out."""
_STEP_BYTES = 40
"""About what a record takes besides its account."""
_ORIGIN = "a journal"


class NotALineError(ValueError):
    """A record that makes no sense where it stands."""


@dataclass(frozen=True)
class MomentLine:
    """The present moment and those that undo and redo lead to."""

    present: Moment
    past: tuple[Moment, ...] = ()
    """The nearest last."""
    future: tuple[Moment, ...] = ()
    """The nearest first."""

    @classmethod
    def of(cls, store: Store[State]) -> MomentLine:
        """The line of a desk."""
        history = store.history
        past = tuple(state.moment for state in history.past)
        return cls(store.state.moment, past, tuple(state.moment for state in history.future))

    def history(self, state: State) -> History[State]:
        """The line on both sides of a state, for its store."""
        return History(tuple(map(state.at, self.past)), tuple(map(state.at, self.future)))

    def after(self, change: Change, moment: Moment) -> MomentLine:
        """The line when the history has changed, and this moment is the present."""
        match change:
            case Change.STEP:
                return MomentLine(moment, (*self.past, self.present))
            case Change.UNDONE if self.past:
                return MomentLine(moment, self.past[:-1], (self.present, *self.future))
            case Change.REDONE if self.future:
                return MomentLine(moment, (*self.past, self.present), self.future[1:])
            case Change.JOINED:
                return replace(self, present=moment)
        raise NotALineError(change)

    def settled(self, moment: Moment) -> MomentLine | None:
        """The same line with the desk at this moment, which is what its file says; None: it never had that account.

        It is as if undo or redo had been pressed until the desk was there, so nothing that was done is lost. A file
        whose cursor stands between two steps finds its place between them.
        """
        moments = (*self.past, self.present, *self.future)
        wanted = content(moment.workspace)
        accounts = {id(known.workspace): known.workspace for known in moments}
        good = {key for key, workspace in accounts.items() if content(workspace) == wanted}
        alike = {i for i, known in enumerate(moments) if id(known.workspace) in good}
        if not alike:
            return None
        at = nearest = min(alike, key=lambda i: abs(i - len(self.past)))
        # among the steps that only moved the cursor, the one where it stands as the file says
        for away in (-1, 1):
            i = nearest
            while i in alike and moments[i].cursor != moment.cursor:
                i += away
            if i in alike:
                at = i
                break
        following = moments[at + 1 :] if moments[at].cursor == moment.cursor else moments[at:]
        return MomentLine(moment, moments[:at], following)

    def within(self, room: int = KEPT) -> MomentLine:
        """As much of the line as there is room for, from the present outward, the past first."""
        room -= _bytes_of(None, self.present)
        kept: list[tuple[Moment, ...]] = []
        for away in (tuple(reversed(self.past)), self.future):
            count = 0
            for before, moment in pairwise((self.present, *away)):
                room -= _bytes_of(before, moment)
                if room < 0:
                    break
                count += 1
            kept.append(away[:count])
        return MomentLine(self.present, tuple(reversed(kept[0])), kept[1])

    def changes(self, saved: str) -> int:
        """How many changes of the account lie between the present and what was saved, at least one."""
        for away in ((self.present, *reversed(self.past)), (self.present, *self.future)):
            count = 0
            for before, moment in pairwise(away):
                count += content(before.workspace) != content(moment.workspace)
                if before.workspace is not moment.workspace and known_as(moment.workspace) == saved:
                    return max(1, count)
        return max(1, len(self.past))


def text_of(workspace: Workspace) -> str:
    """The account and the scenario of a workspace, as a file would have them.

    Neither cursor nor view: they change by themselves, and a view can have outlived the position it selects.
    """
    return dump(content(workspace))


def known_as(workspace: Workspace) -> str:
    """What the account and the scenario of a workspace are known by."""
    return digest_of(text_of(workspace).encode())


# --- writing -------------------------------------------------------------------------------------


def step_record(change: Change, before: Moment, now: Moment) -> dict[str, Any]:
    """What a journal keeps of one change."""
    if change in {Change.UNDONE, Change.REDONE}:
        return {"k": change.value}
    return {"k": change.value, **_told(before, now)}


def line_records(line: MomentLine, head: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """A whole line as records."""
    moments = (*line.past, line.present, *line.future)
    yield {"k": "line", "v": FORMAT, **head, **_cursors(moments[0]), "w": text_of(moments[0].workspace)}
    for before, now in pairwise(moments):
        yield step_record(Change.STEP, before, now)
    if line.future:
        yield {"k": Change.UNDONE.value, "n": len(line.future)}


def _told(before: Moment, now: Moment) -> dict[str, str]:
    """What is different in a moment."""
    same = now.workspace is before.workspace or now.workspace == before.workspace
    return _cursors(now) | ({} if same else {"w": text_of(now.workspace)})


def _cursors(moment: Moment) -> dict[str, str]:
    return {"s": number(moment.shock)} | ({"p": number(moment.place)} if moment.place else {})


def _bytes_of(before: Moment | None, moment: Moment) -> int:
    same = before is not None and before.workspace is moment.workspace
    return _STEP_BYTES + (0 if same else len(text_of(moment.workspace)))


# --- reading -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Replay:
    """What a journal tells."""

    line: MomentLine
    head: Mapping[str, Any]
    at: float
    """When it was last written to, to the minute; seconds of the epoch."""
    complete: bool = True
    """Whether every record made sense."""


def replay(records: Iterable[Mapping[str, Any]]) -> Replay | None:
    """The line as the records leave it, up to the first that makes no sense; None when that is the very first."""
    rest = iter(records)
    read = lru_cache(maxsize=64)(lambda text: load_text(text, _ORIGIN))
    try:
        head = next(rest)
        if head["k"] != "line" or head["v"] != FORMAT:
            return None
        line = MomentLine(Moment(read(head["w"]), _shock(head["s"]), _place(head)))
        at = float(head.get("t", 0))
    except (StopIteration, KeyError, TypeError, ValueError, InvalidOperation):
        return None
    for record in rest:
        try:
            line = _grown(line, record, read)
            at = float(record.get("t", at))
        except (KeyError, TypeError, ValueError, InvalidOperation, Faults):
            return Replay(line, head, at, complete=False)
    return Replay(line, head, at)


def _grown(line: MomentLine, record: Mapping[str, Any], read: Any) -> MomentLine:
    change = Change(record["k"])
    if change in {Change.UNDONE, Change.REDONE}:
        for _ in range(int(record.get("n", 1))):
            there = line.past[-1:] if change is Change.UNDONE else line.future[:1]
            line = line.after(change, *(there or (line.present,)))
        return line
    workspace = read(record["w"]) if "w" in record else line.present.workspace
    return line.after(change, Moment(workspace, _shock(record["s"]), _place(record)))


def _place(record: Mapping[str, Any]) -> Decimal:
    place = Decimal(record.get("p", "0"))
    if not place.is_finite() or place < 0:
        raise NotALineError(str(place))
    return place


def _shock(text: object) -> Decimal:
    shock = Decimal(text) if isinstance(text, str) else HIGHEST_RISE + 1
    if not -DEEPEST_FALL <= shock <= HIGHEST_RISE:
        raise NotALineError(str(text))
    return shock
